"""The sentences of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.claims import service as claims
from app.claims.rules import Act
from app.desk.models import Held
from app.desk.rules import BULK, OF_COURSES, HeldState, Step
from app.kernel.i18n import _, _l, _n
from app.kernel.quantity import hours_text

CODES: Mapping[str, Any] = {
    "same_title": _l("Same title"), "same_certificate_elsewhere": _l("Certificate used by another"), "same_file": _l("Same file again"),
    "same_file_elsewhere": _l("File of another person"), "overlap_class": _l("Overlaps a class"), "overlap_leave": _l("Overlaps leave"),
    "overlap_member": _l("In a class on these days"),
    "overlap_claim": _l("Overlaps a claim"), "late": _l("Handed in late"), "day_full": _l("Days already used"),
    "differs": _l("Hours differ"), "over_cap": _l("Above the yearly limit"), "over_leave": _l("Too much leave"),
}  # fmt: skip
"""A finding in two or three words, for the list."""

SERIOUS = frozenset({"same_file_elsewhere", "same_certificate_elsewhere", "overlap_class", "overlap_member", "overlap_leave", "over_leave"})


def code_word(code: str) -> str:
    """A finding as a tag."""
    return str(CODES.get(code, code))


def number(uid: UUID | str) -> str:
    """The number by which people speak of a claim: its moment to the millisecond and three digits by chance."""
    digits = str(uid).replace("-", "").upper()
    return f"{digits[:8]}-{digits[8:12]}-{digits[13:16]}"


def trail_reason(act: str, reason: str) -> str:
    """The reason of an act as people read it; why an attempt was refused stands in the trail as a code, as does a step left out."""
    return claims.why_refused(reason) if act == Act.REFUSED else "" if reason == "one_step" else reason


def step_word(step: Step) -> str:
    """A step as its tab says it."""
    return str({Step.CHECK: _("Unit check"), Step.CERTIFY: _("Certify"), Step.HEAR: _("Put before us")}[step])


def is_serious(code: str) -> bool:
    """Whether a finding is shown in red."""
    return code in SERIOUS


def first_words(held: Held) -> str:
    """What was decided, in one line."""
    if held.verb in OF_COURSES:
        return _courses_words(held)
    if held.verb in BULK:
        return _bulk_words(held)
    hours = hours_text(held.hours)
    match str(held.verb):
        case "certify" | "grant" if held.outcome.get("before_superior"):
            return str(_("Pass “%(title)s” with %(hours)s hours on to the superior: the year is closed", title=held.title, hours=hours))
        case "certify":
            return str(_("Certify “%(title)s” with %(hours)s hours", title=held.title, hours=hours))
        case "pass":
            return str(_("Pass “%(title)s”", title=held.title))
        case "reject":
            return str(_("Reject “%(title)s”", title=held.title))
        case "grant":
            return str(_("Grant the appeal on “%(title)s”: %(hours)s hours", title=held.title, hours=hours))
        case "uphold":
            return str(_("Let the decision on “%(title)s” stand", title=held.title))
        case _:
            return str(_("Return “%(title)s”", title=held.title))


def _bulk_words(held: Held) -> str:
    """What was decided on many claims."""
    hours = hours_text(held.hours)
    match str(held.verb):
        case "many":
            return str(_n("Certify %(num)s claim, %(hours)s hours", "Certify %(num)s claims, %(hours)s hours", held.count, hours=hours))
        case "pass_many":
            return str(_n("Pass %(num)s claim, %(hours)s hours", "Pass %(num)s claims, %(hours)s hours", held.count, hours=hours))
        case _:
            return str(_n("Return %(num)s claim", "Return %(num)s claims", held.count))


def _courses_words(held: Held) -> str:
    """What was decided on courses; one of them is called by its title."""
    hours = hours_text(held.hours)
    match str(held.verb):
        case "courses" if held.title:
            return str(_("Certify “%(title)s” with %(hours)s hours", title=held.title, hours=hours))
        case "courses":
            return str(_n("Certify %(num)s course, %(hours)s hours", "Certify %(num)s courses, %(hours)s hours", held.count, hours=hours))
        case "decline" if held.title:
            return str(_("Decline “%(title)s”", title=held.title))
        case "decline":
            return str(_n("Decline %(num)s course", "Decline %(num)s courses", held.count))
        case "take_back":
            return str(_("Take the %(hours)s hours of “%(title)s” back", title=held.title, hours=hours))
        case _:
            return str(_("“%(title)s” found right", title=held.title))


def held_words(held: Held, now: datetime) -> str:
    """Where a decision stands, in a sentence."""
    match HeldState(held.state):
        case HeldState.HELD:
            seconds = int((held.runs_at - now).total_seconds())
            if seconds > 0:
                return str(_("It is entered in %(seconds)s s; until then it can be undone.", seconds=seconds))
            return str(_("Its ten seconds are over; it is being entered."))
        case HeldState.UNDONE:
            return str(_("It was undone in time; nothing was entered."))
        case HeldState.REFUSED:
            told = [str(row[2]) for row in held.outcome.get("left_out", ())]
            return str(_("It was not entered: %(why)s", why=" ".join(told[:1])))
        case _:
            left = len(held.outcome.get("left_out", ()))
            done = int(held.outcome.get("certified", 0))
            if left:
                return str(_("Entered: %(done)s. Left out: %(left)s.", done=done, left=left))
            return str(_("It was entered."))


RETURN_REASONS = (_l("Please add the page with the seal"), _l("Please add a proof of the dates"), _l("The proof does not match the claim"))
"""What is often missing."""


def reasons_for(shown: Any) -> list[str]:
    """Reasons to choose from. None stands in the field by itself: who certifies over a finding says why (EX-E32)."""
    offered = [
        _("Certified by the hours that the rule gives"),
        _("Certified by the days printed on the certificate"),
        _("Checked with the organiser; the overlap is explained"),
        *map(str, RETURN_REASONS),
    ]
    return offered if shown is not None else []
