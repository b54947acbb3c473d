"""The whole ledger is walked, and what came of it is kept: when, how many lines, what was wrong (service/verifying.py)."""

from __future__ import annotations

from collections.abc import Callable

from app.kernel.work import Actor, College, working
from app.ledger.models import LedgerCheck
from app.ledger.service.verifying import verify
from app.ledger.service.walking import Report

LONGEST = 500


def check(college: College, actor: Actor, progress: Callable[[int], None] = lambda _lines: None) -> Report:
    """Walk everything in a reading of its own, then keep the outcome in a short unit of work."""
    with working(college, actor, write=False) as work:
        began_at, report = work.now, verify(work, progress)
    with working(college, actor) as work:
        bad = "" if report.bad is None else str(report.bad)[:LONGEST]
        work.session.add(
            LedgerCheck(began_at=began_at, ended_at=work.now, lines=report.lines, people=report.people, sealed=report.sealed,
                        seals=report.seals, erased=report.erased, bad=bad)
        )  # fmt: skip
    return report
