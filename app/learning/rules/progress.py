"""When a lecture and a course are complete, and where to go on (decisions 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from app.learning.rules.spans import Spans, first_gap

NEAR_THE_END_MS = 2_000


class Study(StrEnum):
    """How far a person is with a course or a lecture."""

    NEW = "new"
    STUDYING = "studying"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Step:
    """One lecture of a course as the person stands to it."""

    mandatory: bool
    completed: bool


def required_ms(duration_ms: int, coverage_required: Decimal) -> int:
    """Milliseconds of coverage that complete a lecture; 2,430 s of 45 min at 0.90 do, 2,429 s do not (EX-E03)."""
    return int((duration_ms * coverage_required).to_integral_value(ROUND_CEILING))


def lectures_complete(steps: Iterable[Step]) -> bool:
    """Every mandatory lecture is complete; a course without any mandatory lecture never is."""
    mandatory = [step.completed for step in steps if step.mandatory]
    return bool(mandatory) and all(mandatory)


def course_complete(steps: Iterable[Step], *, has_quiz: bool, quiz_passed: bool) -> bool:
    """Lectures complete and the closing quiz, if there is one, passed; then the full nominal hours are due."""
    return lectures_complete(steps) and (quiz_passed or not has_quiz)


def resume_at(position_ms: int, duration_ms: int, covered: Spans) -> int:
    """Where the player starts: to the millisecond where it stood; from the end, at the first gap or the beginning."""
    if position_ms < duration_ms - NEAR_THE_END_MS:
        return max(position_ms, 0)
    return first_gap(covered, duration_ms) or 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A lecture that could be studied next; `at` numbers them in order, from 1."""

    at: int
    mandatory: bool
    completed: bool
    is_last: bool = False  # the one the person had open last


def next_lecture(choices: Iterable[Choice]) -> Choice | None:
    """Where study goes on: the lecture left open, else the first mandatory one not complete, else any not complete."""
    open_ones = [choice for choice in choices if not choice.completed]
    for wanted in (lambda c: c.is_last, lambda c: c.mandatory, lambda c: True):
        found = next((choice for choice in open_ones if wanted(choice)), None)
        if found is not None:
            return found
    return None
