"""What a person entered, as values of its kind. Pure. Nothing is repaired silently; each fault names its field."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.claims.rules.kinds import LIST_YEAR, Field, FieldType, Kind
from app.kernel.clock import KNOWN_YEARS
from app.ledger.rules.posting import list_fits

TITLE, NOTE, REASON = 120, 500, 500
"""Greatest lengths in characters."""
MOST_HOURS = Decimal(1000)
MARKUP = re.compile(r"<\s*[A-Za-z/!?]|&(#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+);|javascript\s*:", re.IGNORECASE)
"""What only a program writes into a text field: tags, entities, script addresses."""
UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
DAYS = date(KNOWN_YEARS[0], 1, 1), date(KNOWN_YEARS[-1], 12, 31)
"""First and last day that a claim may name."""
NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class Fault:
    """A field that cannot be taken: a stable code with its figures."""

    field: str
    code: str
    figures: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Entered:
    """A claim as entered. Empty parts are None or ''; `hours` is what the person claims, None for the suggestion."""

    title: str = ""
    occurred_from: date | None = None
    occurred_to: date | None = None
    hours: Decimal | None = None
    note: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def dates(self) -> int:
        """How many civil dates the activity touches; 0 while they are not known."""
        if self.occurred_from is None or self.occurred_to is None:
            return 0
        return (self.occurred_to - self.occurred_from).days + 1


def read(kind: Kind, words: Mapping[str, str]) -> tuple[Entered, tuple[Fault, ...]]:
    """What was entered, and what of it cannot be. Values of a field are kept as JSON keeps them: texts, ints, ISO days."""
    faults: list[Fault] = []

    def take(name: str, reader: Any) -> Any:
        text = (words.get(name) or "").strip()
        if not text:
            return None
        value = reader(text)
        if isinstance(value, Fault):
            faults.append(value)
            return None
        return value

    title = take("title", lambda text: plain_text("title", text, TITLE)) or ""
    first, last = (
        take("occurred_from", lambda text: _day("occurred_from", text)),
        take("occurred_to", lambda text: _day("occurred_to", text)),
    )
    hours = take("hours", lambda text: _figure("hours", text, Decimal("0.01"), MOST_HOURS))
    note = take("note", lambda text: plain_text("note", text, NOTE)) or ""
    values = {one.name: value for one in kind.fields if (value := take(one.name, lambda text, one=one: _value(one, text))) is not None}
    last = first if last is None and first is not None and "occurred_to" not in {fault.field for fault in faults} else last
    if first is not None and last is not None and last < first:
        faults.append(Fault("occurred_to", "ends_before"))
    faults += _list_faults(kind, values, last)
    faults += _leave_faults(kind, values)
    return Entered(title, first, last, hours, note, values), tuple(faults)


def _list_faults(kind: Kind, values: Mapping[str, Any], last: date | None) -> list[Fault]:
    """A list year goes with a public subject, and is the year of the last day or the one before (EX-E29)."""
    listed = [one.name for one in kind.fields if one.axis == LIST_YEAR and one.name in values]
    return [Fault(name, "no_list") for name in listed if last is not None and not list_fits(values[name], kind.subject_of(values), last)]


def _leave_faults(kind: Kind, values: Mapping[str, Any]) -> list[Fault]:
    """Nobody is on leave for longer than the class lasts."""
    if kind.attendance is None:
        return []
    whole, leave = (values.get(name) for name in kind.attendance)
    if whole is None or leave is None or Decimal(str(leave)) <= Decimal(str(whole)):
        return []
    return [Fault(kind.attendance[1], "more_leave", {"whole": whole})]


def missing(kind: Kind, entered: Entered) -> tuple[Fault, ...]:
    """What a claim needs before it can be handed in."""
    empty = [name for name, value in (("title", entered.title), ("occurred_from", entered.occurred_from)) if not value]
    empty += [one.name for one in kind.fields if one.is_required and one.name not in entered.values]
    return tuple(Fault(name, "needed") for name in empty)


def plain_text(name: str, text: str, most: int) -> str | Fault:
    """One spelling (NFC), within its length, no markup and nothing unprintable; line ends are kept as \\n."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > most:
        return Fault(name, "too_long", {"most": most})
    if UNPRINTED.search(text) or MARKUP.search(text):
        return Fault(name, "plain_text")
    return text


def _value(one: Field, text: str) -> Any:
    """The text of a field as its type, within its bounds."""
    if one.type is FieldType.TEXT:
        return plain_text(one.name, text, one.most)
    if one.type is FieldType.CHOICE:
        return text if text in one.choices else Fault(one.name, "no_choice")
    if one.type is FieldType.DATE:
        day = _day(one.name, text)
        return day if isinstance(day, Fault) else _bounded(one, day) or day.isoformat()
    if one.type is FieldType.INT:
        text = _folded(text)
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            return Fault(one.name, "whole_number")
        return _bounded(one, int(text)) or int(text)
    figure = _figure(one.name, text, one.least, one.most)
    return figure if isinstance(figure, Fault) else f"{figure:f}"


def _bounded(one: Field, value: Any) -> Fault | None:
    low = one.least is not None and value < one.least
    high = one.most is not None and value > one.most
    return Fault(one.name, "out_of_range", {"least": one.least, "most": one.most}) if low or high else None


def _folded(text: str) -> str:
    """Figures as an input method for Chinese writes them (１２．５) in the signs of others."""
    return unicodedata.normalize("NFKC", text)


def _figure(name: str, text: str, least: Decimal | None, most: Decimal | None) -> Decimal | Fault:
    text = _folded(text)
    if not NUMBER.fullmatch(text):
        return Fault(name, "number")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Fault(name, "number")
    if (least is not None and value < least) or (most is not None and value > most):
        return Fault(name, "out_of_range", {"least": least, "most": most})
    return value


def _day(name: str, text: str) -> date | Fault:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Fault(name, "no_day")
    return day if DAYS[0] <= day <= DAYS[1] else Fault(name, "out_of_range", {"least": DAYS[0], "most": DAYS[1]})
