"""The result of an attempt: as much of it as is released, read and not recomputed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.exams.models import Attempt, AttemptState, Exam, QuestionKey, QuestionVersion
from app.exams.queries import lectures
from app.exams.rules.assembly import Line, Paper
from app.exams.rules.timing import Release, ReleasePolicy, release
from app.exams.service import attempts, papers, refusals
from app.exams.service.papers import AnswerShown, AttemptShown, Face, OptionShown, plain
from app.kernel.errors import NotFound
from app.kernel.work import Work


class TopicShown(msgspec.Struct, frozen=True):
    """How one topic went."""

    topic: str
    questions: int
    right: int
    points: int | float
    maximum: int | float


class Taught(msgspec.Struct, frozen=True):
    """Where a question is taught: the lecture and the second in it."""

    course: UUID
    lecture: UUID
    title: str
    position: int
    second: int


class QuestionResult(msgspec.Struct, frozen=True):
    """How one question went. `key` and `explanation` are null until the release policy gives them out."""

    question: str
    kind: str
    stem: str
    topic: str
    points: int | float
    earned: int | float
    outcome: str
    options: list[OptionShown]
    answer: str | list[str] | None
    taught: Taught | None
    key: list[str] | None
    explanation: str | None


class ResultShown(msgspec.Struct, frozen=True):
    """A released result (interfaces.md §4.2). `questions` is null where the policy gives out figures only."""

    attempt: UUID
    exam: UUID
    title: str
    number: int
    max_attempts: int
    attempts_left: int
    score: int | float
    passed: bool
    pass_mark: int
    points: int | float
    maximum: int | float
    submitted_at: datetime
    handed_in_by: str
    receipt: str
    digest: str
    topics: list[TopicShown]
    questions: list[QuestionResult] | None


def find_attempt(work: Work, uid: UUID) -> tuple[Attempt, Exam]:
    """An attempt of the acting person with its exam; anyone else's does not exist for them (ATK-A59)."""
    key = papers.attempt_key(work, uid)
    attempt = work.session.get(Attempt, key) if key else None
    if attempt is None or attempt.uid != uid:
        raise NotFound()
    return attempt, work.session.get_one(Exam, attempt.exam_id)


def released(work: Work, attempt: Attempt, exam: Exam) -> Release:
    """What of this marked attempt its candidate may see now."""
    past = attempts.past_of(attempts.own_attempts(work, exam.id))
    passed = any(one.passed for one in past)
    over = exam.closes_at is not None and work.now >= exam.closes_at
    used_up = not any(one.is_running for one in past) and (len(past) >= exam.max_attempts or over)
    return release(ReleasePolicy(exam.release_policy), exam.closes_at, work.now, passed=passed, used_up=used_up)


def read(work: Work, uid: UUID) -> AttemptShown:
    """The attempt with what was saved, on whatever device; once handed in, only if its questions are released."""
    attempt, exam = find_attempt(work, uid)
    if attempt.state != AttemptState.RUNNING and not released(work, attempt, exam).questions:
        raise refusals.AttemptOver()
    return papers.shown(work, attempt, exam)


def held_elsewhere(work: Work, uid: UUID) -> str | None:
    """The device on which a running attempt is being written, if that is not this one."""
    attempt, _exam = find_attempt(work, uid)
    return attempt.device if attempt.state == AttemptState.RUNNING and attempt.door != work.actor.door else None


def result(work: Work, uid: UUID) -> ResultShown:
    """The result as far as it is released; refused while the attempt runs or the policy holds it back."""
    attempt, exam = find_attempt(work, uid)
    if attempt.state == AttemptState.RUNNING:
        raise refusals.AttemptRunning()
    given = released(work, attempt, exam)
    if not given.score:
        raise refusals.NotReleased()
    verdict = attempt.verdict
    assert verdict and attempt.score is not None and attempt.submitted_at and attempt.handed_in_by
    return ResultShown(
        attempt.uid, exam.uid, exam.title, attempt.number, exam.max_attempts, max(exam.max_attempts - _used(work, exam), 0),
        plain(attempt.score), bool(attempt.passed), exam.pass_mark,
        plain(Decimal(verdict["points"])), plain(Decimal(verdict["maximum"])),
        attempt.submitted_at, attempt.handed_in_by, attempt.receipt or "", attempt.digest or "",
        [TopicShown(name, count, right, plain(Decimal(points)), plain(Decimal(maximum)))
         for name, count, right, points, maximum in verdict["topics"]],
        _questions(work, attempt, given) if given.questions else None,
    )  # fmt: skip


def _used(work: Work, exam: Exam) -> int:
    return len(attempts.own_attempts(work, exam.id))


def _questions(work: Work, attempt: Attempt, given: Release) -> list[QuestionResult]:
    """Every question of the paper with its mark; keys are read only when they are given out."""
    paper = Paper.from_json(attempt.paper)
    versions = [line.version_id for line in paper.lines]
    words, places = papers.faces(work, versions), taught(work, versions)
    secrets = _secrets(work, versions) if given.keys else {}
    saved = papers.answers(work, attempt.person_id, attempt.id)
    assert attempt.verdict
    marks = {question: (Decimal(points), outcome) for question, points, outcome in attempt.verdict["questions"]}
    return [
        _question(line, words[line.version_id], places[line.version_id], marks[line.question], saved, secrets.get(line.version_id))
        for line in paper.lines
    ]


def _question(
    line: Line,
    words: Face,
    place: tuple[str, Taught | None],
    mark: tuple[Decimal, str],
    saved: dict[str, AnswerShown],
    secret: QuestionKey | None,
) -> QuestionResult:
    answer = saved.get(line.question)
    return QuestionResult(
        line.question, line.kind.value, words.stem, place[0], plain(line.points), plain(mark[0]), mark[1],
        [OptionShown(shown, words.options[inner]) for shown, inner in line.options.items()],
        answer.value if answer else None, place[1],
        [shown for shown, inner in line.options.items() if inner in secret.right] if secret else None,
        secret.explanation if secret else None,
    )  # fmt: skip


def _secrets(work: Work, version_ids: list[int]) -> dict[int, QuestionKey]:
    rows = work.session.scalars(select(QuestionKey).where(QuestionKey.version_id.in_(version_ids)))
    return {row.version_id: row for row in rows}


def taught(work: Work, version_ids: list[int]) -> dict[int, tuple[str, Taught | None]]:
    """For each question version its topic and the lecture second that teaches it."""
    rows = work.session.execute(
        select(QuestionVersion.id, QuestionVersion.topic, QuestionVersion.lecture_id, QuestionVersion.at_second).where(
            QuestionVersion.id.in_(version_ids)
        )
    ).all()
    known = lectures.places(work, {row.lecture_id for row in rows if row.lecture_id is not None})
    found: dict[int, tuple[str, Taught | None]] = {}
    for row in rows:
        place = known.get(row.lecture_id)
        there = Taught(place.course, place.lecture, place.title, place.position, row.at_second or 0) if place else None
        found[row.id] = (row.topic, there)
    return found
