"""Claims of the whole demo city (domain.md §10): 3,000 at full scale, fewer in proportion, the same ones for the same city and seed.

What people hand in is written table by table; it is weighed and decided by the verbs that a person uses, each certifier within
his own scope, so that every rule and invariant has spoken.
"""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, cast

from sqlalchemy import Table, select, update

from app.claims import service
from app.claims.actions import Action
from app.claims.demo.planned import evidence
from app.claims.demo.titles import REASONS, SORTS, Fields, Sort
from app.claims.models import Claim, ClaimEvidence, ClaimTrail
from app.claims.rules import Act, ClaimState, Kind, missing, read, risk, stops, suggest
from app.claims.rules.keys import activity_key, certificate_key, title_hash
from app.kernel.bulk import put
from app.kernel.clock import StoppedClock, civil
from app.kernel.errors import Refusal
from app.kernel.ids import person_uid, row_id
from app.kernel.work import Actor, College, Work, working
from app.people import queries as people
from app.people.demo import appoint_unit_admins
from app.people.models import Account, Appointment, Person

CLAIMS, PEOPLE, LEAST = 3_000, 188_000, 110
"""Claims of the whole city, its people, and how many a small city has at least, so that each desk has some."""
CERTIFIERS, UNIT = ("city", "district", "personnel"), "unit-admin"
FATES = {"submitted": 30, "unit_checked": 36, "returned": 6, "certified": 16, "rejected": 4, "revoked": 2, "draft": 3, "withdrawn": 3}
DECIDED = ("returned", "certified", "rejected", "revoked")
ODD = {"plain": 66, "differs": 14, "same_title": 5, "same_certificate": 5, "same_file": 5, "overlap": 5}
PICTURES = 60
"""Sheets that are drawn; where there are more claims a sheet serves several, each told apart by a digest of its own."""
BATCH = 500
ZERO = Decimal(0)
Find = Callable[[str], Actor]


@dataclass(frozen=True)
class Drawn:
    """A claim as it was drawn: whose, which kind, what was entered, what it proves it with, how it goes on."""

    row: dict[str, Any]
    fields: Fields
    sort: Sort
    fate: str
    look: str


@dataclass
class City:
    """What the generator knows: the people with their units, who may certify whom, the sheets, what was drawn so far."""

    rng: Random
    now: datetime
    names: dict[int, str]
    units: dict[int, list[int]]
    unit_of: dict[int, int]
    scopes: dict[str, set[int]]
    sheets: list[service.Examined]
    kinds: dict[str, Kind]
    drawn: list[Drawn] = field(default_factory=list)
    taken: set[tuple[int, str]] = field(default_factory=set)
    admins: dict[int, list[int]] = field(default_factory=dict)

    def certifier(self, person_id: int) -> str | None:
        """Who certifies this person, if any of the demo accounts does."""
        return next((name for name in CERTIFIERS if person_id in self.scopes[name]), None)

    def checker(self, person_id: int) -> int | None:
        """The training administrator of the unit, another one about himself; None where the unit has nobody else."""
        unit_id = self.unit_of[person_id]
        admin = next((one for one in (*self.admins.get(unit_id, ()), *reversed(self.units[unit_id])) if one != person_id), None)
        if admin is not None and admin not in self.admins.setdefault(unit_id, []):
            self.admins[unit_id].append(admin)
        return admin


def load_city(college: College, find: Find, seed: int) -> int:
    """Write, weigh and decide the claims of the city. Returns how many."""
    city = _city(college, find, seed)
    whose = _whose(city)
    for start in range(0, len(whose), BATCH):
        with working(college, Actor.system("demo")) as work:
            drawn = [one for person_id in whose[start : start + BATCH] if (one := _draw(work, city, person_id)) is not None]
            _write(work, city, drawn)
    with working(college, Actor.system("demo")) as work:
        appoint_unit_admins(work, [(one, unit_id) for unit_id, some in sorted(city.admins.items()) for one in some])
    _weigh(college, city)
    for name in CERTIFIERS:
        _decide(college, city, find(name), name)
    _appeal(college, city)
    return len(city.drawn)


