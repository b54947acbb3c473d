"""Bodies of the programming interface: decoded strictly, refused by name (interfaces.md §4)."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
from flask import request

from app.kernel import problems
from app.kernel.errors import Invalid, Refusal, TooLarge
from app.kernel.i18n import _, _l

JSON_LIMIT = 64 * 1024
"""Bytes of a JSON body; the largest honest one is far below a tenth of it."""


class BadBody(Invalid):
    """A body that is not what the address takes; `problem` says where and why."""

    code, text = "bad_body", _l("The request body was not accepted: %(problem)s")


class BodyTooLarge(TooLarge):
    """A JSON body above the limit."""

    code, text = "body_too_large", _l("The request body is larger than %(limit)s bytes.")


class NotJson(Refusal):
    """A body that says of itself that it is something else."""

    status, code, text = 415, "not_json", _l("The request body must be application/json.")


_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 as JSON writes it; a backslash that is itself escaped does not begin it."""


def read_bytes(*, beacon: bool = False) -> bytes:
    """The body, read before a transaction begins, at most JSON_LIMIT bytes of JSON (as text/plain too from a `beacon`)."""
    kind = request.mimetype
    if kind and kind != "application/json" and not kind.endswith("+json") and not (beacon and kind == "text/plain"):
        raise NotJson()
    if (request.content_length or 0) > JSON_LIMIT:
        raise BodyTooLarge(limit=JSON_LIMIT)
    body = request.stream.read(JSON_LIMIT + 1)
    if len(body) > JSON_LIMIT:
        raise BodyTooLarge(limit=JSON_LIMIT)
    return body


def decode(body: bytes, shape: Any) -> Any:
    """`body` as `shape`; unknown and repeated members, wrong types, NaN and numbers out of range are refused (ATK-A05)."""
    try:
        decoded = msgspec.json.decode(body or b"null", type=shape)
        if _NUL.search(body):
            raise BadBody(problem=_("a string holds U+0000"))
        if body:
            json.loads(body, object_pairs_hook=_named_once)
        return decoded
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadBody(problem=problems.told(str(error))) from error
    except (RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise BadBody(problem=_("it is nested too deeply or is not UTF-8")) from error


def _named_once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object that names a member twice: what is in front of us might read the other one."""
    if len({name for name, _value in pairs}) < len(pairs):
        raise BadBody(problem=_("a member is named twice"))
