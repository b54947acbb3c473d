"""Posting many lines at once by the rules of posting one (loaders, imports): the only other writer of lines.

Person by person in memory, then table by table: the rows, their leaf bytes and every refusal are those of `posting`, and
a test holds the two together. Never commits; a caller keeps a transaction to some thousand people (scale.md, habit 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select, tuple_, update

from app.kernel.bulk import put
from app.kernel.db import Model
from app.kernel.errors import NotFound
from app.kernel.events import announce
from app.kernel.work import Work
from app.ledger.models import LedgerDay, LedgerEntry, LedgerHead, LedgerParticulars, LedgerSlot
from app.ledger.rules.posting import EntryKind
from app.ledger.service.lines import AlreadyCredited, End, NewLine, Place, check, rows, year_of
from app.ledger.service.posting import (
    EntryAppended,
    EntryReversed,
    hold_many,
    lay_on,
    negative,
    reason_of,
    release,
    reverse_of,
)
from app.ledger.service.years import refuse_closed
from app.people import queries as people

CHUNK = 500
PAIRS = 400


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """A signed line of a closed year with its reason."""

    line: NewLine
    reason: str

    @property
    def person_id(self) -> int:
        """Whose line it is."""
        return self.line.person_id


@dataclass(frozen=True, kw_only=True)
class Carry:
    """Half of what a year hands on to the next: out of the one, or into the other (domain.md §6.4). Post both halves together."""

    line: NewLine
    kind: EntryKind
    reason: str

    @property
    def person_id(self) -> int:
        """Whose line it is."""
        return self.line.person_id


@dataclass(frozen=True, kw_only=True)
class TakeBack:
    """A live credit, named by its activity, that is taken back with a reason."""

    person_id: int
    activity_key: str
    reason: str
    certified_by: str = ""
    posted_at: datetime | None = None
    salt: bytes | None = None


Item = NewLine | Adjustment | Carry | TakeBack


def append_many(work: Work, items: Sequence[Item]) -> int:
    """Post credits, adjustments, what is carried and take-backs in the order given for each person. Returns how many lines.

    Raises what posting one would raise; nothing is then written.
    """
    by_person: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        by_person[item.person_id].append(_checked(item))
    refuse_closed(work, {year_of(line) for line in map(_line_of, items) if line is not None})
    batch = _Batch(work, by_person)
    for person_id, own in sorted(by_person.items()):
        batch.person(person_id, own)
    batch.write()
    return len(batch.entries)


def _checked(item: Item) -> Item:
    """The item with its reason in place; refused when no line could be made of it."""
    if isinstance(item, NewLine):
        check(item, EntryKind.CREDIT)
        return item
    reason = reason_of(item.reason)
    if isinstance(item, TakeBack):
        return replace(item, reason=reason)
    made = replace(item.line, reason=reason)
    check(made, _kind_of(item))
    return replace(item, line=made, reason=reason)


def _kind_of(item: Adjustment | Carry) -> EntryKind:
    return item.kind if isinstance(item, Carry) else EntryKind.ADJUSTMENT


@dataclass
class _Rows:
    """What is to be written beside the lines; `gone` are slots of lines that were in the database before."""

    particulars: list[dict[str, Any]] = field(default_factory=list)
    slots: dict[tuple[int, str], int] = field(default_factory=dict)
    days: dict[tuple[int, int], Mapping[date, Decimal]] = field(default_factory=dict)
    heads: list[dict[str, Any]] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)


class _Batch:
    """The lines of a batch of people on their way into the tables."""

    def __init__(self, work: Work, by_person: Mapping[int, Sequence[Item]]) -> None:
        self.work = work
        self.heads = hold_many(work, sorted(by_person))
        known = [person_id for person_id, head in self.heads.items() if head.seq]
        self.slots = _slots_of(work, known)
        self.taken = _days_of(work, known, by_person)
        self.posts = people.posts_of(work, [person for person, own in by_person.items() if any(map(_homeless, own))])
        named = [(item.person_id, item.activity_key) for own in by_person.values() for item in own if isinstance(item, TakeBack)]
        self.stored = _Stored(work, [(key[0], self.slots[key]) for key in named if key in self.slots])
        self.entries: list[dict[str, Any]] = []
        self.said: list[object] = []
        self.beside = _Rows()
        self.placed: dict[tuple[int, str], NewLine] = {}

    def person(self, person_id: int, own: Sequence[Item]) -> None:
        """One person's lines after the end of the chain."""
        head = self.heads[person_id]
        end = End(head.seq, head.hash, head.posted_at)
        for item in own:
            if isinstance(item, TakeBack):
                self._take_back(end, item)
            elif isinstance(item, Adjustment | Carry):
                self._line(end, self._placed(item.line), _kind_of(item))
            else:
                self._credit(end, item)
        self.beside.heads.append({"person_id": person_id, "seq": end.seq, "hash": end.hash, "posted_at": end.posted_at})

    def _credit(self, end: End, new: NewLine) -> None:
        key = (new.person_id, cast(str, new.activity_key))
        if key in self.slots:
            raise AlreadyCredited(seq=self.slots[key])
        laid = lay_on(new, self.taken[new.person_id])
        placed = self.placed[key] = self._placed(new)
        self._line(end, placed, EntryKind.CREDIT)
        self.slots[key] = self.beside.slots[key] = end.seq
        if laid:
            self.beside.days[new.person_id, end.seq] = laid

    def _take_back(self, end: End, item: TakeBack) -> None:
        key = (item.person_id, item.activity_key)
        seq = self.slots.pop(key, None)
        if seq is None:
            raise NotFound()
        certified_by = item.certified_by or self.work.actor.name
        target = self.placed.pop(key, None)
        new = reverse_of(target, item.reason, certified_by) if target else self._stored(item.person_id, seq, item.reason, certified_by)
        self._line(end, replace(new, posted_at=item.posted_at, salt=item.salt), EntryKind.REVERSAL, reverses=seq)
        if self.beside.slots.pop(key, None) is None:
            self.beside.gone.append((item.person_id, seq))
        for day, part in self.beside.days.pop((item.person_id, seq), {}).items():
            self.taken[item.person_id][day] -= part

    def _stored(self, person_id: int, seq: int, reason: str, certified_by: str) -> NewLine:
        """The negative of a line that was posted before; its dates are free again."""
        for day, part in self.stored.days.get((person_id, seq), ()):
            if day in self.taken[person_id]:
                self.taken[person_id][day] -= part
        return negative(*self.stored.lines[person_id, seq], reason, certified_by)

    def _line(self, end: End, new: NewLine, kind: EntryKind, *, reverses: int | None = None) -> None:
        entry, beside = rows(end, new, kind, self.work.now, reverses=reverses)
        self.entries.append(entry)
        self.beside.particulars.append(beside)
        self.said.append(EntryAppended(new.person_id, end.seq) if reverses is None else EntryReversed(new.person_id, end.seq, reverses))

    def _placed(self, new: NewLine) -> NewLine:
        """The line with the place where the person served on its last day."""
        if new.place is not None:
            return new
        known = self.posts.get(new.person_id)
        if known is None:
            raise NotFound()
        post, unit_name = known.on(new.occurred_to)
        if post is None:
            return replace(new, place=Place())
        return replace(new, place=Place(post.unit_id, unit_name, post.post, post.rank or ""))

    def write(self) -> None:
        """Table by table, in the order of their keys."""
        session, beside = self.work.session, self.beside
        put(session, _table(LedgerEntry), self.entries)
        put(session, _table(LedgerParticulars), beside.particulars)
        release(self.work, beside.gone)
        put(session, _table(LedgerSlot), [{"person_id": person, "activity_key": key, "seq": seq}
                                          for (person, key), seq in beside.slots.items()])  # fmt: skip
        put(session, _table(LedgerDay), [{"person_id": person, "on_date": day, "seq": seq, "fraction": part}
                                         for (person, seq), laid in beside.days.items() for day, part in laid.items()])  # fmt: skip
        if beside.heads:
            session.execute(_MOVE, [{f"new_{name}": value for name, value in head.items()} for head in beside.heads])
        for said in self.said:
            announce(self.work, said)


