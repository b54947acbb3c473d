"""What pages and college noticed while people sat, for a reviewer within his scope. Evidence, never a verdict (integrity.md §2.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, true

from app.exams.actions import Action
from app.exams.models import Annulment, AnnulmentState, Attempt, AttemptNote, Exam, ExamKind
from app.exams.service.annulling import may_propose
from app.kernel.errors import NotFound
from app.kernel.ids import person_of, row_id
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Person

SIZE = 30
PASSED_OVER = frozenset({"shown", "focus", "fullscreen"})
"""Coming back: listed for one sitting, not counted."""


@dataclass(frozen=True)
class Noticed:
    """One event: by the clock of the device, and when it reached the college. `device` is told of a take-over."""

    kind: str
    at: datetime
    received_at: datetime
    device: str = ""


@dataclass(frozen=True)
class Sitting:
    """An attempt, and what was noticed in it."""

    uid: UUID
    number: int
    started_at: datetime
    submitted_at: datetime | None
    card: people.PersonCard
    counts: Mapping[str, int]
    has_notes: bool
    incident: UUID | None = None
    """The proposal to annul it that waits or was confirmed; told of one sitting, not in the list."""
    may_annul: bool = False
    """Whether the actor may propose it now; told of one sitting."""


def exam_named(work: Work, uid: UUID) -> Exam:
    """An examination, for those who release results."""
    work.require(Action.RELEASE)
    exam = work.session.scalar(select(Exam).where(Exam.uid == uid, Exam.kind == ExamKind.EXAM))
    if exam is None:
        raise NotFound()
    return exam


def noted() -> ColumnElement[bool]:
    """Attempts in which something was noticed."""
    return Attempt.notes > 0


def every() -> ColumnElement[bool]:
    """All attempts, also those in which nothing was."""
    return true()


def of_person(uid: UUID) -> ColumnElement[bool]:
    """All attempts of one person."""
    return Attempt.person_id == select(Person.id).where(Person.uid == uid).scalar_subquery()


def sittings(work: Work, exam: Exam, which: ColumnElement[bool], page: str | None = None) -> Page[Sitting]:
    """Those of these attempts that are of people within the actor's scope, newest first."""
    key = decode_cursor(page, int)
    mine = people.visible(work, Action.RELEASE, Attempt.person_id)
    columns = select(Attempt.person_id, Attempt.id, Attempt.uid, Attempt.number, Attempt.started_at, Attempt.submitted_at,
                     Attempt.notes)  # fmt: skip
    statement = columns.where(Attempt.exam_id == exam.id, which, mine).order_by(Attempt.id.desc()).limit(SIZE + 1)
    if key:
        statement = statement.where(Attempt.id < key[0])
    found = keyset(list(work.session.execute(statement)), lambda row: (row.id,), SIZE)
    cards = people.cards(work, [row.person_id for row in found.items])
    counts = _counts(work, [(row.person_id, row.id) for row in found.items])
    return found.map(
        lambda row: Sitting(
            row.uid,
            row.number,
            row.started_at,
            row.submitted_at,
            cards[row.person_id],
            counts.get((row.person_id, row.id), {}),
            row.notes > 0,
        )
    )


def _counts(work: Work, keys: list[tuple[int, int]]) -> dict[tuple[int, int], Counter[str]]:
    """How often each thing happened in these attempts."""
    rows = select(AttemptNote.person_id, AttemptNote.attempt_id, AttemptNote.events)
    wanted = rows.where(
        AttemptNote.attempt_id.in_([attempt for _person, attempt in keys]), AttemptNote.person_id.in_([person for person, _attempt in keys])
    )
    found: dict[tuple[int, int], Counter[str]] = {}
    for person_id, attempt_id, events in work.session.execute(wanted):
        counter = found.setdefault((person_id, attempt_id), Counter())
        counter.update(event["kind"] for event in events if event["kind"] not in PASSED_OVER)
    return found


def noticed(work: Work, exam: Exam, uid: UUID) -> tuple[Sitting, list[Noticed]]:
    """One attempt and everything noticed in it, in the order in which it reached the college; it may be nothing."""
    person_id = person_of(uid)
    mine = and_(Attempt.person_id == person_id, Attempt.id == row_id(uid), Attempt.uid == uid, Attempt.exam_id == exam.id)
    row = work.session.scalar(select(Attempt).where(mine, people.visible(work, Action.RELEASE, Attempt.person_id)))
    if row is None:
        raise NotFound()
    batches = select(AttemptNote.events, AttemptNote.received_at).where(
        AttemptNote.person_id == row.person_id, AttemptNote.attempt_id == row.id
    )
    events = [
        Noticed(event["kind"], datetime.fromisoformat(event["at"]), received_at, event.get("device", ""))
        for kept, received_at in work.session.execute(batches.order_by(AttemptNote.number))
        for event in kept
    ]
    card = people.cards(work, [row.person_id])[row.person_id]
    counts = Counter(one.kind for one in events if one.kind not in PASSED_OVER)
    incident = _incident(work, row)
    may_annul = incident is None and may_propose(work, row)
    return Sitting(row.uid, row.number, row.started_at, row.submitted_at, card, counts, bool(events), incident, may_annul), events


def _incident(work: Work, attempt: Attempt) -> UUID | None:
    """The newest proposal to annul this attempt that was not declined."""
    about = (Annulment.person_id == attempt.person_id, Annulment.attempt_id == attempt.id, Annulment.state != AnnulmentState.DECLINED)
    return work.session.scalar(select(Annulment.uid).where(*about).order_by(Annulment.id.desc()).limit(1))
