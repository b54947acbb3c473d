"""Breaking lines as a printer would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.certificates.typeset import NOT_FIRST, NOT_LAST, Run, broken


def width(_run, text):
    return float(sum(1 if letter.isascii() else 2 for letter in text))


def texts(runs, measure, indent=0.0):
    return ["".join(run.text for run in line) for line in broken(runs, measure, indent, width)]


def test_han_characters_break_anywhere_and_words_nowhere():
    assert texts([Run("于今日在网上学习 HTTP protocols 完毕")], 12) == ["于今日在网上", "学习 HTTP", "protocols 完", "毕"]


def test_the_first_line_is_shorter_by_the_indent():
    assert texts([Run("一二三四五六七八")], 12, 4) == ["一二三四", "五六七八"]


def test_no_line_begins_with_a_closing_mark():
    assert texts([Run("一二三四五，六七")], 10) == ["一二三四", "五，六七"]


def test_no_line_ends_with_an_opening_mark():
    assert texts([Run("一二三四《六七》")], 10) == ["一二三四", "《六七》"]


def test_a_whole_run_is_not_torn():
    assert texts([Run("一二三四计 "), Run("1 学时", whole=True), Run("。")], 16) == ["一二三四计", "1 学时。"]


def test_weights_are_kept():
    lines = broken([Run("学习"), Run("《课程》", strong=True), Run("完毕")], 100, 0, width)
    assert lines == [[Run("学习"), Run("《课程》", True), Run("完毕")]]


def test_nothing_makes_no_line():
    assert broken([], 10, 0, width) == []


@given(st.text("一二三四，。《》（）ab1 ", max_size=60), st.integers(12, 40))
def test_no_character_is_lost_and_marks_stand_where_they_may(text, measure):
    lines = texts([Run(text)], measure)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines[1:]:
        if len(line) > 1:
            assert line[0] not in NOT_FIRST or any(letter in NOT_FIRST | NOT_LAST for letter in text)
