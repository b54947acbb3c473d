"""What the shipped rule sets say about themselves, in the reader's language; a rule set of one's own says it in its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.i18n import _l
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


def rule_note(book: RuleSet) -> str:
    """The remark of a rule set."""
    return str(NOTES.get(book.pin) or book.body.get("note") or "")
