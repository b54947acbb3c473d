"""What no request may bring, whatever its address: bodies that cost more to read than to send, and the NUL character.

Checked once for all routes, so that no view, form or query has to think of it: PostgreSQL cannot store U+0000, and a
posted form of a few megabytes of `a=1&` keeps a processor busy for half a minute.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from flask import request

from app.kernel.errors import Invalid, TooLarge
from app.kernel.i18n import _l

FORM_LIMIT = 1024 * 1024
"""Bytes of a posted form without files; the longest honest one is a tenth of it."""
MOST_FIELDS = 2000
SENT_AS_WORDS = "application/x-www-form-urlencoded"


class NulCharacter(Invalid):
    """A character that no text has."""

    code, text = "nul_character", _l("The text contains a character that cannot be stored.")


class FormTooLarge(TooLarge):
    """A posted form with more bytes or fields than any page of ours has."""

    code, text = "form_too_large", _l("This form is larger than is accepted.")


def check_address() -> None:
    """Refuse a path or query that holds U+0000, however it is written."""
    if "\0" in request.path or b"\0" in unquote_to_bytes(request.query_string):
        raise NulCharacter()


def limit_form() -> None:
    """Read a form of words before anything parses it, within its limits; a form with files has its own (MAX_FORM_PARTS)."""
    if request.mimetype != SENT_AS_WORDS:
        return
    request.max_content_length = FORM_LIMIT
    if (request.content_length or 0) > FORM_LIMIT or request.get_data(cache=True, parse_form_data=False).count(b"&") >= MOST_FIELDS:
        raise FormTooLarge()


def check_form() -> None:
    """Refuse a form whose words or file names hold U+0000."""
    for name, words in request.form.lists():
        if "\0" in name or any("\0" in word for word in words):
            raise NulCharacter(field=name.replace("\0", ""))
    for name, file in request.files.items():
        if "\0" in (file.filename or ""):
            raise NulCharacter(field=name)
