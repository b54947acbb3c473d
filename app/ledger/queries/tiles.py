"""Stored hashes of the tree in tiles of 256 neighbours, read and grown (the shape of transparency logs' tiles).

Tile (h, p) holds the roots of the complete subtrees of 256^h leaves numbered p·256 … p·256+255; the last tile of a
height may be partial. Height 0 holds the hashes of the lines themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.ledger.models import LedgerTile
from app.ledger.rules.tree import fold

WIDTH = 256
BITS = 8
SIZE = 32


class Tiles:
    """The tiles one act needs: read once, grown in memory, saved at the end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held: dict[tuple[int, int], bytearray] = {}
        self._stored: set[tuple[int, int]] = set()
        self._grown: set[tuple[int, int]] = set()

    def subtree(self, level: int, i: int) -> bytes:
        """The root of the complete subtree of leaves [i·2^level, (i+1)·2^level). KeyError when it is not there."""
        height, rest = divmod(level, BITS)
        first = i << rest
        position, offset = divmod(first, WIDTH)
        tile = self._tile(height, position)
        part = [bytes(tile[SIZE * (offset + j) : SIZE * (offset + j + 1)]) for j in range(1 << rest)]
        if len(part[-1]) != SIZE:
            raise KeyError((level, i))
        return fold(part)

    def extend(self, index: int, hashes: Sequence[bytes], height: int = 0) -> None:
        """Append hashes at `index` of a height; every tile that becomes full sends its root to the height above."""
        done = 0
        while done < len(hashes):
            position, offset = divmod(index + done, WIDTH)
            tile = self._tile(height, position)
            if len(tile) != offset * SIZE:
                raise KeyError((height, position))
            taken = min(WIDTH - offset, len(hashes) - done)
            tile += b"".join(hashes[done : done + taken])
            self._grown.add((height, position))
            done += taken
            if len(tile) == WIDTH * SIZE:
                self.extend(position, [fold([bytes(tile[i : i + SIZE]) for i in range(0, len(tile), SIZE)])], height + 1)

    def save(self) -> None:
        """Write the tiles that grew."""
        fresh = [self._row(key) for key in sorted(self._grown - self._stored)]
        for key in sorted(self._grown & self._stored):
            height, position = key
            same = update(LedgerTile).where(LedgerTile.height == height, LedgerTile.position == position)
            self._session.execute(same.values(hashes=bytes(self._held[key])))
        if fresh:
            self._session.execute(insert(LedgerTile), fresh)
        self._stored |= self._grown
        self._grown.clear()

    def _row(self, key: tuple[int, int]) -> dict[str, object]:
        return {"height": key[0], "position": key[1], "hashes": bytes(self._held[key])}

    def _tile(self, height: int, position: int) -> bytearray:
        key = (height, position)
        if key not in self._held:
            same = select(LedgerTile.hashes).where(LedgerTile.height == height, LedgerTile.position == position)
            stored = self._session.scalar(same)
            if stored is not None:
                self._stored.add(key)
            self._held[key] = bytearray(stored or b"")
        return self._held[key]
