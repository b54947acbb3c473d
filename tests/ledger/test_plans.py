"""Two thresholds by unit come straight from the index of figures, on both engines; the lines themselves are not read (PERF-G9)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.kernel.work import Actor, College, working
from app.ledger import service as ledger
from bench.compliance import PLAIN, THRESHOLDS
from tests import make
from tests.ledger.build import line

INDEX = "ix_ledger_entry_figures"


def plan(college: College, statement: str, **given: Any) -> list[str]:
    """The steps by which an engine answers; PostgreSQL is told what the table holds now, and not to walk through it for being small."""
    if college.engine.dialect.name == "postgresql":
        with college.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE ledger_entry"))
    with college.engine.connect() as connection:
        if college.engine.dialect.name == "sqlite":
            return [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {statement}"), given)]
        connection.execute(text("SET enable_seqscan = off"))
        connection.execute(text("SET enable_bitmapscan = off"))
        return [row[0] for row in connection.execute(text(f"EXPLAIN {statement}"), given)]


def about_lines(steps: list[str]) -> list[str]:
    """The steps that touch lines of the ledger."""
    return [
        step.strip() for step in steps if " on ledger_entry" in step or (step.startswith(("SCAN", "SEARCH")) and "ledger_entry" in step)
    ]


def test_sums_of_a_year_read_the_index_alone(college: College) -> None:
    with working(college, Actor.system("test")) as work:
        for number in range(3):
            person = make.person(work)
            for key in range(10):
                ledger.append(work, line(person.id, 100 * number + key))
    alone = "COVERING INDEX" if college.engine.dialect.name == "sqlite" else "Index Only Scan"
    for statement, given in ((THRESHOLDS, {"year": 2026, "days": 12, "hours": 50}), (PLAIN, {"year": 2026})):
        steps = about_lines(plan(college, statement, **given))
        assert len(steps) == 1
        assert alone in steps[0]
        assert INDEX in steps[0]
    other = about_lines(plan(college, "SELECT sum(span_days) FROM ledger_entry WHERE accounting_year = :year", year=2026))
    assert not any(alone in step for step in other), "a figure that is not in the index is read from the lines"
