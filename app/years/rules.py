"""The life of a year, why somebody did not complete it, and what a change of rules does to people. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.ledger.rules.posting import Category, Sum


class YearState(StrEnum):
    """open → closing (1–31 January) → closed → restated, and restated again (domain.md §8)."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    RESTATED = "restated"


NEXT: Mapping[YearState, frozenset[YearState]] = {
    YearState.OPEN: frozenset({YearState.CLOSING}),
    YearState.CLOSING: frozenset({YearState.CLOSED, YearState.OPEN}),
    YearState.CLOSED: frozenset({YearState.RESTATED}),
    YearState.RESTATED: frozenset({YearState.RESTATED}),
}
SHUT = frozenset({YearState.CLOSED, YearState.RESTATED})
"""Takes no line but what a second person approved."""


class ChangeKind(StrEnum):
    """What may still be posted in a closed year."""

    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    CLAIM = "claim"
    """A claim that came in time, certified after closing."""
    APPEAL = "appeal"
    """Hours granted by an appeal that was heard after closing."""


class ProposalState(StrEnum):
    """Waits for the second person, was decided by him, or taken back by the first."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why somebody did not complete a year (I05)."""

    PERSONAL = "personal"
    ORGANIZATIONAL = "organizational"
    EXEMPT = "exempt"
    PENDING = "pending"


class Delivery(StrEnum):
    """How training was given."""

    OFFLINE = "offline"
    ONLINE = "online"


class Subject(StrEnum):
    """Subjects of continuing education."""

    PUBLIC = "public"
    PROFESSIONAL = "professional"
    ELECTIVE = "elective"


class ClassType(StrEnum):
    """Classes that rule sets ask for by type (decisions 19)."""

    APPOINTMENT = "appointment"
    INDUCTION = "induction"
    OFF_POST_RETRAINING = "off_post_retraining"
    ZHONGQING = "zhongqing"
    REFRESHER = "refresher"
    PARTY_SCHOOL_CLASS = "party_school_class"


class Result(StrEnum):
    """How somebody ended a class."""

    PASSED = "passed"
    FAILED = "failed"


class Institution(StrEnum):
    """Who gave the training."""

    PARTY_SCHOOL = "party_school"
    YOUTH_LEAGUE_SCHOOL = "youth_league_school"
    UNIVERSITY = "university"
    CE_BASE = "ce_base"
    OTHER = "other"