class _Stored:
    """Lines that were posted before and are now taken back, with their dates: three statements for each four hundred."""

    def __init__(self, work: Work, wanted: Sequence[tuple[int, int]]) -> None:
        self.lines: dict[tuple[int, int], tuple[LedgerEntry, LedgerParticulars]] = {}
        self.days: dict[tuple[int, int], list[tuple[date, Decimal]]] = defaultdict(list)
        for start in range(0, len(wanted), PAIRS):
            chunk = wanted[start : start + PAIRS]
            beside = (LedgerParticulars.person_id == LedgerEntry.person_id) & (LedgerParticulars.seq == LedgerEntry.seq)
            lines = select(LedgerEntry, LedgerParticulars).join(LedgerParticulars, beside)
            key = tuple_(LedgerEntry.person_id, LedgerEntry.seq)
            for entry, particulars in work.session.execute(lines.where(key.in_(chunk))):
                self.lines[entry.person_id, entry.seq] = entry, particulars
            days = select(LedgerDay.person_id, LedgerDay.seq, LedgerDay.on_date, LedgerDay.fraction)
            for person_id, seq, day, part in work.session.execute(days.where(tuple_(LedgerDay.person_id, LedgerDay.seq).in_(chunk))):
                self.days[person_id, seq].append((day, part))
        refuse_closed(work, {entry.accounting_year for entry, _ in self.lines.values()})


