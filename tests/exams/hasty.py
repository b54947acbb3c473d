"""A web server that makes the classical mistake: it acknowledges an answer now and writes it a little later.

It exists for test_kill only, to show that the loop there notices a lost answer.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime
from uuid import UUID

from app.exams import service
from app.exams.service import attempts
from app.factory import create_app
from app.kernel.errors import Refusal
from app.kernel.work import Actor, College, Work, working
from config import Settings

app = create_app(Settings.from_env())
college: College = app.extensions["college"]
careful = attempts.save
waiting: list[tuple[Actor, UUID, str, int, object]] = []


def save(work: Work, uid: UUID, question: str, rev: int, value: object) -> datetime:
    """Put the answer on a list, and say that it is saved."""
    waiting.append((work.actor, uid, question, rev, value))
    return work.now


def write_behind() -> None:
    """Write the list twice a second."""
    while True:
        time.sleep(0.5)
        while waiting:
            actor, *answer = waiting.pop(0)
            try:
                with working(college, actor) as work:
                    careful(work, *answer)  # type: ignore[arg-type]
            except Refusal:
                continue


def in_child() -> None:
    """Begin to write behind, in the process that serves."""
    threading.Thread(target=write_behind, daemon=True).start()


service.save = save
