"""Compliance of a whole city: everybody judged, the pages of those who look, one new line, and the plain sum beside it."""

from __future__ import annotations

import http.client
import statistics
import time
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text

from app.compliance import service
from app.compliance.models import Standing
from app.compliance.service.judging import Judge
from app.kernel.clock import civil
from app.kernel.work import Actor, College, working
from app.ledger import service as ledger
from app.ledger.queries.sums import of_span
from app.people import queries as people
from app.people.demo.census import SCALES
from app.people.models import Account, Person
from bench.figures import Figure
from bench.load import ask, cpu_seconds
from bench.servers import Server

JUDGING_SECONDS, PAGE_MS, THRESHOLDS_MS, LINE_MS = 60, 300, 1000, 100
SPAN, LOOKS = 1_000, 10
READERS = (
    ("city", "view=city", "whole city"), ("finance", "requirement=N3_network", "whole city, one requirement"), ("district", "", "district"),
    ("city", "", "J1"), ("personnel", "", "J5"), ("district", "requirement=N3_network", "district, one requirement"),
    ("city", "view=city&year={before}", "whole city, the year before"), ("district", "year={before}", "district, the year before"),
)  # fmt: skip

THRESHOLDS = """
SELECT unit_id, count(*), sum(CASE WHEN days >= :days THEN 1 ELSE 0 END), sum(CASE WHEN hours >= :hours THEN 1 ELSE 0 END)
FROM (SELECT post.person_id, post.unit_id, coalesce(one.days, 0) AS days, coalesce(one.hours, 0) AS hours
      FROM people_appointment AS post LEFT JOIN (
        SELECT person_id, sum(CASE WHEN off_post THEN days ELSE 0 END) AS days,
               sum(CASE WHEN delivery = 'online' AND NOT off_post THEN hours ELSE 0 END) AS hours
        FROM ledger_entry WHERE accounting_year = :year GROUP BY person_id) AS one ON one.person_id = post.person_id
      WHERE post.is_primary AND post.superseded_at IS NULL AND post.to_on IS NULL) AS person
GROUP BY unit_id
"""
"""12 days off post and 50 hours online in a year, by unit, straight from the ledger (PERF-G9)."""
PLAIN = "SELECT person_id, sum(days), sum(hours) FROM ledger_entry WHERE accounting_year = :year GROUP BY person_id"


def compliance(server: Server) -> list[Figure]:
    """Full evaluation ≤ 60 s, pages ≤ 300 ms, a new line in its own request (issue 4); two thresholds ≤ 1.0 s (G9)."""
    assert server.college is not None
    return [*_straight(server, server.college), *_judging(server, server.college), *_pages(server), _one_line(server.college)]


def _straight(server: Server, college: College) -> list[Figure]:
    """The reference, and G9: both read the same lines in this very run."""
    is_sqlite = college.engine.dialect.name == "sqlite"
    year = civil(college.clock.now()).year
    with college.engine.connect() as connection:
        lines = connection.execute(text("SELECT count(*) FROM ledger_entry")).scalar_one()
        part = 100 if is_sqlite else 1  # SQLite keeps whole hundredths
        plain = _median(lambda: connection.execute(text(PLAIN), {"year": year}).fetchall())
        given = {"year": year, "days": 12 * part, "hours": 50 * part}
        both = _median(lambda: connection.execute(text(THRESHOLDS), given).fetchall())
    note = f"{lines} lines in all; plain sum of the year {plain:.0f} ms"
    return [Figure("G9", "two thresholds by unit, straight from the ledger", both, THRESHOLDS_MS, "ms", note)]


