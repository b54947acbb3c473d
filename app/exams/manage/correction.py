"""A corrected key as a form: what may be said of a question and of the parts of a case, read from it and shown in it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.bank.rules.answers import CHOICE, Kind
from app.bank.service import Secret


@dataclass(frozen=True)
class Place:
    """One question or part that can be corrected. Its fields begin with `prefix`; `accepted` are the answers of its blanks."""

    part: str
    stem: str
    kind: Kind
    options: Sequence[tuple[str, str]]
    blanks: int
    accepted: Sequence[Sequence[str]]

    @property
    def prefix(self) -> str:
        """What the names of its fields begin with."""
        return f"{self.part}-" if self.part else ""

    @property
    def names(self) -> list[str]:
        """The names of its fields."""
        if self.kind in CHOICE:
            return [f"{self.prefix}right"]
        return [f"{self.prefix}{what}{at}" for at in range(self.blanks) for what in ("add", "drop")]


def places(version: Any, secret: Secret | None) -> list[Place]:
    """What of a question has a key, in its order; with the answers that are accepted now where the key may be seen."""
    hidden = secret.hidden if secret else {}
    if version.kind != Kind.CASE:
        own = Place("", version.stem, Kind(version.kind), _options(version.options), version.shown.get("blanks", 0), _accepted(hidden))
        return [own] if own.kind in CHOICE | {Kind.BLANK} else []
    parts = hidden.get("parts", {})
    every = [
        Place(one["part"], one["stem"], Kind(one["kind"]), _options(one["options"]), one.get("blanks", 0),
              _accepted(parts.get(one["part"], {})))
        for one in version.shown["parts"]
    ]  # fmt: skip
    return [one for one in every if one.kind in CHOICE | {Kind.BLANK}]


def _options(stored: Sequence[Any]) -> list[tuple[str, str]]:
    return [(letter, text) for letter, text in stored]


def _accepted(hidden: Mapping[str, Any]) -> list[list[str]]:
    return [[text for text, _share, _tolerance in blank["accepted"]] for blank in hidden.get("blanks", ())]


def read(given: MultiDict[str, str], wanted: Sequence[Place]) -> tuple[Any, ...]:
    """What a form says is right now; parts it says nothing of keep their key."""
    if not any(one.part for one in wanted):
        return tuple(said for one in wanted for said in _said(given, one))
    return tuple([one.part, said] for one in wanted if (said := _said(given, one)))


def _said(given: MultiDict[str, str], one: Place) -> list[Any]:
    if one.kind in CHOICE:
        return given.getlist(f"{one.prefix}right")
    rows = [{what: _lines(given, f"{one.prefix}{what}{at}") for what in ("add", "drop")} for at in range(one.blanks)]
    return rows if any(row["add"] or row["drop"] for row in rows) else []


def _lines(given: MultiDict[str, str], name: str) -> list[str]:
    """What stands in a field, a line each (ticked answers are fields of the same name)."""
    return [line.strip() for text in given.getlist(name) for line in text.splitlines() if line.strip()]


def written(said: Sequence[Any], wanted: Sequence[Place]) -> MultiDict[str, str]:
    """The fields that say this: what was corrected before, as the form begins."""
    by_part = dict(said) if any(one.part for one in wanted) else {"": said}
    return MultiDict([pair for one in wanted for pair in _fields(one, by_part.get(one.part, ()))])


def _fields(one: Place, said: Sequence[Any]) -> Iterator[tuple[str, str]]:
    if one.kind in CHOICE:
        yield from ((f"{one.prefix}right", letter) for letter in said)
        return
    for at, change in enumerate(said):
        found = {"add": [change]} if isinstance(change, str) else change
        yield from ((f"{one.prefix}{what}{at}", text) for what in ("add", "drop") for text in found.get(what, ()) if text)


def carried(given: MultiDict[str, str], wanted: Sequence[Place]) -> list[tuple[str, str]]:
    """The fields of a form that say what is right, to be sent again with the commit."""
    return [(name, value) for one in wanted for name in one.names for value in given.getlist(name)]
