"""Units change names and places and are closed, from a day on, by those whose scope they lie in.

No rule asks for the name of a unit or its place in the tree, so nobody's standing turns with them; figures by unit are
gathered along the tree as it stands. A unit closes empty: its people were transferred before, and were judged then.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Appointment, Unit
from app.people.service import units
from app.people.service.changing.subject import based, check_span, note, unit_on
from app.people.service.identity import today
from app.people.service.scope import unit_within


class UnitNotEmpty(Conflict):
    """People serve there."""

    code, text = "unit_not_empty", _l("%(count)s people serve in this unit beyond that day. Transfer them first.")


class UnitHasUnits(Conflict):
    """Units hang below it."""

    code, text = "unit_has_units", _l("%(count)s units hang below this one. Move or close them first.")


class UnitClosed(Conflict):
    """It exists no longer."""

    code, text = "unit_closed", _l("This unit was closed on %(day)s.")


class NameTaken(Conflict):
    """Two units of one name below the same one would not be told apart."""

    code, text = "unit_name_taken", _l("A unit of this name hangs below the same one already.")


class UnitOutside(Invalid):
    """A unit would come below one of another organ."""

    code = "unit_outside"
    text = _l("This unit lies outside your jurisdiction. The organ in charge of both has to move it.")


def rename(work: Work, uid: UUID, names: tuple[str, str], since: date, basis: str) -> Unit:
    """Another name, in Chinese and English, from a day on, not later than today."""
    basis, unit = based(basis), _held(work, uid, since)
    zh, en = names[0].strip()[:120], names[1].strip()[:160]
    if not zh or (zh, en) == (unit.name_zh, unit.name_en):
        raise Invalid(_l("Give another name."), field="name_zh")
    same = select(func.count()).where(Unit.parent_id == unit.parent_id, Unit.name_zh == zh, Unit.id != unit.id, Unit.valid_to.is_(None))
    if work.session.scalar(same):
        raise NameTaken(field="name_zh")
    before = _told(work, unit)
    units.rename_unit(work, unit, zh, en, since)
    _noted(work, unit, "renamed", since, basis, before)
    return unit


def move(work: Work, uid: UUID, to: str, since: date, basis: str) -> Unit:
    """Below another unit, with all that hangs below it, from a day on."""
    basis, unit = based(basis), _held(work, uid, since)
    parent = unit_on(work, to, since)
    if not unit_within(work, Action.EDIT_UNITS, parent.path):
        raise UnitOutside(field="unit")
    if parent.id == unit.parent_id:
        raise Invalid(_l("The unit hangs there already."), field="unit")
    before = _told(work, unit)
    units.move_unit(work, unit, parent, since)
    _noted(work, unit, "moved", since, basis, before)
    return unit


def close(work: Work, uid: UUID, last_day: date, basis: str) -> Unit:
    """The last day of a unit; nobody serves in it beyond, and nothing hangs below it."""
    basis, unit = based(basis), _held(work, uid, last_day)
    beyond = or_(Appointment.to_on.is_(None), Appointment.to_on > last_day)
    serving = select(func.count()).where(Appointment.unit_id == unit.id, Appointment.superseded_at.is_(None), beyond)
    if count := work.session.scalar(serving):
        raise UnitNotEmpty(count=count)
    below = select(func.count()).where(Unit.parent_id == unit.id, or_(Unit.valid_to.is_(None), Unit.valid_to > last_day))
    if count := work.session.scalar(below):
        raise UnitHasUnits(count=count)
    before = _told(work, unit)
    units.close_unit(work, unit, last_day)
    _noted(work, unit, "closed", last_day, basis, before)
    return unit


def _held(work: Work, uid: UUID, day: date) -> Unit:
    """The unit to be changed: within the actor's scope, still there, not in a closed year, and held."""
    work.require(Action.EDIT_UNITS)
    unit = work.session.scalar(select(Unit).where(Unit.uid == uid).with_for_update(key_share=True))
    if unit is None or not unit_within(work, Action.EDIT_UNITS, unit.path):
        raise NotFound()
    if unit.valid_to is not None:
        raise UnitClosed(day=unit.valid_to.isoformat())
    check_span(work, day, last=today(work))
    return unit


def _noted(work: Work, unit: Unit, act: str, since: date, basis: str, before: dict[str, Any]) -> None:
    note(work, {"person_id": None, "unit_id": unit.id}, act, since, basis, before, _told(work, unit))


def _told(work: Work, unit: Unit) -> dict[str, Any]:
    above = work.session.get(Unit, unit.parent_id) if unit.parent_id else None
    return {"name": unit.name_zh, "name_en": unit.name_en, "above": above.name_zh if above else "",
            "to": unit.valid_to.isoformat() if unit.valid_to else ""}  # fmt: skip
