"""The college as it is, for test_kill: everybody may sit, and each time an attempt is handed in leaves a row in a tally.

The row is written in the transaction that hands in, and nothing keeps a second one out: what happened twice stands there twice.
"""

from __future__ import annotations

from sqlalchemy import insert

from app.exams import service
from app.exams.service.marking import AttemptGraded
from app.factory import create_app
from app.kernel.events import on
from app.kernel.work import Work
from config import Settings
from tests.exams.candidate import TALLY

app = create_app(Settings.from_env())
service.set_eligibility(lambda _work, _exam, _person_id: None)


@on(AttemptGraded)
def tally(work: Work, event: AttemptGraded) -> None:
    """One row for each time that an attempt became final, with who did it: the candidate has no name here."""
    row = {"person_id": event.person_id, "attempt_id": event.attempt_id, "hand": work.actor.name if work.actor.is_system else ""}
    work.session.execute(insert(TALLY).values(row))
