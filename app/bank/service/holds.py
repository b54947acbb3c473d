"""Which questions are asked now of everybody alike, so that nobody withdraws them from under those who sit; told by whoever asks them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from app.bank.service.refusals import AskedNow
from app.kernel.work import Work

Asked = Callable[[Work, Collection[int]], bool]
"""(work, question ids) → whether any of them is in a paper that is fixed and not over."""

_told: list[Asked] = []


def set_asked(tell: Asked) -> None:
    """Register who knows."""
    _told[:] = [tell]


def refuse_asked(work: Work, question_ids: Collection[int]) -> None:
    """Refuse to take these questions out of the bank while a fixed paper asks one of them: nobody could begin it any more."""
    if _told and question_ids and _told[0](work, question_ids):
        raise AskedNow()
