"""Texts of rule files and facts with the place of every value, so that a finding names its line. No web, no database."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # the decoder's own scanner; typeshed leaves it out
from typing import Any

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str | int, ...]
Place = tuple[int, int]

QUICK: Any = getattr(yaml, "CSafeLoader", None)
DEEPEST = 40
LARGEST = 4_000_000
SPACE = re.compile(r"[ \t\n\r]*")
ATOM = re.compile(r"[^,\]}\s]+")


@dataclass(frozen=True)
class Finding:
    """One thing wrong in a text: line and column from 1, the keys that lead there, and what was expected."""

    line: int
    column: int
    path: Path
    message: str

    def text(self, name: str) -> str:
        """As compilers say it: file, line, column, where, what."""
        where = path_text(self.path)
        return f"{name}:{self.line}:{self.column}: {where + ': ' if where else ''}{self.message}"


class Unreadable(ValueError):
    """A text that is no document at all, or no safe one."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True)
class Document:
    """The plain value of a text, and where each part of it stands."""

    value: Any
    places: Mapping[Path, Place]

    def finding(self, path: Path, message: str) -> Finding:
        """A finding at a path, or at the nearest thing around it that is in the text."""
        found = path
        while found and found not in self.places:
            found = found[:-1]
        line, column = self.places.get(found, (1, 1))
        return Finding(line, column, path, message)


def path_text(path: Path) -> str:
    """requirements[0].need.any_of[1]"""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _refuse(place: Place, message: str, path: Path = ()) -> Unreadable:
    return Unreadable(Finding(*place, path, message))


def read_yaml(text: str) -> Document:
    """One YAML document of maps, lists, texts, whole numbers, booleans and null; decimals are texts in quotes.

    Raises Unreadable: no YAML, a key twice, an anchor or alias, a tag, a bare decimal number, too deep, too large.
    """
    if len(text) > LARGEST:
        raise _refuse((1, 1), "the file is larger than any rule set needs to be")
    try:
        node = _quickly(text) or _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise _refuse(place, f"this is no YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise _refuse((1, 1), f"this is no YAML: {error}") from None
    if node is None:
        raise _refuse((1, 1), "the file is empty")
    places: dict[Path, Place] = {}
    return Document(_plain(node, (), places), places)


def _quickly(text: str) -> Node | None:
    """The same by libyaml, ten times as fast; None for whatever is odd, which the slow way then names."""
    if QUICK is None or "\t" in text:  # libyaml takes some tabs that YAML forbids
        return None
    depth = 0
    try:
        for event in yaml.parse(text, QUICK):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > DEEPEST or getattr(event, "anchor", None):
                return None
        found: Node | None = yaml.compose(text, QUICK)
    except (yaml.YAMLError, ValueError):
        return None
    return found


def _composed(text: str) -> Node | None:
    """The root of the document, without anchors and aliases."""
    for event in yaml.parse(text, yaml.SafeLoader):
        if getattr(event, "anchor", None):
            raise _refuse(_mark(event), "anchors and aliases are not used in rule files")
    found: Node | None = yaml.compose(text, yaml.SafeLoader)
    return found


def _mark(node: Any) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _plain(node: Node, path: Path, places: dict[Path, Place]) -> Any:
    """The value of a node, its places written down on the way."""
    places.setdefault(path, _mark(node))
    if len(path) > DEEPEST:
        raise _refuse(_mark(node), f"nothing in a rule file is nested deeper than {DEEPEST}", path)
    if isinstance(node, MappingNode):
        return _mapping(node, path, places)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, number), places) for number, item in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return _scalar(node, path)


def _mapping(node: MappingNode, path: Path, places: dict[Path, Place]) -> dict[str, Any]:
    """A map with texts as keys; the same key twice is refused, for it would silently win."""
    found: dict[str, Any] = {}
    for key, item in node.value:
        if not isinstance(key, ScalarNode):
            raise _refuse(_mark(key), "a key must be a word", path)
        if key.value in found:
            raise _refuse(_mark(key), f"the key {key.value} stands here twice", path)
        places[(*path, key.value)] = _mark(key)
        found[key.value] = _plain(item, (*path, key.value), places)
    return found


def _scalar(node: ScalarNode, path: Path) -> Any:
    """Texts, dates as texts, whole numbers, booleans, null; never a float (domain.md §6.1-3)."""
    kind = str(node.tag).rpartition(":")[2]
    if kind in {"str", "timestamp"}:
        return node.value
    if kind == "null":
        return None
    if kind == "bool" and node.value.lower() in {"true", "false"}:
        return node.value.lower() == "true"
    if kind == "int" and re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", node.value):
        return int(node.value)
    if kind in {"float", "int"}:
        raise _refuse(_mark(node), f'write the number in quotes: "{node.value}"', path)
    raise _refuse(_mark(node), f"a text, whole number, true, false or null was expected, not {node.value!r}", path)


def read_json(text: str) -> Document:
    """One JSON document (RFC 8259) and the place of every value. Raises Unreadable with the line."""
    if len(text) > LARGEST:
        raise _refuse((1, 1), "the facts of one person are not that large")
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _refuse((error.lineno, error.colno), f"this is no JSON: {error.msg}") from None
    except RecursionError:
        raise _refuse((1, 1), "this is no JSON of sensible depth") from None
    except ValueError as error:
        odd = re.search(r"(?<![\w\"])(NaN|-?Infinity|[0-9]{4000,})", text)
        raise _refuse(_Scan(text).place(odd.start() if odd else 0), f"this is no JSON: {error}") from None
    scan = _Scan(text)
    scan.value(SPACE.match(text, 0).end(), ())  # type: ignore[union-attr]  # matches the empty text too
    return Document(value, scan.places)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


class _Scan:
    """Walks a text that is known to be JSON and writes down where each value begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[Path, Place] = {}
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, at: int) -> Place:
        """Line and column, from 1, of a position."""
        low, high = 0, len(self.starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.starts[middle] <= at else (low, middle)
        return low + 1, at - self.starts[low] + 1

    def value(self, at: int, path: Path) -> int:
        """Write down the value at a position; the position after it and the space behind it."""
        self.places.setdefault(path, self.place(at))
        if len(path) > DEEPEST:
            raise _refuse(self.place(at), f"nothing in the facts is nested deeper than {DEEPEST}", path)
        letter = self.text[at]
        if letter in "{[":
            at = self._inside(at, path, is_map=letter == "{")
        elif letter == '"':
            at = scanstring(self.text, at + 1)[1]
        else:
            at = ATOM.match(self.text, at).end()  # type: ignore[union-attr]  # known to be JSON
        return self._space(at)

    def _inside(self, at: int, path: Path, *, is_map: bool) -> int:
        """The members of an object or the items of a list."""
        at, number, names = self._space(at + 1), 0, set()
        while self.text[at] not in "}]":
            key: str | int = number
            start = at
            if is_map:
                key, at = scanstring(self.text, at + 1)
                if key in names:
                    raise _refuse(self.place(start), f"the member {key} stands here twice", path)
                names.add(key)
                self.places[(*path, key)] = self.place(start)
                at = self._space(self._space(at) + 1)
            at = self.value(at, (*path, key))
            at = self._space(at + 1) if self.text[at] == "," else at
            number += 1
        return at + 1

    def _space(self, at: int) -> int:
        return SPACE.match(self.text, at).end()  # type: ignore[union-attr]  # matches the empty text too
