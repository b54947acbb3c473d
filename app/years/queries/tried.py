"""Reads of a change of rules: what it does to requirements, to units, and to people one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, distinct, func, or_, select

from app.compliance.actions import Action as Reports
from app.compliance.models import WHOLE
from app.kernel.i18n import locale_code
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.small import is_small, joined
from app.kernel.work import Work
from app.people.models import Person, Unit
from app.people.queries import visible, within
from app.years.models import RuleChange, RuleEffect
from app.years.rules import LISTED, Turn

SIZE = 50
MOST_UNITS = 20


def rule_changes(work: Work) -> list[RuleChange]:
    """Changes of rules, the newest first; there are a few a year."""
    return list(work.session.scalars(select(RuleChange).order_by(RuleChange.id.desc()).limit(SIZE)))


@dataclass(frozen=True)
class Balance:
    """How many take which turn, in one requirement or one unit."""

    name: str
    unmet: int
    larger: int
    met: int
    smaller: int
    joined: int = 1
    """How many units the row stands for: those with few people are told together."""
    nameless: int = 0
    """Of how many the reader may not know who they are."""

    @property
    def loses(self) -> int:
        """How often somebody becomes short, or lacks more."""
        return self.unmet + self.larger

    @property
    def gains(self) -> int:
        """How often somebody is short no more, or lacks less."""
        return self.met + self.smaller

    def plus(self, other: Balance) -> Balance:
        """Both as one row without a name."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in (*LISTED, "joined", "nameless"))
        return Balance("", *(one + another for one, another in pairs))


def by_requirement(work: Work, change_id: int) -> Sequence[Balance]:
    """How many take which turn, by requirement."""
    mine = (RuleEffect.change_id == change_id, RuleEffect.requirement != WHOLE)
    statement = select(RuleEffect.requirement, *(func.sum(case((RuleEffect.turn == turn, 1), else_=0)) for turn in LISTED)).where(*mine)
    return [Balance(*row) for row in work.session.execute(statement.group_by(RuleEffect.requirement).order_by(RuleEffect.requirement))]


def by_unit(work: Work, change_id: int) -> Sequence[Balance]:
    """How many people take which turn in some requirement, by unit: where most become short first. Figures are of everybody.

    A unit too small to hide in is told together with the others of its kind, and with the next smallest while these are too few, so that
    no difference of figures tells it; whoever may be read by name hides nobody, and from nobody (domain.md §9). Where all whom the
    reader may not know are too few, no unit of theirs is told.
    """
    unit = Unit.name_en if locale_code() == "en" else Unit.name_zh
    heads, own = func.count(distinct(RuleEffect.person_id)), func.count(distinct(case((_by_name(work, within), RuleEffect.person_id))))
    statement = (
        select(func.coalesce(unit, "–"), *(_heads(turn) for turn in LISTED), heads - own)
        .outerjoin(Unit, Unit.id == RuleEffect.unit_id)
        .where(RuleEffect.change_id == change_id, RuleEffect.requirement != WHOLE)
        .group_by(RuleEffect.unit_id, unit)
    )
    found = work.session.execute(statement.order_by(RuleEffect.unit_id))
    rows = [Balance(name, unmet, larger, met, smaller, nameless=nameless) for name, unmet, larger, met, smaller, nameless in found]
    named, others = ([one for one in rows if bool(one.nameless) is is_other] for is_other in (False, True))
    told = joined(
        others, is_small=lambda one: is_small(one.nameless), order=lambda one: (one.nameless, one.gains + one.loses), plus=Balance.plus
    )
    large = sorted((one for one in (*named, *told) if one.joined == 1), key=lambda one: (-one.unmet, -one.larger, -one.gains))
    return [*large[:MOST_UNITS], *(one for one in told if one.joined > 1)]


def _by_name(work: Work, scope: Any) -> Any:
    """The people of whom the reader may know by name who is short: those of his jurisdiction, as in the list of compliance."""
    return scope(work, Reports.UNIT, RuleEffect.person_id)


def _heads(turn: Turn) -> Any:
    return func.count(distinct(case((RuleEffect.turn == turn, RuleEffect.person_id))))


@dataclass(frozen=True)
class EffectRow:
    """One person in one requirement, before and after."""

    effect: RuleEffect
    person: UUID
    name: str
    unit: str


def effects(work: Work, change_id: int, turn: Turn, cursor: str | None, size: int = SIZE) -> Page[EffectRow]:
    """Who of the reader's jurisdiction takes a turn, person by person and requirement by requirement."""
    unit = Unit.name_en if locale_code() == "en" else Unit.name_zh
    statement = (
        select(RuleEffect, Person.uid, Person.name, func.coalesce(unit, ""))
        .join(Person, Person.id == RuleEffect.person_id)
        .outerjoin(Unit, Unit.id == RuleEffect.unit_id)
        .where(RuleEffect.change_id == change_id, RuleEffect.turn == turn, RuleEffect.requirement != WHOLE, _by_name(work, visible))
        .order_by(RuleEffect.person_id, RuleEffect.requirement)
        .limit(size + 1)
    )
    if key := decode_cursor(cursor, int, str):
        after = and_(RuleEffect.person_id == key[0], RuleEffect.requirement > key[1])
        statement = statement.where(or_(RuleEffect.person_id > key[0], after))
    page = keyset(work.session.execute(statement).all(), lambda row: (row[0].person_id, row[0].requirement), size)
    return page.map(lambda row: EffectRow(*row))
