"""Posting, taking back and adjusting: the only writers of lines. Never commits; the caller's transaction does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, select, update

from app.kernel.db import dialect, insert_into
from app.kernel.errors import Conflict, NotFound
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.ledger.models import LedgerDay, LedgerEntry, LedgerHead, LedgerParticulars, LedgerSlot
from app.ledger.rules.leaf import GENESIS, canonical
from app.ledger.rules.posting import ZERO, EntryKind, reversible, spread
from app.ledger.service.lines import AlreadyCredited, End, NewLine, NoFreeDay, Place, ReasonNeeded, check, rows, year_of
from app.ledger.service.years import refuse_closed
from app.people import queries as people


@dataclass(frozen=True)
class EntryAppended:
    """A line was posted (credit or adjustment)."""

    person_id: int
    seq: int


@dataclass(frozen=True)
class EntryReversed:
    """Line `reverses` was taken back by line `seq`."""

    person_id: int
    seq: int
    reverses: int


class NotReversible(Conflict):
    """A reversal is final."""

    code, text = "not_reversible", _l("A reversal cannot be reversed; post the credit again instead.")


class AlreadyReversed(Conflict):
    """The line was taken back before."""

    code, text = "already_reversed", _l("This line has already been reversed, by line %(seq)s.")


def digest(evidence: Any) -> bytes:
    """The evidence digest of a line: SHA-256 of canonical JSON. Floats are refused; write decimals as strings."""
    return hashlib.sha256(canonical(evidence)).digest()


def append(work: Work, new: NewLine) -> LedgerEntry:
    """Post a credit: at most three new rows for a course. A live credit of the same activity is refused (INV-I13)."""
    check(new, EntryKind.CREDIT)
    refuse_closed(work, [year_of(new)])
    head = _hold(work, new.person_id)
    taken = work.session.scalar(
        select(LedgerSlot.seq).where(LedgerSlot.person_id == new.person_id, LedgerSlot.activity_key == new.activity_key)
    )
    if taken is not None:
        raise AlreadyCredited(seq=taken)
    laid = _lay_days(work, new)
    entry = _post(work, head, new, EntryKind.CREDIT)
    work.session.execute(insert(LedgerSlot).values(person_id=new.person_id, activity_key=new.activity_key, seq=entry.seq))
    _keep_days(work, entry, laid)
    announce(work, EntryAppended(entry.person_id, entry.seq))
    return entry


def check_adjustment(new: NewLine, reason: str) -> None:
    """Refuse by name what no adjustment may be, before anybody is asked to approve it."""
    check(replace(new, reason=reason_of(reason)), EntryKind.ADJUSTMENT)


def adjust(work: Work, new: NewLine, reason: str) -> LedgerEntry:
    """Post a signed line in a closed year, with its reason (decisions 15)."""
    new = replace(new, reason=reason_of(reason))
    check(new, EntryKind.ADJUSTMENT)
    refuse_closed(work, [year_of(new)])
    entry = _post(work, _hold(work, new.person_id), new, EntryKind.ADJUSTMENT)
    announce(work, EntryAppended(entry.person_id, entry.seq))
    return entry


def reverse(work: Work, person_id: int, seq: int, reason: str, certified_by: str = "") -> LedgerEntry:
    """Take a line back: a new line with the negative of every figure; the activity may then be credited anew."""
    reason = reason_of(reason)
    head = _hold(work, person_id)
    target = _standing(work, person_id, seq)
    refuse_closed(work, [target.accounting_year])
    beside = work.session.get_one(LedgerParticulars, (person_id, seq))
    new = negative(target, beside, reason, certified_by or work.actor.name)
    entry = _post(work, head, new, EntryKind.REVERSAL, reverses=seq)
    release(work, [(person_id, seq)])
    announce(work, EntryReversed(person_id, entry.seq, seq))
    return entry


def require_standing(work: Work, person_id: int, seq: int) -> None:
    """Refuse a line that cannot be taken back, or is already. The person's head is held until the transaction ends."""
    _hold(work, person_id)
    _standing(work, person_id, seq)


def _standing(work: Work, person_id: int, seq: int) -> LedgerEntry:
    """A line that can be taken back. NotFound, NotReversible, AlreadyReversed."""
    target = work.session.get(LedgerEntry, (person_id, seq))
    if target is None:
        raise NotFound()
    if not reversible(target.entry_kind):
        raise NotReversible()
    before = work.session.scalar(select(LedgerEntry.seq).where(LedgerEntry.person_id == person_id, LedgerEntry.reverses == seq))
    if before is not None:
        raise AlreadyReversed(seq=before)
    return target


def correct(work: Work, seq: int, new: NewLine, reason: str) -> LedgerEntry:
    """Replace a line by another of the same person: a reversal and a new credit, both visible (domain.md §6.4)."""
    reverse(work, new.person_id, seq, reason)
    return append(work, replace(new, reason=reason_of(reason)))


def erase_particulars(work: Work, person_id: int) -> int:
    """Erase what the lines of a person tell beside the figures, with the salts; the chain stays provable (个人信息保护法 47).

    Returns how many lines were emptied. The decision is taken and recorded by whoever calls this.
    """
    gone = {"salt": None, "title": "", "unit_name": "", "post": "", "certified_by": "", "reason": "", "erased_at": work.now}
    theirs = update(LedgerParticulars).where(LedgerParticulars.person_id == person_id, LedgerParticulars.erased_at.is_(None))
    result: Any = work.session.execute(theirs.values(**gone), execution_options={"synchronize_session": False})
    return int(result.rowcount)


