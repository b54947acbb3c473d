"""Units change names and places; every change leaves the former spell in UnitHistory (REQ unit history, domain.md §7)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, or_, select, update

from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Unit, UnitHistory


class Circle(Invalid):
    """A unit cannot hang below itself."""

    code, text = "unit_circle", _l("A unit cannot be moved below itself.")


class TooEarly(Invalid):
    """A change lies before the last one."""

    code, text = "unit_change_too_early", _l("The last change of this unit was later than this day.")


def create_unit(work: Work, *, code: str, name_zh: str, name_en: str, kind: str, level: str, parent: Unit | None, since: date,
                sector: str = "", system_line: str = "", is_stationed: bool = False) -> Unit:  # fmt: skip
    """A new unit below `parent`; its code is one segment of its path."""
    work.require(Action.EDIT_UNITS)
    if "/" in code or not code:
        raise Invalid(_l("A unit code holds no slash."), field="code")
    unit = Unit(uid=work.new_uid(), code=code, name_zh=name_zh, name_en=name_en, kind=kind, level=level, sector=sector,
                system_line=system_line, is_stationed=is_stationed, parent_id=parent.id if parent else None,
                path=f"{parent.path if parent else ''}/{code}", valid_from=since, valid_to=None)  # fmt: skip
    work.session.add(unit)
    work.session.flush()
    _begin_spell(work, unit, since)
    return unit


def unit_by_code(work: Work, code: str) -> Unit:
    """The unit of a code. Raises NotFound."""
    unit = work.session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise NotFound(_l("There is no unit with the code %(code)s."), code=code)
    return unit


def rename_unit(work: Work, unit: Unit, name_zh: str, name_en: str, since: date) -> None:
    """Give a unit another name from a day on."""
    work.require(Action.EDIT_UNITS)
    _end_spell(work, unit, since)
    unit.name_zh, unit.name_en = name_zh, name_en
    work.session.flush()
    _begin_spell(work, unit, since)


def move_unit(work: Work, unit: Unit, parent: Unit, since: date) -> None:
    """Hang a unit, with all that is below it, under another one from a day on; each of them keeps its past."""
    work.require(Action.EDIT_UNITS)
    if parent.path == unit.path or parent.path.startswith(f"{unit.path}/"):
        raise Circle(field="unit")
    before, after = unit.path, f"{parent.path}/{unit.path.rpartition('/')[2]}"
    below = or_(Unit.path == before, func.substr(Unit.path, 1, len(before) + 1) == f"{before}/")
    moved = list(work.session.scalars(select(Unit).where(below).order_by(Unit.path)))
    for one in moved:
        _end_spell(work, one, since)
        one.path = after + one.path[len(before) :]
    unit.parent_id = parent.id
    work.session.flush()
    for one in moved:
        _begin_spell(work, one, since)


def close_unit(work: Work, unit: Unit, last_day: date) -> None:
    """The unit exists until a day, inclusive; its past stays."""
    work.require(Action.EDIT_UNITS)
    _end_spell(work, unit, last_day + timedelta(days=1))
    unit.valid_to = last_day
    work.session.flush()


def _end_spell(work: Work, unit: Unit, since: date) -> None:
    """Close the running spell; a change on its very first day replaces it."""
    running = select(UnitHistory).where(UnitHistory.unit_id == unit.id, UnitHistory.to_on.is_(None))
    spell = work.session.scalars(running).one_or_none()
    if spell is None:
        spell = UnitHistory(unit_id=unit.id, name_zh=unit.name_zh, name_en=unit.name_en, parent_id=unit.parent_id, path=unit.path,
                            from_on=unit.valid_from, to_on=None, recorded_at=work.now)  # fmt: skip
        work.session.add(spell)
        work.session.flush()
    if since < spell.from_on:
        raise TooEarly(field="since")
    ended = update(UnitHistory).where(UnitHistory.id == spell.id, UnitHistory.to_on.is_(None))
    if not changed_one(work.session, ended.values(to_on=since - timedelta(days=1))):
        raise Conflict()


def _begin_spell(work: Work, unit: Unit, since: date) -> None:
    work.session.add(
        UnitHistory(unit_id=unit.id, name_zh=unit.name_zh, name_en=unit.name_en, parent_id=unit.parent_id, path=unit.path, from_on=since,
                    to_on=None, recorded_at=work.now)
    )  # fmt: skip
    work.session.flush()
