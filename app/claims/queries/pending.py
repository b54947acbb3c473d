"""Claims that wait, as the lines they would become: pending in my year, never counted (decisions 13, 28).

Whoever judges a year reads them in one statement together with what waits there, so the columns have names of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, literal, select

from app.claims.models import Claim
from app.claims.rules import OPEN
from app.claims.service.book import kinds
from app.kernel.work import Work
from app.rulebook.rules import Line

ZERO = Decimal(0)
SOURCE = "claim"


@dataclass(frozen=True)
class Pending:
    """One thing that waits for certification: what it is called, what it would add, and its line for the rules."""

    title: str
    hours: Decimal
    occurred_to: date
    credited_at: datetime
    line: Line
    href: str = ""


def pending_statement() -> Any:
    """Handed-in claims of the person `person` that nobody has decided."""
    return select(
        literal(SOURCE).label("source"), Claim.title.label("title"), Claim.hours_claimed.label("hours"), Claim.days_claimed.label("days"),
        Claim.occurred_from.label("occurred_from"), Claim.occurred_to.label("occurred_to"), Claim.submitted_at.label("at"),
        Claim.activity_key.label("activity_key"), Claim.kind.label("kind"), Claim.uid.label("uid"), literal(False).label("mandatory"),
        literal("").label("subject_kind"), Claim.values.label("entered"),
    ).where(Claim.person_id == bindparam("person"), Claim.state.in_(OPEN))  # fmt: skip


def pending_of(work: Work, row: Any) -> Pending:
    """A row of the statement above."""
    kind = kinds(work).kinds[row.kind]
    dates = (row.occurred_to - row.occurred_from).days + 1
    line = Line(
        f"claim-{row.uid}", "credit", kind.category, row.occurred_from, row.occurred_to, row.at, activity_key=row.activity_key,
        delivery=kind.delivery, selection="elective", subject_kind=kind.subject_of(row.entered), off_post=kind.off_post,
        overseas=kind.overseas, hours=row.hours, days=row.days or ZERO, span_days=dates if kind.off_post else 0,
        **kind.axes_of(row.entered),
    )  # fmt: skip
    return Pending(row.title, row.hours, row.occurred_to, row.at, line, f"/hours/claims/{row.uid}")
