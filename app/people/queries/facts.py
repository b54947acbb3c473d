"""What is known about people: dated facts for the rule engine, and the short card other domains print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Date, and_, bindparam, literal, null, or_, select, union_all

from app.kernel.db import UtcDateTime, plain_rows
from app.kernel.errors import NotFound
from app.kernel.i18n import locale_code
from app.kernel.work import Work
from app.people.models import Appointment, CadreTag, Leave, Person, PersonEvent, TeamMembership, Unit, UnitHistory
from app.people.rules.facts import AppointmentFact, EventFact, LeaveFact, PersonFacts, TagFact, TeamFact, covers, primary_post
from app.people.service.identity import today
from app.people.service.scope import visible

CHUNK = 500
"""Persons per statement; below the bound-variable limits of both engines."""

_POST, _UNIT, _TEAM, _PERSON = Appointment.__table__.c, Unit.__table__.c, TeamMembership.__table__.c, Person.__table__.c
_TAG, _LEAVE, _EVENT = CadreTag.__table__.c, Leave.__table__.c, PersonEvent.__table__.c
_POST_COLUMNS = (
    _POST.from_on, _POST.to_on, _UNIT.id, _UNIT.code, _UNIT.kind, _POST.rank_level, _POST.position_class, _POST.is_leading,
    _POST.is_primary, _POST.post, _UNIT.path, _UNIT.sector, _UNIT.system_line, _UNIT.level,
)  # fmt: skip
"""A post in the order of AppointmentFact."""
IDS: Any = bindparam("ids", expanding=True)
THEN: Any = bindparam("then", type_=UtcDateTime())


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


def facts_between(work: Work, first: int, last: int, known_at: datetime | None = None) -> dict[int, PersonFacts]:
    """The facts of everybody from one number to another, both included; `known_at` as in `facts`."""
    return facts_of(work, range(first, last + 1), known_at)


def _facts_of_some(work: Work, ids: Sequence[int], known_at: datetime | None) -> dict[int, PersonFacts]:
    posts, teams, more = (_grouped(work, statement, ids, known_at) for statement in _dated(known_at is not None))
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


def leave_of(work: Work, person_ids: Iterable[int]) -> dict[int, list[LeaveFact]]:
    """The leave of many people as known now, a statement for each five hundred; who had none is not in it."""
    wanted = list(dict.fromkeys(person_ids))
    found: dict[int, list[LeaveFact]] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = _grouped(work, _leave(), wanted[start : start + CHUNK])
        found |= {person_id: [LeaveFact(*row) for row in own] for person_id, own in rows.items()}
    return found


@cache
def _leave() -> Any:
    """Leave in the order of LeaveFact."""
    columns = (_LEAVE.person_id, _LEAVE.from_on, _LEAVE.to_on, _LEAVE.kind)
    return select(*columns).where(_LEAVE.person_id.in_(IDS), _known(_LEAVE, False)).order_by(_LEAVE.from_on, _LEAVE.kind)


@cache
def _dated(as_then: bool) -> tuple[Any, Any, Any]:
    """Posts, teams and the rest of the persons `ids`, as known now or `then`; built once, for a page asks every time."""
    posts = _posts().where(_known(_POST, as_then)).order_by(_POST.from_on, _POST.id)
    return posts, _teams().where(_known(_TEAM, as_then)), _small_things(as_then)


@cache
def _posts_now() -> Any:
    """Posts of the persons `ids` as known now."""
    return _posts().where(_known(_POST, False))


@cache
def _cards_now() -> tuple[Any, Any, Any]:
    """Posts with the names of their units, teams, and the persons `ids`, as known now."""
    posts = _posts_now().add_columns(_UNIT.name_zh, _UNIT.name_en)
    people = select(_PERSON.id, _PERSON.uid, _PERSON.name, _PERSON.status).where(_PERSON.id.in_(IDS))
    return posts, _teams().where(_known(_TEAM, False)), people


def _posts() -> Any:
    """Posts in the order of AppointmentFact, with the unit they are in."""
    return (
        select(_POST.person_id, *_POST_COLUMNS)
        .join_from(Appointment.__table__, Unit.__table__, _UNIT.id == _POST.unit_id)
        .where(_POST.person_id.in_(IDS))
    )  # fmt: skip


def _teams() -> Any:
    """Teams in the order of TeamFact."""
    return (
        select(_TEAM.person_id, _TEAM.team, _TEAM.tier, _TEAM.is_primary, _TEAM.from_on,
               _TEAM.to_on)
        .where(_TEAM.person_id.in_(IDS)).order_by(_TEAM.from_on, _TEAM.id)
    )  # fmt: skip


def _small_things(as_then: bool) -> Any:
    """The person himself, his tags, leave and events, in one statement: (person, what, word, day, day, day)."""
    nothing = null().cast(Date)
    parts = (
        select(_PERSON.id, literal("person").label("what"), _PERSON.political_status.label("word"), nothing.label("since"),
               nothing.label("until"), nothing.label("start")).where(_PERSON.id.in_(IDS)),
        select(_TAG.person_id, literal("tag"), _TAG.tag, _TAG.from_on, _TAG.to_on, nothing)
        .where(_TAG.person_id.in_(IDS), _known(_TAG, as_then)),
        select(_LEAVE.person_id, literal("leave"), _LEAVE.kind, _LEAVE.from_on, _LEAVE.to_on, nothing)
        .where(_LEAVE.person_id.in_(IDS), _known(_LEAVE, as_then)),
        select(_EVENT.person_id, literal("event"), _EVENT.kind, _EVENT.happened_on, _EVENT.probation_end,
               _EVENT.post_start).where(_EVENT.person_id.in_(IDS), _known(_EVENT, as_then)),
    )  # fmt: skip
    return union_all(*parts).order_by("since", "word")


def _known(table: Any, as_then: bool) -> Any:
    """What is known now, or what had been recorded by the moment `then` and not yet corrected."""
    if not as_then:
        return table.superseded_at.is_(None)
    return and_(table.recorded_at <= THEN, or_(table.superseded_at.is_(None), table.superseded_at > THEN))


def _grouped(work: Work, statement: Any, ids: Sequence[int], then: datetime | None = None) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by the person in their first column."""
    rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    given: dict[str, Any] = {"ids": ids} if then is None else {"ids": ids, "then": then}
    for row in plain_rows(work.session, statement, given):
        rows[row[0]].append(tuple(row[1:]))
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


