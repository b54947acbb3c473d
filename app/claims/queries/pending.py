"""Claims that wait, as the lines they would become: pending in my year, never counted (decisions 13, 28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from app.claims.models import Claim
from app.claims.rules import OPEN
from app.claims.service.book import kinds
from app.kernel.work import Work
from app.rulebook.rules import Line

ZERO = Decimal(0)


@dataclass(frozen=True)
class Pending:
    """One open claim: what it is called, what it would add, and its line for the rules."""

    title: str
    hours: Decimal
    occurred_to: date
    credited_at: datetime
    href: str
    line: Line


def pending(work: Work, person_id: int) -> list[Pending]:
    """Handed-in claims of a person that nobody has decided, oldest first. One statement."""
    statement = select(Claim).where(Claim.person_id == person_id, Claim.state.in_(OPEN)).order_by(Claim.submitted_at)
    return [_pending(work, claim) for claim in work.session.scalars(statement)]


def _pending(work: Work, claim: Claim) -> Pending:
    assert claim.occurred_from is not None and claim.occurred_to is not None and claim.submitted_at is not None  # it is handed in
    kind, hours, days = kinds(work).kinds[claim.kind], claim.hours_claimed or ZERO, claim.days_claimed or ZERO
    dates = (claim.occurred_to - claim.occurred_from).days + 1
    line = Line(
        f"claim-{claim.uid}", "credit", kind.category, claim.occurred_from, claim.occurred_to, claim.submitted_at,
        activity_key=claim.activity_key, delivery=kind.delivery, selection="elective", subject_kind=kind.subject_kind,
        off_post=kind.off_post, overseas=kind.overseas, hours=hours, days=days, span_days=dates if kind.off_post else 0,
    )  # fmt: skip
    return Pending(claim.title, hours, claim.occurred_to, claim.submitted_at, f"/hours/claims/{claim.uid}", line)
