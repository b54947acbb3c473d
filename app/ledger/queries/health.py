"""Whether the ledger holds, from what is stored: the newest seal, what waits for the next one, the last walk through all of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, literal, select

from app.kernel.work import Work
from app.ledger.models import LedgerCheck, LedgerHead, LedgerSeal


@dataclass(frozen=True)
class Health:
    """The newest seal and check, if any, and how many lines no seal covers yet."""

    seal: LedgerSeal | None
    check: LedgerCheck | None
    waiting: int

    @property
    def lines(self) -> int:
        """All lines there are."""
        return (self.seal.size if self.seal else 0) + self.waiting

    @property
    def is_sound(self) -> bool | None:
        """What the last check found; None before the first. A seal smaller than what it saw sealed is not sound."""
        if self.check is None:
            return None
        return not self.check.bad and (self.seal.size if self.seal else 0) >= self.check.sealed


def health(work: Work) -> Health:
    """One statement, however many lines there are: nothing is hashed or counted here."""
    waiting = select(func.coalesce(func.sum(LedgerHead.seq - LedgerHead.sealed_seq), 0)).where(LedgerHead.sealed_seq < LedgerHead.seq)
    newest, last = select(func.max(LedgerSeal.size)).scalar_subquery(), select(func.max(LedgerCheck.id)).scalar_subquery()
    one = select(literal(1).label("one")).subquery()
    found = work.session.execute(
        select(LedgerSeal, LedgerCheck, waiting.scalar_subquery())
        .select_from(one)
        .outerjoin(LedgerSeal, LedgerSeal.size == newest)
        .outerjoin(LedgerCheck, LedgerCheck.id == last)
    ).one()
    return Health(found[0], found[1], int(found[2]))
