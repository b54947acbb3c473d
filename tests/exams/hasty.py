"""A web server that makes two classical mistakes, to show that the loop of test_kill notices them.

It acknowledges an answer now and writes it a little later; and whoever hands in again hands in a second time.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from app.exams import service
from app.exams.models import Attempt, AttemptState
from app.exams.service import attempts, marking
from app.exams.service.marking import Receipt
from app.kernel.errors import Refusal
from app.kernel.ids import row_id
from app.kernel.work import Actor, College, Work, working
from tests.exams.honest import app

__all__ = ["app", "in_child"]

college: College = app.extensions["college"]
careful_save, careful_submit = attempts.save, marking.submit
waiting: list[tuple[Actor, UUID, str, int, object]] = []


def save(work: Work, uid: UUID, question: str, rev: int, value: object) -> attempts.Kept:
    """Put the answer on a list, and say that it is saved."""
    waiting.append((work.actor, uid, question, rev, value))
    return attempts.Kept(work.now, work.now + timedelta(hours=1))


def submit(work: Work, uid: UUID, *, is_due: bool = False) -> Receipt:
    """Hand in whatever was there before: the attempt is opened again first."""
    mine = update(Attempt).where(Attempt.person_id == work.person_id, Attempt.id == row_id(uid))
    work.session.execute(mine.values(state=AttemptState.RUNNING))
    return careful_submit(work, uid, is_due=is_due)


def write_behind() -> None:
    """Write the list twice a second."""
    while True:
        time.sleep(0.5)
        while waiting:
            actor, *answer = waiting.pop(0)
            try:
                with working(college, actor) as work:
                    careful_save(work, *answer)  # type: ignore[arg-type]
            except Refusal:
                continue


def in_child() -> None:
    """Begin to write behind, in the process that serves."""
    threading.Thread(target=write_behind, daemon=True).start()


service.save = save
service.submit = submit
