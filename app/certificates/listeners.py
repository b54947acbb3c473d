"""A line that is taken back takes its certificate with it."""

from __future__ import annotations

from app.certificates import queries, service
from app.kernel.events import on
from app.kernel.work import Work
from app.ledger import queries as ledger
from app.ledger.service import EntryReversed, set_papers


@on(EntryReversed)
def line_taken_back_revokes_its_certificate(work: Work, event: EntryReversed) -> None:
    """Revoke in the same transaction, with the reason of the reversal (domain.md §6.4). Most lines have none."""
    if not queries.numbers_of(work, event.person_id, [event.reverses]):
        return
    service.revoke(work, event.person_id, event.reverses, ledger.line(work, event.person_id, event.seq).reason)


set_papers(queries.numbers_of)
