"""Equivalent forms: different questions where the bank has enough, one form for each candidate, side by side before it is opened."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.bank.models import Card, CardState, Question, Trail
from app.bank.rules.answers import Kind
from app.bank.service import Faulty
from app.exams import service
from app.exams.models import Attempt, Exam, ExamPlan, VersionFigures
from app.exams.queries.forms import compared
from app.exams.rules.blueprint import Item, Row, stock
from app.exams.rules.equivalent import Known, forms, looks
from app.exams.service import refusals
from app.kernel.work import Actor
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_planning_doors import officer, post


def bank(topic: str, *numbers: int, says: str = "") -> list[Item]:
    return [Item(number, topic, Kind.SINGLE, 3, says or f"{number}") for number in numbers]


def row(topic: str, count: int) -> Row:
    return Row(topic, Kind.SINGLE, count, Decimal(2))


def flat(form: list[list[int]]) -> list[int]:
    return [one for some in form for one in some]


# ── drawing ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", [b"one", b"two", b"three"])
def test_forms_share_no_question_where_the_bank_has_enough(seed: bytes) -> None:
    rows = [row("a", 3), row("", 2)]
    of = stock(rows, [*bank("a", *range(9)), *bank("b", *range(20, 26))])
    drawn = forms(seed, rows, of, 3)
    assert [[len(some) for some in form] for form in drawn] == [[3, 2]] * 3
    assert len({one for form in drawn for one in flat(form)}) == 15


def test_only_what_lacks_is_asked_again() -> None:
    rows = [row("a", 3), row("b", 2)]
    drawn = forms(b"key", rows, stock(rows, [*bank("a", 1, 2, 3, 4), *bank("b", 11, 12, 13, 14)]), 2)
    first, second = (set(flat(form)) for form in drawn)
    assert first & second <= {1, 2, 3, 4}
    assert len(first & second) == 2
    assert all(len(set(flat(form))) == 5 for form in drawn), "never twice in one form"


def test_a_question_that_says_the_same_is_the_same_question() -> None:
    rows = [row("a", 1)]
    of = stock(rows, [*bank("a", 1, 2, says="同一句话"), *bank("a", 3)])
    for at in range(20):
        drawn = forms(b"%d" % at, rows, of, 2)
        assert 3 in {flat(form)[0] for form in drawn}


def test_forms_are_compared_by_points_difficulty_and_what_is_known_of_their_questions() -> None:
    rows = [Row("a", Kind.SINGLE, 1, Decimal(3)), Row("b", Kind.SINGLE, 1, Decimal(1))]
    known = {1: Known("a", 4, Decimal("0.5")), 2: Known("b", 2, Decimal("0.9")), 3: Known("a", 3), 4: Known("b", 3)}
    first, second = looks(rows, [[[1], [2]], [[3], [2]]], known)
    assert (first.letter, first.questions, first.points, first.difficulty) == ("A", 2, Decimal(4), Decimal("3.50"))
    assert (first.expected, first.sat, first.topics, first.shared) == (Decimal("0.60"), 2, {"a": 1, "b": 1}, 1)
    assert (second.letter, second.expected, second.sat) == ("B", Decimal("0.90"), 1)


# ── on both engines ─────────────────────────────────────────────────────────


def opened(work_as: WorkAs, count: int, bank_size: int = 12) -> Exam:
    """An open examination of four questions with so many forms."""
    papers.stocked(work_as, bank_size)
    with work_as(papers.assembler(work_as, "设考", 11)) as work:
        exam = service.plan_exam(work, papers.terms())
        service.set_blueprint(work, exam.uid, papers.rows(4), count)
        service.move_exam(work, exam.uid, "checked")
    with work_as(papers.assembler(work_as, "开考", 12)) as work:
        return service.move_exam(work, exam.uid, "open")


def asked(work_as: WorkAs, who: Actor, exam: UUID) -> frozenset[int]:
    """The questions of a candidate's paper."""
    attempt = build.start(work_as, who, exam)
    with work_as(who, write=False) as work:
        paper = work.session.scalars(select(Attempt.paper).where(Attempt.uid == attempt.attempt)).one()
        versions = [line[1] for line in paper["lines"]]
        return frozenset(work.session.scalars(select(Question.id).where(Question.current_version_id.in_(versions))))


def kept(work_as: WorkAs, exam: Exam) -> list[frozenset[int]]:
    with work_as(write=False) as work:
        return [frozenset(flat(form)) for form in work.session.get_one(ExamPlan, exam.id).forms]


