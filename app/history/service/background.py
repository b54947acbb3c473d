"""Thousands of rows are brought in or taken back in the background: asked for on a page, done as whoever asked, told on that page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.history.models import HistoryImport
from app.history.rules import ImportState
from app.history.service.examining import HistoryRefused, Progress
from app.history.service.keeping import AlreadyIn, NotIn, carry_out, from_json, may_take_back, own_import, take_back
from app.jobs import queries as jobs
from app.jobs.service import enqueue
from app.kernel.errors import Conflict, Refusal
from app.kernel.i18n import _l
from app.kernel.work import Actor, College, Work, working
from app.people import service as people

BRING_IN, TAKE_BACK = "history.bring_in", "history.take_back"
BROKEN = "history_broken"
SYSTEM = Actor.system("history")
log = logging.getLogger(__name__)


class UnderWay(Conflict):
    """Somebody has this file brought in or taken back right now."""

    code, text = "history_under_way", _l("This file is being worked on already. Its page shows how far that is.")


def under_way(work: Work, kept: HistoryImport) -> str:
    """The name of the work that waits or runs for a file; empty when there is none."""
    return jobs.held_by(work, _key(kept))


def ask_in(work: Work, uid: UUID, *, only_good: bool) -> None:
    """Have a laid-down file brought in. Rows with errors refuse it before anything is changed, unless `only_good`."""
    kept = own_import(work, uid)
    if kept.state != ImportState.EXAMINED:
        raise AlreadyIn()
    first = from_json(kept.report)
    if first.has_errors and not only_good:
        raise HistoryRefused(bad=first.bad, _report=first)
    _begin(work, kept, BRING_IN, only_good=only_good)


def ask_back(work: Work, uid: UUID, reason: str) -> None:
    """Have a whole import taken back, for a reason that everybody concerned will read."""
    kept = may_take_back(work, uid, reason)
    _begin(work, kept, TAKE_BACK, reason=reason.strip())


def _begin(work: Work, kept: HistoryImport, name: str, **asked: Any) -> None:
    if enqueue(work, name, key=_key(kept), uid=str(kept.uid), person_id=work.person_id, **asked) is None:
        raise UnderWay()
    work.session.execute(update(HistoryImport).where(HistoryImport.id == kept.id).values(progress=0, trouble=None))


def _key(kept: HistoryImport) -> str:
    return f"history:{kept.id}"


def run_in(college: College, uid: UUID, person_id: int, *, only_good: bool) -> None:
    """Bring a file in as the person who asked for it may now. Safe to run twice."""
    _run(college, uid, person_id, lambda actor, tell: carry_out(college, actor, uid, only_good=only_good, progress=tell))


def run_back(college: College, uid: UUID, person_id: int, reason: str) -> None:
    """Take an import back as the person who asked for it may now. Safe to run twice."""
    _run(college, uid, person_id, lambda actor, tell: take_back(college, actor, uid, reason, tell))


def _run(college: College, uid: UUID, person_id: int, act: Callable[[Actor, Progress], object]) -> None:
    """Act as the person, who may do nothing once his account is shut or he has left; why it came to nothing is kept for its page.

    What an earlier try finished is finished.
    """
    with working(college, SYSTEM, write=False) as work:
        actor = people.actor_for(work, person_id) if people.may_enter(work, person_id) else Actor(person_id=person_id)
    trouble = None
    try:
        act(actor, lambda rows: _keep(college, uid, progress=rows))
    except (AlreadyIn, NotIn):
        log.info("done by an earlier try", extra={"import": str(uid)})
    except Refusal as refusal:
        trouble = {"code": refusal.code, "facts": refusal.public_facts}
    except Exception:
        _keep(college, uid, trouble={"code": BROKEN, "facts": {}})
        raise
    _keep(college, uid, trouble=trouble)


def _keep(college: College, uid: UUID, **values: object) -> None:
    with working(college, SYSTEM) as work:
        work.session.execute(update(HistoryImport).where(HistoryImport.uid == uid).values(**values))
