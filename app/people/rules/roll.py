"""One row of a roll of people, read and judged. Pure: cells in, an entry or findings out.

Every finding names row and column, what was found, what is expected and how to put it right. Cells come as a workbook
or a CSV file gives them: text, numbers, dates, or formulas as text that begins with «=».
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import mul
from typing import NamedTuple

from app.people.rules.doors import user_key

Cell = str | int | float | bool | datetime | date | time | timedelta | None

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "name"),
    "sex": ("性别", "sex"),
    "id_no": ("身份证号", "身份证号码", "公民身份号码", "id_no", "id number"),
    "birth_on": ("出生日期", "birth_on", "date of birth"),
    "political": ("政治面貌", "political"),
    "unit": ("单位", "单位编码", "单位名称", "工作单位", "unit"),
    "post": ("职务", "post"),
    "rank": ("职务层次", "职级", "rank"),
    "position_class": ("职位类别", "position_class"),
    "team": ("队伍", "干部队伍", "team"),
    "tier": ("层次", "级别", "tier"),
    "since": ("任职日期", "任现职日期", "since"),
    "tags": ("标签", "tags"),
    "user_name": ("用户名", "user_name", "user name"),
}
"""Fields and the headings they go by; the first is the one of the template."""

REQUIRED = ("name", "id_no", "unit", "team", "since")
HEAD_ROWS = 6
"""The head row may stand below a title; it is looked for in so many rows."""
IGNORED = frozenset({"序号", "备注", "no", "no.", "remarks", ""})

WORDS: dict[str, dict[str, str]] = {
    "sex": {"男": "M", "女": "F", "m": "M", "f": "F", "male": "M", "female": "F"},
    "political": {"中共党员": "cpc", "中共预备党员": "cpc", "党员": "cpc", "共青团员": "league", "团员": "league",
                  "民主党派": "democratic_party", "群众": "masses", "无党派人士": "masses"},
    "rank": {"局级": "bureau", "厅局级": "bureau", "处级": "division", "县处级": "division", "科级以下": "section_below",
             "科级及以下": "section_below", "科级": "section_below", "乡科级": "section_below"},
    "position_class": {"综合管理类": "general", "综合管理": "general", "专业技术类": "technical", "专业技术": "technical",
                       "行政执法类": "enforcement", "行政执法": "enforcement"},
    "team": {"党政干部": "party_gov", "党政": "party_gov", "企业经营管理人员": "enterprise", "企业": "enterprise",
             "专业技术人员": "professional", "专业技术": "professional"},
    "tier": {"高层": "ent_senior", "中层": "ent_middle", "基层": "ent_basic", "高级": "pro_senior", "中级": "pro_middle",
             "初级以下": "pro_junior", "初级及以下": "pro_junior", "初级": "pro_junior"},
    "tags": {"后备干部": "reserve", "后备": "reserve", "青年干部": "youth", "青年": "youth", "基层干部": "grassroots", "女干部": "women",
             "党外干部": "non_party", "党外": "non_party", "工会干部": "union", "工会": "union", "高技能人才": "skilled_worker"},
}  # fmt: skip
"""Words of each field and the codes they mean; codes themselves are accepted too."""

TIERS = {"party_gov": frozenset(), "enterprise": frozenset({"ent_senior", "ent_middle", "ent_basic"}),
         "professional": frozenset({"pro_senior", "pro_middle", "pro_junior"})}  # fmt: skip

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[·• .'-])*")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_ID_OLD, _ID_SHAPE = re.compile(r"\d{15}"), re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
OLDEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Finding:
    """One thing wrong in one cell; `code` stays the same for ever, the words are the reader's language."""

    row: int
    column: str
    code: str
    found: str = ""
    expected: str = ""
    is_error: bool = True


class Entry(NamedTuple):
    """A row that can be brought in."""

    row: int
    name: str
    sex: str
    id_no: str
    birth_on: date
    political: str
    unit: str
    post: str
    rank: str | None
    position_class: str
    team: str
    tier: str | None
    since: date
    tags: frozenset[str]
    user_name: str


def find_head(rows: Sequence[Sequence[Cell]], columns: Mapping[str, tuple[str, ...]]) -> int:
    """The place of the head row among the first ones: the one with most known headings; the first when none has three."""
    known = {alias for aliases in columns.values() for alias in aliases}
    counts = [sum(plain(cell).rstrip("*＊").strip().lower() in known for cell in cells) for cells in rows[:HEAD_ROWS]]
    return counts.index(max(counts)) if counts and max(counts) >= 3 else 0


