"""Figures of units are read from the covering index alone, in its order, with and without statistics, whatever is asked for.

Those of the few people of some units PostgreSQL may also read person by person, by the primary key.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.compliance import service
from app.compliance.models import Standing
from app.compliance.queries import Filters, Reach
from app.compliance.queries.overview import _counted, _narrowly
from app.kernel.work import College, working
from tests.people.build import actor

from .city import small_city

INDEX = "ix_compliance_standing_unit"
BY_PERSON = "Index Scan using pk_compliance_standing"


@pytest.fixture
def city(work_as: Any, college: College) -> Any:
    with work_as() as work:
        made = small_city(work)
        if work.session.get_bind().dialect.name == "postgresql":
            work.session.execute(text("ALTER TABLE compliance_standing SET (autovacuum_enabled = false)"))
    service.rebuild(college, 2026)
    return made


def steps(college: College, statement: Any, *, first: str = "") -> list[str]:
    """How an engine reads the standings; PostgreSQL is told not to walk through a small table.

    Before statistics PostgreSQL vacuums: what it takes for visible decides between the indexes of a table of one page.
    """
    is_sqlite = college.engine.dialect.name == "sqlite"
    words = str(statement.compile(college.engine, compile_kwargs={"literal_binds": True}))
    if first:
        with college.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone_at_it:
            alone_at_it.exec_driver_sql(first if is_sqlite else f"VACUUM ({first})")
    with college.engine.connect() as connection:
        if not is_sqlite:
            for off in ("seqscan", "bitmapscan"):
                connection.exec_driver_sql(f"SET enable_{off} = off")
        told = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        found = [row[3] if is_sqlite else row[0] for row in connection.exec_driver_sql(f"{told} {words}".replace("%", "%%"))]
        connection.rollback()
    return [one for one in found if " on compliance_standing" in one or (one.startswith(("SCAN", "SEARCH")) and "_standing" in one)]


@pytest.mark.parametrize("wants", ["", "ANALYZE"])
@pytest.mark.parametrize(("requirement", "by"), [("*", "unit"), ("N3_network", "unit"), ("*", "rank"), ("*", "team"), ("*", "requirement")])
@pytest.mark.parametrize("reader", ["district", "finance"])
def test_a_page_of_figures_reads_the_covering_index_alone(
    city: Any, college: College, reader: str, requirement: str, by: str, wants: str
) -> None:
    who = actor(college, city.readers[reader].id)
    with working(college, who, write=False) as work:
        statement = _counted(work, Reach(persons=who.may("reports.unit")), Filters(2026, requirement, by=by))
    found = steps(college, statement, first=wants)
    assert len(found) == 1
    if reader == "district" and college.engine.dialect.name == "postgresql" and BY_PERSON in found[0]:
        return
    assert alone(college) in found[0]
    assert INDEX in found[0]


@pytest.mark.parametrize("wants", ["", "ANALYZE"])
@pytest.mark.parametrize("rank", ["", "section_below"])
def test_the_requirements_of_the_whole_city_are_read_along_the_covering_index(city: Any, college: College, wants: str, rank: str) -> None:
    with working(college, actor(college, city.readers["finance"].id), write=False) as work:
        asked = Filters(2026, rank=rank, by="requirement")
        statements = [made(work, Reach(persons=False), asked) for made in (_counted, _narrowly)]
    for statement in statements:
        found = steps(college, statement, first=wants)
        assert len(found) == 1
        assert alone(college) in found[0]
        assert INDEX in found[0]


def test_after_a_rebuild_the_index_tells_all(city: Any, college: College) -> None:
    """PostgreSQL looks up each row of a page it does not know to be visible to everybody: a rebuild leaves none (`vacuum`)."""
    asked = select(Standing.unit_id).where(Standing.year == 2026, Standing.requirement == "*").order_by(Standing.unit_id)
    if college.engine.dialect.name == "sqlite":
        assert [step for step in steps(college, asked) if INDEX in step and alone(college) in step]
        return
    words = str(asked.compile(college.engine, compile_kwargs={"literal_binds": True}))
    with college.engine.connect() as connection:
        for off in ("seqscan", "bitmapscan"):
            connection.exec_driver_sql(f"SET enable_{off} = off")
        told = " ".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN (ANALYZE) {words}"))
        connection.rollback()
    assert "Heap Fetches: 0" in told


def test_a_figure_that_is_not_in_the_index_is_read_from_the_rows(city: Any, college: College) -> None:
    """Negative control: the words looked for are not said of every statement."""
    statement = select(func.sum(Standing.shortfall)).where(Standing.year == 2026, Standing.requirement == "*")
    assert not any(alone(college) in step for step in steps(college, statement))


def alone(college: College) -> str:
    """How an engine says that it reads nothing but an index."""
    return "USING COVERING INDEX" if college.engine.dialect.name == "sqlite" else "Index Only Scan"