Names = dict[int, list[tuple[date, date, str, str]]]
"""What units were called before: from, to, Chinese, English."""


def former_names(work: Work, unit_ids: Iterable[int]) -> Names:
    """The ended spells of these units, a statement for each five hundred; most have none."""
    wanted, found = list(dict.fromkeys(unit_ids)), defaultdict(list)
    spell = UnitHistory.__table__.c
    for start in range(0, len(wanted), CHUNK):
        ended = select(spell.unit_id, spell.from_on, spell.to_on, spell.name_zh, spell.name_en).where(
            spell.unit_id.in_(wanted[start : start + CHUNK]), spell.to_on.is_not(None), spell.to_on >= spell.from_on
        )
        for unit_id, *row in work.session.execute(ended):
            found[unit_id].append(tuple(row))
    return found


def name_then(former: Names, unit_id: int, day: date, now: tuple[str, str]) -> tuple[str, str]:
    """What a unit was called on a day, in Chinese and English: its present name unless an earlier spell covers the day."""
    return next(((zh, en) for since, until, zh, en in former.get(unit_id, ()) if since <= day <= until), now)


def card(work: Work, person_id: int, on: date | None = None) -> PersonCard:
    """One person's card on a civil date, today's when none is given; the unit is called as it was then."""
    found = cards(work, [person_id], on)
    if person_id not in found:
        raise NotFound()
    return found[person_id]


def post_of(work: Work, person_id: int) -> AppointmentFact | None:
    """The post that `card` shows today, in one statement; None for somebody who never had one."""
    rows = _grouped(work, _posts_now(), [person_id])
    return primary_post([AppointmentFact(*row) for row in rows[person_id]], today(work))


def cards(work: Work, person_ids: Iterable[int], on: date | None = None) -> dict[int, PersonCard]:
    """The cards of many people, three statements for each five hundred.

    Without a post in force, the latest one stands, with the teams of its last day.
    """
    day = on or today(work)
    wanted = list(dict.fromkeys(person_ids))
    found: dict[int, PersonCard] = {}
    for start in range(0, len(wanted), CHUNK):
        found.update(_cards_of_some(work, wanted[start : start + CHUNK], day))
    return found


def _cards_of_some(work: Work, ids: Sequence[int], day: date) -> dict[int, PersonCard]:
    of_posts, of_teams, of_people = _cards_now()
    names: dict[int, tuple[str, str]] = {}
    posts: dict[int, list[AppointmentFact]] = defaultdict(list)
    for person_id, rows in _grouped(work, of_posts, ids).items():
        for *values, name_zh, name_en in rows:
            fact = AppointmentFact(*values)
            names[fact.unit_id] = (name_zh, name_en)
            posts[person_id].append(fact)
    if day < today(work):
        former = former_names(work, names)
        names = {unit_id: name_then(former, unit_id, day, now) for unit_id, now in names.items()}
    teams = _grouped(work, of_teams, ids)
    people: Any = plain_rows(work.session, of_people, {"ids": ids})
    found = {}
    for person_id, uid, name, status in people:
        post = primary_post(posts[person_id], day)
        held = _held(teams[person_id], day) or _held(teams[person_id], min(day, post.to_on) if post is not None and post.to_on else day)
        found[person_id] = _card(person_id, uid, name, status, post, names, held)
    return found


