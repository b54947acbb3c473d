"""Whatever changes where a person stands is followed in the same transaction."""

from __future__ import annotations

from app.compliance import service
from app.kernel.events import on
from app.kernel.work import Work
from app.ledger.service import EntryAppended, EntryReversed
from app.people.service import PeopleChanged


@on(EntryAppended)
def a_new_line_counts_at_once(work: Work, event: EntryAppended) -> None:
    """Judge the person anew."""
    service.wake(work, [event.person_id])


@on(EntryReversed)
def a_line_taken_back_stops_counting(work: Work, event: EntryReversed) -> None:
    """Judge the person anew."""
    service.wake(work, [event.person_id])


@on(PeopleChanged)
def people_are_judged_as_what_they_are_now(work: Work, event: PeopleChanged) -> None:
    """Judge them anew."""
    service.wake(work, event.person_ids)
