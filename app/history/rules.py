"""One row of past training, read and judged. Pure: cells in, an activity or findings out.

Cells come as a workbook or a CSV file gives them; what is wrong is told by row and column as in a roll of people
(app/people/rules/roll.py), whose reader this is with other columns.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from app.claims.rules.keys import certificate, title_hash
from app.kernel.quantity import floor_to
from app.ledger.rules.posting import list_fits
from app.people.rules.doors import user_key
from app.people.rules.roll import Cell, Finding, Reader, plain
from app.people.rules.roll import headings as headings_of
from app.rulebook.rules import DAY_STEP, RuleSet, class_outcome, days_left

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "name"),
    "id_no": ("身份证号", "身份证号码", "公民身份号码", "id_no", "id number"),
    "user_name": ("用户名", "人员编号", "工号", "user_name", "user name"),
    "title": ("培训名称", "班次名称", "课程名称", "title"),
    "category": ("培训类别", "类别", "category"),
    "from_on": ("开始日期", "起始日期", "from"),
    "to_on": ("结束日期", "截止日期", "to"),
    "hours": ("学时", "hours"),
    "days": ("培训天数", "天数", "days"),
    "leave": ("请假学时", "leave", "leave hours"),
    "delivery": ("培训形式", "形式", "delivery"),
    "off_post": ("是否脱产", "脱产", "off_post"),
    "subject_kind": ("科目类型", "科目", "subject_kind"),
    "list_year": ("目录年度", "公需科目目录年度", "list_year"),
    "class_type": ("班次类型", "class_type"),
    "result": ("结业结果", "result"),
    "institution_kind": ("机构类型", "institution_kind"),
    "level": ("论文级别", "level"),
    "issuer": ("主办单位", "培训机构", "发证单位", "issuer"),
    "cert_no": ("证书编号", "证书号", "cert_no"),
}
"""Fields and the headings they go by; the first is the one of the template."""

REQUIRED = ("name", "title", "category", "from_on", "to_on")

WORDS: dict[str, dict[str, str]] = {
    "category": {"组织调训": "dispatch", "调训": "dispatch", "中心组学习": "central_group", "主体班": "main_class", "境外培训": "overseas",
                 "专题班": "special_class", "专题培训": "special_class", "干部选学": "elective", "选学": "elective",
                 "网络课程": "online_course",
                 "在职自学": "self_study_claim", "单位内训": "own_unit_class", "授课": "teaching", "论文": "paper", "学历学位": "degree",
                 "考试": "exam", "外部培训": "external",
                 "外地培训": "external", "其他培训": "external"},
    "delivery": {"面授": "offline", "线下": "offline", "网络": "online", "线上": "online"},
    "off_post": {"是": "yes", "脱产": "yes", "否": "no", "不脱产": "no", "y": "yes", "n": "no"},
    "subject_kind": {"公需科目": "public", "公需": "public", "专业科目": "professional", "专业": "professional", "选修科目": "elective",
                     "选修": "elective"},
    "class_type": {"任职培训": "appointment", "任职班": "appointment", "初任培训": "induction", "初任班": "induction",
                   "离岗培训": "off_post_retraining", "中青班": "zhongqing", "进修班": "refresher", "党校其他班次": "party_school_class"},
    "result": {"合格": "passed", "结业": "passed", "不合格": "failed"},
    "institution_kind": {"党校": "party_school", "团校": "youth_league_school", "高等院校": "university", "继续教育基地": "ce_base",
                         "其他机构": "other"},
    "level": {"国家级": "national", "省级": "provincial", "市级": "city"},
}  # fmt: skip
"""Words of each field and the codes they mean; the first word of a code stands in the drop-downs of the template."""

AXES = ("class_type", "result", "institution_kind", "level")
CLASSES = frozenset({"dispatch", "main_class", "overseas", "special_class", "elective", "own_unit_class", "external"})
"""Kinds of training that are held as classes, from which one can be on leave."""
ONE_DAY = Decimal(12)
"""The most hours of 45 minutes that anybody is credited for one calendar date."""
ZERO = Decimal(0)
NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?")


class ImportState(StrEnum):
    """Examined and waiting, brought in, or taken back as a whole."""

    EXAMINED = "examined"
    DONE = "done"
    UNDONE = "undone"


@dataclass(frozen=True)
class Activity:
    """A row that can be brought in, once its person is found. No hours or days: to be converted from the other figure."""

    row: int
    name: str
    id_no: str
    user_name: str
    title: str
    category: str
    from_on: date
    to_on: date
    hours: Decimal | None
    days: Decimal | None
    delivery: str | None
    off_post: bool
    subject_kind: str | None
    issuer: str
    cert_no: str
    leave: Decimal | None = None
    """Hours of leave; `hours` and `days` are then those of the whole class."""
    axes: Mapping[str, str | int | bool] = dataclasses.field(default_factory=dict)
    """What rule sets may ask of the line besides (decisions 19); only what the row says."""

    @property
    def dates(self) -> int:
        """Civil dates, first to last."""
        return (self.to_on - self.from_on).days + 1

    @property
    def key(self) -> str:
        """Under which the activity counts once: the certificate's, else category, title and dates (domain.md §6.1-4)."""
        if self.cert_no:
            return certificate(self.issuer, self.cert_no)
        return f"history:{self.category}:{title_hash(self.title)}:{self.from_on:%Y%m%d}-{self.to_on:%Y%m%d}"

    def figures(self, book: RuleSet) -> tuple[Decimal, Decimal]:
        """Hours and training days that count: of a class those that its leave lets count, none where there was too much of it."""
        hours, days = self._whole(book.units.hours_per_day)
        if not self.leave or book.class_rule is None:
            return hours, days
        counted = class_outcome(book.class_rule, hours, self.leave).hours
        return counted, days_left(days, counted, hours)

    def is_over_leave(self, book: RuleSet) -> bool:
        """Whether so much of the class was leave that the rules hold it not to be completed (EX-E22)."""
        if not self.leave or book.class_rule is None:
            return False
        return not class_outcome(book.class_rule, self._whole(book.units.hours_per_day)[0], self.leave).is_completed

    def _whole(self, hours_per_day: Decimal) -> tuple[Decimal, Decimal]:
        """Hours and training days; the one that is missing is converted, days for off-post training only, floored."""
        hours, days = self.hours, self.days
        if hours is None:
            hours = floor_to((days or ZERO) * hours_per_day, Decimal("0.01"))
        if days is None:
            days = min(floor_to(hours / hours_per_day, DAY_STEP), Decimal(self.dates)) if self.off_post else ZERO
        return hours, days


