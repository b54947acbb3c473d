"""Posts: appointed, promoted, transferred, ended. The post before ends the day before; nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Appointment, Person, Unit
from app.people.queries.record import unit_name
from app.people.rules.changes import is_higher, overlap
from app.people.service.changing.subject import based, changed, check_end, check_span, held, in_service, spell_of, still_within, unit_on
from app.people.service.placing import turn_post
from app.people.service.spells import end


class PostsOverlap(Conflict):
    """Two primary posts on one day, or the same unit twice."""

    code, text = (
        "posts_overlap",
        _l("The person holds “%(post)s” in %(unit)s since %(since)s. End it first, or enter a transfer or a promotion."),
    )


class NoPost(Conflict):
    """Nobody is promoted or transferred out of nothing."""

    code, text = "no_post", _l("The person holds no primary post on that day. Enter an appointment instead.")


class LaterPostKnown(Conflict):
    """A later change is known already."""

    code, text = "later_post_known", _l("A post from %(day)s on is known already. Give a later day.")


class NotHigher(Invalid):
    """A promotion leads upward."""

    code, text = "not_higher", _l("This rank is not above the present one.")


class SameUnit(Invalid):
    """A transfer leads somewhere else."""

    code, text = "same_unit", _l("The person serves in this unit already.")


class EndsBeforeItBegins(Invalid):
    """The last day lies before the first."""

    code, text = "ends_before_it_begins", _l("The last day may not lie before the first, %(day)s.")


class EndedAlready(Conflict):
    """It has ended by then."""

    code, text = "ended_already", _l("This ends on %(day)s already.")


@dataclass(frozen=True)
class Terms:
    """A post as it is given: where, as what, with which rank; `hand_over` lets the person go where another organ is in charge then."""

    unit: str
    post: str
    rank: str | None
    position_class: str = "general"
    is_leading: bool = False
    is_primary: bool = True
    hand_over: bool = False

    def values(self, unit: Unit) -> dict[str, Any]:
        """The columns of it."""
        return {"unit_id": unit.id, "post": self.post.strip()[:80], "rank_level": self.rank or None, "position_class": self.position_class,
                "is_leading": self.is_leading}  # fmt: skip


def appoint(work: Work, uid: UUID, terms: Terms, since: date, basis: str) -> Appointment:
    """A further post, or the first one. Primary posts do not overlap, nor do two posts in one unit."""
    basis, person = based(basis), in_service(held(work, uid, Action.EDIT))
    check_span(work, since)
    unit = unit_on(work, terms.unit, since)
    for other in _posts(work, person):
        clash = other.unit_id == unit.id or (terms.is_primary and other.is_primary)
        if clash and overlap((since, None), (other.from_on, other.to_on)):
            where = unit_name(work.session.get_one(Unit, other.unit_id))
            raise PostsOverlap(
                field="unit" if other.unit_id == unit.id else "is_primary",
                unit=where,
                post=other.post or "–",
                since=other.from_on.isoformat(),
            )
    spell = {"from_on": since, "to_on": None, "recorded_at": work.now, "superseded_at": None}
    post = Appointment(person_id=person.id, is_primary=terms.is_primary, **spell, **terms.values(unit))
    work.session.add(post)
    receiver = still_within(work, person, Action.EDIT, since, hand_over=terms.hand_over)
    changed(work, person, "appointed", since, basis, {}, told(work, post) | received(receiver))
    return post


def promote(work: Work, uid: UUID, terms: Terms, since: date, basis: str) -> Appointment:
    """A higher rank in the same unit from a day on."""
    basis, person = based(basis), in_service(held(work, uid, Action.EDIT))
    check_span(work, since)
    present = _present(work, person, since)
    if not is_higher(terms.rank, present.rank_level):
        raise NotHigher(field="rank")
    unit = work.session.get_one(Unit, present.unit_id)
    return _turned(work, person, present, terms, unit, since, "promoted", basis)


def transfer(work: Work, uid: UUID, terms: Terms, since: date, basis: str) -> Appointment:
    """Another unit from a day on, with a higher rank or not."""
    basis, person = based(basis), in_service(held(work, uid, Action.EDIT))
    check_span(work, since)
    present = _present(work, person, since)
    unit = unit_on(work, terms.unit, since)
    if unit.id == present.unit_id:
        raise SameUnit(field="unit")
    return _turned(work, person, present, terms, unit, since, "transferred", basis)


def _turned(work: Work, person: Person, present: Appointment, terms: Terms, unit: Unit, since: date, act: str,
            basis: str) -> Appointment:  # fmt: skip
    before = told(work, present)
    fresh = turn_post(work, present, since, terms.values(unit))
    receiver = still_within(work, person, Action.EDIT, since, hand_over=terms.hand_over)
    changed(work, person, act, since, basis, before, told(work, fresh) | received(receiver))
    return fresh


def received(receiver: str) -> dict[str, str]:
    """To whom the person was handed over, as the trail keeps it."""
    return {"receiver": receiver} if receiver else {}


def end_post(work: Work, uid: UUID, post_id: int, last_day: date, basis: str) -> Appointment:
    """A post ends on a day, inclusive; the person may hold others, which then say alone whose scope he is in. Raises OutsideScope."""
    basis, person = based(basis), held(work, uid, Action.EDIT)
    post = spell_of(work, Appointment, person, post_id)
    if last_day < post.from_on:
        raise EndsBeforeItBegins(field="since", day=post.from_on.isoformat())
    if post.to_on is not None and post.to_on <= last_day:
        raise EndedAlready(day=post.to_on.isoformat())
    check_end(work, last_day, post.to_on)
    before = told(work, post)
    ended = end(work, post, last_day)
    still_within(work, person, Action.EDIT, last_day + timedelta(days=1))
    changed(work, person, "post_ended", last_day, basis, before, told(work, ended))
    return ended


def _posts(work: Work, person: Person) -> list[Appointment]:
    """Every post of a person by the knowledge of today."""
    known = select(Appointment).where(Appointment.person_id == person.id, Appointment.superseded_at.is_(None))
    return list(work.session.scalars(known.order_by(Appointment.from_on)))


def _present(work: Work, person: Person, since: date) -> Appointment:
    """The primary post that is turned on a day; nothing later may be known."""
    primary = [post for post in _posts(work, person) if post.is_primary]
    later = [post for post in primary if post.from_on >= since]
    if later:
        raise LaterPostKnown(field="since", day=later[-1].from_on.isoformat())
    running = [post for post in primary if post.to_on is None or post.to_on >= since - timedelta(days=1)]
    if not running:
        raise NoPost()
    return running[-1]


def told(work: Work, post: Appointment) -> dict[str, Any]:
    """A post as the trail keeps it."""
    return {
        "unit": work.session.get_one(Unit, post.unit_id).name_zh, "post": post.post, "rank": post.rank_level or "",
        "position": post.position_class, "primary": post.is_primary, "leading": post.is_leading, "from": post.from_on.isoformat(),
        "to": post.to_on.isoformat() if post.to_on else "",
    }  # fmt: skip
