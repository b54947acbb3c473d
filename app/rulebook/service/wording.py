"""What a violation of the rule schema means, in words an editor of rules understands. No web, no database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError

TYPES = {
    "object": "a map",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


def told(error: ValidationError, definitions: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where and what: a key that is not known here stands at its own place, any other violation at the value it is about."""
    here = tuple(error.absolute_path)
    if error.validator != "additionalProperties":
        yield here, sentence(error, definitions)
        return
    known = _known(error)
    for key in _keys(error):
        if key not in known:
            yield (*here, key), f"the key {key} is not known here; known are {', '.join(known)}"


def sentence(error: ValidationError, definitions: Mapping[str, Any]) -> str:
    """What was found and what was expected."""
    make = MAKERS.get(str(error.validator))
    if make is not None:
        return make(error)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    above = error.parent.schema if error.parent is not None and isinstance(error.parent.schema, Mapping) else {}
    expected = (
        schema.get("description")
        or above.get("description")
        or _alternatives(schema, definitions)
        or f"{error.validator} {error.validator_value}"
    )
    return f"{_shown(error.instance)} does not fit; expected: {expected}"


def _missing(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    missing = [name for name in wanted if name not in _keys(error)]
    named = [name for name in missing if error.message.startswith(repr(name))]  # each missing key is a finding of its own
    return f"the key {(named or missing)[0]} is missing" if missing else str(error.message)


def _known(error: ValidationError) -> list[str]:
    return list(error.schema.get("properties", {})) if isinstance(error.schema, Mapping) else []


def _keys(error: ValidationError) -> list[str]:
    return list(error.instance) if isinstance(error.instance, Mapping) else []


def _listed(error: ValidationError) -> str:
    allowed: Any = error.validator_value
    return f"{_shown(error.instance)} is not one of {', '.join(map(str, allowed))}"


def _alternatives(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """The alternatives of a schema by their descriptions."""
    words = []
    for branch in schema.get("anyOf", ()):
        target = definitions.get(str(branch.get("$ref", "")).rpartition("/")[2], branch)
        listed = f"one of {', '.join(map(str, target['enum']))}" if "enum" in target else None
        words.append(target.get("description") or listed or _types(target.get("type", "another shape")))
    return " or ".join(words)


def _types(kind: Any) -> str:
    kinds = kind if isinstance(kind, list) else [kind]
    return " or ".join(TYPES.get(str(one), str(one)) for one in kinds)


def _shown(value: Any) -> str:
    """A value as it stands in the file, cut short."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"


MAKERS: Mapping[str, Callable[[ValidationError], str]] = {
    "required": _missing,
    "enum": _listed,
    "const": lambda error: f"{_shown(error.instance)} was found where {json.dumps(error.validator_value)} was expected",
    "type": lambda error: f"{_shown(error.instance)} was found where {_types(error.validator_value)} was expected",
    "minimum": lambda error: f"{error.instance} is less than {error.validator_value}",
    "maximum": lambda error: f"{error.instance} is more than {error.validator_value}",
    "uniqueItems": lambda error: "the same value stands here twice",
}
