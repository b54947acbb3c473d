"""Versions that two people put in force, beside those that are shipped (issue 4, decision 11).

Of a rule set the college goes by, the lowest shipped version that is in force is where it begins; every later one, shipped
or uploaded, counts from the day it was adopted for. Read once in five seconds by a process: whoever adopts waits longer
than that before he has anybody judged anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select

from app.kernel.errors import Conflict
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.rulebook.models import AdoptedRuleSet
from app.rulebook.rules import RuleSet, read_rule_set

KEPT = timedelta(seconds=5)


class AlreadyAdopted(Conflict):
    """This version was put in force before."""

    code, text = "rule_set_adopted", _l("Rule set %(pin)s has been adopted already.")


@dataclass(frozen=True)
class Adopted:
    """A version with the day from which it counts, and when that was decided."""

    book: RuleSet
    from_on: date
    adopted_at: datetime


_kept: WeakKeyDictionary[Any, tuple[datetime, tuple[Adopted, ...]]] = WeakKeyDictionary()


def adopted(work: Work) -> Sequence[Adopted]:
    """Every adopted version, the earliest first."""
    pool = work.session.get_bind().engine.pool
    known = _kept.get(pool)
    if known is not None and known[0] <= work.now < known[0] + KEPT:
        return known[1]
    rows = work.session.scalars(select(AdoptedRuleSet).order_by(AdoptedRuleSet.adopted_at, AdoptedRuleSet.version))
    found = tuple(Adopted(read_rule_set(row.body, row.hash), row.from_on, row.adopted_at) for row in rows)
    _kept[pool] = (work.now, found)
    return found


def adopt(work: Work, book: RuleSet, *, from_on: date, proposed_by: str) -> None:
    """Put a version in force from a day on. Never commits; who may, and the second person, are the caller's affair."""
    if work.session.get(AdoptedRuleSet, (book.id, book.version)) is not None:
        raise AlreadyAdopted(pin=book.pin)
    work.session.add(
        AdoptedRuleSet(rule_set_id=book.id, version=book.version, hash=book.hash, body=dict(book.body), from_on=from_on,
                       adopted_at=work.now, proposed_by=proposed_by[:60], adopted_by=work.actor.name[:60])
    )  # fmt: skip
    pool = work.session.get_bind().engine.pool
    _forget(pool)
    work.after_commit.append(partial(_forget, pool))


def _forget(pool: Any) -> None:
    """Read anew at the next question."""
    _kept.pop(pool, None)
