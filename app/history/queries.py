"""Reads of past training: the persons of a file, imports, their lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, true

from app.history.actions import Action
from app.history.models import HistoryImport, HistoryLine
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people.models import Account, Person
from app.people.queries import visible

CHUNK = 400


@dataclass(frozen=True)
class Subject:
    """A person a row is about."""

    id: int
    name: str
    in_scope: bool


@dataclass(frozen=True)
class Known:
    """The persons of some rows, by keyed ID number and by user name."""

    by_id_no: dict[str, Subject]
    by_user_name: dict[str, Subject]


def persons(work: Work, id_no_hashes: Collection[str], user_names: Collection[str]) -> Known:
    """Who is meant, and whether he lies within the actor's jurisdiction (HISTORY.IMPORT)."""
    found = Known({}, {})
    for column, words, into in (
        (Person.id_no_hash, id_no_hashes, found.by_id_no),
        (Account.user_name, user_names, found.by_user_name),
    ):
        wanted = sorted(words)
        for start in range(0, len(wanted), CHUNK):
            statement = (
                select(column, Person.id, Person.name, Person.id.in_(_visible_ids(work)))
                .outerjoin(Account, Account.person_id == Person.id)
                .where(column.in_(wanted[start : start + CHUNK]))
            )
            into.update({str(word): Subject(person_id, name, bool(may)) for word, person_id, name, may in work.session.execute(statement)})
    return found


def _visible_ids(work: Work) -> Any:
    return select(Person.id).where(visible(work, Action.IMPORT, Person.id))


def seen(work: Work) -> Any:
    """The imports that the actor sees: his own, and those of which lines are in that concern nobody outside his jurisdiction.

    The college sees all.
    """
    if work.actor.is_system:
        return true()
    line = HistoryLine.import_id == HistoryImport.id
    outside = exists(select(1).where(line, ~visible(work, Action.IMPORT, HistoryLine.person_id)).correlate(HistoryImport))
    has_lines = exists(select(1).where(line).correlate(HistoryImport))
    return or_(HistoryImport.owner_id == work.person_id, and_(has_lines, ~outside))


def concerns(work: Work, import_id: int, person_id: int) -> bool:
    """Whether a line of an import is this person's."""
    statement = select(HistoryLine.seq).where(HistoryLine.import_id == import_id, HistoryLine.person_id == person_id)
    return work.session.execute(statement.limit(1)).first() is not None


def imports(work: Work, cursor: str | None) -> Page[HistoryImport]:
    """One's own imports and what others brought in about one's people, the newest first."""
    statement = select(HistoryImport).where(seen(work)).order_by(HistoryImport.id.desc()).limit(SIZE + 1)
    if key := decode_cursor(cursor, int):
        statement = statement.where(HistoryImport.id < key[0])
    return keyset(list(work.session.scalars(statement)), lambda row: (row.id,))


@dataclass(frozen=True)
class Sum:
    """What became of an import: lines, persons, hours."""

    lines: int
    persons: int
    hours: Any


def sums(work: Work, import_id: int) -> Sum:
    """What the lines of an import come to."""
    statement = select(func.count(), func.count(HistoryLine.person_id.distinct()), func.sum(HistoryLine.hours))
    return Sum(*work.session.execute(statement.where(HistoryLine.import_id == import_id)).one())


def lines_after(work: Work, import_id: int, row: int, limit: int) -> Sequence[HistoryLine]:
    """Lines of an import behind a row, in the order of the file."""
    statement = select(HistoryLine).where(HistoryLine.import_id == import_id, HistoryLine.row > row)
    return list(work.session.scalars(statement.order_by(HistoryLine.row).limit(limit)))


def rows_done(work: Work, import_id: int, first: int, last: int) -> set[int]:
    """Rows of a file that became lines already: an interrupted import goes on behind them."""
    statement = select(HistoryLine.row).where(HistoryLine.import_id == import_id, HistoryLine.row.between(first, last))
    return set(work.session.scalars(statement))


def source(work: Work, source_id: str) -> HistoryImport | None:
    """The import that a ledger line names as its source; None where the past came in another way, as in the demo."""
    try:
        uid = UUID(source_id.partition(":")[0])
    except ValueError:
        return None
    return work.session.scalar(select(HistoryImport).where(HistoryImport.uid == uid))


def years(work: Work, import_id: int) -> set[int]:
    """The accounting years an import posted into."""
    return set(work.session.scalars(select(HistoryLine.accounting_year).where(HistoryLine.import_id == import_id).distinct()))
