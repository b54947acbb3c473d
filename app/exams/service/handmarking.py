"""Marking by hand: blind, by one or two people, and final with the last written answer of a paper."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, select

from app.exams.actions import Action
from app.exams.models import Attempt, AttemptState, Exam, HandMark, Sheet, SheetState
from app.exams.queries.known import question_of
from app.exams.rules.assembly import Paper
from app.exams.rules.hands import REMARK, Given, completed, settle
from app.exams.rules.scoring import judge
from app.exams.service import markers, marking, papers, readers, refusals
from app.exams.service.planning import note
from app.kernel.errors import NotFound
from app.kernel.work import Work


def to_mark(work: Work, uid: UUID) -> Row[int, int, int, int]:
    """Whose sitting of which examination an answer is of: one he is a marker of, and not his own. Whoever comes to read it is noted."""
    work.require(Action.MARK)
    sheet = select(Sheet.person_id, Sheet.attempt_id, Sheet.exam_id, question_of(Sheet.version_id).label("question_id"))
    found = work.session.execute(sheet.where(Sheet.uid == uid, markers.may_mark(work, Sheet.exam_id))).one_or_none()
    if found is None:
        raise NotFound()
    if found.person_id == work.actor.person_id:
        raise refusals.OwnPaper()
    readers.read_answers(work, found.exam_id, [found.question_id])
    return found


def give(work: Work, uid: UUID, points: Decimal, criteria: Sequence[Decimal], remark: str) -> Sheet:
    """One marker's points for one written answer; with the last one of the paper its verdict becomes final.

    The attempt is locked before the sheet, so that of two markers who finish at once the later one sees both.
    """
    found = to_mark(work, uid)
    marking.held(work, found.exam_id)
    attempt = work.session.get(Attempt, (found.person_id, found.attempt_id), with_for_update=True, populate_existing=True)
    sheet = work.session.scalars(select(Sheet).where(Sheet.uid == uid).execution_options(populate_existing=True)).one()
    assert attempt is not None
    _check(work, sheet, points, remark)
    work.session.add(
        HandMark(sheet_id=sheet.id, marker_id=work.person_id, points=points, criteria=[str(one) for one in criteria],
                 remark=remark.strip(), is_ruling=sheet.state == SheetState.DISPUTED, at=work.now)
    )  # fmt: skip
    work.session.flush()
    _settle(work, sheet)
    if attempt.state == AttemptState.MARKING:
        _conclude(work, attempt)
    return sheet


def correct(work: Work, uid: UUID, points: Decimal, criteria: Sequence[Decimal], remark: str) -> Sheet:
    """Another mark in the place of one's own until the result is final; the earlier one stays in the trail of the examination.

    Who corrects never sees the other marker's mark. Where two are too far apart a third rules, and neither of them moves any more.
    """
    found = to_mark(work, uid)
    exam = marking.held(work, found.exam_id)
    attempt = work.session.get_one(Attempt, (found.person_id, found.attempt_id), with_for_update=True, populate_existing=True)
    sheet = work.session.scalars(select(Sheet).where(Sheet.uid == uid).execution_options(populate_existing=True)).one()
    mine = own_mark(work, sheet)
    if mine is None:
        raise NotFound()
    if attempt.state != AttemptState.MARKING or sheet.state == SheetState.DISPUTED or (_is_ruled(work, sheet) and not mine.is_ruling):
        raise refusals.MarkStands()
    _check_figures(sheet, points, remark)
    before, after = _figures(mine.points, mine.criteria, mine.remark), _figures(points, criteria, remark.strip())
    if before == after:
        return sheet
    note(work, exam, "mark_corrected", sheet=str(sheet.uid), given_at=mine.at.isoformat(), before=before, after=after)
    mine.points, mine.criteria, mine.remark, mine.at = points, [str(one) for one in criteria], remark.strip(), work.now
    sheet.state, sheet.points = SheetState.WAITING, None
    work.session.flush()
    _settle(work, sheet)
    return sheet


def own_mark(work: Work, sheet: Sheet) -> HandMark | None:
    """What the actor gave this answer."""
    return work.session.get(HandMark, (sheet.id, work.person_id), populate_existing=True)


def _figures(points: Decimal, criteria: Sequence[Any], remark: str) -> dict[str, Any]:
    """A mark as the trail keeps it."""
    return {"points": f"{points:.2f}", "criteria": [f"{Decimal(one):.2f}" for one in criteria], "remark": remark}


def _is_ruled(work: Work, sheet: Sheet) -> bool:
    return bool(work.session.scalar(select(exists().where(HandMark.sheet_id == sheet.id, HandMark.is_ruling))))


def _check(work: Work, sheet: Sheet, points: Decimal, remark: str) -> None:
    """Refuse a second mark by the same person, and points there are not."""
    before = work.session.scalar(select(HandMark.marker_id).where(HandMark.sheet_id == sheet.id, HandMark.marker_id == work.person_id))
    if sheet.state == SheetState.MARKED or before is not None:
        raise refusals.MarkedAlready()
    _check_figures(sheet, points, remark)


def _check_figures(sheet: Sheet, points: Decimal, remark: str) -> None:
    if not points.is_finite() or not 0 <= points <= sheet.maximum or points != points.quantize(Decimal("0.01")):
        raise refusals.BadPoints(most=papers.plain(sheet.maximum), field="points")
    if len(remark) > REMARK:
        raise refusals.RemarkTooLong(most=REMARK, field="remark")


def _settle(work: Work, sheet: Sheet) -> None:
    rows = work.session.execute(select(HandMark.points, HandMark.is_ruling).where(HandMark.sheet_id == sheet.id))
    settled = settle([Given(row.points, row.is_ruling) for row in rows], sheet.needed, sheet.maximum)
    if settled.points is not None:
        sheet.state, sheet.points = SheetState.MARKED, settled.points
    elif settled.is_disputed:
        sheet.state = SheetState.DISPUTED
    work.session.flush()


def _conclude(work: Work, attempt: Attempt) -> None:
    """The verdict, once nothing of the paper waits any more."""
    mine = select(Sheet).where(Sheet.person_id == attempt.person_id, Sheet.attempt_id == attempt.id)
    sheets = list(work.session.scalars(mine.execution_options(populate_existing=True)))
    given = {(one.question, one.part): one.points for one in sheets if one.points is not None}
    if len(given) < len(sheets):
        return
    exam, paper = work.session.get_one(Exam, attempt.exam_id), Paper.from_json(attempt.paper)
    marked = marking.mark(work, paper, papers.answers(work, attempt.person_id, attempt.id))
    verdict = judge(completed(paper.lines, marked, given), exam.pass_mark)
    marking.conclude(work, exam, attempt.person_id, attempt.id, verdict)
