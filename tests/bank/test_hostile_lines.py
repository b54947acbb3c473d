"""A line made to keep the college busy: refused where it is too long, read about as fast as any other where it is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from app.bank.rules.findings import Reading
from app.bank.rules.formats import aiken, cloze, common, gift, stems, tags, text
from app.bank.service import reading
from app.kernel.work import NOBODY, College, working
from tests.bank.test_views import _enter, _post
from tests.conftest import WorkAs

LONG = common.LONGEST_LINE - 100
QUESTION = "1、甲说的对吗？\nA、对\nB、错\n"
HOSTILE: dict[str, tuple[Callable[[str], object], str, str, int]] = {
    "gaps before a list": (lambda one: text.read(f"1、题{one}x\n参考答案：1.A"), " ", "字", LONG),
    "names": (lambda one: text.read(f"{QUESTION}{one}"), "答案:", "字", LONG),
    "gaps of a section": (lambda one: text.read(f"一{one}x"), " ", "字", LONG),
    "criteria": (lambda one: text.read(f"一、简答题\n1、题\n答案：x\n评分标准：{one}"), "(", "字", LONG),
    "heads of lists": (lambda one: text.read("1、题\n" + one), "答案\n", "甲乙\n", 60_000),
    "a long option": (lambda one: aiken.read("问\nA. x\n" + one), "x\n", "\n\n", 400_000),
    "tags of breaks": (lambda one: common.from_html(f"<p>{one}"), "<br", "字", 40_000),
    "empty lines": (lambda one: common.from_html(f"<p>{one}x"), " ", "字", 40_000),
    "unclosed tags": (lambda one: stems.read(f"<p>{one}"), "<br", "字", 100_000),
    "unclosed fields": (lambda one: cloze.read(1, one, Decimal(1), "", []), "{1:SA:", "字", 40_000),
    "unclosed comments": (lambda one: tags.read([one]), "[tag:a=", "字", 40_000),
    "a number": (lambda one: gift.read(f"q {{#1{one}x}}"), "\u00a0", "字", 10_000),
    "points": (lambda one: common.decimal(f"0{one}x"), " ", "字", 30_000),
    "what it is": (lambda one: reading.told(f"x{one}".encode()), "\n", "y", 60_000),
}


def spent(read: Callable[[str], object], said: str) -> float:
    """Seconds of CPU, the least of three."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        read(said)
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_costs_about_four_times_what_a_quarter_of_it_costs(name: str) -> None:
    read, hostile, harmless, length = HOSTILE[name]
    whole = spent(read, (hostile * length)[:length])
    quarter = spent(read, (hostile * length)[: length // 4])
    benign = spent(read, (harmless * length)[:length])
    assert whole <= max(9 * quarter, 40 * benign, 0.03)  # what grows with the square takes sixteen times as long


@pytest.mark.parametrize("sign", [" ", "(", "答案:", "ANSWER:", "甲"])
@pytest.mark.parametrize("read", [text.read, aiken.read])
def test_a_line_longer_than_any_question_is_refused_with_its_row(read: Callable[[str], Reading], sign: str) -> None:
    before = "甲说的对吗？\nA. 对\nB. 错\nANSWER: A\n" if read is aiken.read else f"{QUESTION}答案：A\n"
    found = read(before + "1、" + (sign * 100_000)[:100_000] + "x\n")
    told = [one for one in found.all_findings() if one.code == "line_too_long"]
    assert [one.row for one in told] == [before.count("\n") + 1] and told[0].expected == str(common.LONGEST_LINE)


def test_a_question_does_not_come_in_without_its_too_long_line_nor_a_list_of_answers_silently() -> None:
    found = text.read(f"{QUESTION}答案：A\n解析：{'字' * common.LONGEST_LINE}\n2、乙？\nA、对\nB、错\n答案：B\n")
    assert [one.is_good for one in found.questions] == [False, True]
    listed = text.read(f"{QUESTION}2、乙？\nA、对\nB、错\n参考答案\n1.A\n2.B {'字' * common.LONGEST_LINE}\n")
    assert [(one.row, one.code) for one in listed.findings] == [(9, "line_too_long")]
    assert [one.is_good for one in listed.questions] == [True, False]


def test_a_line_just_as_long_as_the_longest_question_is_read() -> None:
    assert [one.is_good for one in text.read(f"1、{'甲' * 1990}（√）\n").questions] == [True]


def test_recognising_a_pasted_text_takes_no_turn_of_those_who_write(client: FlaskClient, work_as: WorkAs, college: College) -> None:
    _enter(client, work_as, "instructor")
    with working(college, NOBODY):  # SQLite lets one write at a time; a second turn of this thread is refused
        answer = _post(client, "/studio/bank/imports/recognise", text="1、地球是圆的。（√）")
    assert "识别出 1 道题" in answer.get_data(as_text=True)
