"""Answers in a list at the end of a text, in every common spelling (issue 3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.rules.answers import Kind
from app.bank.rules.formats import text

SINGLES = "\n".join(f"{number}、第{number}题说的是？\nA、甲\nB、乙\nC、丙\nD、丁" for number in range(1, 8))
JUDGES = "\n".join(f"{number}、这句话第{number}次说。" for number in range(8, 11))
PAPER = f"一、单选题\n{SINGLES}\n二、判断题\n{JUDGES}\n"
WANTED = ["A", "B", "C", "D", "A", "C", "B", "对", "错", "对"]


def answers(written: str) -> tuple[list[str], list[str]]:
    """What is right in each question, and the codes of what was found."""
    reading = text.read(written)
    said = []
    for one in reading.questions:
        assert one.draft is not None
        letters = "".join(letter for letter, option in zip("ABCDEFGH", one.draft.options, strict=False) if option.is_right)
        said.append({"A": "对", "B": "错"}.get(letters, "") if one.draft.kind is Kind.JUDGE else letters)
    return said, [one.code for one in reading.all_findings()]


@pytest.mark.parametrize("key", [
    "参考答案\n1-5 ABCDA 6-7 CB 8.对 9.错 10.对",
    "参考答案：1-5 ABCDA 6.C 7.B 8-10 √×√",
    "参考答案：\n1—5：ABCDA\n6—7：CB\n8—10：√×√",
    "答案：1～5 ABCDA  6～7 CB  8～10 对错对",
    "【参考答案】\n1．A　2．B　3．C　4．D　5．A　6．C　7．B　8．√　9．×　10．√",
    "附：参考答案\n1、A；2、B；3、C；4、D；5、A；6、C；7、B；8、正确；9、错误；10、正确",
    "标准答案\n1A 2B 3C 4D 5A 6C 7B 8√ 9× 10√",
    "参考答案及解析\n1.A2.B3.C4.D5.A6.C7.B8.对9.错10.对",
    "答案\n(1)A (2)B (3)C (4)D (5)A (6)C (7)B (8)T (9)F (10)T",
    "试题答案\n1 A\n2 B\n3 C\n4 D\n5 A\n6 C\n7 B\n8 √\n9 ×\n10 √",
    "参考答案\n一、单选题\n1-5 ABCDA 6-7 CB\n二、判断题\n8-10 正确 错误 正确",
    "三、参考答案\n单选题：1-7 A B C D A C B\n判断题：8-10 √、×、√",
    "参考答案\n一、1-5 ABCDA\n6-7 CB\n二、8. √ 9. × 10. √",
    "参考答案\n第1题：A\n第2题：B\n第3题：C\n第4题：D\n第5题：A\n第6题：C\n第7题：B\n第8题：对\n第9题：错\n第10题：对",
    "参考答案\n1至5 ABCDA，6至7 CB，8至10 对错对",
    "参考答案\n1-10 ABCDA CB√×√",
])  # fmt: skip
def test_every_common_spelling_is_read(key: str) -> None:
    assert answers(PAPER + key) == (WANTED, [])


def test_numbers_that_begin_anew_in_each_section_go_with_their_section() -> None:
    paper = "一、单选题\n1、甲问？\nA、一\nB、二\n2、乙问？\nA、一\nB、二\n"
    paper += "二、多选题\n1、丙问？\nA、一\nB、二\nC、三\n三、判断题\n1、丁说。\n2、戊说。\n"
    wanted = ["A", "B", "AC", "对", "错"]
    for key in (
        "参考答案\n一、单选题 1-2 AB\n二、多选题 1.AC\n三、判断题 1-2 √×",
        "参考答案\n一、1.A 2.B\n二、1.AC\n三、1.√ 2.×",
        "参考答案\n三、判断题 1-2 √×\n二、多选题 1.AC\n一、单选题 1-2 AB",
    ):
        assert answers(paper + key) == (wanted, [])


def test_several_right_letters_explanations_blanks_and_written_answers_are_read() -> None:
    paper = "一、多选题\n1、甲？\nA、一\nB、二\nC、三\n2、乙？\nA、一\nB、二\nC、三\n"
    paper += "二、填空题\n3、设立于____年，在____省。\n三、简答题\n4、为什么？\n"
    key = "参考答案\n1-2 AB BC\n3. 1980；广东\n4. 答：一是需要。\n二是可能。\n解析：见第 3 讲"
    reading = text.read(paper + key)
    assert [one.findings for one in reading.questions] == [()] * 4 and reading.findings == []
    many, other, blank, short = (one.draft for one in reading.questions)
    assert many and other and blank and short
    assert [[one.is_right for one in draft.options] for draft in (many, other)] == [[True, True, False], [False, True, True]]
    assert [one.accepted[0].text for one in blank.blanks] == ["1980", "广东"]
    assert short.sample == "一是需要。\n二是可能。" and short.explanation == "见第 3 讲"


def test_parts_of_a_case_are_answered_by_their_numbers() -> None:
    paper = "一、案例分析题\n1、某街道收到来信。\n（1）当天到场即可。\n（2）先做什么？\nA、记录\nB、等待\n"
    reading = text.read(paper + "参考答案\n1.（1）×（2）A")
    draft = reading.questions[0].draft
    assert draft is not None and reading.findings == [] and reading.questions[0].is_good, reading.questions[0].findings
    assert [[one.is_right for one in part.options] for part in draft.parts] == [[False, True], [True, False]]


def test_what_does_not_match_is_told() -> None:
    said, codes = answers(PAPER + "参考答案\n1-5 ABCD\n6-7 CB 8.对 9.错 10.对\n11. A")
    assert said[:5] == [""] * 5 and said[5:] == WANTED[5:]
    assert sorted(codes) == ["answer_missing"] * 5 + ["answer_without_question", "answers_do_not_match"]


def test_a_second_answer_is_told_and_the_first_stands() -> None:
    paper = "1、甲？\nA、一\nB、二\n答案：A\n2、乙？\nA、一\nB、二\n答案：B\n参考答案\n1.A 2.A"
    assert answers(paper) == (["A", "B"], ["answer_twice"])


@pytest.mark.parametrize("written", [
    "1、甲？\nA、一\nB、二\n答案：A\n2、位于____省____市。\n答案：1.广东 2.鹏城",
    "1、甲？\nA、一\nB、二\n答案：\nA\n2、乙？\nA、一\nB、二\n答案：\nB",
    "1、什么是参考答案？\n答案：供参考的答案",
])  # fmt: skip
def test_answers_of_single_questions_are_no_list(written: str) -> None:
    reading = text.read(written)
    assert reading.findings == [] and all(one.is_good for one in reading.questions), reading.all_findings()


SIGNS = {True: ["√", "对", "正确", "T"], False: ["×", "错", "错误", "F"]}


@given(
    st.lists(st.sampled_from("ABCD"), min_size=1, max_size=30),
    st.sampled_from([".", "、", "．", "：", " "]),
    st.sampled_from([" ", "\n", "；", "　"]),
)
def test_any_list_of_letters_comes_back(letters: list[str], dot: str, between: str) -> None:
    paper = "\n".join(f"{at}、问{at}？\nA、甲\nB、乙\nC、丙\nD、丁" for at, _ in enumerate(letters, 1))
    key = between.join(f"{at}{dot}{letter}" for at, letter in enumerate(letters, 1))
    assert answers(f"{paper}\n参考答案\n{key}") == (letters, [])
    packed = "".join(letters)
    assert answers(f"{paper}\n参考答案：1-{len(letters)} {packed}") == (letters, []) or len(letters) == 1


@given(st.text(st.sampled_from("参考答案解析一二1234 -—.、：ABCD√×对错（）\n"), max_size=120))
def test_no_text_breaks_the_reader(written: str) -> None:
    text.read(written)
