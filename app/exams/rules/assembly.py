"""How a paper is drawn, ordered and frozen. Pure and repeatable: the same seed gives the same paper.

No step looks at the key, so neither the choice of questions nor the order of options can betray it (ATK-A56).
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from app.bank.rules.answers import LONGEST_TEXT, CaseValue, Kind, Shape, Value

Item = TypeVar("Item", str, int)


def seed(secret: str, exam: str, person_id: int, attempt_no: int) -> bytes:
    """The seed of one attempt: HMAC of the college's secret over exam, person and attempt number (integrity.md §2.3)."""
    return hmac.digest(secret.encode(), f"exam-seed|{exam}|{person_id}|{attempt_no}".encode(), "sha256")


Namer = Callable[[str, str], str]
"""(what, inner) → an opaque id."""


def namer(secret: str, attempt: str) -> Namer:
    """Gives ids that mean something within one attempt only: a leaked «B» helps nobody else.

    A letter and 18 hexadecimal digits (72 bits of a keyed hash), fit for a URL and for an HTML id. The key of the attempt
    comes of the college's secret by HMAC once; a paper of a hundred questions has five hundred ids.
    """
    key = hmac.digest(secret.encode(), f"exam-id|{attempt}".encode(), "sha256")

    def name(what: str, inner: str) -> str:
        return what[0] + hashlib.blake2b(f"{what}|{inner}".encode(), key=key, digest_size=9).hexdigest()

    return name


def _rank(key: bytes, purpose: str, item: object) -> bytes:
    return hashlib.blake2b(f"{purpose}|{item}".encode(), key=key, digest_size=12).digest()


def draw(key: bytes, items: Iterable[Item], count: int | None) -> list[Item]:
    """`count` of the items (all of them for None), each set equally likely, in random order."""
    ranked = ((_rank(key, "draw", item), item) for item in items)
    if count is None:
        return [item for _, item in sorted(ranked)]
    return [item for _, item in heapq.nsmallest(count, ranked)]


def shuffle(key: bytes, purpose: str, items: Iterable[Item]) -> list[Item]:
    """The items in an order that depends on the seed and the purpose alone."""
    return sorted(items, key=lambda item: _rank(key, purpose, item))


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


@dataclass(frozen=True)
class Line:
    """One frozen question of a paper, or one part of a case: its opaque id, the version asked, its points, its options."""

    question: str
    version_id: int
    kind: Kind
    points: Decimal
    options: Mapping[str, str]
    """Opaque option id → option of the version, in the order shown."""
    blanks: int = 0
    longest: int = LONGEST_TEXT
    parts: Mapping[str, Line] = field(default_factory=dict)
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
        line = cls(question, version_id, Kind(kind), Decimal(points), dict(options))
        if not more:
            return line
        blanks, longest, parts = more
        return replace(line, blanks=blanks, longest=longest, parts={name: cls.from_json(part) for name, part in parts})


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
    """Draw and order a paper. True/false questions keep their natural order, as do those marked to."""
    if not pool or (count is not None and count > len(pool)):
        raise NotEnough(f"{count or 1} wanted, {len(pool)} there")
    by_uid = {one.uid: one for one in pool}
    name = namer(secret, attempt)
    return Paper(tuple(_line(name, key, by_uid[uid]) for uid in draw(key, by_uid, count)))


def _line(name: Namer, key: bytes, one: Candidate) -> Line:
    fixed = one.keeps_order or one.kind is Kind.JUDGE
    order = list(one.options) if fixed else shuffle(key, f"options|{one.uid}", one.options)
    question = name("question", one.uid)
    options = {name("option", f"{one.uid}|{option}"): option for option in order}
    parts = {part["part"]: _line(name, key, _part(one, part)) for part in one.shown.get("parts", ())}
    blanks, longest = one.shown.get("blanks", 0), one.shown.get("longest", LONGEST_TEXT)
    return Line(question, one.version_id, one.kind, one.points, options, blanks, longest, parts)


def _part(case: Candidate, part: Mapping[str, Any]) -> Candidate:
    """A part of a case as a question of its own; parts stay in the order of the case."""
    letters = tuple(letter for letter, _ in part["options"])
    return Candidate(
        case.version_id, f"{case.uid}|{part['part']}", Kind(part["kind"]), Decimal(part["points"]), letters, part["keeps_order"], part
    )
