"""The markers of an examination: those it names, within the scope of who plans it; without any, everybody who may mark.

Whoever is named marks only while he holds the action, and nobody steps in unnamed where the last of them has lost it: the
page of the examination says how many are left. A change holds from that moment on, for answers that wait as well; marks that
were given stand.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select

from app.bank.rules.drafts import Fault
from app.bank.service import Faulty
from app.exams.models import Exam, ExamMarker, Sheet, SheetState
from app.exams.queries import markers as queries
from app.exams.service import readers
from app.exams.service.planning import note, planned
from app.exams.service.words import SENTENCES
from app.kernel.errors import NotFound
from app.kernel.work import Work


def may_mark(work: Work, exam_id: Any) -> ColumnElement[bool]:
    """Whether the actor is among the markers of one examination, or of that of a column; that he may mark at all is asked before."""
    named = ExamMarker.exam_id == exam_id
    return or_(~exists().where(named), exists().where(named, ExamMarker.person_id == work.actor.person_id))


def require_of(work: Work, uid: UUID) -> None:
    """Refuse whoever is not among the markers of this examination, as if there were none of this name."""
    if work.session.scalar(select(Exam.id).where(Exam.uid == uid, may_mark(work, Exam.id))) is None:
        raise NotFound()


def name(work: Work, uid: UUID, user_names: Collection[str]) -> int:
    """Name the markers within one's scope, in the place of those named there before; how many there are then in all.

    Those outside the scope stay. Nobody chooses who marks an examination that he has begun himself.
    """
    exam, _plan = planned(work, uid)
    readers.refuse_candidate(work, exam.id)
    wanted, reached = {one.strip() for one in user_names if one.strip()}, queries.within_reach(work, exam)
    if wanted - reached.keys():
        raise Faulty([Fault("user_names", "marker_unknown")], SENTENCES)
    now = {reached[one] for one in wanted}
    before = set(work.session.scalars(select(ExamMarker.person_id).where(ExamMarker.exam_id == exam.id)))
    gone = (before & queries.over(work, before)) - now
    if gone:
        work.session.execute(delete(ExamMarker).where(ExamMarker.exam_id == exam.id, ExamMarker.person_id.in_(gone)))
    if new := sorted(now - before):
        work.session.execute(insert(ExamMarker), [{"exam_id": exam.id, "person_id": one} for one in new])
    left = sorted((before - gone) | now)
    if gone or new:
        _note(work, exam, left)
    return len(left)


def _note(work: Work, exam: Exam, left: list[int]) -> None:
    """Who marks from now on, and how many answers waited when it was changed."""
    open_ = (Sheet.exam_id == exam.id, Sheet.state.in_((SheetState.WAITING, SheetState.DISPUTED)))
    waiting = work.session.scalar(select(func.count()).select_from(Sheet).where(*open_)) or 0
    if left:
        note(work, exam, "markers_named", count=len(left), people=left, waiting=waiting)
    else:
        note(work, exam, "markers_freed", waiting=waiting)
