"""The counter of wrong passwords: one for the page, the API and the change of a password (THR-T22, L3-CES1-02).

Five failures under a name shut it for half an hour at every place where a password is asked for, so that a stolen
session is no way to guess at leisure. Many failures from one address slow that address down.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from app.kernel.db import dialect, insert_into
from app.kernel.errors import TooMany
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.models import DoorWatch
from app.people.rules.doors import fail_account, fail_address, seconds_left

FORGOTTEN_AFTER = timedelta(days=1)


class DoorLocked(TooMany):
    """Five failures under this name; shut for half an hour, whoever knocks."""

    code, text = "account_locked", _l("Too many failed attempts. Please try again in %(minutes)s minutes.")


class TooFast(TooMany):
    """Many failures from this address."""

    code, text = "too_many_failures", _l("Too many failed attempts from your network. Please wait %(retry_after)s seconds.")


@dataclass(frozen=True)
class SignInRefused:
    """Somebody was kept out."""

    user_key: str
    ip: str
    locked: bool


def name_subject(key: str) -> str:
    """Under which row failures of a user name are counted; names that somebody mistyped are not kept in the clear."""
    return f"name:{hashlib.sha256(key.encode()).hexdigest()}"


def refuse_if_shut(work: Work, key: str) -> None:
    """Raises DoorLocked while the name is shut, TooFast while the asker's address is."""
    name, address = name_subject(key), f"ip:{work.actor.ip}"
    rows = work.session.execute(select(DoorWatch.subject, DoorWatch.shut_until).where(DoorWatch.subject.in_((name, address))))
    shut = dict(rows.all())
    if seconds := seconds_left(shut.get(name), work.now):
        raise DoorLocked(retry_after=seconds, minutes=-(-seconds // 60))
    if seconds := seconds_left(shut.get(address), work.now):
        raise TooFast(retry_after=seconds)


def refuse_if_shut_now(work: Work, key: str) -> None:
    """The same at the end of a try: its counters are locked first, so that of guesses sent at once each sees what became of the last."""
    address = select(DoorWatch.subject).where(DoorWatch.subject == f"ip:{work.actor.ip}")
    _watched(work, name_subject(key))
    work.session.execute(address.with_for_update())
    refuse_if_shut(work, key)


def count_failure(work: Work, key: str) -> None:
    """Count one failure under the name and from the address. The fifth shuts the door for the next comer."""
    _forget_old(work)
    name, address = _watched(work, name_subject(key)), _watched(work, f"ip:{work.actor.ip}")
    by_name = fail_account(name.failures, name.shut_until, work.now)
    by_address = fail_address(address.failures, address.first_at, work.now)
    for row, failed in ((name, by_name), (address, by_address)):
        row.first_at = work.now if failed.failures == 1 else row.first_at
        row.failures, row.shut_until = failed.failures, failed.shut_until
    work.session.flush()
    announce(work, SignInRefused(key, work.actor.ip, by_name.shut_until is not None))


def forgive(work: Work, key: str) -> None:
    """The right password was given, or an officer opened the door: the count of the name begins anew."""
    work.session.execute(delete(DoorWatch).where(DoorWatch.subject == name_subject(key)))


def _watched(work: Work, subject: str) -> DoorWatch:
    """The counter of a name or address, made if need be and locked, so that no failure is lost between two workers."""
    row = insert_into(dialect(work.session), DoorWatch).values(subject=subject, failures=0, first_at=work.now)
    work.session.execute(row.on_conflict_do_nothing())
    return work.session.execute(select(DoorWatch).where(DoorWatch.subject == subject).with_for_update()).scalar_one()


def _forget_old(work: Work) -> None:
    """Drop some counters of yesterday; those another worker holds are left to it."""
    old = select(DoorWatch.subject).where(DoorWatch.first_at < work.now - FORGOTTEN_AFTER).limit(50).with_for_update(skip_locked=True)
    subjects = list(work.session.scalars(old))
    if subjects:
        work.session.execute(delete(DoorWatch).where(DoorWatch.subject.in_(subjects)))
