"""A claim of a year that was closed meanwhile: what the certifier decides is put before a superior (domain.md §6.4).

Claims stand below the house that keeps years, which registers here how a decision is put before its second person and
carries it out, in the certifier's name, once he has approved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.claims.models import Claim
from app.claims.rules import Act, Verdict
from app.claims.service import moving
from app.kernel.work import Work
from app.ledger import service as ledger

Put = Callable[[Work, Claim, Act, Verdict], None]
_put: list[Put] = []


def set_superior(put: Put) -> Put:
    """Register who puts decisions before a superior."""
    _put[:] = [put]
    return put


def year_of(claim: Claim) -> int:
    """The accounting year a claim belongs to."""
    assert claim.occurred_to is not None  # handed-in claims have their dates
    return claim.occurred_to.year


def needs_superior(work: Work, claim: Claim) -> bool:
    """Whether the claim's year is closed, so that its line is approved by a superior first."""
    return bool(_put) and claim.occurred_to is not None and ledger.is_shut(work, year_of(claim))


def shut_years(work: Work, claims: Iterable[Claim]) -> frozenset[int]:
    """The years of many claims that are closed: each is asked once."""
    years = {year_of(claim) for claim in claims} if _put else set()
    return frozenset(year for year in years if ledger.is_shut(work, year))


def put_before(work: Work, claim: Claim, act: Act, verdict: Verdict) -> None:
    """Put a decision before a superior, once; the claim stays where it stands until he has decided. The row is held first."""
    figures = {"hours": str(verdict.hours), "days": str(verdict.days), **({"subject": verdict.subject} if verdict.subject else {})}
    moving.note(work, claim, Act.PUT_UP, reason=verdict.reason, figures=figures)
    _put[0](work, claim, act, verdict)


def turned_down(work: Work, claim: Claim, answer: str) -> None:
    """The superior refused; whoever certifies reads it and decides anew."""
    moving.note(work, claim, Act.TURN_DOWN, reason=answer)
