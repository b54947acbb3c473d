"""Passwords: argon2id at 19 MiB, one hash at a time per worker, the same work for names that nobody bears."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update

from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from app.kernel.i18n import _l
from app.kernel.work import Actor, College, Work, working
from app.people.models import Account, ApiToken, Appointment, OldPassword, Person, SignIn, Unit
from app.people.rules.passwords import PROFILES, Profile, findings
from app.people.service import watch

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16)
"""argon2id, 19 MiB, t=2, p=1 (performance.md §6.5): about 18 ms; the library's default takes eight times that."""

WAIT_FOR_SLOT = 10.0
_slot = threading.BoundedSemaphore(1)

WORDS: dict[str, Any] = {
    "too_short": _l("Use at least %(shortest)s characters."),
    "too_long": _l("Use at most 128 characters."),
    "too_plain": _l("Mix at least three of: small letters, capitals, digits, signs."),
    "common": _l("This password is easy to guess. Please choose another one."),
    "personal": _l("Leave your name, user name and unit out of the password."),
}


class WrongPassword(Invalid):
    """The present password was not given correctly."""

    code, text = "wrong_password", _l("This is not your present password.")


class UsedBefore(Invalid):
    """One of the last passwords (profile mlps3)."""

    code, text = "password_used_before", _l("You have used this password before. Please choose another one.")


class WeakPassword(Invalid):
    """The password does not meet the rules of the profile."""

    code, text = "weak_password", _l("This password is not accepted.")


@contextmanager
def hash_slot() -> Iterator[None]:
    """One hash at a time in a worker, so that a storm of sign-ins leaves the other core to studying (PERF-G8)."""
    if not _slot.acquire(timeout=WAIT_FOR_SLOT):
        raise Unavailable()
    try:
        yield
    finally:
        _slot.release()


def hashed(password: str) -> str:
    """The hash to keep. Takes the slot; call it outside of a writing transaction."""
    with hash_slot():
        return HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one; without a kept hash the same work is done for nothing. Takes the slot."""
    if len(password) > 1024:
        password = ""
    with hash_slot():
        try:
            return HASHER.verify(kept or _dummy(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _dummy() -> str:
    """A hash of nothing anybody knows, for names without an account."""
    return HASHER.hash(secrets.token_urlsafe(32))


def change_password(college: College, actor: Actor, present: str, wanted: str) -> None:
    """Change one's own password; all other sessions and all tokens end with the old one (ATK-A30).

    Raises WrongPassword, WeakPassword, UsedBefore; DoorLocked and TooFast as at the door; Conflict when the password changed meanwhile.
    """
    with working(college, actor, write=False) as work:
        account = _account_of(work)
        watch.refuse_if_shut(work, account.user_name)
        profile = PROFILES[work.settings.account_profile]
        personal = _personal_words(work, account)
        before = _remembered(work, account, profile)
    if not matches(account.password_hash, present):
        _count_wrong(college, actor, account)
        raise WrongPassword(field="present")
    check(wanted, profile, personal)
    if any(matches(old, wanted) for old in before):
        raise UsedBefore(field="wanted")
    fresh = hashed(wanted)
    with working(college, actor) as work:
        watch.refuse_if_shut_now(work, account.user_name)
        watch.forgive(work, account.user_name)
        _replace(work, account, fresh, profile)


def _count_wrong(college: College, actor: Actor, account: Account) -> None:
    """A wrong present password counts like one at the door; once that is shut, nothing more is told."""
    with working(college, actor) as work:
        watch.refuse_if_shut_now(work, account.user_name)
        watch.count_failure(work, account.user_name)


def check(wanted: str, profile: Profile, personal: tuple[str, ...] = ()) -> None:
    """Refuse a password that the profile does not accept, with every reason in one sentence each."""
    if codes := findings(wanted, profile, personal):
        words = " ".join(str(WORDS[code]) % {"shortest": profile.shortest} for code in codes)
        raise WeakPassword(words, field="wanted", reasons=list(codes))


def _account_of(work: Work) -> Account:
    account = work.session.get(Account, work.actor.account_id) if work.actor.account_id else None
    if account is None:
        raise NotFound()
    return account


def _personal_words(work: Work, account: Account) -> tuple[str, ...]:
    """Names that a password of this person may not hold."""
    rows = work.session.execute(
        select(Person.name, Unit.name_zh).outerjoin(Appointment, Appointment.person_id == Person.id)
        .outerjoin(Unit, Unit.id == Appointment.unit_id).where(Person.id == account.person_id)
    ).all()  # fmt: skip
    return (account.user_name, *{word for row in rows for word in row if word})


def _remembered(work: Work, account: Account, profile: Profile) -> list[str]:
    """The hashes that may not be chosen again: the present one, and the last ones where the profile says so."""
    present = [account.password_hash] if account.password_hash else []
    if not profile.remembered:
        return present
    olds = select(OldPassword.password_hash).where(OldPassword.account_id == account.id).order_by(OldPassword.id.desc())
    return present + list(work.session.scalars(olds.limit(profile.remembered - 1)))


def _replace(work: Work, account: Account, fresh: str, profile: Profile) -> None:
    """Put the new hash in the place of the one that was proved, and end what the old one had opened."""
    changed = update(Account).where(Account.id == account.id, Account.password_hash == account.password_hash).values(
        password_hash=fresh, password_set_at=work.now, must_change=False)  # fmt: skip
    if not changed_one(work.session, changed):
        raise Conflict()
    if account.password_hash and profile.remembered:
        work.session.add(OldPassword(account_id=account.id, password_hash=account.password_hash, replaced_at=work.now))
        work.session.flush()
        kept = select(OldPassword.id).where(OldPassword.account_id == account.id).order_by(OldPassword.id.desc()).limit(profile.remembered)
        work.session.execute(delete(OldPassword).where(OldPassword.account_id == account.id, OldPassword.id.not_in(kept)))
    end_doors(work, account.id, but=work.actor.sign_in_id)


def end_doors(work: Work, account_id: int, but: int | None = None) -> None:
    """Revoke every session and token of an account, except the session that asks."""
    others = update(SignIn).where(SignIn.account_id == account_id, SignIn.revoked_at.is_(None))
    work.session.execute((others.where(SignIn.id != but) if but is not None else others).values(revoked_at=work.now))
    work.session.execute(
        update(ApiToken).where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None)).values(revoked_at=work.now)
    )
