"""Verbs of search: take a published version into the index, take a course out, make all of it anew.

A document is written in the transaction that publishes, so what is found is what is published (ADR 0017).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, text

from app.kernel.db import dialect
from app.kernel.work import Actor, College, Work, working
from app.search.models import SearchDocument
from app.search.queries import sources

BATCH = 20
"""Courses that a rebuild takes into one transaction."""


def index_version(work: Work, version_id: int) -> int:
    """Put the documents of a version in the place of its course's earlier ones; how many there are."""
    forget_version(work, version_id)
    rows = sources.documents(work, version_id)
    if rows:
        work.session.execute(insert(SearchDocument), rows)
    return len(rows)


def forget_version(work: Work, version_id: int) -> None:
    """Take the course of a version out of the index."""
    course_id = sources.course_id_of(work, version_id)
    work.session.execute(delete(SearchDocument).where(SearchDocument.course_id == course_id))


def index_asset(work: Work, asset_id: int) -> None:
    """Index the courses that show this recording: its captions were changed."""
    for version_id in sources.showing_asset(work, asset_id):
        index_version(work, version_id)


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did; `gone` documents belonged to nothing that is published."""

    courses: int
    documents: int
    gone: int


def rebuild(college: College, tell: Callable[[int, int], None] = lambda _courses, _documents: None) -> Rebuilt:
    """Make every document anew, a batch of courses in one transaction: others write in between, readers see whole courses."""
    actor = Actor.system("search rebuild")
    courses = documents = after = 0
    with working(college, actor) as work:
        _list_anew(work)
    while True:
        with working(college, actor) as work:
            versions = sources.published(work, after, BATCH)
            documents += sum(index_version(work, version_id) for version_id in versions)
        if not versions:
            break
        after, courses = versions[-1], courses + len(versions)
        tell(courses, documents)
    with working(college, actor) as work:
        return Rebuilt(courses, documents, _sweep(work))


def needs_rebuild(work: Work) -> bool:
    """Whether courses are published but nothing is indexed: after the migration that made the index, or a restore."""
    return bool(sources.published(work, 0, 1)) and work.session.scalar(select(SearchDocument.id).limit(1)) is None


def _sweep(work: Work) -> int:
    """Remove what belongs to no published version; how many rows went."""
    gone: Any = work.session.execute(delete(SearchDocument).where(SearchDocument.version_id.not_in(sources.published_ids())))
    return int(gone.rowcount)


def _list_anew(work: Work) -> None:
    """On SQLite make the lists of words from the rows: a damaged list lets no row be replaced."""
    if dialect(work.session) == "sqlite":
        work.session.execute(text("INSERT INTO search_index(search_index) VALUES ('rebuild')"))
