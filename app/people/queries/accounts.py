"""Reads about one's own account: profile, sessions, tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from app.kernel.errors import NotFound
from app.kernel.i18n import locale_code
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Account, ApiToken, DoorWatch, Person, RoleGrant, SignIn, Unit
from app.people.queries.facts import PersonCard, card, cards
from app.people.rules.doors import ABSOLUTE, user_key
from app.people.service import watch
from app.people.service.roles import charter
from app.people.service.scope import visible
from app.people.service.sealing import Unreadable, masked, seal


@dataclass(frozen=True)
class Profile:
    """What a person sees of himself."""

    card: PersonCard
    user_name: str
    sex: str
    birth_on: date | None
    id_no: str
    political_status: str
    password_set_at: datetime | None
    roles: tuple[tuple[str, str], ...]


def profile(work: Work, person_id: int) -> Profile:
    """A person's own page; of the ID number only region and last four digits are shown."""
    found = work.session.execute(
        select(Person, Account.user_name, Account.password_set_at).outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id == person_id)
    ).first()  # fmt: skip
    if found is None:
        raise NotFound()
    person, user_name, set_at = found
    known = charter(work.settings.content_dir).roles
    roles = tuple((known[name].title, known[name].title_en) for name in sorted(work.actor.roles) if name in known)
    return Profile(card(work, person_id), user_name or "", person.sex, person.birth_on, masked_id_no(work, person.id_no_enc),
                   person.political_status, set_at, roles)  # fmt: skip


def masked_id_no(work: Work, stored: bytes | None) -> str:
    """The ID number as pages show it; empty when there is none or the secret is another one."""
    if stored is None:
        return ""
    try:
        return masked(seal(work.settings.secret_key).opened(stored))
    except Unreadable:
        return ""


@dataclass(frozen=True)
class Door:
    """One session or token, as its owner sees it."""

    uid: UUID
    device: str
    ip: str
    created_at: datetime
    last_seen_at: datetime | None
    expires_at: datetime
    is_this: bool


def sessions(work: Work) -> list[Door]:
    """One's own open sessions, the latest first; those that have lapsed are left out."""
    statement = (
        select(SignIn)
        .where(SignIn.account_id == work.actor.account_id, SignIn.revoked_at.is_(None), SignIn.created_at > work.now - ABSOLUTE)
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc()).limit(100)
    )  # fmt: skip
    return [
        Door(row.uid, row.device, row.ip, row.created_at, row.last_seen_at, row.created_at + ABSOLUTE, row.id == work.actor.sign_in_id)
        for row in work.session.scalars(statement)
    ]


def tokens(work: Work) -> list[Door]:
    """One's own API tokens in force, the latest first."""
    statement = (
        select(ApiToken).where(ApiToken.account_id == work.actor.account_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > work.now)
        .order_by(ApiToken.created_at.desc(), ApiToken.id.desc()).limit(100)
    )  # fmt: skip
    return [
        Door(row.uid, row.device, row.ip, row.created_at, None, row.expires_at, row.id == work.actor.token_id)
        for row in work.session.scalars(statement)
    ]


@dataclass(frozen=True)
class AccountRow:
    """An account as an officer sees it."""

    person_uid: UUID
    name: str
    user_name: str
    is_enabled: bool
    has_password: bool
    must_change: bool
    locked_until: datetime | None
    last_seen_at: datetime | None
    person_id: int = 0
    account_id: int = 0

    @property
    def state(self) -> str:
        """`disabled`, `locked`, `waiting` (no first password yet), `initial` (not yet changed) or `open`."""
        if not self.is_enabled:
            return "disabled"
        if self.locked_until is not None:
            return "locked"
        if not self.has_password:
            return "waiting"
        return "initial" if self.must_change else "open"


