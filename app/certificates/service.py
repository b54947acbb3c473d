"""Issuing and revoking certificates, in the transaction of the ledger line."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import insert, select, update

from app.certificates.models import Certificate, CertificateCounter, CertificateNumber
from app.certificates.rules import State, fresh_code, number
from app.kernel.clock import civil
from app.kernel.db import changed_one, dialect, insert_into
from app.kernel.errors import Conflict
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.ledger import queries as ledger
from app.people import queries as people


class NoLiveLine(Conflict):
    """A certificate stands on a live credit and on nothing else (domain.md §7-6)."""

    code, text = "no_live_ledger_line", _l("A certificate needs a ledger line that stands.")


class AlreadyIssued(Conflict):
    """A line has one certificate."""

    code, text = "certificate_already_issued", _l("This line already has the certificate %(no)s.")


def issue(work: Work, *, person_id: int, entry_seq: int, title: str = "", hours: Decimal | None = None) -> Certificate:
    """Issue the certificate of a live credit. The counter row is taken last, so that it is held as briefly as can be."""
    line = ledger.line(work, person_id, entry_seq)
    if line.entry_kind != "credit" or ledger.reversed_by(work, person_id, entry_seq) is not None:
        raise NoLiveLine()
    before = work.session.get(Certificate, (person_id, entry_seq))
    if before is not None:
        raise AlreadyIssued(no=before.no)
    holder = people.card(work, person_id, line.occurred_to).name
    no = _next_number(work, civil(work.now).year)
    made = Certificate(
        person_id=person_id, entry_seq=entry_seq, no=no, check_code=fresh_code(), state=State.VALID, holder=holder,
        title=title or line.title, category=line.category, hours=line.hours if hours is None else hours,
        occurred_from=line.occurred_from, occurred_to=line.occurred_to, line_hash=line.hash, issued_at=work.now, revoked_at=None,
        revoked_reason="",
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    work.session.execute(insert(CertificateNumber).values(no=no, person_id=person_id, entry_seq=entry_seq))
    return made


def revoke(work: Work, person_id: int, entry_seq: int, reason: str) -> bool:
    """Revoke the certificate of a line that was taken back; False when it has none that is valid."""
    theirs = update(Certificate).where(
        Certificate.person_id == person_id, Certificate.entry_seq == entry_seq, Certificate.state == State.VALID
    )
    return changed_one(work.session, theirs.values(state=State.REVOKED, revoked_at=work.now, revoked_reason=reason[:1000]))


def _next_number(work: Work, year: int) -> str:
    """The next number of the year. Gapless: the row is raised in this transaction, and given back if it fails."""
    raised = (
        insert_into(dialect(work.session), CertificateCounter)
        .values(year=year, last=1)
        .on_conflict_do_update(index_elements=[CertificateCounter.year], set_={"last": CertificateCounter.last + 1})
        .returning(CertificateCounter.last)
    )
    return number(year, work.session.execute(raised).scalar_one())


def find(work: Work, no: str) -> Certificate | None:
    """The certificate of a number, by way of its person."""
    owner = work.session.execute(select(CertificateNumber.person_id, CertificateNumber.entry_seq).where(CertificateNumber.no == no)).first()
    return work.session.get(Certificate, tuple(owner)) if owner is not None else None
