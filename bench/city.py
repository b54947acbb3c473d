"""The whole city: how long it takes to make, to seal, to verify, and to bring its people in from a file (G10, G11)."""

from __future__ import annotations

import csv
import itertools
import time
from pathlib import Path

from sqlalchemy import func, select, text

from app.kernel.work import Actor, College, working
from app.ledger.service.verifying import verify
from app.people.demo.census import SCALES
from app.people.models import Person, Unit
from app.people.rules.roll import check_digit
from bench.figures import Figure
from bench.servers import Prepared, Server, spend

LOAD_SECONDS, IMPORT_SECONDS = 600, 120
"""Limits for 188,000 people (issue 4, PERF-G11); smaller cities have their share."""

SEAL_MEMORY = 300
"""MB that sealing may take at its peak, whatever the size of the ledger."""


def _parts(server: Server) -> tuple[College, Prepared]:
    assert server.college is not None and server.place is not None
    return server.college, server.place


def _count(college: College, table: str) -> int:
    with college.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def loading(server: Server) -> list[Figure]:
    """`flask demo load`, courses with their films included."""
    college, place = _parts(server)
    people, lines = _count(college, "people_person"), _count(college, "ledger_entry")
    spent, share = place.loaded, people / SCALES["full"]
    note = f"{lines} lines, {spent.cpu:.0f} s CPU with the database's, {spent.peak_bytes / 1e6:.0f} MB at most"
    return [Figure("city", f"making {people} people with their past", spent.wall, max(LOAD_SECONDS * share, 60), "s", note)]


def verifying(server: Server) -> list[Figure]:
    """G10: sealing in bounded memory, then the walk along every chain in this process."""
    college, place = _parts(server)
    lines = _count(college, "ledger_entry")
    sealed = spend(place.environ, place.extra, "ledger", "seal")
    with working(college, Actor.system("bench"), write=False) as work:
        began, cpu = time.perf_counter(), time.process_time()
        report = verify(work)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    note = f"{lines / cpu:.0f} in a CPU second of this process; {report.sealed} sealed under {report.seals} heads"
    return [
        Figure("G10", "lines verified in a second", lines / wall, 100_000, "≥ lines/s", note),
        Figure("G10", "wrong lines", 0 if report.bad is None else 1, 0, "", str(report.bad or "")),
        Figure("G10", "memory at most while sealing", sealed.peak_bytes / 1e6, SEAL_MEMORY, "MB", f"{lines / sealed.wall:.0f} lines/s"),
    ]


def importing(server: Server) -> list[Figure]:
    """G11: as many people again from a CSV file, with deferred passwords; the same file once more changes nothing."""
    college, place = _parts(server)
    before = _count(college, "people_person")
    file = place.folder / "people.csv"
    count = write_roll(college, file, before)
    first = spend(place.environ, place.extra, "people", "import", str(file))
    after = _count(college, "people_person")
    again = spend(place.environ, place.extra, "people", "import", str(file))
    limit = IMPORT_SECONDS * count / SCALES["full"]
    return [
        Figure("G11", f"bringing in {count} people", first.wall, max(limit, 5), "s", f"{count / first.wall:.0f}/s, {first.cpu:.0f} s CPU"),
        Figure("G11", "people missing", before + count - after, 0, ""),
        Figure("G11", "people added by the same file again", _count(college, "people_person") - after, 0, "", f"{again.wall:.1f} s"),
    ]


def write_roll(college: College, file: Path, count: int) -> int:
    """A CSV of `count` people in the units of the college, with well-formed ID numbers of a region that does not exist."""
    with working(college, Actor.system("bench"), write=False) as work:
        names = list(work.session.scalars(select(Unit.name_zh).where(Unit.kind != "district").order_by(Unit.id)))
        assert work.session.scalar(select(func.count()).select_from(Person).where(Person.name == "量测甲")) == 0
    with file.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(("姓名", "身份证号", "单位", "职务", "职务层次", "队伍", "层次", "任职日期", "用户名", "标签"))
        for number, unit in zip(range(count), itertools.cycle(names), strict=False):
            head = f"{990000 + number // 999:06}19850607{number % 999 + 1:03}"
            sheet.writerow(
                ("量测甲", head + check_digit(head), unit, "科员", "科级以下", "党政干部", "", "2020-03-01", f"roll{number}", "")
            )
    return count
