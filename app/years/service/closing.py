"""open → closing → closed → restated: two natural persons, and never before the last claims are in (domain.md §6.1-8)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from app.hours.queries import book_of, today
from app.jobs.service import enqueue
from app.kernel.db import changed_one, dialect, insert_into
from app.kernel.errors import Conflict
from app.kernel.i18n import _l
from app.kernel.work import Actor, College, Work, working
from app.ledger import service as ledger
from app.years.actions import Action
from app.years.models import CITY, AccountingYear
from app.years.queries import open_claims
from app.years.rules import NEXT, SHUT, YearState, first_closed_day, first_closing_day
from app.years.service import reports
from app.years.service.trail import DecidedAlready, note, other_than

WAIT = timedelta(seconds=10)
"""Longer than any process remembers the rules in force."""


class ClaimsOpen(Conflict):
    """Claims that came in time wait for their unit or authority; whoever closes all the same says why."""

    code = "year_claims_open"
    text = _l(
        "%(count)s claims of %(year)s that came in time are still open. Have them decided first, or say why the year is closed before."
    )


class TooEarly(Conflict):
    """The calendar does not allow it yet."""

    code, text = "year_too_early", _l("This is possible from %(day)s on.")


def shut_years(work: Work) -> frozenset[int]:
    """Closed and restated years: the ledger takes nothing into them by itself."""
    statement = select(AccountingYear.year).where(AccountingYear.scope == CITY, AccountingYear.state.in_(sorted(SHUT)))
    return frozenset(work.session.scalars(statement))


def shut_since(work: Work, years: Collection[int]) -> list[ledger.Shut]:
    """Which of the years are closed, or restated, and since when."""
    mine = (AccountingYear.scope == CITY, AccountingYear.year.in_(years), AccountingYear.state.in_(sorted(SHUT)))
    found = work.session.scalars(select(AccountingYear).where(*mine).order_by(AccountingYear.year))
    return [ledger.Shut(one.year, one.restated_at is not None, at) for one in found if (at := one.restated_at or one.closed_at)]


def year_of(work: Work, year: int) -> AccountingYear:
    """The year as it is kept; an open one is made at the first look."""
    book_of(work, year)
    fresh = {"scope": CITY, "year": year, "state": YearState.OPEN, "opened_at": work.now}
    work.session.execute(insert_into(dialect(work.session), AccountingYear).values(**fresh).on_conflict_do_nothing())
    return work.session.get_one(AccountingYear, (CITY, year))


def begin_closing(work: Work, year: int) -> None:
    """The first person's step, from 1 January of the next year: what belongs to the year is brought together. The city's alone."""
    work.require(Action.CLOSE)
    kept = year_of(work, year)
    _not_before(work, first_closing_day(year))
    _move(work, kept, YearState.CLOSING, closing_at=work.now, closing_by=work.actor.person_id)


def reopen(work: Work, year: int) -> None:
    """The second person sends a closing year back."""
    work.require(Action.APPROVE)
    _move(work, year_of(work, year), YearState.OPEN, closing_at=None, closing_by=None)


def close(college: College, actor: Actor, year: int, reason: str = "") -> None:
    """The second person's step, once no claim can come any more: the first report is issued and the year is shut.

    `reason` says why it is closed while claims that came in time are still open; it stays in the trail.
    """
    as_of = closable(college, actor, year, reason)
    shut(college, actor, year, as_of, reports.figures(college, year, as_of), reason)


def closable(college: College, actor: Actor, year: int, reason: str = "") -> date:
    """Refuse what cannot be closed now or by him; the day as of which the report is made."""
    with working(college, actor) as work:
        work.require(Action.APPROVE)
        kept = year_of(work, year)
        if kept.state != YearState.CLOSING:
            raise DecidedAlready()
        other_than(work, kept.closing_by)
        _not_before(work, first_closed_day(year, book_of(work, year).claim_deadline))
        if not reason.strip() and (count := open_claims.in_time(work, year)):
            raise ClaimsOpen(count=count, year=year, field="reason")
        return today(work)


def shut(college: College, actor: Actor, year: int, as_of: date, figures: dict[str, Any], reason: str = "") -> None:
    """The last word of closing, with the figures as of that day; asked again who began, for they took their time."""
    with working(college, actor) as work:
        kept = year_of(work, year)
        other_than(work, kept.closing_by)
        _move(work, kept, YearState.CLOSED, reason.strip()[:500], closed_at=work.now, closed_by=work.actor.person_id)
        reports.issue(work, year, as_of, figures)
        if book_of(work, year).carry_over:
            enqueue(work, "years.carry", key=f"years.carry:{year}", year=year)


def restate(work: Work, year: int, reason: str) -> None:
    """A closed year has changed: it is restated, and its report is issued anew by a job."""
    _move(work, year_of(work, year), YearState.RESTATED, reason, restated_at=work.now)
    enqueue(work, "years.reissue", run_at=work.now + WAIT, key=f"years.reissue:{year}", year=year)


def _move(work: Work, kept: AccountingYear, to: YearState, reason: str = "", **values: Any) -> None:
    """Change the state if the year still stands where that is possible."""
    since = [state for state, following in NEXT.items() if to in following]
    mine = (AccountingYear.scope == kept.scope, AccountingYear.year == kept.year, AccountingYear.state.in_(since))
    if not changed_one(work.session, update(AccountingYear).where(*mine).values(state=to, **values)):
        raise DecidedAlready()
    note(work, f"year:{kept.year}", str(to), reason)


def _not_before(work: Work, day: date) -> None:
    if today(work) < day:
        raise TooEarly(day=day.isoformat())