@pytest.mark.parametrize("count", [2, 0])
def test_each_candidate_gets_one_of_the_forms(work_as: WorkAs, count: int) -> None:
    """Without forms, the control, eight candidates have more papers than that."""
    exam = opened(work_as, count)
    sat = {asked(work_as, papers.candidate(work_as, f"学员{at}", sign_in_id=at), exam.uid) for at in range(1, 9)}
    if count:
        first, second = kept(work_as, exam)
        assert sat == {first, second}
        assert not first & second
    else:
        assert kept(work_as, exam) == []
        assert len(sat) > 2


def test_a_form_with_a_withdrawn_question_is_passed_over_whole(work_as: WorkAs) -> None:
    exam = opened(work_as, 2)
    first, second = kept(work_as, exam)

    def withdraw(question: int) -> None:
        with work_as() as work:
            work.session.execute(update(Card).where(Card.question_id == question).values(state=CardState.RETIRED))

    withdraw(min(first))
    sat = {asked(work_as, papers.candidate(work_as, f"学员{at}", sign_in_id=at), exam.uid) for at in range(1, 7)}
    assert sat == {second}
    withdraw(min(second))
    with pytest.raises(refusals.ExamNotReady):
        asked(work_as, papers.candidate(work_as, "后来", sign_in_id=9), exam.uid)


def test_who_has_read_the_key_of_a_question_gets_another_form(work_as: WorkAs) -> None:
    exam = opened(work_as, 2)
    first, second = kept(work_as, exam)
    who = papers.candidate(work_as)
    for form, other in ((first, second), (second, None)):
        with work_as() as work:
            work.session.add(Trail(question_id=min(form), what="written", who_id=who.person_id, at=work.now))
        if other is None:
            with pytest.raises(refusals.KnowsThePaper), work_as(who) as work:
                service.prepare(work, exam.uid)
        else:
            with work_as(who, write=False) as work:
                drawn = service.prepare(work, exam.uid).drawn
                assert drawn is not None
                versions = [line[1] for line in drawn.stored["lines"]]
                assert set(work.session.scalars(select(Question.id).where(Question.current_version_id.in_(versions)))) == other


def test_forms_stand_side_by_side_on_the_page_and_for_programs(client: FlaskClient, work_as: WorkAs) -> None:
    papers.stocked(work_as, 6)
    person = officer(work_as)
    with work_as(make.actor(person, "exams.assemble")) as work:
        uid = service.plan_exam(work, papers.terms()).uid
    build.sign_in(client, work_as, person)
    here, head = f"/manage/exams/{uid}", build.token(work_as, person)
    fields = {"topic": "党章", "kind": "single", "count": "4", "points": "2", "lowest": "1", "highest": "5"}
    assert post(client, f"{here}/paper", forms="7", **fields).status_code == 422
    assert post(client, f"{here}/paper", forms="2", **fields).status_code == 303
    assert "等值试卷在核对时抽定" in client.get(f"{here}/forms").text
    assert client.get(f"/api/v1/exams/{uid}/forms", headers=head).json == {"items": []}
    assert post(client, f"{here}/state", to="checked").status_code == 303
    with work_as() as work:
        version = work.session.scalars(select(Question.current_version_id).order_by(Question.id)).first()
        exam = work.session.scalars(select(Exam.id).where(Exam.uid == uid)).one()
        work.session.add(VersionFigures(version_id=version, exam_id=exam, candidates=10, ease=800, relation=None, difference=None))
    shown = client.get(f"{here}/forms").text
    assert "各套试卷有重复题目" in shown and "80%" in shown
    items = client.get(f"/api/v1/exams/{uid}/forms", headers=head).json["items"]
    assert [(one["letter"], one["questions"], one["shared"], one["topics"]) for one in items] == [
        ("A", 4, 2, {"党章": 4}), ("B", 4, 2, {"党章": 4})
    ]  # fmt: skip
    assert "canary" not in shown


@pytest.mark.parametrize("count", [1, 7, -1])
def test_there_are_no_forms_or_two_to_six(work_as: WorkAs, count: int) -> None:
    papers.stocked(work_as, 4)
    with work_as(papers.assembler(work_as, "设考", 11)) as work:
        exam = service.plan_exam(work, papers.terms())
        with pytest.raises(Faulty) as told:
            service.set_blueprint(work, exam.uid, papers.rows(2), count)
        assert told.value.field == "forms"


def test_taking_back_and_checking_again_draws_anew(work_as: WorkAs) -> None:
    papers.stocked(work_as, 4)
    with work_as(papers.assembler(work_as, "设考", 11)) as work:
        exam = service.plan_exam(work, papers.terms())
        service.set_blueprint(work, exam.uid, papers.rows(2), 2)
        service.move_exam(work, exam.uid, "checked")
        service.move_exam(work, exam.uid, "draft")
        service.set_blueprint(work, exam.uid, papers.rows(2))
        plan = work.session.get_one(ExamPlan, exam.id)
        assert (plan.form_count, plan.forms, compared(work, plan)) == (0, [], [])
