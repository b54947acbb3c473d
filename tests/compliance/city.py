"""A small city with jurisdictions in it, its history, and readers of reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from app.compliance import queries
from app.compliance.queries import Filters
from app.hours import queries as hours
from app.kernel.work import Actor, College, Work, working
from app.ledger import service as ledger
from app.people import service as people
from app.people.models import Person, RoleGrant, TeamMembership, Unit
from tests import make

DAY_ONE = date(2020, 1, 1)


@dataclass
class City:
    """Units by their short name, people by where they serve, readers by role."""

    units: dict[str, Unit]
    people: dict[str, list[Person]]
    readers: dict[str, Person]

    def __post_init__(self) -> None:
        self.everybody = [one.id for group in self.people.values() for one in group] + [one.id for one in self.readers.values()]


def small_city(work: Work, heads: int = 3) -> City:
    """City organs, a district with an organ and a street in it, another district; readers with the roles of domain.md §9."""
    root = make.unit(work, "鹏城市", code="pc", kind="city_organ")
    units = {
        "organ": make.unit(work, "市卫健委", parent=root, sector="government"),
        "party": make.unit(work, "市委办", parent=root, sector="party_mass"),
        "east": make.unit(work, "鹏东区", parent=root, kind="district_organ", level="district"),
        "west": make.unit(work, "鹏西区", parent=root, kind="district_organ", level="district"),
    }
    units["east_organ"] = make.unit(work, "鹏东区教育局", parent=units["east"], kind="district_organ", level="district")
    units["east_street"] = make.unit(work, "鹏东街道", parent=units["east"], kind="subdistrict", level="street")
    units["west_organ"] = make.unit(work, "鹏西区教育局", parent=units["west"], kind="district_organ", level="district")
    found: dict[str, list[Person]] = {}
    for name, unit in units.items():
        ranks = ["bureau" if name == "organ" else "division", *["section_below"] * (heads - 1)]
        found[name] = [make.person(work, f"{unit.name_zh}{n}", at=unit, rank=rank) for n, rank in enumerate(ranks)]
    for one in found["east_organ"]:
        work.session.add(TeamMembership(person_id=one.id, team="professional", tier="pro_middle", is_primary=False, from_on=DAY_ONE,
                                        recorded_at=work.now))  # fmt: skip
    readers = {
        "unit_admin": _reader(work, units["east_organ"], ("unit_admin", "unit_subtree")),
        "district": _reader(work, units["east"], ("organization_dept", "J9")),
        "city": _reader(work, units["party"], ("organization_dept", "J1"), ("city_policy", "city")),
        "personnel": _reader(work, units["organ"], ("personnel", "J5")),
        "ce": _reader(work, units["organ"], ("ce_officer", "J5_ce")),
        "finance": _reader(work, units["organ"], ("finance", "none")),
        "auditor": _reader(work, units["organ"], ("auditor", "none")),
        "cadre": _reader(work, units["organ"]),
    }
    return City(units, found, readers)


def _reader(work: Work, unit: Unit, *grants: tuple[str, str]) -> Person:
    one = make.person(work, "办事员", at=unit, team="party_gov")
    for role, jurisdiction in grants:
        work.session.add(RoleGrant(person_id=one.id, role=role, jurisdiction=jurisdiction, from_on=DAY_ONE))
    work.session.flush()
    return one


def actor(college: College, reader: Person) -> Actor:
    """The reader with the grants he holds."""
    with working(college, Actor.system("test"), write=False) as work:
        return people.actor_for(work, reader.id)


def study(work: Work, person_id: int, random: Random, number: int) -> Any:
    """One line by chance: an online course or a class of this year or the one before."""
    is_online = random.random() < 0.5
    on = date(random.choice((2025, 2026)), 1, 5) + timedelta(days=random.randrange(300))
    length = random.randrange(1, 6)
    return ledger.append(work, ledger.NewLine(
        person_id=person_id, category="online_course" if is_online else "special_class", hours=Decimal(random.choice((50, 30, 42, 8))),
        days=Decimal(0 if is_online else length), span_days=0 if is_online else length, occurred_from=on,
        occurred_to=on + timedelta(days=length - 1), source_type="history", source_id=f"x{number}", title="专题班",
        rule_set_version="demo@1",
        evidence=ledger.digest({"n": number}), activity_key=f"ext:{person_id}:{number}", delivery="online" if is_online else "offline",
        off_post=not is_online, subject_kind=random.choice((None, "public", "professional", "elective")), certified_by="auto",
    ))  # fmt: skip


def figures(college: College, work_as: Any, who: Actor, **more: Any) -> queries.Overview:
    """The overview of a reader."""
    with work_as(who, write=False) as work:
        return queries.overview(work, queries.reach(work, more.pop("view", None)), Filters(2026, today=hours.today(work), **more))
