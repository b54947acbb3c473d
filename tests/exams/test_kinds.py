"""Papers with blanks, written answers and cases: sat, marked by people, final once (INV-I15, INV-I18, ATK-A55)."""

from __future__ import annotations

import re
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import Criterion, OptionDraft, QuestionDraft
from app.bank.rules.scoring import PartialCredit
from app.bank.service import Secret, writing
from app.exams import service
from app.exams.models import Attempt, AttemptState, ExamQuestion, HandMark, Sheet, SheetState
from app.exams.queries import marking as queries
from app.exams.service import refusals, results
from app.exams.service.marking import AttemptGraded
from app.exams.service.papers import AttemptShown, row_id
from app.kernel.work import Actor
from tests import make
from tests.exams import build
from tests.exams.build import KEY, WHY, Quiz, WorkAs

BLANK = QuestionDraft(
    Kind.BLANK, "深圳经济特区设立于____年，位于____省。", points=Decimal(4), explanation=WHY,
    blanks=(Blank((Accepted("1980"),)), Blank((Accepted("广东"), Accepted("广东省")))),
)  # fmt: skip
SHORT = QuestionDraft(
    Kind.SHORT, "什么是依法行政？", points=Decimal(10), explanation=WHY, sample=f"{KEY} 职权法定", longest=200,
    rubric=(Criterion(f"{KEY} 职权法定", Decimal(6)), Criterion("程序正当", Decimal(4))),
)  # fmt: skip
CASE = QuestionDraft(
    Kind.CASE, "某局推行政务公开。", points=Decimal(10), explanation=WHY,
    parts=(
        QuestionDraft(Kind.SINGLE, "依据是？", tuple(OptionDraft(f"选项 {n}", n == 1) for n in range(3)), Decimal(4), WHY),
        QuestionDraft(Kind.SHORT, "难点何在？", points=Decimal(6), sample=f"{KEY} 难点"),
    ),
)  # fmt: skip


@pytest.fixture
def paper(work_as: WorkAs, quiz: Quiz) -> AttemptShown:
    """A started paper that asks every kind, marked by one person."""
    return _paper(work_as, quiz)


def _paper(work_as: WorkAs, quiz: Quiz, markers: int = 1) -> AttemptShown:
    with work_as() as work:
        work.session.get_one(type(quiz.exam), quiz.exam.id).markers = markers
        for at, draft in enumerate((BLANK, SHORT, CASE), 10):
            made = writing.create(work, draft)
            work.session.add(ExamQuestion(exam_id=quiz.exam.id, question_id=made.id, position=at))
    return build.start(work_as, quiz.actor, quiz.exam.uid)


def asked(attempt: AttemptShown, kind: str) -> Any:
    return next(one for one in attempt.questions if one.kind == kind)


def marker(work_as: WorkAs, name: str) -> Actor:
    with work_as() as work:
        return make.actor(make.person(work, name), "exams.mark")


def sit(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    """Everything right that the college can mark, something written everywhere else; handed in."""
    case = asked(attempt, "case")
    values: dict[str, Any] = {
        asked(attempt, "blank").question: ["1980", "广东省"], asked(attempt, "short").question: "职权法定。\n程序正当。",
        case.question: {case.parts[0].question: case.parts[0].options[0].option, case.parts[1].question: "缺少标准"},
    }  # fmt: skip
    with work_as() as work:
        row = work.session.get_one(Attempt, (quiz.cadre.id, row_id(attempt.attempt)))
        line = next(one for one in row.paper["lines"] if one[0] == case.question)
        right = next(shown for shown, inner in line[7][0][1][4] if inner == "b")
        for question, _version, kind, _points, options, *_more in row.paper["lines"]:
            if kind in ("single", "multiple", "judge"):
                keys = {"single": ["a"], "multiple": ["a", "b"], "judge": ["a"]}[kind]
                chosen = sorted(shown for shown, inner in options if inner in keys)
                values[question] = chosen if kind == "multiple" else chosen[0]
    values[case.question][case.parts[0].question] = right
    for question, value in values.items():
        with work_as(quiz.actor) as work:
            service.save(work, attempt.attempt, question, 1, value)
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)


