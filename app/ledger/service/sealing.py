"""Sealing: new lines become leaves of the one tree, and its root is signed.

One writer at a time; incremental: a batch reads the new lines and a handful of stored hashes, never the whole ledger.
Batches are sealed in commit order, inside a batch by person and place in the chain.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, insert, select, update

from app.kernel.db import dialect
from app.kernel.work import Work
from app.ledger.models import LedgerEntry, LedgerHead, LedgerSeal, LedgerSpan
from app.ledger.queries.tiles import Tiles
from app.ledger.rules import tree
from app.ledger.rules.head import head_bytes
from app.ledger.rules.leaf import moment_text
from app.ledger.service import keys
from config import Settings

PEOPLE_A_BATCH = 2000
"""At most this many chains in one seal, so that no transaction holds many heads for long."""
ADVISORY_LOCK = 0x1ED6E2
HEADS_FILE = "ledger-heads.jsonl"


@dataclass(frozen=True)
class Sealed:
    """What one batch did."""

    size: int
    lines: int
    root: str


def seal(work: Work, people_a_batch: int = PEOPLE_A_BATCH) -> Sealed | None:
    """Seal the lines of up to `people_a_batch` people; None when nothing waits or another sealer is at work."""
    if not _alone(work):
        return None
    heads = _waiting(work, people_a_batch)
    if not heads:
        return None
    before = work.session.scalar(select(func.max(LedgerSeal.size))) or 0
    tiles = Tiles(work.session)
    index, spans = before, []
    hashes = _hashes(work, heads)
    for head in heads:
        spans.append({"person_id": head.person_id, "first_seq": head.sealed_seq + 1, "last_seq": head.seq, "first_index": index})
        own = hashes[head.person_id]
        tiles.extend(index, own)
        index += len(own)
    tiles.save()
    work.session.execute(insert(LedgerSpan), spans)
    work.session.execute(update(LedgerHead), [{"person_id": head.person_id, "sealed_seq": head.seq} for head in heads])
    made = _sign(work, before, index, tree.root(index, tiles.subtree))
    work.after_commit.append(lambda: keep_outside(work.settings, [made]))
    return Sealed(index, index - before, made.root.hex())


def _alone(work: Work) -> bool:
    """Whether this is the only sealer: SQLite has one writer anyway, PostgreSQL an advisory lock for the transaction."""
    if dialect(work.session) == "sqlite":
        return True
    return bool(work.session.scalar(select(func.pg_try_advisory_xact_lock(ADVISORY_LOCK))))


def _waiting(work: Work, limit: int) -> Sequence[LedgerHead]:
    """Chains with lines that are not sealed yet; one that is being posted to right now waits for the next seal."""
    statement = select(LedgerHead).where(LedgerHead.sealed_seq < LedgerHead.seq).order_by(LedgerHead.person_id).limit(limit)
    return work.session.scalars(statement.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()


def _hashes(work: Work, heads: Sequence[LedgerHead]) -> dict[int, list[bytes]]:
    """The hashes of the unsealed lines of these chains, each in order."""
    found: dict[int, list[bytes]] = {head.person_id: [] for head in heads}
    for start in range(0, len(heads), 500):
        chunk = [head.person_id for head in heads[start : start + 500]]
        statement = (
            select(LedgerEntry.person_id, LedgerEntry.hash)
            .join(LedgerHead, LedgerHead.person_id == LedgerEntry.person_id)
            .where(LedgerEntry.person_id.in_(chunk), LedgerEntry.seq > LedgerHead.sealed_seq, LedgerEntry.seq <= LedgerHead.seq)
            .order_by(LedgerEntry.person_id, LedgerEntry.seq)
        )
        for person_id, made in work.session.execute(statement):
            found[person_id].append(made)
    broken = [head.person_id for head in heads if len(found[head.person_id]) != head.seq - head.sealed_seq]
    if broken:
        raise BrokenChain(broken[0])
    return found


class BrokenChain(Exception):
    """The head of a chain tells of lines that are not there: the ledger was tampered with and is not sealed over."""

    def __init__(self, person_id: int) -> None:
        super().__init__(f"person {person_id}: lines are missing between the last seal and the head; run `flask ledger verify`")


def _sign(work: Work, before: int, size: int, root: bytes) -> LedgerSeal:
    """Write the signed head of the grown tree."""
    key = keys.signing_key(work.settings)
    last = work.session.scalar(select(LedgerSeal.signed_at).where(LedgerSeal.size == before))
    moment = max(work.now, last) if last else work.now
    signature = key.sign(head_bytes(size, root, moment, key.id))
    made = LedgerSeal(size=size, previous_size=before, root=root, signed_at=moment, key_id=key.id, signature=signature)
    work.session.add(made)
    work.session.flush()
    return made


def keep_outside(settings: Settings, seals: Sequence[LedgerSeal]) -> None:
    """Write heads to a file beside the database too: a database that is replaced by an older one is found out."""
    path = heads_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        for one in seals:
            file.write(json.dumps({"root": one.root.hex(), "signed_at": moment_text(one.signed_at), "size": one.size}).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def heads_file(settings: Settings) -> Path:
    """Where the heads are kept outside the database."""
    return settings.data_dir / HEADS_FILE
