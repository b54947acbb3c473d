"""Reads for the page of background work."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from app.jobs.models import Job, JobState
from app.kernel.errors import NotFound
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work


def counts(work: Work) -> dict[str, int]:
    """How many jobs stand in each state (done ones are forgotten after 30 days, so the table stays small)."""
    rows = work.session.execute(select(Job.state, func.count()).group_by(Job.state))
    return {state.value: 0 for state in JobState} | {str(state): count for state, count in rows}


def listed(work: Work, state: str, page: str | None) -> Page[Job]:
    """Jobs of one state (or all), newest first."""
    key = decode_cursor(page, int)
    statement = select(Job).order_by(Job.id.desc()).limit(SIZE + 1)
    if state in set(JobState):
        statement = statement.where(Job.state == state)
    if key is not None:
        statement = statement.where(Job.id < key[0])
    return keyset(list(work.session.scalars(statement)), lambda row: (row.id,))


def held_by(work: Work, key: str) -> str:
    """The name of the job that waits or runs under a key; empty when none does."""
    return work.session.scalar(select(Job.name).where(Job.key == key)) or ""


def id_of(work: Work, uid: UUID) -> int:
    """The number of a job by its outside name."""
    found = work.session.scalar(select(Job.id).where(Job.uid == uid))
    if found is None:
        raise NotFound()
    return found
