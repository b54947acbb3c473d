"""Headers of every answer: a strict content policy, nothing framed, nothing personal cached."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "media-src 'self' blob:",
    "connect-src 'self'", "font-src 'self'", "worker-src 'self'", "manifest-src 'self'", "form-action 'self'",
    "base-uri 'none'", "frame-ancestors 'none'",
))  # fmt: skip
"""frontend.md §2.1: no inline script or style anywhere, no outside host."""

_FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def set_up(app: Flask, *, secure: bool) -> None:
    """Add the headers to every answer of `app`."""

    def add(response: Response) -> Response:
        wanted = fixed if request.path.startswith("/static/") else personal
        present = {name.lower() for name, _value in response.headers}
        for low, name, value in wanted:
            if low not in present:
                response.headers.add(name, value)
        return response

    fixed = [(name.lower(), name, value) for name, value in _FIXED.items()]
    if secure:
        fixed.append(("strict-transport-security", "Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    personal = [*fixed, ("cache-control", "Cache-Control", "private, no-store")]
    app.session_interface = Cookies()
    app.after_request(add)


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookies, with a signer made once and not at every request (PERF-G1)."""

    def __init__(self) -> None:
        self._signer: tuple[Any, Any] = (None, None)

    def get_signing_serializer(self, app: Flask) -> Any:
        """The signer of the application's present key."""
        key, signer = self._signer
        if signer is None or key != app.secret_key:
            signer = super().get_signing_serializer(app)
            self._signer = (app.secret_key, signer)
        return signer
