"""Where the entries of a roll belong: unit, scope, known persons; and writing them down in bulk."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.kernel.bulk import put
from app.kernel.errors import Conflict
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Account, Appointment, CadreTag, Person, PersonEvent, TeamMembership, Unit
from app.people.rules import Post, Predicate, Standing, holds
from app.people.rules.changes import is_higher
from app.people.rules.roll import COLUMNS, Entry, Finding, plain
from app.people.service.scope import visible
from app.people.service.sealing import seal
from app.people.service.spells import follow, restate, rows_of, settle


@dataclass(frozen=True)
class PersonMoved:
    """A person took another post or went to another unit; announced in the same transaction."""

    person_id: int
    from_unit_id: int
    to_unit_id: int


@dataclass(frozen=True)
class PeopleChanged:
    """Something dated that a rule may ask for (post, team, list, leave) became known of these people."""

    person_ids: tuple[int, ...]


class TakenMeanwhile(Conflict):
    """Somebody brought in the same person or user name at the same time."""

    code, text = "roll_taken_meanwhile", _l("Someone else brought in some of these people at the same time. Please import again.")


@dataclass(frozen=True)
class Known:
    """A person who is here already, with his present post, team, tags and user name."""

    person: Person
    post: Appointment | None
    team: TeamMembership | None
    tags: frozenset[str]
    user_name: str
    in_scope: bool
    last_day: date | None = None
    """Of the last primary post, where none is held any more."""


@dataclass
class New:
    """An entry for somebody nobody knew."""

    entry: Entry
    unit: Unit
    id_no_hash: str
    id_no_enc: bytes


@dataclass
class Change:
    """An entry that says something new of a known person."""

    entry: Entry
    unit: Unit
    known: Known


class Register:
    """Knows units and what earlier rows of the same file said; one for each run."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.user_names: dict[str, int] = {}
        self.units: dict[str, list[Unit]] = {}
        self.names: list[str] = []

    def place(self, work: Work, entries: list[Entry]) -> Placed:
        """What each entry of a batch means for the college."""
        if not self.units:
            self._learn_units(work)
        hashes = seal(work.settings.secret_key)
        sealed = {entry.row: hashes.both(entry.id_no) for entry in entries}
        known = _known(work, [digest for digest, _ in sealed.values()])
        taken = _taken(work, [entry.user_name for entry in entries if entry.user_name])
        predicates = _scope(work)
        placed = Placed()
        for entry in entries:
            digest, cipher = sealed[entry.row]
            placed.add(self._one(entry, digest, cipher, known.get(digest), taken, predicates))
        return placed

    def _one(self, entry: Entry, digest: str, cipher: bytes, known: Known | None, taken: dict[str, int],
             predicates: list[Predicate] | None) -> New | Change | Finding | None:  # fmt: skip
        """A new person, a change, a finding, or None when the entry says nothing new."""
        first = self.rows.setdefault(digest, entry.row)
        if first != entry.row:
            return _finding(entry, "id_no", "twice_in_file", str(first))
        unit = self._unit(entry)
        if isinstance(unit, Finding):
            return unit
        if not _within(entry, unit, known, predicates):
            return _finding(entry, "unit", "outside_scope", unit.name_zh)
        if fault := self._user_name(entry, known, taken):
            return fault
        if known is None:
            return New(entry, unit, digest, cipher)
        return _compared(entry, unit, known)

    def _learn_units(self, work: Work) -> None:
        self.units = defaultdict(list)
        for unit in work.session.scalars(select(Unit).where(Unit.valid_to.is_(None))):
            work.session.expunge(unit)
            for word in {plain(unit.code), plain(unit.name_zh)}:
                self.units[word].append(unit)
        self.names = list(self.units)

    def _unit(self, entry: Entry) -> Unit | Finding:
        found = self.units.get(entry.unit, [])
        if len(found) == 1:
            return found[0]
        if found:
            return _finding(entry, "unit", "unit_ambiguous", "、".join(unit.code for unit in found[:5]))
        near = difflib.get_close_matches(entry.unit, self.names, n=1, cutoff=0.6) if len(self.rows) < 20_000 else []
        return _finding(entry, "unit", "unit_unknown", near[0] if near else "")

    def _user_name(self, entry: Entry, known: Known | None, taken: dict[str, int]) -> Finding | None:
        if not entry.user_name:
            return None
        if self.user_names.setdefault(entry.user_name, entry.row) != entry.row:
            return _finding(entry, "user_name", "user_name_twice", str(self.user_names[entry.user_name]))
        owner = taken.get(entry.user_name)
        if owner is not None and (known is None or owner != known.person.id):
            return _finding(entry, "user_name", "user_name_taken")
        if known is not None and known.user_name and known.user_name != entry.user_name:
            return _finding(entry, "user_name", "has_other_user_name", known.user_name)
        return None


