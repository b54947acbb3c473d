"""The bytes of a signed head and the name of a key. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime

from app.ledger.rules.leaf import canonical, moment_text

HEAD_PREFIX = b"\x02"
"""Keeps a signature over a head from ever being one over a line or a node."""


def head_bytes(size: int, root: bytes, signed_at: datetime, key_id: str) -> bytes:
    """What Ed25519 signs: 0x02 and the canonical JSON of key_id, root, signed_at and size."""
    return HEAD_PREFIX + canonical({"key_id": key_id, "root": root.hex(), "signed_at": moment_text(signed_at), "size": size})


def key_id(public_key: bytes) -> str:
    """The name of a key: the first 16 hexadecimal digits of the SHA-256 of its 32 public bytes."""
    return hashlib.sha256(public_key).hexdigest()[:16]
