"""What a closed year hands on is posted as a pair, once, and put right when the year is restated (domain.md §6.4, EX-E27)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.compliance import service as compliance
from app.compliance.models import Standing
from app.hours import queries as hours
from app.jobs.models import Job
from app.kernel.work import College, Work, working
from app.ledger import queries as lines
from app.ledger import service as ledger
from app.years import jobs, queries, service
from app.years.service import carrying
from tests import make
from tests.ledger.build import line
from tests.years import build
from tests.years.build import SYSTEM, Small

D = Decimal


@pytest.fixture
def nanjing(college: College, monkeypatch: pytest.MonkeyPatch) -> College:
    """The college judges by the rules that carry over: 56 required hours, 84 in all."""
    monkeypatch.setattr(college, "settings", replace(college.settings, rule_set="nj-legacy"))
    return college


@pytest.fixture
def made(nanjing: College) -> Small:
    """Two of whom one has 70 required and 20 elective hours (EX-E27), the other too few; and the people of closing."""
    with working(nanjing, SYSTEM) as work:
        unit = make.unit(work)
        met, short = make.person(work, "何达标", at=unit), make.person(work, "许未达", at=unit)
        excess(work, met.id)
        study(work, short.id, 1, "30", mandatory=True)
        found = Small(
            met, short, build.actor(work, "经办甲", "years.close", "years.propose"), build.actor(work, "上级乙", "years.approve"),
            build.actor(work, "单位丙"), build.actor(work, "部门丁"),
        )  # fmt: skip
    compliance.rebuild(nanjing, 2026)
    return found


def study(work: Work, person_id: int, number: int, amount: str, year: int = 2026, *, mandatory: bool = False) -> None:
    axes = {"mandatory": True} if mandatory else {}
    new = line(person_id, number, hours=D(amount), occurred_from=date(year, 5, 1), occurred_to=date(year, 5, 20), axes=axes)
    ledger.append(work, new)


def excess(work: Work, person_id: int) -> None:
    study(work, person_id, 1, "70", mandatory=True)
    study(work, person_id, 2, "16")
    study(work, person_id, 3, "4")


def carried(college: College, person_id: int) -> list[tuple[str, int, Decimal]]:
    """Halves and what took them back, in the order of the chain."""
    with working(college, SYSTEM, write=False) as work:
        found = lines.lines(work, person_id)
        return [(one.entry_kind, one.accounting_year, one.hours) for one in found if one.source_type == "carry_over"]


def judged(college: College, person_id: int, year: int) -> Any:
    with working(college, SYSTEM, write=False) as work:
        return hours.my_year(work, person_id, year).evaluation


def counted(college: College, person_id: int, year: int) -> list[Decimal]:
    return [row.counted for row in judged(college, person_id, year).verdict("year").figures]


PAIR = [("carry_out", 2026, D(-6)), ("carry_in", 2027, D(6))]


def test_closing_carries_the_excess_once_and_nobody_counts_it_twice(nanjing: College, clock: Any, made: Small) -> None:
    before = judged(nanjing, made.met.id, 2026)
    assert (before.carried, counted(nanjing, made.met.id, 2026)) == (D(6), [D(70), D(90)])
    build.close(nanjing, clock, made)
    with working(nanjing, SYSTEM, write=False) as work:
        assert work.session.scalars(select(Job.name)).all() == ["years.carry"]
    jobs.carry(nanjing, 2026)
    assert carried(nanjing, made.met.id) == PAIR
    assert carried(nanjing, made.short.id) == []
    jobs.carry(nanjing, 2026)
    assert carried(nanjing, made.met.id) == PAIR, "a second run finds nothing to do"
    after = judged(nanjing, made.met.id, 2026)
    assert (after.carried, after.verdict("year").status, counted(nanjing, made.met.id, 2026)) == (D(0), "met", [D(70), D(84)])
    assert counted(nanjing, made.met.id, 2027) == [D(0), D(6)]
    with working(nanjing, SYSTEM, write=False) as work:
        out, into = lines.lines(work, made.met.id)[-2:]
        assert (out.occurred_to, into.occurred_from) == (date(2026, 12, 31), date(2027, 1, 1))
        assert "6" in out.reason and out.reason == into.reason


def test_nothing_is_carried_while_the_year_is_open_or_by_rules_that_carry_nothing(
    college: College, clock: Any, made: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert service.carry_over(college, 2026) == 0
    monkeypatch.setattr(college, "settings", replace(college.settings, rule_set="demo"))
    build.close(college, clock, made)
    with working(college, SYSTEM, write=False) as work:
        assert work.session.scalars(select(Job.name)).all() == []
    assert service.carry_over(college, 2026) == 0
    assert carried(college, made.met.id) == []


def test_both_paths_of_judging_see_what_was_carried(nanjing: College, clock: Any, made: Small) -> None:
    """Decision 20; hours carried in are no training of the next year (REQ-G07)."""
    build.close(nanjing, clock, made)
    service.carry_over(nanjing, 2026)
    compliance.rebuild(nanjing, 2027)
    with working(nanjing, SYSTEM, write=False) as work:
        rows = work.session.scalars(select(Standing).where(Standing.person_id == made.met.id, Standing.requirement == "year")).all()
        found = {row.year: (row.state, [one[3] for one in row.figures or ()], row.trained_year) for row in rows}
    assert found == {2026: ("met", ["70", "84"], True), 2027: ("short", ["0", "6"], False)}


def test_what_was_carried_in_is_not_carried_on(nanjing: College, clock: Any, made: Small) -> None:
    build.close(nanjing, clock, made)
    service.carry_over(nanjing, 2026)
    clock.at = datetime(2027, 6, 1, 2, 0, tzinfo=UTC)
    with working(nanjing, SYSTEM) as work:
        study(work, made.met.id, 9, "84", 2027, mandatory=True)
    assert counted(nanjing, made.met.id, 2027) == [D(84), D(90)]
    _close_2027(nanjing, clock, made)
    assert service.carry_over(nanjing, 2027) == 0
    assert carried(nanjing, made.met.id) == PAIR


def test_a_restated_year_hands_on_what_it_has_now_and_restates_the_closed_one_after_it(nanjing: College, clock: Any, made: Small) -> None:
    build.close(nanjing, clock, made)
    service.carry_over(nanjing, 2026)
    _close_2027(nanjing, clock, made)
    assert _state(nanjing, 2027) == "closed"
    _take_back(nanjing, made, 3)
    jobs.reissue(nanjing, 2026)
    again = [*PAIR, ("reversal", 2026, D(6)), ("reversal", 2027, D(-6)), ("carry_out", 2026, D(-2)), ("carry_in", 2027, D(2))]
    assert sorted(carried(nanjing, made.met.id)) == sorted(again)
    assert (counted(nanjing, made.met.id, 2026), counted(nanjing, made.met.id, 2027)) == ([D(70), D(84)], [D(0), D(2)])
    assert _state(nanjing, 2027) == "restated"
    with working(nanjing, SYSTEM, write=False) as work:
        report = queries.report(work, 2026, 2)
        assert report.figures["requirements"]["year"]["met"] == 1, "the pair was put right before the report was made"
    _take_back(nanjing, made, 2)
    service.carry_over(nanjing, 2026)
    assert counted(nanjing, made.met.id, 2026) == [D(70), D(70)]
    assert sum(one[2] for one in carried(nanjing, made.met.id)) == 0


def test_nobody_proposes_to_take_half_of_a_pair_back(nanjing: College, clock: Any, made: Small) -> None:
    build.close(nanjing, clock, made)
    service.carry_over(nanjing, 2026)
    with pytest.raises(service.CarriedByRule), working(nanjing, made.first) as work:
        service.propose_reversal(work, made.met.id, 4, "不应结转")


def test_the_report_of_a_day_is_the_same_before_and_after_carrying(nanjing: College, clock: Any, made: Small) -> None:
    """EX-E40: what is carried is no training of either year."""
    build.close(nanjing, clock, made)
    then = service.figures(nanjing, 2026, date(2027, 1, 20))
    assert service.carry_over(nanjing, 2026) == 1
    assert service.figures(nanjing, 2026, date(2027, 1, 20)) == then
    assert then["hours"] == "120"


def test_a_city_goes_in_pieces_and_a_run_that_was_stopped_goes_on(
    nanjing: College, clock: Any, made: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working(nanjing, SYSTEM) as work:
        others = [make.person(work, f"李学{n}", at=make.unit(work)).id for n in range(5)]
        for one in others:
            excess(work, one)
    build.close(nanjing, clock, made)
    monkeypatch.setattr(carrying, "BATCH", 2)
    real, seen = carrying._settle, []

    def stops(work: Work, book: Any, year: int, accounts: Any) -> None:
        seen.append(len(accounts))
        if len(seen) == 3:
            raise RuntimeError("the machine stopped")
        real(work, book, year, accounts)

    monkeypatch.setattr(carrying, "_settle", stops)
    with pytest.raises(RuntimeError):
        service.carry_over(nanjing, 2026)
    assert max(seen) <= 2
    done = [one for one in (made.met.id, *others) if carried(nanjing, one)]
    assert 0 < len(done) < 6
    monkeypatch.setattr(carrying, "_settle", real)
    assert service.carry_over(nanjing, 2026) == 6 - len(done)
    assert all(carried(nanjing, one) == PAIR for one in (made.met.id, *others))


def _close_2027(college: College, clock: Any, made: Small) -> None:
    clock.at = datetime(2028, 1, 20, 2, 0, tzinfo=UTC)
    with working(college, made.first) as work:
        service.begin_closing(work, 2027)
    service.close(college, made.second, 2027)


def _state(college: College, year: int) -> str:
    with working(college, SYSTEM, write=False) as work:
        return str(next(one.state for one in queries.years(work) if one.year == year))


def _take_back(college: College, made: Small, seq: int) -> None:
    with working(college, made.first) as work:
        change = service.propose_reversal(work, made.met.id, seq, "查实代学")
    with working(college, made.second) as work:
        service.approve(work, change.uid)
