"""The tree of units as it stood: what a unit was called and where it hung on a day, so that a past year keeps its names and parents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.kernel.db import plain_rows
from app.kernel.errors import NotFound
from app.kernel.i18n import locale_code
from app.kernel.work import Work
from app.people.models import Unit, UnitHistory
from app.people.service.identity import today


@dataclass(frozen=True)
class UnitThen:
    """A unit as it stood on a day."""

    id: int
    uid: UUID
    code: str
    path: str
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        """Its name then, in the reader's language."""
        return self.name_en if self.name_en and locale_code() == "en" else self.name_zh


def end_of(year: int, on: date) -> date | None:
    """The day as of which units are shown in figures of a year: the last of a year that is over; none, which is today, of any other."""
    return date(year, 12, 31) if year < on.year else None


def day_of_year(work: Work, year: int) -> date | None:
    """The same today."""
    return end_of(year, today(work))


@lru_cache(maxsize=64)
def units_on(day: date | None) -> Any:
    """The units, to be read from by `c.id`, `c.uid`, `c.code`, `c.path`, `c.name_zh`, `c.name_en`: as of a day, or as they stand.

    A unit of which nothing is known as of that day, because it never changed or did not exist yet, is as it stands.
    """
    if day is None:
        return Unit.__table__
    then = UnitHistory.__table__.alias("unit_spell")
    covers = and_(then.c.unit_id == Unit.id, then.c.from_on <= day, or_(then.c.to_on.is_(None), then.c.to_on >= day))
    turned = [func.coalesce(then.c[name], getattr(Unit, name)).label(name) for name in ("path", "name_zh", "name_en")]
    return select(Unit.id, Unit.uid, Unit.code, *turned).join_from(Unit, then, covers, isouter=True).subquery("unit_then")


def name_in(unit: Any) -> Any:
    """The column of `units_on` that names a unit in the reader's language."""
    return func.coalesce(func.nullif(unit.c.name_en, ""), unit.c.name_zh) if locale_code() == "en" else unit.c.name_zh


def under(path: Any, root: str) -> ColumnElement[bool]:
    """Units that are the one of a path or lie below it; `path` is the column of theirs."""
    return or_(path == root, func.substr(path, 1, len(root) + 1) == f"{root}/")


def ids_under(root: str, day: date | None) -> Any:
    """The numbers of the units in or below the one of a path on a day, as a statement."""
    unit = units_on(day)
    return select(unit.c.id).where(under(unit.c.path, root))


def every_unit(work: Work, day: date | None) -> list[UnitThen]:
    """All units as of a day, once a page: there are thousands of them, not millions."""
    rows: Sequence[Any] = plain_rows(work.session, select(*_columns(units_on(day))), {}).all()
    return [UnitThen(*row) for row in rows]


def unit_then(work: Work, day: date | None, *, uid: UUID | None = None, code: str = "") -> UnitThen:
    """One unit as of a day, by its uid or its code. NotFound."""
    unit = units_on(day)
    which = unit.c.uid == uid if uid is not None else unit.c.code == code
    row = work.session.execute(select(*_columns(unit)).where(which)).first()
    if row is None:
        raise NotFound()
    return UnitThen(*row)


def _columns(unit: Any) -> tuple[Any, ...]:
    """Those of a UnitThen in its order."""
    return unit.c.id, unit.c.uid, unit.c.code, unit.c.path, unit.c.name_zh, unit.c.name_en
