"""Questions out of files (examining.py): corrected row by row, brought in, and taken back as a whole.

Nothing reaches the bank before `carry_out`. What is brought in stands as a draft of whoever imports, like anything else
he writes; taking an import back retires its questions, so that a paper that already has one keeps it (INV-I16).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from app.bank.actions import Action
from app.bank.models import Band, Card, CardState, ImportRow, ImportState, Question, QuestionKey, QuestionVersion, Trail
from app.bank.models import BankImport as Import
from app.bank.queries.lists import own_import
from app.bank.rules import likeness, packed
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.findings import Finding, sound
from app.bank.service import cards, files, pictures
from app.bank.service.examining import against_bank, lay, placed, read_file, with_likes
from app.bank.service.holds import refuse_asked
from app.bank.service.refusals import ImportNotOpen, NothingToImport, QuestionsRefused
from app.kernel import bulk
from app.kernel.db import changed_one
from app.kernel.errors import NotFound
from app.kernel.work import Actor, College, Work, working

BATCH = 500


def row_of(work: Work, uid: UUID, number: int) -> tuple[Import, ImportRow]:
    """A row of an import of one's own that is not brought in yet: others of the same import may be."""
    work.require(Action.AUTHOR)
    kept = own_import(work, uid)
    row = work.session.get(ImportRow, (kept.id, number))
    if row is None:
        raise NotFound()
    if kept.state == ImportState.UNDONE or row.question_id is not None:
        raise ImportNotOpen()
    return kept, row


def correct(work: Work, uid: UUID, number: int, draft: QuestionDraft) -> ImportRow:
    """Put a question of the import right; it is held against the rules again and stays in its place."""
    _kept, row = row_of(work, uid, number)
    wrong = [Finding(row.line, one.field, one.code) for one in cards.named_wrongly(work, draft)]
    read = with_likes(work, placed(work, [sound(row.line, draft, wrong)]))[0]
    row.draft, row.is_good = packed.as_json(read.draft) if read.draft else None, read.is_good
    row.findings = [one.as_json() for one in read.findings]
    work.session.flush()
    return row


def leave_out(work: Work, uid: UUID, number: int) -> None:
    """Take a row out of the import."""
    _kept, row = row_of(work, uid, number)
    work.session.delete(row)
    work.session.flush()


def carry_out(work: Work, uid: UUID) -> int:
    """Bring the good rows in, as drafts of whoever imports; the others stay to be corrected. One transaction: all of them or none.

    Repeated, it brings in what was corrected since; ImportNotOpen where that is nothing, or the import was taken back.
    """
    work.require(Action.AUTHOR)
    kept = own_import(work, uid)
    mine = update(Import).where(Import.id == kept.id).values(state=ImportState.DONE, done_at=work.now)
    is_first = changed_one(work.session, mine.where(Import.state == ImportState.EXAMINED))
    if not is_first and not changed_one(work.session, mine.where(Import.state == ImportState.DONE)):
        raise ImportNotOpen()
    count, after = 0, 0
    good = select(ImportRow).where(ImportRow.import_id == kept.id, *_WAITING).order_by(ImportRow.number)
    while rows := list(work.session.scalars(good.where(ImportRow.number > after).limit(BATCH))):
        _bring_in(work, kept.id, rows)
        count, after = count + len(rows), rows[-1].number
        work.session.flush()
        for row in rows:
            work.session.expunge(row)
    if not count:
        raise NothingToImport() if is_first else ImportNotOpen()
    files.forget(work, kept)
    return count


_WAITING = (ImportRow.is_good, ImportRow.question_id.is_(None))
"""Rows that can be brought in and are not yet."""


def waiting(work: Work, import_id: int) -> int:
    """How many rows can be brought in and are not yet."""
    return work.session.scalar(select(func.count()).where(ImportRow.import_id == import_id, *_WAITING)) or 0


