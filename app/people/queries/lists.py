"""Lists for the staff: people within one's scope, one person's card, the tree of units at a date."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.kernel.errors import Invalid, NotFound, Refusal
from app.kernel.i18n import _l, locale_code
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Appointment, Person, Unit, UnitHistory
from app.people.queries.facts import PersonCard, cards
from app.people.queries.tree import under
from app.people.service.identity import today
from app.people.service.scope import counting, in_force, visible


def folded(words: str | None) -> str:
    """What somebody typed into a search field: one spelling, no edges, at most sixty signs."""
    return unicodedata.normalize("NFKC", words or "").strip()[:60]


def people(
    work: Work, words: str = "", unit: Unit | None = None, cursor: str | None = None, *, action: str = Action.SEE
) -> Page[PersonCard]:
    """People the actor may see, or over whom he may do `action`, by name or unit; the number of statements does not grow with the list."""
    key = decode_cursor(cursor, int)
    statement = select(Person.id).where(visible(work, action, Person.id)).order_by(Person.id).limit(SIZE + 1)
    if key:
        statement = statement.where(Person.id > key[0])
    if unit is not None:
        statement = statement.where(_serves(work, under(Unit.path, unit.path)))
    if sought := folded(words):
        in_unit = _serves(work, or_(Unit.name_zh.contains(sought, autoescape=True), Unit.name_en.icontains(sought, autoescape=True)))
        statement = statement.where(or_(Person.name.contains(sought, autoescape=True), in_unit))
    ids = list(work.session.scalars(statement))
    page = keyset(ids, lambda person_id: (person_id,))
    found = cards(work, page.items)
    return page.map(lambda person_id: found[person_id])


def _serves(work: Work, condition: Any) -> Any:
    """Serves in a unit that meets the condition, or did last."""
    units = select(Unit.id).where(condition)  # few: so that posts are found by their index, not walked through
    return Person.id.in_(select(Appointment.person_id).where(Appointment.unit_id.in_(units), counting(Appointment, today(work))))


def _shown(zh: str, en: str) -> str:
    return en if en and locale_code() == "en" else zh


def unit_by_uid(work: Work, uid: UUID) -> Unit:
    """A unit; units are no secret among those who may see the tree."""
    unit = work.session.execute(select(Unit).where(Unit.uid == uid)).scalar_one_or_none()
    if unit is None:
        raise NotFound()
    return unit


@dataclass(frozen=True)
class UnitRow:
    """A unit as it was called and where it hung on a day."""

    id: int
    uid: UUID
    name: str
    kind: str
    parent_id: int | None
    children: int = 0
    people: int = 0


@dataclass(frozen=True)
class UnitSpell:
    """What a unit was called and below which one it hung, for a while."""

    name: str
    above: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True)
class UnitPage:
    """One unit on a day: the way down to it, what lies right below, its former names and places."""

    unit: UnitRow
    trail: tuple[UnitRow, ...]
    below: tuple[UnitRow, ...]
    history: tuple[UnitSpell, ...]
    on: date


def unit_page(work: Work, uid: UUID | None, on: date | None = None) -> UnitPage:
    """The tree around one unit (the root when none is named), with the people whose primary post was there that day.

    Without a day it is today's, of a unit that was closed that of its last day.
    """
    day = on or min(today(work), _last_day(work, uid) or date.max)
    spells = _spells(work, day)
    wanted = next((row for row in spells.values() if (row.uid == uid if uid else row.parent_id is None)), None)
    if wanted is None:
        raise _not_there(work, uid, day)
    children, heads = _counted(spells, _served(work, day))
    trail = [wanted]
    while (above := spells.get(trail[0].parent_id or 0)) is not None:
        trail.insert(0, above)
    below = sorted((row for row in spells.values() if row.parent_id == wanted.id), key=lambda row: row.id)
    full = [UnitRow(r.id, r.uid, r.name, r.kind, r.parent_id, children[r.id], heads[r.id]) for r in (wanted, *below)]
    return UnitPage(full[0], tuple(trail), tuple(full[1:]), _history(work, wanted.id), day)


def _last_day(work: Work, uid: UUID | None) -> date | None:
    """The last day of a unit that was closed."""
    return work.session.scalar(select(Unit.valid_to).where(Unit.uid == uid)) if uid is not None else None


def _history(work: Work, unit_id: int) -> tuple[UnitSpell, ...]:
    """Names and places of a unit, oldest first; the unit above as it was called when each began.

    What was replaced on its first day was on no day, and is not told.
    """
    above, now = aliased(UnitHistory), aliased(Unit)
    then = and_(above.unit_id == UnitHistory.parent_id, above.from_on <= UnitHistory.from_on,
                or_(above.to_on.is_(None), above.to_on >= UnitHistory.from_on))  # fmt: skip
    up = [func.coalesce(getattr(above, name), getattr(now, name), "") for name in ("name_zh", "name_en")]
    columns = (UnitHistory.name_zh, UnitHistory.name_en, *up, UnitHistory.from_on, UnitHistory.to_on)
    joined = select(*columns).outerjoin(above, then).outerjoin(now, now.id == UnitHistory.parent_id)
    lasted = or_(UnitHistory.to_on.is_(None), UnitHistory.to_on >= UnitHistory.from_on)
    spells = joined.where(UnitHistory.unit_id == unit_id, lasted).order_by(UnitHistory.from_on, UnitHistory.id)
    rows = work.session.execute(spells)
    return tuple(UnitSpell(_shown(zh, en), _shown(up_zh, up_en), since, until) for zh, en, up_zh, up_en, since, until in rows)


def _not_there(work: Work, uid: UUID | None, day: date) -> Refusal:
    """Why no unit is shown: there never was one, or it was not there on the day."""
    known = select(func.min(UnitHistory.from_on)).join(Unit, Unit.id == UnitHistory.unit_id)
    first = work.session.scalar(known.where(Unit.uid == uid) if uid else known)
    if first is None:
        return NotFound()
    if day < first:
        return Invalid(_l("There is no record of this unit before %(first)s."), field="on", first=first.isoformat())
    return Invalid(_l("This unit did not exist on %(day)s."), field="on", day=day.isoformat())


def _spells(work: Work, day: date) -> dict[int, UnitRow]:
    """Every unit that existed on a day, as it stood then."""
    statement = (
        select(Unit.id, Unit.uid, UnitHistory.name_zh, UnitHistory.name_en, Unit.kind, UnitHistory.parent_id)
        .join(UnitHistory, UnitHistory.unit_id == Unit.id)
        .where(UnitHistory.from_on <= day, or_(UnitHistory.to_on.is_(None), UnitHistory.to_on >= day))
    )
    return {id_: UnitRow(id_, uid, _shown(zh, en), kind, parent) for id_, uid, zh, en, kind, parent in work.session.execute(statement)}


def _served(work: Work, day: date) -> dict[int, int]:
    """How many people have their primary post in each unit."""
    statement = select(Appointment.unit_id, func.count()).where(and_(Appointment.is_primary, in_force(Appointment, day)))
    return dict(work.session.execute(statement.group_by(Appointment.unit_id)).all())


def _counted(spells: dict[int, UnitRow], served: dict[int, int]) -> tuple[Counter[int], Counter[int]]:
    """Units right below each unit, and people in each subtree."""
    children: Counter[int] = Counter(row.parent_id for row in spells.values() if row.parent_id is not None)
    heads: Counter[int] = Counter()
    for unit_id, count in served.items():
        at: int | None = unit_id
        while at is not None and at in spells:
            heads[at] += count
            at = spells[at].parent_id
    return children, heads
