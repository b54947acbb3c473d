"""ID numbers: encrypted for those who must read them, and as a keyed hash so that nobody is here twice (ATK-A31).

Keys are derived from SECRET_KEY by HKDF, one for each purpose. The stored form begins with the algorithm's mark, so
that another cipher can follow without guessing (integrity.md §1.9). The nonce is taken from the keyed hash of the number:
the same number gives the same bytes, which tells no more than the hash beside it, and no nonce serves two numbers.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = b"\x01"
"""AES-256-GCM with a 12-byte nonce."""


class Unreadable(Exception):
    """The stored number cannot be opened with this secret, or was changed."""


class Seal:
    """Seals and opens ID numbers with the keys of one college."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(_derived(secret, b"people.id_no.cipher"))
        self._hash_key = _derived(secret, b"people.id_no.hash")

    def hashed(self, id_no: str) -> str:
        """The keyed hash under which a number is unique."""
        return hmac.digest(self._hash_key, id_no.encode("ascii"), "sha256").hex()

    def closed(self, id_no: str) -> bytes:
        """The number encrypted."""
        return self.both(id_no)[1]

    def both(self, id_no: str) -> tuple[str, bytes]:
        """Hash and cipher text together, for loaders."""
        plain = id_no.encode("ascii")
        digest = hmac.digest(self._hash_key, plain, "sha256")
        nonce = hashlib.sha256(b"nonce" + digest).digest()[:12]
        return digest.hex(), MARK + nonce + self._cipher.encrypt(nonce, plain, MARK)

    def opened(self, stored: bytes) -> str:
        """The number again. Raises Unreadable."""
        if stored[:1] != MARK:
            raise Unreadable("unknown algorithm mark")
        try:
            return self._cipher.decrypt(stored[1:13], stored[13:], MARK).decode("ascii")
        except InvalidTag as error:
            raise Unreadable("wrong secret or changed bytes") from error


@lru_cache(maxsize=4)
def seal(secret: str) -> Seal:
    """The seal of a college, derived once."""
    return Seal(secret)


def masked(id_no: str) -> str:
    """What pages show: region and last four, `440301********1234`."""
    return f"{id_no[:6]}{'*' * max(0, len(id_no) - 10)}{id_no[-4:]}" if len(id_no) >= 10 else "*" * len(id_no)


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=b"college", info=purpose).derive(secret.encode())