def _bring_in(work: Work, import_id: int, rows: Sequence[ImportRow]) -> None:
    """A batch of questions with their versions, keys, cards, bands and trail, in a statement for each table."""
    drafts = [packed.from_json(row.draft or {}) for row in rows]
    author, now, session = work.actor.person_id, work.now, work.session
    asked = [{"uid": work.new_uid(), "author_id": author, "created_at": now} for _ in rows]
    ids = list(session.scalars(insert(Question).returning(Question.id, sort_by_parameter_order=True), asked))
    versions = [{"question_id": at, **_version(work, draft)} for at, draft in zip(ids, drafts, strict=True)]
    numbers = list(session.scalars(insert(QuestionVersion).returning(QuestionVersion.id, sort_by_parameter_order=True), versions))
    bulk.put(session, QuestionKey.__table__, [
        {"version_id": number, "right": packed.right(draft), "partial": draft.partial, "explanation": draft.explanation,
         "hidden": packed.secret(draft)}
        for number, draft in zip(numbers, drafts, strict=True)
    ])  # fmt: skip
    session.execute(update(Question), [{"id": at, "current_version_id": number} for at, number in zip(ids, numbers, strict=True)])
    pictures.used(work, zip(numbers, drafts, strict=True))
    bulk.put(session, Card.__table__, [
        {"question_id": at, "state": CardState.DRAFT, "author_id": author, "import_id": import_id, "reviewed_by": None, "moved_at": now,
         **cards.about(draft)}
        for at, draft in zip(ids, drafts, strict=True)
    ])  # fmt: skip
    bands = [{"band": band, "question_id": at} for at, draft in zip(ids, drafts, strict=True) for band in likeness.bands(draft.stem)]
    bulk.put(session, Band.__table__, bands)
    session.execute(insert(Trail), [
        {"question_id": at, "version_id": number, "what": "imported", "who_id": author, "reason": "", "at": now}
        for at, number in zip(ids, numbers, strict=True)
    ])  # fmt: skip
    for row, at in zip(rows, ids, strict=True):
        row.question_id = at


def _version(work: Work, draft: QuestionDraft) -> dict[str, Any]:
    return {
        "uid": work.new_uid(), "number": 1, "kind": draft.kind, "stem": draft.stem, "options": packed.lettered(draft),
        "keeps_order": draft.keeps_order, "points": draft.points, "topic": draft.topic, "lecture_id": draft.lecture_id,
        "at_second": draft.at_second, "author_id": work.actor.person_id, "created_at": work.now, "shown": packed.face(draft),
        "competencies": list(draft.competencies), "difficulty": draft.difficulty, "source": draft.source,
    }  # fmt: skip


def bring_in(college: College, actor: Actor, content: bytes, *, wanted: str = "auto", file_name: str = "", only_good: bool = False) -> UUID:
    """Examine a file and carry it out in one transaction; the import it makes can be taken back like any other.

    Raises QuestionsRefused with what was found (`_looked`) where rows have errors and nobody asked to leave them out,
    NothingToImport where no row is good; nothing is entered then.
    """
    found, read, made = read_file(college, content, wanted, pictures.receive)
    with working(college, actor) as work:
        work.require(Action.AUTHOR)
        pictures.note(work, made)
        looked = against_bank(work, found, read)
        if looked.bad and not only_good:
            raise QuestionsRefused(bad=looked.bad, _looked=looked)
        laid = lay(work, looked, file_name)
        carry_out(work, laid.uid)
        return laid.uid


def take_back(work: Work, uid: UUID) -> int:
    """Retire every question of an import, whatever became of it; papers that have one keep it. Returns how many."""
    work.require(Action.AUTHOR)
    kept = own_import(work, uid)
    done = update(Import).where(Import.id == kept.id, Import.state == ImportState.DONE)
    if not changed_one(work.session, done.values(state=ImportState.UNDONE, undone_at=work.now)):
        raise ImportNotOpen()
    live = select(Card.question_id).where(Card.import_id == kept.id, Card.state != CardState.RETIRED)
    trail = select(Card.question_id, Question.current_version_id).join(Question, Question.id == Card.question_id)
    lines = work.session.execute(trail.where(Card.question_id.in_(live))).all()
    refuse_asked(work, [question_id for question_id, _version in lines])
    who, now = work.actor.person_id, work.now
    if lines:
        work.session.execute(insert(Trail), [
            {"question_id": at, "version_id": version, "what": "import_undone", "who_id": who, "reason": "", "at": now}
            for at, version in lines
        ])  # fmt: skip
    work.session.execute(
        update(Question).where(Question.id.in_(live)).values(retired_at=work.now).execution_options(synchronize_session=False)
    )
    here = update(Card).where(Card.import_id == kept.id, Card.state != CardState.RETIRED)
    work.session.execute(here.values(state=CardState.RETIRED, moved_at=work.now).execution_options(synchronize_session=False))
    return len(lines)


def counts(work: Work, import_id: int) -> tuple[int, int]:
    """Good rows, and rows with errors."""
    rows = work.session.execute(
        select(ImportRow.is_good, func.count()).where(ImportRow.import_id == import_id).group_by(ImportRow.is_good)
    ).all()
    found = {bool(is_good): int(number) for is_good, number in rows}
    return found.get(True, 0), found.get(False, 0)
