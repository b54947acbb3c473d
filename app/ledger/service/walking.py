"""The walk along every chain: quick where a chain is sound, exact about the first bad line where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, func, select

from app.kernel.work import Work
from app.ledger.models import LedgerSlot, LedgerTile
from app.ledger.queries import raw
from app.ledger.queries.tiles import SIZE, WIDTH
from app.ledger.rules.leaf import GENESIS

PROGRESS_EVERY = 50_000
TILES_HELD = 4096
Row = Sequence[Any]


@dataclass(frozen=True)
class Finding:
    """What is wrong, and with which line; person 0 stands for a seal, whose size is then in `seq`."""

    person_id: int
    seq: int
    what: str

    def __str__(self) -> str:
        where = f"person {self.person_id} line {self.seq}" if self.person_id else f"seal of {self.seq} lines"
        return f"{where}: {self.what}"


class Bad(Exception):
    """The first thing that is wrong."""

    def __init__(self, person_id: int, seq: int, what: str) -> None:
        super().__init__(what)
        self.finding = Finding(person_id, seq, what)


@dataclass
class Report:
    """What a walk saw. `bad` is the first wrong line, or None."""

    lines: int = 0
    people: int = 0
    sealed: int = 0
    seals: int = 0
    erased: int = 0
    bad: Finding | None = None


def walk(work: Work, report: Report, progress: Callable[[int], None]) -> None:
    """Hold every chain against its head, its sealed leaves and its slots; raise Bad at the first that fails."""
    connection = work.session.connection()
    with closing(raw.stream(connection)) as rows, closing(raw.heads(connection)) as heads, closing(raw.spans(connection)) as spans:
        live = _walk_chains(work, report, progress, rows, _Beside(heads), _Beside(spans))
    _check_meaning(work, connection, live)


def _walk_chains(work: Work, report: Report, progress: Callable[[int], None], rows: Iterator[Row], heads: _Beside, spans: _Beside) -> int:
    """Every chain in the order of persons; how many live credits there are."""
    sealed = _SealedHashes(work)
    live = shown = 0
    for person_id, group in groupby(rows, key=itemgetter(raw.PERSON)):
        _nobody_left_out(heads, spans, person_id)
        chain = _Chain(person_id, list(group), heads.of(person_id), spans.of(person_id), sealed)
        live += chain.check()
        report.people += 1
        report.lines += len(chain.rows)
        report.erased += sum(row[raw.SALT] is None for row in chain.rows)
        if report.lines - shown >= PROGRESS_EVERY:
            shown = report.lines
            progress(shown)
    _nobody_left_out(heads, spans, None)
    return live


def _nobody_left_out(heads: _Beside, spans: _Beside, person_id: int | None) -> None:
    """A head or span of somebody who has no lines tells of lines that were removed."""
    heads.skip_empty(person_id)
    for beside in (heads, spans):
        left = beside.before(person_id)
        if left is not None:
            raise Bad(left[0], 1, "this line is missing, with the whole chain")


def _check_meaning(work: Work, connection: Connection, live: int) -> None:
    """Reversals cancel, and no slot is held by anything but a live credit."""
    wrong = raw.unbalanced(connection)
    if wrong is not None:
        raise Bad(wrong[0], wrong[1], "this reversal is not the negative of a line that stood")
    held = work.session.scalar(select(func.count()).select_from(LedgerSlot)) or 0
    if held != live:
        raise Bad(0, 0, f"{live} live credits stand against {held} slots")


class _Chain:
    """One person's lines with all that must agree with them."""

    def __init__(self, person_id: int, rows: list[Row], heads: list[Row], spans: list[Row], sealed: _SealedHashes) -> None:
        self.person_id = person_id
        self.rows = rows
        self.head: Row | None = heads[0] if heads else None
        self.spans = spans
        self.sealed = sealed

    def check(self) -> int:
        """How many live credits it has; Bad when anything disagrees."""
        try:
            live = self._quick()
        except Exception:  # whatever a changed row makes fail is found again, and named, by the slow way
            live = None
        if live is None:
            self._explain()
            raise Bad(self.person_id, len(self.rows), "the chain does not hold together")
        return live

    def _quick(self) -> int | None:
        """The live credits of a sound chain, None of any other."""
        rows, numbers = self.rows, list(range(1, len(self.rows) + 1))
        stored = [row[raw.HASH] for row in rows]
        turns = [row[raw.TURN] for row in rows]
        sound = (
            [row[raw.SEQ] for row in rows] == numbers
            and [row[raw.PREV] for row in rows] == [GENESIS, *stored[:-1]]
            and [raw.hash_of(row) for row in rows] == stored
            and all(map(raw.particulars_agree, rows))
            and self.head is not None
            and (self.head[1], self.head[2]) == (len(rows), stored[-1])
            and self._sealed(stored, self.head[3])
        )
        if not sound:
            return None
        return len(rows) if turns == numbers else self._live(turns)

    def _sealed(self, stored: list[bytes], sealed_seq: int) -> bool:
        """The spans cover the lines up to `sealed_seq` without a gap, and hold exactly their hashes."""
        done = 0
        for _person, first, last, index in self.spans:
            if first != done + 1 or self.sealed.between(index, last - first + 1) != b"".join(stored[done:last]):
                return False
            done = last
        return bool(done == sealed_seq)

    def _live(self, turns: list[Any]) -> int | None:
        """Credits that were not taken back; each must hold the slot of its activity."""
        taken = {-turn for turn in turns if turn is not None and turn < 0}
        held = [(seq, turn) for seq, turn in enumerate(turns, 1) if turn is not None and turn >= 0 and seq not in taken]
        return len(held) if all(seq == turn for seq, turn in held) else None

    def _explain(self) -> None:
        """Name the first line that is wrong, and how."""
        before = GENESIS
        for place, row in enumerate(self.rows, 1):
            if row[raw.SEQ] != place:
                raise self._bad(place, "this line is missing")
            made = self._made(row)
            if made is None:
                raise self._bad(place, "this line holds what no line can hold")
            if made != row[raw.HASH]:
                raise self._bad(place, "this line is not what was hashed: a column was changed")
            if row[raw.PREV] != before:
                raise self._bad(max(place - 1, 1), "this line is not the one that the next was chained to")
            self._explain_seal(place, made)
            if not self._agrees(row):
                raise self._bad(place, "its title, unit, post, certifier or reason is missing or was changed")
            before = made
        self._explain_end(before)
        for place, row in enumerate(self.rows, 1):
            taken_back = any(other[raw.TURN] == -place for other in self.rows)
            if row[raw.TURN] is not None and row[raw.TURN] >= 0 and row[raw.TURN] != place and not taken_back:
                raise self._bad(place, "this live credit does not hold the slot of its activity")

    def _explain_seal(self, place: int, made: bytes) -> None:
        for _person, first, last, index in self.spans:
            if place < first:
                raise self._bad(place, "this line is left out of the sealed spans")
            if place <= last:
                if self.sealed.between(index + place - first, 1) != made:
                    raise self._bad(place, "this line is not the one that was sealed")
                return

    def _explain_end(self, end: bytes) -> None:
        count = len(self.rows)
        if self.head is None:
            raise self._bad(count, "the head of this chain is missing")
        last = max([self.head[1], *(span[2] for span in self.spans)])
        if last > count:
            raise self._bad(count + 1, "this line is missing")
        if (self.head[1], self.head[2]) != (count, end):
            raise self._bad(count, "this line is not where the head of the chain ends")
        done = 0
        for _person, first, last, _index in self.spans:
            if first != done + 1:
                raise self._bad(done + 1, "this line is left out of the sealed spans")
            done = last
        if done != self.head[3]:
            raise self._bad(count, "the head of this chain and the sealed spans disagree")

    def _made(self, row: Row) -> bytes | None:
        try:
            return raw.hash_of(row)
        except Exception:
            return None

    def _agrees(self, row: Row) -> bool:
        try:
            return raw.particulars_agree(row)
        except Exception:
            return False

    def _bad(self, seq: int, what: str) -> Bad:
        return Bad(self.person_id, seq, what)


