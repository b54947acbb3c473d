"""The sentences of claims: states, acts, findings, faults, suggestions. Codes come from the rules, words stand here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.claims.rules import Finding, Kind
from app.claims.rules.fields import Fault
from app.kernel.clock import span_text
from app.kernel.i18n import _, _l, locale_code, together
from app.kernel.quantity import hours_text
from app.rulebook.rules import Requirement
from app.rulebook.rules.model import Units
from app.rulebook.words import title

STATES: Mapping[str, Any] = {
    "draft": _l("Draft"),
    "submitted": _l("Waiting for the unit"),
    "unit_checked": _l("Waiting for certification"),
    "certified": _l("Certified"),
    "returned": _l("Returned to you"),
    "rejected": _l("Rejected"),
    "withdrawn": _l("Withdrawn"),
    "revoked": _l("Revoked"),
}
TONES: Mapping[str, str] = {
    "draft": "", "submitted": "o", "unit_checked": "o", "certified": "m", "returned": "o", "rejected": "c", "withdrawn": "", "revoked": "c",
}  # fmt: skip

ACTS: Mapping[str, Any] = {
    "start": _l("Claim begun"),
    "edit": _l("Changed"),
    "attach": _l("File added"),
    "detach": _l("File taken out"),
    "submit": _l("Claim handed in"),
    "withdraw": _l("Withdrawn"),
    "complete": _l("Taken back for completion"),
    "pass": _l("Passed by the unit"),
    "return": _l("Returned"),
    "certify": _l("Certified"),
    "reject": _l("Rejected"),
    "revoke": _l("Revoked"),
    "appeal": _l("Appealed"),
    "hear": _l("Appeal heard"),
    "escalate": _l("Escalated"),
    "put_up": _l("Put before a superior: the year is closed"),
    "turn_down": _l("Turned down by the superior"),
    "refused": _l("Attempt refused"),
}

FINDINGS: Mapping[str, Any] = {
    "future": _l("The last day, %(to)s, is still to come (today is %(today)s)."),
    "over_24_hours": _l("%(hours)s hours do not fit into %(dates)s day(s); at most %(most)s do."),
    "over_one_day": _l("%(days)s training days were claimed for %(dates)s day(s) of the calendar."),
    "credited": _l("This activity is already in the ledger, in line %(seq)s; it counts once."),
    "claimed_already": _l("The same activity is in another claim that is open or certified."),
    "same_title": _l("The same title was credited or claimed before (%(span)s)."),
    "same_certificate_elsewhere": _l("Another person has claimed the same certificate number."),
    "same_file": _l("The same picture or file proves another claim of the same person."),
    "same_file_elsewhere": _l("The same picture or file proves a claim of another person."),
    "overlap_class": _l("Off-post training on the same days: “%(title)s”, %(span)s."),
    "overlap_member": _l("Member of a class on the same days: “%(title)s”, %(span)s."),
    "overlap_leave": _l("Full-time leave on the same days, %(span)s."),
    "overlap_claim": _l("Another claim on the same days: “%(title)s”, %(span)s."),
    "late": _l("Handed in after %(deadline)s, the last day for that year."),
    "day_full": _l("%(days)s training days were claimed; %(free)s are free on these dates."),
    "differs": _l("%(claimed)s hours were claimed; the rule suggests %(suggested)s."),
    "over_leave": _l("%(leave)s of the %(whole)s hours of the class on leave, more than %(limit)s: by the rules it is not completed."),
    "over_cap": _l("With %(have)s hours of this kind already in the year, %(claimed)s more are above the limit of %(cap)s."),
}

FAULTS: Mapping[str, Any] = {
    "needed": _l("Please fill this in."),
    "too_long": _l("At most %(most)s characters."),
    "plain_text": _l("Please write plain words, without tags or control characters."),
    "no_choice": _l("Please choose one of the list."),
    "whole_number": _l("Please enter a whole number."),
    "number": _l("Please enter a number with at most two decimals."),
    "out_of_range": _l("Please enter a value from %(least)s to %(most)s."),
    "no_day": _l("Please give the date as 2026-11-22."),
    "no_list": _l("A list year is given for public subjects only: the year in which it was finished, or the year before."),
    "more_leave": _l("More leave than the %(whole)s hours of the class."),
    "no_hours": _l("By the rules this comes to 0 hours: %(why)s"),
    "no_rules": _l("No rules of hours were in force on that day."),
    "ends_before": _l("The last day lies before the first."),
}

REASONS: Mapping[str, Any] = {
    "by_day": _l("Days: %(dates)s, at %(hours_per_day)s hours a day."),
    "by_part_of_day": _l("Days: %(dates)s, each counted as %(share)s of a training day of %(hours_per_day)s hours."),
    "by_minutes": _l("%(minutes)s minutes at %(minutes_per_hour)s minutes an hour."),
    "by_unit": _l("%(what)s: %(count)s; every %(per)s give %(hours)s h."),
    "by_choice": _l("%(what)s: a fixed %(hours)s hours."),
    "by_hours": _l("%(hours)s hours as the certificate says."),
    "at_most": _l("At most %(hours)s hours for one claim of this kind."),
    "class_attended": _l("%(leave)s of the %(whole)s hours of the class on leave: %(hours)s attended."),
    "class_whole": _l("The class has %(whole)s hours; all of them count."),
    "class_dates": _l("No more than %(hours)s hours, which its dates give."),
    "class_withdrawn": _l(
        "%(leave)s of the %(whole)s hours of the class on leave, more than %(limit)s: it is not completed and gives none."
    ),
    "leave_no_rule": _l("The rules of that day say nothing about leave from a class; none is taken off."),
    "as_days": _l("In training days of %(hours_per_day)s hours: %(days)s."),
}
RULES: Mapping[str, Any] = {
    "day": _l("Each day of it gives %(rate)s hours."),
    "minutes": _l("Every %(minutes)s minutes give one hour."),
    "unit": _l("%(what)s: every %(per)s give %(hours)s h."),
    "choice": _l("Fixed hours: %(each)s."),
    "hours": _l("The hours printed on the certificate."),
}

VERDICTS: Mapping[str, Any] = {
    "not_positive": _l("Certify more than 0 hours, or reject the claim."),
    "more_than_claimed": _l("No more than was claimed can be certified."),
    "more_than_dates": _l("The dates of the activity do not hold so many hours or days."),
    "only_certify": _l("Hours, days and subject belong to certifying alone."),
    "only_grant": _l("Hours and days belong to granting alone."),
    "reason_needed": _l("Please give a reason: the figures differ from the claim, or something was found."),
}

ESCALATED: Mapping[tuple[str, bool], Any] = {
    ("late", True): _l("Its last day was %(day)s; it was put before the organ above."),
    ("late", False): _l("Its last day was %(day)s; whoever has to act was told."),
    ("nobody", True): _l("Whoever could hear it had a part in the decision; it was put before the superior organ."),
    ("nobody", False): _l("Whoever could hear it had a part in the decision, and no organ is above; a second officer is needed."),
}

NOTICES: Mapping[tuple[str, bool], Any] = {
    ("check", False): _l("Claims that waited longer than the unit's time and were put before the authority: %(count)s."),
    ("check", True): _l("Put before you, since their units let them wait too long: %(count)s claim(s)."),
    ("certify", False): _l("Claims that waited longer than the time for certification and were put before the superior organ: %(count)s."),
    ("certify", True): _l("Put before you, since an organ below let them wait too long: %(count)s claim(s)."),
    ("appeal", False): _l("Appeals put before the superior organ, being overdue or barred to everybody here: %(count)s."),
    ("appeal", True): _l("Put before you, since an organ below cannot hear them or let them wait: %(count)s appeal(s)."),
}
"""What whoever decides is told: by stage, and whether as the organ above."""

SUBJECTS: Mapping[str, Any] = {
    "public": _l("Public subject"),
    "professional": _l("Professional subject"),
    "elective": _l("Own choice"),
}

APPEALS: Mapping[str, Any] = {
    "state": _l("only what was rejected, revoked, or certified below the claim can be."),
    "once": _l("it was appealed once already."),
    "late": _l("the last day was %(day)s."),
}

PAPERS: Mapping[str, Any] = {
    "": _l("%(pages)s page(s)."),
    "more": _l("%(pages)s pages; the first %(shown)s are shown."),
    "locked": _l("This PDF is locked with a password and cannot be shown here. Download it to read it."),
    "time_limit": _l("This PDF takes too long to be shown here. Download it to read it."),
    "memory_limit": _l("This PDF is too large to be shown here. Download it to read it."),
    "broken": _l("This PDF cannot be shown here; it may be damaged. Download it to read it."),
    "empty": _l("This PDF has no page that could be shown."),
    "never": _l("No preview was made of this PDF. Download it to read it."),
}


def paper(shown: Any) -> str:
    """How much of a PDF is shown, or why nothing is."""
    code = shown.why or ("more" if shown.pages > shown.shown else "")
    return str(PAPERS.get(code, PAPERS["broken"])) % {"pages": shown.pages, "shown": shown.shown}


def state(word: str) -> str:
    """A state in words."""
    return str(STATES[str(word)])


def act(word: str, figures: Mapping[str, Any] | None = None) -> str:
    """An act in words; what was let pass where no organ is above was not put before one, whoever has to act was told."""
    if figures and figures.get("above") is False:
        return str(_("Past its day"))
    return str(ACTS[str(word)])


def finding(one: Finding) -> str:
    """A finding as a sentence."""
    figures = _safe(one.figures)
    if "from" in figures:
        figures["span"] = span_text(date.fromisoformat(figures["from"]), date.fromisoformat(figures["to"]))
    return str(FINDINGS[one.code]) % figures


def fault(one: Fault) -> str:
    """What is wrong with a field, as a sentence."""
    return str(FAULTS[one.code]) % _safe(one.figures)


def label(kind: Kind, name: str) -> str:
    """What a field is called."""
    fixed = {"title": title(kind.title_label), "occurred_from": _("First day"), "occurred_to": _("Last day"), "hours": _("Hours claimed"),
             "note": _("Explanation"), "evidence": _("Evidence of it")}  # fmt: skip
    return fixed.get(name) or next((title(one.title) for one in kind.fields if one.name == name), name)


def figure(text: str) -> str:
    """A figure of the trail, kept as text, as people read it."""
    return hours_text(Decimal(text))


def escalated(figures: Mapping[str, Any]) -> str:
    """Why it was put before the organ above; figures as the trail keeps them."""
    return str(ESCALATED[figures["why"], bool(figures["above"])]) % {"day": figures["due_on"]}


def notice(stage: str, as_superior: bool, count: int) -> str:
    """What whoever decides is told of."""
    return str(NOTICES[str(stage), as_superior]) % {"count": count}


def subject(word: str) -> str:
    """A subject of continuing education in words."""
    return str(SUBJECTS[word])


def value(kind: Kind, name: str, entered: Any) -> str:
    """The value of a field as people read it."""
    for one in kind.fields:
        if one.name == name and str(entered) in one.choices:
            return title(one.choices[str(entered)])
    return str(entered)


def suggestion(kind: Kind, notes: Iterable[Mapping[str, Any]]) -> list[str]:
    """The reasons of a suggestion as sentences; `notes` as JSON keeps them."""
    told = []
    for one in notes:
        code, figures = one["code"], dict(one)
        if code == "by_day" and str(one["share"]) != "1":
            code = "by_part_of_day"
        if code == "by_unit":
            figures["what"] = label(kind, one["field"])
        if code == "by_choice":
            figures["what"] = value(kind, kind.suggest.field, one["choice"])
        told.append(str(REASONS[code]) % figures)
    return told


def into(requirements: Iterable[Requirement]) -> str:
    """Which of the person's requirements a claim would count into, or that it is only registered."""
    names = [title(one.title, one.id) for one in requirements]
    if not names:
        return str(_("Registered in your ledger; under these rules it counts into none of your requirements."))
    return str(_("Counts into: %(names)s.", names=(", " if locale_code() == "en" else "、").join(names)))


def rule(kind: Kind, units: Units) -> str:
    """How the hours of a kind come about, in one sentence for somebody who has entered nothing yet."""
    suggest = kind.suggest
    figures = {
        "rate": hours_text(units.hours_per_day * suggest.share), "minutes": units.minutes_per_hour, "what": label(kind, suggest.field),
        "per": suggest.per, "hours": hours_text(suggest.hours),
        "each": str(_(", ")).join(f"{value(kind, suggest.field, name)} {hours_text(hours)}" for name, hours in suggest.each.items()),
    }  # fmt: skip
    told = str(RULES[suggest.by]) % figures
    if suggest.at_most is None:
        return told
    return together([told, str(REASONS["at_most"]) % {"hours": hours_text(suggest.at_most)}])


def _safe(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "" if value is None else value for name, value in figures.items()}
