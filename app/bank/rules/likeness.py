"""Whether two questions say the same: equal once normalised, or nearly so by shingles of characters. Pure.

Near duplicates are found without comparing every pair: twelve small hashes of a text in six bands of two. Texts that
share 70 % of their shingles share a band in 98 of 100 cases, those that share 20 % in 22; what shares a band is then
compared exactly. So a lookup touches a few rows of an index however many questions there are.
"""

from __future__ import annotations

import hashlib
import unicodedata
import zlib
from collections.abc import Iterable

SIZE = 3
"""Characters of a shingle."""
NEAR = 0.7
"""Share of shingles in common from which two stems are near duplicates."""
BANDS, ROWS = 6, 2
_MASK = (1 << 32) - 1
_MIX = tuple((2654435761 * (2 * at + 1) & _MASK | 1, 40503 * (at + 7) & _MASK) for at in range(BANDS * ROWS))


def plain(text: str) -> str:
    """The letters and digits of a text, without width, case, space and punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def fingerprint(stem: str, options: Iterable[str] = ()) -> str:
    """Equal for questions that say the same in the same words; the order of options does not matter."""
    said = "\n".join([plain(stem), *sorted(plain(one) for one in options)])
    return hashlib.sha256(said.encode()).hexdigest()


def shingles(text: str) -> frozenset[str]:
    """The pieces of three characters of a text; a shorter text is one piece."""
    letters = plain(text)
    return frozenset(letters[at : at + SIZE] for at in range(max(len(letters) - SIZE + 1, 1)))


def bands(text: str) -> tuple[int, ...]:
    """Six numbers below 2⁶³; texts that say nearly the same share at least one."""
    hashes = [zlib.crc32(piece.encode()) for piece in shingles(text)]
    least = [min((one * factor + add & _MASK) for one in hashes) for factor, add in _MIX]
    return tuple((band << 56) ^ (least[band * ROWS] << 24 ^ least[band * ROWS + 1]) & ((1 << 56) - 1) for band in range(BANDS))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of shingles two texts have in common, 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 1.0
