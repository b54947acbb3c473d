"""A key never ends up in a wording without a finding, whatever the format (issue 3)."""

from __future__ import annotations

import pytest

from app.bank.rules.answers import Kind
from app.bank.rules.findings import Reading
from app.bank.rules.formats import aiken, gift, table, text


def stems(reading: Reading) -> list[tuple[str, str, bool]]:
    """Kind, wording and whether it is good, of each question."""
    return [(str(one.draft.kind), one.draft.stem, one.is_good) for one in reading.questions if one.draft]


def samples(reading: Reading) -> list[tuple[str, str]]:
    """Wording and sample answer of each question, all of which are good."""
    assert all(one.is_good for one in reading.questions), reading.all_findings()
    return [(one.draft.stem, one.draft.sample) for one in reading.questions if one.draft]


def test_questions_of_gift_without_empty_lines_are_a_question_each() -> None:
    reading = gift.read(
        "::TF::地球是圆的。{T}\n::TF2::太阳是冷的。{F}\n首都是{=北京}\n::S::谁？{\n=甲\n~乙\n}\n// [tag:points=2]\n::S2::谁来？{=丙 ~丁}\n"
    )
    assert reading.all_findings() == []
    assert stems(reading) == [
        ("judge", "地球是圆的。", True), ("judge", "太阳是冷的。", True), ("blank", "首都是", True), ("single", "谁？", True),
        ("single", "谁来？", True),
    ]  # fmt: skip
    assert [one.row for one in reading.questions] == [1, 2, 3, 4, 8]
    assert [f"{one.draft.points:f}" for one in reading.questions if one.draft] == ["1", "1", "1", "1", "2"]


def test_a_second_answer_in_one_question_of_gift_is_an_error_and_no_stem() -> None:
    (one,) = gift.read("Two plus {=four} equals four.\nThree plus {=3} is three.\n").questions
    assert [(found.code, found.is_error) for found in one.findings] == [("second_question", True)] and one.draft is None


def test_text_after_the_answer_of_gift_stays_its_stem() -> None:
    (one,) = gift.read("Grant {~a =b} is buried\nin a tomb.").questions
    assert one.is_good and one.draft is not None and one.draft.stem == "Grant ____ is buried\nin a tomb."


@pytest.mark.parametrize("name", ["答案要点", "答题要点", "要点", "评分要点", "参考要点", "【答案要点】", "参考答案要点"])
def test_points_below_a_written_question_are_its_sample(name: str) -> None:
    mark = name if name.endswith("】") else f"{name}："
    reading = text.read(f"1、简述甲的要点。\n{mark}一是甲；\n二是乙。\n2、简述丙。\n答案：丁")
    assert samples(reading) == [("简述甲的要点。", "一是甲；\n二是乙。"), ("简述丙。", "丁")] and reading.all_findings() == []


def test_criteria_with_points_stay_criteria() -> None:
    (one,) = text.read("1、简述甲。（4分）\n评分要点：\n一是甲（2分）；\n二是乙（2分）。").questions
    assert one.is_good and one.draft is not None
    assert [(line.text, int(line.points)) for line in one.draft.rubric] == [("一是甲", 2), ("二是乙", 2)] and one.draft.sample == ""


def test_an_answer_in_brackets_is_the_key() -> None:
    single, blank = text.read("1、谁？\nA、甲\nB、乙\n（答案：B）\n2、首都是（答案：北京）。").questions
    assert single.is_good and single.draft is not None and blank.is_good and blank.draft is not None
    assert [(one.text, one.is_right) for one in single.draft.options] == [("甲", False), ("乙", True)]
    assert (blank.draft.kind, blank.draft.stem, blank.draft.blanks[0].accepted[0].text) == (Kind.BLANK, "首都是（\u3000）", "北京")


LISTED = {
    "brackets": "（1）一是。\n（2）二是。",
    "other signs": "1. 一是。\n2. 二是。\n3. 三是。",
    "same signs": "1、一是。\n2、二是。\n3、三是。",
    "counted": "①一是。\n②二是。",
}  # fmt: skip