def state(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> tuple[str, Decimal | None, bool | None]:
    with work_as(write=False) as work:
        row = work.session.get_one(Attempt, (quiz.cadre.id, row_id(attempt.attempt)))
        return row.state, row.score, row.passed


def sheets(work_as: WorkAs) -> list[Sheet]:
    with work_as(write=False) as work:
        return list(work.session.scalars(select(Sheet).order_by(Sheet.maximum.desc())))


def give(work_as: WorkAs, actor: Actor, sheet: Sheet, points: str, criteria: tuple[str, ...] = ()) -> None:
    with work_as(actor) as work:
        service.give_mark(work, sheet.uid, Decimal(points), [Decimal(one) for one in criteria], "")


def test_a_paper_of_every_kind_shows_what_is_asked_and_no_key(paper: AttemptShown) -> None:
    assert {one.kind for one in paper.questions} == {"single", "multiple", "judge", "blank", "short", "case"}
    assert (asked(paper, "blank").blanks, asked(paper, "short").longest) == (2, 200)
    assert [one.kind for one in asked(paper, "case").parts] == ["single", "short"]
    assert KEY not in repr(paper) and WHY not in repr(paper) and not re.search(r"(?<![0-9a-f])1980(?![0-9a-f])", repr(paper)), (
        "an identity may hold the digits"
    )


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("blank", "1980", "not_a_list"), ("blank", ["1980"], "wrong_number_of_blanks"), ("blank", ["1980", 5], "not_a_text"),
        ("short", ["a"], "not_a_text"), ("short", "字" * 201, "text_too_long"), ("short", "a\x00b", "control_characters"),
        ("case", "a", "not_an_object"), ("case", {"nope": "a"}, "unknown_part"),
    ],
)  # fmt: skip
def test_a_malformed_answer_is_refused_and_what_was_saved_stays(
    work_as: WorkAs, quiz: Quiz, paper: AttemptShown, kind: str, value: object, reason: str
) -> None:
    question = asked(paper, kind).question
    good: Any = {"blank": ["1", "2"], "short": "好", "case": {asked(paper, "case").parts[1].question: "好"}}[kind]
    with work_as(quiz.actor) as work:
        service.save(work, paper.attempt, question, 1, good)
    with pytest.raises(refusals.BadAnswer) as refusal, work_as(quiz.actor) as work:
        service.save(work, paper.attempt, question, 2, value)
    assert refusal.value.facts["reason"] == reason
    with work_as(quiz.actor, write=False) as work:
        assert service.read(work, paper.attempt).answers[question].value == good


def test_a_page_without_a_script_loses_nothing_for_signs_that_nobody_sees(work_as: WorkAs, quiz: Quiz, paper: AttemptShown) -> None:
    """Such as a text pasted out of a word processor brings along."""
    blank, short = asked(paper, "blank").question, asked(paper, "short").question
    with work_as(quiz.actor) as work:
        service.save_form(work, paper.attempt, {blank: ["19\x0080", "广东\x07"], short: ["职权\x0b法定\r\n程序\x85正当\x9b"]})
    with work_as(quiz.actor, write=False) as work:
        kept = service.read(work, paper.attempt).answers
    assert (kept[blank].value, kept[short].value) == (["1980", "广东"], "职权\n法定\n程序\n正当")


def test_an_option_of_another_part_is_no_answer_to_this_one(work_as: WorkAs, quiz: Quiz, paper: AttemptShown) -> None:
    case, other = asked(paper, "case"), asked(paper, "single")
    with pytest.raises(refusals.BadAnswer), work_as(quiz.actor) as work:
        service.save(work, paper.attempt, case.question, 1, {case.parts[0].question: other.options[0].option})


