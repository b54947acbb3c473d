"""The past of the demo city: its shares, its determinism, and that the rules judge it as it was planned (domain.md §10.1)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select, text

from app.admin import history, past
from app.admin.past import Need, Outcome
from app.hours.queries.facts import as_lines
from app.kernel.db import make_engine
from app.kernel.work import Actor, College, working
from app.ledger import queries as ledger
from app.ledger.service.verifying import verify
from app.people import queries as people
from app.rulebook import service as rulebook
from app.rulebook.rules import Facts, evaluate
from tests.conftest import build_schema
from tests.people import build

TODAY = date(2026, 11, 22)
ANNUAL = ("N2_annual", "N3_network", "CPE")


def load(college: College, scale: str, seed: int = 2026) -> int:
    """The people and their past."""
    build.load(college, scale)
    return history.load_history(college, TODAY, seed)


def heads(college: College) -> list[tuple[int, int, bytes]]:
    """The ends of all chains."""
    with working(college, Actor.system("test"), write=False) as work:
        found = work.session.execute(text("SELECT person_id, seq, hash FROM ledger_head ORDER BY person_id"))
        return [(person, seq, bytes(made)) for person, seq, made in found]


@pytest.mark.parametrize("people_count", [1, 7, 100, 188, 18_796])
def test_outcomes_are_apportioned_by_largest_remainder(people_count):
    drawn = past.outcomes(people_count, 2025, 2026)
    counts = Counter(drawn)
    assert len(drawn) == people_count
    for outcome, share in past.SHARES.items():
        assert abs(counts[outcome] - people_count * share / 100) < 1
    assert drawn == past.outcomes(people_count, 2025, 2026)
    assert people_count < 100 or drawn != past.outcomes(people_count, 2024, 2026)


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("need", [Need(annual=True), Need(leader=True), Need(continuing=True), Need(annual=True, continuing=True)])
def test_the_activities_of_a_year_never_share_a_day_and_keep_within_it(need, outcome):
    for number in range(300):
        done = list(past.year_of(Random(number), need, "party_gov", outcome, (date(2025, 1, 8), date(2025, 12, 18))))
        assert len(done) <= past.MOST
        assert all(date(2025, 1, 8) <= one.first <= one.last <= date(2025, 12, 18) for one in done)
        assert all(one.days <= (one.last - one.first).days + 1 for one in done)
        assert all(before.last < after.first for before, after in pairwise(done))


def test_the_same_arguments_give_the_same_heads_on_every_database_and_another_seed_others(college, tmp_path):
    count = load(college, "xs")
    ends = heads(college)
    assert sum(seq for _, seq, _ in ends) == count
    assert heads(again(college, tmp_path, 2026)) == ends
    assert heads(again(college, tmp_path, 2027)) != ends
    with working(college, Actor.system("test"), write=False) as work:
        assert verify(work).bad is None


def again(college: College, folder: Path, seed: int) -> College:
    """Another college of the same moment on a fresh SQLite file, loaded with a seed."""
    url = f"sqlite:///{folder}/again-{seed}.sqlite3"
    build_schema(url)
    other = College(college.settings, make_engine(url), college.clock)
    load(other, "xs", seed)
    return other


def test_at_s_the_rules_judge_closed_years_in_the_planned_shares(college):
    """82 % met, 12 % short, 6 % far short, counted by the rule engine itself, not by the plan."""
    load(college, "s")
    with working(college, Actor.system("test"), write=False) as work:
        for year in (2024, 2025):
            found = Counter(judged(work, year))
            whole = found.total()
            assert whole > 1_500
            for outcome, share in past.SHARES.items():
                assert abs(found[outcome] - whole * share / 100) <= 1 + whole * 0.002, (year, found)


def judged(work, year: int):
    """How far each person came in a year, by the worst of the year's requirements."""
    book = rulebook.rule_set(work.settings.rule_set, date(year, 12, 31))
    for learner in history._learners(work.session):
        if not learner.serves(date(year, 1, 1), date(year, 12, 31)):
            continue
        rows = ledger.lines(work, learner.person_id, since_year=year, until_year=year)
        person = people.as_person(people.facts(work, learner.person_id))
        evaluation = evaluate(book, Facts(book.pin, year, TODAY, person, as_lines(rows), ()))
        verdicts = [one for one in evaluation.applicable if one.requirement.id in ANNUAL]
        worst = min((_share(one) for one in verdicts), default=1)
        yield Outcome.MET if worst >= 1 else Outcome.SHORT if worst >= Decimal("0.5") else Outcome.FAR


def _share(verdict) -> Decimal:
    """How much of a requirement is there: the least of its figures, or the greatest of alternatives."""
    parts = [min(row.counted / row.required, Decimal(1)) if row.required else Decimal(1) for row in verdict.figures]
    return max(parts) if verdict.requirement.is_any else min(parts)


def test_corrections_have_their_share_and_nobody_has_more_than_fourteen_lines_a_year(college):
    count = load(college, "s")
    with working(college, Actor.system("test"), write=False) as work:
        kinds = dict(work.session.execute(text("SELECT entry_kind, count(*) FROM ledger_entry GROUP BY entry_kind")).all())
        most = work.session.execute(
            text("SELECT max(n) FROM (SELECT count(*) AS n FROM ledger_entry GROUP BY person_id, accounting_year) AS years")
        ).scalar_one()
        fresh = work.session.execute(
            select(func.count()).select_from(text("ledger_entry e JOIN people_account a ON a.person_id = e.person_id"))
            .where(text("a.user_name IN ('section', 'sysadmin', 'security', 'auditor')"))
        ).scalar_one()  # fmt: skip
    assert kinds["reversal"] == pytest.approx(count * 0.004, abs=1.5)
    assert kinds["adjustment"] == pytest.approx(count * 0.002, abs=1.5)
    assert most <= 14
    assert fresh == 0
    assert count == pytest.approx(1_600_000 / 100, rel=0.05)
