"""What can be claimed, as frozen values read from content/claims.yaml. Pure: no files, no database, no clock."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.rulebook.rules.model import Title

Path = tuple[str | int, ...]
RESERVED = frozenset({"kind", "title", "occurred_from", "occurred_to", "hours", "note", "evidence", "csrf_token"})
"""Names of what every claim has; no kind may give them to a field of its own."""

SUBJECT, LIST_YEAR = "subject_kind", "list_year"
SUBJECTS = frozenset({"public", "professional", "elective"})


class FieldType(StrEnum):
    """What a field of a kind may hold."""

    INT = "int"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"


class By(StrEnum):
    """How a suggestion is reckoned."""

    DAY = "day"
    MINUTES = "minutes"
    UNIT = "unit"
    CHOICE = "choice"
    HOURS = "hours"


@dataclass(frozen=True)
class Field:
    """One thing a kind asks for. Bounds are of the number, the day, or the length of the text."""

    name: str
    title: Title
    type: FieldType
    is_required: bool = False
    least: Any = None
    most: Any = None
    choices: Mapping[str, Title] = dataclasses.field(default_factory=dict)
    axis: str = ""
    """What of the ledger line this field says, where it says any of it."""


@dataclass(frozen=True)
class Suggest:
    """How the hours of a claim are suggested; `each` by choice for BY CHOICE."""

    by: By
    field: str = ""
    share: Decimal = Decimal(1)
    per: int = 1
    hours: Decimal = Decimal(0)
    each: Mapping[str, Decimal] = dataclasses.field(default_factory=dict)
    gives_days: bool = False
    at_most: Decimal | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of study elsewhere: its fields, its proof, how it is worth something, how it stands in the ledger."""

    id: str
    title: Title
    about: Title
    title_label: Title
    category: str
    delivery: str
    fields: tuple[Field, ...]
    evidence_at_least: int
    evidence_what: Title
    suggest: Suggest
    is_exact: bool
    is_certificate: bool
    off_post: bool = False
    overseas: bool = False
    is_retired: bool = False
    subject_kind: str | None = None
    attendance: tuple[str, str] | None = None
    """The fields that hold the hours of a class and those of leave from it; None for what is no class."""

    def subject_of(self, values: Mapping[str, Any]) -> str | None:
        """The subject of continuing education: as chosen where the kind lets one choose, else that of the kind."""
        return next((values[one.name] for one in self.fields if one.axis == SUBJECT and values.get(one.name)), self.subject_kind)

    def axes_of(self, values: Mapping[str, Any], subject: str | None = None) -> dict[str, Any]:
        """Further axes of the line (decisions 19), as entered; only those that were. Another subject than public is on no list."""
        said = {one.axis: values.get(one.name) for one in self.fields if one.axis and one.axis != SUBJECT}
        is_listed = subject in (None, "public")
        return {axis: value for axis, value in said.items() if value is not None and (axis != LIST_YEAR or is_listed)}


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: Monday to Friday, but for public holidays and the days that are worked instead."""

    closed: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()

    def is_worked(self, day: date) -> bool:
        """Whether offices work on that day."""
        return day in self.open or (day.weekday() < 5 and day not in self.closed)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day, which itself does not count."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_worked(day)
        return day


@dataclass(frozen=True)
class Book:
    """The whole file: kinds in the order of the page, time limits in working days, the calendar."""

    version: int
    kinds: Mapping[str, Kind]
    unit_days: int
    certify_days: int
    appeal_days: int
    calendar: Calendar

    @property
    def offered(self) -> tuple[Kind, ...]:
        """Kinds that can still be claimed."""
        return tuple(kind for kind in self.kinds.values() if not kind.is_retired)


def faults(body: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What no shape can say: names used twice, days no calendar has, suggestions that lean on nothing."""
    yield from _calendar_faults(body["calendar"])
    seen: set[str] = set()
    for place, row in enumerate(body["kinds"]):
        here: Path = ("kinds", place)
        if row["id"] in seen:
            yield (*here, "id"), f"the kind {row['id']} is used twice"
        seen.add(row["id"])
        yield from _field_faults(row, here)
        yield from _suggest_faults(row, here)
        if row["key"] == "certificate" and not {"issuer", "cert_no"} <= _required(row):
            yield (*here, "key"), "a kind that is known by its certificate needs the required fields issuer and cert_no"
        yield from _class_faults(row, here)
        if row.get("off_post") and row["dates"] != "exact":
            yield (*here, "dates"), "training off the post has exact dates"


