"""When an exam may be started, an attempt written to, and a result read. Pure: moments in, verdicts out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(seconds=10)
"""For answers that were under way at the deadline, by the server's time of receipt; never for reading."""

PAGE_AHEAD = timedelta(seconds=2)
"""By how much the clock of a page may run ahead of the server's when it says that the time is over."""

APPEAL_DAYS = 7
"""Civil days after a result is final and out in which it can be appealed."""


def deadline(started_at: datetime, limit_minutes: int, closes_at: datetime | None = None, extra_minutes: int = 0) -> datetime:
    """When writing ends: at the limit or where the window closes, whichever is sooner, and any extra time of the person after that.

    Extra time is worth as much in a window as long as the limit; that it was begun within the window is asked at the start.
    """
    end = started_at + timedelta(minutes=limit_minutes)
    return (end if closes_at is None else min(end, closes_at)) + timedelta(minutes=extra_minutes)


def may_write(ends_at: datetime, received_at: datetime) -> bool:
    """Whether what is received now still counts (INV-I17)."""
    return received_at <= ends_at + GRACE


def is_overdue(ends_at: datetime, now: datetime) -> bool:
    """Whether the college must hand the attempt in by itself: nothing in flight can count any more."""
    return not may_write(ends_at, now)


def last_end(closes_at: datetime, most_extra: int, ends: Iterable[datetime] = ()) -> datetime:
    """When the last paper can end: the close and the largest extra time, or what somebody is writing longer than that."""
    return max([closes_at + timedelta(minutes=most_extra), *ends])


def is_over(done_at: datetime | None, now: datetime) -> bool:
    """Whether everybody is done: no answer under way at the end of the last paper can count any more (INV-I18).

    `done_at` is the close of the window and the largest extra time that anybody has; None without a window.
    """
    return done_at is not None and is_overdue(done_at, now)


def over_from(done_at: datetime) -> datetime:
    """The moment behind which everybody is done: the grace of the last answer is part of it."""
    return done_at + GRACE


@dataclass(frozen=True)
class Sitting:
    """The conditions of an exam that bear on starting it."""

    max_attempts: int
    cooling_minutes: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    is_open: bool = True
    pass_ends: bool = True
    """Whether a pass is the end of it. Until results are out it is not: who may not sit again would know that he has passed (INV-I18)."""


@dataclass(frozen=True)
class Past:
    """An earlier attempt: its number, whether it is still being written, when it ended, whether it passed or waits for markers."""

    no: int
    is_running: bool
    ended_at: datetime | None
    passed: bool = False
    is_being_marked: bool = False
    counts: bool = True
    """Whether it counts against the number allowed; an annulled attempt that was no fault of the person does not."""


class Start(StrEnum):
    """What a wish to start comes to."""

    NEW = "new"
    RESUME = "resume"
    CLOSED = "closed"
    NOT_YET = "not_yet"
    WINDOW_OVER = "window_over"
    USED_UP = "used_up"
    PASSED = "passed"
    COOLING = "cooling"
    BEING_MARKED = "being_marked"


@dataclass(frozen=True)
class Decision:
    """Whether and as which attempt the exam may be started, and from when where it is a matter of time."""

    start: Start
    attempt_no: int = 0
    left: int = 0
    since: datetime | None = None

    @property
    def may_start(self) -> bool:
        """Whether the person gets a paper now."""
        return self.start in (Start.NEW, Start.RESUME)


def decide_start(exam: Sitting, past: Sequence[Past], now: datetime) -> Decision:
    """Resume what is running; else a new attempt if state, window, success, attempts and cooling-off allow it (INV-I19).

    A running attempt outlives the closing of its exam until its own deadline. A passed exam is not sat again once its results are out.
    """
    left = max(exam.max_attempts - sum(one.counts for one in past), 0)
    running = next((one for one in past if one.is_running), None)
    if running is not None:
        return Decision(Start.RESUME, running.no, left)
    barred = _barred(exam, past, now)
    if barred is not None:
        return Decision(barred, 0, 0 if barred is Start.PASSED else left, exam.opens_at if barred is Start.NOT_YET else None)
    since = _cooled(exam, past)
    if since is not None and now < since:
        return Decision(Start.COOLING, 0, left, since)
    return Decision(Start.NEW, max((one.no for one in past), default=0) + 1, left)


def _barred(exam: Sitting, past: Sequence[Past], now: datetime) -> Start | None:
    if exam.pass_ends and any(one.passed for one in past):
        return Start.PASSED
    if any(one.is_being_marked for one in past):
        return Start.BEING_MARKED
    if not exam.is_open:
        return Start.CLOSED
    if sum(one.counts for one in past) >= exam.max_attempts:
        return Start.USED_UP
    if exam.opens_at is not None and now < exam.opens_at:
        return Start.NOT_YET
    if exam.closes_at is not None and now >= exam.closes_at:
        return Start.WINDOW_OVER
    return None


def _cooled(exam: Sitting, past: Sequence[Past]) -> datetime | None:
    """When the cooling-off after the last attempt is over."""
    ended = [one.ended_at for one in past if one.ended_at is not None and one.counts]
    return max(ended) + timedelta(minutes=exam.cooling_minutes) if ended and exam.cooling_minutes else None


class ReleasePolicy(StrEnum):
    """What a candidate may see of a marked attempt, and when."""

    CLOSING_QUIZ = "closing_quiz"
    """At once: score, topics, which were wrong and where they are taught; keys when passed or attempts are used up."""
    SCORE_ONLY = "score_only"
    """At once, but only score and topics."""
    AFTER_WINDOW = "after_window"
    """Everything, once the window of the exam has closed and those with extra time are done."""
    FULL_AT_ONCE = "full_at_once"
    """Everything as soon as it is marked (practice)."""


@dataclass(frozen=True)
class Release:
    """The parts of a result that are released."""

    score: bool
    questions: bool
    keys: bool


def release(policy: ReleasePolicy, done_at: datetime | None, now: datetime, *, passed: bool, used_up: bool) -> Release:
    """What is released of a marked attempt now (INV-I18). `used_up`: no further attempt of this exam is possible."""
    if policy is ReleasePolicy.FULL_AT_ONCE:
        return Release(True, True, True)
    if policy is ReleasePolicy.SCORE_ONLY:
        return Release(True, False, False)
    if policy is ReleasePolicy.AFTER_WINDOW:
        over = is_over(done_at, now)
        return Release(over, over, over)
    return Release(True, True, passed or used_up)