def headings(
    cells: Sequence[Cell], columns: Mapping[str, tuple[str, ...]] = COLUMNS, required: Collection[str] = REQUIRED, row: int = 1
) -> tuple[dict[str, int], list[Finding]]:
    """Where each field stands, and what is wrong with the head row `row`: missing, twice, or unknown (only noted)."""
    known = {alias: field for field, aliases in columns.items() for alias in aliases}
    places: dict[str, int] = {}
    findings = []
    for at, cell in enumerate(cells):
        word = plain(cell).rstrip("*＊").strip()
        field = known.get(word.lower())
        if field is None:
            if word.lower() not in IGNORED:
                findings.append(Finding(row, word, "unknown_column", word, is_error=False))
        elif field in places:
            findings.append(Finding(row, word, "column_twice", word, columns[field][0]))
        else:
            places[field] = at
    findings += [Finding(row, columns[field][0], "missing_column", "", columns[field][0]) for field in required if field not in places]
    return places, findings


def plain(cell: Cell) -> str:
    """A cell as text: NFKC for widths, no edges, whole numbers without «.0»."""
    if isinstance(cell, str):
        return (cell if cell.isascii() else unicodedata.normalize("NFKC", cell)).strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    return str(cell)


def is_blank(cells: Sequence[Cell]) -> bool:
    """Whether the row holds nothing at all."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


class Reader:
    """Reads the cells of one row by field and gathers findings; tables of other columns and words are subclasses."""

    columns: Mapping[str, tuple[str, ...]] = COLUMNS
    words: Mapping[str, Mapping[str, str]] = WORDS
    required: Collection[str] = REQUIRED

    def __init__(self, row: int, cells: Mapping[str, Cell], today: date) -> None:
        self.row, self.cells, self.today = row, cells, today
        self.findings: list[Finding] = []

    def blame(self, field: str, code: str, expected: str = "") -> None:
        """Note what is wrong with a field."""
        cell = self.cells.get(field)
        if isinstance(cell, datetime) and cell.time() == time():
            cell = cell.date()
        shown = f"{cell:.2E}" if field == "id_no" and isinstance(cell, int | float) else plain(cell)
        self.findings.append(Finding(self.row, self.columns[field][0], code, masked_cell(field, shown)[:60], expected))

    def text(self, field: str, longest: int) -> str:
        """A cell of free text; formulas, errors of the workbook and control signs are refused."""
        value = plain(self.cells.get(field))
        if not value:
            if field in self.required:
                self.blame(field, "missing")
            return ""
        if value[:1] == "=":
            self.blame(field, "formula")
        elif value[:1] == "#" and value.endswith(("!", "?", "/A")):
            self.blame(field, "cell_error")
        elif len(value) > longest:
            self.blame(field, "too_long", str(longest))
        elif not value.isprintable():
            self.blame(field, "odd_sign")
        else:
            return value
        return ""

    def word(self, field: str) -> str | None:
        """A cell that holds one of the field's words."""
        value = self.text(field, 60)
        if not value:
            return None
        table = self.words[field]
        code = table.get(value.lower()) or (value if value in table.values() else None)
        if code is None:
            self.blame(field, "unknown_word", "、".join(dict.fromkeys(_first_words(table))))
        return code

    def name(self) -> str:
        """A person's name: letters of any script, with points and spaces inside."""
        value = " ".join(self.text("name", 60).split())
        if value and (len(value) < 2 or not _NAME.fullmatch(value)):
            self.blame("name", "not_a_name")
        return value

    def day(self, field: str) -> date | None:
        """A date: a date cell, or text such as 2020-03-01, 2020/3/1, 2020.3.1, 2020年3月1日, 20200301."""
        cell = self.cells.get(field)
        if isinstance(cell, datetime):
            return self._sensible(field, cell.date())
        if isinstance(cell, date):
            return self._sensible(field, cell)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            self.blame(field, "date_as_number", "2020-03-01")
            return None
        value = self.text(field, 30)
        if not value:
            return None
        match = _DATE.fullmatch(value) or _DIGITS.fullmatch(value)
        if not match:
            self.blame(field, "not_a_date", "2020-03-01")
            return None
        try:
            return self._sensible(field, date(*map(int, match.groups())))
        except ValueError:
            self.blame(field, "no_such_day", "2020-03-01")
            return None

    def _sensible(self, field: str, day: date) -> date | None:
        if OLDEST <= day <= self.today:
            return day
        self.blame(field, "day_out_of_range", f"{OLDEST} – {self.today}")
        return None

    def id_no(self) -> str:
        """An 18-digit ID number with a right check digit; a number cell has lost its last digits and is refused."""
        cell = self.cells.get("id_no")
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            self.blame("id_no", "id_as_number")
            return ""
        value = self.text("id_no", 30).replace(" ", "").lstrip("'").upper()
        if not value:
            return ""
        code = id_fault(value, self.today)
        if code:
            self.blame("id_no", code)
            return ""
        return value

    def tags(self) -> frozenset[str]:
        """Several words, separated by 、 ; or commas."""
        value = self.text("tags", 120)
        found = set()
        for word in re.split(r"[、;,，；\s]+", value) if value else ():
            code = WORDS["tags"].get(word) or (word if word in WORDS["tags"].values() else None)
            if code:
                found.add(code)
            elif word:
                self.blame("tags", "unknown_word", "、".join(_first_words(WORDS["tags"])))
        return frozenset(found)