def _median(act: Any, times: int = 5) -> float:
    """Milliseconds of the middle one of some tries."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found)


def _judging(server: Server, college: College) -> list[Figure]:
    """Everybody in every requirement of the year: first judged only, then written as well."""
    assert server.place is not None
    extra, year = server.place.extra, civil(college.clock.now()).year
    with working(college, Actor.system("bench"), write=False) as work:
        heads = work.session.scalar(select(func.max(Person.id))) or 0
        began, cpu, other = time.perf_counter(), time.process_time(), cpu_seconds(extra)
        judge, rows = Judge(work, year), 0
        for first in range(1, heads + 1, SPAN):
            known = people.facts_between(work, first, first + SPAN - 1)
            rows += sum(1 for _ in judge.rows(work, known, of_span(first, first + SPAN - 1)))
    cpu, wall = time.process_time() - cpu + cpu_seconds(extra) - other, time.perf_counter() - began
    limit = max(JUDGING_SECONDS * heads / SCALES["full"], 1)
    found = [Figure("city", f"{heads} people judged, CPU with the database's", cpu, limit, "s", f"{rows} rows, {wall:.0f} s on the wall")]
    began, cpu, other = time.perf_counter(), time.process_time(), cpu_seconds(extra)
    service.rebuild(college, year)
    cpu, wall = time.process_time() - cpu + cpu_seconds(extra) - other, time.perf_counter() - began
    return [*found, Figure("city", "the same with every row written", cpu, limit * 2, "s", f"{wall:.0f} s on the wall")]


def _pages(server: Server) -> list[Figure]:
    """Pages as they are opened, one after another, by those who may."""
    from bench.goals import sign_in

    assert server.college is not None
    found, before = [], civil(server.college.clock.now()).year - 1
    addresses = [(who, f"/manage/compliance?{query.format(before=before)}", name) for who, query, name in READERS]
    for who, address, name in (*addresses, ("district", "/manage/compliance/people?status=short", "list of a district")):
        cookie = sign_in(server.port, who)[0]
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        size = len(ask(link, "GET", address, headers={"Cookie": cookie})[0])
        spent = cpu_seconds(server.pids)
        took = _median(lambda link=link, address=address, cookie=cookie: ask(link, "GET", address, headers={"Cookie": cookie}), LOOKS)
        cpu = (cpu_seconds(server.pids) - spent) * 1000 / LOOKS
        found.append(Figure("city", f"page: {name}", took, PAGE_MS, "ms", f"{cpu:.0f} ms CPU, {size / 1000:.0f} kB"))
        link.close()
    return found


def _one_line(college: College) -> Figure:
    """One new line, and the person's standings of all kept years with it, in one transaction."""
    with working(college, Actor.system("bench"), write=False) as work:
        fresh = select(Account.person_id).where(Account.user_name == "section")
        someone = work.session.scalars(fresh).one()
        year = civil(work.now).year
    here = select(func.sum(Standing.counted)).where(Standing.person_id == someone, Standing.year == year)
    with working(college, Actor.system("bench"), write=False) as work:
        before = work.session.scalar(here) or Decimal(0)
    first = _median(lambda: _post(college, someone, year), 1)
    took = _median(lambda: _post(college, someone, year))
    with working(college, Actor.system("bench"), write=False) as work:
        grew = (work.session.scalar(here) or Decimal(0)) > before
    return Figure(
        "city",
        "a new line with its standings",
        took,
        LINE_MS,
        "ms",
        f"the first of a process {first:.0f} ms" if grew else "FIGURES DO NOT FOLLOW",
    )


def _post(college: College, person_id: int, year: int) -> None:
    with working(college, Actor.system("bench")) as work:
        ledger.append(work, _line(person_id, year, str(work.new_uid())))


def _line(person_id: int, year: int, key: str) -> ledger.NewLine:
    """An hour online, on the second day of the year."""
    day = date(year, 1, 2)
    return ledger.NewLine(
        person_id=person_id, category="online_course", hours=Decimal(1), days=Decimal(0), span_days=0, occurred_from=day, occurred_to=day,
        source_type="history", source_id=key, title="量测", rule_set_version="demo@1", evidence=ledger.digest({"key": key}),
        activity_key=f"ext:{key}", framework="competence", delivery="online",
    )  # fmt: skip
