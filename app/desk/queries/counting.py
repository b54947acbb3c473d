"""How much waits, counted as far as a person counts: one statement that asks for the scope once for each claim it looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, case, func, literal, select, union_all

from app.claims.models import Appeal, Claim, Escalation
from app.claims.rules import AppealState, ClaimState, Stage
from app.desk.queries.courses import course_parts
from app.desk.queries.inbox import ACTIONS, ME, SOON, TODAY, WAITING, days, driven, due, few_of, is_held, steps_of
from app.desk.rules import Chip, Step
from app.kernel.work import Work
from app.people import queries as people

COUNTED = 1000
"""Up to here things are counted; above it stands «1000+»."""
SOONER: tuple[tuple[Chip, ...], ...] = ((), (Chip.SOON,), (Chip.SOON, Chip.LATE))
"""The chips of what is in time, nearly late, late."""
SCANNED = 2000
"""So many claims are looked at for one count, whoever they belong to; a count that stops there is a lower bound."""


@dataclass(frozen=True)
class Count:
    """How many, and whether there may be more."""

    number: int = 0
    is_least: bool = False

    def __str__(self) -> str:
        return f"{self.number}+" if self.is_least else str(self.number)


@dataclass(frozen=True)
class Counts:
    """What waits, by chip; what was returned; appeals."""

    by_name: dict[str, Count] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Count:
        return self.by_name.get(name, Count())


def counts(work: Work, step: Step, few: Any = None) -> Counts:
    """Every figure of the page in one statement. What waits is looked at in the order in which it is due."""
    given = {"me": work.actor.person_id or -1, **days(work), **({} if few is None else {"few": few})}
    looked: dict[str, int] = {}
    found: dict[str, int] = {}
    statement = _statement(step, people.scope_of(work, ACTIONS[step]), few is not None)
    for name, is_mine, is_clean, is_soon, number in work.session.execute(statement, given):
        looked[name] = looked.get(name, 0) + number
        if is_mine:
            for chip in (Chip.ALL, Chip.CLEAN if is_clean else Chip.ODD, *SOONER[is_soon]) if name == "waiting" else (name,):
                found[chip] = found.get(chip, 0) + number
    full = {name for name, number in looked.items() if number >= SCANNED}
    least = {*full, *((Chip.ALL, Chip.CLEAN, Chip.ODD) if "waiting" in full else ())}
    return Counts({name: Count(min(number, COUNTED), number > COUNTED or name in least) for name, number in found.items()})


def waiting(work: Work) -> Count:
    """How much waits for this actor, for the navigation."""
    steps = steps_of(work)
    return counts(work, steps[0], few_of(work, steps[0]))[Chip.ALL] if steps else Count()


@lru_cache(maxsize=256)
def _statement(step: Step, scope: people.Scope, is_few: bool) -> Any:
    """Rows of (what it is, mine or not, without findings or with, 1 nearly late and 2 late, how many)."""
    looked = union_all(*(select(part.subquery()) for part in _parts(step, is_few))).subquery()
    whose = looked.c.person_id
    of_mine = and_(people.condition_along(scope, whose, looked.c.kind), whose != ME, ~is_held(whose, looked.c.id))
    kinds = [looked.c.name, case((of_mine, 1), else_=0).label("is_mine"), looked.c.is_clean, looked.c.is_soon]
    return select(*kinds, func.count()).group_by(looked.c.name, "is_mine", looked.c.is_clean, looked.c.is_soon)


def _parts(step: Step, is_few: bool) -> list[Any]:
    """What is looked at: what waits, in the order in which it is due; what was returned; and for the authority the rest."""
    nothing = literal(0).label("is_clean"), literal(0).label("is_soon")
    key = Claim.person_id.label("person_id"), Claim.id.label("id"), Claim.kind.label("kind")
    soon = case((Claim.due_on < TODAY, 2), (Claim.due_on <= SOON, 1), else_=0)
    marks = case((Claim.risk == 0, 1), else_=0).label("is_clean"), soon.label("is_soon")
    if step is Step.HEAR:
        return [part.limit(SCANNED) for part in _parts_above(key, marks, nothing)]
    here = select(literal("waiting").label("name"), *key, *marks).where(Claim.state == WAITING[step], *driven(is_few))
    parts = [
        here.order_by(due(is_few), Claim.id),
        select(literal("returned").label("name"), *key, *nothing).where(Claim.state == ClaimState.RETURNED, *driven(is_few)),
    ]
    if step is Step.CERTIFY:
        late = select(literal(str(Chip.ESCALATED)), *key, *nothing).where(Claim.state == ClaimState.SUBMITTED, Claim.due_on < TODAY)
        its_claim = and_(Claim.person_id == Appeal.person_id, Claim.id == Appeal.claim_id)
        appeals = select(literal("appeals"), *key, *nothing).join(Appeal, its_claim).where(Appeal.state == AppealState.OPEN)
        parts += [late.where(*driven(is_few)), appeals, *(part.add_columns(literal(""), *nothing) for part in course_parts())]
    return [part.limit(SCANNED) for part in parts]


def _parts_above(key: Any, marks: Any, nothing: Any) -> list[Any]:
    """What waits before the organ above: claims and appeals that were put before it."""
    here = and_(Escalation.person_id == Claim.person_id, Escalation.claim_id == Claim.id)
    waits = select(literal("waiting").label("name"), *key, *marks).join(Escalation, here).where(
        Escalation.stage == Stage.CERTIFY, Escalation.due_on == Claim.due_on, Claim.state == ClaimState.UNIT_CHECKED
    )  # fmt: skip
    there = and_(Escalation.person_id == Appeal.person_id, Escalation.claim_id == Appeal.claim_id)
    its_claim = and_(Claim.person_id == Appeal.person_id, Claim.id == Appeal.claim_id)
    appeals = select(literal("appeals"), *key, *nothing).join(Appeal, its_claim).join(Escalation, there).where(
        Escalation.stage == Stage.APPEAL, Appeal.state == AppealState.OPEN
    )  # fmt: skip
    return [waits, appeals]
