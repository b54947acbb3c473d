"""Teams and lists: joined, left, moved up in. One team is primary on every day (domain.md §7 invariant 13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import CadreTag, Person, TeamMembership
from app.people.rules.changes import TAGS, overlap
from app.people.rules.roll import TIERS
from app.people.service.changing.posts import EndedAlready, EndsBeforeItBegins, received
from app.people.service.changing.subject import based, changed, check_end, check_span, held, in_service, spell_of, still_within
from app.people.service.spells import end, follow, restate


class TierOfOtherTeam(Invalid):
    """Every team has tiers of its own; the party and government have none."""

    code, text = "tier_of_other_team", _l("This tier does not belong to the team.")


class AlreadyListed(Conflict):
    """The person stands there already."""

    code, text = "already_listed", _l("The person is on this list or in this team since %(day)s already.")


class PrimaryNeeded(Conflict):
    """Of several teams one is primary."""

    code, text = "primary_needed", _l("This is the primary team. Make another team the primary one first.")


def join_team(work: Work, uid: UUID, team: str, tier: str | None, since: date, basis: str, *, is_primary: bool) -> TeamMembership:
    """A further team, another tier in a team, or another primary team from a day on. The primary one before becomes secondary."""
    basis, person = based(basis), in_service(held(work, uid, Action.EDIT))
    check_span(work, since)
    tiers = TIERS.get(team)
    if tiers is None or (tier or None) not in (tiers or {None}):
        raise TierOfOtherTeam(field="tier")
    known = [one for one in _teams(work, person) if overlap((since, None), (one.from_on, one.to_on))]
    own = next((one for one in known if one.team == team), None)
    is_primary = is_primary or not any(one.is_primary and one is not own for one in known)
    if own is not None and ((own.tier, own.is_primary) == (tier or None, is_primary) or own.from_on > since):
        raise AlreadyListed(field="team", day=own.from_on.isoformat())
    before = told_team(own) if own else {}
    for other in [one for one in known if is_primary and one.is_primary and one is not own]:
        _altered(work, other, since, is_primary=False)
    if own is None:
        own = TeamMembership(person_id=person.id, team=team, tier=tier or None, is_primary=is_primary, from_on=since, to_on=None,
                             recorded_at=work.now, superseded_at=None)  # fmt: skip
        work.session.add(own)
    else:
        own = _altered(work, own, since, tier=tier or None, is_primary=is_primary)
    still_within(work, person, Action.EDIT, since)
    changed(work, person, "team", since, basis, before, told_team(own))
    return own


def end_team(work: Work, uid: UUID, team_id: int, last_day: date, basis: str) -> TeamMembership:
    """The person leaves a team; the primary one only when it is the last."""
    basis, person = based(basis), held(work, uid, Action.EDIT)
    team = spell_of(work, TeamMembership, person, team_id)
    _check_end(work, team, last_day)
    after = last_day + timedelta(days=1)
    others = [one for one in _teams(work, person) if one.id != team.id and overlap((after, None), (one.from_on, one.to_on))]
    if team.is_primary and others:
        raise PrimaryNeeded()
    before = told_team(team)
    ended = end(work, team, last_day)
    still_within(work, person, Action.EDIT, after)
    changed(work, person, "team_ended", last_day, basis, before, told_team(ended))
    return ended


def enter_tag(work: Work, uid: UUID, tag: str, since: date, basis: str, *, hand_over: bool = False) -> CadreTag:
    """On a list from a day on."""
    basis, person = based(basis), in_service(held(work, uid, Action.EDIT))
    check_span(work, since)
    if tag not in TAGS:
        raise Invalid(field="tag")
    known = select(CadreTag).where(CadreTag.person_id == person.id, CadreTag.tag == tag, CadreTag.superseded_at.is_(None))
    for one in work.session.scalars(known):
        if overlap((since, None), (one.from_on, one.to_on)):
            raise AlreadyListed(field="tag", day=one.from_on.isoformat())
    fresh = CadreTag(person_id=person.id, tag=tag, from_on=since, to_on=None, recorded_at=work.now, superseded_at=None)
    work.session.add(fresh)
    receiver = still_within(work, person, Action.EDIT, since, hand_over=hand_over)
    changed(work, person, "tag", since, basis, {}, told_tag(fresh) | received(receiver))
    return fresh


def end_tag(work: Work, uid: UUID, tag_id: int, last_day: date, basis: str, *, hand_over: bool = False) -> CadreTag:
    """Off the list after a day."""
    basis, person = based(basis), held(work, uid, Action.EDIT)
    tag = spell_of(work, CadreTag, person, tag_id)
    _check_end(work, tag, last_day)
    before = told_tag(tag)
    ended = end(work, tag, last_day)
    receiver = still_within(work, person, Action.EDIT, last_day + timedelta(days=1), hand_over=hand_over)
    changed(work, person, "tag_ended", last_day, basis, before, told_tag(ended) | received(receiver))
    return ended


def _altered(work: Work, team: TeamMembership, since: date, **values: Any) -> TeamMembership:
    """The same team with other values from a day on; from its first day on, a correction."""
    return follow(work, team, since, **values) if since > team.from_on else restate(work, team, **values)


def _check_end(work: Work, spell: TeamMembership | CadreTag, last_day: date) -> None:
    if last_day < spell.from_on:
        raise EndsBeforeItBegins(field="since", day=spell.from_on.isoformat())
    if spell.to_on is not None and spell.to_on <= last_day:
        raise EndedAlready(day=spell.to_on.isoformat())
    check_end(work, last_day, spell.to_on)


def _teams(work: Work, person: Person) -> list[TeamMembership]:
    known = select(TeamMembership).where(TeamMembership.person_id == person.id, TeamMembership.superseded_at.is_(None))
    return list(work.session.scalars(known.order_by(TeamMembership.from_on)))


def told_team(team: TeamMembership) -> dict[str, Any]:
    """A team as the trail keeps it."""
    return {"team": team.team, "tier": team.tier or "", "primary": team.is_primary, **span(team)}


def told_tag(tag: CadreTag) -> dict[str, Any]:
    """A list as the trail keeps it."""
    return {"tag": tag.tag, **span(tag)}


def span(spell: Any) -> dict[str, str]:
    """From and to, as the trail keeps them."""
    return {"from": spell.from_on.isoformat(), "to": spell.to_on.isoformat() if spell.to_on else ""}
