"""How a paper is drawn, ordered and frozen. Pure and repeatable: the same seed gives the same paper.

No step looks at the key, so neither the choice of questions nor the order of options can betray it (ATK-A56).
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from app.bank.rules.answers import Kind

Item = TypeVar("Item", str, int)


def seed(secret: str, exam: str, person_id: int, attempt_no: int) -> bytes:
    """The seed of one attempt: HMAC of the college's secret over exam, person and attempt number (integrity.md §2.3)."""
    return hmac.digest(secret.encode(), f"exam-seed|{exam}|{person_id}|{attempt_no}".encode(), "sha256")


def opaque(secret: str, attempt: str, what: str, inner: str) -> str:
    """An id that means something within one attempt only: a leaked «B» helps nobody else.

    A letter and 16 characters of base 32 (80 bits), fit for a URL and for an HTML id.
    """
    digest = hmac.digest(secret.encode(), f"exam-id|{attempt}|{what}|{inner}".encode(), "sha256")
    return what[0] + base64.b32encode(digest[:10]).decode("ascii").lower()


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


@dataclass(frozen=True)
class Line:
    """One frozen question of a paper: its opaque id, the version asked, its points, its options in shown order."""

    question: str
    version_id: int
    kind: Kind
    points: Decimal
    options: Mapping[str, str]
    """Opaque option id → option of the version, in the order shown."""


@dataclass(frozen=True)
class Paper:
    """What one attempt asks, frozen when it starts (INV-I16)."""

    lines: tuple[Line, ...]

    def find(self, question: str) -> Line | None:
        """The line with this opaque id."""
        return next((line for line in self.lines if line.question == question), None)

    def as_json(self) -> dict[str, Any]:
        """The paper as the one JSON row it is stored in."""
        return {
            "v": 1,
            "lines": [
                [line.question, line.version_id, line.kind.value, str(line.points), list(line.options.items())] for line in self.lines
            ],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Paper:
        """The paper from its row."""
        return cls(
            tuple(
                Line(question, version_id, Kind(kind), Decimal(points), dict(options))
                for question, version_id, kind, points, options in stored["lines"]
            )
        )


class NotEnough(ValueError):
    """The pool cannot fill the paper."""


def assemble(secret: str, key: bytes, attempt: str, pool: Sequence[Candidate], count: int | None) -> Paper:
    """Draw and order a paper. True/false questions keep their natural order, as do those marked to."""
    if not pool or (count is not None and count > len(pool)):
        raise NotEnough(f"{count or 1} wanted, {len(pool)} there")
    by_uid = {one.uid: one for one in pool}
    return Paper(tuple(_line(secret, key, attempt, by_uid[uid]) for uid in draw(key, by_uid, count)))


def _line(secret: str, key: bytes, attempt: str, one: Candidate) -> Line:
    fixed = one.keeps_order or one.kind is Kind.JUDGE
    order = list(one.options) if fixed else shuffle(key, f"options|{one.uid}", one.options)
    question = opaque(secret, attempt, "question", one.uid)
    options = {opaque(secret, attempt, "option", f"{one.uid}|{option}"): option for option in order}
    return Line(question, one.version_id, one.kind, one.points, options)
