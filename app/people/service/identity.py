"""Who is behind a request, with his roles: one statement, read afresh every time (THR-T25).

A revoked session, a disabled account, a changed password or a withdrawn role shows at the very next request (ATK-A30).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.exc import OperationalError

from app.kernel.clock import civil
from app.kernel.errors import Forbidden, Unavailable
from app.kernel.i18n import _l
from app.kernel.work import Actor, Grant, Work
from app.people.models import Account, ApiToken, Appointment, Person, RoleGrant, SignIn, Unit
from app.people.rules import All, Holder, Is, Not, bind
from app.people.rules.doors import IDLE, SEEN_STEP, session_is_over
from app.people.rules.passwords import PROFILES, has_expired
from app.people.service.roles import Charter, charter


class PasswordChangeRequired(Forbidden):
    """The password was given by someone else or has expired; nothing else is open until it is changed."""

    code, text = "password_change_required", _l("Please choose a new password first.")


class Credentials(Protocol):
    """What the kernel reads from a request."""

    @property
    def cookie(self) -> str: ...
    @property
    def bearer(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def ip(self) -> str: ...
    @property
    def lean(self) -> bool: ...


class Endpoint(Protocol):
    """The part of a route the password gate looks at."""

    @property
    def name(self) -> str: ...
    @property
    def allow(self) -> str: ...


DEPUTY, LENDS = "deputy", "desk.delegate"
"""The role of who acts for somebody else for a while, and the action whose holders may lend theirs."""

OPEN_WITHOUT_PASSWORD = frozenset({"people.change_password", "people.save_password", "people.sign_out"})

_ACCOUNT, _PERSON, _SIGN_IN, _TOKEN = Account.__table__.c, Person.__table__.c, SignIn.__table__.c, ApiToken.__table__.c
_GRANT = RoleGrant.__table__.c
_BEHIND = (_ACCOUNT.id.label("account_id"), _ACCOUNT.must_change, _ACCOUNT.password_set_at, _PERSON.id.label("person_id"), _PERSON.name)
_LIVE = (_ACCOUNT.is_enabled, _PERSON.status != "left")
"""Plain tables, not mapped classes: these run at every request, and the mapper would cost more than the database."""

_BY_COOKIE = (
    select(_SIGN_IN.id, _SIGN_IN.created_at, _SIGN_IN.last_seen_at, *_BEHIND)
    .join_from(SignIn.__table__, Account.__table__, _ACCOUNT.id == _SIGN_IN.account_id)
    .join(Person.__table__, _PERSON.id == _ACCOUNT.person_id)
    .where(_SIGN_IN.token_hash == bindparam("hash"), _SIGN_IN.revoked_at.is_(None), *_LIVE)
)
_BY_BEARER = (
    select(_TOKEN.id, *_BEHIND)
    .join_from(ApiToken.__table__, Account.__table__, _ACCOUNT.id == _TOKEN.account_id)
    .join(Person.__table__, _PERSON.id == _ACCOUNT.person_id)
    .where(_TOKEN.token_hash == bindparam("hash"), _TOKEN.revoked_at.is_(None), _TOKEN.expires_at > bindparam("now"), *_LIVE)
)


_TODAY = bindparam("today", type_=RoleGrant.__table__.c.from_on.type)
_HELD = and_(_GRANT.from_on <= _TODAY, or_(_GRANT.to_on.is_(None), _GRANT.to_on >= _TODAY))


def _placed(statement: Any) -> Any:
    """With the grants that are joined already: the unit each starts from, and the unit its holder serves in."""
    unit, post = Unit.__table__, Appointment.__table__
    anchor, own = unit.alias("anchor"), unit.alias("own")
    serving = (post.c.person_id == _GRANT.person_id) & post.c.is_primary & post.c.superseded_at.is_(None) & (
        post.c.from_on <= _TODAY) & or_(post.c.to_on.is_(None), post.c.to_on >= _TODAY)  # fmt: skip
    return (
        statement.add_columns(
            _GRANT.role,
            _GRANT.jurisdiction,
            func.coalesce(anchor.c.path, own.c.path, "").label("path"),
            func.coalesce(anchor.c.system_line, own.c.system_line, "").label("line"),
            _GRANT.granted_by,
            _GRANT.unit_id,
        )
        .outerjoin(anchor, anchor.c.id == _GRANT.unit_id)
        .outerjoin(post, serving)
        .outerjoin(own, own.c.id == post.c.unit_id)
    )


def _entering(statement: Any) -> Any:
    """A session or token with the roles in force of whoever is behind it, a row for each; without any one row."""
    return _placed(statement.outerjoin(RoleGrant.__table__, and_(_GRANT.person_id == _PERSON.id, _HELD)))


_IN_BY_COOKIE, _IN_BY_BEARER = _entering(_BY_COOKIE), _entering(_BY_BEARER)
_GRANTS = _placed(select(_GRANT.person_id).select_from(RoleGrant.__table__).where(_HELD))
_GRANTS_OF_ONE = _GRANTS.where(_GRANT.person_id == bindparam("person"))


def token_hash(token: str) -> str:
    """What is kept of a session or API token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def identify(work: Work, credentials: Credentials) -> Actor | None:
    """The person behind a cookie or bearer token, with the roles in force; None when it no longer opens anything."""
    if credentials.bearer:
        given = {"hash": token_hash(credentials.bearer), "now": work.now}
        rows = _entered(work, credentials, _BY_BEARER, _IN_BY_BEARER, given)
        return _actor(work, rows, credentials, token_id=rows[0].id) if rows else None
    rows = _entered(work, credentials, _BY_COOKIE, _IN_BY_COOKIE, {"hash": token_hash(credentials.cookie)})
    if not rows:
        return None
    found = rows[0]
    actor = _actor(work, rows, credentials, sign_in_id=found.id)
    idle = min((role.idle for role in _roles(work, actor)), default=IDLE)
    if session_is_over(found.created_at, found.last_seen_at, idle, work.now):
        return None
    if work.now - found.last_seen_at >= SEEN_STEP:
        _note_seen(work, found.id)
    return actor


