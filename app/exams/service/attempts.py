"""Saving answers, going on, notes for a reviewer (integrity.md §2.3); how an attempt begins is in starting.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.bank.rules.answers import CaseValue, Kind, Malformed, Value, fit, is_answered, plain_text, told
from app.exams.models import Answer, Attempt, AttemptNote, AttemptState
from app.exams.rules import timing
from app.exams.rules.assembly import Line, Paper
from app.exams.rules.timing import Past
from app.exams.service import papers, refusals
from app.kernel.db import dialect, insert_into
from app.kernel.errors import NotFound, TooMany
from app.kernel.ids import row_id
from app.kernel.work import Work

BURST, EACH_SECOND = 2000, 1
"""Changes of one answer: so many at once, then one more every second (ATK-A55); never fewer, however far a clock is put back."""

NOTES = 500
"""Batches of notes kept per attempt."""


def past(work: Work, exam_id: int) -> list[Past]:
    """The acting person's attempts at an exam as the rules see them, without their papers."""
    columns = select(Attempt.number, Attempt.state, Attempt.submitted_at, Attempt.passed, Attempt.is_forgiven)
    return past_of(work.session.execute(columns.where(Attempt.person_id == work.person_id, Attempt.exam_id == exam_id)))


def past_of(rows: Iterable[Any]) -> list[Past]:
    """Attempts, or these columns of them, as the rules see them."""
    return [
        Past(one.number, one.state == AttemptState.RUNNING, one.submitted_at, bool(one.passed), one.state == AttemptState.MARKING,
             not one.is_forgiven)
        for one in rows
    ]  # fmt: skip


_ONE = select(Attempt.state, Attempt.started_at, Attempt.ends_at, Attempt.door, Attempt.device, Attempt.paper, Attempt.place).where(
    Attempt.person_id == bindparam("person"), Attempt.id == bindparam("attempt"), Attempt.uid == bindparam("uid")
)
_SHARED, _ALONE = _ONE.with_for_update(read=True), _ONE.with_for_update()
"""Many answers may be saved at once, but none while the attempt is handed in; notes change the attempt itself."""


def _writable(work: Work, uid: UUID, statement: Any) -> Any:
    """The running attempt of the acting person, locked against being handed in, or the reason it takes nothing."""
    key = papers.attempt_key(work, uid)
    row = key and work.session.execute(statement, {"person": key[0], "attempt": key[1], "uid": uid}).one_or_none()
    if not row:
        raise NotFound()
    if row.state != AttemptState.RUNNING:
        raise refusals.AttemptOver()
    if not timing.may_write(row.ends_at, work.now):
        raise refusals.PastDeadline(deadline=row.ends_at)
    if row.door != work.actor.door:
        raise refusals.Superseded(device=row.device)
    return row


class Kept(NamedTuple):
    """When an answer was kept, and how long the attempt may be written: extra time may have been given meanwhile."""

    saved_at: datetime
    deadline: datetime


def save(work: Work, uid: UUID, question: str, rev: int, value: object) -> Kept:
    """Keep one answer; when this returns and commits, it is graded unless a higher `rev` follows (INV-I15).

    The same revision with the same value is acknowledged again with its first moment; anything else that is not newer
    is refused with the revision and value that are kept.
    """
    attempt = _writable(work, uid, _SHARED)
    found = Paper.find_stored(attempt.paper, question)
    if found is None:
        raise NotFound()
    at, line = found
    try:
        kept = fit(line.shape, value)
    except Malformed as error:
        raise refusals.BadAnswer(field="value", reason=str(error)) from error
    person_id, attempt_id = work.person_id, row_id(uid)
    if attempt.place is not None and at != attempt.place:
        return Kept(_out_of_turn(work, attempt.place, at, (person_id, attempt_id, question, rev, kept)), attempt.ends_at)
    allowed = BURST + EACH_SECOND * max(int((work.now - attempt.started_at).total_seconds()), 0)
    row = {"person_id": person_id, "attempt_id": attempt_id, "question": question, "rev": rev, "value": kept,
           "saved_at": work.now, "changes": 1, "allowed": allowed}  # fmt: skip
    written = work.session.execute(_keep(dialect(work.session)), row).scalar()
    return Kept(work.now if written is not None else _explain(work, row, line), attempt.ends_at)


def _out_of_turn(work: Work, place: int, at: int, sent: tuple[int, int, str, int, Any]) -> datetime:
    """An answer to a question where a sequential attempt does not stand: heard again what was acknowledged, refused the rest."""
    if at > place:
        raise refusals.QuestionNotReached(place=place)
    *key, rev, kept = sent
    same = select(Answer.rev, Answer.value, Answer.saved_at).where(
        Answer.person_id == key[0], Answer.attempt_id == key[1], Answer.question == key[2]
    )
    current = work.session.execute(same).one_or_none()
    if current is None or (current.rev, current.value) != (rev, kept):
        raise refusals.QuestionPassed(place=place)
    return current.saved_at  # type: ignore[no-any-return]


