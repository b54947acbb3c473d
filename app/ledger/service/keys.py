"""The college's signing keys: Ed25519, in files of the data folder, never in the database (integrity.md A8)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.kernel.storage import sync_folder
from app.ledger.rules.head import key_id
from config import Settings

CURRENT = "ledger-current.key"


@dataclass(frozen=True)
class SigningKey:
    """The key that signs now, with its name."""

    private: Ed25519PrivateKey
    id: str

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self.private.sign(message)


def folder(settings: Settings) -> Path:
    """Where the keys lie; only the college's own user may read it."""
    return settings.data_dir / "keys"


def signing_key(settings: Settings) -> SigningKey:
    """The key in use; made on first need. Two processes that meet here end with the same key."""
    path = folder(settings) / CURRENT
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, Ed25519PrivateKey.generate().private_bytes_raw())
    private = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    public = private.public_key().public_bytes_raw()
    name = key_id(public)
    beside = folder(settings) / f"ledger-{name}.pub"
    if not beside.exists():
        _write_once(beside, public)
    return SigningKey(private, name)


def rotate(settings: Settings) -> SigningKey:
    """Sign with a new key from now on; the public half of the old one stays, for the heads it signed."""
    old = signing_key(settings)
    retired = folder(settings) / f"ledger-{old.id}.key"
    (folder(settings) / CURRENT).rename(retired)
    return signing_key(settings)


def public_keys(settings: Settings) -> dict[str, bytes]:
    """Every public key that ever signed here, by name. A file that is not what its name says is left out."""
    found = {}
    for path in sorted(folder(settings).glob("ledger-*.pub")):
        public = path.read_bytes()
        if path.stem == f"ledger-{key_id(public)}":
            found[key_id(public)] = public
    return found


def signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature over the message was made with the key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _write_once(path: Path, content: bytes) -> None:
    """Create a file for our own eyes, whole or not at all; one that is there already is left as it is."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
        sync_folder(path.parent)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
