"""Signatures for what leaves the college and comes back: play URLs, preview links."""

from __future__ import annotations

import base64
import hashlib
import hmac


class Signer:
    """HMAC-SHA-256 under a key of its own purpose, so that no token serves another end (ATK-A20)."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._key = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()

    def digest(self, message: bytes) -> bytes:
        """The 32 bytes of the signature."""
        return hmac.digest(self._key, message, "sha256")

    def sign(self, message: bytes) -> str:
        """The signature as 27 URL-safe characters (160 bits)."""
        return base64.urlsafe_b64encode(self.digest(message)[:20]).rstrip(b"=").decode("ascii")

    def verify(self, message: bytes, signature: str) -> bool:
        """Whether `signature` is ours, compared in constant time."""
        return hmac.compare_digest(self.sign(message).encode(), signature.encode("utf-8", "replace"))
