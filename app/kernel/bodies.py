"""Bodies of the programming interface: decoded strictly, refused by name (interfaces.md §4)."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import request

from app.kernel.errors import Invalid, TooLarge
from app.kernel.i18n import _l

JSON_LIMIT = 64 * 1024
"""Bytes of a JSON body; the largest honest one is far below a tenth of it."""


class BadBody(Invalid):
    """A body that is not what the address takes; `problem` says where and why."""

    code, text = "bad_body", _l("The request body was not accepted: %(problem)s")


class BodyTooLarge(TooLarge):
    """A JSON body above the limit."""

    code, text = "body_too_large", _l("The request body is larger than %(limit)s bytes.")


def read_bytes() -> bytes:
    """The body, read before a transaction begins, at most JSON_LIMIT bytes."""
    if (request.content_length or 0) > JSON_LIMIT:
        raise BodyTooLarge(limit=JSON_LIMIT)
    body = request.stream.read(JSON_LIMIT + 1)
    if len(body) > JSON_LIMIT:
        raise BodyTooLarge(limit=JSON_LIMIT)
    return body


def decode(body: bytes, shape: Any) -> Any:
    """`body` as `shape`; unknown members, wrong types, NaN and numbers out of range are refused (ATK-A05)."""
    try:
        return msgspec.json.decode(body or b"null", type=shape)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadBody(problem=str(error)) from error
    except (RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise BadBody(problem="the body is nested too deeply or is not UTF-8") from error
