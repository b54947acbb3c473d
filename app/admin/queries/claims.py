"""The trail of the certification desk: who passed, returned, certified, rejected, revoked or heard what, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.admin.queries.asked import Wanted, conditions, in_scope, page_of, units_of
from app.claims.models import Claim, ClaimTrail
from app.claims.rules import Act
from app.kernel.paging import Page
from app.kernel.work import Work
from app.ledger import queries as ledger
from app.people.models import Person

SIZE = 50
DEEDS = (Act.PASS, Act.RETURN, Act.CERTIFY, Act.REJECT, Act.REVOKE, Act.HEAR, Act.PUT_UP, Act.TURN_DOWN, Act.ESCALATE, Act.REFUSED)
"""What those who decide do; the claimant's own steps are his affair and stand with his claim."""


WRITING = (Act.CERTIFY, Act.REVOKE, Act.HEAR)
"""What writes into the ledger, where it does not wait for a superior."""


@dataclass(frozen=True)
class ClaimDeed:
    """One act on one claim, with the hours that were claimed and what the act made of them."""

    act: str
    by_id: int | None
    by_name: str
    at: datetime
    reason: str
    figures: dict[str, Any]
    ip: str
    device: str
    claim: UUID
    title: str
    kind: str
    claimed: Decimal | None
    person: UUID
    person_id: int
    name: str
    claim_id: int
    n: int
    unit: str = ""
    entry_seq: int | None = None
    """The line that this act wrote; a later one of the same claim has its own."""

    @property
    def certified(self) -> Decimal | None:
        """The hours that this act certified; None for one that certifies none."""
        is_grant = self.act == Act.HEAR and self.figures.get("outcome") == "granted"
        found = self.figures.get("hours") if self.act in (Act.CERTIFY, Act.PUT_UP) or is_grant else None
        return Decimal(str(found)) if found is not None else None

    @property
    def on_behalf(self) -> str:
        """Whose authority a deputy used."""
        return str(self.figures.get("on_behalf", ""))


def claim_deeds(work: Work, wanted: Wanted, cursor: str | None = None, size: int = SIZE) -> Page[ClaimDeed]:
    """A page of it within the auditor's scope."""
    it = ClaimTrail
    acts = [one for one in DEEDS if one == wanted.kind] or DEEDS
    statement = (
        select(it.act, it.by_id, it.by_name, it.at, it.reason, it.figures, it.ip, it.device, Claim.uid, Claim.title, Claim.kind,
               Claim.hours_claimed, Person.uid.label("person"), it.person_id, Person.name, it.claim_id, it.n)
        .join(Claim, (Claim.person_id == it.person_id) & (Claim.id == it.claim_id))
        .join(Person, Person.id == it.person_id)
        .where(it.act.in_(acts), in_scope(work, it.person_id), *conditions(work, wanted, it.person_id, it.by_id, it.at))
    )  # fmt: skip
    page = page_of(work, statement, cursor, size, it.at, it.claim_id, it.n)
    unit, lines = units_of(work, page.items), _lines(work, page.items)
    return page.map(lambda row: replace(ClaimDeed(*row), unit=unit(row), entry_seq=lines.get((row.person_id, row.uid, row.at, row.act))))


def _lines(work: Work, rows: Sequence[Any]) -> dict[tuple[int, UUID, datetime, str], int]:
    """The lines that acts wrote, by person, claim, moment and act; of two of one moment (a reversal, then a credit) the last."""
    found = ledger.written(work, "claim", [(row.person_id, str(row.uid)) for row in rows])
    return {(person_id, UUID(source_id), at, act): seq for (person_id, source_id, at), seq in found.items() for act in WRITING}
