"""Verbs of practice: make an exercise, answer it. No line of the ledger, no hour, no event comes of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from app.bank import service as bank
from app.bank.queries import faces
from app.bank.rules.answers import CaseValue, Kind, Malformed, Value, fit, is_answered
from app.bank.rules.scoring import Outcome, score
from app.exams.queries.secrets import reserved
from app.exams.rules.assembly import Candidate, Line, Paper, assemble, draw, seed
from app.exams.service.results import HELD
from app.kernel.clock import civil
from app.kernel.db import dialect, insert_into
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.ids import person_uid, row_id
from app.kernel.work import Work
from app.practice import queries, rules
from app.practice.models import PracticeAnswer, PracticeSet, Recall, SetKind
from app.practice.rules import Row


class NothingToPractise(Conflict):
    """No question is open for practice that fits."""

    code, text = "nothing_to_practise", _l("There is no question for this practice yet.")


class StillAsked(Conflict):
    """An unfinished examination may ask the question, or one that says the same."""

    code, text = "question_still_asked", _l("An examination that is not over may still ask this question. Open it for practice afterwards.")


class MarkedByHand(Conflict):
    """The question, or a part of the case, wants a written answer, which nobody would mark in practice."""

    code, text = "question_marked_by_hand", _l("Written answers are marked by people, so this question cannot be practised.")


class NoAnswer(Invalid):
    """Nothing was chosen, or what came is no answer to the question."""

    code, text = "practice_answer_bad", _l("Choose or write an answer first.")


def daily(work: Work) -> PracticeSet:
    """The exercise of today, the same however often it is asked for; drawn by person and day."""
    slot = rules.slot(civil(work.now).date())
    found = queries.of_slot(work, slot)
    return found or _make(work, SetKind.DAILY, slot, queries.pool(work, (), rules.KINDS), rules.DAILY)


def self_test(work: Work, topics: Collection[str], kinds: Collection[Kind], count: int) -> PracticeSet:
    """So many questions of these topics and kinds (all for none), drawn anew each time. It leaves no record: of those before this one
    that are over nothing stays.
    """
    size = min(max(count, 1), rules.MOST)
    _forget(work, queries.finished_self_tests(work))
    return _make(work, SetKind.SELF_TEST, str(work.new_uid()), queries.pool(work, topics, kinds or rules.KINDS), size)


def _forget(work: Work, sets: Sequence[int]) -> None:
    """Erase these exercises of the person with their answers."""
    for table, number in ((PracticeAnswer, PracticeAnswer.set_id), (PracticeSet, PracticeSet.id)):
        work.session.execute(delete(table).where(table.person_id == work.person_id, number.in_(sets)))


def again(work: Work, **filters: str) -> PracticeSet:
    """The questions of the book that the filters leave, the last missed first, in the version that was missed."""
    entries = [one for one in queries.narrowed(queries.book(work), **filters) if one.is_practised][: rules.MOST]
    found = queries.candidates(work, [one.question_id for one in entries], [one.version_id for one in entries])
    return _keep(work, SetKind.AGAIN, str(work.new_uid()), found, len(found))


def _make(work: Work, kind: SetKind, slot: str, question_ids: Sequence[int], count: int) -> PracticeSet:
    """Draw by seed among what may be asked; more than wanted are drawn, for some may have become an examination's."""
    key = seed(work.settings.secret_key, f"practice|{slot}", work.person_id, 1)
    chosen = draw(key, question_ids, min(count * 3, len(question_ids)))
    by_uid = {one.uid: one for one in queries.candidates(work, chosen)}
    return _keep(work, kind, slot, [by_uid[uid] for uid in draw(key, by_uid, min(count, len(by_uid)))], count)


def _keep(work: Work, kind: SetKind, slot: str, found: Sequence[Candidate], count: int) -> PracticeSet:
    if not found:
        raise NothingToPractise()
    secret, table = work.settings.secret_key, PracticeSet.__table__
    for _round in range(4):  # an id that the person has by chance already is drawn again
        uid = person_uid(work.person_id, work.now)
        paper = assemble(secret, seed(secret, f"practice|{slot}", work.person_id, 2), str(uid), found, min(count, len(found)))
        row = {"person_id": work.person_id, "id": row_id(uid), "uid": uid, "kind": kind, "slot": slot, "paper": paper.as_json(),
               "size": len(paper.lines), "created_at": work.now}  # fmt: skip
        work.session.execute(insert_into(dialect(work.session), table).values(**row).on_conflict_do_nothing())
        if (made := queries.of_slot(work, slot)) is not None:
            return made
    raise Conflict()


