"""Text as people paste it, in every common spelling: each comes in as what it says, or is an error (issue 3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import QuestionDraft, faults
from app.bank.rules.formats import aiken, gift, table, text
from app.bank.rules.formats.common import KIND_OF

AB = ["甲", "乙"]
ABCD = ["甲", "乙", "丙", "丁"]
LINES = "\nA、甲\nB、乙\nC、丙\nD、丁\n"

SPELLED: list[tuple[str, str, str, list[str], str]] = [
    # options on the line of the stem, or several on one line
    ("1、题？ A、甲 B、乙\n答案：B", "single", "题？", AB, "B"),
    ("1、题？A、甲B、乙C、丙D、丁\n答案：AC", "multiple", "题？", ABCD, "AC"),
    ("1.题？ A.甲 B.乙 C.丙 D.丁 答案：D", "single", "题？", ABCD, "D"),
    ("1、题（ B ） A、甲 B、乙", "single", "题（\u3000）", AB, "B"),
    ("1、题？ A、甲 B、乙\nC、丙 D、丁\n答案：ABD", "multiple", "题？", ABCD, "ABD"),
    ("1、题？\nA、甲B、乙\n答案：A", "single", "题？", AB, "A"),
    ("1、题？\nA、甲B、乙\nC、丙D、丁\n答案：CD", "multiple", "题？", ABCD, "CD"),
    ("1、题？\nA.甲；B.乙；C.丙；D.丁\n答案：C", "single", "题？", ABCD, "C"),
    ("1、题？\nA、含维生素B、C的\nB、乙\n答案：A", "single", "题？", ["含维生素B、C的", "乙"], "A"),
    ("1、题？\n（A）甲（B）乙\n答案：B", "single", "题？", AB, "B"),
    # signs around letters
    ("1、题？\n【A】甲\n【B】乙\n答案：A", "single", "题？", AB, "A"),
    ("1、题？\n〔A〕甲\n〔B〕乙\n答案：〔B〕", "single", "题？", AB, "B"),
    ("1、题？\n[A] 甲\n[B] 乙\n答案：[A]", "single", "题？", AB, "A"),
    ("1、题？\n①甲\n②乙\n答案：②", "single", "题？", AB, "B"),
    ("1、题？\n①甲 ②乙 ③丙 ④丁\n答案：①③", "multiple", "题？", ABCD, "AC"),
    ("1、题？\n①甲\n②乙\n答案：AB", "multiple", "题？", AB, "AB"),
    ("1、说法有：①甲②乙。正确的是\nA、①\nB、②\n答案：B", "single", "说法有：①甲②乙。正确的是", ["①", "②"], "B"),
    ("1、题？\nＡ．甲\nＢ．乙\n答案：Ｂ", "single", "题？", AB, "B"),
    ("1、题？\na) 甲\nb) 乙\n答案：b", "single", "题？", AB, "B"),
    ("1、题？\nA 甲\nB 乙\n答案：A", "single", "题？", AB, "A"),
    # answers
    (f"1、题？{LINES}正确答案是：ABD", "multiple", "题？", ABCD, "ABD"),
    (f"1、题？{LINES}正确答案为B", "single", "题？", ABCD, "B"),
    (f"1、题？{LINES}答案 B", "single", "题？", ABCD, "B"),
    (f"1、题？{LINES}答案B。", "single", "题？", ABCD, "B"),
    (f"1、题？{LINES}答案是 A、C", "multiple", "题？", ABCD, "AC"),
    (f"1、题？{LINES}参考答案∶D", "single", "题？", ABCD, "D"),
    (f"1、题？{LINES}【答案】C", "single", "题？", ABCD, "C"),
    (f"1、题？{LINES}【正确答案】A, B", "multiple", "题？", ABCD, "AB"),
    (f"1、题？{LINES}答：D", "single", "题？", ABCD, "D"),
    (f"1、题？{LINES}答案：B 解析：因为。", "single", "题？", ABCD, "B"),
    (f"1、题？{LINES}答案：B\n解析：选这个，\n故答案是B", "single", "题？", ABCD, "B"),
    (f'1、题？{LINES}答案："ABD"', "multiple", "题？", ABCD, "ABD"),
    (f"1、题？{LINES}答案：“ABD”", "multiple", "题？", ABCD, "ABD"),
    (f"1、题？{LINES}答案：选A、C", "multiple", "题？", ABCD, "AC"),
    (f"1、题？{LINES}答案：故选B。", "single", "题？", ABCD, "B"),
    (f"1、题？{LINES}答案：B. 乙", "single", "题？", ABCD, "B"),
    (f"1、题？{LINES}答案：A、甲 C、丙", "multiple", "题？", ABCD, "AC"),
    (f"1、题？{LINES}答案：ABCD（全选）", "multiple", "题？", ABCD, "ABCD"),
    (f"1、题？{LINES}答 案：D", "single", "题？", ABCD, "D"),
    (f"1、题？{LINES}【答　案】D", "single", "题？", ABCD, "D"),
    # options without the usual sign
    ("1、题？\nA,甲\nB,乙\n答案：A", "single", "题？", AB, "A"),
    ("1、题？\nA-甲\nB-乙\n答案：A", "single", "题？", AB, "A"),
    ("1、题？\nA甲\nB乙\nC丙\nD丁\n答案：D", "single", "题？", ABCD, "D"),
    ("1、题？\nＡ甲\nＢ乙\nＣ丙\nＤ丁\n答案：D", "single", "题？", ABCD, "D"),
    ("1、维生素？\nA、甲\nB、乙\nB族的说明\n答案：A", "single", "维生素？", ["甲", "乙 B族的说明"], "A"),
    # true or false
    ("1、地球是圆的。【√】", "judge", "地球是圆的。（　）", [], "对"),
    ("1、地球是圆的。[错]", "judge", "地球是圆的。（　）", [], "错"),
    ("1、地球是圆的。√", "judge", "地球是圆的。（　）", [], "对"),
    ("1、地球是圆的。 ×", "judge", "地球是圆的。（　）", [], "错"),
    ("1、话。\n答案：V", "judge", "话。", [], "对"),
    ("1、话。\n答案：✕", "judge", "话。", [], "错"),
    ("1、话。\n答案：×", "judge", "话。", [], "错"),
    ("1、话。\n答案：╳", "judge", "话。", [], "错"),
    ("1、话。\n答案：✖️", "judge", "话。", [], "错"),
    ("1、话。\n答案：X", "judge", "话。", [], "错"),
    ("1、话。\n答案 √", "judge", "话。", [], "对"),
    ("1、话。\n答案：☑", "judge", "话。", [], "对"),
    ("1、话。（✕）", "judge", "话。（\u3000）", [], "错"),
    ("1、话。（ V ）", "judge", "话。（\u3000）", [], "对"),
    ("1、话。 A、对 B、错\n答案：B", "judge", "话。", [], "错"),
    # numbers
    ("4 题目是什么\nA、甲\nB、乙\n答案：A", "single", "题目是什么", AB, "A"),
    ("第4题 题？\nA、甲\nB、乙\n答案：A", "single", "题？", AB, "A"),
    ("4题、题？\nA、甲\nB、乙\n答案：A", "single", "题？", AB, "A"),
    ("题目1：题？\nA、甲\nB、乙\n答案：A", "single", "题？", AB, "A"),
    ("题4：题？\nA、甲\nB、乙\n答案：A", "single", "题？", AB, "A"),
    ("(1)题？\nA、甲\nB、乙\n答案：A", "single", "题？", AB, "A"),
    ("（1）题？\nA、甲\nB、乙\n答案：A", "single", "题？", AB, "A"),
    ("【1】题？\nA、甲\nB、乙\n答案：A", "single", "题？", AB, "A"),
    ("题？\nA、甲\nB、乙\n答案：A", "single", "题？", AB, "A"),
    ("一、题？\nA、甲\nB、乙\n答案：A", "single", "题？", AB, "A"),
    # blanks
    ("1、____和____。\n答案：（1）甲（2）乙", "blank", "____和____。", [], "甲；乙"),
    ("1、（　）和（　）。\n答案：①甲②乙", "blank", "（ ）和（ ）。", [], "甲；乙"),
    ("1、____和____。\n答案：甲、乙", "blank", "____和____。", [], "甲；乙"),
    ("1、____和____。\n答案：1.甲 2.乙", "blank", "____和____。", [], "甲；乙"),
    ("1、为何？\n答案：（1）甲\n（2）乙", "short", "为何？", [], "（1）甲\n（2）乙"),
]  # fmt: skip


def key(draft: QuestionDraft) -> str:
    """What is right, in one text."""
    if draft.kind is Kind.BLANK:
        return "；".join(one.accepted[0].text for one in draft.blanks)
    if draft.kind is Kind.SHORT:
        return draft.sample
    letters = "".join(letter for letter, one in zip("ABCDEFGH", draft.options, strict=False) if one.is_right)
    return {"A": "对", "B": "错"}[letters] if draft.kind is Kind.JUDGE else letters


@pytest.mark.parametrize(("written", "kind", "stem", "options", "right"), SPELLED)
def test_every_common_spelling_is_read_as_it_is_meant(written: str, kind: str, stem: str, options: list[str], right: str) -> None:
    reading = text.read(written)
    assert reading.all_findings() == []
    (one,) = reading.questions
    assert one.draft is not None and one.is_good
    told = [] if one.draft.kind is Kind.JUDGE else [option.text for option in one.draft.options]
    assert (one.draft.kind, one.draft.stem, told, key(one.draft)) == (Kind(kind), stem, options, right)


MANY = {
    "brackets": "(1)甲？\nA、一\nB、二\n答案：A\n(2)乙？\nA、一\nB、二\n答案：B\n（3）话。（×）",
    "paragraphs": "考试题\n\n甲？\nA、一\nB、二\n答案：A\n\n乙？\n\nA、一\nB、二\n答案：B\n\n话。（×）",
    "tight": "甲？\nA、一\nB、二\n答案：A\n乙？\nA、一\nB、二\n【答案】B\n话。【×】",
    "spaces": "1 甲？\nA、一\nB、二\n答案：A\n2 乙？\nA、一\nB、二\n答案：B\n3 话。（×）",
    "mixed": "1、甲？\nA、一\nB、二\n答案：A\n2 乙？\nA、一\nB、二\n答案：B\n3、话。（×）",
    "sections": "一、单选题\n甲？\nA、一\nB、二\n答案：A\n\n乙？\nA、一\nB、二\n答案：B\n\n二、判断题\n话。（×）",
}  # fmt: skip


@pytest.mark.parametrize("name", MANY)
def test_questions_are_told_apart_however_they_are_numbered(name: str) -> None:
    reading = text.read(MANY[name])
    assert reading.all_findings() == []
    assert [(one.draft.stem, key(one.draft)) for one in reading.questions if one.draft] == [
        ("甲？", "A"),
        ("乙？", "B"),
        ("话。（\u3000）", "错"),
    ]


def test_statements_below_one_another_are_a_question_each() -> None:
    reading = text.read("二、判断题\n甲。（√）\n乙。（×）\n丙。（V）")
    assert [(one.draft.stem, key(one.draft)) for one in reading.questions if one.draft] == [
        ("甲。（\u3000）", "对"), ("乙。（\u3000）", "错"), ("丙。（\u3000）", "对"),
    ]  # fmt: skip


TWO_GAPS_ONE_ANSWER = {
    "text": lambda: text.read("1、____和____。\n答案：甲"),
    "table": lambda: table.read([["题型", "题干", "答案"], ["填空题", "____和____。", "甲"]]),
    "gift": lambda: gift.read("____和（ ）。{=甲}"),
}


@pytest.mark.parametrize("name", TWO_GAPS_ONE_ANSWER)
def test_two_gaps_with_one_answer_are_an_error_that_says_how_many(name: str) -> None:
    (one,) = TWO_GAPS_ONE_ANSWER[name]().questions
    assert [(found.code, found.found, found.expected) for found in one.findings if found.is_error] == [
        ("gaps_and_blanks_differ", "甲", "2")
    ]


@pytest.mark.parametrize(("stem", "count", "is_right"), [
    ("____和____", 2, True), ("____和____", 1, False), ("____", 2, False), ("首都是？", 1, True), ("首都和省会？", 2, True),
    ("print() 打印____", 1, True), ("（　　）与【 】", 2, True), ("（____）", 1, True),
])  # fmt: skip
def test_gaps_are_as_many_as_blanks_or_none_at_all(stem: str, count: int, *, is_right: bool) -> None:
    draft = QuestionDraft(Kind.BLANK, stem, blanks=(Blank((Accepted("甲"),)),) * count)
    assert (faults(draft, kinds=frozenset(Kind)) == []) is is_right


@pytest.mark.parametrize("written", [
    "1、题？\n答案：ABD", "1、【简答题】题？\n答案：B", "一、简答题\n1、题？ A、甲 B、乙 C、丙\n答案：说说看",
    "一、简答题\n1、话。\n答案：√",
    "一、简答题\n1、题？\n（A）甲\n（B）乙\n答案：因为甲",
])  # fmt: skip
def test_a_choice_that_looks_like_a_written_answer_is_never_good(written: str) -> None:
    assert [one.is_good for one in text.read(written).questions] == [False]


def test_a_written_answer_that_is_one_stays_good() -> None:
    (one,) = text.read("一、简答题\n1、什么是 A 类事项？\n答案：指 A、B 两级共管的事项。").questions
    assert one.is_good, one.findings


def test_other_formats_are_held_against_the_same_rule() -> None:
    (one,) = table.read([["题型", "题干", "答案"], ["简答题", "题？A、甲 B、乙", "AB"]]).questions
    assert not one.is_good
    assert aiken.read("题？\nA. 甲\nB. 乙\nANSWER: B\n").questions[0].is_good


@pytest.mark.parametrize("written", [
    f"1、题？{LINES}答案：B. 甲", f"1、题？{LINES}答案：B. 乙丙", f"1、题？{LINES}答案：选对的", f"1、题？{LINES}答案：“说说”",
])  # fmt: skip
def test_an_answer_that_says_something_else_is_not_taken_for_a_letter(written: str) -> None:
    assert [one.code for one in text.read(written).all_findings() if one.is_error][:1] == ["answer_not_read"]


def test_lines_that_only_look_like_options_stay_what_they_are() -> None:
    (one,) = text.read("1、什么是A类、B类和C类事项？\n答案：三类。\nA类归市。\nB类归县。\nC类归乡。").questions
    assert one.draft is not None and (one.draft.kind, one.draft.options) == (Kind.SHORT, ())


def test_what_follows_an_explanation_without_an_empty_line_is_no_question() -> None:
    (one,) = text.read("甲？\nA、一\nB、二\n答案：A\n解析：因为。\n又因为。").questions
    assert one.draft is not None and one.draft.explanation == "因为。\n又因为。"


def test_a_truth_that_cannot_be_read_is_told_once() -> None:
    for reading in (table.read([["题型", "题干", "答案"], ["判断题", "话。", "也许"]]), text.read("一、判断题\n1、话。\n答案：也许")):
        assert [(one.code, one.found) for one in reading.all_findings()] == [("truth_not_read", "也许")]


HEADED: list[tuple[str, str, str]] = [
    # the head, the question below it, what it plainly is with its key
    ("单项选择题", "话。（√）", "judge 对"),
    ("单项选择题", "话。\n答案：×", "judge 错"),
    ("多选题", "话。\nA、对\nB、错\n答案：√", "judge 对"),
    ("单项选择题", "首都是____。\n答案：北京", "blank 北京"),
    ("多选题", "首都是（　）。\n答案：北京", "blank 北京"),
    ("判断题", "题？\nA、甲\nB、乙\nC、丙\n答案：B", "single B"),
    ("判断题", "题？\nA、甲\nB、乙\nC、丙\n答案：AC", "multiple AC"),
    ("判断题", "首都是____。\n答案：北京", "blank 北京"),
    ("填空题", "题？\nA、甲\nB、乙\n答案：A", "single A"),
    ("填空题", "题？A、甲 B、乙 C、丙\n答案：AB", "multiple AB"),
    ("填空题", "话。（×）", "judge 错"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "question", "is_"), HEADED)
def test_a_question_that_plainly_is_of_another_kind_than_its_head_is_read_as_what_it_is(head: str, question: str, is_: str) -> None:
    """It says so, with the label that would make it certain; and the question with its label says no more."""
    before, after = "1、题？\nA、甲\nB、乙\n答案：A", "3、首都是____。\n答案：北京"
    _first, one, last = text.read(f"一、单选题\n{before}\n二、{head}\n2、{question}\n三、填空题\n{after}").questions
    assert one.draft is not None and one.is_good and f"{one.draft.kind.value} {key(one.draft)}" == is_
    ((code, found, fix),) = [(told.code, told.found, told.fix) for told in one.findings]
    assert (code, KIND_OF[found]) == ("kind_not_of_head", KIND_OF[head])
    (again,) = text.read(f"二、{head}\n2、{fix}{question}").questions
    assert again.draft == replace(one.draft, points=again.draft.points) and again.findings == ()  # type: ignore[union-attr]
    assert last.draft is not None and (last.draft.kind, last.findings) == (Kind.BLANK, ()), "the next head holds again"


@pytest.mark.parametrize(("head", "question", "kind"), [
    ("单项选择题", "题？\nA、正确\nB、错误\n答案：A", "single"), ("填空题", "他答得____。\n答案：对", "blank"),
    ("填空题", "（　）和（　）。\n答案：甲；乙", "blank"), ("判断题", "话（　）。\nA、对\nB、错\n答案：B", "judge"),
    ("简答题", "____是什么？\n答案：说来话长", "short"),
])  # fmt: skip
def test_a_head_holds_where_nothing_plainly_speaks_against_it(head: str, question: str, kind: str) -> None:
    (one,) = text.read(f"一、{head}\n1、{question}").questions
    assert one.draft is not None and (one.draft.kind, one.findings) == (Kind(kind), ())


@pytest.mark.parametrize("question", ["题？\nA、甲\nB、乙\nC、丙\n答案：AB", "题（　）。\n甲\n乙\n答案：甲", "论述一下。\n答案：说来话长"])
def test_what_may_be_a_slip_below_a_head_stays_an_error(question: str) -> None:
    """A second letter, options without letters, no options at all: nobody knows what was meant."""
    (one,) = text.read(f"一、单选题\n1、{question}").questions
    assert one.draft is not None and (one.draft.kind, one.is_good) == (Kind.SINGLE, False)


HEADS = ["二、判断题 每题2分", "二、判断题【每题2分】", "二、判断题共10题，每题2分。", "二、判断题。", "Ⅱ、判断题", "**二、判断题**",
         "## 判断题", "二、 判 断 题", "二、正误判断题", "二、判断说理题（每题2分）", "二、判断下列说法是否正确",
         "2. 判断题（每题2分）"]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_a_head_is_one_however_it_is_spelled(head: str) -> None:
    """And never becomes part of the question before it."""
    reading = text.read(f"一、单选题（每题3分）\n1、题？\nA、甲\nB、乙\n答案：A\n{head}\n2、话。\n答案：√")
    assert reading.all_findings() == []
    one, other = [read.draft for read in reading.questions]
    assert one is not None and (one.kind, key(one), one.points) == (Kind.SINGLE, "A", 3)
    assert other is not None and (other.kind, key(other), other.points) == (Kind.JUDGE, "对", 2 if "2分" in head else 1)


def test_a_head_that_names_no_kind_of_ours_lets_each_question_be_what_it_is() -> None:
    one, other = text.read("一、单选题\n1、题？\nA、甲\nB、乙\n答案：A\n二、附加题\n2、首都是____。\n答案：北京").questions
    assert one.draft is not None and other.draft is not None
    assert (one.findings, other.findings, other.draft.kind) == ((), (), Kind.BLANK)


def test_heads_with_numbers_of_their_own_leave_the_brackets_to_the_questions() -> None:
    reading = text.read("1. 单选题\n(1) 题？\nA、甲\nB、乙\n答案：A\n(2) 题？\nA、甲\nB、乙\n答案：B\n2. 判断题\n(1) 话。\n答案：√")
    assert [(one.draft.kind.value, key(one.draft)) for one in reading.questions if one.draft] == [
        ("single", "A"), ("single", "B"), ("judge", "对"),
    ]  # fmt: skip


def test_points_of_a_written_answer_are_no_heads() -> None:
    one, other = text.read("一、简答题\n1、怎么做？\n答案：\n一、审题\n二、选题\n三、主要问题\n2、还有呢？\n答案：没有了").questions
    assert one.draft is not None and other.draft is not None
    assert (one.draft.sample, other.draft.sample) == ("一、审题\n二、选题\n三、主要问题", "没有了")


def test_a_sign_in_front_of_the_number_is_the_key() -> None:
    reading = text.read("二、判断题\n（ √ ）1、甲。\n（×）2、乙。\n（　）3、丙。\n答案：√")
    assert reading.all_findings() == []
    assert [(one.draft.stem, key(one.draft)) for one in reading.questions if one.draft] == [
        ("甲。（\u3000）", "对"), ("乙。（\u3000）", "错"), ("丙。（\u3000）", "对"),
    ]  # fmt: skip


def test_a_line_below_a_head_that_belongs_to_no_question_is_told() -> None:
    """Points for each question are taken from it, and directions in brackets need no word."""
    start = "一、单选题\n1、题？\nA、甲\nB、乙\n答案：A\n二、判断题\n（每题3分）\n（对的打√）\n"
    one = text.read(f"{start}话甲。\n2、话乙。（√）").questions[1]
    assert one.draft is not None and one.draft.points == 3
    assert [(told.row, told.code, told.found, told.is_error) for told in one.findings] == [(9, "line_passed_over", "话甲。", False)]
    last = text.read(f"{start}2、话乙。（√）\n三、简答题\n怎样做好？").findings
    assert [(told.row, told.code, told.is_error) for told in last] == [(11, "line_passed_over", True)]


def test_a_line_after_the_sign_of_a_statement_is_told() -> None:
    """It is more of the wording, or a statement that lost its number; below a choice with its letter it is neither."""
    one = text.read("一、判断题\n1、水往低处流。（√）\n太阳绕地球转。\n2、话。（×）").questions[0]
    assert one.is_good and [(told.row, told.code, told.found) for told in one.findings] == [(3, "line_added", "太阳绕地球转。")]
    (choice,) = text.read("1、题（ B ）。\n请看图。\nA、甲\nB、乙").questions
    assert choice.findings == ()


def test_an_answer_that_names_an_empty_option_is_told_the_letters_of_the_others() -> None:
    (one,) = table.read([["题型", "题干", "选项A", "选项B", "选项C", "答案"], ["单选题", "题？", "甲", "", "丙", "B"]]).questions
    assert [told.expected for told in one.findings if told.code == "answer_not_among_options"] == ["A、C"]
