"""What was found, by house: courses, lectures, and the second of a lecture at which it is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, cast, literal_column, or_, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from app.catalogue.models import Course, CourseVersion, Lecture, VersionState
from app.kernel.db import dialect
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work
from app.search.models import House, SearchDocument
from app.search.rules import showing
from app.search.rules.passages import moment
from app.search.rules.showing import Piece
from app.search.rules.words import FENCE, LONGEST_QUERY, Term, terms

AT_FIRST = 6
"""Hits of each house on the page that shows all houses."""


@dataclass(frozen=True)
class Hit:
    """One thing found. `title` and `about` are cut into pieces, those asked for marked; `at_ms` is where it is said."""

    house: House
    course_uid: UUID
    course_title: str
    framework: str
    lecture_uid: UUID | None
    number: int
    title: tuple[Piece, ...]
    about: tuple[Piece, ...]
    at_ms: int
    duration_ms: int
    cursor: tuple[int, int, int]


@dataclass(frozen=True)
class Found:
    """The answer to a query: what was looked for, and a page of each house that was asked."""

    asked: tuple[Term, ...]
    is_cut: bool
    houses: dict[House, Page[Hit]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was found."""
        return not any(page.items for page in self.houses.values())


def search(work: Work, query: str, house: House | None = None, page: str | None = None, *, english: bool = False) -> Found:
    """Published things that have every term; titles first, newest courses first. One statement for each house."""
    asked = terms(query)
    houses = [house] if house else list(House)
    size = SIZE if house else AT_FIRST
    found = {one: _page(work, one, asked, page if house else None, size, english) for one in houses} if asked else {}
    return Found(asked, len(query) > LONGEST_QUERY, found)


def _page(work: Work, house: House, asked: Sequence[Term], cursor: str | None, size: int, english: bool) -> Page[Hit]:
    key = decode_cursor(cursor, int, int, int)
    rows = list(work.session.execute(_statement(work, house, asked, key).limit(size + 1)))
    return keyset([_hit(house, row, asked, english) for row in rows], lambda hit: hit.cursor, size)


def _statement(work: Work, house: House, asked: Sequence[Term], key: list[int] | None) -> Any:
    """The hits of a house in their order: in the title or not, version, place. What is said has no title of its own."""
    matches = _matcher(work)
    in_title = case((matches(asked, "in_title", FENCE), 1), else_=0) if house != House.TRANSCRIPTS else literal_column("(0 + 0)")
    statement = (
        select(SearchDocument, Course, CourseVersion, Lecture, in_title.label("in_title"))
        .join(CourseVersion, CourseVersion.id == SearchDocument.version_id)
        .join(Course, Course.id == SearchDocument.course_id)
        .outerjoin(Lecture, Lecture.id == SearchDocument.lecture_id)
        .where(SearchDocument.house == house, matches(asked, "anywhere", ""))
        .where(CourseVersion.state == VersionState.PUBLISHED, Course.current_version_id == CourseVersion.id)
        .order_by(in_title.desc(), SearchDocument.version_id.desc(), SearchDocument.id)
    )
    return statement if key is None else statement.where(_after(in_title, *key))


def _after(in_title: Any, title: int, version_id: int, number: int) -> ColumnElement[bool]:
    """What comes after the last hit of the page before."""
    same_version = and_(SearchDocument.version_id == version_id, SearchDocument.id > number)
    return or_(in_title < title, and_(in_title == title, or_(SearchDocument.version_id < version_id, same_version)))


def _matcher(work: Work) -> Callable[[Sequence[Term], str, str], ColumnElement[bool]]:
    """How this engine is asked for terms, of the title alone when their words bear its mark."""
    return _in_tsvector if dialect(work.session) == "postgresql" else _in_fts5


def _in_fts5(asked: Sequence[Term], name: str, mark: str) -> ColumnElement[bool]:
    """Phrases of FTS5; words are of letters and digits only, so nothing of its language can be in them."""
    wanted = " AND ".join('"' + " ".join(mark + word for word in term.words) + '"' + ("*" if term.is_begun else "") for term in asked)
    found = text(f"search_document.id IN (SELECT rowid FROM search_index WHERE search_index MATCH :{name})")  # noqa: S608  # our own names
    return found.bindparams(bindparam(name, wanted))  # type: ignore[return-value]  # a condition in words


def _in_tsvector(asked: Sequence[Term], _name: str, mark: str) -> ColumnElement[bool]:
    """Phrases of a tsquery; the same holds."""
    wanted = []
    for term in asked:
        words = [f"'{mark}{word}'" for word in term.words]
        wanted.append("(" + " <-> ".join([*words[:-1], words[-1] + (":*" if term.is_begun else "")]) + ")")
    return SearchDocument.words.op("@@", is_comparison=True)(cast(" & ".join(wanted), TSQUERY))


def _hit(house: House, row: Row[Any], asked: Sequence[Term], english: bool) -> Hit:
    document, course, version, lecture, in_title = tuple(row)
    course_title = version.title_en if english and version.title_en else version.title
    title = lecture.title if lecture is not None else course_title
    if house == House.COURSES and in_title and not showing.hits(title, asked):
        title = next((one for one in (version.title, version.title_en) if showing.hits(one, asked)), title)
    lines = document.text.split("\n")
    at_ms, spans = document.at_ms, showing.hits(document.text, asked)
    if house == House.TRANSCRIPTS and spans:
        at_ms = moment(((mark[0], mark[1]) for mark in document.marks), spans[0][0], document.at_ms)
    about = showing.stretch(_own_language(lines, version, english) if house == House.COURSES else lines, asked)
    return Hit(
        house, course.uid, course_title, course.framework, lecture.uid if lecture else None, lecture.position if lecture else 0,
        showing.pieces(title, asked), about, at_ms, lecture.duration_ms if lecture else version.nominal_ms,
        (int(in_title), document.version_id, document.id),
    )  # fmt: skip


def _own_language(lines: list[str], version: CourseVersion, english: bool) -> list[str]:
    """The lines of a course, the summary in the reader's language first."""
    own = version.summary_en if english else version.summary
    return sorted(lines, key=lambda line: line != own)
