"""The words of training classes: states, categories, acts, and the sentence of each fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.classes import rules
from app.classes.rules import ClassState
from app.kernel.i18n import _, _l, _n, together
from app.ledger import words as ledger

STATES: Mapping[str, tuple[Any, str, str]] = {
    ClassState.PLANNED: (_l("Planned"), "", "calendar-days"), ClassState.RUNNING: (_l("Under way"), "m", "circle-play"),
    ClassState.ENDED: (_l("Ended"), "", "circle-check"), ClassState.CANCELLED: (_l("Cancelled"), "c", "ban"),
}  # fmt: skip
"""Word, tone and picture of each state."""

CATEGORIES: Mapping[str, Any] = {one: ledger.CATEGORIES[one] for one in rules.CATEGORIES}

ACTS: Mapping[str, Any] = {
    "entered": _l("Class entered"), "changed": _l("Changed"), "cancelled": _l("Cancelled"), "enrolled": _l("Enrolled"),
    "withdrawn": _l("Membership ended"),
}  # fmt: skip

SENTENCES: Mapping[str, Any] = {
    "code_outside": _l("A code has 1 to 40 letters, digits, dots or dashes, without spaces."),
    "code_taken": _l("Another class has this code already."),
    "title_outside": _l("A title has 1 to 120 characters in one line."),
    "place_outside": _l("A place has at most 120 characters in one line."),
    "category_unknown": _l("Choose one of the categories of the list."),
    "unit_unknown": _l("There is no unit with this code."),
    "unit_whole": _l("The city itself organises no class. Name the organ or the school that does."),
    "unit_foreign": _l("You do not keep the classes of this unit."),
    "day_outside": _l("A day lies in the years 2000 to 2100."),
    "days_backwards": _l("The last day lies before the first."),
    "too_long": _l("A class lasts three years at most."),
    "hours_outside": _l("The hours lie between 0 and 5,000, with at most two decimals."),
    "days_outside": _l("The training days lie between 0 and the calendar days of the class, with at most two decimals."),
    "reason_needed": _l("Please give a reason."),
    "reason_outside": _l("A reason has 500 characters at most."),
    "person_unknown": _l("There is nobody of this user name within your scope."),
    "named_twice": _l("This name stands in the list twice; the first counts."),
    "oneself": _l("Nobody enrols or withdraws himself; somebody else does."),
    "in_another_class": _l("On the same days this person is in another off-post class, and cannot be in both."),
    "members_elsewhere": _l("Some of its members are in another off-post class on these days, and cannot be in both."),
    "list_empty": _l("There is nobody in this list."),
    "nobody_marked": _l("Mark whom it is about first."),
    "no_longer_serving": _l("This person serves no longer."),
    "list_too_long": _l("At most 5,000 people are enrolled at once. Please divide them."),
    "file_unread": _l("This file is neither an XLSX workbook nor a CSV table. Save it as XLSX and try again."),
}


def enrolled_word(fresh: int, same: int, left: int) -> str:
    """What came of people who were to be enrolled; what is nobody is not said, but that nobody came in."""
    said = [_n("%(num)s person was enrolled.", "%(num)s persons were enrolled.", fresh) if fresh else _("Nobody was enrolled.")]
    if same:
        said.append(_n("%(num)s was in the class before.", "%(num)s were in the class before.", same))
    if left:
        said.append(_n("%(num)s was left out.", "%(num)s were left out.", left))
    return together(said)
