"""What an answer may look like, before anyone asks whether it is right. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LONGEST_BLANK = 200
"""Characters of what is written into one blank."""
LONGEST_TEXT = 5000
"""Characters of a written answer, if its question does not say less."""


class Kind(StrEnum):
    """Kinds of question."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGE = "judge"
    BLANK = "blank"
    SHORT = "short"
    CASE = "case"


CHOICE = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE})
"""Kinds that are answered by choosing; the closing quiz of a course takes these alone."""

Value = str | list[str]
"""An answer to a question that has no parts."""
CaseValue = dict[str, str | list[str]]
"""The answers to the parts of a case."""


class Malformed(ValueError):
    """An answer that the question cannot explain; the message is a stable reason code."""


@dataclass(frozen=True)
class Shape:
    """What an answer to a question must fit: its options, its number of blanks, its longest text, its parts."""

    kind: Kind
    options: Collection[str] = ()
    blanks: int = 0
    longest: int = LONGEST_TEXT
    parts: Mapping[str, Shape] = field(default_factory=dict)


def fit(shape: Shape, value: object) -> Value | CaseValue:
    """`value` in the one form in which it is stored and compared, or Malformed.

    single and judge: one option id. multiple: a list of distinct option ids, kept in sorted order; the empty list
    takes the answer back. blank: a text for each blank in order; the empty list takes all back; one blank takes its text
    alone, too, kept as a list of one. short: a text. case: an object of part and answer, parts without an answer left out;
    a case of one question takes its answer alone, too. Nothing else is coerced: a number, null or a list where a text
    belongs is refused (ATK-A55).
    """
    if shape.kind is not Kind.CASE:
        return _plain(shape, value)
    if isinstance(value, str | list) and len(shape.parts) == 1:
        value = dict.fromkeys(shape.parts, value)
    if not isinstance(value, dict):
        raise Malformed("not_an_object")
    unknown = [one for one in value if one not in shape.parts]
    if unknown:
        raise Malformed("unknown_part")
    return {part: _plain(shape.parts[part], value[part]) for part in sorted(value)}


def _plain(shape: Shape, value: object) -> Value:
    if shape.kind is Kind.MULTIPLE:
        return _several(shape.options, value)
    if shape.kind is Kind.BLANK:
        return _blanks(shape.blanks, value)
    if shape.kind is Kind.SHORT:
        return _text(value, shape.longest)
    if shape.kind is Kind.CASE:
        raise Malformed("case_within_case")
    if not isinstance(value, str):
        raise Malformed("not_an_option_id")
    return _known(shape.options, value)


def _several(options: Collection[str], value: object) -> list[str]:
    if not isinstance(value, list):
        raise Malformed("not_a_list")
    if len(value) > len(options):
        raise Malformed("too_many_options")
    chosen = [_known(options, one) for one in value]
    if len(set(chosen)) != len(chosen):
        raise Malformed("option_twice")
    return sorted(chosen)


def _known(options: Collection[str], one: object) -> str:
    if not isinstance(one, str) or one not in options:
        raise Malformed("unknown_option")
    return one


def _blanks(count: int, value: object) -> list[str]:
    if isinstance(value, str) and count == 1:
        value = [value]
    if not isinstance(value, list):
        raise Malformed("not_a_list")
    if not value:
        return []
    if len(value) != count:
        raise Malformed("wrong_number_of_blanks")
    return [_text(one, LONGEST_BLANK) for one in value]


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str):
        raise Malformed("not_a_text")
    if len(value) > longest:
        raise Malformed("text_too_long")
    if has_control(value):
        raise Malformed("control_characters")
    return value


def has_control(text: str) -> bool:
    """Whether a text holds what cannot be shown: control characters other than line ends and tabs, half surrogates."""
    return not text.isprintable() and any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\r\t" for sign in text)


def plain_text(text: str) -> str:
    """A text of a form as `fit` takes it: the soft line end of word processors becomes one of a text, what nobody sees goes."""
    lines = text.translate(dict.fromkeys(map(ord, "\v\f\x85"), "\n"))
    return "".join(sign for sign in lines if not has_control(sign)) if has_control(lines) else lines


def told(shape: Shape, value: Value | CaseValue) -> Value | CaseValue:
    """A stored answer as it is told again (interfaces.md §4.2): that of a single blank is its text, empty where it was taken back;
    that of a case of one question is the answer to it."""
    if isinstance(value, dict) and len(shape.parts) == 1:
        ((part, only),) = shape.parts.items()
        return _told(only, value.get(part, [] if only.kind is Kind.MULTIPLE else ""))
    if isinstance(value, dict):
        return {part: _told(shape.parts[part], one) if part in shape.parts else one for part, one in value.items()}
    return _told(shape, value)


def _told(shape: Shape, value: Value) -> Value:
    return "".join(value) if shape.kind is Kind.BLANK and shape.blanks == 1 else value


def is_answered(value: Value | CaseValue | None) -> bool:
    """Whether the question counts as answered: something is chosen, or something other than space is written."""
    if isinstance(value, dict):
        return any(is_answered(one) for one in value.values())
    if isinstance(value, list):
        return any(one.strip() for one in value)
    return bool(value and value.strip())
