"""What a corrected key is made of, and the key it makes of the one that stood. Pure.

A correction says, by the kind of what it corrects: of a choice the letters that are right now; of blanks, for each of them, what
is right besides and what is right no longer (a text alone is one more answer); of a case the parts that are corrected, each with
a correction of its own. A part that is not named keeps its key. It always starts from the key of the version, so the last holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.bank.rules.answers import CHOICE, LONGEST_BLANK, Kind, has_control
from app.bank.rules.blanks import Blank

KEYED = CHOICE | {Kind.BLANK, Kind.CASE}
"""Kinds the college marks by a key; a written answer has none."""
MOST_ANSWERS = 20
"""Answers that may be added to one blank, or taken back from it."""

Correction = Sequence[Any]


class NotAKey(ValueError):
    """What is said cannot be the key of such a question."""


@dataclass(frozen=True)
class Keyed:
    """A question, or a part of a case, with the key that stands: letters of its options, its right ones, blanks and parts."""

    kind: Kind
    letters: Sequence[str] = ()
    right: Sequence[str] = ()
    hidden: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)


def corrected(one: Keyed, said: Correction) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The right options and the hidden half (packed.secret) as they are now, or NotAKey."""
    if one.kind in CHOICE:
        return _letters(one, said), dict(one.hidden)
    if one.kind is Kind.BLANK:
        return tuple(one.right), {**one.hidden, "blanks": _blanks(one.hidden["blanks"], said)}
    if one.kind is Kind.CASE:
        return tuple(one.right), {**one.hidden, "parts": _parts(one, said)}
    raise NotAKey(one.kind)


def _letters(one: Keyed, said: Correction) -> tuple[str, ...]:
    if not said or not all(isinstance(each, str) for each in said) or not set(said) <= set(one.letters):
        raise NotAKey(said)
    if one.kind is not Kind.MULTIPLE and len(said) != 1:
        raise NotAKey(said)
    return tuple(sorted(set(said)))


def _blanks(blanks: Sequence[Mapping[str, Any]], said: Correction) -> list[dict[str, Any]]:
    if len(said) != len(blanks):
        raise NotAKey(said)
    changes = [_change(each) for each in said]
    if not any(more or less for more, less in changes):
        raise NotAKey(said)
    return [_blank(blank, more, less) for blank, (more, less) in zip(blanks, changes, strict=True)]


def _change(said: Any) -> tuple[list[str], list[str]]:
    """What is right besides, and no longer, of one blank."""
    found = {"add": [said]} if isinstance(said, str) else said
    if not isinstance(found, Mapping) or not found.keys() <= {"add", "drop"}:
        raise NotAKey(said)
    more, less = (_texts(found.get(name, [])) for name in ("add", "drop"))
    return more, less


def _texts(said: Any) -> list[str]:
    if not isinstance(said, list | tuple) or len(said) > MOST_ANSWERS or not all(isinstance(one, str) for one in said):
        raise NotAKey(said)
    if any(len(one) > LONGEST_BLANK or has_control(one) for one in said):
        raise NotAKey(said)
    return [one.strip() for one in said if one.strip()]


def _blank(blank: Mapping[str, Any], more: Sequence[str], less: Sequence[str]) -> dict[str, Any]:
    """One blank without what is taken back (it must have been accepted) and with what is added; something must stay right."""
    folded = Blank((), blank["ignores_case"], blank["ignores_width"]).folded
    gone = {folded(one) for one in less}
    if not gone <= {folded(text) for text, _share, _tolerance in blank["accepted"]}:
        raise NotAKey(less)
    accepted = [row for row in blank["accepted"] if folded(row[0]) not in gone] + [[one, "1", None] for one in more]
    if not accepted:
        raise NotAKey(less)
    return {**blank, "accepted": accepted}


def _parts(case: Keyed, said: Correction) -> dict[str, Any]:
    if not said or not all(isinstance(each, list | tuple) and len(each) == 2 for each in said):
        raise NotAKey(said)
    faces = {face["part"]: face for face in case.shown.get("parts", ())}
    parts = dict(case.hidden["parts"])
    names = [name for name, _correction in said]
    if not all(isinstance(name, str) and name in faces for name in names) or len(set(names)) != len(names):
        raise NotAKey(said)
    for name, correction in said:
        if not isinstance(correction, list | tuple):
            raise NotAKey(said)
        face, kept = faces[name], parts[name]
        part = Keyed(Kind(face["kind"]), [letter for letter, _text in face["options"]], kept["right"], kept, face)
        right, hidden = corrected(part, correction)
        parts[name] = {**hidden, "right": list(right)}
    return parts