class Row(Reader):
    """Reads a row of past training."""

    columns, words, required = COLUMNS, WORDS, REQUIRED

    def axes(self, subject_kind: str | None, last: date | None) -> dict[str, str | int | bool]:
        """Type of class, result, institution, level and the year of the list; of public subjects alone is there a list (EX-E29)."""
        said = {axis: code for axis in AXES if (code := self.word(axis)) is not None}
        text = self.text("list_year", 5).removesuffix("年")
        if not text:
            return dict(said)
        if last is None or not text.isdecimal() or not list_fits(int(text), subject_kind, last):
            self.blame("list_year", "no_list", "" if last is None else f"{last.year - 1}、{last.year}")
            return dict(said)
        return {**said, "list_year": int(text)}

    def figure(self, field: str) -> Decimal | None:
        """A figure of up to two decimals, not negative; a number cell or text."""
        cell = self.cells.get(field)
        if isinstance(cell, bool):
            self.blame(field, "not_a_figure", "8")
            return None
        text = f"{cell:.6f}".rstrip("0").rstrip(".") if isinstance(cell, float) else self.text(field, 20)
        if not text:
            return None
        try:
            value = Decimal(text) if NUMBER.fullmatch(text) else None
        except InvalidOperation:
            value = None
        if value is None:
            self.blame(field, "not_a_figure", "8")
        elif value != value.quantize(Decimal("0.01")):
            self.blame(field, "too_fine", str(floor_to(value, Decimal("0.01"))))
            return None
        return value


