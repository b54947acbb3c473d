"""Writes the demo city into an empty college: units, people, accounts, roles. Refused in production."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select, text

from app.kernel.bulk import put, undisturbed
from app.kernel.clock import civil
from app.kernel.db import Model, dialect
from app.kernel.errors import Conflict, Forbidden
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.demo.cast import CAST, PASSWORD
from app.people.demo.persons import Batch, demo_uid, generate, known_since
from app.people.demo.tree import UnitPlan, tree
from app.people.models import (
    Account,
    Appointment,
    CadreTag,
    Leave,
    Person,
    PersonEvent,
    RoleGrant,
    TeamMembership,
    Unit,
    UnitHistory,
)
from app.people.rules.spells import counts_to, without_post
from app.people.service.passwords import hashed
from app.people.service.sealing import Seal, seal
from app.people.service.spells import rows_of

BIRTH_OF_CITY = date(1979, 3, 5)
RENAMED = (("市贸工局", "市经济贸易局", "Economy and Trade Bureau"), ("市人事局", "市人事编制局", "Personnel and Staffing Bureau"))
"""Units that had another name until the end of last year, so that reports as of then have something to show."""


class NotEmpty(Conflict):
    """The demo city is loaded into an empty college only."""

    code, text = "college_not_empty", _l("There are people in this college already. The demo city is loaded into an empty one.")


class NotInProduction(Forbidden):
    """Demo accounts have a published password."""

    code, text = "demo_refused", _l("The demo city is not loaded in production.")


@dataclass(frozen=True)
class Loaded:
    """What was written, and the persons behind the demo accounts by user name."""

    units: int
    persons: int
    memberships: int
    cast: dict[str, int]


def load_people(
    work: Work,
    *,
    scale: str = "xs",
    seed: int = 2026,
    overlap: int = 0,
    today: date | None = None,
    progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Write the demo city in one transaction; `progress` is told the number of people so far.

    The same scale, seed, overlap and day give the same rows. Numbers of rows are given here rather than by the database,
    which is right only because the tables are empty and this is the one writer. Raises NotEmpty, NotInProduction.
    """
    if not work.settings.is_demo:
        raise NotInProduction()
    if work.session.execute(select(func.count()).select_from(select(Person.id).limit(1).subquery())).scalar_one():
        raise NotEmpty()
    day = today or (work.now + timedelta(hours=8)).date()
    units = tree(scale)
    unit_ids = _write_units(work, units, seed, day)
    writer = _Writer(work, unit_ids)
    with undisturbed():
        for batch in generate(units, scale, seed, overlap, day):
            writer.write(batch)
            if progress is not None:
                progress(writer.persons)
    _write_accounts(work, writer.cast)
    _move_sequences(work)
    return Loaded(len(units), writer.persons, writer.memberships, writer.cast)


def _write_units(work: Work, units: Sequence[UnitPlan], seed: int, day: date) -> dict[str, int]:
    """Units and the spells of their history; path → id."""
    random = Random(f"units:{seed}")  # noqa: S311  # the same ids for the same seed
    moment = known_since(day)
    ids = {unit.path: number for number, unit in enumerate(units, 1)}
    rows = [
        {"id": ids[unit.path], "uid": demo_uid(moment, random), "code": unit.code, "name_zh": unit.name_zh, "name_en": unit.name_en,
         "kind": unit.kind, "level": unit.level, "sector": unit.sector, "system_line": unit.system_line, "is_stationed": unit.is_stationed,
         "parent_id": ids.get(unit.parent), "path": unit.path, "valid_from": BIRTH_OF_CITY, "valid_to": None}
        for unit in units
    ]  # fmt: skip
    put(work.session, rows_of(Unit), rows)
    history: list[dict[str, Any]] = []
    former = {name: (old, old_en) for name, old, old_en in RENAMED}
    turn = date(day.year, 1, 1)
    for unit in units:
        spell = {"unit_id": ids[unit.path], "name_zh": unit.name_zh, "name_en": unit.name_en, "parent_id": ids.get(unit.parent),
                 "path": unit.path, "from_on": BIRTH_OF_CITY, "to_on": None, "recorded_at": moment}  # fmt: skip
        if unit.name_zh in former:
            old, old_en = former[unit.name_zh]
            history.append({**spell, "name_zh": old, "name_en": old_en, "to_on": turn - timedelta(days=1)})
            spell["from_on"] = turn
        history.append(spell)
    put(work.session, rows_of(UnitHistory), [{"id": number, **spell} for number, spell in enumerate(history, 1)])
    return ids


