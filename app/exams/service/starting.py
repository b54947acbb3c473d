"""Starting, resuming and taking over an attempt (integrity.md §2.3): all is read and drawn first, then comes one short write.

On SQLite writers stand in line. A hall of two thousand draws its papers side by side and waits only to be written down (PERF-G5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select, true, update

from app.exams.models import Attempt, AttemptState, ExamTrail
from app.exams.queries import drawing
from app.exams.queries.drawing import Entry
from app.exams.queries.known import count_read
from app.exams.rules import timing
from app.exams.rules.assembly import seed
from app.exams.rules.sessions import KNOWN
from app.exams.rules.timing import Decision, decide_start
from app.exams.service import admission, marking, papering, papers, port, refusals
from app.exams.service.attempts import keep_note, past_of
from app.exams.service.papers import AttemptShown, QuestionShown
from app.exams.service.sittings import sitting_of
from app.jobs.service import enqueue
from app.kernel.db import dialect, insert_into
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import person_uid, row_id
from app.kernel.work import Work


@dataclass(frozen=True)
class Drawn:
    """A paper for one more attempt, drawn and put into words; nothing of it is kept yet."""

    uid: UUID
    stored: dict[str, Any]
    asked: list[QuestionShown]
    count: int


@dataclass(frozen=True)
class Ready:
    """What a start found when it read; what is written holds only if it still decides the same (INV-I19)."""

    entry: Entry
    attempts: Sequence[Attempt]
    decision: Decision | None = None
    """None where an attempt has run out and must be handed in first."""
    drawn: Drawn | None = None
    running: Attempt | None = None
    resumed: AttemptShown | None = None
    """The running attempt, if it is written here; elsewhere it is bound first and read then, lest an answer be missed."""


def start(work: Work, exam_uid: UUID, password: str = "") -> tuple[AttemptShown, bool]:
    """Begin an attempt, or resume the running one and bind it to this sign-in. Whether it is new comes second."""
    return begin(work, prepare(work, exam_uid), password)


def prepare(work: Work, uid: UUID) -> Ready:
    """Read and draw all that a start needs; refuse by name what bars it. Nothing is changed."""
    entry = drawing.entry(work, uid)
    if entry is None:
        raise NotFound()
    attempts = own_attempts(work, entry.exam.id) if entry.has_sat else []
    if any(marking.is_overdue(work, one) for one in attempts):
        return Ready(entry, attempts)
    decision = _decide(work, entry, attempts)
    running = next((one for one in attempts if one.state == AttemptState.RUNNING), None)
    if running is not None:
        is_here = running.door == work.actor.door
        return Ready(entry, attempts, decision, running=running, resumed=papers.shown(work, running, entry.exam) if is_here else None)
    _permit(work, entry, decision)
    return Ready(entry, attempts, decision, drawn=_draw(work, entry, decision.attempt_no))


def begin(work: Work, ready: Ready, password: str = "") -> tuple[AttemptShown, bool]:
    """Write the start down.

    However many of these run at once, one attempt comes of them: the loser of the race finds the winner's row (INV-I19).
    """
    for _round in range(4):
        if ready.decision is not None and ready.decision == _decide(work, ready.entry, ready.attempts):
            if ready.resumed is not None:
                return ready.resumed, False
            if ready.running is not None and _bind(work, ready.running):
                return papers.shown(work, ready.running, ready.entry.exam), False
            if ready.drawn is not None and (begun := _keep(work, ready.entry, ready.drawn, ready.decision.attempt_no, password)):
                return begun, True
        for one in ready.attempts:
            marking.hand_in_if_overdue(work, one)
        ready = prepare(work, ready.entry.exam.uid)
    raise Conflict()


def _decide(work: Work, entry: Entry, attempts: Sequence[Attempt]) -> Decision:
    return decide_start(sitting_of(entry.exam, work.now), past_of(attempts), work.now)


def own_attempts(work: Work, exam_id: int) -> list[Attempt]:
    """The acting person's attempts at an exam, oldest first, as they stand in the database now."""
    given = {"person": work.person_id, "exam": exam_id}
    return list(work.session.scalars(_OWN, given, execution_options={"populate_existing": True}))