def _held(teams: Iterable[Sequence[Any]], day: date) -> list[TeamFact]:
    return [team for row in teams if covers(team := TeamFact(*row), day)]


@dataclass(frozen=True)
class Named:
    """A person by name and unit, as he stands today."""

    name: str
    unit_zh: str
    unit_en: str

    @property
    def unit_name(self) -> str:
        """The unit's name in the reader's language."""
        return self.unit_en if locale_code() == "en" and self.unit_en else self.unit_zh


def named(work: Work, action: str, person_ids: Iterable[int]) -> dict[int, Named]:
    """Those of these people over whom the actor may do `action`, a statement for each five hundred; the others are not in it."""
    wanted, day = list(dict.fromkeys(person_ids)), today(work)
    found: dict[int, Named] = {}
    for start in range(0, len(wanted), CHUNK):
        statement = _named().where(visible(work, action, Person.id))
        rows = work.session.execute(statement, {"ids": wanted[start : start + CHUNK]})
        for person_id, of_one in groupby(rows, key=lambda row: row[0]):
            found[person_id] = _named_by(list(of_one), day)
    return found


@cache
def _named() -> Any:
    """The persons `ids` with each of their posts as known now and the names of its unit; without a post one row."""
    post = and_(_POST.person_id == _PERSON.id, _known(_POST, False))
    held = Person.__table__.outerjoin(Appointment.__table__, post).outerjoin(Unit.__table__, _UNIT.id == _POST.unit_id)
    columns = (_PERSON.id, _PERSON.name, _UNIT.name_zh, _UNIT.name_en, *_POST_COLUMNS)
    return select(*columns).select_from(held).where(_PERSON.id.in_(IDS)).order_by(_PERSON.id)


def _named_by(rows: Sequence[Sequence[Any]], day: date) -> Named:
    name = rows[0][1]
    names = {AppointmentFact(*post): (zh, en) for _id, _name, zh, en, *post in rows if zh is not None}
    post = primary_post(names, day)
    return Named(name, "", "") if post is None else Named(name, *names[post])


@dataclass(frozen=True)
class Posts:
    """The posts of one person over time, with the Chinese names of their units, and what these were called before."""

    facts: tuple[AppointmentFact, ...]
    names: tuple[str, ...]
    former: Names = field(default_factory=dict)

    def on(self, day: date) -> tuple[AppointmentFact | None, str]:
        """The post that `card` shows on a day, and the name of its unit."""
        if len(self.facts) == 1 and self.facts[0].is_primary and self.facts[0].from_on <= day:
            return self.facts[0], self._name(0, day)
        post = primary_post(self.facts, day)
        return (None, "") if post is None else (post, self._name(self.facts.index(post), day))

    def _name(self, place: int, day: date) -> str:
        return name_then(self.former, self.facts[place].unit_id, day, (self.names[place], ""))[0]


def posts_of(work: Work, person_ids: Iterable[int]) -> dict[int, Posts]:
    """The posts of many people, two statements for each five hundred; people who never had one have none."""
    wanted = list(dict.fromkeys(person_ids))
    found = {person_id: Posts((), ()) for person_id in wanted}
    for start in range(0, len(wanted), CHUNK):
        by_person = _grouped(work, _cards_now()[0], wanted[start : start + CHUNK])
        former = former_names(work, (row[2] for rows in by_person.values() for row in rows))
        for person_id, rows in by_person.items():
            found[person_id] = Posts(tuple(AppointmentFact(*row[:-2]) for row in rows), tuple(row[-2] for row in rows), former)
    return found


def places_on(work: Work, wanted: Iterable[tuple[int, date]]) -> dict[tuple[int, date], tuple[AppointmentFact, str] | None]:
    """Where each person served on a day, with the unit's Chinese name: two statements for each five hundred persons."""
    pairs = list(dict.fromkeys(wanted))
    known = posts_of(work, (person_id for person_id, _day in pairs))
    found = {pair: known[pair[0]].on(pair[1]) for pair in pairs}
    return {pair: None if post is None else (post, name) for pair, (post, name) in found.items()}


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
