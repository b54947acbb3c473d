"""What of a year still waits for somebody: claims and appeals, counted by state and by the unit in which their people serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select

from app.claims.models import Appeal, Claim
from app.claims.rules import OPEN, AppealState, ClaimState
from app.hours.queries import book_of, today
from app.kernel.clock import midnight
from app.kernel.i18n import locale_code
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Appointment, Unit

MOST_UNITS = 20


@dataclass(frozen=True)
class Waiting:
    """The open claims of the people of one unit. `code` finds them at the desk."""

    code: str
    unit: str
    submitted: int
    unit_checked: int
    returned: int
    appeals: int


def in_time(work: Work, year: int) -> int:
    """How many claims of a year that came by its last day of claims nobody has decided yet."""
    statement = select(func.count()).select_from(Claim).where(_of(year), Claim.state.in_(OPEN), Claim.submitted_at < _end(work, year))
    return work.session.scalar(statement) or 0


def waiting(work: Work, year: int) -> Sequence[Waiting]:
    """Where claims and appeals of a year wait, by unit: where most wait first. Figures only; they name nobody."""
    post, unit = Appointment, Unit
    name = unit.name_en if locale_code() == "en" else unit.name_zh
    is_open = (Appeal.person_id == Claim.person_id) & (Appeal.claim_id == Claim.id) & (Appeal.state == AppealState.OPEN)
    held = people.counting(post, today(work)) & post.is_primary
    counted = [func.sum(case((Claim.state == state, 1), else_=0)) for state in (*_STATES,)]
    appeals = func.count(Appeal.claim_id)
    statement = (
        select(func.coalesce(unit.code, ""), func.coalesce(name, "–"), *counted, appeals)
        .select_from(Claim)
        .outerjoin(Appeal, is_open)
        .outerjoin(post, (post.person_id == Claim.person_id) & held)
        .outerjoin(unit, unit.id == post.unit_id)
        .where(_of(year), or_(Claim.state.in_(_STATES), Appeal.claim_id.is_not(None)))
        .group_by(unit.code, name)
        .order_by(func.count().desc(), unit.code)
        .limit(MOST_UNITS)
    )
    return [Waiting(*row) for row in work.session.execute(statement)]


_STATES = (ClaimState.SUBMITTED, ClaimState.UNIT_CHECKED, ClaimState.RETURNED)


def _of(year: int) -> Any:
    return Claim.occurred_to.between(date(year, 1, 1), date(year, 12, 31))


def _end(work: Work, year: int) -> datetime:
    """The end of the last day on which the year may be claimed into."""
    month, day = book_of(work, year).claim_deadline
    return midnight(date(year + 1, month, day) + timedelta(days=1))
