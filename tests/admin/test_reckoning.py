"""What is written behind stands in the order in which it was given, and what goes wrong with it is not lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.admin.reckoning import behind
from app.kernel.work import Actor, College, working
from app.people.models import Person
from tests import make


class Broken(Exception):
    """What an act raises."""


def act(college: College, name: str) -> None:
    """Write a person down; «坏» breaks after that."""
    with working(college, Actor.system("test")) as work:
        make.person(work, name)
        if name == "坏":
            raise Broken()


def names(college: College) -> list[str]:
    """Who was written down, in order."""
    with working(college, Actor.system("test"), write=False) as work:
        return list(work.session.scalars(select(Person.name).order_by(Person.id)))


def test_acts_are_done_in_their_order_and_all_of_them(college: College) -> None:
    wanted = [f"人{number}" for number in range(12)]
    with behind(college) as then:
        for name in wanted:
            then(act, college, name)
    assert names(college) == wanted


@pytest.mark.parametrize("after", [[], ["丙", "丁"]])
def test_what_breaks_comes_up_and_ends_it(college: College, after: list[str]) -> None:
    with pytest.raises(Broken), behind(college) as then:
        for name in ["甲", "坏", *after]:
            then(act, college, name)
    assert names(college) == ["甲"]
