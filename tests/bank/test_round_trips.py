"""What a format can hold comes back as it went out; what it cannot hold is said, never silently dropped."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bank.rules import packed
from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import Picture, QuestionDraft, faults, tidy
from app.bank.rules.findings import Reading
from app.bank.rules.formats import examples, excel, gift, moodle, qti, qti_out, table
from app.bank.rules.formats.common import Written
from app.bank.rules.scoring import PartialCredit
from app.people.service import sheets
from tests.bank.drafts import PICTURES, drafts

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

FORMATS: dict[str, tuple[Callable[..., Written], Callable[[bytes], Reading]]] = {
    "gift": (gift.write, lambda content: gift.read(content.decode())),
    "moodle": (moodle.write, moodle.read),
    "qti": (qti_out.write, qti.read),
    "excel": (excel.write, lambda content: table.read(sheets.rows(io.BytesIO(content)))),
}


def same(one: QuestionDraft, other: QuestionDraft) -> list[str]:
    """The fields in which two questions differ."""
    return [field.name for field in fields(QuestionDraft) if getattr(one, field.name) != getattr(other, field.name)]


@MANY
@given(drafts())
def test_what_hypothesis_makes_up_is_a_question(draft: QuestionDraft) -> None:
    assert faults(tidy(draft), kinds=frozenset(Kind)) == []


@MANY
@given(drafts())
def test_a_question_survives_its_json_and_its_two_halves(draft: QuestionDraft) -> None:
    draft = tidy(draft)
    assert packed.from_json(packed.as_json(draft)) == draft
    again = packed.unfold(
        draft.kind, draft.stem, packed.lettered(draft), packed.face(draft), packed.right(draft), draft.partial, draft.explanation,
        packed.secret(draft), points=draft.points, topic=draft.topic, keeps_order=draft.keeps_order, competencies=draft.competencies,
        difficulty=draft.difficulty, source=draft.source,
    )  # fmt: skip
    assert set(same(again, draft)) <= {"parts", "place"}, "a place is kept as its lecture"
    for one, other in zip(again.parts, draft.parts, strict=True):
        assert set(same(one, other)) <= {"topic", "difficulty", "source", "competencies"}


@pytest.mark.parametrize("name", FORMATS)
@MANY
@given(data=st.data())
def test_what_a_format_holds_comes_back_and_the_rest_is_said(name: str, data: st.DataObject) -> None:
    write, read = FORMATS[name]
    given_ = [tidy(one) for one in data.draw(st.lists(drafts(), min_size=1, max_size=3))]
    made = write(given_, PICTURES)
    left_out = {one.row for one in made.lost if one.code == "question_left_out"}
    told = {(one.row, one.column) for one in made.lost}
    expected = [(row, one) for row, one in enumerate(given_, 1) if row not in left_out]
    back = read(made.content).questions if expected else []
    assert len(back) == len(expected)
    for (row, draft), found in zip(expected, back, strict=True):
        assert found.is_good, found.findings
        assert found.draft is not None
        assert {field for field in same(draft, _settled(found.draft, draft)) if (row, field) not in told} == set()


def _settled(found: QuestionDraft, draft: QuestionDraft) -> QuestionDraft:
    """Equal numbers may be written with other digits, and a part has no metadata of its own in any format."""
    found = replace(found, points=found.points + 0)
    parts = tuple(
        replace(_settled(one, other), topic=other.topic, difficulty=other.difficulty, source=other.source, competencies=other.competencies)
        for one, other in zip(found.parts, draft.parts, strict=False)
    )
    return replace(found, parts=parts if len(parts) == len(found.parts) else found.parts)


def test_the_examples_of_the_template_are_questions_of_every_kind() -> None:
    back = table.read(sheets.rows(io.BytesIO(excel.template()))).questions
    assert [one.findings for one in back] == [()] * len(Kind)
    assert [one.draft for one in back] == [tidy(one) for one in examples.DRAFTS]


def test_a_loss_is_seen_by_the_property() -> None:
    draft = tidy(examples.DRAFTS[0])
    assert same(draft, replace(draft, points=Decimal(3), topic="")) == ["points", "topic"]


def test_a_backslash_before_a_dividing_sign_divides_nothing_and_hides_nothing() -> None:
    texts = ("甲\\", "甲|乙", "3±1", "丙；丁", "=戊")
    blank = Blank(tuple(Accepted(one) for one in texts))
    draft = tidy(QuestionDraft(Kind.BLANK, "x", blanks=(blank, blank), partial=PartialCredit.SHARE))
    back = table.read(sheets.rows(io.BytesIO(excel.write([draft]).content))).questions
    assert back[0].draft == draft


@pytest.mark.parametrize("points", ["10", "100", "0.5", "2.50", "20"])
@pytest.mark.parametrize("name", FORMATS)
def test_points_keep_their_zeros(name: str, points: str) -> None:
    write, read = FORMATS[name]
    back = read(write([replace(examples.DRAFTS[0], points=Decimal(points))]).content).questions
    assert back[0].draft is not None and back[0].draft.points == Decimal(points)


@pytest.mark.parametrize("name", ["moodle", "qti"])
def test_a_picture_and_a_table_travel_inside_the_file(name: str) -> None:
    write, read = FORMATS[name]
    sha, content = next(iter(PICTURES.items()))
    draft = tidy(
        replace(examples.DRAFTS[0], picture=Picture(sha, "三年的“柱形”图 & 表 < 全市"), table=(("年份", "人数"), ("2024", "< 1,200")))
    )
    made = write([draft], PICTURES)
    assert {"picture", "table"}.isdisjoint(one.column for one in made.lost)
    reading = read(made.content)
    assert reading.pictures == {sha: content}
    found = reading.questions[0]
    assert found.is_good and found.draft is not None
    assert (found.draft.picture, found.draft.table, found.draft.stem) == (draft.picture, draft.table, draft.stem)


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_that_is_not_there_or_does_not_fit_is_said(name: str) -> None:
    draft = replace(examples.DRAFTS[0], picture=Picture("0" * 64, "图"))
    assert "picture" in {one.column for one in FORMATS[name][0]([draft], {}).lost}


def test_a_workbook_holds_shares_and_what_each_blank_is_strict_in_and_names_its_picture() -> None:
    texts = ("%50%甲", "【区分大小写】乙", "％丙", "Beijing")
    blanks = (
        Blank(
            tuple(Accepted(one, share) for one, share in zip(texts, (Decimal(1), Decimal("0.5"), Decimal(1) / 3, Decimal(1)), strict=True))
        ),
        Blank((Accepted("3.14", tolerance=Decimal("0.01")), Accepted("3", Decimal("0.25"), Decimal("0.01")))),
        Blank((Accepted("AB"),), ignores_case=False, ignores_width=False),
    )
    draft = tidy(QuestionDraft(Kind.BLANK, "x", blanks=blanks, partial=PartialCredit.SHARE, picture=Picture("a" * 64, "一张图")))
    made = excel.write([draft])
    assert [(one.column, one.code) for one in made.lost] == [("picture", "picture_by_name")]
    assert table.read(sheets.rows(io.BytesIO(made.content))).questions[0].draft == draft


def test_a_picture_without_a_name_of_ours_is_a_finding() -> None:
    rows = [["题型", "题干", "选项A", "选项B", "答案", "图片"], ["单选题", "看图", "甲", "乙", "A", "图1.png"]]
    assert [(one.column, one.code) for one in table.read(rows).questions[0].findings] == [("picture", "picture_unknown")]