def answer(work: Work, uid: UUID, question: str, value: object) -> PracticeAnswer:
    """Keep and mark the first answer to a question; a later one changes nothing and gets the first back.

    What an examination has taken up since the exercise was made is kept unmarked (HELD): right or wrong is as good as its key, and
    there may be as many exercises with it as it has options (INV-I18, docs/adr/0027). It enters no book; nor does anything of a
    self-test, which leaves no record.
    """
    row = queries.own_set(work, uid)
    line = Paper.from_json(row.paper).find(question)
    if line is None:
        raise NotFound()
    before = work.session.get(PracticeAnswer, (row.person_id, row.id, question))
    if before is not None:
        return before
    try:
        kept = fit(line.shape, value)
    except Malformed as error:
        raise NoAnswer(field="value") from error
    if not is_answered(kept):
        raise NoAnswer(field="value")
    outcome = _outcome(work, line, kept)
    made = {"person_id": row.person_id, "set_id": row.id, "question": question, "value": kept, "outcome": outcome, "at": work.now}
    fresh = insert_into(dialect(work.session), PracticeAnswer.__table__).values(**made)
    first = fresh.on_conflict_do_nothing(index_elements=["person_id", "set_id", "question"]).returning(PracticeAnswer.question)
    if work.session.scalar(first) is not None and outcome != HELD and row.kind != SetKind.SELF_TEST:
        _remember(work, line, is_right=outcome == Outcome.RIGHT)
    return work.session.get_one(PracticeAnswer, (row.person_id, row.id, question))


def _outcome(work: Work, line: Line, kept: Value | CaseValue) -> str:
    """How the answer was; HELD where an unfinished examination may ask the question, or one that says the same."""
    if reserved(work, [queries.question_of(work, line.version_id)]):
        return HELD
    face = faces(work, [line.version_id])[line.version_id]
    key = bank.secrets(work, [line.version_id])[line.version_id].key(line.kind, face.shown)
    return score(key, line.points, line.inner(kept)).outcome.value


def _remember(work: Work, line: Line, *, is_right: bool) -> None:
    """How the question stands with the person now."""
    question_id = queries.question_of(work, line.version_id)
    kept = work.session.scalar(
        select(Recall).where(Recall.person_id == work.person_id, Recall.question_id == question_id).with_for_update()
    )
    before = Row(kept.misses, kept.streak, kept.missed_at, kept.right_since) if kept else Row()
    now: dict[str, Any] = {**asdict(rules.answered(before, is_right=is_right, at=work.now)), "version_id": line.version_id}
    fresh = insert_into(dialect(work.session), Recall.__table__).values(person_id=work.person_id, question_id=question_id, **now)
    work.session.execute(fresh.on_conflict_do_update(index_elements=["person_id", "question_id"], set_=now))
    work.session.expire_all()


def learnt(work: Work, uid: UUID) -> None:
    """Take a question out of the book by hand, which is how one leaves that is never asked again; missed anew, it comes back."""
    entry = next((one for one in queries.book(work) if one.question == uid and one.is_by_hand), None)
    if entry is None:
        raise NotFound()
    now = {"streak": rules.ENOUGH, "right_since": work.now, "version_id": entry.version_id}
    fresh = insert_into(dialect(work.session), Recall.__table__).values(
        person_id=work.person_id, question_id=entry.question_id, misses=0, **now
    )
    work.session.execute(fresh.on_conflict_do_update(index_elements=["person_id", "question_id"], set_=now))
    work.session.expire_all()


def open_question(work: Work, uid: UUID) -> None:
    """Give an approved question over to practice, unless some unfinished examination may ask it or its twin."""
    question_id, version = queries.question_named(work, uid)
    if not rules.is_marked_at_once(version.kind, version.shown):
        raise MarkedByHand()
    if reserved(work, [question_id]):
        raise StillAsked()
    bank.give_to_practice(work, uid)


def close_question(work: Work, uid: UUID) -> None:
    """Take it back for examinations."""
    bank.keep_for_exams(work, uid)