@dataclass
class Placed:
    """The entries of a batch, sorted by what is to be done."""

    new: list[New] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unchanged: int = 0

    @property
    def refused(self) -> int:
        """Entries that cannot be brought in."""
        return len(self.findings)

    def add(self, outcome: New | Change | Finding | None) -> None:
        """Sort one in."""
        if outcome is None:
            self.unchanged += 1
        elif isinstance(outcome, New):
            self.new.append(outcome)
        elif isinstance(outcome, Change):
            self.changes.append(outcome)
        else:
            self.findings.append(outcome)

    def write(self, work: Work) -> None:
        """Write new people in bulk and changes one by one. A race for the same person or name is TakenMeanwhile."""
        try:
            ids = _write_new(work, self.new)
            for change in self.changes:
                _write_change(work, change)
            settle(work, [change.known.person.id for change in self.changes])
        except IntegrityError as error:
            raise TakenMeanwhile() from error
        if ids or self.changes:
            announce(work, PeopleChanged((*ids, *(change.known.person.id for change in self.changes))))


def _known(work: Work, hashes: list[str]) -> dict[str, Known]:
    """People of these ID numbers, with what is in force and open-ended now. Six statements."""
    people = {person.id: person for person in work.session.scalars(select(Person).where(Person.id_no_hash.in_(hashes)))}
    if not people:
        return {}
    ids = list(people)
    posts = _open_primary(work, Appointment, ids)
    teams = _open_primary(work, TeamMembership, ids)
    tags: dict[int, set[str]] = defaultdict(set)
    live = select(CadreTag.person_id, CadreTag.tag).where(CadreTag.superseded_at.is_(None), CadreTag.to_on.is_(None))
    for person_id, tag in work.session.execute(live.where(CadreTag.person_id.in_(ids))):
        tags[person_id].add(tag)
    names = dict(work.session.execute(select(Account.person_id, Account.user_name).where(Account.person_id.in_(ids))).all())
    seen = set(work.session.scalars(select(Person.id).where(Person.id.in_(ids), visible(work, Action.IMPORT, Person.id))))
    ended = select(Appointment.person_id, func.max(Appointment.to_on)).where(Appointment.superseded_at.is_(None), Appointment.is_primary)
    over = dict(work.session.execute(ended.where(Appointment.person_id.in_(set(ids) - set(posts))).group_by(Appointment.person_id)).all())
    return {
        person.id_no_hash or "": Known(
            person, posts.get(id_), teams.get(id_), frozenset(tags[id_]), names.get(id_, ""), id_ in seen, over.get(id_)
        )
        for id_, person in people.items()
    }


def _open_primary(work: Work, table: Any, ids: list[int]) -> dict[int, Any]:
    rows = work.session.scalars(
        select(table).where(table.person_id.in_(ids), table.superseded_at.is_(None), table.is_primary, table.to_on.is_(None))
        .order_by(table.from_on)
    )  # fmt: skip
    return {row.person_id: row for row in rows}


def _taken(work: Work, names: list[str]) -> dict[str, int]:
    """Whose these user names are."""
    if not names:
        return {}
    return dict(work.session.execute(select(Account.user_name, Account.person_id).where(Account.user_name.in_(names))).all())


def _scope(work: Work) -> list[Predicate] | None:
    """The predicates under which the actor may import; None for the system, which may import everyone."""
    if work.actor.is_system:
        return None
    return [grant.predicate for grant in work.actor.grants if grant.action == Action.IMPORT and grant.predicate is not None]


def _within(entry: Entry, unit: Unit, known: Known | None, predicates: list[Predicate] | None) -> bool:
    """Whether the person lies within the importer's jurisdiction as he would stand, and as he stands."""
    if predicates is None:
        return True
    if known is not None and not known.in_scope:
        return False
    post = Post(unit.path, unit.kind, entry.rank, entry.position_class, unit.sector, unit.system_line, unit.level)
    person = Standing(known.person.id if known else 0, (post,), frozenset({entry.team}),
                      frozenset({entry.tier} if entry.tier else ()), entry.tags, entry.political or None)  # fmt: skip
    return any(holds(predicate, person) for predicate in predicates)


def _compared(entry: Entry, unit: Unit, known: Known) -> Change | Finding | None:
    """What an entry says of a known person: nothing new, something new, or something that cannot be."""
    if known.person.name != entry.name:
        return _finding(entry, "id_no", "id_of_other_name")
    if known.person.status != "active":
        return _finding(entry, "id_no", "not_in_service")
    if known.post is None and known.last_day is not None and entry.since <= known.last_day:
        return _finding(entry, "since", "older_than_known", known.last_day.isoformat())
    post, team = known.post, known.team
    same_post = post is not None and _post_values(entry, unit) == {name: getattr(post, name) for name in _post_values(entry, unit)}
    same_team = team is not None and (team.team, team.tier) == (entry.team, entry.tier)
    if post is not None and not same_post and entry.since < post.from_on:
        return _finding(entry, "since", "older_than_known", post.from_on.isoformat())
    if team is not None and not same_team and entry.since < team.from_on:
        return _finding(entry, "since", "older_than_known", team.from_on.isoformat())
    nothing_else = entry.tags <= known.tags and entry.political in ("", known.person.political_status)
    if same_post and same_team and nothing_else and entry.user_name in ("", known.user_name):
        return None
    return Change(entry, unit, known)