def forward(work: Work, uid: UUID, to: int) -> None:
    """Go on to the next question of a sequential attempt, for good; the same step again changes nothing (ATK-A53)."""
    attempt = _writable(work, uid, _ALONE)
    if attempt.place is None:
        raise refusals.OrderIsFree()
    if to < attempt.place:
        raise refusals.QuestionPassed(place=attempt.place)
    if to > attempt.place + 1 or to >= len(attempt.paper["lines"]):
        raise refusals.QuestionNotReached(place=attempt.place)
    mine = update(Attempt).where(Attempt.person_id == work.person_id, Attempt.id == row_id(uid))
    work.session.execute(mine.values(place=to))


def save_form(work: Work, uid: UUID, given: Mapping[str, list[str]]) -> None:
    """Keep the answers of a page without a script: every question that has one and does not stand so already."""
    attempt = _writable(work, uid, _SHARED)
    saved = papers.answers(work, work.person_id, row_id(uid))
    lines = Paper.from_json(attempt.paper).lines
    for line in lines if attempt.place is None else lines[attempt.place : attempt.place + 1]:
        before, value = saved.get(line.question), _filled_in(line, given)
        if (is_answered(value) or before) and (before is None or before.value != value):
            save(work, uid, line.question, before.rev + 1 if before else 1, value)


def _filled_in(line: Line, given: Mapping[str, list[str]]) -> Value | CaseValue:
    """What a form says to a question; line ends as every browser sends them become those of a text, signs that nobody sees go."""
    if line.kind is Kind.CASE:
        parts = {part.question: _filled_in(part, given) for part in line.parts.values()}
        return {part: value for part, value in parts.items() if not isinstance(value, dict) and is_answered(value)}
    filled = given.get(line.question, [])
    if line.kind is Kind.MULTIPLE:
        return sorted(filled)
    if line.kind is Kind.BLANK:
        return [plain_text(one) for one in filled] if any(filled) else []
    return plain_text("".join(filled[:1]).replace("\r\n", "\n"))


@lru_cache(maxsize=2)
def _keep(name: str) -> Any:
    """Write the answer if there is none or an older one: one statement, so that of many at once the highest rev stays."""
    table = Answer.__table__
    insert = insert_into(name, table).values({column.name: bindparam(column.name) for column in table.columns})
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["person_id", "attempt_id", "question"],
        set_={"rev": new.rev, "value": new.value, "saved_at": new.saved_at, "changes": table.c.changes + 1},
        where=(table.c.rev < new.rev) & (table.c.changes < bindparam("allowed")),
    ).returning(table.c.rev)


def _explain(work: Work, row: Mapping[str, Any], line: Line) -> datetime:
    """Why nothing was written: acknowledged before, overtaken, or far too often."""
    columns = select(Answer.rev, Answer.value, Answer.saved_at)
    current = work.session.execute(
        columns.where(Answer.person_id == row["person_id"], Answer.attempt_id == row["attempt_id"], Answer.question == row["question"])
    ).one()
    if current.rev == row["rev"] and current.value == row["value"]:
        return current.saved_at  # type: ignore[no-any-return]
    if current.rev >= row["rev"]:
        raise refusals.StaleRev(current=current.rev, value=told(line.shape, current.value))
    raise TooMany(retry_after=10)


def flag(work: Work, uid: UUID, questions: Sequence[str]) -> list[str]:
    """Keep which questions its candidate flagged, all of them at once, in the order of the paper; a mark for himself that changes none."""
    attempt = _writable(work, uid, _ALONE)
    asked, wanted = [line[0] for line in attempt.paper["lines"]], set(questions)
    if not wanted <= set(asked):
        raise NotFound()
    kept = [one for one in asked if one in wanted]
    work.session.execute(update(Attempt).where(Attempt.person_id == work.person_id, Attempt.id == row_id(uid)).values(flags=kept))
    return kept


def note(work: Work, uid: UUID, events: list[dict[str, Any]]) -> int:
    """Keep a batch of what the page noticed, for a reviewer; it never changes a mark. Returns how many were kept."""
    _writable(work, uid, _ALONE)
    key = (work.person_id, row_id(uid))
    mine = update(Attempt).where(Attempt.person_id == key[0], Attempt.id == key[1], Attempt.notes < NOTES)
    number = work.session.scalar(mine.values(notes=Attempt.notes + 1).returning(Attempt.notes))
    if number is None:
        raise TooMany(retry_after=60)
    keep_note(work, *key, number, events)
    return len(events)


def keep_note(work: Work, person_id: int, attempt_id: int, number: int, events: list[dict[str, Any]]) -> None:
    """Keep one batch of what was noticed."""
    work.session.add(AttemptNote(person_id=person_id, attempt_id=attempt_id, number=number, events=events, received_at=work.now))
    work.session.flush()
