"""What the editor shows is what it keeps, for every question there is: opening and saving changes no key."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from werkzeug.datastructures import MultiDict

from app.bank.forms import QuestionForm
from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import OptionDraft, Picture, QuestionDraft, tidy
from app.bank.rules.formats import text_out
from app.bank.rules.scoring import PartialCredit
from tests.bank.drafts import drafts

D = Decimal
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def saved(app: Flask, draft: QuestionDraft) -> QuestionDraft:
    """The question as it comes out of the form that shows it, sent by a browser that ends lines with CR and LF."""
    with app.test_request_context():
        shown = QuestionForm(MultiDict())
        shown.show(draft)
        sent = MultiDict()
        for field in shown:
            for value in field.data if isinstance(field.data, list) else [field.data]:
                if value not in (None, False):
                    sent.add(field.name, str(value).replace("\n", "\r\n") if value is not True else "y")
        back, wrong = QuestionForm(sent).draft(draft.kind)
    assert wrong == []
    return tidy(back)


def known(draft: QuestionDraft) -> QuestionDraft:
    """What is kept of a question: a part of a case has no place and metadata of its own."""
    parts = tuple(replace(one, topic="", difficulty=3, source="", competencies=(), place=None) for one in draft.parts)
    return replace(draft, parts=parts)


@MANY
@given(draft=drafts())
def test_whatever_the_editor_shows_is_what_it_keeps(app: Flask, draft: QuestionDraft) -> None:
    draft = tidy(draft)
    assert replace(saved(app, draft), place=draft.place) == known(draft)


HALF = Blank((Accepted("北京"), Accepted("北平", D("0.5"))))
STRICT = Blank((Accepted("GmbH"),), ignores_case=False, ignores_width=False)
NEAR = Blank((Accepted("3.14", tolerance=D("0.01")), Accepted("3", D(1) / D(3), D(1))))
ODD = Blank((Accepted("%50%甲|乙\\"), Accepted("【区分大小写】+-1")))
PARTS = (
    QuestionDraft(Kind.BLANK, "____和____", points=D(2), blanks=(HALF, STRICT), partial=PartialCredit.SHARE),
    QuestionDraft(Kind.SHORT, "为何？\n答案：见下", points=D(2), sample="1、甲\nA、乙", longest=300),
    QuestionDraft(Kind.SINGLE, "如图、如表（B）", (OptionDraft("甲 B、乙"), OptionDraft("（2分）", is_right=True)), D(2),
                  table=(("年份", "A|B"), ("", "1、")), picture=Picture("a" * 64, "柱形图")),
    QuestionDraft.judge("答案B", is_true=False),
)  # fmt: skip


@pytest.mark.parametrize("draft", [
    QuestionDraft(Kind.BLANK, "____、____、____", points=D(2), blanks=(HALF, STRICT, NEAR), partial=PartialCredit.SHARE),
    QuestionDraft(Kind.BLANK, "____", points=D(2), blanks=(ODD,), partial=PartialCredit.SHARE),
    QuestionDraft(Kind.BLANK, "____", blanks=(STRICT,), partial=PartialCredit.SHARE),
    QuestionDraft(Kind.CASE, "材料", points=D(7), parts=PARTS),
    QuestionDraft(Kind.CASE, "材料", points=D(2), parts=(replace(QuestionDraft.judge("甲", is_true=True), explanation="见\\"),
                                                       QuestionDraft.judge("乙", is_true=False))),
])  # fmt: skip
def test_shares_strictness_limits_tables_and_pictures_stay(app: Flask, draft: QuestionDraft) -> None:
    assert saved(app, draft) == draft


def test_usual_parts_are_written_without_a_backslash() -> None:
    plain = QuestionDraft(Kind.BLANK, "首都是____。", points=D(2), blanks=(HALF,), partial=PartialCredit.SHARE)
    assert text_out.parts(QuestionDraft(Kind.CASE, "材料", parts=(plain,))) == "（1）【填空题】首都是____。（2分）\n答案：北京|%50%北平"
