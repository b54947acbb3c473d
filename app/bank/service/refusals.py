"""What the bank refuses, and with which sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.bank.rules.drafts import Fault
from app.kernel.errors import Invalid
from app.kernel.i18n import _l

SENTENCES: Mapping[str, Any] = {
    "empty": _l("Please fill this in."),
    "too_long": _l("This text is too long."),
    "control_characters": _l("This text contains characters that cannot be shown."),
    "kind_not_accepted": _l("Choose single choice, multiple choice or true/false."),
    "too_few_options": _l("At least two options are needed."),
    "too_many_options": _l("At most eight options are possible."),
    "same_option_twice": _l("Two options say the same."),
    "one_right_needed": _l("Mark exactly one option as right."),
    "two_right_needed": _l("Mark at least two options as right, or make it a single-choice question."),
    "points_outside": _l("Points are more than 0 and at most 100, with up to two decimals."),
    "second_outside_lecture": _l("This moment lies outside the lecture."),
}
"""The sentence of each fault code of rules/drafts.py."""


class Faulty(Invalid):
    """A draft with faults; `faults` lists them all, `field` names the first."""

    code = "faulty_draft"

    def __init__(self, found: Sequence[Fault], sentences: Mapping[str, Any] = SENTENCES) -> None:
        super().__init__(sentences[found[0].code], field=found[0].field, faults=[{"field": one.field, "code": one.code} for one in found])
        self.found = tuple(found)