class _Writer:
    """Writes batches and counts the rows of each table."""

    def __init__(self, work: Work, unit_ids: dict[str, int]) -> None:
        self.work = work
        self.unit_ids = unit_ids
        self.seal: Seal = seal(work.settings.secret_key)
        self.counts: dict[type[Model], int] = {}
        self.persons = self.memberships = 0
        self.cast: dict[str, int] = {}

    def write(self, batch: Batch) -> None:
        """One batch, table by table."""
        for row in batch.persons:
            row["id_no_hash"], row["id_no_enc"] = self.seal.both(row.pop("id_no"))
            row |= {"establishment": "staff", "origin": "three_teams"}
        put(self.work.session, rows_of(Person), batch.persons)
        for row in batch.appointments:
            row["unit_id"] = self.unit_ids[row.pop("unit")]
        _count(batch)
        self._insert(Appointment, batch.appointments)
        self._insert(TeamMembership, batch.teams)
        self._insert(CadreTag, batch.tags)
        self._insert(Leave, batch.leave)
        self._insert(PersonEvent, batch.events)
        self.persons += len(batch.persons)
        self.memberships += batch.memberships
        self.cast |= batch.cast

    def _insert(self, table: type[Model], rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        start = self.counts.get(table, 0)
        for number, row in enumerate(rows, start + 1):
            row["id"] = number
            row["superseded_at"] = None
        self.counts[table] = start + len(rows)
        put(self.work.session, rows_of(table), rows)


def _count(batch: Batch) -> None:
    """Until when each row says in whose scope its person is."""
    gone = {row["person_id"] for row in batch.appointments if row["to_on"] is not None}
    posts: dict[int, list[tuple[date, date | None]]] = {person_id: [] for person_id in gone}
    for row in batch.appointments:
        if row["person_id"] in gone:
            posts[row["person_id"]].append((row["from_on"], row["to_on"]))
    gaps = {person_id: without_post(own) for person_id, own in posts.items()}
    for row in (*batch.appointments, *batch.teams, *batch.tags):
        row["counts_to"] = row["to_on"] and counts_to((row["from_on"], row["to_on"]), gaps.get(row["person_id"], ()))


def _write_accounts(work: Work, cast: dict[str, int]) -> None:
    """The demo accounts with the published password, and their roles."""
    secret = hashed(PASSWORD)
    accounts = [
        {"id": number, "person_id": cast[member.user_name], "user_name": member.user_name, "password_hash": secret,
         "password_set_at": work.now, "must_change": False, "is_enabled": True}
        for number, member in enumerate(CAST, 1)
    ]  # fmt: skip
    put(work.session, rows_of(Account), accounts)
    grants = [
        {"person_id": cast[member.user_name], "role": role, "jurisdiction": jurisdiction, "from_on": BIRTH_OF_CITY, "to_on": None,
         "unit_id": None, "granted_by": None}
        for member in CAST
        for role, jurisdiction in member.grants
    ]  # fmt: skip
    put(work.session, rows_of(RoleGrant), [{"id": number, **row} for number, row in enumerate(grants, 1)])


def appoint_unit_admins(work: Work, holders: Sequence[tuple[int, int]]) -> None:
    """Training administrators of units beside those with an account: pairs of person and unit."""
    since = known_since(civil(work.now).date()).date()
    held = set(work.session.scalars(select(RoleGrant.person_id).where(RoleGrant.role == "unit_admin")))
    work.session.add_all(
        RoleGrant(person_id=person_id, role="unit_admin", jurisdiction="unit_subtree", from_on=since, to_on=None, unit_id=unit_id,
                  granted_by=None)
        for person_id, unit_id in holders if person_id not in held
    )  # fmt: skip
    work.session.flush()


def _move_sequences(work: Work) -> None:
    """Tell PostgreSQL's counters which numbers are taken; SQLite looks for itself."""
    if dialect(work.session) != "postgresql":
        return
    for table in (Unit, UnitHistory, Person, Appointment, TeamMembership, CadreTag, Leave, PersonEvent, Account, RoleGrant):
        name = table.__tablename__
        work.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT coalesce(max(id), 1) FROM {name}))"))  # noqa: S608  # table names are ours
