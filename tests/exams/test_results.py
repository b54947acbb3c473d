"""What of a result is released, and that editing questions changes no paper (INV-I16, INV-I18)."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from flask import Flask
from sqlalchemy import update

from app.bank.models import QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.rules.scoring import PartialCredit
from app.bank.service import Secret
from app.exams import service
from app.exams.models import Exam
from app.exams.queries.lectures import Words
from app.exams.rules.assembly import Line
from app.exams.service import refusals, results
from app.exams.service.papers import AttemptShown
from tests import make
from tests.exams import build
from tests.exams.build import Quiz, WorkAs

# ── results ─────────────────────────────────────────────────────────────────


def finish(work_as: WorkAs, quiz: Quiz, *, wrong: int = 0) -> service.ResultShown:
    attempt = build.start(work_as, quiz.actor, quiz.exam.uid)
    build.answer_all(work_as, quiz.actor, attempt, wrong=wrong)
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with work_as(quiz.actor, write=False) as work:
        return build.result(work, attempt.attempt)


def test_there_is_no_result_before_handing_in(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with pytest.raises(refusals.AttemptRunning), work_as(quiz.actor, write=False) as work:
        build.result(work, attempt.attempt)


def test_a_failed_quiz_says_what_was_missed_and_where_it_is_taught_but_not_what_is_right(work_as: WorkAs, quiz: Quiz) -> None:
    result = finish(work_as, quiz, wrong=3)
    assert (result.score, result.passed, result.attempts_left) == (0, False, 2)
    assert result.questions is not None
    assert all(one.key is None and one.explanation is None and one.outcome == "wrong" for one in result.questions)
    places = {(one.kind, one.taught.lecture, one.taught.second) for one in result.questions if one.taught}
    assert places == {("single", quiz.lectures[0].uid, 12), ("multiple", quiz.lectures[1].uid, 34)}


def test_a_passed_quiz_shows_keys_and_explanations(work_as: WorkAs, quiz: Quiz) -> None:
    result = finish(work_as, quiz)
    assert result.passed and result.score == 100 and result.points == 8
    assert {(one.topic, one.questions, one.right) for one in result.topics} == {("沟通", 2, 2), ("协调", 1, 1)}
    assert result.questions is not None
    for one in result.questions:
        assert one.key and one.explanation and one.explanation.startswith(build.WHY)
        assert one.answer == (sorted(one.key) if one.kind == "multiple" else one.key[0])


def test_when_attempts_are_used_up_the_keys_are_shown(work_as: WorkAs) -> None:
    quiz = build.quiz(work_as, max_attempts=1)
    result = finish(work_as, quiz, wrong=3)
    assert result.questions is not None and all(one.key for one in result.questions)


def test_figures_only_where_the_policy_says_so(work_as: WorkAs, quiz: Quiz) -> None:
    with work_as() as work:
        work.session.execute(update(Exam).values(release_policy="score_only"))
    result = finish(work_as, quiz)
    assert result.questions is None and result.score == 100


def test_a_held_result_is_refused_and_the_paper_is_closed(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with work_as() as work:
        work.session.execute(update(Exam).values(release_policy="after_window"))
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with work_as(quiz.actor, write=False) as work:
        with pytest.raises(refusals.NotReleased):
            build.result(work, attempt.attempt)
        with pytest.raises(refusals.AttemptOver):
            service.read(work, attempt.attempt)


def test_editing_the_bank_changes_no_running_paper_and_no_score(work_as: WorkAs) -> None:
    """INV-I16."""
    quiz = build.quiz(work_as, state="draft")
    attempt = build.start(work_as, quiz.actor, quiz.exam.uid)
    build.answer_all(work_as, quiz.actor, attempt)
    author = make.actor(quiz.author, "exams.author")
    with work_as(write=False) as work:
        uids = [row.uid for row in _pool(work, quiz)]
    with work_as(author) as work:
        service.revise_question(work, quiz.exam.uid, uids[0], build.single(1, right=3))
        service.remove_question(work, quiz.exam.uid, uids[1])
        service.move_question(work, quiz.exam.uid, uids[2], up=True)
    with work_as(quiz.actor) as work:
        assert service.read(work, attempt.attempt).questions == attempt.questions
        service.submit(work, attempt.attempt)
        assert build.result(work, attempt.attempt).score == 100
    assert build.count(work_as, QuestionVersion) == 4


def _pool(work: object, quiz: Quiz) -> list[object]:
    from app.exams import queries

    return queries.pool_rows(work, quiz.exam)  # type: ignore[arg-type,return-value]


# ── how an incomplete answer is marked ──────────────────────────────────────


def test_what_an_incomplete_answer_earns_is_told_with_the_key_and_not_before() -> None:
    line = Line("q1", 1, Kind.MULTIPLE, Decimal(10), {"oa": "a", "ob": "b"})
    words, mark = Words("题干", {"a": "甲", "b": "乙"}, "", None), ["0", "wrong"]
    told = results.went(line, words, mark, ["oa"], Secret(("a", "b"), PartialCredit.NONE, ""), {})
    assert (told.partial, told.key) == ("none", ["oa", "ob"])
    assert results.went(line, words, mark, ["oa"], None, {}).partial == results.withheld(told).partial == ""
    single = replace_kind(line, Kind.SINGLE)
    assert results.went(single, words, mark, "oa", Secret(("b",), PartialCredit.NONE, ""), {}).partial == ""


def replace_kind(line: Line, kind: Kind) -> Line:
    """The same line of another kind."""
    return msgspec.structs.replace(line, kind=kind)


@pytest.mark.parametrize(
    ("kind", "rule", "said"),
    [
        ("multiple", rule, said)
        for rule, said in (("none", "全部选对才得分"), ("half", "得一半分"), ("share", "按选对的比例"), ("net", "扣去同样的分"))
    ]
    + [("blank", "share", "每空分别计分"), ("blank", "none", "全部填对才得分")],
)
def test_every_rule_of_incomplete_answers_has_a_sentence(app: Flask, kind: str, rule: PartialCredit, said: str) -> None:
    with app.test_request_context():
        assert said in app.jinja_env.get_template("exams/_exam.html").module.incomplete(kind, rule)  # type: ignore[attr-defined]
