"""What is known about people: dated facts for the rule engine, and the short card other domains print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from app.kernel.errors import NotFound
from app.kernel.i18n import locale_code
from app.kernel.work import Work
from app.people.models import Appointment, CadreTag, Leave, Person, PersonEvent, TeamMembership, Unit
from app.people.rules.facts import AppointmentFact, EventFact, LeaveFact, PersonFacts, TagFact, TeamFact, covers, primary_post
from app.people.service.identity import today

CHUNK = 500
"""Persons per statement; below the bound-variable limits of both engines."""


def facts(work: Work, person_id: int, known_at: datetime | None = None) -> PersonFacts:
    """All that is known of a person, dated (interfaces.md §5 `person`).

    `known_at` asks for what had been recorded by then, so that an old verdict can be repeated (domain.md §7.12).
    """
    found = facts_of(work, [person_id], known_at)
    if person_id not in found:
        raise NotFound()
    return found[person_id]


def facts_of(work: Work, person_ids: Iterable[int], known_at: datetime | None = None) -> dict[int, PersonFacts]:
    """The facts of many people, six statements for each five hundred."""
    wanted = list(dict.fromkeys(person_ids))
    found: dict[int, PersonFacts] = {}
    for start in range(0, len(wanted), CHUNK):
        found.update(_facts_of_some(work, wanted[start : start + CHUNK], known_at))
    return found


def _facts_of_some(work: Work, ids: Sequence[int], known_at: datetime | None) -> dict[int, PersonFacts]:
    posts = _grouped(work, _posts(ids), Appointment, known_at)
    teams = _grouped(work, select(TeamMembership.person_id, TeamMembership.team, TeamMembership.tier, TeamMembership.is_primary,
                                  TeamMembership.from_on, TeamMembership.to_on).where(TeamMembership.person_id.in_(ids)),
                     TeamMembership, known_at)  # fmt: skip
    tags = _grouped(work, select(CadreTag.person_id, CadreTag.tag, CadreTag.from_on, CadreTag.to_on).where(CadreTag.person_id.in_(ids)),
                    CadreTag, known_at)  # fmt: skip
    leave = _grouped(work, select(Leave.person_id, Leave.from_on, Leave.to_on, Leave.kind).where(Leave.person_id.in_(ids)), Leave, known_at)
    events = _grouped(work, select(PersonEvent.person_id, PersonEvent.kind, PersonEvent.happened_on, PersonEvent.probation_end,
                                   PersonEvent.post_start).where(PersonEvent.person_id.in_(ids)), PersonEvent, known_at)  # fmt: skip
    people = work.session.execute(select(Person.id, Person.political_status).where(Person.id.in_(ids)))
    return {
        person_id: PersonFacts(
            person_id,
            tuple(AppointmentFact(*row) for row in posts[person_id]),
            tuple(TeamFact(*row) for row in teams[person_id]),
            tuple(TagFact(*row) for row in tags[person_id]),
            tuple(LeaveFact(*row) for row in leave[person_id]),
            tuple(EventFact(*row) for row in events[person_id]),
            political or None,
        )
        for person_id, political in people
    }


def _posts(ids: Sequence[int]) -> Select[Any]:
    """Posts in the order of AppointmentFact, with the unit they are in."""
    return (
        select(Appointment.person_id, Appointment.from_on, Appointment.to_on, Unit.id, Unit.code, Unit.kind, Appointment.rank_level,
               Appointment.position_class, Appointment.is_leading, Appointment.is_primary, Appointment.post, Unit.path, Unit.sector,
               Unit.system_line, Unit.level)
        .join(Unit, Unit.id == Appointment.unit_id)
        .where(Appointment.person_id.in_(ids))
    )  # fmt: skip


def _grouped(work: Work, statement: Select[Any], table: Any, known_at: datetime | None) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by person, in order of time, as they were known at a moment (now, when none is given)."""
    known = table.superseded_at.is_(None)
    if known_at is not None:
        known = and_(table.recorded_at <= known_at, or_(table.superseded_at.is_(None), table.superseded_at > known_at))
    since = table.happened_on if table is PersonEvent else table.from_on
    rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for person_id, *values in work.session.execute(statement.where(known).order_by(since, table.id)):
        rows[person_id].append(tuple(values))
    return rows


@dataclass(frozen=True)
class PersonCard:
    """A person in one line, as he stands on a day."""

    person_id: int
    uid: UUID
    name: str
    unit: str
    unit_id: int | None
    unit_path: str
    unit_code: str
    unit_name_zh: str
    unit_name_en: str
    unit_kind: str
    post: str
    rank_level: str | None
    position_class: str | None
    teams: tuple[TeamFact, ...]
    status: str

    @property
    def unit_name(self) -> str:
        """The unit's name in the reader's language."""
        return self.unit_name_en if locale_code() == "en" and self.unit_name_en else self.unit_name_zh

    @property
    def primary_team(self) -> TeamFact | None:
        """The team that counts first."""
        return next((team for team in self.teams if team.is_primary), None)


def card(work: Work, person_id: int, on: date | None = None) -> PersonCard:
    """One person's card on a civil date, today's when none is given."""
    found = cards(work, [person_id], on)
    if person_id not in found:
        raise NotFound()
    return found[person_id]


def cards(work: Work, person_ids: Iterable[int], on: date | None = None) -> dict[int, PersonCard]:
    """The cards of many people, three statements for each five hundred. Without a post in force, the latest one stands."""
    day = on or today(work)
    wanted = list(dict.fromkeys(person_ids))
    found: dict[int, PersonCard] = {}
    for start in range(0, len(wanted), CHUNK):
        found.update(_cards_of_some(work, wanted[start : start + CHUNK], day))
    return found


def _cards_of_some(work: Work, ids: Sequence[int], day: date) -> dict[int, PersonCard]:
    statement = _posts(ids).add_columns(Unit.name_zh, Unit.name_en)
    names: dict[int, tuple[str, str]] = {}
    posts: dict[int, list[AppointmentFact]] = defaultdict(list)
    for person_id, rows in _grouped(work, statement, Appointment, None).items():
        for *values, name_zh, name_en in rows:
            fact = AppointmentFact(*values)
            names[fact.unit_id] = (name_zh, name_en)
            posts[person_id].append(fact)
    teams = _grouped(work, select(TeamMembership.person_id, TeamMembership.team, TeamMembership.tier, TeamMembership.is_primary,
                                  TeamMembership.from_on, TeamMembership.to_on).where(TeamMembership.person_id.in_(ids)),
                     TeamMembership, None)  # fmt: skip
    people = work.session.execute(select(Person.id, Person.uid, Person.name, Person.status).where(Person.id.in_(ids)))
    return {
        person_id: _card(person_id, uid, name, status, primary_post(posts[person_id], day), names,
                         [fact for row in teams[person_id] if covers(fact := TeamFact(*row), day)])
        for person_id, uid, name, status in people
    }  # fmt: skip


def _card(
    person_id: int, uid: UUID, name: str, status: str, post: AppointmentFact | None, names: dict[int, tuple[str, str]], teams: list[TeamFact]
) -> PersonCard:
    name_zh, name_en = names[post.unit_id] if post else ("", "")
    ordered = tuple(sorted(teams, key=lambda team: (not team.is_primary, team.team)))
    if post is None:
        return PersonCard(person_id, uid, name, "", None, "", "", "", "", "", "", None, None, ordered, status)
    return PersonCard(person_id, uid, name, name_zh, post.unit_id, post.unit_path, post.unit, name_zh, name_en, post.unit_kind, post.post,
                      post.rank, post.position_class, ordered, status)  # fmt: skip
