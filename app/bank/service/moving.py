"""Many questions brought a step on at once: handed in, or passed; each as it would be alone, with its line in the trail."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, insert, select, update

from app.bank.models import BankImport as Import
from app.bank.models import Card, CardState, Question, QuestionVersion, Trail
from app.bank.queries.lists import visible
from app.bank.rules.review import moves
from app.bank.service.cards import mover_of
from app.bank.service.refusals import MoveNotAllowed, NoneChosen, TooManyChosen
from app.kernel.work import Work

T = TypeVar("T")
Rows = Sequence[Row[int, int | None, CardState, int | None, int | None, datetime]]
MOST = 1_000
"""Questions that may be named in one act; a whole import has no such end. More are refused, never cut."""
BATCH = 500
FROM = {CardState.IN_REVIEW: CardState.DRAFT, CardState.APPROVED: CardState.IN_REVIEW}
"""The steps that are taken for many at once, and the state they begin at; to give something back takes a reason of its own."""


@dataclass(frozen=True)
class MovedMany:
    """How many took the step, and why others did not: `own` were written by whoever would pass them, `changed` came in anew
    after they were read, `elsewhere` stand in another state or are not to be seen."""

    done: int
    own: int = 0
    changed: int = 0
    elsewhere: int = 0


def move_chosen(work: Work, uids: Collection[UUID], to: str, read_at: datetime | None = None) -> MovedMany:
    """Bring the questions of a list on; of more than MOST none. `read_at` is when they were read: what moved since stays."""
    chosen = list(dict.fromkeys(uids))
    if not chosen:
        raise NoneChosen(field="questions")
    if len(chosen) > MOST:
        raise TooManyChosen(field="questions", most=MOST, count=len(chosen))
    rows = [row for some in _batches(chosen) for row in _rows(work, Question.uid.in_(some))]
    return _move(work, rows, _step(to), read_at, missing=len(chosen) - len(rows))


def move_import(work: Work, import_uid: UUID, to: str, read_at: datetime | None = None) -> MovedMany:
    """The same for whatever of a whole import waits for this step."""
    state = FROM[_step(to)]
    whole = select(Import.id).where(Import.uid == import_uid).scalar_subquery()
    return _move(work, _rows(work, Card.import_id == whole, Card.state == state), _step(to), read_at)


def _step(to: str) -> CardState:
    if to not in tuple(FROM):
        raise MoveNotAllowed()
    return CardState(to)


def _batches(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    return (all_of_them[at : at + BATCH] for at in range(0, len(all_of_them), BATCH))


def _rows(work: Work, *which: ColumnElement[bool]) -> Rows:
    """Number, version, state, author, who wrote that version, and last step of questions that may be seen."""
    named = select(Card.question_id, Question.current_version_id, Card.state, Card.author_id, QuestionVersion.author_id, Card.moved_at)
    named = named.join(Question, Question.id == Card.question_id).join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
    return work.session.execute(named.where(visible(work), *which)).all()


def _move(work: Work, rows: Rows, to: CardState, read_at: datetime | None, missing: int = 0) -> MovedMany:
    me = work.actor.person_id
    going: dict[int, int | None] = {}
    own = changed = 0
    for number, version, state, author, writer, moved_at in rows:
        if to in moves(str(state), mover_of(work, author, writer)):
            if read_at is not None and moved_at > read_at:
                changed += 1
            else:
                going[number] = version
        else:
            own += me in (author, writer) and to == CardState.APPROVED and state == FROM[to]
    done = [number for some in _batches(list(going)) for number in _moved(work, some, to)]
    if done:
        work.session.execute(insert(Trail), [
            {"question_id": at, "version_id": going[at], "what": to.value, "who_id": me, "reason": "", "at": work.now} for at in done
        ])  # fmt: skip
    return MovedMany(len(done), own, changed + len(going) - len(done), len(rows) + missing - len(going) - own - changed)


def _moved(work: Work, numbers: Sequence[int], to: CardState) -> Sequence[int]:
    """Those of a batch that still stood where the step begins: nobody is quicker without being noticed."""
    reviewer = work.actor.person_id if to is CardState.APPROVED else None
    here = update(Card).where(Card.question_id.in_(numbers), Card.state == FROM[to])
    there = here.values(state=to, moved_at=work.now, reviewed_by=reviewer).execution_options(synchronize_session=False)
    return work.session.scalars(there.returning(Card.question_id)).all()