def _city(college: College, find: Find, seed: int) -> City:
    with working(college, Actor.system("demo"), write=False) as work:
        accounts = select(Account.person_id)
        serving = (
            select(Appointment.person_id, Appointment.unit_id, Person.name).join(Person, Person.id == Appointment.person_id)
            .where(Appointment.is_primary, Appointment.superseded_at.is_(None), Appointment.to_on.is_(None),
                   Person.id.not_in(accounts), Person.status != "left").order_by(Appointment.person_id)
        )  # fmt: skip
        names, units, unit_of = {}, defaultdict(list), {}
        for person_id, unit_id, name in work.session.execute(serving):
            names[person_id], unit_of[person_id] = name, unit_id
            units[unit_id].append(person_id)
        kinds = dict(service.kinds(work).kinds)
        now = work.now
    scopes = {}
    for name, action in (*((one, Action.CERTIFY) for one in CERTIFIERS), (UNIT, Action.CHECK)):
        with working(college, find(name), write=False) as work:
            mine = select(Person.id).where(people.within(work, action, Person.id))
            scopes[name] = set(work.session.scalars(mine)) & set(names)
    count = min(PICTURES, max(LEAST, len(names) * CLAIMS // PEOPLE))
    sheets = [service.receive(college.settings, io.BytesIO(evidence(100 + n)), f"证明材料{n + 1}.png") for n in range(count)]
    rng = Random(f"claims:{seed}")  # noqa: S311  # a demo city, not a secret
    admin = find(UNIT)
    names[admin.person_id or 0] = admin.name
    admins = {unit_of[one]: [admin.person_id] for one in sorted(scopes[UNIT])[:1] if admin.person_id is not None}
    return City(rng, now, names, units, unit_of, scopes, sheets, kinds, admins=admins)


def _whose(city: City) -> list[int]:
    """The claimants: a few of the unit of the demo administrator, more often than not people of a demo certifier, else anybody."""
    count = max(LEAST, round(len(city.names) * CLAIMS / PEOPLE))
    ours = [sorted(city.scopes[name]) for name in CERTIFIERS if city.scopes[name]]
    whose = sorted(city.scopes[UNIT])[:8]
    while len(whose) < count:
        pool = ours[len(whose) % len(ours)] if ours and city.rng.random() < 0.8 else list(city.unit_of)
        whose.append(city.rng.choice(pool))
    return whose


def _draw(work: Work, city: City, person_id: int) -> Drawn | None:
    """One claim that could be handed in; None where the person has claimed the same activity already."""
    rng, n = city.rng, len(city.drawn)
    unseen = [fate for fate in FATES if fate not in {one.fate for one in city.drawn[:100]}]
    can_be_checked = len(city.units[city.unit_of[person_id]]) > 1
    fate = unseen[0] if unseen and city.certifier(person_id) and can_be_checked else rng.choices(list(FATES), list(FATES.values()))[0]
    if (fate in DECIDED and city.certifier(person_id) is None) or (fate in (*DECIDED, "unit_checked") and not can_be_checked):
        fate = "submitted"
    odd = rng.choices(list(ODD), list(ODD.values()))[0]
    before = next(
        (one for one in reversed(city.drawn) if one.row["person_id"] == person_id and one.fate not in ("draft", "withdrawn")), None
    )
    sort = rng.choices(SORTS, [one.weight for one in SORTS])[0]
    fields = sort.fields(rng, n)
    length, ended, handed = rng.randint(*sort.days), rng.randint(30, 75), rng.randint(1, 27)
    if odd == "same_title" and before is not None:
        sort, fields = before.sort, {**before.fields, "cert_no": f"FB-2026-{n:05}"}
    if odd == "same_certificate" and "cert_no" in fields:
        other = next((one for one in reversed(city.drawn) if one.sort.kind == sort.kind and one.row["person_id"] != person_id), None)
        fields = {**fields, **({name: other.fields[name] for name in ("issuer", "cert_no")} if other else {})}
    last = civil(city.now).date() - timedelta(days=ended)
    if odd == "overlap" and before is not None and city.kinds[before.sort.kind].is_exact:
        last = before.row["occurred_to"]
    fields |= {
        "occurred_from": (last - timedelta(days=length - 1)).isoformat(),
        "occurred_to": last.isoformat(),
        "note": "材料附后，原件备查。",
    }
    row = _row(work, city, person_id, sort.kind, fields, differs=odd == "differs")
    if (person_id, row["activity_key"]) in city.taken:
        return None
    city.taken.add((person_id, row["activity_key"]))
    look = city.drawn[-1].look if odd == "same_file" and city.drawn else hashlib.sha256(f"look:{n}:{person_id}".encode()).hexdigest()
    drawn = Drawn(_dated(city, row, fate, handed, work), fields, sort, fate, look)
    city.drawn.append(drawn)
    return drawn


def _row(work: Work, city: City, person_id: int, kind_id: str, fields: Fields, *, differs: bool) -> dict[str, Any]:
    """What was entered, reckoned by the rules in force on its last day, as handing in does."""
    kind = city.kinds[kind_id]
    known = {"title", "occurred_from", "occurred_to", "note", *(one.name for one in kind.fields)}
    given, faults = read(kind, {name: value for name, value in fields.items() if name in known})
    if faults or missing(kind, given) or given.occurred_to is None:
        raise ValueError(f"the demo enters what {kind_id} does not take: {faults}")
    book = service.rules_on(work, given.occurred_to)
    found = suggest(kind, given, book)
    if found is None:
        raise ValueError(f"the demo enters too little for {kind_id}")
    more = Decimal(city.rng.choice((1, 2, 4, 6)))
    return {
        "person_id": person_id, "kind": kind_id, "title": given.title, "title_hash": title_hash(given.title), "entered": dict(given.values),
        "note": given.note, "occurred_from": given.occurred_from, "occurred_to": given.occurred_to,
        "hours_entered": found.hours + more if differs else None, "hours_claimed": found.hours + (more if differs else ZERO),
        "days_claimed": found.days, "hours_suggested": found.hours, "suggestion": [note.as_json() for note in found.notes],
        "rule_set_version": book.pin, "activity_key": activity_key(kind, given), "certificate_key": certificate_key(kind, given),
        "findings": [], "risk": 0, "decided_by": None, "decided_at": None, "hours_certified": None, "days_certified": None, "reason": "",
        "entry_seq": None,
    }  # fmt: skip


def _dated(city: City, row: dict[str, Any], fate: str, days_ago: int, work: Work) -> dict[str, Any]:
    """When it was begun, handed in and checked, by whom, and until when somebody has to act."""
    book, rng = service.kinds(work), city.rng
    begun = datetime.combine(
        civil(city.now).date() - timedelta(days=days_ago),
        time(rng.randint(0, 9), rng.randrange(60), rng.randrange(60), rng.randrange(1000) * 1000),
        UTC,
    )
    handed = begun + timedelta(minutes=rng.randint(9, 90))
    checked = min(handed + timedelta(hours=rng.randint(5, 70)), city.now - timedelta(hours=1))
    is_checked = fate in ("unit_checked", "certified", "rejected", "revoked", "returned")
    state = ClaimState(fate if fate in ("draft", "withdrawn", "submitted") else "unit_checked")
    due = (
        book.calendar.after(civil(checked).date(), book.certify_days)
        if is_checked
        else book.calendar.after(civil(handed).date(), book.unit_days)
    )
    uid = person_uid(row["person_id"], begun, rng.getrandbits)
    is_open = state in (ClaimState.SUBMITTED, ClaimState.UNIT_CHECKED)
    return row | {
        "id": row_id(uid), "uid": uid, "state": state, "created_at": begun,
        "version": {"draft": 1, "submitted": 2}.get(str(state), 3), "changed_at": checked if is_checked else handed,
        "submitted_at": None if state == ClaimState.DRAFT else handed,
        "due_on": due if is_open else None, "checked_by": city.checker(row["person_id"]) if is_checked else None,
        "checked_at": checked if is_checked else None,
    }  # fmt: skip


def _write(work: Work, city: City, drawn: Sequence[Drawn]) -> None:
    """Claims, their proof and what was done so far, table by table."""
    tables = [cast(Table, one.__table__) for one in (Claim, ClaimEvidence, ClaimTrail)]
    proofs: list[dict[str, Any]] = []
    trails: list[dict[str, Any]] = []
    for one in drawn:
        row, sheet = one.row, city.sheets[len(proofs) % len(city.sheets)]
        uid = person_uid(row["person_id"], row["created_at"] + timedelta(seconds=30), city.rng.getrandbits)
        proofs.append({
            "person_id": row["person_id"], "id": row_id(uid), "uid": uid, "claim_id": row["id"], "sha256": sheet.sha256,
            "look": one.look, "file_name": sheet.file_name, "media_type": sheet.media_type, "size": sheet.size,
            "width": sheet.width, "height": sheet.height, "added_at": row["created_at"] + timedelta(seconds=30),
        })  # fmt: skip
        trails += _trail(city, row)
    for table, rows in zip(tables, ([one.row for one in drawn], proofs, trails), strict=True):
        if rows:
            put(work.session, table, rows)


def _trail(city: City, row: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each version the claim has had."""
    me, handed = (row["person_id"], city.names[row["person_id"]]), row["submitted_at"]
    figures = {"hours": str(row["hours_claimed"]), "days": str(row["days_claimed"]), "files": 1}
    acts = [(Act.START, "draft", me, row["created_at"], {}), (Act.SUBMIT, "submitted", me, handed, figures)]
    if row["checked_by"]:
        acts.append((Act.PASS, "unit_checked", (row["checked_by"], city.names[row["checked_by"]]), row["checked_at"], {}))
    if row["state"] == ClaimState.WITHDRAWN:
        acts.append((Act.WITHDRAW, "withdrawn", me, row["changed_at"], {}))
    return [
        {"person_id": me[0], "claim_id": row["id"], "n": n, "act": str(act), "state": state, "by_id": by, "by_name": name, "at": at,
         "ip": "", "device": "", "reason": "", "figures": told}
        for n, (act, state, (by, name), at, told) in enumerate(acts[: row["version"]], 1)
    ]  # fmt: skip


def _weigh(college: College, city: City) -> None:
    """Findings and risk of what waits, as handing in and the unit's step keep them."""
    open_ = [one.row["uid"] for one in city.drawn if one.row["state"] in (ClaimState.SUBMITTED, ClaimState.UNIT_CHECKED)]
    for start in range(0, len(open_), BATCH):
        with working(college, Actor.system("demo")) as work:
            claims = list(work.session.scalars(select(Claim).where(Claim.uid.in_(open_[start : start + BATCH]))))
            weighed = service.weigh(work, claims)
            kept = [
                {"person_id": claim.person_id, "id": claim.id, "findings": [one.as_json() for one in found], "risk": risk(found)}
                for claim in claims if not stops(found := weighed[claim.uid].findings)
            ]  # fmt: skip
            work.session.execute(update(Claim), kept)


def _decide(college: College, city: City, actor: Actor, name: str) -> None:
    """One certifier's decisions of yesterday: the clean ones together, the others one by one, each with a reason."""
    mine = [one for one in city.drawn if city.certifier(one.row["person_id"]) == name and one.row["person_id"] != actor.person_id]
    by_fate: dict[str, list[Drawn]] = defaultdict(list)
    for one in mine:
        by_fate[one.fate].append(one)
    yesterday = College(college.settings, college.engine, StoppedClock(city.now - timedelta(hours=20)))
    certified = [one.row["uid"] for one in (*by_fate["certified"], *by_fate["revoked"])]
    for start in range(0, len(certified), BATCH):
        with working(yesterday, actor) as work:
            done = set(service.certify_many(work, certified[start : start + BATCH]).certified)
        for uid in [uid for uid in certified[start : start + BATCH] if uid not in done]:
            with suppress(Refusal), working(yesterday, actor) as work:
                claim = service.find(work, uid)
                hours = min(claim.hours_claimed or ZERO, claim.hours_suggested or ZERO)
                service.certify(work, uid, hours=hours, reason="按规则核定学时，差异部分不计")
    returned = [one.row["uid"] for one in by_fate["returned"]]
    for place, reason in enumerate(REASONS["return"]):
        if returned[place :: len(REASONS["return"])]:
            with working(yesterday, actor) as work:
                service.return_many(work, returned[place :: len(REASONS["return"])], reason)
    for fate, verb in (("rejected", service.reject), ("revoked", service.revoke)):
        for one in by_fate[fate]:
            with suppress(Refusal), working(yesterday, actor) as work:
                verb(work, one.row["uid"], city.rng.choice(REASONS["reject" if fate == "rejected" else "revoke"]))


def _appeal(college: College, city: City) -> None:
    """A third of those who were rejected appeal; who hears it was no part of it."""
    for one in [one for one in city.drawn if one.fate == "rejected"][::3]:
        actor = Actor(person_id=one.row["person_id"], name=city.names[one.row["person_id"]], actions=frozenset({Action.FILE}))
        with suppress(Refusal), working(college, actor) as work:
            service.appeal(work, one.row["uid"], city.rng.choice(REASONS["appeal"]))
