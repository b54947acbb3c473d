"""An incident at a sitting: one person proposes that it be annulled, another decides; neither is the candidate.

What the pages noticed is evidence for the two, never a verdict (integrity.md §2.3). Annulled, a sitting counts as not
passed, its hours are reversed, and the candidate reads why; where it was no fault of his, he may be given another attempt.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.exams.actions import Action
from app.exams.models import (
    Annulment,
    AnnulmentState,
    Attempt,
    AttemptNote,
    AttemptState,
    Exam,
    ExamKind,
    ResultAppeal,
    ResultAppealState,
    Sheet,
    SheetState,
)
from app.exams.service import refusals
from app.exams.service.marking import ResultsChanged
from app.exams.service.planning import note
from app.exams.service.trails import Told, reason_of, tell
from app.kernel.db import changed_one
from app.kernel.errors import NotFound
from app.kernel.events import announce
from app.kernel.ids import person_of, row_id
from app.kernel.work import Work
from app.people import service as people

KEPT_NOTES = 500
OVER = frozenset({AttemptState.GRADED, AttemptState.MARKING})


def sitting(work: Work, exam_uid: UUID, uid: UUID) -> tuple[Exam, Attempt]:
    """A sitting of somebody within one's scope, with its examination; never one's own."""
    work.require(Action.RELEASE)
    person_id = person_of(uid)
    found = select(Exam, Attempt).join(Attempt, Attempt.exam_id == Exam.id).where(Exam.uid == exam_uid, Exam.kind == ExamKind.EXAM)
    mine = (Attempt.person_id == person_id, Attempt.id == row_id(uid), Attempt.uid == uid)
    row = work.session.execute(found.where(*mine).execution_options(populate_existing=True)).one_or_none() if person_id else None
    if row is None or not people.may_over(work, Action.RELEASE, row.Attempt.person_id):
        raise NotFound()
    if row.Attempt.person_id == work.actor.person_id:
        raise refusals.OwnResult()
    return row.Exam, row.Attempt


def may_propose(work: Work, attempt: Attempt) -> bool:
    """Whether a proposal would be taken now for a sitting in scope that nobody has proposed to annul: it is in, and not one's own."""
    return attempt.state in OVER and attempt.person_id != work.actor.person_id


def propose(work: Work, exam_uid: UUID, uid: UUID, reason: str, *, grants_attempt: bool) -> Annulment:
    """Propose to annul a sitting that is in, with the reason; the notes are kept as they are now."""
    exam, attempt = sitting(work, exam_uid, uid)
    if not may_propose(work, attempt):
        raise refusals.NotAnnullable()
    row = Annulment(
        uid=work.new_uid(), exam_id=exam.id, person_id=attempt.person_id, attempt_id=attempt.id, state=AnnulmentState.PROPOSED,
        reason=reason_of(reason), notes=_notes(work, attempt), grants_attempt=grants_attempt, proposed_by=work.person_id,
        proposed_at=work.now, answer="",
    )  # fmt: skip
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise refusals.AnnulmentProposed() from error
    note(work, exam, "annul_proposed", attempt=str(attempt.uid))
    return row


def _notes(work: Work, attempt: Attempt) -> list[Any]:
    mine = select(AttemptNote.events).where(AttemptNote.person_id == attempt.person_id, AttemptNote.attempt_id == attempt.id)
    events = [event for kept in work.session.scalars(mine.order_by(AttemptNote.number)) for event in kept]
    return [{"kind": event["kind"], "at": event["at"]} for event in events[:KEPT_NOTES]]


def proposal(work: Work, uid: UUID) -> Annulment:
    """A proposal about somebody within one's scope."""
    work.require(Action.RELEASE)
    row = work.session.scalars(select(Annulment).where(Annulment.uid == uid).execution_options(populate_existing=True)).one_or_none()
    if row is None or not people.may_over(work, Action.RELEASE, row.person_id):
        raise NotFound()
    return row


def confirm(work: Work, uid: UUID, answer: str) -> Annulment:
    """Annul: the second person's act. Result, hours and queue of markers follow; the candidate is told."""
    row = proposal(work, uid)
    exam = work.session.get_one(Exam, row.exam_id, with_for_update=True)
    _decide(work, row, AnnulmentState.CONFIRMED, answer)
    attempt = work.session.get_one(Attempt, (row.person_id, row.attempt_id), with_for_update=True, populate_existing=True)
    if attempt.state not in OVER:
        raise refusals.NotAnnullable()
    told = Told(attempt.person_id, attempt.id, attempt.score, attempt.passed, None)
    attempt.state, attempt.passed, attempt.is_forgiven = AttemptState.ANNULLED, False, row.grants_attempt
    mine = (Sheet.person_id == attempt.person_id, Sheet.attempt_id == attempt.id)
    work.session.execute(update(Sheet).where(*mine, Sheet.state != SheetState.MARKED).values(state=SheetState.MARKED))
    appeals = update(ResultAppeal).where(ResultAppeal.person_id == attempt.person_id, ResultAppeal.attempt_id == attempt.id)
    closed = {"state": ResultAppealState.UPHELD, "decided_by": work.person_id, "decided_at": work.now, "answer": row.reason}
    work.session.execute(appeals.where(ResultAppeal.state == ResultAppealState.OPEN).values(**closed))
    tell(work, "annulled", row.reason, [told])
    note(work, exam, "annulled", attempt=str(attempt.uid))
    announce(work, ResultsChanged(exam.id, (attempt.person_id,), row.reason))
    return row


def decline(work: Work, uid: UUID, answer: str) -> Annulment:
    """Leave the result as it is."""
    row = proposal(work, uid)
    _decide(work, row, AnnulmentState.DECLINED, answer)
    note(work, work.session.get_one(Exam, row.exam_id), "annul_declined")
    return row


def _decide(work: Work, row: Annulment, to: AnnulmentState, answer: str) -> None:
    """One conditional update: of two who decide at once the later one is told (ATK-A62)."""
    if row.person_id == work.actor.person_id:
        raise refusals.OwnResult()
    if row.proposed_by == work.actor.person_id:
        raise refusals.SecondPersonNeeded()
    said = reason_of(answer, refusal=refusals.WhyNeeded)
    mine = update(Annulment).where(Annulment.id == row.id, Annulment.state == AnnulmentState.PROPOSED)
    values = {"state": to, "decided_by": work.person_id, "decided_at": work.now, "answer": said}
    if not changed_one(work.session, mine.values(**values).execution_options(synchronize_session=False)):
        raise refusals.AnnulmentDecided()
    work.session.refresh(row)
