"""Reads of who marks an examination: who can be named by whom, and who is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.exams.actions import Action
from app.exams.models import Exam, ExamMarker, HandMark, Sheet, SheetState
from app.kernel.db import among, dialect, numbers
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Account, Person, RoleGrant
from app.people.service import holding

MOST = 500
"""People on the page of markers: those who are named first."""
NEEDED = {1: 2, 2: 4}
"""How many are needed by how many mark each answer: one more rules where two differ, and one who has done neither hears an appeal."""


def _reached(work: Work) -> ColumnElement[bool]:
    """Over whom the actor sets up examinations, and himself."""
    return or_(people.visible(work, Action.ASSEMBLE, Person.id), Person.id == work.actor.person_id)


def within_reach(work: Work, exam: Exam) -> dict[str, int]:
    """Who can be named by the actor, by user name: those who may mark, and those who are named already."""
    found = _candidates(work, exam, select(Account.user_name, Person.id))
    rows = work.session.execute(found)
    return {row.user_name: row.id for row in rows}


def _candidates(work: Work, exam: Exam, columns: Any) -> Any:
    """Who may mark within the actor's reach, and who is named there, whether he still may or not."""
    named = (ExamMarker.person_id == Person.id) & (ExamMarker.exam_id == exam.id)
    joined = columns.join(Account, Account.person_id == Person.id).outerjoin(ExamMarker, named)
    return joined.where(_reached(work), or_(holding(work, Action.MARK, Person.id), ExamMarker.person_id.is_not(None)))


def over(work: Work, ids: Collection[int]) -> set[int]:
    """Those of these people whom the actor can name or leave out, whether they may mark or not."""
    engine = dialect(work.session)
    there = select(Person.id).where(among(engine, Person.id, "ids"), _reached(work))
    return set(work.session.scalars(there, {"ids": numbers(engine, sorted(ids))}))


@dataclass(frozen=True)
class MarkerRow:
    """Somebody who can be named, or is."""

    card: people.PersonCard
    user_name: str
    is_named: bool
    may_mark: bool
    """Whether he holds the action now; without it he is named in vain."""


@dataclass(frozen=True)
class Markers:
    """Who marks an examination: those within one's scope by name, the others as a number."""

    rows: tuple[MarkerRow, ...]
    named: int
    marking: int
    """How many of those named may mark now."""
    needed: int
    """With fewer than these a dispute or an appeal finds nobody to settle it."""

    @property
    def hidden(self) -> int:
        """How many are named whom one may not see."""
        return self.named - sum(row.is_named for row in self.rows)

    @property
    def is_short(self) -> bool:
        """Whether some are named, and too few of them may mark."""
        return self.named > 0 and self.marking < self.needed


def counted(work: Work, exam: Exam) -> Markers:
    """How many are named and how many of them may mark; nobody by name."""
    may = func.count().filter(holding(work, Action.MARK, ExamMarker.person_id))
    named, marking = work.session.execute(select(func.count(), may).where(ExamMarker.exam_id == exam.id)).one()
    return Markers((), named, marking, NEEDED[exam.markers])


def of(work: Work, exam: Exam) -> Markers:
    """Who can be named by the actor, and who is; those named come first."""
    may, named = holding(work, Action.MARK, Person.id).label("may"), ExamMarker.person_id.is_not(None).label("named")
    found = _candidates(work, exam, select(Person.id, Account.user_name, named, may)).order_by(named.desc(), Person.id).limit(MOST)
    rows, count = work.session.execute(found).all(), counted(work, exam)
    cards = people.cards(work, [row.id for row in rows])
    shown = tuple(MarkerRow(cards[row.id], row.user_name, row.named, bool(row.may)) for row in rows)
    return Markers(shown, count.named, count.marking, count.needed)


def stranded(work: Work, exam: Exam) -> int:
    """Written answers that wait for a mark or a ruling which nobody is left to give: whoever may mark has marked them, or wrote them."""
    grant = aliased(RoleGrant)
    named = exists().where(ExamMarker.exam_id == exam.id)
    is_his = or_(~named, exists().where(ExamMarker.exam_id == exam.id, ExamMarker.person_id == grant.person_id))
    marked = exists().where(HandMark.sheet_id == Sheet.id, HandMark.marker_id == grant.person_id)
    left = exists().where(grant.person_id != Sheet.person_id, holding(work, Action.MARK, grant.person_id), is_his, ~marked)
    open_ = (Sheet.exam_id == exam.id, Sheet.state.in_((SheetState.WAITING, SheetState.DISPUTED)))
    return work.session.scalar(select(func.count()).select_from(Sheet).where(*open_, ~left)) or 0