_OWN = select(Attempt).where(Attempt.person_id == bindparam("person"), Attempt.exam_id == bindparam("exam")).order_by(Attempt.number)


def _permit(work: Work, entry: Entry, decision: Decision) -> None:
    """Refuse by name what the rule of starting bars, and whoever is not eligible; the password is asked when it is written."""
    if not decision.may_start:
        raise refusals.BARRED[decision.start](**({"since": decision.since} if decision.since else {}))
    if (refusal := port.eligibility(work, entry.exam, work.person_id)) is not None:
        raise refusal


def _draw(work: Work, entry: Entry, number: int) -> Drawn:
    """The paper of one more attempt, in the words of its versions."""
    exam, person_id = entry.exam, work.person_id
    uid = person_uid(person_id, work.now)
    paper = papering.paper_of(work, entry, seed(work.settings.secret_key, str(exam.uid), person_id, number), str(uid))
    asked = papers.questions(work, exam, papers.asked_at(paper, 0 if exam.sequential else None))
    return Drawn(uid, paper.as_json(), asked, len(paper.lines))


def _keep(work: Work, entry: Entry, drawn: Drawn, number: int, password: str) -> AttemptShown | None:
    """Freeze the paper, set the alarm for the deadline; None when another request was quicker."""
    exam, person_id = entry.exam, work.person_id
    if entry.plan is not None:
        admission.knock(work, exam, entry.plan, password)
    ends_at = timing.deadline(work.now, exam.limit_minutes, exam.closes_at, entry.extra_minutes)
    row: dict[str, Any] = {
        "person_id": person_id, "id": row_id(drawn.uid), "uid": drawn.uid, "exam_id": exam.id, "number": number,
        "state": AttemptState.RUNNING, "started_at": work.now, "ends_at": ends_at,
        "door": work.actor.door, "device": work.actor.device[:120], "paper": drawn.stored, "notes": 0,
        "place": 0 if exam.sequential else None,
    }  # fmt: skip
    given = row if entry.plan is None else {**row, "keys_read": entry.keys_read}
    if work.session.scalar(_first(dialect(work.session), is_known_from_within=entry.plan is not None), given) is None:
        return None
    enqueue(work, "exams.hand_in", run_at=ends_at + timing.GRACE, person_id=person_id, attempt_id=row["id"])
    return papers.body(work, Attempt(**row), exam, drawn.asked, {}, drawn.count)


@lru_cache(maxsize=4)
def _first(name: str, *, is_known_from_within: bool) -> Any:
    """Write the attempt if there is none of this number, and its person knows no more of it than when its paper was drawn.

    Two papers of one person at one moment may be given one id by chance; the second is drawn again, with another.
    """
    table = Attempt.__table__
    names = ("person_id", "id", "uid", "exam_id", "number", "state", "started_at", "ends_at", "door", "device", "paper", "notes", "place")
    given = select(*(bindparam(one, type_=table.c[one].type) for one in names))
    if is_known_from_within:
        mine = (ExamTrail.exam_id == bindparam("exam_id"), ExamTrail.who_id == bindparam("person_id"), ExamTrail.what.in_(KNOWN))
        given = given.where(~exists().where(*mine), count_read(bindparam("person_id")).scalar_subquery() == bindparam("keys_read"))
    insert = insert_into(name, table).from_select(names, given.where(true()))
    return insert.on_conflict_do_nothing().returning(table.c.id)


def _bind(work: Work, attempt: Attempt) -> bool:
    """Bind an attempt that runs elsewhere to this sign-in or token, and note the change; False when it has ended meanwhile."""
    mine = update(Attempt).where(Attempt.person_id == attempt.person_id, Attempt.id == attempt.id, Attempt.state == AttemptState.RUNNING)
    changes: dict[str, Any] = {"door": work.actor.door, "device": work.actor.device[:120]}
    number = work.session.scalar(mine.values(**changes, notes=Attempt.notes + 1).returning(Attempt.notes))
    if number is None:
        return False
    keep_note(work, attempt.person_id, attempt.id, number, [{"kind": "taken_over", "at": work.now.isoformat(), **changes}])
    return True
