"""A post that was entered by mistake is taken back: both stay on record, and the post before it goes on as if nothing had been."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.kernel.errors import Conflict
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Appointment, Person, PersonEvent
from app.people.rules.changes import shut_year
from app.people.service.changing.posts import received, told
from app.people.service.changing.subject import based, changed, check_back, held, spell_of, still_within, within_unit
from app.people.service.identity import today
from app.people.service.placing import PersonMoved
from app.people.service.spells import restate, supersede


class LaterPostRests(Conflict):
    """Only the last primary post can be taken back; the one that follows rests on it."""

    code, text = "later_post_rests", _l("The post from %(day)s on follows this one. Take that back first.")


def withdraw_post(work: Work, uid: UUID, post_id: int, basis: str, *, hand_over: bool = False) -> Appointment:
    """Say that a post never was: no row vanishes, what it began is undone, and everybody is judged anew.

    The post that had ended for it goes on to the day on which this one would have ended, or its unit was closed. Who was in charge
    before is so again, where the person is handed over. Refused once one of its days lies in a closed year, for that year is put
    right by its own two people.
    """
    basis, person = based(basis), held(work, uid, Action.EDIT)
    post = spell_of(work, Appointment, person, post_id)
    check_back(work, post.from_on, post.to_on)
    before, entered_at, fresh = told(work, post), _entered_at(work, post), None
    if post.is_primary:
        _check_last(work, person, post)
        fresh = _reopened(work, person, post, entered_at)
    supersede(work, post)
    _undo_events(work, post, entered_at)
    if fresh is not None and fresh.unit_id != post.unit_id:
        announce(work, PersonMoved(person.id, post.unit_id, fresh.unit_id))
    receiver = still_within(work, person, Action.EDIT, max(post.from_on, today(work)), hand_over=hand_over)
    after = told(work, fresh) if fresh is not None else {}
    changed(work, person, "post_withdrawn", post.from_on, basis, before, after | received(receiver))
    return post


def withdrawable(posts: Iterable[Appointment], closed: Collection[int]) -> frozenset[int]:
    """Which of the posts that stand of a person `withdraw_post` takes back, given the closed years: what pages offer."""
    known = tuple(posts)
    last = max((post.from_on for post in known if post.is_primary), default=None)
    free = (post for post in known if not post.is_primary or post.from_on == last)
    return frozenset(post.id for post in free if shut_year(post.from_on, post.to_on, closed) is None)


def _check_last(work: Work, person: Person, post: Appointment) -> None:
    later = select(Appointment.from_on).where(
        Appointment.person_id == person.id, Appointment.is_primary, Appointment.superseded_at.is_(None), Appointment.from_on > post.from_on
    )
    if (day := work.session.scalar(later.order_by(Appointment.from_on).limit(1))) is not None:
        raise LaterPostRests(day=day.isoformat())


def _reopened(work: Work, person: Person, post: Appointment, entered_at: datetime) -> Appointment | None:
    """The post that was ended when this one was entered, going on; None where none was."""
    mine = (Appointment.person_id == person.id, Appointment.is_primary)
    ended = select(Appointment).where(
        *mine, Appointment.superseded_at.is_(None), Appointment.to_on == post.from_on - timedelta(days=1),
        Appointment.recorded_at == entered_at,
    )  # fmt: skip
    found = work.session.scalar(ended.order_by(Appointment.id.desc()).limit(1))
    if found is None:
        return None
    as_it_was = select(Appointment.to_on).where(
        *mine, Appointment.from_on == found.from_on, Appointment.unit_id == found.unit_id, Appointment.superseded_at == entered_at
    )
    until = work.session.scalar(as_it_was.order_by(Appointment.id.desc()).limit(1))
    return restate(work, found, to_on=within_unit(work, found.unit_id, post.to_on or until))


def _entered_at(work: Work, post: Appointment) -> datetime:
    """When the post was first entered; its end may have been entered later."""
    same = (Appointment.person_id == post.person_id, Appointment.from_on == post.from_on, Appointment.unit_id == post.unit_id)
    return work.session.scalars(select(Appointment.recorded_at).where(*same).order_by(Appointment.id).limit(1)).one()


def _undo_events(work: Work, post: Appointment, entered_at: datetime) -> None:
    """Promotion and transfer that came with the post are no events any more."""
    born = (PersonEvent.person_id == post.person_id, PersonEvent.happened_on == post.from_on, PersonEvent.recorded_at == entered_at)
    live = update(PersonEvent).where(*born, PersonEvent.kind.in_(("promoted", "transferred_in")), PersonEvent.superseded_at.is_(None))
    work.session.execute(live.values(superseded_at=work.now))
