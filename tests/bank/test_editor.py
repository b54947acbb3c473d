"""What the editor shows is what it keeps, for every question there is: opening and saving changes no key."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from werkzeug.datastructures import MultiDict

from app.bank.forms import QuestionForm
from app.bank.part_forms import rearranged
from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import PARTS as MOST
from app.bank.rules.drafts import OptionDraft, Picture, QuestionDraft, tidy
from app.bank.rules.formats import text
from app.bank.rules.scoring import PartialCredit
from tests.bank.drafts import drafts

D = Decimal
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def saved(app: Flask, draft: QuestionDraft) -> QuestionDraft:
    """The question as it comes out of the form that shows it, sent by a browser that ends lines with CR and LF."""
    with app.test_request_context():
        shown = QuestionForm(MultiDict())
        shown.show(draft)
        sent: MultiDict[str, str] = MultiDict()
        for form in (shown, *shown.part_forms()):
            for field in form:
                for value in field.data if isinstance(field.data, list) else [field.data]:
                    if value not in (None, False) and not isinstance(value, dict):
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
DIVIDED = Blank((Accepted("甲；乙"), Accepted("甲/乙"), Accepted("km/h"), Accepted("1＋－2")))
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
    QuestionDraft(Kind.BLANK, "____", blanks=(DIVIDED,), partial=PartialCredit.SHARE),
    *(QuestionDraft(Kind.BLANK, "____", blanks=(Blank((one,)),), partial=PartialCredit.SHARE) for one in DIVIDED.accepted),
    QuestionDraft(Kind.CASE, "材料", points=D(7), parts=PARTS),
    QuestionDraft(Kind.CASE, "材料", points=D(2), parts=(replace(QuestionDraft.judge("甲", is_true=True), explanation="见\\"),
                                                       QuestionDraft.judge("乙", is_true=False))),
])  # fmt: skip
def test_shares_strictness_limits_tables_and_pictures_stay(app: Flask, draft: QuestionDraft) -> None:
    assert saved(app, draft) == draft


@pytest.mark.parametrize(
    "typed", ["30±0；三十", "30±0;三十", "30±0|三十", "30±０｜三十", "30±0／三十", "30 ＋－ 0；三十", "30±0 ； 三十；"]
)
def test_a_blank_that_is_typed_is_read_as_one_that_is_pasted(app: Flask, typed: str) -> None:
    pasted = text.read(f"1、（填空题）共____条。\n答案：{typed}\n").questions[0].draft
    with app.test_request_context():
        draft, wrong = QuestionForm(MultiDict({"stem": "共____条。", "blanks": typed})).draft(Kind.BLANK)
    assert pasted is not None and wrong == []
    assert draft.blanks == pasted.blanks == (Blank((Accepted("30", tolerance=D(0)), Accepted("三十"))),)


@pytest.mark.parametrize("typed", ["km/h", "3/4", "甲\\；乙", "a/b"])
def test_a_sign_that_divides_nothing_stays_in_the_answer(app: Flask, typed: str) -> None:
    with app.test_request_context():
        draft, _wrong = QuestionForm(MultiDict({"stem": "____", "blanks": typed})).draft(Kind.BLANK)
    assert draft.blanks == (Blank((Accepted(typed.replace("\\", "")),)),)


SENT = [("stem", "材料"), ("csrf_token", "x"), *((f"parts-{at}-{name}", f"{name}{at}") for at in (0, 3, 7) for name in ("stem", "points")),
        ("parts-3-right", "a"), ("parts-3-right", "b")]  # fmt: skip


@pytest.mark.parametrize(("step", "order"), [
    ("", "037"), ("show", "037"), ("up-1", "037"), ("up-2", "307"), ("down-1", "307"), ("down-3", "037"), ("out-2", "07"), ("out-4", "037"),
    ("out-x", "037"), ("up-99", "037"), ("add", "037+"),
])  # fmt: skip
def test_a_step_moves_parts_with_all_that_was_typed(step: str, order: str) -> None:
    made = rearranged(SENT, step)
    assert [made[f"parts-{at}-stem"] for at in range(len(order.replace("+", "")))] == [f"stem{at}" for at in order if at != "+"]
    assert [made[f"parts-{at}-points"] for at in range(len(order))] == [f"points{at}" if at != "+" else "2" for at in order]
    if "3" in order:
        assert made.getlist(f"parts-{order.index('3')}-right") == ["a", "b"]
    assert (made["stem"], made["csrf_token"]) == ("材料", "x")


def test_no_more_parts_are_added_than_a_case_may_have() -> None:
    sent = [(f"parts-{at}-stem", "问") for at in range(MOST)]
    assert rearranged(sent, "add") == rearranged(sent, "")
    assert rearranged(sent[1:], "add")["parts-9-kind"] == "single"


def test_what_was_typed_for_another_kind_is_kept_and_asked_of_nobody(app: Flask) -> None:
    typed = MultiDict({"parts-0-kind": "judge", "parts-0-stem": "问", "parts-0-truth": "true", "parts-0-longest": "很长"})
    with app.test_request_context():
        part = QuestionForm(typed).part_forms()[0]
        assert part.validate() and 'value="很长"' in part.longest()
        typed["parts-0-kind"] = "short"
        assert not QuestionForm(typed).part_forms()[0].validate()
