"""Builders for the bank: authors, a reviewer, and questions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from uuid import UUID

from app.bank import service
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.kernel.work import Actor, Work
from tests import make

WorkAs = Callable[..., AbstractContextManager[Work]]
KEY, WHY = "canary-key", "canary-explanation"
"""Words that stand in keys and explanations; no candidate may meet them (INV-I18)."""


def single(number: int = 1, **more: object) -> QuestionDraft:
    """A single-choice question."""
    options = tuple(OptionDraft(f"选项 {number} {at}", at == 0) for at in range(4))
    return QuestionDraft(
        Kind.SINGLE, f"第 {number} 道关于{'甲乙丙丁戊己庚辛'[number % 8]}的题", options, Decimal(2), f"{WHY} {number}", **more
    )  # type: ignore[arg-type]


def author(work_as: WorkAs, name: str = "王讲") -> Actor:
    """Somebody who writes questions."""
    with work_as() as work:
        return make.actor(make.person(work, name), "bank.author", sign_in_id=1)


def reviewer(work_as: WorkAs, name: str = "赵审") -> Actor:
    """Somebody who passes questions, and writes some himself."""
    with work_as() as work:
        return make.actor(make.person(work, name), "bank.author", "bank.review", sign_in_id=2)


def add(work_as: WorkAs, actor: Actor, draft: QuestionDraft | None = None) -> UUID:
    """A question of this author."""
    with work_as(actor) as work:
        return service.add(work, draft or single()).uid


def handed_in(work_as: WorkAs, actor: Actor, draft: QuestionDraft | None = None) -> UUID:
    """The same, waiting for review."""
    uid = add(work_as, actor, draft)
    with work_as(actor) as work:
        service.move(work, uid, "in_review")
    return uid
