"""Builders of ledger lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from app.kernel.work import Work
from app.ledger import service as ledger
from app.people.models import Person
from tests import make

PLACE = ledger.Place(None, "市人事局", "主任科员", "section_below")


def line(person_id: int, n: int = 1, **fields: Any) -> ledger.NewLine:
    """A finished online course, the `n`-th of the person."""
    new = ledger.NewLine(
        person_id=person_id, activity_key=f"course:c{n}@1:2023-2027", category="online_course", hours=Decimal("1.25"),
        occurred_from=date(2026, 11, 1), occurred_to=date(2026, 11, 20), source_type="course", source_id=f"c{n}",
        title=f"领导沟通技巧（{n}）", rule_set_version="demo@1", evidence=ledger.digest({"course": n}), framework="competence",
        delivery="online", selection="elective", certified_by="auto", place=PLACE,
    )  # fmt: skip
    return replace(new, **fields)


def training(person_id: int, n: int = 1, **fields: Any) -> ledger.NewLine:
    """A five-day class from Monday to Friday."""
    return line(
        person_id, n,
        **{
            "activity_key": f"class:{n}", "category": "special_class", "hours": Decimal(40), "days": Decimal(5), "span_days": 5,
            "occurred_from": date(2026, 3, 2), "occurred_to": date(2026, 3, 6), "off_post": True, "delivery": "offline", **fields,
        },
    )  # fmt: skip


def people(work: Work, count: int) -> list[Person]:
    """People of one unit, with names that differ."""
    unit = make.unit(work)
    return [make.person(work, f"李学{i}", at=unit) for i in range(count)]


def history(work: Work, persons: Sequence[Person], lines_each: int = 4) -> None:
    """Some lines for everybody, a reversal for every third person."""
    for i, person in enumerate(persons):
        for n in range(lines_each):
            ledger.append(work, line(person.id, n))
        if i % 3 == 0:
            ledger.reverse(work, person.id, 2, "代学")
