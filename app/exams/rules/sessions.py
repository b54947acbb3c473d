"""What an examination is set to, and how it moves: draft → checked → open → closed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from app.bank.rules.drafts import Fault, text_faults
from app.exams.rules.admission import Rule
from app.exams.rules.drafts import ExamTerms, exam_faults
from app.exams.rules.timing import ReleasePolicy
from app.kernel.clock import KNOWN_YEARS

NEXT = {
    "draft": frozenset({"checked"}),
    "checked": frozenset({"draft", "open"}),
    "open": frozenset({"closed"}),
    "closed": frozenset[str](),
}
"""Allowed moves. Checked: the paper is proved against the bank and stands still, for a second person to open."""

MADE = ("set_up", "changed", "paper", "checked")
"""Lines of the trail of who made an examination: whoever has one of them does not open it."""
KNOWN = (*MADE, "opened", "regrade_read", "regraded", "answers_read")
"""Lines of who knows an examination from within: whoever has one of them does not sit it (docs/adr/0023)."""

LONGEST_ABOUT, SHORTEST_PASSWORD, LONGEST_PASSWORD = 1000, 6, 60
MOST_BANDS, LONGEST_COOLING = 8, 60 * 24 * 90
MOST_HOURS, MOST_EXTRA = 40, 240
MARKERS = (1, 2)
"""How many people mark each written answer."""


def moves(state: str, *, has_made: bool, may_open: bool = True) -> frozenset[str]:
    """The states an examination may be brought to; who made it never opens it (domain.md §9), and only who may open closes."""
    barred = ({"open"} if has_made else set[str]()) | (set() if may_open else {"open", "closed"})
    return NEXT[state] - barred


@dataclass(frozen=True)
class Band:
    """A grade from a score on: [90, 优秀]."""

    least: int
    name: str


@dataclass(frozen=True)
class Terms:
    """Everything an examination is set to, apart from its paper and its roster. `password` None leaves the one there is."""

    title: str
    limit_minutes: int
    pass_mark: int = 60
    max_attempts: int = 1
    cooling_minutes: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    release_policy: ReleasePolicy = ReleasePolicy.AFTER_WINDOW
    bands: tuple[Band, ...] = ()
    about: str = ""
    hours: Decimal = Decimal(0)
    """Study hours the examination is worth where the rule set says so."""
    password: str | None = None
    rule: Rule = field(default_factory=Rule)
    sequential: bool = False
    """One question after another, with no way back (ATK-A53)."""
    markers: int = 1
    """How many people mark a written answer, each without seeing the other; two who differ too much are settled by a third."""
    ungraded: bool = False
    """A test of oneself: everything is shown at once or after the window, and there is no score, pass, hours, appeal or statistics."""


def terms_faults(terms: Terms) -> list[Fault]:
    """What keeps these terms from being those of an examination, in the order of the form."""
    found = exam_faults(ExamTerms(terms.title, terms.pass_mark, terms.max_attempts, terms.limit_minutes))
    found += text_faults("about", terms.about, LONGEST_ABOUT, needed=False)
    if not 0 <= terms.cooling_minutes <= LONGEST_COOLING:
        found.append(Fault("cooling_minutes", "cooling_minutes_outside"))
    found += _window_faults(terms)
    found += _band_faults(terms.bands)
    if not terms.hours.is_finite() or not 0 <= terms.hours <= MOST_HOURS or terms.hours != round(terms.hours, 2):
        found.append(Fault("hours", "hours_outside"))
    elif terms.ungraded and terms.hours > 0:
        found.append(Fault("hours", "hours_of_ungraded"))
    if terms.release_policy is ReleasePolicy.FULL_AT_ONCE and terms.max_attempts > 1 and not terms.ungraded:
        found.append(Fault("release_policy", "keys_before_another_attempt"))
    if terms.ungraded and terms.release_policy not in (ReleasePolicy.FULL_AT_ONCE, ReleasePolicy.AFTER_WINDOW):
        found.append(Fault("release_policy", "release_of_ungraded"))
    if terms.ungraded and terms.bands:
        found.append(Fault("bands", "bands_of_ungraded"))
    if terms.markers not in MARKERS:
        found.append(Fault("markers", "markers_outside"))
    if terms.password and not SHORTEST_PASSWORD <= len(terms.password) <= LONGEST_PASSWORD:
        found.append(Fault("password", "password_outside"))
    return found


def _window_faults(terms: Terms) -> list[Fault]:
    opens, closes = terms.opens_at, terms.closes_at
    far = [name for name, moment in (("opens_at", opens), ("closes_at", closes)) if moment is not None and moment.year not in KNOWN_YEARS]
    if far:
        return [Fault(name, "moment_outside") for name in far]
    if closes is None:
        return [Fault("closes_at", "window_needed")] if terms.release_policy is ReleasePolicy.AFTER_WINDOW else []
    if opens is not None and closes <= opens:
        return [Fault("closes_at", "window_backwards")]
    if opens is not None and closes - opens < timedelta(minutes=terms.limit_minutes):
        return [Fault("closes_at", "window_too_short")]
    return []


def _band_faults(bands: Sequence[Band]) -> list[Fault]:
    if len(bands) > MOST_BANDS:
        return [Fault("bands", "too_many_bands")]
    if any(not 0 <= one.least <= 100 or not 1 <= len(one.name) <= 20 for one in bands):
        return [Fault("bands", "band_outside")]
    if len({one.least for one in bands}) < len(bands):
        return [Fault("bands", "band_twice")]
    return []


EXCELLENT = frozenset({"优秀", "优", "excellent"})
"""What examinations call their excellent grade, whatever its case (REQ-I02). One that calls none so has none."""


def excellent_from(bands: Sequence[Band]) -> int | None:
    """The score from which on a result is excellent, whatever grades stand above it; None without such a grade."""
    return next((one.least for one in sorted(bands, key=lambda one: one.least) if one.name.strip().casefold() in EXCELLENT), None)


def grade(bands: Sequence[Band], score: Decimal) -> str:
    """The name of the highest band that the score reaches; empty where none does."""
    return next((one.name for one in sorted(bands, key=lambda one: -one.least) if score >= one.least), "")
