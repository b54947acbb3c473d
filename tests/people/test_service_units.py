"""Units change names and places and keep their past."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.kernel.errors import Forbidden, Invalid
from app.kernel.work import Work
from app.people import service
from app.people.models import Unit, UnitHistory
from app.people.service import units
from tests import make
from tests.conftest import WorkAs


def spells(work: Work, unit: Unit) -> list[tuple[str, str, date, date | None]]:
    rows = work.session.scalars(select(UnitHistory).where(UnitHistory.unit_id == unit.id).order_by(UnitHistory.from_on))
    return [(row.name_zh, row.path, row.from_on, row.to_on) for row in rows]


def new(work: Work, code: str, parent: Unit | None = None) -> Unit:
    return service.create_unit(work, code=code, name_zh=f"{code}局", name_en=code, kind="city_organ", level="city", parent=parent,
                               since=date(2020, 1, 1))  # fmt: skip


def test_a_new_unit_begins_its_history(work_as: WorkAs) -> None:
    with work_as() as work:
        city = new(work, "sz")
        unit = new(work, "a", city)
        assert unit.path == "/sz/a"
        assert spells(work, unit) == [("a局", "/sz/a", date(2020, 1, 1), None)]
        with pytest.raises(Invalid):
            new(work, "a/b", city)


def test_a_renamed_unit_was_called_otherwise_before(work_as: WorkAs) -> None:
    with work_as() as work:
        unit = new(work, "a")
        service.rename_unit(work, unit, "乙局", "B", date(2026, 1, 1))
        assert unit.name_zh == "乙局"
        assert spells(work, unit) == [("a局", "/a", date(2020, 1, 1), date(2025, 12, 31)), ("乙局", "/a", date(2026, 1, 1), None)]
        with pytest.raises(units.TooEarly):
            service.rename_unit(work, unit, "丙局", "C", date(2025, 6, 1))


def test_a_moved_unit_takes_all_below_it_and_only_that(work_as: WorkAs) -> None:
    with work_as() as work:
        city = new(work, "sz")
        fut, futian, other = new(work, "fut", city), new(work, "futian", city), new(work, "other", city)
        below = new(work, "x", fut)
        service.move_unit(work, fut, other, date(2026, 7, 1))
        assert (fut.path, below.path, futian.path) == ("/sz/other/fut", "/sz/other/fut/x", "/sz/futian")
        assert fut.parent_id == other.id
        assert [path for _, path, _, _ in spells(work, below)] == ["/sz/fut/x", "/sz/other/fut/x"]
        assert len(spells(work, futian)) == 1
        for target in (fut, below):
            with pytest.raises(units.Circle):
                service.move_unit(work, fut, target, date(2026, 8, 1))


def test_a_unit_without_history_gets_its_first_spell_when_it_changes(work_as: WorkAs) -> None:
    with work_as() as work:
        unit = make.unit(work, "甲局", code="old")
        service.rename_unit(work, unit, "乙局", "B", date(2026, 1, 1))
        assert [name for name, *_ in spells(work, unit)] == ["甲局", "乙局"]


def test_without_the_action_no_unit_changes(work_as: WorkAs) -> None:
    with work_as() as work:
        unit, person = new(work, "a"), make.person(work)
    with work_as(make.actor(person, "people.see_units")) as work, pytest.raises(Forbidden):
        service.rename_unit(work, unit, "乙局", "B", date(2026, 1, 1))