def test_the_verdict_waits_for_the_last_written_answer(
    work_as: WorkAs, quiz: Quiz, paper: AttemptShown, graded: list[AttemptGraded]
) -> None:
    sit(work_as, quiz, paper)
    assert state(work_as, quiz, paper) == (AttemptState.MARKING, None, None) and graded == []
    with pytest.raises(refusals.BeingMarked), work_as(quiz.actor, write=False) as work:
        build.result(work, paper.attempt)
    with pytest.raises(refusals.BeingMarked), work_as(quiz.actor) as work:
        service.start(work, quiz.exam.uid)
    first, second = sheets(work_as)
    by = marker(work_as, "阅卷")
    give(work_as, by, first, "7.5")
    assert graded == []
    give(work_as, by, second, "3")
    assert [one.score for one in graded] == [Decimal("82.81")]  # 8 + 4 + 7.5 + 7 of 32 points
    assert state(work_as, quiz, paper) == (AttemptState.GRADED, Decimal("82.81"), True)
    with work_as(quiz.actor, write=False) as work:
        shown = build.result(work, paper.attempt)
    assert shown.questions is not None
    went = {one.kind: one for one in shown.questions}
    assert (went["short"].earned, went["short"].outcome, went["case"].earned) == (7.5, "partly", 7)
    assert [one.outcome for one in went["case"].parts] == ["right", "partly"]
    assert (went["blank"].outcome, went["blank"].key) == ("right", ["1980", "广东 / 广东省"])


def test_a_paper_without_anything_written_needs_nobody(
    work_as: WorkAs, quiz: Quiz, paper: AttemptShown, graded: list[AttemptGraded]
) -> None:
    with work_as(quiz.actor) as work:
        service.submit(work, paper.attempt)
    assert len(graded) == 1 and sheets(work_as) == []


def test_markers_see_neither_name_nor_person(work_as: WorkAs, quiz: Quiz, paper: AttemptShown) -> None:
    sit(work_as, quiz, paper)
    by, waiting = marker(work_as, "阅卷"), sheets(work_as)
    with work_as(by, write=False) as work:
        (pile,) = queries.piles(work)
        assert queries.next_of(work, pile.exam) == (min(waiting, key=lambda one: one.id)).uid
        shown = queries.sheet(work, waiting[0].uid)
    assert (pile.waiting, pile.disputed, shown.left) == (2, 0, 2)
    assert shown.answer == "职权法定。\n程序正当。" and [one.points for one in shown.rubric] == [6, 4]
    assert quiz.cadre.name not in repr(shown) and str(quiz.cadre.uid) not in repr(shown)


def test_nobody_marks_his_own_paper_twice_or_beyond_what_there_is(work_as: WorkAs, quiz: Quiz, paper: AttemptShown) -> None:
    sit(work_as, quiz, paper)
    sheet, by = sheets(work_as)[0], marker(work_as, "阅卷")
    own = make.actor(quiz.cadre, "exams.mark")
    with pytest.raises(refusals.OwnPaper):
        give(work_as, own, sheet, "1")
    with pytest.raises(refusals.OwnPaper), work_as(own, write=False) as work:
        queries.sheet(work, sheet.uid)
    with work_as(own, write=False) as work:
        assert queries.piles(work) == []
    for points in ("-1", "10.01", "NaN", "1.005", "Infinity"):
        with pytest.raises(refusals.BadPoints):
            give(work_as, by, sheet, points)
    give(work_as, by, sheet, "10")
    with pytest.raises(refusals.MarkedAlready):
        give(work_as, by, sheet, "9")
    assert build.count(work_as, HandMark) == 1


