"""Builders for papers and sessions: an approved bank, who sets up an examination and who opens it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.bank import service as bank
from app.bank.models import Card, CardState, Question
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.bank.rules.likeness import fingerprint, plain
from app.exams import service
from app.exams.models import Exam
from app.exams.rules.blueprint import Row
from app.exams.rules.sessions import Terms
from app.exams.rules.timing import ReleasePolicy
from app.kernel.work import Actor, Work
from tests import make

WorkAs = Callable[..., AbstractContextManager[Work]]
KEY, WHY = "canary-key", "canary-explanation"


def approved(work: Work, number: int, *, topic: str = "党章", difficulty: int = 3, kind: Kind = Kind.SINGLE, says: str = "") -> Question:
    """A question of the bank that was passed; with `says` it says the same as another that says so."""
    said = says or f"{topic}第 {number} 题"
    options = tuple(OptionDraft(f"{said} 选项 {at}", at == 0) for at in range(4))
    draft = QuestionDraft(kind, said, options, Decimal(2), f"{WHY} {number}", topic=topic, difficulty=difficulty)
    if kind is Kind.JUDGE:
        draft = QuestionDraft.judge(said, is_true=True, points=Decimal(2), explanation=WHY, topic=topic, difficulty=difficulty)
    if kind is Kind.SHORT:
        draft = QuestionDraft(kind, said, (), Decimal(2), WHY, topic=topic, difficulty=difficulty, sample=f"{KEY} 要点")
    return passed(work, draft)


def passed(work: Work, draft: QuestionDraft) -> Question:
    """This question in the bank, passed."""
    question = bank.create(work, draft)
    work.session.add(
        Card(question_id=question.id, state=CardState.APPROVED, kind=draft.kind, topic=draft.topic, difficulty=draft.difficulty,
             points=draft.points, author_id=None, fingerprint=fingerprint(draft.stem), words=plain(draft.stem), moved_at=work.now)
    )  # fmt: skip
    work.session.flush()
    return question


def stocked(work_as: WorkAs, count: int = 12, **more: Any) -> list[UUID]:
    """So many approved questions; their outside names."""
    with work_as() as work:
        return [approved(work, number, **more).uid for number in range(count)]


def assembler(work_as: WorkAs, name: str, sign_in_id: int) -> Actor:
    """Somebody who sets up examinations and opens those of others, for everybody."""
    with work_as() as work:
        return make.actor(make.person(work, name), "exams.assemble", "exams.open", sign_in_id=sign_in_id)


def terms(**more: Any) -> Terms:
    """Terms of an examination of 90 minutes that shows everything at once; with several attempts, what they may show at once."""
    policy = ReleasePolicy.FULL_AT_ONCE if more.get("max_attempts", 1) == 1 else ReleasePolicy.CLOSING_QUIZ
    return Terms(**{"title": "党章党规在线测试", "limit_minutes": 90, "release_policy": policy, **more})


def rows(*counts: int, topic: str = "党章", points: int = 2) -> list[Row]:
    """Rows of single-choice questions of one topic."""
    return [Row(topic, Kind.SINGLE, count, Decimal(points)) for count in counts]


def opened(work_as: WorkAs, wanted: Sequence[Row], **more: Any) -> Exam:
    """An examination by blueprint, checked by one and opened by another."""
    one, other = assembler(work_as, "设考", 11), assembler(work_as, "开考", 12)
    with work_as(one) as work:
        exam = service.plan_exam(work, terms(**more))
        service.set_blueprint(work, exam.uid, wanted)
        service.move_exam(work, exam.uid, "checked")
    with work_as(other) as work:
        return service.move_exam(work, exam.uid, "open")


def in_days(work_as: WorkAs, days: int) -> datetime:
    """A moment so many days from now."""
    with work_as(write=False) as work:
        return work.now + timedelta(days=days)


def candidate(work_as: WorkAs, name: str = "李学", sign_in_id: int = 1, **more: Any) -> Actor:
    """Somebody who sits."""
    with work_as() as work:
        return make.actor(make.person(work, name, **more), "exams.sit", sign_in_id=sign_in_id)
