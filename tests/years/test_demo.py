"""The closed years of the demo: closed by two people at their time, one restated since, reports that reproduce (EX-E24, EX-E40)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from app.admin import history
from app.admin.demo import actor_named
from app.admin.reckoning import MANY, beside
from app.compliance import service as compliance
from app.kernel.work import Actor, College, working
from app.people.demo import load_people
from app.years import demo, queries, service
from app.years.models import IncompletionDecision
from app.years.rules import ProposalState, Reason
from tests.years.build import SYSTEM


def load(college: College, today: date) -> dict[int, str]:
    """The smallest city with its past, and its years as far as they are over."""
    years = range(today.year - history.YEARS_BACK, today.year)
    with working(college, SYSTEM) as work:
        load_people(work, scale="xs", today=today)
    history.load_history(college, today, 2026)
    compliance.rebuild(college, *years)

    def find(name: str) -> Actor:
        with working(college, SYSTEM, write=False) as work:
            return actor_named(work, name)

    return demo.load_years(college, find, years, partial(service.figures, college))


def test_closed_and_restated_years_are_there_from_the_first_look(college: College, clock: Any) -> None:
    assert load(college, date(2026, 11, 22)) == {2024: "restated", 2025: "closed"}
    with working(college, SYSTEM, write=False) as work:
        for year in (2024, 2025):
            acts = [one for one in queries.trail(work, f"year:{year}") if one.act in ("closing", "closed")]
            assert [one.at.date() for one in acts] == [date(year + 1, 1, 22), date(year + 1, 1, 6)]
            assert acts[0].by_id != acts[1].by_id
        states = [row.change.state for row in queries.changes(work, 2024, None).items]
        assert states == [ProposalState.PROPOSED, ProposalState.APPROVED]
        decided = {one.reason for one in work.session.query(IncompletionDecision) if one.decided_at}
        assert decided == {Reason.PERSONAL, Reason.ORGANIZATIONAL}
        assert all(one.decision is None for one in queries.incomplete(work, 2025, "open", None).items)


@pytest.mark.sqlite_only
def test_a_year_is_restated_where_few_have_been_to_a_class(college: College, clock: Any) -> None:
    clock.at = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
    assert load(college, date(2026, 11, 27)) == {2024: "restated", 2025: "closed"}, "of the proposer's people one alone has"


@pytest.mark.sqlite_only
def test_the_reports_reproduce_and_the_restated_one_differs_by_what_was_taken_back(college: College, clock: Any) -> None:
    load(college, date(2026, 11, 22))
    with working(college, SYSTEM, write=False) as work:
        first = {year: queries.report(work, year, 1) for year in (2024, 2025)}
    for year, report in first.items():
        assert service.figures(college, year, report.as_of) == report.figures
    with beside(college, MANY) as begin:  # a process of its own says the same
        assert begin(service.figures, 2024, first[2024].as_of)() == first[2024].figures
    again = service.reissue(college, 2024)
    assert (again.issue, [one["kind"] for one in again.changes]) == (2, ["reversal"])
    assert int(again.figures["lines"]) == int(first[2024].figures["lines"]) + 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("moment", "state"), [((1, 10), "closing"), ((1, 31), "closing"), ((2, 1), "closed")])
def test_the_last_year_is_being_closed_in_january(college: College, clock: Any, moment: tuple[int, int], state: str) -> None:
    clock.at = datetime(2027, *moment, 2, tzinfo=UTC)
    assert load(college, date(2027, *moment)) == {2025: "restated", 2026: state}
