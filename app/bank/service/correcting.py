"""A key that proved wrong where it was asked: the question's next version has another one, and somebody else passes it."""

from __future__ import annotations

from sqlalchemy import select, update

from app.bank.actions import Action
from app.bank.models import Card, CardState, Question, QuestionVersion
from app.bank.queries.drafts import draft_of
from app.bank.queries.lists import Whole, whole
from app.bank.service import cards, likes, writing
from app.bank.service.holds import refuse_asked
from app.bank.service.keys import Secret
from app.bank.service.refusals import AlreadyMoved, MoveNotAllowed, VersionedSince
from app.kernel.db import changed_one
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Work


def correct_key(work: Work, version_id: int, secret: Secret, reason: str) -> QuestionVersion:
    """Write the next version of a question with this key in the place of its own, and hand it in.

    By who reviews questions of others, or its author; neither passes it then (`cards.mover`). Until somebody does it is drawn no more.
    """
    found = _named(work, version_id)
    state = str(found.card.state)
    if not (found.is_own and work.may(Action.AUTHOR)) and not work.may(Action.REVIEW):
        raise Forbidden()
    if found.version.id != version_id:
        raise VersionedSince()
    if state == CardState.RETIRED:
        raise MoveNotAllowed()
    if state == CardState.APPROVED:
        refuse_asked(work, [found.question.id])
    neat = cards.sound(work, draft_of(found.version, secret, found.version.lecture_id))
    here = update(Card).where(Card.question_id == found.question.id, Card.state == state)
    if not changed_one(work.session, here.values(state=CardState.IN_REVIEW, moved_at=work.now, reviewed_by=None, **cards.about(neat))):
        raise AlreadyMoved()
    version = writing.write(work, found.question, neat)
    likes.remember(work, found.question.id, neat.stem)
    cards.note(work, found.question.id, version.id, "key_corrected", reason.strip()[: cards.REASON])
    work.session.refresh(found.card)
    return version


def _named(work: Work, version_id: int) -> Whole:
    """The question this is a version of; one that has no card, or is not seen, does not exist."""
    named = select(Question.uid).join(QuestionVersion, QuestionVersion.question_id == Question.id)
    uid = work.session.scalar(named.where(QuestionVersion.id == version_id))
    if uid is None:
        raise NotFound()
    return whole(work, uid)
