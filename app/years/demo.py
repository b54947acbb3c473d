"""The closed years of the demo: closed each January by two people, the oldest restated since, some unmet ones decided.

Every step is taken by the verbs that a person uses, at the moment at which he would have taken it, so that year life and its
trail can be read from the first look: open → closing → closed → restated (domain.md §8).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.kernel.clock import StoppedClock, civil
from app.kernel.work import Actor, College, Work, working
from app.ledger import queries as ledger
from app.people import queries as people
from app.people.models import Account, Person
from app.years import queries, service
from app.years.actions import Action
from app.years.queries import open_claims
from app.years.rules import Reason, first_closing_day, last_closing_day

BEGINS, FIRST, SECOND, UNIT = "city2", "personnel", "city", "unit-admin"
BEGUN, SHUT_ON = (1, 6), (1, 22)
"""Month and day on which a year begins to be closed, and on which it is shut."""
DECIDED = (
    (Reason.PERSONAL, "多次通知仍未参加规定培训", "情况属实，按个人原因认定"),
    (Reason.ORGANIZATIONAL, "抽调参加专项工作，未能安排脱产", "情况属实，补训后可参加评先评优"),
)
EARLY = "个别申报仍在审核，结账后认定的经上级批准补记"
TAKEN_BACK, WAITS = "核查发现同一培训重复登记，予以冲销", "年度核查补记：单位组织的专题讲座"
Find = Callable[[str], Actor]
Reckon = Callable[[int, date], dict[str, Any]]


def closing_days(today: date, years: Sequence[int]) -> list[tuple[int, date]]:
    """The years that are shut by today, with the day as of which each is."""
    return [(year, date(year + 1, *SHUT_ON)) for year in years if today > last_closing_day(year)]


def load_years(college: College, find: Find, years: Sequence[int], reckon: Reckon) -> dict[int, str]:
    """Close the years that are over, oldest first; restate the oldest of them. Returns the state of each.

    `reckon` gives the figures of a year as of the day on which it is shut, as `service.figures` does.
    """
    with working(college, Actor.system("demo"), write=False) as work:
        today, known = civil(work.now).date(), {one.year for one in queries.years(work)}
    over = [year for year in years if today >= first_closing_day(year) and year not in known]
    shut = dict(closing_days(today, over))
    for year in over:
        with working(_then(college, date(year + 1, *BEGUN)), find(BEGINS)) as work:
            service.begin_closing(work, year)
        if year in shut:
            _close(college, find, year, reckon)
    if shut:
        _restate(college, find, min(shut))
        _decide(college, find, max(shut))
    with working(college, Actor.system("demo"), write=False) as work:
        return {one.year: str(one.state) for one in queries.years(work)}


def _then(college: College, day: date) -> College:
    """The college on the morning of a day."""
    return College(college.settings, college.engine, StoppedClock(datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)))


def _close(college: College, find: Find, year: int, reckon: Reckon) -> None:
    """Shut by the second person; the figures are those of the day, by what was known at its end."""
    then = _then(college, date(year + 1, *SHUT_ON))
    with working(then, find(SECOND), write=False) as work:
        reason = EARLY if open_claims.in_time(work, year) else ""
    as_of = service.closable(then, find(SECOND), year, reason)
    service.shut(then, find(SECOND), year, as_of, reckon(year, as_of), reason)


def _restate(college: College, find: Find, year: int) -> None:
    """A line that was entered twice is taken back by two people, which restates the year; another proposal waits.

    The report is issued anew by the job that follows from it.
    """
    first, second = find(FIRST), find(SECOND)
    with working(college, first, write=False) as work:
        now, subjects = work.now, _subjects(work, year)
    if subjects is None:
        return
    person_id, seq, other = subjects
    with working(_at(college, now - timedelta(days=2)), first) as work:
        taken_back = service.propose_reversal(work, person_id, seq, TAKEN_BACK).uid
    with working(_at(college, now - timedelta(hours=19)), second) as work:
        service.approve(work, taken_back, "已核对原始签到表")
    told = service.Figures(date(year, 11, 20), "单位讲座：业务规范", "own_unit_class", Decimal(3))
    with working(_at(college, now - timedelta(hours=17)), first) as work:
        service.propose_adjustment(work, other, told, WAITS)


def _subjects(work: Work, year: int) -> tuple[int, int, int] | None:
    """A line of the year with training days to be taken back, its person and place; and somebody else, for a proposal that waits.

    Both are of those for whom the proposer may propose: without an account as far as there are such, for the cast's record stays as it is.
    """
    has_account = Person.id.in_(select(Account.person_id))
    mine = select(Person.id).where(people.visible(work, Action.PROPOSE, Person.id), Person.id != work.person_id)
    ids = list(work.session.scalars(mine.order_by(has_account, Person.id).limit(20)))
    for person_id in ids:
        single = [line.seq for line in ledger.lines(work, person_id, year) if line.entry_kind == "credit" and line.days > 0]
        others = [one for one in ids if one != person_id]
        if single and others:
            return person_id, single[-1], others[0]
    return None


def _decide(college: College, find: Find, year: int) -> None:
    """The unit says why its people did not complete the year; the authority decides about some, the rest is left undecided."""
    with working(_then(college, date(year + 1, 2, 20)), find(UNIT)) as work:
        told = [row.person_id for row in queries.incomplete(work, year, "open", None).items if row.person_id != work.person_id]
        for person_id, (reason, text, _answer) in zip(told, DECIDED, strict=False):
            service.explain(work, person_id, year, reason, text)
    with working(_then(college, date(year + 1, 2, 26)), find(FIRST)) as work:
        waiting = [row.person_id for row in queries.incomplete(work, year, "open", None).items if row.person_id != work.person_id]
        for person_id, (reason, _text, answer) in zip(waiting, DECIDED, strict=False):
            service.decide(work, person_id, year, reason, answer)


def _at(college: College, moment: datetime) -> College:
    return College(college.settings, college.engine, StoppedClock(moment))
