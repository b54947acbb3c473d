"""Why a JSON body does not fit, in the reader's language: the decoder's own words are English and for programmers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.kernel.i18n import _, _l

_AT = re.compile(r" - at `(?:key` in `)?\$\.?([^`]*)`$")
TYPES: Mapping[str, Any] = {
    "int": _l("a whole number"), "float": _l("a number"), "decimal": _l("a number in quotes, like \"2.5\""), "str": _l("a text"),
    "bool": _l("true or false"), "array": _l("a list"), "object": _l("an object"), "null": "null", "uuid": "UUID",
    "datetime": _l("a moment like 2026-03-01T09:00:00+08:00"), "date": _l("a day like 2026-03-01"),
}  # fmt: skip
"""What a member of a body may be."""
_WORDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"Expected `([^`]*)`, got `([^`]*)`"), lambda found: _unlike(found[1], found[2])),
    (re.compile(r"Expected `str` of length <= (\d+)"), lambda found: _("at most %(count)s characters are possible", count=found[1])),
    (re.compile(r"Expected `array` of length <= (\d+)"), lambda found: _("at most %(count)s entries are possible", count=found[1])),
    (re.compile(r"Expected `(?:str|array|object)` of length >= (\d+)"), lambda found: _("at least %(count)s are needed", count=found[1])),
    (re.compile(r"Expected `object` of length <= (\d+)"), lambda found: _("at most %(count)s entries are possible", count=found[1])),
    (re.compile(r"Expected `\w+` >= (\S+)"), lambda found: _("a number of at least %(bound)s is expected", bound=found[1])),
    (re.compile(r"Expected `\w+` <= (\S+)"), lambda found: _("a number of at most %(bound)s is expected", bound=found[1])),
    (re.compile(r"Expected `str` matching regex"), lambda _found: _("the text does not have the form that is expected")),
    (re.compile(r"Object missing required field `([^`]*)`"), lambda found: _("the member %(name)s is missing", name=found[1])),
    (re.compile(r"Object contains unknown field `([^`]*)`"), lambda found: _("there is no member %(name)s", name=found[1])),
    (re.compile(r"Invalid (?:enum )?value (.*)"), lambda found: _("%(value)s is none of the possible values", value=found[1])),
    (re.compile(r"Invalid (UUID|decimal|RFC3339|date|duration)"), lambda found: _expected(found[1])),
    (re.compile(r"(?:Number|Integer) .*out of range"), lambda _found: _("the number is out of range")),
    (re.compile(r"JSON is malformed.*?(?:\(byte (\d+)\))?$"), lambda found: _("it is no JSON from byte %(byte)s on", byte=found[1] or 0)),
    (re.compile(r"Input data was truncated"), lambda _found: _("the JSON breaks off")),
)  # fmt: skip
_NAMED = {"UUID": "uuid", "decimal": "decimal", "RFC3339": "datetime", "date": "date"}


def told(problem: str) -> str:
    """What the decoder says of a body: the member in question, and what was expected there."""
    where = _AT.search(problem)
    bare = _AT.sub("", problem)
    words = next((say(found) for pattern, say in _WORDS if (found := pattern.match(bare))), None)
    text = words or _("it does not have the form that is expected")
    return _("%(field)s: %(problem)s", field=where[1], problem=text) if where and where[1] else text


def _unlike(names: str, got: str) -> str:
    return str(_("%(what)s is expected, not %(got)s", what=_type(names), got=_type(got)))


def _expected(word: str) -> str:
    return str(_("%(what)s is expected", what=_type(_NAMED.get(word, word))))


def _type(names: str) -> str:
    """One type, or several that are possible."""
    return " / ".join(str(TYPES.get(one.strip(), one.strip())) for one in names.split("|"))
