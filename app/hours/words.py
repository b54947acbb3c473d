"""What the shipped rule sets say about themselves, in the reader's language; a rule set of one's own says it in its file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.kernel.i18n import _, _l
from app.kernel.presentation import day_text
from app.kernel.quantity import hours_text, in_percent
from app.ledger.service import Shut
from app.rulebook.rules import RuleSet

NOTES: Mapping[str, Any] = {
    "demo@1": _l(
        "Rules of the example city: party and government by the national rules, professionals by the continuing education of Guangdong, "
        "enterprise managers by centralised training of the year and network study, which is a convention of this example. Network courses "
        "outside the lists of subjects count as own choice."
    ),
    "seed-2006@1": _l(
        "Conventions of this rule set: a day has 6 hours (72 = 12 × 6), a month 30 calendar days of training; self-study may fill a third "
        "of the hours of professionals, which is switched off; appointment training is due within a year."
    ),
    "gd-cpe-2021@1": _l(
        "The day of grace of public subjects was found in a secondary source and has to be checked before it is relied on."
    ),
    "mohrss-2015@1": _l("At least 90 hours a year, of which at least two thirds in professional subjects."),
    "nj-legacy@1": _l("A day has 6 hours, half a day 3. Shows caps, fixed amounts, multipliers and carrying over."),
    "sx-credit@1": _l(
        "The least credits of a year were not found in the original; 50 stand here for the time being and have to be checked."
    ),
}


CLASSES: Mapping[str, Any] = {
    "bureau_refresher": _l("Refresher classes for the bureau level"),
    "division_training": _l("Training classes for the division level"),
    "section_appointment": _l("Appointment classes for the section level"),
    "induction": _l("Induction classes"),
    "women": _l("Classes for women cadres"),
    "united_front_policy": _l("Classes on united-front policy"),
    "united_front_staff": _l("Classes for united-front staff"),
    "democratic_parties_nonparty": _l("Classes for democratic parties and people without party"),
    "trade_union": _l("Classes for trade-union cadres"),
    "soe_senior_seminar": _l("Seminars for senior managers of state enterprises"),
}
DEADLINES: Mapping[str, Any] = {
    "plan_declaration": _l("Plans of the next year are declared"),
    "annual_summary": _l("The summary of the year is handed in"),
    "elective_course_evaluation": _l("Elective courses are evaluated"),
    "ce_management_public_and_soe": _l("Continuing education is managed in public institutions and state enterprises"),
    "ce_full_coverage": _l("Continuing education covers everybody"),
}
INDICATORS: Mapping[str, Any] = {
    "budget_ratio": _l("Training funds, as a share of wages"),
    "per_capita_growth": _l("Training funds per person"),
}
REASONS: Mapping[str, Any] = {
    "unmet_personal": _l("Not completed for personal reasons"),
    "unmet_organizational": _l("Not completed for reasons of the organisation"),
    "pending": _l("Not completed, and not yet decided why"),
    "exempt": _l("Exempt"),
    "excellent": _l("Completed and appraised as excellent"),
}
MERIT: Mapping[str, Any] = {
    "eligible": _l("may be considered for merit awards"),
    "eligible_with_makeup": _l("may be considered for merit awards once the training is made up"),
    "ineligible": _l("not considered for merit awards"),
    "blocked": _l("not considered until it is decided"),
    "priority": _l("considered first for merit awards"),
}


def shut_word(year: Shut | None) -> str:
    """That a year is closed, or was restated since, and when; nothing of an open one."""
    if year is None:
        return ""
    day = day_text(year.at)
    if year.is_restated:
        return str(_("%(year)s, restated on %(day)s", year=year.year, day=day))
    return str(_("%(year)s, closed on %(day)s", year=year.year, day=day))


def percent(share: str | Decimal) -> str:
    """A share of a rule file, which may be a fraction, in percent."""
    return f"{hours_text(in_percent(share))}%"


def named(words: Mapping[str, Any], code: str) -> str:
    """The word for a code of a rule file; one that nobody has a word for stays as it stands there."""
    return str(words.get(code, code))


def rule_note(book: RuleSet) -> str:
    """The remark of a rule set."""
    return str(NOTES.get(book.pin) or book.body.get("note") or "")
