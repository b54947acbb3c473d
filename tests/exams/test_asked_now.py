"""A question of a fixed paper is not taken out of the bank from under those who sit it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.bank import service as bank
from app.bank.models import Card, CardState, Question
from app.bank.service import holds
from app.bank.service.refusals import AskedNow
from app.exams import service
from app.exams.queries.secrets import fixed_now
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor, College
from tests.bank import build as banked
from tests.bank.test_service import TEXT
from tests.exams import build, papers
from tests.exams.build import WorkAs


@pytest.fixture(autouse=True)
def _told() -> Iterator[None]:
    """Examinations tell the bank, as listeners.py has it."""
    before = list(holds._told)
    bank.set_asked(fixed_now)
    yield
    holds._told[:] = before


@pytest.fixture
def author(work_as: WorkAs) -> Actor:
    return banked.author(work_as)


def passed(work_as: WorkAs, author: Actor) -> UUID:
    """A question of this author that somebody else passed."""
    uid = banked.handed_in(work_as, author)
    with work_as(banked.reviewer(work_as)) as work:
        bank.move(work, uid, "approved")
    return uid


def fixed(work_as: WorkAs, uids: list[UUID], to: str = "open", **more: Any) -> UUID:
    """An examination of these questions, brought to this state."""
    one, other = papers.assembler(work_as, "设考", 11), papers.assembler(work_as, "开考", 12)
    with work_as(one) as work:
        exam = service.plan_exam(work, papers.terms(**more)).uid
        service.set_questions(work, exam, [(uid, None) for uid in uids])
    for actor, state in ((one, "checked"), (other, "open"), (other, "closed"))[: {"draft": 0, "checked": 1, "open": 2, "closed": 3}[to]]:
        with work_as(actor) as work:
            service.move_exam(work, exam, state)
    return exam


def state(work_as: WorkAs, uid: UUID) -> str:
    with work_as(write=False) as work:
        return str(
            work.session.scalars(select(Card.state).join(Question, Question.id == Card.question_id).where(Question.uid == uid)).one()
        )


@pytest.mark.parametrize(("to", "is_held"), [("draft", False), ("checked", True), ("open", True), ("closed", False)])
@pytest.mark.parametrize("move", ["retired", "draft"])
def test_it_stays_while_the_paper_is_checked_or_open(work_as: WorkAs, author: Actor, to: str, move: str, *, is_held: bool) -> None:
    uid = passed(work_as, author)
    exam = fixed(work_as, [uid], to)
    if not is_held:
        with work_as(author) as work:
            assert bank.move(work, uid, move).state == move
        return
    for actor in (author, banked.reviewer(work_as, "钱审")):
        with pytest.raises(AskedNow), work_as(actor) as work:
            bank.move(work, uid, move, "题干有误")
    assert state(work_as, uid) == CardState.APPROVED
    if to == "open":
        assert build.start(work_as, papers.candidate(work_as), exam).questions


def test_it_goes_once_nobody_can_begin_any_more(work_as: WorkAs, author: Actor, clock: StoppedClock) -> None:
    uid = passed(work_as, author)
    fixed(work_as, [uid], closes_at=papers.in_days(work_as, 1))
    clock.at += timedelta(days=1)
    with work_as(author) as work:
        assert bank.move(work, uid, "retired").state == "retired"


def test_what_a_blueprint_may_draw_goes_at_any_time(work_as: WorkAs, author: Actor) -> None:
    uid = passed(work_as, author)
    papers.stocked(work_as, 3)
    papers.opened(work_as, papers.rows(2))
    with work_as(author) as work:
        assert bank.move(work, uid, "retired").state == "retired"


def test_an_import_is_not_taken_back_with_it(work_as: WorkAs, college: College, author: Actor) -> None:
    imported = bank.examine(college, author, TEXT.encode(), file_name="题.txt")
    with work_as(author) as work:
        assert bank.carry_out(work, imported) == 2
        uid = work.session.scalars(select(Question.uid).order_by(Question.id)).first()
        assert uid is not None
        bank.move(work, uid, "in_review")
    with work_as(banked.reviewer(work_as)) as work:
        bank.move(work, uid, "approved")
    exam = fixed(work_as, [uid])
    with pytest.raises(AskedNow), work_as(author) as work:
        bank.take_back(work, imported)
    assert state(work_as, uid) == CardState.APPROVED
    with work_as(papers.assembler(work_as, "关考", 13)) as work:
        service.move_exam(work, exam, "closed")
    with work_as(author) as work:
        assert bank.take_back(work, imported) == 2