@pytest.mark.parametrize(("second", "expected"), [("7", (SheetState.MARKED, Decimal("6.50"))), ("8.01", (SheetState.DISPUTED, None))])
def test_two_markers_agree_or_a_third_rules(work_as: WorkAs, quiz: Quiz, second: str, expected: tuple[SheetState, Decimal | None]) -> None:
    sit(work_as, quiz, _paper(work_as, quiz, markers=2))
    sheet = sheets(work_as)[0]
    give(work_as, marker(work_as, "甲"), sheet, "6")
    assert sheets(work_as)[0].state == SheetState.WAITING
    give(work_as, marker(work_as, "乙"), sheet, second)
    assert (sheets(work_as)[0].state, sheets(work_as)[0].points) == expected
    third = marker(work_as, "丙")
    if expected[0] is SheetState.MARKED:
        with pytest.raises(refusals.MarkedAlready):
            give(work_as, third, sheet, "9")
    else:
        with work_as(third, write=False) as work:
            assert sorted(points for points, *_ in queries.sheet(work, sheet.uid).others) == [6, Decimal("8.01")]
        give(work_as, third, sheet, "9")
        assert sheets(work_as)[0].points == 9


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        ([("6", ("4", "2"))], [4, 2]),
        ([("6", ("4", "2")), ("7", ("5", "2"))], [4.5, 2]),
        ([("2", ("1", "1")), ("9", ("5", "4")), ("5", ("3", "2"))], [3, 2]),
        ([("6", ())], []),
    ],
    ids=["one marker", "the mean of two", "the ruling of a third", "no points by line"],
)
def test_the_rubric_is_shown_with_what_was_earned(work_as: WorkAs, quiz: Quiz, marks: Any, shown: list[float]) -> None:
    attempt = _paper(work_as, quiz, markers=min(len(marks), 2))
    sit(work_as, quiz, attempt)
    essay, part = sheets(work_as)
    for number, (points, criteria) in enumerate(marks):
        give(work_as, marker(work_as, f"阅卷{number}"), essay, points, criteria)
    for number in range(min(len(marks), 2)):
        give(work_as, marker(work_as, f"案例{number}"), part, "3")
    with work_as(quiz.actor, write=False) as work:
        questions = build.result(work, attempt.attempt).questions
    assert questions is not None
    went = next(one for one in questions if one.kind == "short")
    assert [(one.text.split()[-1], one.points, one.earned) for one in went.criteria] == [
        (text, most, earned) for (text, most), earned in zip((("职权法定", 6), ("程序正当", 4)), shown, strict=False)
    ]


def test_points_that_are_no_longer_the_markers_have_no_rubric(work_as: WorkAs) -> None:
    """After an appeal or a regrade: the lines of the rubric would not add up to what stands."""
    secret = Secret((), PartialCredit.NONE, "", {"rubric": [["职权法定", "6"], ["程序正当", "4"]]})
    said = results.Said([], [[Decimal(4), Decimal(2)]])
    assert [one.earned for one in results._criteria(secret, said, "6", Decimal(10))] == [4, 2]
    for kept, lines, earned in ((secret, said, "8"), (None, said, "6"), (secret, results.Said(), "6")):
        assert results._criteria(kept, lines, earned, Decimal(10)) == []


def test_two_markers_who_finish_at_once_make_one_verdict(
    work_as: WorkAs, quiz: Quiz, paper: AttemptShown, graded: list[AttemptGraded]
) -> None:
    sit(work_as, quiz, paper)
    makers = [
        Thread(target=give, args=(work_as, marker(work_as, name), one, "3")) for name, one in zip("甲乙", sheets(work_as), strict=True)
    ]
    for one in makers:
        one.start()
    for one in makers:
        one.join(30)
    assert state(work_as, quiz, paper)[0] == AttemptState.GRADED and len(graded) == 1
    with work_as(write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Sheet).where(Sheet.state == SheetState.MARKED)) == 2


ONE_BLANK = QuestionDraft(Kind.BLANK, "首都是____。", points=Decimal(4), explanation=WHY, blanks=(Blank((Accepted("北京"),)),))
CASE_OF_BLANKS = QuestionDraft(
    Kind.CASE, "某县开展试点。", points=Decimal(4), explanation=WHY,
    parts=(QuestionDraft(Kind.BLANK, "试点始于____年。", points=Decimal(2), blanks=(Blank((Accepted("2012"),)),)),
           QuestionDraft(Kind.BLANK, "____省____市？", points=Decimal(2), blanks=tuple(Blank((Accepted(it),)) for it in ("浙江", "杭州")))),
)  # fmt: skip
CASES_OF_ONE: tuple[tuple[QuestionDraft, Any, Any], ...] = (
    (QuestionDraft(Kind.SHORT, "为什么？", points=Decimal(2), sample="因为"), "因为所以", ""),
    (QuestionDraft(Kind.BLANK, "____年？", points=Decimal(2), blanks=(Blank((Accepted("2012"),)),)), "二〇一二", ""),
    (QuestionDraft(Kind.BLANK, "____和____？", points=Decimal(2), blanks=tuple(Blank((Accepted(one),)) for one in "甲乙")),
     ["甲", "乙"], []),
)  # fmt: skip


