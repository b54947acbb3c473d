"""For whom a course is (REQ-R19): by rank, position class and team, as dated facts say it of the reader today."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, or_

from app.catalogue.models import Course
from app.kernel.clock import civil
from app.kernel.work import Work
from app.people import queries as people
from app.people.rules.changes import RANKS
from app.people.rules.facts import covers


def for_reader(work: Work) -> list[ColumnElement[bool]]:
    """The courses on the reader's own menu; a course that names nobody is for everybody."""
    day, known = civil(work.now).date(), people.facts(work, work.person_id)
    posts = sorted((post for post in known.appointments if covers(post, day)), key=lambda post: not post.is_primary)
    ranks = [rank for rank in reversed(RANKS) if any(post.rank == rank for post in posts)]
    return [
        _names(Course.levels, ranks[:1]),
        _names(Course.position_classes, [post.position_class or "" for post in posts[:1]]),
        _names(Course.teams, [team.team for team in known.teams if covers(team, day)]),
    ]


def _names(column: Any, mine: list[str]) -> ColumnElement[bool]:
    """Whether a list of codes is empty or has one of mine; both engines keep it as the same text."""
    text = cast(column, Text)
    return or_(text == "[]", *(text.contains(f'"{code}"', autoescape=True) for code in sorted(set(mine)) if code))