def accounts(work: Work, words: str = "", cursor: str | None = None) -> Page[AccountRow]:
    """Accounts within the officer's jurisdiction, by user name or name, in the order of user names."""
    key = decode_cursor(cursor, str)
    statement = _accounts(work).order_by(Account.user_name).limit(SIZE + 1)
    if key:
        statement = statement.where(Account.user_name > key[0])
    if words:
        statement = statement.where(or_(Account.user_name.contains(user_key(words) or words, autoescape=True),
                                        Person.name.contains(words, autoescape=True)))  # fmt: skip
    rows = _rows(work, statement)
    return keyset(rows, lambda row: (row.user_name,))


NEWCOMERS = 10
"""People without an account that a search offers."""


def without_account(work: Work, words: str) -> list[PersonCard]:
    """People within the officer's jurisdiction who have no account yet, by name; nobody unless one is looked for."""
    if not words:
        return []
    nameless = Person.id.not_in(select(Account.person_id))
    statement = select(Person.id).where(visible(work, Action.ACCOUNTS, Person.id), nameless, Person.name.contains(words, autoescape=True))
    ids = list(work.session.scalars(statement.order_by(Person.id).limit(NEWCOMERS)))
    found = cards(work, ids)
    return [found[person_id] for person_id in ids]


def account_of(work: Work, person_uid: UUID) -> AccountRow:
    """One account within the officer's jurisdiction."""
    rows = _rows(work, _accounts(work).where(Person.uid == person_uid))
    if not rows:
        raise NotFound()
    return rows[0]


def _accounts(work: Work) -> Any:
    seen = select(func.max(SignIn.last_seen_at)).where(SignIn.account_id == Account.id).scalar_subquery()
    return (
        select(Person.uid, Person.name, Account.user_name, Account.is_enabled, Account.password_hash.is_not(None), Account.must_change,
               seen, Person.id, Account.id)
        .join(Person, Person.id == Account.person_id)
        .where(visible(work, Action.ACCOUNTS, Person.id))
    )  # fmt: skip


def _rows(work: Work, statement: Any) -> list[AccountRow]:
    """Rows with the locks of their names: two statements."""
    found = work.session.execute(statement).all()
    subjects = {watch.name_subject(row.user_name): row.user_name for row in found}
    shut = select(DoorWatch.subject, DoorWatch.shut_until).where(DoorWatch.subject.in_(subjects), DoorWatch.shut_until > work.now)
    locks = {subjects[subject]: until for subject, until in work.session.execute(shut)}
    return [
        AccountRow(uid, name, user_name, enabled, has_password, must_change, locks.get(user_name), seen, person_id, account_id)
        for uid, name, user_name, enabled, has_password, must_change, seen, person_id, account_id in found
    ]


@dataclass(frozen=True)
class GrantRow:
    """A role somebody holds, with what people call it."""

    id: int
    role: str
    role_title: str
    jurisdiction_title: str
    unit: str
    from_on: date


def grants_of(work: Work, person_id: int) -> list[GrantRow]:
    """The roles in force of a person, oldest first."""
    statement = (
        select(RoleGrant, Unit.name_zh, Unit.name_en).outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id == person_id, RoleGrant.to_on.is_(None)).order_by(RoleGrant.id)
    )  # fmt: skip
    known, english = charter(work.settings.content_dir), locale_code() == "en"
    rows = []
    for grant, zh, en in work.session.execute(statement):
        role, jurisdiction = known.roles.get(grant.role), known.jurisdictions.get(grant.jurisdiction)
        rows.append(GrantRow(grant.id, grant.role, _title(role, grant.role, english), _title(jurisdiction, grant.jurisdiction, english),
                             (en if english else zh) or "", grant.from_on))  # fmt: skip
    return rows


def choices(work: Work) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Roles and jurisdictions that can be granted, with their titles."""
    known, english = charter(work.settings.content_dir), locale_code() == "en"
    roles = [(role.name, _title(role, role.name, english)) for role in known.roles.values() if not role.everyone]
    areas = [(one.name, _title(one, one.name, english)) for one in known.jurisdictions.values()]
    return roles, areas


def _title(named: Any, name: str, english: bool) -> str:
    if named is None:
        return name
    return str(named.title_en if english else named.title)
