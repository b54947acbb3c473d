"""Moodle's cloze: several blanks and cases go out and come back; what others wrote is read as far as we can hold it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import OptionDraft, QuestionDraft, tidy
from app.bank.rules.findings import Read
from app.bank.rules.formats import cloze, moodle
from app.bank.rules.formats.common import judge_options
from app.bank.rules.scoring import PartialCredit
from tests.bank.drafts import drafts
from tests.bank.test_round_trips import _settled, same


def back(draft: QuestionDraft) -> tuple[QuestionDraft, list[str]]:
    """What comes back, and the columns that were said to be lost."""
    made = moodle.write([draft])
    found = moodle.read(made.content).questions[0]
    assert found.is_good and found.draft is not None, found.findings
    return _settled(found.draft, draft), [one.column for one in made.lost]


BRACED = Blank((Accepted('鹏城{市}#1~/"\\'), Accepted("鹏", Decimal("0.5"))), ignores_case=False)
THREE = tuple(OptionDraft(one, one != "丙") for one in "甲乙丙")
FILLED = tidy(QuestionDraft(
    Kind.BLANK, "设立于____年，位于____，面积____平方公里。", points=Decimal(3), partial=PartialCredit.SHARE,
    blanks=(Blank((Accepted("1980", tolerance=Decimal(0)),)), BRACED,
            Blank((Accepted("1997.47", tolerance=Decimal("0.5")),))),
))  # fmt: skip
CASED = tidy(QuestionDraft(
    Kind.CASE, "某街道收到来信。\n当天到场。", explanation="见办法。",
    parts=(
        QuestionDraft(Kind.JUDGE, "到场即可。", judge_options(is_true=False), Decimal("1.5"), "须有记录"),
        QuestionDraft(Kind.SINGLE, "先做\n什么？", (OptionDraft("记录", True), OptionDraft("等待~}")), Decimal(3), keeps_order=True),
        QuestionDraft(Kind.MULTIPLE, "还应当？", THREE, Decimal(2), partial=PartialCredit.SHARE),
        QuestionDraft(Kind.BLANK, "____日内回复，最迟____。", points=Decimal(1), partial=PartialCredit.SHARE,
                      blanks=(Blank((Accepted("15"),)), Blank((Accepted("十五日"),)))),
        QuestionDraft(Kind.BLANK, "回复人是谁", points=Decimal(1), partial=PartialCredit.SHARE, blanks=(Blank((Accepted("经办人"),)),)),
    ),
))  # fmt: skip


@pytest.mark.parametrize("draft", [FILLED, CASED])
def test_several_blanks_and_cases_come_back_whole(draft: QuestionDraft) -> None:
    found, told = back(draft)
    assert same(found, draft) == [] and told == []


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(drafts((Kind.BLANK, Kind.CASE)))
def test_what_fits_into_cloze_comes_back_and_the_rest_is_said(draft: QuestionDraft) -> None:
    draft = tidy(draft)
    made = moodle.write([draft])
    if any(one.code == "question_left_out" for one in made.lost):
        assert not cloze.fits(draft)
        return
    found, told = back(draft)
    assert set(same(found, draft)) <= set(told)


def _asked(text: str, grade: str = "3") -> Read:
    content = f'<quiz><question type="cloze"><questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>' \
              f"<defaultgrade>{grade}</defaultgrade></question></quiz>"  # fmt: skip
    return moodle.read(content.encode()).questions[0]


def test_a_case_of_somebody_else_is_read_line_by_line() -> None:
    read = _asked(
        "<p>材料在此。</p><p>首都是{1:MULTICHOICE:=北京~上海~%0%广州}。</p><p>另有{1:SHORTANSWER:=甲~%50%乙#接近}和{1:NM:=3:0.5}</p>"
    )
    assert read.is_good and read.draft is not None
    first, second = read.draft.parts
    assert read.draft.stem == "材料在此。" and first.stem == "首都是。" and [one.is_right for one in first.options] == [True, False, False]
    assert second.stem == "另有____和____" and second.points == 2 and second.explanation == "接近"
    assert second.blanks[0].accepted == (Accepted("甲"), Accepted("乙", Decimal("0.5"))) and second.blanks[1].share("3.4") == 1


def test_blanks_of_somebody_else_are_read_in_their_places() -> None:
    read = _asked("一加一等于{2:NUMERICAL:=2:0}，二加二等于{:SA:=4~=四}。", "4")
    assert read.draft is not None and read.draft.kind is Kind.BLANK and read.draft.points == 4
    assert read.draft.stem == "一加一等于____，二加二等于____。" and read.draft.blanks[1].share("四") == 1
    assert [one.code for one in read.findings] == ["weights_left_out"], "the weights differ"


@pytest.mark.parametrize("text", ["没有空", "{1:DRAWING:=x}", "{1:SHORTANSWER:", "甲{1:MC:=一~二}乙{1:MC:=一~二}"])
def test_what_cannot_be_held_is_told(text: str) -> None:
    read = _asked(text)
    assert read.draft is None and [one.code for one in read.findings] == ["kind_not_held"]


@pytest.mark.parametrize("wording", ["=1", "%50%", "%"])
def test_a_wrong_option_that_begins_like_a_weight_stays_wrong(wording: str) -> None:
    part = QuestionDraft(Kind.SINGLE, "几？", (OptionDraft("0", is_right=True), OptionDraft(wording)), points=Decimal(1))
    found, told = back(QuestionDraft(Kind.CASE, "材料", parts=(part,), points=Decimal(1)))
    assert [(one.text, one.is_right) for one in found.parts[0].options] == [("0", True), (wording, False)] and told == []
