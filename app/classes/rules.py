"""What a training class must be, and how it stands on a day. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.kernel.clock import KNOWN_YEARS
from app.ledger.rules.posting import Category
from app.people.rules.jurisdiction import is_under


class ClassState(StrEnum):
    """How a class stands; nobody moves it but the calendar, and whoever cancels it."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


CATEGORIES = (
    Category.DISPATCH, Category.MAIN_CLASS, Category.SPECIAL_CLASS, Category.ELECTIVE, Category.OVERSEAS, Category.OWN_UNIT_CLASS,
)  # fmt: skip
"""The categories of the ledger's closed list that a class can be of (REQ-P01)."""

LONGEST_TITLE, LONGEST_PLACE, LONGEST_REASON, LONGEST_DAYS = 120, 120, 500, 1100
"""Signs of a title, of a place and of a reason; calendar days of a class (three years)."""
MOST_HOURS = Decimal(5000)
CITY, CITY_KINDS = "city", ("city_organ", "party_school")
"""Level and kinds of the units whose classes take people of the whole city; the unit of that kind is the city itself, which has none."""


@dataclass(frozen=True)
class Terms:
    """A class as somebody enters it; `unit` is the code of the unit that organises it, both days are inclusive.

    `place` is where its members come to, in one line; empty where that is not known yet, or nowhere.
    """

    code: str
    title: str
    category: str
    unit: str
    starts_on: date
    ends_on: date
    hours: Decimal = Decimal(0)
    days: Decimal = Decimal(0)
    off_post: bool = True
    place: str = ""


@dataclass(frozen=True)
class Fault:
    """A field that cannot be so, and a code for why."""

    field: str
    code: str


def state_on(day: date, starts_on: date, ends_on: date, *, is_cancelled: bool = False) -> ClassState:
    """How a class stands on a day: running from its first to its last one, both included, unless it is cancelled."""
    if is_cancelled:
        return ClassState.CANCELLED
    if day < starts_on:
        return ClassState.PLANNED
    return ClassState.RUNNING if day <= ends_on else ClassState.ENDED


def may_cancel(state: ClassState) -> bool:
    """What has ended has taken place, and what is cancelled is cancelled once."""
    return state in (ClassState.PLANNED, ClassState.RUNNING)


def terms_faults(terms: Terms, unread: Collection[str] = ()) -> list[Fault]:
    """What keeps these terms from being those of a class, in the order of the form.

    Of fields that could not be read (`unread`) nothing is said, nor of what depends on them: the others are told all the same.
    """
    found = []
    if not re.fullmatch(r"[\w.\-]{1,40}", terms.code):
        found.append(Fault("code", "code_outside"))
    if not 1 <= len(terms.title.strip()) <= LONGEST_TITLE or not terms.title.isprintable():
        found.append(Fault("title", "title_outside"))
    if terms.category not in set(CATEGORIES):
        found.append(Fault("category", "category_unknown"))
    if len(terms.place.strip()) > LONGEST_PLACE or not terms.place.isprintable():
        found.append(Fault("place", "place_outside"))
    found += _day_faults(terms, unread)
    if not _is_amount(terms.hours, MOST_HOURS):
        found.append(Fault("hours", "hours_outside"))
    if not {"starts_on", "ends_on"} & {*unread, *(one.field for one in found)}:
        most = Decimal((terms.ends_on - terms.starts_on).days + 1)
        if not _is_amount(terms.days, most):
            found.append(Fault("days", "days_outside"))
    return [one for one in found if one.field not in unread]


def _day_faults(terms: Terms, unread: Collection[str]) -> list[Fault]:
    known = [name for name in ("starts_on", "ends_on") if name not in unread]
    far = [name for name in known if getattr(terms, name).year not in KNOWN_YEARS]
    if far or len(known) < 2:
        return [Fault(name, "day_outside") for name in far]
    if terms.ends_on < terms.starts_on:
        return [Fault("ends_on", "days_backwards")]
    return [Fault("ends_on", "too_long")] if (terms.ends_on - terms.starts_on).days >= LONGEST_DAYS else []


def _is_amount(amount: Decimal, most: Decimal) -> bool:
    return amount.is_finite() and 0 <= amount <= most and amount == round(amount, 2)


def reason_faults(reason: str) -> list[Fault]:
    """What keeps this from being a reason."""
    said = reason.strip()
    return [] if 1 <= len(said) <= LONGEST_REASON else [Fault("reason", "reason_outside" if said else "reason_needed")]


@dataclass(frozen=True)
class Reach:
    """The units whose classes somebody keeps, as paths: those at and below `own` and `overseen`, or all of them."""

    own: Sequence[str] = ()
    overseen: Sequence[str] = ()
    is_all: bool = False

    @property
    def tops(self) -> list[str]:
        """The units at the top of those that are reached, where they are not all."""
        return sorted({*self.own, *self.overseen})

    def keeps(self, path: str) -> bool:
        """Whether the classes of a unit are his to keep."""
        return self.is_all or any(is_under(path, top) for top in self.tops)

    def is_own(self, path: str) -> bool:
        """Whether a unit is his own or lies below it: of its classes he sees everybody (domain.md §9)."""
        return any(is_under(path, top) for top in self.own)