def _required(row: Mapping[str, Any]) -> set[str]:
    return {one["name"] for one in row["fields"] if one.get("required")}


def _calendar_faults(body: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for place, span in enumerate(body["closed"]):
        days = [_day(span[end]) for end in ("from", "to")]
        for end, day in zip(("from", "to"), days, strict=True):
            if day is None:
                yield ("calendar", "closed", place, end), f"no calendar has the day {span[end]}"
        if days[0] and days[1] and days[0] > days[1]:
            yield ("calendar", "closed", place, "to"), f"the holiday ends before it begins ({span['from']})"
    for place, word in enumerate(body["open"]):
        if _day(word) is None:
            yield ("calendar", "open", place), f"no calendar has the day {word}"


def _field_faults(row: Mapping[str, Any], here: Path) -> Iterator[tuple[Path, str]]:
    seen: set[str] = set()
    for place, one in enumerate(row["fields"]):
        at: Path = (*here, "fields", place)
        if one["name"] in seen or one["name"] in RESERVED:
            yield (*at, "name"), f"the name {one['name']} is taken"
        seen.add(one["name"])
        is_choice = one["type"] == "choice"
        if is_choice != ("choices" in one):
            yield (*at, "type"), "choices belong to a field of type choice, and to no other"
        values = [choice["value"] for choice in one.get("choices", ())]
        if len(values) != len(set(values)):
            yield (*at, "choices"), "a choice stands here twice"
        for end in ("min", "max"):
            if end in one and _bound(one["type"], one[end]) is None:
                yield (*at, end), f"this is no bound of a field of type {one['type']}"
        if {"min", "max"} <= one.keys():
            low, high = _bound(one["type"], one["min"]), _bound(one["type"], one["max"])
            if low is not None and high is not None and low > high:
                yield (*at, "max"), "the greatest value is less than the least"
        if one["type"] == "text" and "max" not in one:
            yield (*at, "type"), "a text needs its greatest length as max"
    yield from _axis_faults(row, here)


def _axis_faults(row: Mapping[str, Any], here: Path) -> Iterator[tuple[Path, str]]:
    """A field says at most one axis of the line, no two the same; a list year is a whole number, the others are chosen."""
    seen: set[str] = set()
    for place, one in enumerate(row["fields"]):
        axis, at = one.get("axis"), (*here, "fields", place, "axis")
        if axis is None:
            continue
        if axis in seen:
            yield at, f"the axis {axis} is said twice"
        seen.add(axis)
        if one["type"] != ("int" if axis == LIST_YEAR else "choice"):
            yield at, f"the axis {axis} needs a field of type {'int' if axis == LIST_YEAR else 'choice'}"
        if axis == SUBJECT and not {choice["value"] for choice in one.get("choices", ())} <= SUBJECTS:
            yield at, "a subject is one of public, professional and elective"


def _suggest_faults(row: Mapping[str, Any], here: Path) -> Iterator[tuple[Path, str]]:
    suggest, at = row["suggest"], (*here, "suggest")
    by = By(suggest["by"])
    types = {one["name"]: one["type"] for one in row["fields"]}
    if by is By.DAY:
        share = Decimal(suggest.get("share", "0"))
        if not 0 < share <= 1:
            yield at, "a suggestion by day needs a share above 0, at most 1"
        return
    name = suggest.get("field", "")
    allowed = {By.MINUTES: {"int"}, By.UNIT: {"int", "decimal"}, By.CHOICE: {"choice"}, By.HOURS: {"decimal", "int"}}[by]
    if types.get(name) not in allowed or name not in _required(row):
        yield (*at, "field"), f"a suggestion by {by} needs a required field of type {' or '.join(sorted(allowed))}"
    hours = suggest.get("hours")
    if by is By.UNIT and not ("per" in suggest and isinstance(hours, str)):
        yield at, "a suggestion by unit needs per and hours"
    if by is By.CHOICE:
        values = next(([c["value"] for c in one.get("choices", ())] for one in row["fields"] if one["name"] == name), [])
        if not isinstance(hours, Mapping) or set(hours) != set(values):
            yield (*at, "hours"), "every choice needs its hours, and nothing else has any"


def _class_faults(row: Mapping[str, Any], here: Path) -> Iterator[tuple[Path, str]]:
    """The hours of a class and of leave from it are two figures among the fields."""
    said = row.get("attendance")
    if said is None:
        return
    figures = {one["name"] for one in row["fields"] if one["type"] == "decimal"}
    for part in ("class_hours", "leave_hours"):
        if said[part] not in figures:
            yield (*here, "attendance", part), "attendance names fields of type decimal"
    if said["class_hours"] == said["leave_hours"]:
        yield (*here, "attendance", "leave_hours"), "the hours of the class and those of leave are two fields"


def _day(word: Any) -> date | None:
    try:
        return date.fromisoformat(str(word))
    except ValueError:
        return None


def _bound(type_: str, value: Any) -> Any:
    """A bound as a value of its field; None for what cannot bound it."""
    if type_ in ("int", "text"):
        return value if isinstance(value, int) and (type_ == "int" or value > 0) else None
    if type_ == "decimal":
        return Decimal(value) if isinstance(value, int) or (isinstance(value, str) and "-" not in value) else None
    return _day(value) if type_ == "date" else None


def read(body: Mapping[str, Any]) -> Book:
    """A body of valid shape and without faults as values."""
    calendar, limits = body["calendar"], body["deadlines"]
    closed = {day for span in calendar["closed"] for day in _days(date.fromisoformat(span["from"]), date.fromisoformat(span["to"]))}
    return Book(
        body["version"], {row["id"]: _kind(row) for row in body["kinds"]}, limits["unit_check"], limits["certify"], limits["appeal"],
        Calendar(frozenset(closed), frozenset(map(date.fromisoformat, calendar["open"]))),
    )  # fmt: skip


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _kind(row: Mapping[str, Any]) -> Kind:
    return Kind(
        row["id"],
        Title(**row["title"]),
        Title(**row["about"]),
        Title(**row["title_label"]),
        row["category"],
        row["delivery"],
        tuple(_field(one) for one in row["fields"]),
        row["evidence"]["at_least"],
        Title(**row["evidence"]["what"]),
        _suggest(row["suggest"]),
        row["dates"] == "exact",
        row["key"] == "certificate",
        row.get("off_post", False),
        row.get("overseas", False),
        row.get("retired", False),
        row.get("subject_kind"),
        (row["attendance"]["class_hours"], row["attendance"]["leave_hours"]) if "attendance" in row else None,
    )


def _field(one: Mapping[str, Any]) -> Field:
    least, most = (_bound(one["type"], one[end]) if end in one else None for end in ("min", "max"))
    choices = {choice["value"]: Title(**choice["title"]) for choice in one.get("choices", ())}
    return Field(one["name"], Title(**one["title"]), FieldType(one["type"]), one.get("required", False), least, most, choices,
                 one.get("axis", ""))  # fmt: skip


def _suggest(row: Mapping[str, Any]) -> Suggest:
    hours = row.get("hours", "0")
    each = {name: Decimal(value) for name, value in hours.items()} if isinstance(hours, Mapping) else {}
    return Suggest(
        By(row["by"]),
        row.get("field", ""),
        Decimal(row.get("share", "1")),
        row.get("per", 1),
        Decimal(0) if each else Decimal(hours),
        each,
        row.get("days", False),
        Decimal(row["at_most"]) if "at_most" in row else None,
    )