def _post_values(entry: Entry, unit: Unit) -> dict[str, Any]:
    return {"unit_id": unit.id, "post": entry.post, "rank_level": entry.rank, "position_class": entry.position_class}


def _finding(entry: Entry, name: str, code: str, expected: str = "") -> Finding:
    shown = {"unit": entry.unit, "user_name": entry.user_name, "since": entry.since.isoformat()}.get(name, "")
    return Finding(entry.row, COLUMNS[name][0], code, shown, expected)


def _write_new(work: Work, new: list[New]) -> list[int]:
    """People, posts, teams, tags and accounts without a password, one statement a table. Returns their numbers."""
    if not new:
        return []
    uids = [work.new_uid() for _ in new]
    people = [
        {"uid": uid, "name": one.entry.name, "sex": one.entry.sex, "birth_on": one.entry.birth_on, "id_no_hash": one.id_no_hash,
         "id_no_enc": one.id_no_enc, "political_status": one.entry.political, "establishment": "staff", "status": "active",
         "origin": "three_teams", "created_at": work.now}
        for uid, one in zip(uids, new, strict=True)
    ]  # fmt: skip
    put(work.session, rows_of(Person), people)
    ids: dict[UUID, int] = dict(work.session.execute(select(Person.uid, Person.id).where(Person.uid.in_(uids))).all())
    numbered = [(ids[uid], one) for uid, one in zip(uids, new, strict=True)]
    spell = {"to_on": None, "counts_to": None, "recorded_at": work.now, "superseded_at": None}
    posts = [{**spell, "person_id": id_, **_post_values(one.entry, one.unit), "from_on": one.entry.since, "is_primary": True,
              "is_leading": False} for id_, one in numbered]  # fmt: skip
    teams = [{**spell, "person_id": id_, "team": one.entry.team, "tier": one.entry.tier, "is_primary": True, "from_on": one.entry.since}
             for id_, one in numbered]  # fmt: skip
    tags = [{**spell, "person_id": id_, "tag": tag, "from_on": one.entry.since} for id_, one in numbered for tag in sorted(one.entry.tags)]
    accounts = [_account(id_, one.entry.user_name) for id_, one in numbered if one.entry.user_name]
    for table, rows in ((Appointment, posts), (TeamMembership, teams), (CadreTag, tags), (Account, accounts)):
        put(work.session, rows_of(table), rows)
    return [id_ for id_, _ in numbered]


def _account(person_id: int, user_name: str) -> dict[str, Any]:
    """An account nobody can enter until a first password is given (deferred, PERF-G11)."""
    return {"person_id": person_id, "user_name": user_name, "password_hash": None, "password_set_at": None, "must_change": True,
            "is_enabled": True}  # fmt: skip


def _write_change(work: Work, change: Change) -> None:
    """Follow or correct post and team, add tags and an account, and say what happened."""
    entry, unit, known = change.entry, change.unit, change.known
    person, values = known.person, _post_values(entry, unit)
    if known.post is None:
        work.session.add(Appointment(person_id=person.id, from_on=entry.since, recorded_at=work.now, **values))
    elif any(getattr(known.post, name) != value for name, value in values.items()):
        _change_post(work, entry, known.post, values)
    if known.team is None:
        work.session.add(TeamMembership(person_id=person.id, team=entry.team, tier=entry.tier, from_on=entry.since, recorded_at=work.now))
    elif (known.team.team, known.team.tier) != (entry.team, entry.tier):
        later = entry.since > known.team.from_on
        fresh = {"team": entry.team, "tier": entry.tier}
        if later:
            follow(work, known.team, entry.since, **fresh)
        else:
            restate(work, known.team, **fresh)
    for tag in sorted(entry.tags - known.tags):
        work.session.add(CadreTag(person_id=person.id, tag=tag, from_on=entry.since, recorded_at=work.now))
    if entry.user_name and not known.user_name:
        work.session.execute(insert(rows_of(Account)), [_account(person.id, entry.user_name)])
    if entry.political:
        work.session.execute(update(Person).where(Person.id == person.id).values(political_status=entry.political))


def _change_post(work: Work, entry: Entry, post: Appointment, values: dict[str, Any]) -> None:
    """A later post follows the present one; one of the same day corrects it."""
    if entry.since == post.from_on:
        restate(work, post, **values)
        return
    turn_post(work, post, entry.since, {"is_leading": False, **values})


def turn_post(work: Work, post: Appointment, since: date, values: dict[str, Any]) -> Appointment:
    """Another post from a day on; a higher rank and another unit are events that rules may ask for."""
    fresh = follow(work, post, since, **values)
    kinds = []
    if is_higher(fresh.rank_level, post.rank_level):
        kinds.append("promoted")
    if fresh.unit_id != post.unit_id:
        kinds.append("transferred_in")
        announce(work, PersonMoved(post.person_id, post.unit_id, fresh.unit_id))
    for kind in kinds:
        work.session.add(PersonEvent(person_id=post.person_id, kind=kind, happened_on=since, post_start=since, recorded_at=work.now))
    return fresh
