"""The elective menu of one person, and which of its courses close what is still short."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select

from app.catalogue.models import Course, CourseVersion, VersionState
from app.hours import rules
from app.hours.queries.year import MyYear
from app.kernel.db import plain_rows
from app.kernel.work import Work
from app.learning.models import CourseProgress
from app.ledger.rules.posting import list_of
from app.people.rules.facts import covers

SHOWN = 6
OF_A_KIND = 100
"""Courses of one subject kind that are weighed, those with the most hours for a minute first."""


def closing(work: Work, year: MyYear) -> rules.Plan | None:
    """What would close the gaps of the running year, in one statement; None for another year, or where nothing is short."""
    if year.year != year.today.year:
        return None
    found = rules.gaps(year.evaluation)
    if not found:
        return None
    menu = [_choice(year, row) for row in _rows(work)] if any(gap.takes_courses for gap in found) else []
    return rules.plan(year.evaluation, menu, reader_of(year), credited(year), work.now, SHOWN)


def reader_of(year: MyYear) -> rules.Reader:
    """For whom the menu is today."""
    teams = frozenset(fact.team for fact in year.person.teams if covers(fact, year.today))
    return rules.Reader(year.rank, year.post.position_class if year.post is not None else None, teams)


def credited(year: MyYear) -> frozenset[str]:
    """Activities that count already, or wait for certification."""
    undone = {row.reverses for row in year.lines if row.reverses is not None}
    live = (row.activity_key for row in year.lines if row.entry_kind == "credit" and row.seq not in undone)
    waiting = (one.line.activity_key for one in year.pending)
    return frozenset(key for key in (*live, *waiting) if key)


def _rows(work: Work) -> Any:
    return plain_rows(work.session, _statement(), {"person": work.person_id})


@cache
def _statement() -> Any:
    """Published courses with hours that the person `person` has not completed; built once, for the page asks every time."""
    progress, version = CourseProgress.__table__.c, CourseVersion.__table__.c
    quickest = version.nominal_ms / version.nominal_hours, version.id
    place = func.row_number().over(partition_by=version.subject_kind, order_by=quickest)
    course = Course.__table__.c
    weighed = (
        select(course.uid, version.title, version.title_en, course.framework, version.subject_kind, version.list_years,
               version.is_compulsory, version.nominal_hours, version.nominal_ms, version.lecture_count, version.major,
               progress.lectures_done, course.levels,
               course.position_classes, course.teams, version.id, place.label("place"))
        .join_from(Course.__table__, CourseVersion.__table__, version.id == course.current_version_id)
        .outerjoin(CourseProgress.__table__, (progress.person_id == bindparam("person")) & (progress.version_id == version.id))
        .where(version.state == VersionState.PUBLISHED, version.nominal_hours > 0, progress.completed_at.is_(None))
        .subquery()
    )  # fmt: skip
    return select(weighed).where(weighed.c.place <= OF_A_KIND).order_by(weighed.c.id)


def _choice(year: MyYear, row: Any) -> rules.Choice:
    """A row as the rules weigh it; of a course that is begun, the lectures not yet completed are left."""
    done = row.lectures_done or 0
    left = row.nominal_ms * max(row.lecture_count - done, 0) // max(row.lecture_count, 1)
    key = f"course:{row.uid}@{row.major}:{year.book.cycle_of(year.today.year)}"
    return rules.Choice(
        str(row.uid), row.title, row.title_en, row.framework, row.subject_kind, row.is_compulsory, row.nominal_hours, left,
        row.lectures_done is not None, key, list_of(row.list_years, year.today), tuple(row.levels),
        tuple(row.position_classes), tuple(row.teams),
    )  # fmt: skip
