"""The sentences of years: states, reasons, merit, acts. Codes come from the rules, words stand here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.i18n import _, _l, locale_code
from app.rulebook.rules import RuleSet

STATES: Mapping[str, tuple[Any, str]] = {
    "open": (_l("Open"), "a"),
    "closing": (_l("Being closed"), "o"),
    "closed": (_l("Closed"), "m"),
    "restated": (_l("Restated"), "c"),
}
PROPOSALS: Mapping[str, tuple[Any, str]] = {
    "proposed": (_l("Waits for the second person"), "o"),
    "approved": (_l("Approved"), "m"),
    "refused": (_l("Refused"), "c"),
}
KINDS: Mapping[str, Any] = {"adjustment": _l("Adjustment"), "reversal": _l("Reversal"), "credit": _l("Credit")}
REASONS: Mapping[str, Any] = {
    "personal": _l("Personal reasons"),
    "organizational": _l("Reasons of the organisation"),
    "exempt": _l("Exempt"),
    "pending": _l("Not decided"),
}
MERIT: Mapping[str, tuple[Any, str]] = {
    "eligible": (_l("May be considered for merit awards"), "m"),
    "eligible_with_makeup": (_l("May be considered for merit awards once the training is made up"), "o"),
    "ineligible": (_l("Not considered for merit awards"), "c"),
    "blocked": (_l("Not considered until it is decided"), "o"),
    "priority": (_l("Considered first for merit awards"), "m"),
}
ACTS: Mapping[str, Any] = {
    "closing": _l("Began to close the year"),
    "open": _l("Sent back"),
    "closed": _l("Closed the year"),
    "restated": _l("The year was restated"),
    "issued": _l("Report issued"),
    "proposed": _l("Proposed"),
    "approved": _l("Approved"),
    "refused": _l("Refused"),
    "tried": _l("Tried on everybody"),
    "explained": _l("Explained"),
    "decided": _l("Decided"),
}
STANDS: Mapping[str, Any] = {"met": _l("Met"), "short": _l("Short"), "exempt": _l("Exempt"), "none": _l("Not touched")}
STATUSES: Mapping[str, Any] = {
    "met": _l("Met"), "unmet": _l("Unmet"), "not_yet_due": _l("Not yet due"), "exempt": _l("Exempt"), "none": _l("Not touched"),
}  # fmt: skip


def requirement(book: RuleSet, name: str) -> str:
    """A requirement as people say it; all of them together have a word, too."""
    title = next((one.title for one in book.requirements if one.id == name), None)
    if title is None:
        return str(_("All together")) if name == "*" else name
    return title.en if locale_code() == "en" else title.zh


def who(name: str) -> str:
    """Who did it; what no person did, the college did by itself."""
    return str(_("the college itself")) if name in ("years", "demo", "system") else name


def because(act: str, reason: str) -> str:
    """The reason of an act; of a report its number."""
    return str(_("Issue %(number)s", number=reason)) if act == "issued" else reason
