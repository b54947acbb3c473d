"""What is found about a claim before somebody decides it: stable codes with figures. Pure.

STOP refuses the claim, ASK lets it go on but wants a reason from whoever certifies (EX-E32), so that a clean claim is one
without any. Findings never say who else used a certificate or a picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.claims.rules.suggest import Suggestion
from app.kernel.quantity import hours_text

ZERO = Decimal(0)
HOURS_OF_A_DATE = Decimal(24)


class Level(StrEnum):
    """How much a finding weighs."""

    STOP = "stop"
    ASK = "ask"
    INFO = "info"


RISK: Mapping[str, int] = {
    "same_file_elsewhere": 40, "same_certificate_elsewhere": 40, "overlap_class": 30, "overlap_member": 30, "overlap_leave": 25,
    "same_title": 20, "same_file": 20, "overlap_claim": 20, "day_full": 15, "over_cap": 15, "late": 10, "differs": 10, "over_leave": 25,
}  # fmt: skip
"""How high a finding lifts a claim in the inbox; a clean one has 0."""


@dataclass(frozen=True)
class Finding:
    """One thing found."""

    code: str
    level: Level
    figures: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The shape of interfaces.md §4.3."""
        return {"code": self.code, "level": str(self.level), **self.figures}

    @classmethod
    def of_json(cls, body: Mapping[str, Any]) -> Finding:
        """The finding that was kept."""
        return cls(body["code"], Level(body["level"]), {name: value for name, value in body.items() if name not in ("code", "level")})


@dataclass(frozen=True)
class Span:
    """Something the person did or was away for, from one civil date to another: a ledger line, leave, another claim."""

    from_on: date
    to_on: date
    title: str = ""
    off_post: bool = False
    is_exact: bool = True

    def meets(self, first: date, last: date) -> bool:
        """Whether both share a date."""
        return self.from_on <= last and first <= self.to_on


@dataclass(frozen=True)
class Beside:
    """What else a person did on the days of a claim, or was away for."""

    lines: Sequence[Span] = ()
    classes: Sequence[Span] = ()
    """Off-post classes the person is in, without those whose line is among `lines`."""
    leave: Sequence[Span] = ()
    claims: Sequence[Span] = ()


@dataclass(frozen=True)
class Facts:
    """The claim itself and everything that findings rest on."""

    today: date
    occurred_from: date
    occurred_to: date
    is_exact: bool
    hours: Decimal
    days: Decimal
    suggestion: Suggestion | None
    deadline_on: date
    beside: Beside = Beside()
    same_titles: Sequence[Span] = ()
    taken: Mapping[date, Decimal] = field(default_factory=dict)
    credited_seq: int | None = None
    has_live_twin: bool = False
    certificate_elsewhere: bool = False
    files: int = 0
    files_elsewhere: int = 0
    cap: Decimal | None = None
    year_hours: Decimal = ZERO

    @property
    def dates(self) -> int:
        """Civil dates of the activity."""
        return (self.occurred_to - self.occurred_from).days + 1


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Everything about a claim, what stops it first, then by weight."""
    beside = overlaps(facts.occurred_from, facts.occurred_to, facts.beside) if facts.is_exact else ()
    found = [*_stops(facts), *_doubles(facts), *beside, *_figures(facts)]
    order = {Level.STOP: 0, Level.ASK: 1, Level.INFO: 2}
    return tuple(sorted(found, key=lambda one: (order[one.level], -RISK.get(one.code, 0), one.code)))


def risk(found: Sequence[Finding]) -> int:
    """The rank of a claim in the inbox, 0 for a clean one, at most 99."""
    return min(sum(RISK.get(one.code, 5) for one in found if one.level is Level.ASK), 99)


def stops(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """What refuses the claim."""
    return tuple(one for one in found if one.level is Level.STOP)


def asks(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """What wants a reason."""
    return tuple(one for one in found if one.level is Level.ASK)


EXPLAINED = frozenset({"overlap_class", "overlap_member", "overlap_leave", "overlap_claim"})
"""What the claimant has to explain in words before he may hand the claim in (domain.md §8: no unexplained overlap)."""


def _stops(facts: Facts) -> Iterator[Finding]:
    if facts.occurred_to > facts.today:
        yield Finding("future", Level.STOP, {"to": facts.occurred_to.isoformat(), "today": facts.today.isoformat()})
    if facts.hours > HOURS_OF_A_DATE * facts.dates:
        most = hours_text(HOURS_OF_A_DATE * facts.dates)
        yield Finding("over_24_hours", Level.STOP, {"hours": hours_text(facts.hours), "dates": facts.dates, "most": most})
    if facts.days > facts.dates:
        yield Finding("over_one_day", Level.STOP, {"days": hours_text(facts.days), "dates": facts.dates})
    if facts.credited_seq is not None:
        yield Finding("credited", Level.STOP, {"seq": facts.credited_seq})
    if facts.has_live_twin:
        yield Finding("claimed_already", Level.STOP)


def _doubles(facts: Facts) -> Iterator[Finding]:
    if facts.same_titles:
        first = facts.same_titles[0]
        yield Finding(
            "same_title", Level.ASK, {"count": len(facts.same_titles), "from": first.from_on.isoformat(), "to": first.to_on.isoformat()}
        )
    if facts.certificate_elsewhere:
        yield Finding("same_certificate_elsewhere", Level.ASK)
    if facts.files:
        yield Finding("same_file", Level.ASK, {"count": facts.files})
    if facts.files_elsewhere:
        yield Finding("same_file_elsewhere", Level.ASK, {"count": facts.files_elsewhere})


def overlaps(first: date, last: date, beside: Beside) -> Iterator[Finding]:
    """What lies on the same days. Only an activity that stands on each of its dates can be in two places at once (EX-E32)."""
    for code, spans in (("overlap_class", [one for one in beside.lines if one.off_post]), ("overlap_member", beside.classes),
                        ("overlap_leave", beside.leave), ("overlap_claim", [one for one in beside.claims if one.is_exact])):  # fmt: skip
        met = [one for one in spans if one.meets(first, last)]
        if met:
            since, until = max(met[0].from_on, first).isoformat(), min(met[0].to_on, last).isoformat()
            yield Finding(code, Level.ASK, {"count": len(met), "from": since, "to": until, "title": met[0].title})


def _figures(facts: Facts) -> Iterator[Finding]:
    if facts.today > facts.deadline_on:
        yield Finding("late", Level.ASK, {"deadline": facts.deadline_on.isoformat()})
    free = sum((max(1 - used, ZERO) for used in facts.taken.values()), Decimal(facts.dates - len(facts.taken)))
    if facts.days > free:
        yield Finding("day_full", Level.ASK, {"days": hours_text(facts.days), "free": hours_text(free)})
    if facts.suggestion is not None and facts.hours != facts.suggestion.hours:
        yield Finding("differs", Level.ASK, {"claimed": hours_text(facts.hours), "suggested": hours_text(facts.suggestion.hours)})
    for note in facts.suggestion.notes if facts.suggestion is not None else ():
        if note.code == "class_withdrawn":
            yield Finding("over_leave", Level.ASK, {name: text for name, text in note.as_json().items() if name != "code"})
    if facts.cap is not None and facts.year_hours + facts.hours > facts.cap:
        yield Finding(
            "over_cap", Level.ASK, {"cap": hours_text(facts.cap), "have": hours_text(facts.year_hours), "claimed": hours_text(facts.hours)}
        )
