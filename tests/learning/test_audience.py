"""For whom a course is: the list of courses and the menu of my year read the same lists alike (REQ-R19)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from app.hours import queries as hours
from app.hours.queries.menu import reader_of
from app.hours.rules import Choice
from app.kernel.work import Actor
from app.learning import queries
from app.people.models import Appointment
from tests import make

LEVELS: tuple[list[str], ...] = ([], ["division"], ["section_below", "division"], ["bureau"])
CLASSES: tuple[list[str], ...] = ([], ["general"], ["technical", "enforcement"])
TEAMS: tuple[list[str], ...] = ([], ["party_gov"], ["professional", "enterprise"])


@pytest.mark.parametrize(
    ("rank", "position_class", "team"),
    [("division", "general", "party_gov"), ("section_below", "enforcement", "enterprise"), (None, "technical", "professional")],
)
def test_the_list_for_me_is_the_menu_of_my_year(work_as: Any, rank: str | None, position_class: str, team: str) -> None:
    with work_as() as work:
        me = make.person(work, rank=rank, team=team)
        work.session.query(Appointment).filter_by(person_id=me.id).one().position_class = position_class
        every = {}
        for levels, classes, teams in product(LEVELS, CLASSES, TEAMS):
            course, _version, _lectures = make.course(work, me)
            course.levels, course.position_classes, course.teams = levels, classes, teams
            every[course.uid] = (tuple(levels), tuple(classes), tuple(teams))
    with work_as(Actor(person_id=me.id, name=me.name), write=False) as work:
        reader = reader_of(hours.my_year(work, me.id, 2026))
        found = _all(work, queries.Filters(audience="me"))
        assert len(_all(work, queries.Filters())) == len(every)
    blank = Choice("", "", "", "", None, False, Decimal(1), 0, False, "")
    menu = {
        uid
        for uid, (levels, classes, teams) in every.items()
        if replace(blank, levels=levels, position_classes=classes, teams=teams).is_for(reader)
    }
    assert found == menu
    assert 0 < len(menu) < len(every)


def _all(work: Any, filters: Any) -> set[Any]:
    """The whole list, page after page."""
    found, page = set(), None
    while True:
        part = queries.courses(work, filters, page)
        found |= {card.uid for card in part.items}
        if part.next is None:
            return found
        page = part.next