def _hold(work: Work, person_id: int) -> LedgerHead:
    """The person's head, locked until the transaction ends; made on the first line."""
    head = work.session.get(LedgerHead, person_id, with_for_update=True, populate_existing=True)
    return head if head is not None else hold_many(work, [person_id])[person_id]


def hold_many(work: Work, people_ids: Sequence[int]) -> dict[int, LedgerHead]:
    """The heads of several people, made where missing, locked in the order of their numbers."""
    held: dict[int, LedgerHead] = {}
    for start in range(0, len(people_ids), 500):
        chunk = people_ids[start : start + 500]
        fresh = [{"person_id": one, "seq": 0, "hash": GENESIS, "posted_at": None, "sealed_seq": 0} for one in chunk]
        work.session.execute(insert_into(dialect(work.session), LedgerHead).on_conflict_do_nothing(), fresh)
        statement = select(LedgerHead).where(LedgerHead.person_id.in_(chunk)).order_by(LedgerHead.person_id)
        locked = statement.with_for_update().execution_options(populate_existing=True)
        held |= {head.person_id: head for head in work.session.scalars(locked)}
    return held


def _post(work: Work, head: LedgerHead, new: NewLine, kind: EntryKind, *, reverses: int | None = None) -> LedgerEntry:
    """Write one line after the head that is held."""
    end = End(head.seq, head.hash, head.posted_at)
    entry_row, beside = rows(end, _placed(work, new), kind, work.now, reverses=reverses)
    entry = LedgerEntry(**entry_row)
    work.session.add(entry)
    head.seq, head.hash, head.posted_at = end.seq, end.hash, end.posted_at
    work.session.flush()
    work.session.execute(insert(LedgerParticulars).values(**beside))
    return entry


def _placed(work: Work, new: NewLine) -> NewLine:
    """The line with the place where the person served on its last day."""
    if new.place is not None:
        return new
    card = people.card(work, new.person_id, new.occurred_to)
    return replace(new, place=Place(card.unit_id, card.unit_name_zh, card.post, card.rank_level or ""))


def release(work: Work, lines: Sequence[tuple[int, int]]) -> None:
    """Free the activities and the dates of lines (person, place in the chain) that were taken back."""
    given = [{"of_person": person_id, "of_seq": seq} for person_id, seq in lines]
    for table in (LedgerSlot, LedgerDay) if given else ():
        rows = cast(Table, table.__table__)
        work.session.execute(delete(rows).where(rows.c.person_id == bindparam("of_person"), rows.c.seq == bindparam("of_seq")), given)


def negative(target: LedgerEntry, beside: LedgerParticulars, reason: str, certified_by: str) -> NewLine:
    """The line that takes `target` back: same axes, same place, every figure with the other sign."""
    same = NewLine(
        person_id=target.person_id, category=target.category, hours=target.hours, days=target.days, span_days=target.span_days,
        occurred_from=target.occurred_from, occurred_to=target.occurred_to, accounting_year=target.accounting_year,
        source_type=target.source_type, source_id=target.source_id, title=beside.title, rule_set_version=target.rule_set_version,
        evidence=target.evidence, activity_key=target.activity_key, framework=target.framework, subject_kind=target.subject_kind,
        selection=target.selection, delivery=target.delivery, off_post=target.off_post, overseas=target.overseas,
        nets=tuple(target.nets), axes=target.axes, place=Place(target.unit_id, beside.unit_name, beside.post, target.rank_level),
    )  # fmt: skip
    return reverse_of(same, reason, certified_by)


def reverse_of(new: NewLine, reason: str, certified_by: str) -> NewLine:
    """The same line with every figure negated."""
    return replace(new, hours=-new.hours, days=-new.days, span_days=-new.span_days, certified_by=certified_by[:200], reason=reason,
                   posted_at=None, salt=None)  # fmt: skip


def reason_of(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > 1000:
        raise ReasonNeeded(field="reason")
    return reason


def _days_of(work: Work, person_id: int, lines: Sequence[NewLine]) -> dict[date, Decimal]:
    """How much of each date in reach of these lines is used already."""
    dated = [new for new in lines if new.days > 0]
    if not dated:
        return {}
    first, last = min(new.occurred_from for new in dated), max(new.occurred_to for new in dated)
    statement = (
        select(LedgerDay.on_date, func.sum(LedgerDay.fraction))
        .where(LedgerDay.person_id == person_id, LedgerDay.on_date.between(first, last))
        .group_by(LedgerDay.on_date)
    )
    return {day: Decimal(used) for day, used in work.session.execute(statement)}


def _lay_days(work: Work, new: NewLine) -> dict[date, Decimal]:
    return lay_on(new, _days_of(work, new.person_id, [new]))


def lay_on(new: NewLine, taken: dict[date, Decimal]) -> dict[date, Decimal]:
    """Put the line's days on free dates and mark them taken; refuse when there is no room (domain.md §7-4)."""
    if new.days <= 0:
        return {}
    laid = spread(new.days, new.occurred_from, new.occurred_to, taken)
    if laid is None:
        raise NoFreeDay(occurred_from=new.occurred_from.isoformat(), occurred_to=new.occurred_to.isoformat())
    for day, part in laid.items():
        taken[day] = taken.get(day, ZERO) + part
    return laid


def _keep_days(work: Work, entry: LedgerEntry, laid: dict[date, Decimal]) -> None:
    if laid:
        used = [{"person_id": entry.person_id, "on_date": day, "seq": entry.seq, "fraction": part} for day, part in laid.items()]
        work.session.execute(insert(LedgerDay), used)