def read_row(row: int, cells: Mapping[str, Cell], today: date) -> tuple[Entry | None, list[Finding]]:
    """An entry, or all that is wrong with the row."""
    reader = Reader(row, cells, today)
    name, id_no, unit = reader.name(), reader.id_no(), reader.text("unit", 120)
    sex, political, rank = reader.word("sex"), reader.word("political"), reader.word("rank")
    position_class, team, tier = reader.word("position_class"), reader.word("team"), reader.word("tier")
    since, birth_on = reader.day("since"), reader.day("birth_on")
    post, tags = reader.text("post", 80), reader.tags()
    user_name = _user_name(reader)
    _cross_check(reader, id_no, sex, birth_on, team, tier, rank)
    if any(finding.is_error for finding in reader.findings) or since is None or team is None:
        return None, reader.findings
    return Entry(row, name, sex or _sex_of(id_no), id_no, _birth_of(id_no), political or "", unit, post, rank, position_class or "general",
                 team, tier, since, tags, user_name), reader.findings  # fmt: skip


def _user_name(reader: Reader) -> str:
    value = reader.text("user_name", 60)
    key = user_key(value) if value else ""
    if value and not key:
        reader.blame("user_name", "not_a_user_name")
    return key


def _cross_check(
    reader: Reader, id_no: str, sex: str | None, birth_on: date | None, team: str | None, tier: str | None, rank: str | None
) -> None:
    """What two cells say together: birth and sex as in the ID number, a tier of the team, a rank for cadres."""
    if id_no and birth_on and birth_on != _birth_of(id_no):
        reader.blame("birth_on", "birth_differs", _birth_of(id_no).isoformat())
    if id_no and sex and sex != _sex_of(id_no):
        reader.blame("sex", "sex_differs", {"M": "男", "F": "女"}[_sex_of(id_no)])
    if team is None:
        return
    if team == "party_gov":
        if rank is None and not plain(reader.cells.get("rank")):
            reader.blame("rank", "rank_needed", "、".join(_first_words(WORDS["rank"])))
        if tier:
            reader.blame("tier", "tier_of_other_team")
    elif tier not in TIERS[team] and not (tier is None and plain(reader.cells.get("tier"))):
        words = [word for word, code in WORDS["tier"].items() if code in TIERS[team]]
        reader.blame("tier", "tier_needed" if tier is None else "tier_of_other_team", "、".join(words[:3]))


def _first_words(table: Mapping[str, str]) -> list[str]:
    """For each code the word it is known by."""
    first: dict[str, str] = {}
    for word, code in table.items():
        first.setdefault(code, word)
    return list(first.values())


def id_fault(value: str, today: date) -> str:
    """What is wrong with an ID number: `id_old`, `id_shape`, `id_birth`, `id_check`; empty when nothing is."""
    if _ID_OLD.fullmatch(value):
        return "id_old"
    if not _ID_SHAPE.fullmatch(value):
        return "id_shape"
    try:
        born = _birth_of(value)
    except ValueError:
        return "id_birth"
    if not OLDEST <= born <= today:
        return "id_birth"
    return "" if value[17] == check_digit(value[:17]) else "id_check"


def check_digit(head: str) -> str:
    """The check digit of the first seventeen digits (GB 11643, ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(map(mul, map(int, head), _WEIGHTS)) % 11]


def _birth_of(id_no: str) -> date:
    return date(int(id_no[6:10]), int(id_no[10:12]), int(id_no[12:14]))


def _sex_of(id_no: str) -> str:
    return "M" if int(id_no[16]) % 2 else "F"


def masked_cell(field: str, shown: str) -> str:
    """A cell as a report may show it: of an ID number only the ends (THR-T27)."""
    if field != "id_no" or len(shown) < 11:
        return shown
    return f"{shown[:6]}{'*' * (len(shown) - 10)}{shown[-4:]}"
