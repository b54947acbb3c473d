"""`flask ledger verify`: walk every chain, rebuild the tree, check every signature; name the first bad line.

Order of the walk: persons by number, each chain from line 1. What the database says of itself is never believed: the
hash of a line is made anew from its columns, the tree anew from the hashes, and the heads kept outside are compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import func, select

from app.kernel.db import dialect
from app.kernel.work import Work
from app.ledger.models import LedgerSeal, LedgerSpan, LedgerTile
from app.ledger.queries.tiles import SIZE, WIDTH, Tiles
from app.ledger.rules import tree
from app.ledger.rules.head import head_bytes
from app.ledger.service import keys
from app.ledger.service.sealing import heads_file
from app.ledger.service.walking import Bad, Finding, Report, walk

__all__ = ["Finding", "Report", "verify"]


def verify(work: Work, progress: Callable[[int], None] = lambda _lines: None) -> Report:
    """Check everything, reading only, as of one moment. Stops at the first bad line."""
    if dialect(work.session) == "postgresql" and not work.session.in_transaction():
        work.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    report = Report()
    try:
        walk(work, report, progress)
        _check_seals(work, report)
    except Bad as bad:
        report.bad = bad.finding
    return report


def _check_seals(work: Work, report: Report) -> None:
    """The tree of the sealed hashes has the roots that were signed, each grown from the one before."""
    _check_tiles(work)
    tiles, public = Tiles(work.session), keys.public_keys(work.settings)
    before = 0
    roots: dict[int, str] = {}
    for one in work.session.scalars(select(LedgerSeal).order_by(LedgerSeal.size)):
        if one.previous_size != before:
            raise Bad(0, one.size, f"a seal is missing between {before} and {one.previous_size} lines")
        try:
            grown = tree.root(one.size, tiles.subtree)
        except KeyError as error:
            raise Bad(0, one.size, "hashes of sealed lines are missing") from error
        if grown != one.root:
            raise Bad(0, one.size, "the tree of the lines does not have the signed root")
        key = public.get(one.key_id)
        if key is None:
            raise Bad(0, one.size, f"the public key {one.key_id} is not among the college's keys")
        if not keys.signed_by(key, one.signature, head_bytes(one.size, one.root, one.signed_at, one.key_id)):
            raise Bad(0, one.size, "the signature is not the college's")
        roots[one.size] = one.root.hex()
        before = one.size
        report.seals += 1
    report.sealed = before
    covered = work.session.scalar(select(func.sum(LedgerSpan.last_seq - LedgerSpan.first_seq + 1))) or 0
    if covered != before:
        raise Bad(0, before, f"{covered} lines have a place in the tree of {before}")
    _check_outside(work, roots)


def _check_tiles(work: Work) -> None:
    """Every full tile is a hash of the height above; so the tree that proofs use is the tree of the lines."""
    above: dict[tuple[int, int], bytes] = {}
    statement = select(LedgerTile.height, LedgerTile.position, LedgerTile.hashes).order_by(LedgerTile.height.desc(), LedgerTile.position)
    with work.session.execute(statement.execution_options(yield_per=256)) as tiles:
        for height, position, hashes in tiles:
            if height:
                above[height, position] = hashes
            if len(hashes) == WIDTH * SIZE:
                _check_tile(above.get((height + 1, position // WIDTH), b""), height, position, hashes)


def _check_tile(parent: bytes, height: int, position: int, hashes: bytes) -> None:
    place = position % WIDTH * SIZE
    if tree.fold([hashes[i : i + SIZE] for i in range(0, len(hashes), SIZE)]) != parent[place : place + SIZE]:
        raise Bad(0, (position + 1) * WIDTH ** (height + 1), f"stored hashes of height {height}, tile {position} were changed")


def _check_outside(work: Work, roots: dict[int, str]) -> None:
    """Every head kept outside the database is a head of it still: it was not replaced by an older or another one."""
    path = heads_file(work.settings)
    if not path.exists():
        return
    for text in path.read_text(encoding="ascii").splitlines():
        head = json.loads(text)
        if roots.get(head["size"]) != head["root"]:
            raise Bad(0, head["size"], "the head kept outside the database is not in the database")