@pytest.mark.parametrize(("part", "value", "empty"), CASES_OF_ONE, ids=["short", "blank", "blanks"])
def test_a_case_of_one_question_is_answered_and_read_as_that_answer_alone(
    client: FlaskClient, work_as: WorkAs, quiz: Quiz, part: QuestionDraft, value: Any, empty: Any
) -> None:
    """interfaces.md §4.2: a string for a case, as for a blank and a written answer."""
    with work_as() as work:
        made = writing.create(work, QuestionDraft(Kind.CASE, "某地", points=part.points, parts=(part,)))
        work.session.add(ExamQuestion(exam_id=quiz.exam.id, question_id=made.id, position=10))
    key = build.token(work_as, quiz.cadre)
    started = client.post(f"/api/v1/exams/{quiz.exam.uid}/attempts", headers=key).json
    case = next(one for one in started["questions"] if one["kind"] == "case")
    here = f"/api/v1/attempts/{started['attempt']}"
    for rev, (sent, back) in enumerate([(value, value), ({case["parts"][0]["question"]: value}, value), (empty, empty), ({}, "")], 1):
        assert client.put(f"{here}/answers/{case['question']}", json={"rev": rev, "value": sent}, headers=key).status_code == 200
        assert client.get(here, headers=key).json["answers"][case["question"]]["value"] == back
    client.put(f"{here}/answers/{case['question']}", json={"rev": 9, "value": value}, headers=key)
    build.sign_in(client, work_as, quiz.cadre)
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/exams").get_data(as_text=True))
    assert token is not None
    page = client.get(client.post(f"/exams/{quiz.exam.uid}/start", data={"csrf_token": token[1]}).location).get_data(as_text=True)
    assert all(
        f">{one}</textarea>" in page or f'data-blank value="{one}"' in page for one in ([value] if isinstance(value, str) else value)
    )


def test_a_single_blank_is_saved_and_read_as_its_text_and_stands_in_the_page_after_a_reload(
    client: FlaskClient, work_as: WorkAs, quiz: Quiz
) -> None:
    """interfaces.md §4.2: a string for a blank, a list for several."""
    with work_as() as work:
        for at, draft in enumerate((ONE_BLANK, CASE_OF_BLANKS), 10):
            made = writing.create(work, draft)
            work.session.add(ExamQuestion(exam_id=quiz.exam.id, question_id=made.id, position=at))
    key = build.token(work_as, quiz.cadre)
    started = client.post(f"/api/v1/exams/{quiz.exam.uid}/attempts", headers=key).json
    blank, case = (next(one for one in started["questions"] if one["kind"] == kind) for kind in ("blank", "case"))
    here, first, second = f"/api/v1/attempts/{started['attempt']}", *(part["question"] for part in case["parts"])
    given = {blank["question"]: "北平城", case["question"]: {first: "二〇一二", second: ["浙江", "杭州"]}}
    for question, value in given.items():
        assert client.put(f"{here}/answers/{question}", json={"rev": 1, "value": value}, headers=key).status_code == 200
    read = client.get(here, headers=key).json["answers"]
    assert {question: one["value"] for question, one in read.items()} == given
    stale = client.put(f"{here}/answers/{blank['question']}", json={"rev": 1, "value": "南京"}, headers=key)
    assert (stale.status_code, stale.json["value"]) == (409, "北平城")
    build.sign_in(client, work_as, quiz.cadre)
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/exams").get_data(as_text=True))
    assert token is not None
    taken_over = client.post(f"/exams/{quiz.exam.uid}/start", data={"csrf_token": token[1]})
    page = client.get(taken_over.location).get_data(as_text=True)
    assert [value for value in ("北平城", "二〇一二", "浙江", "杭州") if f'data-blank value="{value}"' in page] == [
        "北平城",
        "二〇一二",
        "浙江",
        "杭州",
    ]
