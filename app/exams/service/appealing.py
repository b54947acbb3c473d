"""An appeal against a result: one for each sitting, in time; a second marker marks the written answers anew, blind.

What he gives stands in the place of what was given before, up or down. What the college marked by itself is not given
by hand: a wrong key is put right for everybody (service/regrading.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.bank import queries as bank
from app.bank.rules.answers import Kind
from app.bank.rules.scoring import Outcome
from app.exams.actions import Action
from app.exams.models import (
    AppealMark,
    Attempt,
    AttemptState,
    Exam,
    ExamKind,
    HandMark,
    ResultAppeal,
    ResultAppealState,
    Sheet,
)
from app.exams.queries.known import questions_of
from app.exams.rules.assembly import Paper
from app.exams.rules.hands import again
from app.exams.rules.regrading import Judged, Place, replaced
from app.exams.rules.timing import APPEAL_DAYS, ReleasePolicy
from app.exams.service import attempts, markers, readers, refusals, results
from app.exams.service.amending import as_mark
from app.exams.service.marking import ResultsChanged
from app.exams.service.papers import plain
from app.exams.service.sittings import released
from app.exams.service.trails import Told, reason_of, tell
from app.kernel.clock import civil
from app.kernel.db import changed_one
from app.kernel.errors import NotFound
from app.kernel.events import announce
from app.kernel.work import Work

if TYPE_CHECKING:  # as in results.py
    from app.exams.queries.own import Own

LONGEST = 1000
DECIDED_IN = 15
"""Days in which an appeal should be decided; the candidate is told the day."""


def last_day(exam: Exam, attempt: Attempt) -> date:
    """The last day on which this result can be appealed: so many days after it was final and out."""
    moments = [attempt.graded_at or attempt.submitted_at, exam.done_at if exam.release_policy == ReleasePolicy.AFTER_WINDOW else None]
    return civil(max(one for one in moments if one is not None)).date() + timedelta(days=APPEAL_DAYS)


def appeal_of(work: Work, attempt: Attempt) -> ResultAppeal | None:
    """The appeal against the result of a sitting, if there is one."""
    mine = (ResultAppeal.person_id == attempt.person_id, ResultAppeal.attempt_id == attempt.id)
    return work.session.scalars(select(ResultAppeal).where(*mine)).one_or_none()


def appeal_state(work: Work, one: Own) -> dict[str, Any]:
    """Of one of the acting person's results: its appeal, whether he may file one, until when, and whether people marked the paper."""
    may = one.appeal is None and may_appeal(work, one.exam, one.attempt)
    has_written = any(mark[1] != Outcome.UNANSWERED for mark in _written(one.attempt))
    return {"appeal": one.appeal, "may_appeal": may, "last_day": last_day(one.exam, one.attempt), "has_written": has_written}


def _written(attempt: Attempt) -> Iterator[Sequence[Any]]:
    """The stored marks of written answers, alone or in a case: of nothing else there is something to mark anew."""
    marks = {question: mark for question, *mark in (attempt.verdict or {})["questions"]}
    for line in Paper.from_json(attempt.paper).lines:
        mark = marks[line.question]
        if line.kind is Kind.SHORT:
            yield mark
        yield from (mark[2][name] for name, part in line.parts.items() if part.kind is Kind.SHORT and len(mark) > 2)


def may_appeal(work: Work, exam: Exam, attempt: Attempt) -> bool:
    """Whether the candidate may appeal now."""
    return (
        exam.kind == ExamKind.EXAM and not exam.ungraded and attempt.state == AttemptState.GRADED
        and civil(work.now).date() <= last_day(exam, attempt)
    )  # fmt: skip


def appeal(work: Work, uid: UUID, reason: str) -> ResultAppeal:
    """Appeal against the result of one's own sitting, once and in time."""
    attempt, exam = results.find_attempt(work, uid)
    said = reason_of(reason, LONGEST, refusals.WhyNeeded)
    if attempt.state != AttemptState.GRADED or exam.kind != ExamKind.EXAM or exam.ungraded:
        raise refusals.NoAppeal()
    if not released(exam, attempts.past(work, exam.id), work.now).score:
        raise refusals.NotReleased()
    if appeal_of(work, attempt) is not None:
        raise refusals.AppealedAlready()
    if civil(work.now).date() > last_day(exam, attempt):
        raise refusals.AppealTooLate(day=last_day(exam, attempt).isoformat())
    row = ResultAppeal(
        uid=work.new_uid(), exam_id=exam.id, person_id=attempt.person_id, attempt_id=attempt.id, state=ResultAppealState.OPEN, reason=said,
        filed_at=work.now, due_on=civil(work.now).date() + timedelta(days=DECIDED_IN), answer="",
    )  # fmt: skip
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise refusals.AppealedAlready() from error
    same = Judged(attempt.score or Decimal(0), bool(attempt.passed), {})
    tell(work, "appealed", said, [Told(attempt.person_id, attempt.id, attempt.score, attempt.passed, same)])
    return row