_HEADS = cast(Table, LedgerHead.__table__)
_MOVE = (
    update(_HEADS).where(_HEADS.c.person_id == bindparam("new_person_id"))
    .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"), posted_at=bindparam("new_posted_at"))
)  # fmt: skip


def _table(model: type[Model]) -> Table:
    return cast(Table, model.__table__)


def _homeless(item: Item) -> bool:
    """Whether the place has to be looked up."""
    line = _line_of(item)
    return line is not None and line.place is None


def _line_of(item: Item) -> NewLine | None:
    """The line that is to be posted; a take-back has none of its own."""
    return item.line if isinstance(item, Adjustment | Carry) else item if isinstance(item, NewLine) else None


def _slots_of(work: Work, people_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """The live credits of these people."""
    found: dict[tuple[int, str], int] = {}
    for start in range(0, len(people_ids), CHUNK):
        chunk = people_ids[start : start + CHUNK]
        statement = select(LedgerSlot.person_id, LedgerSlot.activity_key, LedgerSlot.seq).where(LedgerSlot.person_id.in_(chunk))
        found |= {(person, key): seq for person, key, seq in work.session.execute(statement)}
    return found


def _days_of(work: Work, people_ids: Sequence[int], by_person: Mapping[int, Sequence[Item]]) -> dict[int, dict[date, Decimal]]:
    """How much of each date in reach of a batch is used already, by person."""
    taken: dict[int, dict[date, Decimal]] = defaultdict(dict)
    dated = [item for own in by_person.values() for item in own if isinstance(item, NewLine) and item.days > 0]
    if not dated or not people_ids:
        return taken
    first, last = min(new.occurred_from for new in dated), max(new.occurred_to for new in dated)
    for start in range(0, len(people_ids), CHUNK):
        statement = (
            select(LedgerDay.person_id, LedgerDay.on_date, func.sum(LedgerDay.fraction))
            .where(LedgerDay.person_id.in_(people_ids[start : start + CHUNK]), LedgerDay.on_date.between(first, last))
            .group_by(LedgerDay.person_id, LedgerDay.on_date)
        )
        for person_id, day, used in work.session.execute(statement):
            taken[person_id][day] = Decimal(used)
    return taken