def actor_for(work: Work, person_id: int, *, ip: str = "", device: str = "", account_id: int | None = None) -> Actor:
    """The actor a person would be now, without a session (jobs on someone's behalf, tests)."""
    name = work.session.execute(select(Person.name).where(Person.id == person_id)).scalar_one()
    roles, grants = _granted(work, person_id)
    return Actor(person_id=person_id, account_id=account_id, name=name, ip=ip, device=device, roles=roles,
                 actions=frozenset(grant.action for grant in grants), grants=grants)  # fmt: skip


def holders(work: Work, action: str) -> list[Actor]:
    """Everybody who can sign in and holds a role that carries the action, over whomever, each as he may act now.

    Three statements, however many they are.
    """
    live = select(_PERSON.id, _PERSON.name).where(holding(work, action, _PERSON.id)).order_by(_PERSON.id)
    names: dict[int, str] = {row.id: row.name for row in work.connection.execute(live)}
    theirs, rows = _GRANTS.where(holding(work, action, RoleGrant.person_id)), defaultdict[int, list[Any]](list)
    for row in work.connection.execute(theirs, {"today": today(work)}):
        rows[row.person_id].append(row)
    lent = _lent(work, [row for own in rows.values() for row in own])
    found = []
    for person_id, name in names.items():
        roles, grants = _read_grants(charter(work.settings.content_dir), person_id, rows[person_id], lent)
        found.append(Actor(person_id=person_id, name=name, roles=roles, actions=frozenset(one.action for one in grants), grants=grants))
    return [actor for actor in found if actor.may(action)]


def holding(work: Work, action: str, person_id: Any) -> ColumnElement[bool]:
    """Whether the person of a column can sign in and holds a role that carries the action now, over whomever."""
    roles = [role.name for role in charter(work.settings.content_dir).roles.values() if action in role.actions | role.superior_actions]
    grant, day = RoleGrant.__table__.c, today(work)
    live = (
        select(grant.person_id)
        .join_from(RoleGrant.__table__, Account.__table__, _ACCOUNT.person_id == grant.person_id)
        .join(Person.__table__, _PERSON.id == grant.person_id)
        .where(grant.role.in_(roles), grant.from_on <= day, or_(grant.to_on.is_(None), grant.to_on >= day), *_LIVE)
        .correlate(None)
    )
    found: ColumnElement[bool] = person_id.in_(live)
    return found


def may_enter(work: Work, person_id: int) -> bool:
    """Whether somebody has an account that opens something: it is enabled, and he has not left."""
    live = select(_ACCOUNT.id).join_from(Account.__table__, Person.__table__, _PERSON.id == _ACCOUNT.person_id).where(
        _ACCOUNT.person_id == person_id, *_LIVE)  # fmt: skip
    return work.connection.execute(live.limit(1)).first() is not None


def password_gate(endpoint: Endpoint) -> None:
    """Shut every route but those that change the password, sign out, or are open to everybody."""
    if endpoint.allow != "public" and endpoint.name not in OPEN_WITHOUT_PASSWORD:
        raise PasswordChangeRequired()


def _entered(work: Work, credentials: Credentials, lean: Any, full: Any, given: dict[str, Any]) -> Sequence[Any]:
    """Who is behind a session or token, with his roles unless they are not asked for."""
    if credentials.lean:
        return work.connection.execute(lean, given).all()
    return work.connection.execute(full, given | {"today": today(work)}).all()


def _actor(work: Work, rows: Sequence[Any], credentials: Credentials, sign_in_id: int | None = None, token_id: int | None = None) -> Actor:
    found, roles, grants = rows[0], frozenset[str](), tuple[Grant, ...]()
    if not credentials.lean:
        held = [row for row in rows if row.role is not None]
        roles, grants = _read_grants(charter(work.settings.content_dir), found.person_id, held, _lent(work, held))
    expired = has_expired(found.password_set_at, PROFILES[work.settings.account_profile], work.now)
    return Actor(
        person_id=found.person_id, account_id=found.account_id, name=found.name, sign_in_id=sign_in_id, token_id=token_id,
        device=device_label(credentials.device), ip=credentials.ip, roles=roles,
        actions=frozenset(grant.action for grant in grants), grants=grants, must_change_password=found.must_change or expired,
    )  # fmt: skip


