"""Builders of the people tests: a loaded demo city, and readers of its rows."""

from __future__ import annotations

from app.kernel.work import Actor, College, Work, working
from app.people.demo import Loaded, load_people
from app.people.models import Person


def load(college: College, scale: str = "xs") -> Loaded:
    """The demo city in this college."""
    with working(college, Actor.system("test")) as work:
        return load_people(work, scale=scale)


def everyone(work: Work) -> list[int]:
    """The numbers of all people, in order."""
    return [row[0] for row in work.session.query(Person.id).order_by(Person.id).all()]