@pytest.mark.parametrize("name", LISTED)
@pytest.mark.parametrize("head", ["参考答案：", "答案：要点如下：", "参考答案", "【参考答案】"])
def test_a_list_below_an_answer_is_the_sample_until_the_next_question(name: str, head: str) -> None:
    points = LISTED[name]
    reading = text.read("".join(f"{at}、简述{at}。\n{head}\n{points}\n" for at in (1, 2, 3)))
    first = "要点如下：\n" if "要点" in head else ""
    assert samples(reading) == [(f"简述{at}。", first + points) for at in (1, 2, 3)]


def test_a_numbered_explanation_begins_no_question() -> None:
    reading = text.read("1、谁？\nA、甲\nB、乙\n答案：B\n解析：\n1. 因为甲\n2. 因为乙\n2、谁来？\nA、甲\nB、乙\n答案：A")
    assert stems(reading) == [("single", "谁？", True), ("single", "谁来？", True)]
    assert reading.questions[0].draft is not None and reading.questions[0].draft.explanation == "1. 因为甲\n2. 因为乙"


@pytest.mark.parametrize("before", ["简述甲。", "1、简述甲。", "（1）简述甲。"])
def test_a_list_below_the_only_question_is_its_sample(before: str) -> None:
    assert samples(text.read(f"{before}\n参考答案：\n1. 一是。\n2. 二是。")) == [("简述甲。", "1. 一是。\n2. 二是。")]


def test_a_point_that_may_be_the_next_question_is_told() -> None:
    (one,) = text.read("1、简述甲。\n参考答案：\n1、一是。\n2、二是。").questions
    assert [(found.row, found.code, found.is_error) for found in one.findings] == [(4, "point_or_question", False)]


def test_lists_of_the_parts_of_a_case_are_their_samples() -> None:
    reading = text.read(
        "一、案例分析题\n1、来信。\n（1）为何？\n参考答案：\n（1）一是。\n（2）二是。\n（2）怎么办？\n参考答案：\n1. 甲\n2. 乙\n"
    )
    (one,) = reading.questions
    assert one.is_good and one.draft is not None
    assert [(part.stem, part.sample) for part in one.draft.parts] == [("为何？", "（1）一是。\n（2）二是。"), ("怎么办？", "1. 甲\n2. 乙")]


LEAKS = {
    "stem of a table": lambda: table.read([["题型", "题干", "选项A", "选项B", "答案"], ["单选题", "谁？ 正确答案：A", "甲", "乙", "A"]]),
    "option of a table": lambda: table.read([["题型", "题干", "选项A", "选项B", "答案"], ["单选题", "谁？", "甲【答案】", "乙", "A"]]),
    "explanation": lambda: aiken.read("谁？\nA. 甲\nB. 乙 解析：因为\nANSWER: B"),
    "gift": lambda: gift.read("谁？答案：甲 {=甲 ~乙}"),
    "gift in a text": lambda: text.read("1、地球是圆的。{T}"),
    "choice of gift in a text": lambda: text.read("1、谁？{=甲 ~乙}"),
    "part": lambda: table.read([
        ["题型", "案例编号", "题干", "答案"], ["案例分析题", "1", "来信。", ""], ["判断题", "1", "到场。答案：对", "对"],
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", LEAKS)
def test_a_wording_that_still_tells_its_key_is_never_good(name: str) -> None:
    (one,) = LEAKS[name]().questions
    assert not one.is_good and [found.code for found in one.findings if found.is_error] == ["key_in_text"]


@pytest.mark.parametrize(
    "stem", ["请写出你的答案：____。", "关于参考答案的说法", "对概念解析：下列正确的是", "x^{T} 是转置。", "集合{甲}含有甲。"]
)
def test_a_wording_that_only_speaks_of_answers_is_good(stem: str) -> None:
    (one,) = text.read(f"1、{stem}\nA、甲\nB、乙\n答案：A").questions
    assert one.is_good, one.findings
