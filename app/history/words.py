"""Sentences for what an import of past training finds; what a roll of people knows too is said by its words."""

from __future__ import annotations

from typing import Any

from app.history import service
from app.kernel.errors import Forbidden, NotFound
from app.kernel.i18n import _l
from app.ledger.service import YearClosed
from app.people import words as people
from app.people.rules.roll import Finding

FINDINGS: dict[str, tuple[Any, Any]] = {
    "credited_already": (
        _l("This training is in the person's ledger already, in line %(expected)s; it counts once."),
        _l("Leave the row out."),
    ),
    "days_taken": (
        _l("These dates are used up by other training; a date counts as one training day at most."),
        _l("Check the dates %(expected)s, or enter fewer training days."),
    ),
    "ends_before": (_l("The last day lies before the first."), _l("Give a day from %(expected)s on.")),
    "figure_missing": (_l("Neither hours nor training days are given."), _l("Fill in at least one of the two.")),
    "issuer_missing": (_l("A certificate number needs its issuer."), _l("Fill in who issued it.")),
    "leave_no_class": (_l("Leave is entered for classes only."), _l("Empty the cell, or correct the kind of training.")),
    "leave_no_rule": (
        _l("The rules of that year say nothing about leave from a class; none is taken off."),
        _l("Enter the hours that are to count."),
    ),
    "more_leave": (_l("There is more leave than the class has hours."), _l("Enter the hours of the whole class, or correct the leave.")),
    "no_list": (_l("This training cannot be on the list of that year."), _l("Public subjects only, and one of the years %(expected)s.")),
    "not_a_figure": (_l("This is not a number."), _l("Write digits only, such as %(expected)s.")),
    "other_name": (
        _l("Somebody of another name has this number here."),
        _l("Compare name and number with the identity card."),
    ),
    "over_leave": (
        _l("More than %(expected)s of the class was leave: by the rules it is not completed and gives no hours."),
        _l("Leave the row out, or correct hours and leave."),
    ),
    "own_training": (_l("Nobody certifies training of his own."), _l("Leave the row to the organ that manages you.")),
    "person_missing": (_l("The row names nobody."), _l("Fill in the ID number or the user name.")),
    "person_unknown": (_l("There is no such person here."), _l("Bring the person in first, or correct the number.")),
    "too_fine": (_l("Figures have two decimals at most."), _l("Round it down to %(expected)s.")),
    "too_many_days": (_l("There are more training days than dates."), _l("At most %(expected)s fit between first and last day.")),
    "too_many_hours": (_l("So many hours do not fit between first and last day."), _l("At most %(expected)s; correct hours or dates.")),
    "training_twice": (_l("This training stands in the file twice for the same person."), _l("Row %(expected)s has it too; keep one.")),
    "year_closed": (
        _l("The year %(expected)s is closed."),
        _l("Leave the row out and propose an adjustment under “Years”."),
    ),
}
"""A test holds these codes equal to those that the rules and the import give."""


TROUBLES: dict[str, Any] = {
    one.code: one.text
    for one in (service.HistoryRefused, service.MeanwhileCredited, service.FileGone, service.OwnLines, YearClosed, Forbidden, NotFound)
} | {service.BROKEN: _l("A fault stopped it. What is done stays done, and it goes on by itself or when you start it again.")}
"""Why background work on a file came to nothing."""


def trouble_word(trouble: dict[str, Any] | None) -> str:
    """Why the last work on a file came to nothing; empty where it did not."""
    if trouble is None:
        return ""
    text = str(TROUBLES.get(trouble["code"], TROUBLES[service.BROKEN]))
    return text % trouble["facts"] if "%(" in text else text


def told(finding: Finding) -> tuple[str, str]:
    """What is wrong and how to put it right, in the reader's language."""
    if finding.code not in FINDINGS:
        return people.told(finding)
    wrong, fix = FINDINGS[finding.code]
    expected = finding.expected or "–"
    return str(wrong) % {"expected": expected}, str(fix) % {"expected": expected}


def as_row(finding: Finding) -> dict[str, Any]:
    """A finding as the programming interface tells it."""
    wrong, fix = told(finding)
    return {"row": finding.row, "column": finding.column, "code": finding.code, "found": finding.found, "expected": finding.expected,
            "error": finding.is_error, "text": wrong, "fix": fix}  # fmt: skip
