"""A year is closed by two people, takes nothing but what was approved, and can be reported as of any day (EX-E24, EX-E40)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from app.jobs.models import Job
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor, College, working
from app.ledger import queries as ledger_lines
from app.ledger import service as ledger
from app.years import queries, service
from app.years.models import AccountingYear, YearReport, YearTrail
from app.years.rules import NEXT, YearState
from tests.ledger.build import line
from tests.years import build
from tests.years.build import SYSTEM, Small


@pytest.fixture
def made(college: College) -> Small:
    return build.city(college)


def state(college: College, year: int = 2026) -> str:
    with working(college, SYSTEM, write=False) as work:
        return str(work.session.get_one(AccountingYear, ("city", year)).state)


def test_a_year_is_closed_in_january_by_two_people(college: College, clock: Any, made: Small) -> None:
    with pytest.raises(service.TooEarly), working(college, made.first) as work:
        service.begin_closing(work, 2026)
    clock.at = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    with pytest.raises(Forbidden), working(college, made.second) as work:
        service.begin_closing(work, 2026)
    with working(college, made.first) as work:
        service.begin_closing(work, 2026)
    with pytest.raises(service.TooEarly):  # claims may come until 15 January
        service.close(college, made.second, 2026)
    clock.at = build.JANUARY
    both = Actor(person_id=made.first.person_id, name="经办甲", actions=made.first.actions | made.second.actions)
    with pytest.raises(service.SecondPersonNeeded):
        service.close(college, both, 2026)
    assert state(college) == "closing"
    service.close(college, made.second, 2026)
    assert state(college) == "closed"
    with pytest.raises(service.DecidedAlready):
        service.close(college, made.second, 2026)
    with working(college, SYSTEM, write=False) as work:
        assert [one.act for one in queries.trail(work, "year:2026")] == ["issued", "closed", "closing"]


def test_the_last_closing_second_is_a_state_of_its_own_table() -> None:
    assert NEXT[YearState.RESTATED] == {YearState.RESTATED}
    assert all(YearState.OPEN not in NEXT[one] for one in (YearState.CLOSED, YearState.RESTATED))


def test_a_closed_year_takes_no_line_by_itself(college: College, clock: Any, made: Small) -> None:
    build.close(college, clock, made)
    for act in (
        lambda work: ledger.append(work, build.network(made.short.id, 1)),
        lambda work: ledger.append_many(work, [build.network(made.short.id, 1)]),
        lambda work: ledger.adjust(work, build.network(made.short.id, 1), "补记"),
        lambda work: ledger.reverse(work, made.short.id, 1, "代学"),
        lambda work: ledger.append_many(work, [ledger.TakeBack(person_id=made.short.id, activity_key="claim:book:1", reason="代学")]),
    ):
        with pytest.raises(ledger.YearClosed), working(college, SYSTEM) as work:
            act(work)
    with working(college, SYSTEM) as work:  # the negative control: the present year, and the same line in an approved hand
        new = line(made.short.id, 2, occurred_from=date(2027, 1, 10), occurred_to=date(2027, 1, 12))
        ledger.append(work, new)
        with ledger.approved(work):
            ledger.append(work, build.network(made.short.id, 1))


def test_a_revocation_after_closing_restates_the_year_and_the_older_issue_stays(college: College, clock: Any, made: Small) -> None:
    build.close(college, clock, made)
    with working(college, SYSTEM, write=False) as work:
        first = queries.report(work, 2026, 1)
    clock.at += timedelta(days=30)
    with working(college, made.first) as work:
        change = service.propose_reversal(work, made.short.id, 1, "查实代学")
    assert state(college) == "closed"
    with pytest.raises(Forbidden), working(college, made.first) as work:
        service.approve(work, change.uid)
    own = Actor(person_id=made.short.id, name="许未达", actions=made.second.actions, grants=made.second.grants)
    with pytest.raises(service.OwnAffair), working(college, own) as work:
        service.approve(work, change.uid)
    with working(college, made.second) as work:
        service.approve(work, change.uid)
    assert state(college) == "restated"
    with pytest.raises(service.DecidedAlready), working(college, made.second) as work:
        service.approve(work, change.uid)
    with working(college, SYSTEM, write=False) as work:
        assert work.session.scalars(select(Job.name)).all() == ["years.reissue"]
        lines = ledger_lines.lines(work, made.short.id)
        assert [one.hours for one in lines] == [Decimal(8), Decimal(-8)]
    second = service.reissue(college, 2026)
    assert Decimal(first.figures["hours"]) - Decimal(second.figures["hours"]) == 8
    assert [(one["kind"], one["reverses"], one["hours"], one["reason"]) for one in second.changes] == [("reversal", 1, "-8", "查实代学")]
    with working(college, SYSTEM, write=False) as work:
        again = queries.report(work, 2026, 1)
        assert (again.figures, again.issue, again.changes) == (first.figures, 1, [])


def test_a_report_as_of_a_day_reproduces_exactly_after_later_changes(college: College, clock: Any, made: Small) -> None:
    clock.at = datetime(2027, 1, 31, 10, 0, tzinfo=UTC)
    then = service.figures(college, 2026, date(2027, 1, 31))
    clock.at = datetime(2027, 2, 20, 2, 0, tzinfo=UTC)
    with working(college, SYSTEM) as work:
        ledger.reverse(work, made.short.id, 1, "查实代学")
        for seq in range(1, 3):
            ledger.reverse(work, made.met.id, seq, "查实代学")
    clock.at = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)
    assert service.figures(college, 2026, date(2027, 1, 31)) == then
    now = service.figures(college, 2026, date(2027, 3, 1))
    assert Decimal(then["hours"]) - Decimal(now["hours"]) == 10
    assert (then["requirements"]["N3_network"]["met"], now["requirements"]["N3_network"].get("met", 0)) == (1, 0)


def test_an_adjustment_is_a_signed_line_in_the_closed_year(college: College, clock: Any, made: Small) -> None:
    figures = service.Figures(date(2026, 6, 1), "漏记专题班", "special_class", Decimal(8), Decimal(1), True)
    with pytest.raises(service.NotClosed), working(college, made.first) as work:
        service.propose_adjustment(work, made.short.id, figures, "签到表漏登")
    build.close(college, clock, made)
    with pytest.raises(service.BadAdjustment, match="bad_adjustment"), working(college, made.first) as work:
        service.propose_adjustment(work, made.short.id, service.Figures(date(2026, 6, 1), "x", "picnic", Decimal(1)), "x")
    with working(college, made.first) as work:
        change = service.propose_adjustment(work, made.short.id, figures, "签到表漏登")
    with working(college, made.second) as work:
        service.approve(work, change.uid)
    with working(college, SYSTEM, write=False) as work:
        last = ledger_lines.lines(work, made.short.id)[-1]
        assert (last.entry_kind, last.hours, last.days, last.accounting_year) == ("adjustment", Decimal(8), Decimal(1), 2026)
    outside = Actor(person_id=made.first.person_id, name="x", actions=frozenset({"years.propose"}))
    with pytest.raises(NotFound), working(college, outside) as work:
        service.propose_adjustment(work, made.short.id, figures, "不在范围")


def test_a_refused_proposal_changes_nothing(college: College, clock: Any, made: Small) -> None:
    build.close(college, clock, made)
    with working(college, made.first) as work:
        change = service.propose_reversal(work, made.short.id, 1, "有疑问")
    with pytest.raises(service.WordsNeeded), working(college, made.second) as work:
        service.refuse(work, change.uid, " ")
    with working(college, made.second) as work:
        service.refuse(work, change.uid, "证据不足")
    assert state(college) == "closed"
    with working(college, SYSTEM, write=False) as work:
        assert len(ledger_lines.lines(work, made.short.id)) == 1


@pytest.mark.parametrize("table", [YearTrail, YearReport])
def test_trail_and_reports_only_grow(college: College, clock: Any, made: Small, table: Any) -> None:
    build.close(college, clock, made)
    column = "by_name" if table is YearTrail else "issued_by"
    for statement in (update(table).values({column: "x"}), delete(table)):
        with pytest.raises(DatabaseError), working(college, SYSTEM) as work:
            work.session.execute(statement)
