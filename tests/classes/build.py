"""Builders of the tests of training classes: a small city, its officers with the roles that ship, classes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from app.classes import service
from app.classes.models import TrainingClass
from app.classes.rules import Terms
from app.kernel.work import Actor, College, Work, working
from app.people import service as people
from app.people.models import Person, Unit
from app.people.service.passwords import hashed
from tests import make

WorkAs = Callable[..., AbstractContextManager[Work]]
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 5)
"""The days of a class that is planned on the day of the tests, 22 November 2026."""


@cache
def _hash() -> str:
    """The demo password, hashed once."""
    return hashed("Study-2026-demo")


def terms(**more: Any) -> Terms:
    """Terms of a class of the city's party school that begins in December."""
    good = {"code": "CJ-2026-01", "title": "处级干部进修班", "category": "main_class", "unit": "dx", "starts_on": FIRST, "ends_on": LAST,
            "hours": Decimal(30), "days": Decimal(5)}  # fmt: skip
    return Terms(**{**good, **more})


class City:
    """Organs, two districts, a person in each, and officers with the roles of content/roles.toml."""

    def __init__(self, college: College) -> None:
        self.college = college
        with working(college, Actor.system("test")) as work:
            root = make.unit(work, "鹏城市", code="pc", kind="city")
            east, west = (
                make.unit(work, f"{name}区", parent=root, code=code, level="district") for name, code in (("东", "d1"), ("西", "d2"))
            )
            district = {"kind": "district_organ", "level": "district"}
            self.units: dict[str, Unit] = {
                "party": make.unit(work, "市委组织部", parent=root, code="zzb", sector="party_mass"),
                "school": make.unit(work, "市委党校", parent=root, code="dx", kind="party_school", sector="party_mass"),
                "gov": make.unit(work, "市城管局", parent=root, code="cg", sector="government", system_line="urban"),
                "hospital": make.unit(work, "市医院", parent=root, code="yy", kind="hospital", sector="public"),
                "east": make.unit(work, "东区区委组织部", parent=east, code="d1-zzb", **district),
                "west": make.unit(work, "西区区委组织部", parent=west, code="d2-zzb", **district),
            }
            self.people = {name: self._person(work, f"{name}-cadre", at) for name, at in self.units.items()}

    def _person(self, work: Work, name: str, at: Unit, rank: str = "section_below") -> Person:
        person = make.person(work, name, at=at, rank=rank)
        make.account(work, person, name, _hash())
        return person

    def officer(self, name: str, at: str, role: str, jurisdiction: str) -> Actor:
        """Somebody who serves in a unit and holds a role there; he can sign in by his name."""
        with working(self.college, Actor.system("test")) as work:
            person = self._person(work, name, work.session.merge(self.units[at]))
            make.grant(work, person, role, jurisdiction)
        with working(self.college, Actor.system("test"), write=False) as work:
            return people.actor_for(work, person.id)

    def city(self) -> Actor:
        """The organisation department of the city."""
        return self.officer("city", "party", "organization_dept", "J1")


def entered(work_as: WorkAs, actor: Actor | None = None, **more: Any) -> TrainingClass:
    """A class."""
    with work_as(actor) as work:
        return service.enter(work, terms(**more))


def enrolled(work_as: WorkAs, row: TrainingClass, *names: str, actor: Actor | None = None) -> service.Weighed:
    """These people come into a class."""
    with work_as(actor) as work:
        return service.enrol(work, row.uid, [(name,) for name in names])


def with_member(work: Work, unit: Unit, person: Person) -> TrainingClass:
    """A class of this unit that the person is in."""
    row = service.enter(work, terms(unit=unit.code))
    make.account(work, person, "xueyuan")
    service.enrol(work, row.uid, [("xueyuan",)])
    return row


def pages(row: TrainingClass, person: Person) -> dict[str, str]:
    """The route of every page of classes, with an address at which there is something."""
    home, withdraw = f"/manage/classes/{row.uid}", f"members/{person.uid}/withdraw"
    return {
        "/manage/classes": "/manage/classes", "/manage/classes/new": "/manage/classes/new", "/manage/classes/<uuid:uid>": home,
        "/manage/classes/<uuid:uid>/edit": f"{home}/edit", "/manage/classes/<uuid:uid>/cancel": f"{home}/cancel",
        "/manage/classes/<uuid:uid>/members/<uuid:person>/withdraw": f"{home}/{withdraw}",
        "/manage/classes/<uuid:uid>/people": f"{home}/people?q={person.name}", "/classes": "/classes",
    }  # fmt: skip
