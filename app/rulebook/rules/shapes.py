"""Small shapes that several blocks of a rule file share: conditions on lines, caps, flats, multipliers. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .model import Cap, Clause, Flat, Multiplier, Selector

CONDITIONS = (
    "category", "class_type", "subject_kind", "framework", "delivery", "selection", "level", "institution_kind", "result",
    "mandatory", "off_post", "overseas",
)  # fmt: skip
"""Fields of a ledger line that a rule may ask about."""


def clause(row: Mapping[str, Any]) -> Clause:
    """Conditions in the order of CONDITIONS; each holds for one value or for any of a list."""
    return tuple((name, _values(row[name])) for name in CONDITIONS if name in row)


def selector(row: Mapping[str, Any]) -> Selector:
    """Conditions and, for classes, their length in training days."""
    when = row.get("when", {})
    return Selector(clause(row), _decimal(when.get("days_gt")), _decimal(when.get("days_le")))


def cap(row: Mapping[str, Any]) -> Cap:
    """At most so many hours, for each class or for the year."""
    return Cap(selector(row), row["per"] == "year", Decimal(row["hours"]))


def flat(row: Mapping[str, Any]) -> Flat:
    """So many hours, whatever the line says."""
    return Flat(selector(row), Decimal(row["hours"]))


def multiplier(row: Mapping[str, Any]) -> Multiplier:
    """Hours count so many times."""
    return Multiplier(selector(row), Decimal(row["factor"]))


def _values(value: Any) -> frozenset[str | bool | None]:
    """One value or several; `none` is the absence of one."""
    return frozenset(None if one == "none" else one for one in (value if isinstance(value, list) else [value]))


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
