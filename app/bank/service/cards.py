"""Questions of the bank: written, changed, handed in, passed, given back, retired. Each step leaves a line in the trail."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import update

from app.bank.actions import Action
from app.bank.models import Card, CardState, Question, QuestionVersion, Trail
from app.bank.queries.lists import Whole, whole
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import Fault, QuestionDraft, faults, tidy
from app.bank.rules.likeness import plain
from app.bank.rules.review import Mover, moves, needs_reason
from app.bank.service import likes, pictures, placing, writing
from app.bank.service.holds import refuse_asked
from app.bank.service.refusals import AlreadyMoved, Faulty, MoveNotAllowed, NotADraft, ReasonNeeded
from app.kernel.db import changed_one
from app.kernel.work import Work

EVERY = frozenset(Kind)
REASON = 500


def sound(work: Work, draft: QuestionDraft) -> QuestionDraft:
    """The draft tidied, or every fault it has: of its own, and of what it names in the college."""
    neat, found = examined(work, draft)
    if found:
        raise Faulty(found)
    return replace(neat, place=None)


def examined(work: Work, draft: QuestionDraft) -> tuple[QuestionDraft, list[Fault]]:
    """The draft tidied, its place settled, and every fault it has: of its own, and of what it names in the college."""
    neat, wrong = placing.settled(work, [tidy(draft)])[0]
    return neat, [*faults(neat, kinds=EVERY), *named_wrongly(work, neat), *([wrong] if wrong else [])]


def named_wrongly(work: Work, draft: QuestionDraft) -> list[Fault]:
    """Pictures that the bank does not have, of the question itself and of the parts of a case."""
    named = {"": draft.picture} | {f"parts.{at}.": one.picture for at, one in enumerate(draft.parts, 1)}
    known = pictures.are_known(work, [one for one in named.values() if one is not None])
    return [Fault(f"{place}picture", "picture_unknown") for place, one in named.items() if one is not None and one.sha256 not in known]


def add(work: Work, draft: QuestionDraft) -> Question:
    """A new question of one's own in the bank, as a draft."""
    work.require(Action.AUTHOR)
    neat = sound(work, draft)
    question = writing.create(work, neat)
    work.session.add(Card(question_id=question.id, state=CardState.DRAFT, author_id=work.actor.person_id, moved_at=work.now, **about(neat)))
    work.session.flush()
    likes.remember(work, question.id, neat.stem)
    note(work, question.id, question.current_version_id, "written")
    return question


def about(draft: QuestionDraft) -> dict[str, object]:
    """What a card says of a draft."""
    return {"kind": draft.kind, "topic": draft.topic, "difficulty": draft.difficulty, "points": draft.points,
            "fingerprint": likes.fingerprint(draft), "words": plain(draft.stem)}  # fmt: skip


def change(work: Work, uid: UUID, draft: QuestionDraft) -> QuestionVersion | None:
    """The next version of one's own draft; a draft that says exactly what stands already makes none."""
    work.require(Action.AUTHOR)
    found = whole(work, uid)
    if not found.is_own or found.card.state != CardState.DRAFT:
        raise NotADraft()
    neat = sound(work, draft)
    if neat == found.draft:
        return None
    version = writing.write(work, found.question, neat)
    for name, value in about(neat).items():
        setattr(found.card, name, value)
    likes.remember(work, found.question.id, neat.stem)
    note(work, found.question.id, version.id, "changed")
    return version


def mover(work: Work, found: Whole) -> Mover:
    """The actor, as the rules of review see him before this question."""
    return mover_of(work, found.card.author_id, found.version.author_id)


def mover_of(work: Work, author_id: int | None, writer_id: int | None) -> Mover:
    """The same by whose question it is and who wrote what stands: neither of them reviews it."""
    me = work.actor.person_id
    return Mover(author_id == me and work.may(Action.AUTHOR), work.may(Action.REVIEW) and me not in (author_id, writer_id))


def move(work: Work, uid: UUID, to: str, reason: str = "", version: int | None = None) -> Card:
    """Bring a question to another state. With `version`, only if that is still its present one: nobody passes what he has not read."""
    found = whole(work, uid)
    state, who = str(found.card.state), mover(work, found)
    if version is not None and found.version.number != version:
        raise AlreadyMoved()
    if to not in moves(state, who):
        raise MoveNotAllowed()
    if state == CardState.APPROVED:
        refuse_asked(work, [found.question.id])
    reason = reason.strip()[:REASON]
    if needs_reason(state, to, who) and not reason:
        raise ReasonNeeded(field="reason")
    reviewer = work.actor.person_id if to == CardState.APPROVED else None
    here = update(Card).where(Card.question_id == found.question.id, Card.state == state)
    if not changed_one(work.session, here.values(state=to, moved_at=work.now, reviewed_by=reviewer)):
        raise AlreadyMoved()
    found.question.retired_at = work.now if to == CardState.RETIRED else None
    said = "given_back" if (state, to) == ("in_review", "draft") and not who.is_author else {"draft": "reopened"}.get(to, to)
    note(work, found.question.id, found.version.id, said, reason)
    work.session.refresh(found.card)
    return found.card


def note(work: Work, question_id: int, version_id: int | None, what: str, reason: str = "") -> None:
    """A line in the trail of a question."""
    work.session.add(
        Trail(question_id=question_id, version_id=version_id, what=what, who_id=work.actor.person_id, reason=reason, at=work.now)
    )
    work.session.flush()
