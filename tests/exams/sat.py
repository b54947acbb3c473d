"""Builders for statistics: many people who sat one examination, some well and some badly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from app.exams import service
from app.exams.models import Exam
from app.kernel.work import Actor, Work
from tests import make
from tests.exams import build, papers

WorkAs = Callable[..., AbstractContextManager[Work]]


def sit(work_as: WorkAs, exam: Exam, actor: Actor, *, wrong: int = 0) -> Any:
    """Sit an examination from beginning to end, the last `wrong` questions of the paper wrongly; the attempt's outside name."""
    attempt = build.start(work_as, actor, exam.uid)
    build.answer_all(work_as, actor, attempt, wrong=wrong)
    with work_as(actor) as work:
        service.submit(work, attempt.attempt)
    return attempt.attempt


def examination(work_as: WorkAs, questions: int = 4, **more: Any) -> Exam:
    """An open examination with a fixed number of questions, the same for everybody."""
    papers.stocked(work_as, questions)
    return papers.opened(work_as, papers.rows(questions), **more)


def sat_by(
    work_as: WorkAs, exam: Exam, units: Sequence[tuple[str, int]], *, wrong: Callable[[int], int] = lambda at: at % 3
) -> list[Actor]:
    """So many people of each unit sit it; `wrong` says how many questions the n-th of them gets wrong."""
    found: list[Actor] = []
    for name, count in units:
        with work_as() as work:
            unit = make.unit(work, name)
            own = [
                make.actor(make.person(work, f"{name}{at}", at=unit), "exams.sit", sign_in_id=1000 + len(found) + at) for at in range(count)
            ]
        for actor in own:
            sit(work_as, exam, actor, wrong=wrong(len(found)))
            found.append(actor)
    return found


def made(work_as: WorkAs, exam: Exam) -> Any:
    """The figures of the examination, made now."""
    with work_as() as work:
        return service.make_figures(work, exam.id)