class _SealedHashes:
    """Hashes of sealed lines by index, with a bounded number of tiles in memory."""

    def __init__(self, work: Work) -> None:
        self._session = work.session
        self._held: dict[int, bytes] = {}

    def between(self, index: int, count: int) -> bytes:
        """The hashes of `count` leaves from `index` on, joined; shorter where tiles are missing."""
        position, offset = divmod(index, WIDTH)
        found = self._tile(position)[offset * SIZE : (offset + count) * SIZE]
        while len(found) < count * SIZE:
            position += 1
            more = self._tile(position)[: count * SIZE - len(found)]
            if not more:
                break
            found += more
        return found

    def _tile(self, position: int) -> bytes:
        tile = self._held.get(position)
        if tile is None:
            if len(self._held) >= TILES_HELD:
                self._held.pop(next(iter(self._held)))
            same = select(LedgerTile.hashes).where(LedgerTile.height == 0, LedgerTile.position == position)
            tile = self._held[position] = self._session.scalar(same) or b""
        return tile


class _Beside:
    """Rows of another table in the same order of persons, taken along."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def before(self, person_id: int | None) -> Row | None:
        """The next row if it is of an earlier person (of any, for None): nobody asked for it."""
        ahead = self._next
        return ahead if ahead is not None and (person_id is None or ahead[0] < person_id) else None

    def of(self, person_id: int) -> list[Row]:
        """The rows of this person."""
        found = []
        while self._next is not None and self._next[0] == person_id:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found

    def skip_empty(self, person_id: int | None) -> None:
        """Pass the heads of chains that have no line yet."""
        while (ahead := self.before(person_id)) is not None and ahead[1] == 0:
            self._next = next(self._rows, None)
