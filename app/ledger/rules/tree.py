"""One Merkle tree over all lines, as in RFC 6962 and RFC 9162. Pure.

A leaf is hashed with 0x00, a node with 0x01; the tree of n leaves splits at the greatest power of two below n. Proofs
are made from complete subtrees only, which never change once they are full, so that a reader needs a few stored
hashes and never the whole ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

NODE_PREFIX = b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of the tree without leaves."""

Subtree = Callable[[int, int], bytes]
"""`subtree(level, i)`: the root of the complete subtree of leaves [i·2^level, (i+1)·2^level)."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree from its hashes; their number is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


class Range:
    """The complete subtrees that cover the first `size` leaves: enough to grow the tree and to know its root."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError(f"{size} leaves have {size.bit_count()} peaks, not {len(self._peaks)}")

    def add(self, leaf_hash: bytes) -> None:
        """Append one leaf."""
        merged, size = leaf_hash, self.size
        while size & 1:
            merged, size = node_hash(self._peaks.pop(), merged), size >> 1
        self._peaks.append(merged)
        self.size += 1

    def root(self) -> bytes:
        """The tree hash of the leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        merged = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            merged = node_hash(peak, merged)
        return merged


def range_hash(start: int, end: int, subtree: Subtree) -> bytes:
    """MTH of the leaves [start, end); `start` is a multiple of the power of two at or above the length."""
    length = end - start
    if length & (length - 1) == 0:
        level = length.bit_length() - 1
        return subtree(level, start >> level)
    half = _split(length)
    return node_hash(range_hash(start, start + half, subtree), range_hash(start + half, end, subtree))


def root(size: int, subtree: Subtree) -> bytes:
    """The tree hash of the first `size` leaves."""
    return range_hash(0, size, subtree) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962 §2.1.1, from the leaf upwards. ValueError outside 0 ≤ index < size."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of that size")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(middle, end, subtree))
            end = middle
        else:
            path.append(range_hash(start, middle, subtree))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962 §2.1.2; empty for old = 0 and old = new. ValueError unless 0 ≤ old ≤ new."""
    if not 0 <= old <= new:
        raise ValueError("a tree never shrinks")
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while 0 < old < end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_hash(middle, end, subtree))
            end = middle
        else:
            path.append(range_hash(start, middle, subtree))
            start, whole = middle, False
    if not whole:
        path.append(range_hash(start, end, subtree))
    return path[::-1]


def inclusion_holds(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the path leads from the leaf to the root (RFC 9162 §2.1.3.2). Any malformed path is simply false."""
    if not 0 <= index < size:
        return False
    place, last, merged = index, size - 1, leaf_hash
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            merged = node_hash(step, merged)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            merged = node_hash(merged, step)
        place, last = place >> 1, last >> 1
    return last == 0 and merged == expected


def consistency_holds(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `old` leaves is the beginning of the tree of `new` (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new or old == 0:
        return not path and (old_root == new_root if old == new else old_root == EMPTY_ROOT)
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(length: int) -> int:
    """The greatest power of two strictly below `length` (≥ 2)."""
    return 1 << ((length - 1).bit_length() - 1)
