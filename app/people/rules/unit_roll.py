"""A table of units, read and held against itself and the tree it comes into: the first thing a new college needs.

One row is one unit; its code is one segment of the path of everything below it. A unit that is known already and
reads the same is left alone; one that reads otherwise is changed on its page, where the change has a day and a basis.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.people.rules.roll import Cell, Finding, Reader

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("单位编码", "编码", "code"),
    "name_zh": ("单位名称", "名称", "name"),
    "name_en": ("英文名称", "name_en", "english name"),
    "kind": ("单位类型", "类型", "kind"),
    "level": ("单位层级", "层级", "level"),
    "parent": ("上级单位编码", "上级编码", "上级单位", "parent"),
    "sector": ("所属口", "口", "sector"),
    "system_line": ("所属条线", "条线", "system_line"),
    "since": ("设立日期", "since"),
}
"""Fields and the headings they go by; the first is the one of the guide."""

REQUIRED = ("code", "name_zh", "kind", "level", "since")

WORDS: dict[str, dict[str, str]] = {
    "kind": {
        "市": "city", "区": "district", "市直机关": "city_organ", "区直机关": "district_organ", "街道": "subdistrict", "社区": "community",
        "市属国企": "municipal_soe", "区属国企": "district_soe", "民营企业": "private_enterprise", "医院": "hospital", "学校": "school",
        "科研院所": "institute", "其他事业单位": "other_public", "党校": "party_school", "派驻机构": "stationed",
    },
    "level": {"市级": "city", "区级": "district", "街道级": "street", "社区级": "community"},
    "sector": {"党群": "party_mass", "政府": "government", "企业": "enterprise", "事业": "public", "其他": "other"},
}  # fmt: skip
"""Words of each field and the codes they mean; codes themselves are accepted too."""

LONGEST_PATH = 300
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class UnitEntry:
    """A row that can be a unit; `parent` is the code above it, empty for the root."""

    row: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    level: str
    parent: str
    sector: str
    system_line: str
    since: date


@dataclass(frozen=True)
class Standing:
    """A unit that is in the tree already."""

    code: str
    name_zh: str
    parent: str
    path: str


@dataclass
class Planted:
    """Rows in the order in which they can be planted, parents first; how many stand already; what is wrong."""

    new: list[UnitEntry] = field(default_factory=list)
    unchanged: int = 0
    findings: list[Finding] = field(default_factory=list)


class UnitReader(Reader):
    """Reads one row of a table of units."""

    columns = COLUMNS
    words = WORDS
    required = REQUIRED

    def code(self, name: str) -> str:
        """Letters, digits, points, dashes; no slash, for codes make paths."""
        value = self.text(name, 40)
        if value and not _CODE.fullmatch(value):
            self.blame(name, "not_a_code")
        return value


def read_unit(row: int, cells: Mapping[str, Cell], today: date) -> tuple[UnitEntry | None, list[Finding]]:
    """A unit, or all that is wrong with the row."""
    reader = UnitReader(row, cells, today)
    code, parent = reader.code("code"), reader.code("parent")
    name_zh, name_en = reader.text("name_zh", 120), reader.text("name_en", 160)
    kind, level, sector = reader.word("kind"), reader.word("level"), reader.word("sector")
    line, since = reader.text("system_line", 30), reader.day("since")
    if reader.findings or kind is None or level is None or since is None:
        return None, reader.findings
    return UnitEntry(row, code, name_zh, name_en, kind, level, parent, sector or "other", line, since), reader.findings


def plant(entries: list[UnitEntry], standing: Mapping[str, Standing]) -> Planted:
    """Hold the rows against each other and against the tree. Rows below a faulty one are faulty, too: nothing hangs in the air."""
    planted = Planted()
    below: dict[str, list[UnitEntry]] = defaultdict(list)
    for entry in _fresh(entries, standing, planted):
        below[entry.parent].append(entry)
    paths = {"": ""} | {code: unit.path for code, unit in standing.items()}
    taken = {(unit.parent, unit.name_zh) for unit in standing.values()}
    at_top = sum(not unit.parent for unit in standing.values())
    reached = deque(parent for parent in below if parent in paths)
    while reached:
        parent = reached.popleft()
        for entry in below.pop(parent):
            at_top += not parent
            path = f"{paths[parent]}/{entry.code}"
            if not parent and at_top > 1:
                planted.findings.append(_finding(entry, "parent", "root_twice"))
            elif (parent, entry.name_zh) in taken:
                planted.findings.append(_finding(entry, "name_zh", "unit_name_twice"))
            elif len(path) > LONGEST_PATH:
                planted.findings.append(_finding(entry, "parent", "too_deep", str(LONGEST_PATH)))
            else:
                paths[entry.code] = path
                taken.add((parent, entry.name_zh))
                planted.new.append(entry)
                reached.extend([entry.code] if entry.code in below else [])
    known = {entry.code for entry in entries}
    planted.findings += [
        _finding(entry, "parent", "parent_faulty" if entry.parent in known else "parent_unknown")
        for hanging in below.values() for entry in hanging
    ]  # fmt: skip
    planted.findings.sort(key=lambda finding: finding.row)
    return planted


def _fresh(entries: list[UnitEntry], standing: Mapping[str, Standing], planted: Planted) -> list[UnitEntry]:
    """The rows that would be new units; twice in the file or otherwise in the tree is a finding."""
    rows: dict[str, int] = {}
    fresh = []
    for entry in entries:
        present = standing.get(entry.code)
        if entry.code in rows:
            planted.findings.append(_finding(entry, "code", "code_twice", str(rows[entry.code])))
        elif present is None:
            fresh.append(entry)
        elif (present.name_zh, present.parent) == (entry.name_zh, entry.parent):
            planted.unchanged += 1
        else:
            planted.findings.append(_finding(entry, "code", "unit_stands_otherwise", present.name_zh))
        rows.setdefault(entry.code, entry.row)
    return fresh


def _finding(entry: UnitEntry, name: str, code: str, expected: str = "") -> Finding:
    return Finding(entry.row, COLUMNS[name][0], code, str(getattr(entry, name))[:60], expected)
