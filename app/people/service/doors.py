"""Signing in by the page and by the API: one set of rules, one counter of failures, for both (THR-T22).

A lock is told by 429 and says nothing of whether the name exists: unknown names are counted alike. The hash is computed
outside of any transaction; a right password that arrives when the fifth failure has been counted is refused, so that
guesses sent at once are worth no more than guesses sent in turn.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.kernel.db import changed_one
from app.kernel.errors import NotFound, Unauthenticated
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.work import Actor, College, Work, working
from app.people.models import Account, ApiToken, Person, SignIn
from app.people.rules.doors import TOKEN_LIFE, user_key
from app.people.service import watch
from app.people.service.identity import device_label, token_hash
from app.people.service.passwords import hashed, is_outdated, matches


class WrongCredentials(Unauthenticated):
    """User name or password is wrong; which of them is not told (decisions 27)."""

    code, text = "wrong_credentials", _l("User name or password is wrong.")


@dataclass(frozen=True)
class SignedIn:
    """Somebody entered; announced in the same transaction."""

    person_id: int
    account_id: int
    door: str


@dataclass(frozen=True)
class Opened:
    """A secret for the person who entered; it is shown once and never stored."""

    token: str
    expires_at: datetime | None
    must_change_password: bool


def sign_in(college: College, actor: Actor, user_name: str, password: str) -> Opened:
    """Open a browser session. `actor` is nobody with an address and a device. Raises WrongCredentials, DoorLocked, TooFast."""
    return _enter(college, actor, user_name, password, _open_session)


def open_token(college: College, actor: Actor, user_name: str, password: str) -> Opened:
    """Open an API token, by the same rules and counters as `sign_in`."""
    return _enter(college, actor, user_name, password, _open_token)


def _enter(college: College, actor: Actor, user_name: str, password: str, opening: Any) -> Opened:
    key = user_key(user_name)
    with working(college, actor, write=False) as work:
        watch.refuse_if_shut(work, key)
        account = _find(work, key)
    right = matches(account.password_hash if account else None, password) and account is not None and account.is_enabled
    fresh = hashed(password) if right and account and account.password_hash and is_outdated(account.password_hash) else None
    with working(college, actor) as work:
        watch.refuse_if_shut_now(work, key)
        if not (right and account and _still(work, account, fresh)):
            watch.count_failure(work, key)
        else:
            watch.forgive(work, key)
            opened: Opened = opening(work, account)
            return opened
    raise WrongCredentials()


def _find(work: Work, key: str) -> Account | None:
    if not key:
        return None
    statement = select(Account).join(Person, Person.id == Account.person_id).where(Account.user_name == key, Person.status != "left")
    return work.session.execute(statement).scalar_one_or_none()


def _still(work: Work, account: Account, fresh: str | None) -> bool:
    """Whether the account is as it was when its password was proved; renews the hash where its parameters are old."""
    same = update(Account).where(Account.id == account.id, Account.password_hash == account.password_hash, Account.is_enabled)
    return changed_one(work.session, same.values(password_hash=fresh or account.password_hash))


def _open_session(work: Work, account: Account) -> Opened:
    """A session; the one this browser had before ends with it (THR-T23)."""
    token = secrets.token_urlsafe(32)
    device = work.actor.device if work.actor.is_signed_in else device_label(work.actor.device)
    sign_out(work)
    work.session.add(
        SignIn(uid=work.new_uid(), account_id=account.id, token_hash=token_hash(token), device=device, ip=work.actor.ip[:45],
               created_at=work.now, last_seen_at=work.now)
    )  # fmt: skip
    announce(work, SignedIn(account.person_id, account.id, "page"))
    return Opened(token, None, account.must_change)


def _open_token(work: Work, account: Account) -> Opened:
    token = secrets.token_urlsafe(32)
    expires_at = work.now + TOKEN_LIFE
    work.session.add(
        ApiToken(uid=work.new_uid(), account_id=account.id, token_hash=token_hash(token), device=device_label(work.actor.device),
                 ip=work.actor.ip[:45], created_at=work.now, expires_at=expires_at)
    )  # fmt: skip
    announce(work, SignedIn(account.person_id, account.id, "api"))
    return Opened(token, expires_at, account.must_change)


def sign_out(work: Work) -> None:
    """End the session or token that asks."""
    if work.actor.sign_in_id is not None:
        work.session.execute(update(SignIn).where(SignIn.id == work.actor.sign_in_id).values(revoked_at=work.now))
    if work.actor.token_id is not None:
        work.session.execute(update(ApiToken).where(ApiToken.id == work.actor.token_id).values(revoked_at=work.now))


def revoke_session(work: Work, uid: UUID) -> bool:
    """End one of one's own sessions; whether it was the one that asks. Somebody else's is not found."""
    row = work.session.execute(select(SignIn).where(SignIn.uid == uid, SignIn.account_id == work.actor.account_id)).scalar_one_or_none()
    if row is None:
        raise NotFound()
    work.session.execute(update(SignIn).where(SignIn.id == row.id, SignIn.revoked_at.is_(None)).values(revoked_at=work.now))
    return row.id == work.actor.sign_in_id


def revoke_token(work: Work, uid: UUID) -> None:
    """End one of one's own API tokens. Somebody else's is not found."""
    own = select(ApiToken).where(ApiToken.uid == uid, ApiToken.account_id == work.actor.account_id)
    row = work.session.execute(own).scalar_one_or_none()
    if row is None:
        raise NotFound()
    work.session.execute(update(ApiToken).where(ApiToken.id == row.id, ApiToken.revoked_at.is_(None)).values(revoked_at=work.now))
