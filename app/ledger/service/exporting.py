"""`flask ledger export`: lines, signed heads, keys and the description of every byte (interfaces.md §6)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.kernel.db import dialect
from app.kernel.work import Work
from app.ledger.models import LedgerSeal
from app.ledger.queries import raw
from app.ledger.rules.leaf import VERSION, canonical, moment_text
from app.ledger.service import keys

FORMAT = Path(__file__).resolve().parent.parent / "format.md"
PROGRESS_EVERY = 50_000


@dataclass(frozen=True)
class Exported:
    """What was written."""

    lines: int
    heads: int


def export(work: Work, folder: Path, progress: Callable[[int], None] = lambda _lines: None) -> Exported:
    """Write the whole ledger into `folder`, made if it is missing, as of one moment."""
    if dialect(work.session) == "postgresql" and not work.session.in_transaction():
        work.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "lines.jsonl").open("wb") as file:
        for row in _rows(work):
            file.write(row)
            count += 1
            if count % PROGRESS_EVERY == 0:
                progress(count)
    heads = [_head(one) for one in work.session.scalars(select(LedgerSeal).order_by(LedgerSeal.size))]
    (folder / "heads.jsonl").write_bytes(b"".join(heads))
    public = {name: base64.b64encode(key).decode() for name, key in keys.public_keys(work.settings).items()}
    (folder / "keys.json").write_text(json.dumps(public, indent=1, sort_keys=True) + "\n", encoding="ascii")
    (folder / "format.md").write_bytes(FORMAT.read_bytes())
    return Exported(count, len(heads))


def _rows(work: Work) -> Iterator[bytes]:
    """Sealed lines by index, then the others."""
    for person, seq, prev, made, text, index in raw.in_order(work.session.connection()):
        row: dict[str, Any] = {
            "entry": f"{person}-{seq}", "hash": made.hex(), "index": index, "leaf": base64.b64encode(VERSION + text.encode()).decode(),
            "person": person, "prev_hash": prev.hex(), "seq": seq,
        }  # fmt: skip
        yield canonical(row) + b"\n"


def _head(seal: LedgerSeal) -> bytes:
    head = {
        "key_id": seal.key_id, "root": seal.root.hex(), "signature": base64.b64encode(seal.signature).decode(),
        "signed_at": moment_text(seal.signed_at), "size": seal.size,
    }  # fmt: skip
    return canonical(head) + b"\n"
