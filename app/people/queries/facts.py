"""What is known about people: dated facts for the rule engine, and the short card other domains print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, and_, literal, null, or_, select, union_all

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
    """The facts of many people, three statements for each five hundred."""
    wanted = list(dict.fromkeys(person_ids))
    found: dict[int, PersonFacts] = {}
    for start in range(0, len(wanted), CHUNK):
        found.update(_facts_of_some(work, wanted[start : start + CHUNK], known_at))
    return found


def _facts_of_some(work: Work, ids: Sequence[int], known_at: datetime | None) -> dict[int, PersonFacts]:
    posts = _grouped(work, _posts(ids).where(_known(Appointment, known_at)).order_by(Appointment.from_on, Appointment.id))
    teams = _grouped(work, _teams(ids).where(_known(TeamMembership, known_at)))
    more = _grouped(work, _small_things(ids, known_at))
    return {
        person_id: PersonFacts(
            person_id,
            tuple(AppointmentFact(*row) for row in posts[person_id]),
            tuple(TeamFact(*row) for row in teams[person_id]),
            tuple(TagFact(word, since, until) for what, word, since, until, _ in rows if what == "tag"),
            tuple(LeaveFact(since, until, word) for what, word, since, until, _ in rows if what == "leave"),
            tuple(EventFact(word, on, probation, start) for what, word, on, probation, start in rows if what == "event"),
            next((word for what, word, *_ in rows if what == "person"), None) or None,
        )
        for person_id, rows in more.items()
    }


def _posts(ids: Sequence[int]) -> Any:
    """Posts in the order of AppointmentFact, with the unit they are in."""
    return (
        select(Appointment.person_id, Appointment.from_on, Appointment.to_on, Unit.id, Unit.code, Unit.kind, Appointment.rank_level,
               Appointment.position_class, Appointment.is_leading, Appointment.is_primary, Appointment.post, Unit.path, Unit.sector,
               Unit.system_line, Unit.level)
        .join(Unit, Unit.id == Appointment.unit_id)
        .where(Appointment.person_id.in_(ids))
    )  # fmt: skip


def _teams(ids: Sequence[int]) -> Any:
    """Teams in the order of TeamFact."""
    return (
        select(TeamMembership.person_id, TeamMembership.team, TeamMembership.tier, TeamMembership.is_primary, TeamMembership.from_on,
               TeamMembership.to_on)
        .where(TeamMembership.person_id.in_(ids)).order_by(TeamMembership.from_on, TeamMembership.id)
    )  # fmt: skip


def _small_things(ids: Sequence[int], known_at: datetime | None) -> Any:
    """The person himself, his tags, leave and events, in one statement: (person, what, word, day, day, day)."""
    nothing = null().cast(Date)
    parts = (
        select(Person.id, literal("person").label("what"), Person.political_status.label("word"), nothing.label("since"),
               nothing.label("until"), nothing.label("start")).where(Person.id.in_(ids)),
        select(CadreTag.person_id, literal("tag"), CadreTag.tag, CadreTag.from_on, CadreTag.to_on, nothing)
        .where(CadreTag.person_id.in_(ids), _known(CadreTag, known_at)),
        select(Leave.person_id, literal("leave"), Leave.kind, Leave.from_on, Leave.to_on, nothing)
        .where(Leave.person_id.in_(ids), _known(Leave, known_at)),
        select(PersonEvent.person_id, literal("event"), PersonEvent.kind, PersonEvent.happened_on, PersonEvent.probation_end,
               PersonEvent.post_start).where(PersonEvent.person_id.in_(ids), _known(PersonEvent, known_at)),
    )  # fmt: skip
    return union_all(*parts).order_by("since", "word")


def _known(table: Any, known_at: datetime | None) -> Any:
    """What is known now, or what had been recorded by a moment and not yet corrected."""
    if known_at is None:
        return table.superseded_at.is_(None)
    return and_(table.recorded_at <= known_at, or_(table.superseded_at.is_(None), table.superseded_at > known_at))


def _grouped(work: Work, statement: Any) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by the person in their first column."""
    rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for person_id, *values in work.session.execute(statement):
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
    statement = _posts(ids).add_columns(Unit.name_zh, Unit.name_en).where(_known(Appointment, None))
    names: dict[int, tuple[str, str]] = {}
    posts: dict[int, list[AppointmentFact]] = defaultdict(list)
    for person_id, rows in _grouped(work, statement).items():
        for *values, name_zh, name_en in rows:
            fact = AppointmentFact(*values)
            names[fact.unit_id] = (name_zh, name_en)
            posts[person_id].append(fact)
    teams = _grouped(work, _teams(ids).where(_known(TeamMembership, None)))
    people = work.session.execute(select(Person.id, Person.uid, Person.name, Person.status).where(Person.id.in_(ids)))
    return {
        person_id: _card(person_id, uid, name, status, primary_post(posts[person_id], day), names,
                         [team for row in teams[person_id] if covers(team := TeamFact(*row), day)])
        for person_id, uid, name, status in people
    }  # fmt: skip


def places_on(work: Work, wanted: Iterable[tuple[int, date]]) -> dict[tuple[int, date], tuple[AppointmentFact, str] | None]:
    """Where each person served on a day, with the unit's Chinese name: one statement for each five hundred persons."""
    pairs = list(dict.fromkeys(wanted))
    ids = list(dict.fromkeys(person_id for person_id, _day in pairs))
    posts: dict[int, list[AppointmentFact]] = defaultdict(list)
    names: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        statement = _posts(ids[start : start + CHUNK]).add_columns(Unit.name_zh).where(_known(Appointment, None))
        for person_id, rows in _grouped(work, statement).items():
            for *values, name in rows:
                posts[person_id].append(AppointmentFact(*values))
                names[posts[person_id][-1].unit_id] = name
    found = {pair: primary_post(posts[pair[0]], pair[1]) for pair in pairs}
    return {pair: None if post is None else (post, names[post.unit_id]) for pair, post in found.items()}


def _card(
    person_id: int,
    uid: UUID,
    name: str,
    status: str,
    post: AppointmentFact | None,
    names: dict[int, tuple[str, str]],
    teams: list[TeamFact],
) -> PersonCard:
    name_zh, name_en = names[post.unit_id] if post else ("", "")
    ordered = tuple(sorted(teams, key=lambda team: (not team.is_primary, team.team)))
    if post is None:
        return PersonCard(person_id, uid, name, "", None, "", "", "", "", "", "", None, None, ordered, status)
    return PersonCard(person_id, uid, name, name_zh, post.unit_id, post.unit_path, post.unit, name_zh, name_en, post.unit_kind, post.post,
                      post.rank, post.position_class, ordered, status)  # fmt: skip
