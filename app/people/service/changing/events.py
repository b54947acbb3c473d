"""What happened to somebody and sets off a duty: recruited on probation, appraised for a year. Entered, or taken back, never changed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Person, PersonEvent
from app.people.rules.changes import GRADES
from app.people.service.changing.posts import EndsBeforeItBegins
from app.people.service.changing.subject import DayOutOfRange, based, changed, check_span, held, in_service
from app.people.service.identity import today

APPRAISAL = "appraisal_"
FIRST_YEAR = 1950


class KnownAlready(Conflict):
    """One recruitment a day and one appraisal a year; another result needs the first one taken back."""

    code, text = "event_known", _l("This is entered already, for %(day)s. Take that entry back first.")


def recruit(work: Work, uid: UUID, since: date, probation_end: date, basis: str) -> PersonEvent:
    """Recruited on probation: induction training is due before the probation ends (REQ-P11)."""
    basis, person = based(basis), in_service(held(work, uid, Action.EDIT))
    check_span(work, since)
    if probation_end <= since:
        raise EndsBeforeItBegins(field="until", day=since.isoformat())
    fresh = _entered(work, person, "recruited", since, ("recruited",), "since", probation_end=probation_end, post_start=since)
    changed(work, person, "recruited", since, basis, {}, {"from": since.isoformat(), "probation": probation_end.isoformat()})
    return fresh


def appraise(work: Work, uid: UUID, year: int, grade: str, basis: str) -> PersonEvent:
    """The result of a year's appraisal; it stands on the last day of that year (REQ-C23, I02).

    It becomes known after the year and touches no hours, so that a closed year is no obstacle.
    """
    basis, person = based(basis), held(work, uid, Action.EDIT)
    if grade not in GRADES:
        raise Invalid(field="grade")
    present = today(work).year
    if not FIRST_YEAR <= year <= present:
        raise DayOutOfRange(_l("Give a year between %(first)s and %(last)s."), field="year", first=str(FIRST_YEAR), last=str(present))
    on = date(year, 12, 31)
    fresh = _entered(work, person, APPRAISAL + grade, on, tuple(APPRAISAL + one for one in GRADES), "year")
    changed(work, person, "appraised", on, basis, {}, {"grade": grade})
    return fresh


def withdraw_event(work: Work, uid: UUID, event_id: int, basis: str) -> PersonEvent:
    """What was entered by mistake counts as if it had never been, and stays on record."""
    basis, person = based(basis), held(work, uid, Action.EDIT)
    event: PersonEvent | None = work.session.scalar(_live(person).where(PersonEvent.id == event_id))
    if event is None or not is_entered(event.kind):
        raise NotFound()
    event.superseded_at = work.now
    work.session.flush()
    grade = {"grade": event.kind.removeprefix(APPRAISAL)} if event.kind.startswith(APPRAISAL) else {"from": event.happened_on.isoformat()}
    changed(work, person, "event_withdrawn", event.happened_on, basis, grade, {})
    return event


def is_entered(kind: str) -> bool:
    """Whether an event is entered by itself; promotion and the like come with a post and go with it."""
    return kind == "recruited" or kind.startswith(APPRAISAL)


def _entered(work: Work, person: Person, kind: str, on: date, alike: tuple[str, ...], field: str, **days: date) -> PersonEvent:
    known = work.session.scalar(_live(person).where(PersonEvent.kind.in_(alike), PersonEvent.happened_on == on))
    if known is not None:
        raise KnownAlready(field=field, day=known.happened_on.isoformat())
    fresh = PersonEvent(person_id=person.id, kind=kind, happened_on=on, recorded_at=work.now, **days)
    work.session.add(fresh)
    work.session.flush()
    return fresh


def _live(person: Person) -> Any:
    return select(PersonEvent).where(PersonEvent.person_id == person.id, PersonEvent.superseded_at.is_(None))
