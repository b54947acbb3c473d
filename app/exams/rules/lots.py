"""Even, repeatable choices out of the seed of one attempt: numbers, samples, orders. Pure; no key of a question is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from math import factorial
from typing import TypeVar

Item = TypeVar("Item")

SHORT = 5
"""Up to so many things have their orders written down (5! = 120)."""
_ORDERS = tuple(tuple(permutations(range(size))) for size in range(SHORT + 1))


@dataclass
class Lots:
    """A stream of numbers that depends on the seed and the purpose alone."""

    key: bytes
    purpose: str
    blocks: int = 0
    kept: list[int] = field(default_factory=list)

    def below(self, bound: int) -> int:
        """A number from 0 up to but not including `bound`; of 64 bits, so the remainder favours none by more than 2⁻⁵⁰."""
        if not self.kept:
            block = hashlib.blake2b(f"{self.purpose}|{self.blocks}".encode(), key=self.key).digest()
            self.kept = [int.from_bytes(block[at : at + 8], "big") for at in range(0, 64, 8)]
            self.blocks += 1
        return self.kept.pop() % bound

    def sample(self, items: Sequence[Item]) -> Iterator[Item]:
        """The items one after another, each order equally likely; costs what is taken, however many there are (Fisher-Yates)."""
        moved: dict[int, int] = {}
        for last in range(len(items) - 1, -1, -1):
            at = self.below(last + 1)
            yield items[moved.get(at, at)]
            moved[at] = moved.pop(last, last)

    def order(self, items: Sequence[Item]) -> list[Item]:
        """All the items, each order equally likely."""
        size = len(items)
        if size > SHORT:
            return list(self.sample(items))
        return [items[at] for at in _ORDERS[size][self.below(factorial(size))]]
