"""What a person missed in examinations whose keys he has been given (INV-I18): for the book of missed questions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.bank.models import QuestionVersion
from app.bank.rules.scoring import Outcome
from app.exams.models import Attempt, AttemptState, Exam
from app.exams.queries.secrets import reserved
from app.exams.rules.assembly import Paper
from app.exams.rules.timing import Past
from app.exams.service.sittings import released
from app.kernel.work import Work

GIVEN = 100
"""Attempts looked at, the latest first."""
MISSED = frozenset({Outcome.WRONG, Outcome.PARTLY, Outcome.UNANSWERED})


@dataclass(frozen=True)
class Missed:
    """A question missed in an examination: in which version, when last, how often, and in which examination."""

    question_id: int
    version_id: int
    at: datetime
    times: int
    title: str


def missed(work: Work) -> dict[int, Missed]:
    """By question. What an unfinished examination may still ask is left out, whoever has seen its key elsewhere."""
    rows = list(work.session.execute(
        select(Attempt, Exam).join(Exam, Exam.id == Attempt.exam_id).where(Attempt.person_id == work.person_id)
        .order_by(Attempt.submitted_at.desc()).limit(GIVEN)
    ))  # fmt: skip
    past: dict[int, list[Past]] = defaultdict(list)
    for attempt, exam in rows:
        running, marking = attempt.state == AttemptState.RUNNING, attempt.state == AttemptState.MARKING
        past[exam.id].append(Past(attempt.number, running, attempt.submitted_at, bool(attempt.passed), marking, not attempt.is_forgiven))
    seen: dict[int, tuple[int, datetime, str]] = {}
    times: dict[int, int] = defaultdict(int)
    for attempt, exam in rows:
        if attempt.state != AttemptState.GRADED or not released(exam, past[exam.id], work.now).keys:
            continue
        assert attempt.verdict and attempt.submitted_at
        outcomes = {question: outcome for question, _earned, outcome, *_rest in attempt.verdict["questions"]}
        for line in Paper.from_json(attempt.paper).lines:
            if outcomes.get(line.question) in MISSED:
                seen.setdefault(line.version_id, (line.version_id, attempt.submitted_at, exam.title))
                times[line.version_id] += 1
    return _by_question(work, seen, times)


def _by_question(work: Work, seen: dict[int, tuple[int, datetime, str]], times: dict[int, int]) -> dict[int, Missed]:
    if not seen:
        return {}
    found: dict[int, Missed] = {}
    owners = select(QuestionVersion.id, QuestionVersion.question_id).where(QuestionVersion.id.in_(seen))
    for version_id, question_id in work.session.execute(owners):
        _version, at, title = seen[version_id]
        before = found.get(question_id)
        count = times[version_id] + (before.times if before else 0)
        newest = before if before and before.at > at else Missed(question_id, version_id, at, count, title)
        found[question_id] = Missed(question_id, newest.version_id, newest.at, count, newest.title)
    secret = reserved(work, found)
    return {one: found[one] for one in found if one not in secret}
