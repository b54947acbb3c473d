"""What a person missed in examinations whose keys he has been given (INV-I18): for the book of missed questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.bank.models import QuestionVersion
from app.bank.rules.scoring import Outcome
from app.bank.service import secrets
from app.exams.models import Answer, Attempt, AttemptState, Exam
from app.exams.queries.lectures import Words
from app.exams.queries.secrets import reserving
from app.exams.rules.assembly import Line, Paper
from app.exams.rules.regrading import WITHDRAWN
from app.exams.rules.timing import Past
from app.exams.service.amending import corrections
from app.exams.service.results import QuestionResult, went, withheld
from app.exams.service.sittings import released
from app.kernel.work import Work

GIVEN = 100
"""Attempts looked at, the latest first."""
MISSED = frozenset({Outcome.WRONG, Outcome.PARTLY, Outcome.UNANSWERED})


@dataclass(frozen=True)
class Missed:
    """A question missed in an examination: in which version, when last, how often, where; and that sitting's line and mark of it."""

    question_id: int
    version_id: int
    at: datetime
    times: int
    title: str
    exam_id: int
    attempt_id: int
    line: Line
    mark: Sequence[Any]
    is_amended: bool
    is_asked: bool = False
    """Whether an unfinished examination may still ask it: then it is not practised."""
    is_held: bool = False
    """Whether another examination than this one may: then its key is not told either (docs/adr/0027)."""


def missed(work: Work, others: Collection[int]) -> tuple[dict[int, Missed], set[int]]:
    """By question, of the examinations whose keys the person has been given; and which of `others` an unfinished one may ask.

    Of a self-test that is not graded nothing was missed: it leaves no record.
    """
    rows = list(work.session.execute(
        select(Attempt, Exam).join(Exam, Exam.id == Attempt.exam_id).where(Attempt.person_id == work.person_id, Exam.ungraded.is_(False))
        .order_by(Attempt.submitted_at.desc()).limit(GIVEN)
    ))  # fmt: skip
    past: dict[int, list[Past]] = defaultdict(list)
    for attempt, exam in rows:
        running, marking = attempt.state == AttemptState.RUNNING, attempt.state == AttemptState.MARKING
        past[exam.id].append(Past(attempt.number, running, attempt.submitted_at, bool(attempt.passed), marking, not attempt.is_forgiven))
    seen: dict[int, Missed] = {}
    for attempt, exam in rows:
        if attempt.state == AttemptState.GRADED and released(exam, past[exam.id], work.now).keys:
            for one in _of(attempt, exam):
                before = seen.get(one.version_id)
                seen[one.version_id] = replace(before, times=before.times + 1) if before else one
    return _by_question(work, seen, others)


def _of(attempt: Attempt, exam: Exam) -> Iterator[Missed]:
    """The questions of one sitting that were not right; none that was withdrawn, for nothing is right there."""
    assert attempt.verdict and attempt.submitted_at
    marks = {question: mark for question, *mark in attempt.verdict["questions"]}
    amended = attempt.verdict.get("amended", {})
    for line in Paper.from_json(attempt.paper).lines:
        mark = marks.get(line.question)
        if mark and mark[1] in MISSED and amended.get(line.question) not in WITHDRAWN:
            yield Missed(0, line.version_id, attempt.submitted_at, 1, exam.title, exam.id, attempt.id, line, mark, bool(amended))


def _by_question(work: Work, seen: Mapping[int, Missed], others: Collection[int]) -> tuple[dict[int, Missed], set[int]]:
    """The latest version of each, with how often any of them was missed, and who asks it still."""
    found: dict[int, Missed] = {}
    owners = select(QuestionVersion.id, QuestionVersion.question_id).where(QuestionVersion.id.in_(seen))
    for version_id, question_id in work.session.execute(owners) if seen else ():
        one, before = seen[version_id], found.get(question_id)
        newest = before if before and before.at > one.at else one
        found[question_id] = replace(newest, question_id=question_id, times=one.times + (before.times if before else 0))
    asked = reserving(work, {*found, *others})
    known = {one: replace(found[one], is_asked=bool(asked[one]), is_held=bool(asked[one] - {found[one].exam_id})) for one in found}
    return known, {one for one in others if asked[one]}


def results(work: Work, found: Collection[Missed], said: Mapping[int, Words]) -> dict[int, QuestionResult]:
    """By question how each went, with its key unless another examination asks it: two statements, and one an amended examination."""
    keys = secrets(work, [one.version_id for one in found if not one.is_held])
    amended = {exam_id: corrections(work, exam_id, keys) for exam_id in {one.exam_id for one in found if one.is_amended}}
    mine = select(Answer.attempt_id, Answer.question, Answer.value).where(
        Answer.person_id == work.person_id, Answer.attempt_id.in_({one.attempt_id for one in found}),
        Answer.question.in_({one.line.question for one in found}),
    )  # fmt: skip
    values = {(attempt_id, question): value for attempt_id, question, value in work.session.execute(mine)}
    shown = {}
    for one in found:
        secret = amended.get(one.exam_id, keys).get(one.version_id) or keys.get(one.version_id)
        result = went(one.line, said[one.version_id], one.mark, values.get((one.attempt_id, one.line.question)), secret, {})
        shown[one.question_id] = withheld(result) if one.is_held else result
    return shown
