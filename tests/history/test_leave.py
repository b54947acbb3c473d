"""Leave from a class in a file of past training: taken off its hours and days, at most a seventh (EX-E22)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.history import service, words
from app.kernel.work import Actor, College
from tests.history.build import csv, row
from tests.history.test_importing import codes, lines

CLASS = {"培训名称": "国家专题班", "开始日期": "2026-05-06", "结束日期": "2026-05-25", "培训天数": None}
"""Twenty dates: 160 hours at eight a day."""


@pytest.mark.parametrize(
    ("whole", "leave", "hours", "days"), [(160, 22, "138", "17.25"), ("160", "0", "160", "20"), (160, None, "160", "20")]
)
def test_e22_leave_from_a_class_is_taken_off_hours_and_days(
    college: College, cast: list[Any], actor: Actor, whole: Any, leave: Any, hours: str, days: str
) -> None:
    file = csv([row(1, **CLASS, 学时=whole, 请假学时=leave)])
    assert service.examine(college, actor, file).hours == hours
    service.bring_in(college, actor, "past.csv", file)
    (line,) = lines(college, cast[0])
    assert (line.hours, line.days) == (Decimal(hours), Decimal(days))


def test_e22_exactly_a_seventh_comes_in_and_more_is_a_finding_of_its_row(college: College, cast: list[Any], actor: Actor) -> None:
    longer = {**CLASS, "结束日期": "2026-05-26"}
    file = csv(
        [row(1, **longer, 学时=161, 请假学时=23), row(2, **longer, 学时=161, 请假学时="23.01"), row(3, **CLASS, 学时=160, 请假学时=24)]
    )
    report = service.examine(college, actor, file)
    assert codes(report) == [(3, "over_leave"), (4, "over_leave")]
    assert {(one.column, one.found, one.expected) for one in report.findings} == {("请假学时", "23.01", "1/7"), ("请假学时", "24", "1/7")}
    assert all("1/7" in words.told(one)[0] for one in report.findings)
    service.bring_in(college, actor, "past.csv", file, only_good=True)
    assert [[one.hours for one in lines(college, person)] for person in cast] == [[Decimal(138)], [], []]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"请假学时": "8", "培训类别": "网络课程"}, "leave_no_class"), ({"请假学时": "41"}, "more_leave"),
        ({"请假学时": "半天"}, "not_a_figure"), ({"请假学时": "1.234"}, "too_fine"), ({"学时": None, "请假学时": "6"}, "over_leave"),
    ],
)  # fmt: skip
def test_leave_that_cannot_be_is_named(college: College, cast: list[Any], actor: Actor, cells: dict[str, Any], code: str) -> None:
    (finding,) = service.examine(college, actor, csv([row(1, **cells)])).findings
    assert (finding.column, finding.code, finding.is_error) == ("请假学时", code, True)


def test_where_the_rules_say_nothing_of_leave_it_is_told_and_nothing_is_taken_off(college: College, cast: list[Any], actor: Actor) -> None:
    silent = replace(college, settings=replace(college.settings, rule_set="gd-cpe-2021"))
    report = service.examine(silent, actor, csv([row(1, 请假学时="20")]))
    assert [(one.code, one.is_error) for one in report.findings] == [("leave_no_rule", False)]
    assert (report.good, report.hours) == (1, "40")
