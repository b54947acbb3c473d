"""Plant a whole tree of units out of a workbook, all of it or nothing; what stands already stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from sqlalchemy import select

from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Unit
from app.people.rules.roll import headings
from app.people.rules.unit_roll import COLUMNS, REQUIRED, Planted, Standing, UnitEntry, plant, read_unit
from app.people.service import sheets
from app.people.service.identity import today
from app.people.service.reports import RowReport
from app.people.service.units import create_unit


@dataclass
class UnitReport(RowReport):
    """What a table of units brings."""

    created: int = 0
    unchanged: int = 0


def bring_in(work: Work, stream: IO[bytes], *, dry_run: bool = False) -> UnitReport:
    """Judge every row; plant the tree when none is faulty. Raises NotASheet, TooBig, Forbidden.

    A column that is not known is a note; everything else keeps the whole file out, for a tree with holes is no tree.
    """
    work.require(Action.EDIT_UNITS)
    report = UnitReport()
    table = sheets.headed(stream, COLUMNS)
    places, wrong = headings(table.head, COLUMNS, REQUIRED, table.row)
    report.note(wrong)
    if report.has_errors:
        report.bad = 1
        return report
    entries: list[UnitEntry] = []
    for number, cells in table.below:
        report.rows += 1
        entry, findings = read_unit(number, {name: cells[at] if at < len(cells) else None for name, at in places.items()}, today(work))
        report.note(findings)
        report.bad += entry is None
        entries += [entry] if entry else []
    planted = plant(entries, _standing(work))
    report.note(planted.findings)
    report.bad += len(planted.findings)
    report.good, report.unchanged, report.created = report.rows - report.bad, planted.unchanged, len(planted.new)
    if not dry_run and not report.has_errors:
        _write(work, planted)
        report.done = True
    return report


def _standing(work: Work) -> dict[str, Standing]:
    units = work.session.execute(select(Unit.id, Unit.code, Unit.name_zh, Unit.parent_id, Unit.path)).all()
    codes = {unit.id: unit.code for unit in units}
    return {unit.code: Standing(unit.code, unit.name_zh, codes.get(unit.parent_id or 0, ""), unit.path) for unit in units}


def _write(work: Work, planted: Planted) -> None:
    units = {unit.code: unit for unit in work.session.scalars(select(Unit))}
    for entry in planted.new:
        units[entry.code] = create_unit(
            work, code=entry.code, name_zh=entry.name_zh, name_en=entry.name_en, kind=entry.kind, level=entry.level,
            parent=units.get(entry.parent), since=entry.since, sector=entry.sector, system_line=entry.system_line,
        )  # fmt: skip