def _granted(work: Work, person_id: int) -> tuple[frozenset[str], tuple[Grant, ...]]:
    """Role names, and one grant per action with its predicate bound to the holder."""
    rows = work.connection.execute(_GRANTS_OF_ONE, {"person": person_id, "today": today(work)}).all()
    return _read_grants(charter(work.settings.content_dir), person_id, rows, _lent(work, rows))


Lent = Mapping[tuple[int | None, str, int | None], str]
"""Who lends what, by his number, the jurisdiction and the unit it starts from: his name."""


def _lent(work: Work, rows: Sequence[Any]) -> Lent:
    """What is lent to the holders of these grants."""
    return lenders(work, sorted({row.granted_by for row in rows if row.role == DEPUTY and row.granted_by is not None}))


def _read_grants(known: Charter, person_id: int, rows: Sequence[Any], lent: Lent) -> tuple[frozenset[str], tuple[Grant, ...]]:
    """The same, of rows that were read."""
    grants = _own(known, person_id)
    names = {role.name for role in known.everyones}
    for row in rows:
        role, jurisdiction = known.roles.get(row.role), known.jurisdictions.get(row.jurisdiction)
        if role is None or jurisdiction is None:
            continue
        holder = Holder(person_id, row.path, row.line)
        predicate = bind(jurisdiction.predicate, holder)
        lender, lender_id = "", None
        if role.name == DEPUTY:
            lender = lent.get((row.granted_by, row.jurisdiction, row.unit_id), "")
            if not lender:
                continue
            lender_id = row.granted_by
            predicate = All((predicate, Not(Is(lender_id))))
        names.add(role.name)
        kinds = jurisdiction.kinds_for
        grants += [Grant(action, predicate, lender, kinds(action), lender_id) for action in sorted(role.actions)]
        if jurisdiction.superior_over is not None:
            below = bind(jurisdiction.superior_over, holder)
            grants += [Grant(action, below) for action in sorted(role.superior_actions)]
    return frozenset(names), tuple(grants)


def lenders(work: Work, by: Sequence[int | None]) -> dict[tuple[int | None, str, int | None], str]:
    """Who lends his authority and still holds it himself, over the unit it starts from: a delegation never outlives what it was made of.

    Whoever moved to another unit lends nothing any more of what he held by serving where he was.
    """
    if not by:
        return {}
    day, grant, post = today(work), RoleGrant.__table__.c, Appointment.__table__.c
    serving = (post.person_id == grant.person_id) & post.is_primary & post.superseded_at.is_(None) & (
        post.from_on <= day) & or_(post.to_on.is_(None), post.to_on >= day)  # fmt: skip
    lending = [name for name, role in charter(work.settings.content_dir).roles.items() if LENDS in role.actions]
    rows = work.session.connection().execute(
        select(grant.person_id, grant.jurisdiction, func.coalesce(grant.unit_id, post.unit_id).label("unit_id"), _PERSON.name)
        .join_from(RoleGrant.__table__, Person.__table__, _PERSON.id == grant.person_id)
        .outerjoin(Appointment.__table__, serving)
        .where(grant.person_id.in_(by), grant.role.in_(lending), _PERSON.status != "left")
        .where(grant.from_on <= day, or_(grant.to_on.is_(None), grant.to_on >= day))
    )
    return {(row.person_id, row.jurisdiction, row.unit_id): row.name for row in rows}


def _own(known: Charter, person_id: int) -> list[Grant]:
    """What everyone may do for himself."""
    predicate = bind(known.jurisdictions["self"].predicate, Holder(person_id))
    return [Grant(action, predicate) for role in known.everyones for action in sorted(role.actions)]


def _roles(work: Work, actor: Actor) -> list[Any]:
    known = charter(work.settings.content_dir).roles
    return [known[name] for name in actor.roles]


def today(work: Work) -> date:
    """The civil date in the city (decisions 16)."""
    return civil(work.now).date()


def _note_seen(work: Work, sign_in_id: int) -> None:
    """Write «last seen», in the work itself when it writes, else in a short transaction of its own.

    A database too busy for it keeps nobody from reading: the next request will write it.
    """
    moved = update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=work.now)
    if work.writes:
        work.session.execute(moved)
        return
    with suppress(OperationalError, Unavailable), work.aside() as other:
        other.session.execute(moved)


_DEVICES = (("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"),
            ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip
_BROWSERS = (("MicroMessenger", "WeChat"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
             ("Safari/", "Safari"))  # fmt: skip


def device_label(user_agent: str) -> str:
    """A device as its owner would know it: «Chrome · Windows»; a program by its own first word."""
    browser = next((label for sign, label in _BROWSERS if sign in user_agent), "")
    system = next((label for sign, label in _DEVICES if sign in user_agent), "")
    label = " · ".join(part for part in (browser, system) if part) or user_agent.split(" ")[0].split("/")[0]
    return label[:120]
