"""A decision is tried at once, kept for ten seconds, and then carried out in its maker's name.

The ledger only grows, so nothing that stands in it is ever undone: what can be undone has not happened yet. Until it is
carried out the thing waits as before, its person sees no hours that could vanish, and nobody else can decide it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.desk.models import Held
from app.desk.rules import HOLD, HeldState, Verb
from app.jobs.service import enqueue
from app.kernel.errors import Refusal
from app.kernel.i18n import locale_code
from app.kernel.work import Work

CHUNK = 400
ZERO = Decimal(0)
JOB = "desk.carry_out"


class _Tried(Exception):
    """Ends a trial, so that nothing of it is kept."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to decide."""

    verb: Verb
    hours: Decimal | None = None
    reason: str = ""
    subject: str | None = None


def attempt(work: Work, act: Callable[[], object]) -> None:
    """Do it for once and take it back, so that every rule has spoken. A refusal that is itself a fact is raised so that it is kept."""
    after = list(work.after_commit)
    try:
        with work.session.begin_nested():
            act()
            raise _Tried
    except _Tried:
        work.session.expire_all()
    except Refusal as refusal:
        work.session.expire_all()
        if refusal.keeps:
            act()
        raise
    finally:
        work.after_commit[:] = after


def keep(work: Work, asked: Asked, *, count: int, title: str, hours: Decimal, versions: Mapping[str, Any]) -> Held:
    """The decision as it was made, with the things as they stood (`versions`), and the job that carries it out."""
    actor = work.actor
    held = Held(
        uid=work.new_uid(), by_id=work.person_id, verb=asked.verb, state=HeldState.HELD, title=title, count=count, hours=hours,
        asked_hours=asked.hours, asked_subject=asked.subject, reason=asked.reason, ip=actor.ip[:45], device=actor.device[:120],
        locale=locale_code(), made_at=work.now, runs_at=work.now + HOLD, ended_at=None, outcome={"versions": dict(versions)},
    )  # fmt: skip
    work.session.add(held)
    work.session.flush()
    enqueue(work, JOB, run_at=held.runs_at, held_id=held.id)
    return held