class Level(StrEnum):
    """How high a paper or report reached."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"


CHOICES: Mapping[str, type[StrEnum]] = {
    "category": Category, "delivery": Delivery, "subject_kind": Subject, "class_type": ClassType, "result": Result,
    "institution_kind": Institution, "level": Level,
}  # fmt: skip
"""What may stand in each closed field of an adjustment, for the form, the programming interface and the service alike."""
TITLE, REASON = 120, 500
"""The most characters of a title, and of a reason or an answer."""
MOST_DAYS = 400
"""The most calendar days of a class that are said, in either direction."""
LIST_YEARS = (2000, 2100)
"""The first and the last year whose list of public subjects can be named."""


@dataclass(frozen=True)
class Misfit:
    """A field of an adjustment that cannot stand so, and a stable word for why."""

    field: str
    why: str


def misfit(title: str, span_days: int | None, choices: Mapping[str, Any]) -> Misfit | None:
    """What no adjustment may say besides what no line may have. `choices` are its closed fields and its list year; None is not said."""
    if not title:
        return Misfit("title", "missing")
    if len(title) > TITLE:
        return Misfit("title", "title_long")
    if span_days is not None and not -MOST_DAYS <= span_days <= MOST_DAYS:
        return Misfit("span_days", "days_outside")
    for name, value in choices.items():
        if name in CHOICES and value is not None and value not in {str(one) for one in CHOICES[name]}:
            return Misfit(name, "unknown_value")
    listed = choices.get("list_year")
    if listed is not None and not (type(listed) is int and LIST_YEARS[0] <= listed <= LIST_YEARS[1]):
        return Misfit("list_year", "list_outside")
    return None


HOURS_OF_A_DATE = Decimal(24)
"""The most hours of a civil day that anybody certifies, in claims as here."""


def beyond(first: date, last: date, said: Sum, held: Sum) -> tuple[Misfit, Decimal] | None:
    """Which figure of an adjustment is more than there can be, and how much there can be.

    Hours that are added are at most 24 for each civil day of the line, first to last, as in a claim that is certified; so a course
    of several weeks says when it began, and 99,999 hours on one day are a slip of the pen. Training days have their own rule (one
    a date).
    """
    most = HOURS_OF_A_DATE * ((last - first).days + 1)
    if first <= last and said.hours > most:
        return Misfit("hours", "more_than_dates_hold"), most
    return below(said, held)


def below(said: Sum, held: Sum) -> tuple[Misfit, Decimal] | None:
    """Which figure takes away more than the lines of that kind of training come to in the year (`held`), and how much that is.

    What changes a closed year puts right what is on record, an adjustment as a reversal: no category of a year ends below nothing.
    """
    for name in ("hours", "days", "span_days"):
        there = max(Decimal(getattr(held, name)), Decimal(0))
        if Decimal(getattr(said, name)) < -there:
            return Misfit(name, "more_than_year_holds"), there
    return None


RUNNING = "running"
"""How a year that is over has ended for somebody who may still complete it within a grace: not yet."""


USUAL_SUBJECT: Mapping[str, str] = {
    "dispatch": "professional",
    "main_class": "professional", "special_class": "professional", "own_unit_class": "professional", "overseas": "professional",
    "teaching": "professional", "paper": "professional", "degree": "professional", "external": "professional",
    "self_study_claim": "elective",
}  # fmt: skip
"""The subject of continuing education an adjustment has unless another is named; as claims and courses, no other has one."""


def usual_subject(category: str) -> str | None:
    """The subject of an adjustment that names none."""
    return USUAL_SUBJECT.get(category)


def usual_delivery(category: str) -> str:
    """How training of a category is given unless it is said otherwise."""
    return "online" if category == "online_course" else "offline"


def calendar_days(first: date, last: date, days: Decimal, *, off_post: bool) -> int:
    """Calendar days of an adjustment, with the sign of its training days: months are reckoned in them (decisions 15, 17).

    None without training days, which is a correction of hours alone, and none for what is not off the post.
    """
    if not off_post or days == 0:
        return 0
    dates = (last - first).days + 1
    return dates if days > 0 else -dates


def first_closing_day(year: int) -> date:
    """Closing begins on 1 January of the next year."""
    return date(year + 1, 1, 1)


def first_closed_day(year: int, claim_deadline: tuple[int, int]) -> date:
    """A year may be closed from the day after the last day of claims into it (15 January)."""
    month, day = claim_deadline
    return date.fromordinal(date(year + 1, month, day).toordinal() + 1)


def last_closing_day(year: int) -> date:
    """Closing should be over by 31 January of the next year."""
    return date(year + 1, 1, 31)


def later_from(year: int) -> date:
    """What falls due from this day on is the end of a cycle that outlasts the year: neither unmet by the year nor in its grace (I05)."""
    return date(year + 1, 12, 31)


class Turn(StrEnum):
    """What a change of rules does to one person in one requirement.

    MET is short of it no more: he has reached it, is exempt or is not asked for it. UNMET falls short of it. LARGER and SMALLER
    stay short, and lack more or less. SAME is everything else.
    """

    UNMET = "unmet"
    LARGER = "larger"
    MET = "met"
    SMALLER = "smaller"
    SAME = "same"


GAINS, LOSES = frozenset({Turn.MET, Turn.SMALLER}), frozenset({Turn.UNMET, Turn.LARGER})
LISTED = (Turn.UNMET, Turn.LARGER, Turn.MET, Turn.SMALLER)
"""What a trial lists person by person, those who lose first."""
SHORT = "short"
Kept = Sequence[Any]
"""One figure as compliance keeps it: bucket, measure, required, counted, lacking."""


@dataclass(frozen=True)
class Stand:
    """Where a person stands in one requirement under one version: state, what is lacking in thousandths of it, and the figures.

    `is_any` says that one of the figures is enough.
    """

    state: str
    missing: int
    unit_id: int | None = None
    figures: Sequence[Kept] = ()
    is_any: bool = False


UNTOUCHED = Stand("none", 0)
"""A requirement that does not touch the person, or is not in the version."""


def turn(before: Stand, after: Stand) -> Turn:
    """Reaching what was not reached gains, and so does lacking less; being touched by a requirement that is met changes nothing."""
    if before.state != SHORT or after.state != SHORT:
        return Turn.SAME if before.state != SHORT and after.state != SHORT else Turn.UNMET if after.state == SHORT else Turn.MET
    step = _step(before, after)
    return Turn.SAME if step == 0 else Turn.LARGER if step > 0 else Turn.SMALLER


def _step(before: Stand, after: Stand) -> int:
    """Whether the gap grows (above 0) or shrinks: figure by figure, in hours and days, for whoever lacks all lacks more of more.

    Where one figure grows and another shrinks, or the ways to reach it are others, the share of what is lacking decides; where it
    is the same, too, the gap is called larger.
    """
    if before.figures == after.figures:
        return after.missing - before.missing
    old, new = _lacking(before), _lacking(after)
    is_same_ways = old.keys() == new.keys()
    if is_same_ways or not (before.is_any or after.is_any):
        changes = [new.get(key, Decimal(0)) - old.get(key, Decimal(0)) for key in old.keys() | new.keys()]
        grows, shrinks = any(one > 0 for one in changes), any(one < 0 for one in changes)
        if not (grows and shrinks):
            return int(grows) - int(shrinks)
        return after.missing - before.missing or 1
    return after.missing - before.missing


def _lacking(stand: Stand) -> dict[tuple[str, str], Decimal]:
    return {(bucket, measure): Decimal(lacking) for bucket, measure, _required, _counted, lacking in stand.figures}


@dataclass(frozen=True)
class Difference:
    """One person in one requirement, under both versions, where they differ for him."""

    person_id: int
    requirement: str
    unit_id: int | None
    before: Stand
    after: Stand
    turn: Turn


Stands = Mapping[tuple[int, str], Stand]


def differences(before: Stands, after: Stands) -> Iterable[Difference]:
    """Who gains and who loses between two streams of standings, by person and requirement."""
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, UNTOUCHED), after.get(key, UNTOUCHED)
        if (which := turn(old, new)) is not Turn.SAME:
            person_id, requirement = key
            yield Difference(person_id, requirement, new.unit_id or old.unit_id, old, new, which)


ABSENT = "–"


@dataclass(frozen=True)
class Edit:
    """One value of a rule file that another version has otherwise; absent values are a dash."""

    path: str
    before: str
    after: str


def edits(old: Any, new: Any, path: str = "") -> list[Edit]:
    """What two versions say differently, value by value; entries of lists go by their `id` where they have one."""
    if old == new:
        return []
    old, new = _by_id(old), _by_id(new)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = [*old, *(key for key in new if key not in old)]
        return [edit for key in keys for edit in edits(old.get(key), new.get(key), _below(path, key))]
    return [Edit(path, _plain(old), _plain(new))]


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path and not key.startswith("[") else f"{path}{key}"


def _by_id(value: Any) -> Any:
    """A list as a map of its entries, by id or by place."""
    if not isinstance(value, list):
        return value
    return {str(row["id"]) if isinstance(row, Mapping) and "id" in row else f"[{place}]": row for place, row in enumerate(value)}


def _plain(value: Any) -> str:
    return ABSENT if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
