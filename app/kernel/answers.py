"""Answers: JSON, problem documents (RFC 9457) and the pages that say no."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec
from flask import Response, current_app, g, render_template, request
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from app.kernel.errors import Forbidden, Gone, Invalid, NoSpace, NotFound, Refusal, TooLarge, TooMany, Unavailable
from app.kernel.i18n import _, _l
from app.kernel.presentation import local_path

_encoder = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical")


class MethodNotAllowed(Refusal):
    """The address exists, but not for this method."""

    status, code, text = 405, "method_not_allowed", _l("This address does not take that method.")


_BY_STATUS: dict[int, type[Refusal]] = {
    403: Forbidden, 404: NotFound, 405: MethodNotAllowed, 410: Gone, 413: TooLarge, 422: Invalid, 503: Unavailable,
}  # fmt: skip


def json_answer(value: Any, status: int = 200) -> Response:
    """`value` as JSON: decimals as strings, moments in RFC 3339 UTC."""
    return Response(_encoder.encode(value), status, mimetype="application/json")


def wants_json() -> bool:
    """Whether the asker is a program: an API address, one that names no HTML among what it takes, or prefers JSON to it.

    A page gives its reader a cookie for its forms. Were a segment of a film answered by one, it would put a cookie over
    the one that a person who signs in beside it has just been given.
    """
    if request.path.startswith("/api/"):
        return True
    accept = request.accept_mimetypes
    return bool(accept) and ("text/html" not in accept.values() or accept["application/json"] > accept["text/html"])


def _page_before() -> str:
    """The page of ours on which a form was sent off, for a way back to it; nothing of a page that was only read."""
    asked = urlsplit(request.referrer or "")
    if request.method != "POST" or asked.netloc != request.host or asked.path == request.path:
        return ""
    return local_path(asked.path + (f"?{asked.query}" if asked.query else ""), "")


def refuse(refusal: Refusal) -> Response:
    """A refusal as a problem document or a page, with the same sentence."""
    if wants_json():
        answer = problem(refusal)
    else:
        page = render_template("errors/refusal.html", refusal=refusal, back=_page_before())
        answer = Response(page, refusal.status, mimetype="text/html")
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    elif refusal.status == 503:
        answer.headers["Retry-After"] = "2"
    return answer


def problem(refusal: Refusal) -> Response:
    """The problem document of a refusal: stable `code`, a sentence in `detail`, and its facts."""
    body = {
        **refusal.public_facts,
        "type": f"/problems/{refusal.code}",
        "title": refusal.code.replace("_", " "),
        "status": refusal.status,
        "code": refusal.code,
        "detail": refusal.sentence,
    }
    answer = json_answer(body, refusal.status)
    answer.mimetype = "application/problem+json"
    return answer


def as_refusal(error: Exception) -> Refusal | None:
    """What an outside error means in our words, or None when it is a defect of ours."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException):
        made = _BY_STATUS.get(error.code or 500)
        return made() if made else _other(error)
    if isinstance(error, OperationalError):
        words = str(error.orig).lower()
        if "disk is full" in words or "no space" in words:
            return NoSpace()
        if any(sign in words for sign in ("locked", "busy", "deadlock", "connection", "timeout", "shutting down")):
            return Unavailable()
    if isinstance(error, DataError) or (isinstance(error, OverflowError) and "SQLite" in str(error)):
        current_app.logger.warning("the database cannot hold a value", exc_info=error)
        return Invalid()
    if isinstance(error, OSError) and error.errno == 28:
        return NoSpace()
    return None


def _other(error: HTTPException) -> Refusal:
    """Any further HTTP error, with its own status and no detail of ours."""
    status = error.code or 500
    made: type[Refusal] = type(
        "Http", (Refusal,), {"status": status, "code": f"http_{status}", "text": _l("The request was not understood.")}
    )
    return made()


def incident() -> Response:
    """The last resort: an error of ours, with the number under which the log has it."""
    number = getattr(g, "request_id", "")
    if wants_json():
        body = {"type": "/problems/internal", "title": "internal error", "status": 500, "code": "internal", "incident": number,
                "detail": _("Something went wrong on our side. Nothing was changed.")}  # fmt: skip
        answer = json_answer(body, 500)
        answer.mimetype = "application/problem+json"
        return answer
    return Response(render_template("errors/incident.html", number=number), 500, mimetype="text/html")
