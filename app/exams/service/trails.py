"""The trail of a result: what was done to it, by whom, why, before and after; the candidate reads it, nobody changes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, insert

from app.exams.models import ResultTrail
from app.exams.rules.regrading import Result
from app.exams.service import refusals
from app.kernel.errors import Invalid
from app.kernel.work import Work

REASON = 500


@dataclass(frozen=True)
class Told:
    """A result that becomes another: its score and verdict before, and what it is judged now (None: annulled)."""

    person_id: int
    attempt_id: int
    score: Decimal | None
    passed: bool | None
    judged: Result | None


def reason_of(reason: str, most: int = REASON, refusal: type[Invalid] = refusals.ResultReasonNeeded) -> str:
    """The reason without the blanks around it; refused where there is none, or it is too long."""
    said = reason.strip()
    if not 0 < len(said) <= most:
        raise refusal(field="reason", most=most)
    return said


def tell(work: Work, what: str, reason: str, results: Iterable[Told]) -> None:
    """Put the change of these results on record; their candidates find it on the result and in their list."""
    rows = [
        {"person_id": one.person_id, "attempt_id": one.attempt_id, "what": what, "who_id": work.actor.person_id, "reason": reason,
         "before": figures(one.score, one.passed),
         "after": figures(one.judged.score, one.judged.passed) if one.judged else {}, "at": work.now}
        for one in results
    ]  # fmt: skip
    if rows:
        work.session.execute(insert(cast(Table, ResultTrail.__table__)), rows)


def figures(score: Decimal | None, passed: bool | None) -> dict[str, Any]:
    """Score and verdict as the trail keeps them."""
    return {"score": None if score is None else str(score), "passed": passed}
