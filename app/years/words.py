"""The sentences of years: states, reasons, merit, acts. Codes come from the rules, words stand here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.compliance import words as compliance_words
from app.exams.queries.excelling import Excellence
from app.kernel.clock import span_text
from app.kernel.i18n import _, _l
from app.kernel.quantity import hours_text
from app.ledger.words import CLASS_TYPES, INSTITUTIONS, LEVELS, RESULTS
from app.rulebook.rules import RuleSet
from app.rulebook.words import title
from app.years.rules import ABSENT, LIST_YEARS, MOST_DAYS, TITLE

STATES: Mapping[str, tuple[Any, str]] = {
    "open": (_l("Open"), "a"),
    "closing": (_l("Being closed"), "o"),
    "closed": (_l("Closed"), "m"),
    "restated": (_l("Restated"), "o"),
}
PROPOSALS: Mapping[str, tuple[Any, str]] = {
    "proposed": (_l("Waits for the second person"), "o"),
    "approved": (_l("Approved"), "m"),
    "refused": (_l("Refused"), "c"),
    "withdrawn": (_l("Withdrawn"), ""),
}
KINDS: Mapping[str, Any] = {
    "adjustment": _l("Adjustment"),
    "reversal": _l("Reversal"),
    "credit": _l("Credit"),
    "claim": _l("Claim certified"),
    "appeal": _l("Appeal granted"),
}
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
    "running": (_l("Not to be said before the grace is over"), "a"),
}
RECOMMENDED = _l("Priority recommendation")
"""Eligible, and excellent in an examination of the year: may be recommended first (REQ-I02). People decide whether he is."""
ENDED: Mapping[str, Any] = {
    "met": _l("Completed"), "excellent": _l("Completed, appraised as excellent"), "running": _l("The grace still runs"),
    **dict.fromkeys(REASONS, _l("Not completed")),
}  # fmt: skip
"""How a year has ended; of one that was not completed the reason stands beside it."""
ACTS: Mapping[str, Any] = {
    "closing": _l("Began to close the year"),
    "open": _l("Sent back"),
    "closed": _l("Closed the year"),
    "restated": _l("The year was restated"),
    "issued": _l("Report issued"),
    "proposed": _l("Proposed"),
    "approved": _l("Approved"),
    "refused": _l("Refused"),
    "withdrawn": _l("Withdrawn"),
    "tried": _l("Tried on everybody"),
    "explained": _l("Explained"),
    "decided": _l("Decided"),
}
STANDS: Mapping[str, Any] = {"met": _l("Met"), "short": _l("Short"), "exempt": _l("Exempt"), "none": _l("Not touched")}
TURNS: Mapping[str, Any] = {
    "unmet": _l("Become unmet"), "larger": _l("Gap larger"), "met": _l("Become met"), "smaller": _l("Gap smaller"),
}  # fmt: skip
"""What new rules do to people in a requirement."""
STATUSES: Mapping[str, Any] = {
    "met": _l("Met"), "unmet": _l("Unmet"), "not_yet_due": _l("Not yet due"), "exempt": _l("Exempt"), "none": _l("Not touched"),
}  # fmt: skip
SUBJECTS: Mapping[str, Any] = {
    "public": _l("Public subject"), "professional": _l("Professional subject"), "elective": _l("Own choice"),
}  # fmt: skip
DELIVERIES: Mapping[str, Any] = {"offline": _l("Given on the spot"), "online": _l("Given online")}
FIELDS: Mapping[str, Any] = {
    "title": _l("What it is about"), "category": _l("Kind of training"), "occurred_from": _l("First day, if there are several"),
    "occurred_on": _l("Day of the training, or the last one"), "hours": _l("Hours, with a minus to take away"),
    "days": _l("Training days"), "off_post": _l("Off-post"), "span_days": _l("Calendar days of the class, if other than the dates say"),
    "delivery": _l("How it was given"), "subject_kind": _l("Subject of continuing education"),
    "list_year": _l("Year whose list of public subjects it is on"), "class_type": _l("Type of the class"), "result": _l("Result"),
    "institution_kind": _l("Institution"), "level": _l("Level of a paper"), "reason": _l("Reason"),
}  # fmt: skip
"""The fields of an adjustment, as its form and its refusals call them."""
FAULTS: Mapping[str, Any] = {
    "missing": _l("Please fill this in."), "title_long": _l("At most %(most)s characters."),
    "unknown_value": _l("Please choose one of the list."), "days_outside": _l("From -%(days)s to %(days)s."),
    "list_outside": _l("From %(first)s to %(last)s."), "out_of_range": _l("No line has so much."),
    "more_than_two_decimals": _l("Please enter a number with at most two decimals."),
    "empty": _l("Give hours, training days or calendar days; an adjustment changes something."),
    "before_beginning": _l("It lies before the first day."), "more_than_dates": _l("There are fewer days between the dates."),
    "more_than_dates_hold": _l("The dates hold at most %(there)s hours, 24 a day. Give the first day of a longer training."),
    "more_than_year_holds": _l("Lines of this kind of training come to %(there)s in the year; no more can be taken away."),
    "not_plain_text": _l("There are signs in it that cannot be kept."),
}  # fmt: skip
"""Why a field of an adjustment was refused."""


def fault(why: str, there: Decimal | None = None) -> str:
    """Why a field was refused, as a sentence; `there` is how much there can be."""
    limits = {"most": TITLE, "days": MOST_DAYS, "first": LIST_YEARS[0], "last": LIST_YEARS[1], "there": hours_text(there)}
    return str(FAULTS[why]) % limits if "%(" in str(FAULTS[why]) else str(FAULTS[why])


def told(change: Any) -> list[str]:
    """What a proposal says of its line besides hours: dates, days, how given, subject, class; of a claim another subject than claimed."""
    if change.kind != "adjustment":
        return [str(SUBJECTS[change.subject_kind])] if change.subject_kind in SUBJECTS else []
    axes = change.axes
    listed = axes.get("list_year")
    named = [(CLASS_TYPES, axes.get("class_type")), (RESULTS, axes.get("result")), (INSTITUTIONS, axes.get("institution_kind")),
             (LEVELS, axes.get("level"))]  # fmt: skip
    said = [DELIVERIES.get(change.delivery), SUBJECTS.get(change.subject_kind), *(words.get(code) for words, code in named)]
    lists = [_("on the list of %(year)s", year=listed)] if listed else []
    span = [_("%(days)s calendar days", days=change.span_days)] if change.span_days else []
    dates = span_text(change.occurred_from or change.occurred_on, change.occurred_on) if change.occurred_on else ""
    days = [_("%(days)s training days", days=hours_text(change.days))] if change.days else []
    return [str(one) for one in (dates, *days, *span, *said, *lists) if one]


def requirement(book: RuleSet, name: str) -> str:
    """A requirement as people say it; all of them together have a word, too."""
    named = next((one.title for one in book.requirements if one.id == name), None)
    return title(named, str(_("All together")) if name == "*" else name)


def counted_over(book: RuleSet, name: str) -> str:
    """Of a requirement that runs over several years those years, for it tells of all of them as they stand on the day; else nothing."""
    cycle = book.cycle
    if cycle is None or cycle.to_on is None or not any(one.id == name and one.period == "cycle" for one in book.requirements):
        return ""
    return str(_("The years %(first)s to %(last)s together, as of the day of this issue", first=cycle.from_on.year, last=cycle.to_on.year))


def who(name: str) -> str:
    """Who did it; what no person did, the college did by itself."""
    return str(_("the college itself")) if name in ("years", "rules", "demo", "system") else name


def because(act: str, reason: str) -> str:
    """The reason of an act; of a report its number, of a trial of rules how many gain and lose, of an incompletion whose fault it is."""
    if act in ("explained", "decided"):
        code, colon, text = reason.partition(": ")
        return f"{REASONS[code]}{_(': ')}{text}" if colon and code in REASONS else reason
    if act == "tried":
        gains, _slash, loses = reason.partition(" / ")
        return str(_("%(gains)s gain, %(loses)s lose", gains=gains, loses=loses))
    return str(_("Issue %(number)s", number=reason)) if act == "issued" else reason


def grouped(hours: str) -> str:
    """A sum of hours, kept as text in a report, with grouped thousands."""
    return f"{Decimal(hours):,}"


def counted_of(book: RuleSet, name: str, figures: Sequence[Sequence[str]] | None) -> str:
    """What is counted of what is required by each figure of a requirement, as it was kept; nothing where it was not kept."""
    parts = [
        f"{compliance_words.bucket_word(book, bucket) + ' ' if len(figures or ()) > 1 and not _is_any(book, name) else ''}"
        f"{hours_text(Decimal(counted))} / {compliance_words.amount(Decimal(required), measure)}"
        for bucket, measure, required, counted, _lacking in figures or ()
    ]
    return str(_(" or ") if _is_any(book, name) else _(", ")).join(parts)


def gap(book: RuleSet, name: str, state: str, figures: Sequence[Sequence[str]] | None, missing: int) -> str:
    """How much is lacking in a requirement; a share of it where the figures were not kept, a dash where nothing is."""
    if state != "short":
        return ABSENT
    if not figures:
        return percent(missing)
    _bucket, measure, _required, _counted, lacking = figures[0]
    several = compliance_words.lacking_word(figures, book, is_any=_is_any(book, name))
    return several or compliance_words.amount(Decimal(lacking), measure)


def _is_any(book: RuleSet, name: str) -> bool:
    return next((one.is_any for one in book.requirements if one.id == name), False)


def percent(thousandths: int) -> str:
    """What is lacking of a requirement: thousandths of it as percent with one decimal."""
    return f"{thousandths / 10:.1f}%"


def excellent_in(one: Excellence) -> str:
    """In which examination somebody was excellent."""
    return str(_("“%(exam)s”: %(score)s, %(grade)s", exam=one.exam, score=hours_text(one.score), grade=one.grade))
