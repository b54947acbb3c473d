"""What an answer may look like, before anyone asks whether it is right. Pure."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

OPTION_ID_LENGTH = 17
"""Characters of an opaque question or option id (see assembly.opaque)."""


class Kind(StrEnum):
    """Kinds of question. The last three are named now and accepted with the full examinations."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGE = "judge"
    BLANK = "blank"
    SHORT = "short"
    CASE = "case"


ACCEPTED = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE})
"""Kinds that can be written, sat and marked today."""

Value = str | list[str]


class Malformed(ValueError):
    """An answer that no option of the question can explain; the message is a stable reason code."""


def canonical(kind: Kind, options: Collection[str], value: object) -> Value:
    """`value` in the one form in which it is stored and compared, or Malformed.

    single and judge: one option id. multiple: a list of distinct option ids, kept in sorted order; the empty list
    takes the answer back. Nothing is coerced: a number, null or a list where an id belongs is refused (ATK-A55).
    """
    if kind is Kind.MULTIPLE:
        return _several(options, value)
    if kind not in ACCEPTED:
        raise Malformed("kind_not_accepted")
    if not isinstance(value, str):
        raise Malformed("not_an_option_id")
    return _known(options, value)


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


def is_answered(value: Value | None) -> bool:
    """Whether the question counts as answered: something is chosen."""
    return bool(value)
