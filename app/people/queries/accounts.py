"""Reads about one's own account: profile, sessions, tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.people.models import Account, ApiToken, Person, SignIn
from app.people.queries.facts import PersonCard, card
from app.people.rules.doors import ABSOLUTE
from app.people.service.roles import charter
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