def to_hear(work: Work, uid: UUID) -> ResultAppeal:
    """An open appeal this marker may hear: of an examination he marks, not his own, and of a paper he marked nothing of. Whoever reads it
    is noted.
    """
    work.require(Action.MARK)
    wanted = select(ResultAppeal).where(ResultAppeal.uid == uid, markers.may_mark(work, ResultAppeal.exam_id))
    row = work.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound()
    if row.person_id == work.actor.person_id:
        raise refusals.OwnPaper()
    first = select(HandMark.marker_id).join(Sheet, Sheet.id == HandMark.sheet_id)
    mine = (Sheet.person_id == row.person_id, Sheet.attempt_id == row.attempt_id, HandMark.marker_id == work.person_id)
    if work.session.scalar(first.where(*mine).limit(1)) is not None:
        raise refusals.SecondMarkerNeeded()
    if row.state != ResultAppealState.OPEN:
        raise refusals.AppealDecided()
    asked = select(Sheet.version_id).where(Sheet.person_id == row.person_id, Sheet.attempt_id == row.attempt_id)
    readers.read_answers(work, row.exam_id, set(work.session.scalars(questions_of(asked))))
    return row


def hear(work: Work, uid: UUID, points: Mapping[UUID, Decimal], answer: str) -> ResultAppeal:
    """Decide: every written answer marked anew, with the reason the candidate reads."""
    row = to_hear(work, uid)
    exam = work.session.get_one(Exam, row.exam_id, with_for_update=True)
    attempt = work.session.get_one(Attempt, (row.person_id, row.attempt_id), with_for_update=True, populate_existing=True)
    if attempt.state != AttemptState.GRADED or attempt.score is None:
        raise refusals.AppealDecided()
    said = reason_of(answer, LONGEST)
    sheets = _sheets(work, row)
    for sheet in sheets:
        _check(sheet, points.get(sheet.uid))
    judged = _judged(work, exam, attempt, {(one.question, one.part): points[one.uid] for one in sheets})
    changed = judged.score != attempt.score or judged.passed != attempt.passed
    _close(work, row, ResultAppealState.CHANGED if changed else ResultAppealState.UPHELD, said)
    for sheet in sheets:
        work.session.add(AppealMark(appeal_id=row.id, sheet_id=sheet.id, marker_id=work.person_id, points=points[sheet.uid], remark="",
                                    at=work.now))  # fmt: skip
        sheet.points = points[sheet.uid]
    told = Told(attempt.person_id, attempt.id, attempt.score, attempt.passed, judged)
    turned = bool(attempt.passed) != judged.passed
    attempt.score, attempt.passed, attempt.verdict = judged.score, judged.passed, judged.verdict
    work.session.flush()
    tell(work, "appeal_changed" if changed else "appeal_upheld", said, [told])
    if turned:
        announce(work, ResultsChanged(exam.id, (attempt.person_id,), said))
    return row


def _sheets(work: Work, row: ResultAppeal) -> list[Sheet]:
    mine = select(Sheet).where(Sheet.person_id == row.person_id, Sheet.attempt_id == row.attempt_id).order_by(Sheet.id)
    return list(work.session.scalars(mine.execution_options(populate_existing=True)))


def _check(sheet: Sheet, points: Decimal | None) -> None:
    if points is None or not points.is_finite() or not 0 <= points <= sheet.maximum or points != points.quantize(Decimal("0.01")):
        raise refusals.BadPoints(most=plain(sheet.maximum), field=f"points-{sheet.uid}")


def _judged(work: Work, exam: Exam, attempt: Attempt, points: Mapping[tuple[str, str], Decimal]) -> Judged:
    """The verdict with these points in the place of those given before."""
    assert attempt.verdict is not None and attempt.score is not None  # graded attempts have both
    judged, paper = Judged(attempt.score, bool(attempt.passed), attempt.verdict), Paper.from_json(attempt.paper)
    lines = [line for line in paper.lines if any(question == line.question for question, _ in points)]
    topics = bank.topics(work, [line.version_id for line in lines]) if lines else {}
    for line in lines:
        stored = next(one for one in judged.verdict["questions"] if one[0] == line.question)
        mark = again(line, as_mark(stored[1:]), points)
        judged = replaced(judged.verdict, Place(line.question, line.points, topics[line.version_id]), mark, exam.pass_mark)
    return judged


def _close(work: Work, row: ResultAppeal, to: ResultAppealState, answer: str) -> None:
    mine = update(ResultAppeal).where(ResultAppeal.id == row.id, ResultAppeal.state == ResultAppealState.OPEN)
    values = {"state": to, "decided_by": work.person_id, "decided_at": work.now, "answer": answer}
    if not changed_one(work.session, mine.values(**values).execution_options(synchronize_session=False)):
        raise refusals.AppealDecided()
    work.session.refresh(row)
