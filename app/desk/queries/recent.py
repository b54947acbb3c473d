"""What I decided a moment ago: still to be undone, carried out, or refused meanwhile."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from app.desk.models import Held
from app.desk.rules import HeldState
from app.kernel.work import Work

SHOWN = timedelta(minutes=10)


def recent(work: Work) -> list[Held]:
    """My decisions that wait, and those of the last ten minutes that were refused or left something out; the latest first."""
    mine = (
        select(Held)
        .where(Held.by_id == work.person_id, or_(Held.state == HeldState.HELD, Held.made_at > work.now - SHOWN))
        .order_by(Held.made_at.desc(), Held.id.desc())
        .limit(12)
    )
    return [held for held in work.session.scalars(mine) if held.state == HeldState.HELD or _speaks(held)][:4]


def _speaks(held: Held) -> bool:
    return held.state == HeldState.REFUSED or (held.state == HeldState.DONE and bool(held.outcome.get("left_out")))
