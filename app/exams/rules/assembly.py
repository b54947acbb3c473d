"""How a paper is drawn, ordered and frozen. Pure and repeatable: the same seed gives the same paper.

No step looks at the key, so neither the choice of questions nor the order of options can betray it (ATK-A56).
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import shake_256
from typing import Any, TypeVar

import msgspec

from app.bank.rules.answers import LONGEST_TEXT, CaseValue, Kind, Shape, Value
from app.exams.rules.lots import Lots

Item = TypeVar("Item", str, int)


def seed(secret: str, exam: str, person_id: int, attempt_no: int) -> bytes:
    """The seed of one attempt: HMAC of the college's secret over exam, person and attempt number (integrity.md §2.3)."""
    return hmac.digest(secret.encode(), f"exam-seed|{exam}|{person_id}|{attempt_no}".encode(), "sha256")


def names(secret: str, attempt: str) -> Iterator[str]:
    """Opaque ids that mean something within one attempt only: a leaked «B» helps nobody else.

    18 hexadecimal digits each (72 bits), read off one keyed stream in the order in which a paper shows what it names; so an id
    tells the place that everybody sees, and nothing else (integrity.md §2.3: HMAC of the attempt, here by SHAKE256).
    """
    key = hmac.digest(secret.encode(), f"exam-id|{attempt}".encode(), "sha256")
    for block in itertools.count():
        stream = shake_256(key + block.to_bytes(4, "big")).hexdigest(BLOCK * 9)
        for at in range(0, len(stream), 18):
            yield stream[at : at + 18]


BLOCK = 256
"""Ids read off the stream at once."""


def _rank(key: bytes, purpose: str, item: object) -> bytes:
    return hashlib.blake2b(f"{purpose}|{item}".encode(), key=key, digest_size=12).digest()


def draw(key: bytes, items: Iterable[Item], count: int | None) -> list[Item]:
    """`count` of the items (all of them for None), each set equally likely, in random order."""
    ranked = ((_rank(key, "draw", item), item) for item in items)
    if count is None:
        return [item for _, item in sorted(ranked)]
    return [item for _, item in heapq.nsmallest(count, ranked)]


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn, as the pool knows it: no text, no key."""

    version_id: int
    uid: str
    kind: Kind
    points: Decimal
    options: tuple[str, ...]
    keeps_order: bool = False
    shown: Mapping[str, Any] = field(default_factory=dict)
    """Number of blanks, longest text, parts of a case: the public half of the version (app/bank/rules/packed.py)."""


_KINDS = {kind.value: kind for kind in Kind}


class Line(msgspec.Struct, frozen=True, gc=False):
    """One frozen question of a paper, or one part of a case: its opaque id, the version asked, its points, its options."""

    question: str
    version_id: int
    kind: Kind
    points: Decimal
    options: Mapping[str, str]
    """Opaque option id → option of the version, in the order shown."""
    blanks: int = 0
    longest: int = LONGEST_TEXT
    parts: Mapping[str, Line] = {}
    """Part of the version → the part as it is asked here, in the order of the case."""

    @property
    def shape(self) -> Shape:
        """What an answer must fit, in the ids of this paper."""
        parts = {part.question: part.shape for part in self.parts.values()}
        return Shape(self.kind, self.options, self.blanks, self.longest, parts)

    def inner(self, value: Value | CaseValue) -> Value | CaseValue:
        """A canonical answer in the letters of the version, as its key has them."""
        if isinstance(value, dict):
            return {name: self._plain(part, value[part.question]) for name, part in self.parts.items() if part.question in value}
        return self._plain(self, value)

    @staticmethod
    def _plain(line: Line, value: Value) -> Value:
        if not line.options:
            return value
        return line.options[value] if isinstance(value, str) else [line.options[one] for one in value]

    def as_json(self) -> list[Any]:
        """The line as it is stored; questions that are answered by choosing keep the five members they always had."""
        stored = [self.question, self.version_id, self.kind.value, str(self.points), list(self.options.items())]
        if self.options:
            return stored
        return [*stored, self.blanks, self.longest, [[name, part.as_json()] for name, part in self.parts.items()]]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> Line:
        """The line from its row."""
        question, version_id, kind, points, options, *more = stored
        blanks, longest, parts = more or (0, LONGEST_TEXT, ())
        asked = {name: cls.from_json(part) for name, part in parts}
        return cls(question, version_id, _KINDS[kind], Decimal(points), dict(options), blanks, longest, asked)


@dataclass(frozen=True)
class Paper:
    """What one attempt asks, frozen when it starts (INV-I16)."""

    lines: tuple[Line, ...]

    def find(self, question: str) -> Line | None:
        """The line with this opaque id."""
        return next((line for line in self.lines if line.question == question), None)

    @staticmethod
    def find_stored(stored: Mapping[str, Any], question: str) -> tuple[int, Line] | None:
        """Place and line of this opaque id, without reading the rest of the row."""
        return next(((at, Line.from_json(line)) for at, line in enumerate(stored["lines"]) if line[0] == question), None)

    def as_json(self) -> dict[str, Any]:
        """The paper as the one JSON row it is stored in."""
        return {"v": 1, "lines": [line.as_json() for line in self.lines]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Paper:
        """The paper from its row."""
        return cls(tuple(Line.from_json(line) for line in stored["lines"]))


class NotEnough(ValueError):
    """The pool cannot fill the paper."""


def assemble(secret: str, key: bytes, attempt: str, pool: Sequence[Candidate], count: int | None) -> Paper:
    """Draw and order a paper."""
    if not pool or (count is not None and count > len(pool)):
        raise NotEnough(f"{count or 1} wanted, {len(pool)} there")
    by_uid = {one.uid: one for one in pool}
    return arrange(secret, key, attempt, [by_uid[uid] for uid in draw(key, by_uid, count)])


def in_order(key: bytes, asked: Sequence[Candidate], *, shuffled: bool) -> list[Candidate]:
    """The questions of a fixed paper in its own order, or in one of this seed's; a case stays whole."""
    return Lots(key, "questions").order(asked) if shuffled else list(asked)


def arrange(secret: str, key: bytes, attempt: str, asked: Iterable[Candidate]) -> Paper:
    """The paper that asks these questions in this order, options dealt by seed but those that keep theirs."""
    named, lots = names(secret, attempt), Lots(key, "options")
    return Paper(tuple(_line(named, lots, one) for one in asked))


def _line(named: Iterator[str], lots: Lots, one: Candidate) -> Line:
    """One question; true and false keep their natural order, as do those marked to."""
    question = f"q{next(named)}"
    order = one.options if one.keeps_order or one.kind is Kind.JUDGE else lots.order(one.options)
    options = {f"o{next(named)}": option for option in order}
    if options:
        return Line(question, one.version_id, one.kind, one.points, options)
    parts = {part["part"]: _line(named, lots, _part(one, part)) for part in one.shown.get("parts", ())}
    blanks, longest = one.shown.get("blanks", 0), one.shown.get("longest", LONGEST_TEXT)
    return Line(question, one.version_id, one.kind, one.points, options, blanks, longest, parts)


def _part(case: Candidate, part: Mapping[str, Any]) -> Candidate:
    """A part of a case as a question of its own; parts stay in the order of the case."""
    letters = tuple(letter for letter, _ in part["options"])
    return Candidate(
        case.version_id, f"{case.uid}|{part['part']}", Kind(part["kind"]), Decimal(part["points"]), letters, part["keeps_order"], part
    )
