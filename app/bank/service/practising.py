"""Which questions may be practised: given over by whoever passes questions, and taken back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete

from app.bank.actions import Action
from app.bank.models import CardState, ForPractice
from app.bank.queries.lists import whole
from app.bank.service.cards import note
from app.bank.service.refusals import MoveNotAllowed
from app.kernel.db import dialect, insert_into
from app.kernel.work import Work


def give_to_practice(work: Work, uid: UUID) -> None:
    """An approved question is open to everybody from now on, with its answer; doing it twice changes nothing."""
    work.require(Action.REVIEW)
    found = whole(work, uid)
    if found.card.state != CardState.APPROVED:
        raise MoveNotAllowed()
    fresh = insert_into(dialect(work.session), ForPractice.__table__)
    row = {"question_id": found.question.id, "opened_by": work.actor.person_id, "opened_at": work.now}
    given = fresh.values(**row).on_conflict_do_nothing(index_elements=["question_id"]).returning(ForPractice.question_id)
    if work.session.scalar(given) is not None:
        note(work, found.question.id, found.version.id, "for_practice")


def keep_for_exams(work: Work, uid: UUID) -> None:
    """No new exercise asks it any more."""
    work.require(Action.REVIEW)
    found = whole(work, uid)
    gone = delete(ForPractice).where(ForPractice.question_id == found.question.id).returning(ForPractice.question_id)
    if work.session.scalar(gone) is not None:
        note(work, found.question.id, found.version.id, "for_exams")
