"""Reads of certificates: one's own, those of people in one's scope, and what the public may see."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from app.certificates.models import Certificate
from app.certificates.rules import State, canonical_code, canonical_number, masked
from app.certificates.service import find
from app.kernel.clock import civil
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.ledger.actions import Action
from app.people import queries as people


@dataclass(frozen=True)
class PublicView:
    """What anybody may know of a certificate (domain.md §9): masked name, title, hours, dates, state."""

    no: str
    state: str
    name: str
    title: str
    hours: Decimal
    occurred_to: date
    issued_on: date
    revoked_on: date | None
    code: str
    """`match`, or `none` when no code was given; a wrong code shows nothing of the certificate."""


def shown_to_reader(work: Work, no: str) -> Certificate:
    """The certificate for its owner or for staff whose scope holds the owner; NotFound for everybody else."""
    found = find(work, canonical_number(no) or "")
    if found is None:
        raise NotFound()
    if found.person_id != work.actor.person_id and not people.may_over(work, Action.SEE, found.person_id):
        raise NotFound()
    return found


def public_view(work: Work, no: str, code: str = "") -> PublicView:
    """What the public page shows. A number alone is enough; a code that is given must be the printed one."""
    found = find(work, canonical_number(no) or "")
    if found is None:
        raise NotFound()
    if code and not hmac.compare_digest(canonical_code(code).encode(), found.check_code.encode()):
        raise NotFound()
    return PublicView(
        found.no, str(found.state), masked(found.holder), found.title, found.hours, found.occurred_to, civil(found.issued_at).date(),
        _day(found.revoked_at), "match" if code else "none",
    )  # fmt: skip


def numbers_of(work: Work, person_id: int, seqs: Sequence[int]) -> Mapping[int, str]:
    """The numbers of the valid certificates of these lines (the ledger's port)."""
    statement = select(Certificate.entry_seq, Certificate.no).where(
        Certificate.person_id == person_id, Certificate.entry_seq.in_(seqs), Certificate.state == State.VALID
    )
    return {row.entry_seq: row.no for row in work.session.execute(statement)}


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else civil(moment).date()