def headings(row: int, cells: Sequence[Cell]) -> tuple[dict[str, int], list[Finding]]:
    """Where each field stands, and what is wrong with the head row, which is row `row` of the file."""
    places, found = headings_of(cells, COLUMNS, REQUIRED, row)
    if not {"id_no", "user_name"} & places.keys():
        found.append(Finding(row, COLUMNS["id_no"][0], "missing_column", "", COLUMNS["id_no"][0]))
    if not {"hours", "days"} & places.keys():
        found.append(Finding(row, COLUMNS["hours"][0], "missing_column", "", COLUMNS["hours"][0]))
    return places, found


def read_row(row: int, cells: Mapping[str, Cell], today: date) -> tuple[Activity | None, list[Finding]]:
    """An activity, or all that is wrong with the row."""
    reader = Row(row, cells, today)
    name, id_no = reader.name(), reader.id_no()
    user_name = user_key(reader.text("user_name", 60))
    title, issuer, cert_no = (" ".join(reader.text(field, longest).split()) for field, longest in TEXTS)
    category, delivery = reader.word("category"), reader.word("delivery")
    off_post, subject_kind = reader.word("off_post"), reader.word("subject_kind")
    from_on, to_on = reader.day("from_on"), reader.day("to_on")
    axes = reader.axes(subject_kind, to_on)
    hours, days, leave = reader.figure("hours"), reader.figure("days"), reader.figure("leave")
    _check_leave(reader, category, hours, leave)
    _cross_check(reader, id_no or user_name, cert_no, issuer)
    if from_on and to_on:
        _check_span(reader, from_on, to_on, hours, days)
    if any(finding.is_error for finding in reader.findings) or from_on is None or to_on is None or category is None:
        return None, reader.findings
    return Activity(row, name, id_no, user_name, title, category, from_on, to_on, hours, days, delivery, off_post == "yes", subject_kind,
                    issuer, cert_no, leave, axes), reader.findings  # fmt: skip


TEXTS = (("title", 120), ("issuer", 100), ("cert_no", 60))


def _cross_check(reader: Row, person: str, cert_no: str, issuer: str) -> None:
    """A row names its person, has a figure, and a certificate has an issuer."""
    if not person and not plain(reader.cells.get("id_no")) and not plain(reader.cells.get("user_name")):
        reader.blame("id_no", "person_missing")
    if not plain(reader.cells.get("hours")) and not plain(reader.cells.get("days")):
        reader.blame("hours", "figure_missing")
    if cert_no and not issuer and not plain(reader.cells.get("issuer")):
        reader.blame("issuer", "issuer_missing")


def _check_leave(reader: Row, category: str | None, hours: Decimal | None, leave: Decimal | None) -> None:
    """Leave is from a class, and for no longer than it lasts."""
    if leave and category is not None and category not in CLASSES:
        reader.blame("leave", "leave_no_class")
    elif leave and hours is not None and leave > hours:
        reader.blame("leave", "more_leave", str(hours))


def _check_span(reader: Row, from_on: date, to_on: date, hours: Decimal | None, days: Decimal | None) -> None:
    """Dates in order; no more hours and days than fit between them (ATK claims of 25 h a day)."""
    dates = (to_on - from_on).days + 1
    if dates < 1:
        reader.blame("to_on", "ends_before", from_on.isoformat())
        return
    if hours is not None and hours > ONE_DAY * dates:
        reader.blame("hours", "too_many_hours", str(ONE_DAY * dates))
    if days is not None and days > dates:
        reader.blame("days", "too_many_days", str(dates))
    if (hours == 0 and not days) or (days == 0 and not hours):
        reader.blame("hours", "figure_missing")
