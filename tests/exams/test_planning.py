"""Setting up examinations on both engines: paper, terms, who may sit, who opens it (issue 3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.bank.models import Card, CardState, Question, QuestionVersion
from app.bank.service import Faulty
from app.exams import queries, service
from app.exams.models import Attempt, Exam, ExamPlan, ExamSeat, ExamTrail
from app.exams.rules.admission import Rule
from app.exams.rules.sessions import Band, Terms
from app.exams.rules.timing import ReleasePolicy
from app.exams.service import admission, barring, refusals
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor, Work, working
from tests import make
from tests.exams import papers
from tests.exams.papers import WorkAs


@pytest.fixture
def author(work_as: WorkAs) -> Actor:
    """Somebody who sets up examinations."""
    return papers.assembler(work_as, "设考", 21)


def begun(work_as: WorkAs, author: Actor, **more: Any) -> UUID:
    """A draft without a paper."""
    with work_as(author) as work:
        return service.plan_exam(work, papers.terms(**more)).uid


def stems(work: Work, attempt: Any) -> list[str]:
    return [one.stem for one in attempt.questions]


# ── papers ──────────────────────────────────────────────────────────────────


def test_a_blueprint_gives_everybody_a_paper_of_his_own_and_the_same_on_repeat(work_as: WorkAs) -> None:
    papers.stocked(work_as, 12, difficulty=2)
    papers.stocked(work_as, 6, topic="宪法")
    exam = papers.opened(work_as, [*papers.rows(5), *papers.rows(2, topic="宪法", points=5)])
    one, other = papers.candidate(work_as), papers.candidate(work_as, "王学", 2)
    with work_as(one) as work:
        first, is_new = service.start(work, exam.uid)
    with work_as(one) as work:
        again, is_new_again = service.start(work, exam.uid)
    with work_as(other) as work:
        others, _ = service.start(work, exam.uid)
    assert (is_new, is_new_again) == (True, False)
    assert first.questions == again.questions
    assert [one.points for one in first.questions] == [2] * 5 + [5] * 2
    assert all(one.stem.startswith("宪法") for one in first.questions[5:])
    assert sorted(one.stem for one in first.questions) != sorted(one.stem for one in others.questions)
    assert papers.KEY not in repr(first)
    assert papers.WHY not in repr(first)


def test_what_the_bank_lacks_is_said_by_row_and_keeps_the_examination_a_draft(work_as: WorkAs, author: Actor) -> None:
    papers.stocked(work_as, 3)
    uid = begun(work_as, author)
    with work_as(author) as work:
        feasible = service.set_blueprint(work, uid, papers.rows(2, 2))
    assert feasible.fitting == (3, 3)
    assert not feasible.is_possible
    with pytest.raises(refusals.BankCannotFill) as refused, work_as(author) as work:
        service.move_exam(work, uid, "checked")
    assert refused.value.facts == {"lacking": 1, "missing": [{"rows": [0, 1], "wanted": 4, "there": 3}]}
    with work_as(author, write=False) as work:
        assert service.planned(work, uid)[0].state == "draft"


@pytest.mark.parametrize("state", [CardState.DRAFT, CardState.IN_REVIEW, CardState.RETIRED])
def test_only_what_was_approved_is_drawn(work_as: WorkAs, author: Actor, state: CardState) -> None:
    papers.stocked(work_as, 3)
    with work_as() as work:
        work.session.execute(update(Card).values(state=state))
    uid = begun(work_as, author)
    with work_as(author) as work:
        assert service.set_blueprint(work, uid, papers.rows(1)).fitting == (0,)


def test_what_is_withdrawn_after_the_check_leaves_papers_to_come_and_stays_in_those_drawn(work_as: WorkAs) -> None:
    papers.stocked(work_as, 6)
    exam = papers.opened(work_as, papers.rows(5))
    one, other = papers.candidate(work_as), papers.candidate(work_as, "王学", 2)
    with work_as(one) as work:
        first, _ = service.start(work, exam.uid)
    gone = first.questions[0].stem
    with work_as() as work:
        version = select(QuestionVersion.question_id).where(QuestionVersion.stem == gone)
        work.session.execute(update(Card).where(Card.question_id.in_(version)).values(state=CardState.RETIRED))
    with work_as(other) as work:
        second, _ = service.start(work, exam.uid)
    assert gone not in stems(work, second)
    with work_as(one) as work:
        assert service.start(work, exam.uid)[0].questions == first.questions
    with work_as() as work:
        work.session.execute(update(Card).values(state=CardState.RETIRED))
    with pytest.raises(refusals.ExamNotReady), work_as(papers.candidate(work_as, "赵学", 3)) as work:
        service.start(work, exam.uid)


def test_what_is_approved_after_the_check_joins_no_paper(work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    exam = papers.opened(work_as, papers.rows(3))
    with work_as() as work:
        for number in range(100, 130):
            papers.approved(work, number, says=f"新题 {number}")
    with work_as(papers.candidate(work_as)) as work:
        assert not [one for one in stems(work, service.start(work, exam.uid)[0]) if one.startswith("新题")]


def test_a_fixed_paper_stands_in_its_order_with_its_points(work_as: WorkAs, author: Actor) -> None:
    uids = papers.stocked(work_as, 4)
    uid = begun(work_as, author)
    chosen = [(uids[2], Decimal(7)), (uids[0], None), (uids[3], Decimal("1.5"))]
    with work_as(author) as work:
        plan = service.set_questions(work, uid, chosen)
        assert (plan.questions, plan.points) == (3, Decimal("10.5"))
        service.move_exam(work, uid, "checked")
    with work_as(papers.assembler(work_as, "开考", 22)) as work:
        service.move_exam(work, uid, "open")
    with work_as(papers.candidate(work_as)) as work:
        attempt, _ = service.start(work, uid)
    assert [(one.stem, one.points) for one in attempt.questions] == [("党章第 2 题", 7), ("党章第 0 题", 2), ("党章第 3 题", 1.5)]


def test_a_fixed_paper_takes_approved_questions_once(work_as: WorkAs, author: Actor) -> None:
    uids = papers.stocked(work_as, 3)
    with work_as() as work:
        twins = [papers.approved(work, 50 + at, says="同一句话").uid for at in range(2)]
        first = work.session.scalar(select(Question.id).where(Question.uid == uids[2]))
        work.session.execute(update(Card).where(Card.question_id == first).values(state=CardState.DRAFT))
    uid = begun(work_as, author)
    wrong: list[tuple[list[tuple[UUID, Decimal | None]], str, str]] = [
        ([], "questions", "questions_needed"),
        ([(uids[0], None), (uids[0], None)], "questions", "question_twice"),
        ([(one, None) for one in twins], "questions", "question_twice"),
        ([(uids[0], None), (uids[2], None)], "questions.1", "question_not_approved"),
        ([(uids[0], Decimal(0))], "questions.0.points", "points_outside"),
        ([(uids[0], Decimal("0.001"))], "questions.0.points", "points_outside"),
    ]
    for chosen, field, code in wrong:
        with pytest.raises(Faulty) as refused, work_as(author) as work:
            service.set_questions(work, uid, chosen)
        assert [(one.field, one.code) for one in refused.value.found] == [(field, code)]


# ── terms ───────────────────────────────────────────────────────────────────

WRONG = [
    ("title", {"title": " "}, "empty"),
    ("title", {"title": "长" * 121}, "too_long"),
    ("title", {"title": "a\x00b"}, "control_characters"),
    ("pass_mark", {"pass_mark": 0}, "pass_mark_outside"),
    ("max_attempts", {"max_attempts": 51, "release_policy": ReleasePolicy.SCORE_ONLY}, "max_attempts_outside"),
    ("limit_minutes", {"limit_minutes": 601}, "limit_minutes_outside"),
    ("about", {"about": "长" * 1001}, "too_long"),
    ("cooling_minutes", {"cooling_minutes": -1}, "cooling_minutes_outside"),
    ("closes_at", {"release_policy": ReleasePolicy.AFTER_WINDOW}, "window_needed"),
    ("bands", {"bands": (Band(101, "优"),)}, "band_outside"),
    ("bands", {"bands": (Band(90, ""),)}, "band_outside"),
    ("bands", {"bands": (Band(90, "优"), Band(90, "良"))}, "band_twice"),
    ("bands", {"bands": tuple(Band(at, "级") for at in range(9))}, "too_many_bands"),
    ("hours", {"hours": Decimal("40.5")}, "hours_outside"),
    ("hours", {"hours": Decimal("NaN")}, "hours_outside"),
    ("password", {"password": "12345"}, "password_outside"),
    ("release_policy", {"hours": Decimal("0.5"), "max_attempts": 2}, "keys_before_another_attempt"),
    ("release_policy", {"max_attempts": 2}, "keys_before_another_attempt"),
    ("hours", {"ungraded": True, "hours": Decimal(1)}, "hours_of_ungraded"),
    ("bands", {"ungraded": True, "bands": (Band(90, "优"),)}, "bands_of_ungraded"),
    ("release_policy", {"ungraded": True, "release_policy": ReleasePolicy.SCORE_ONLY}, "release_of_ungraded"),
]


@pytest.mark.parametrize(("field", "change", "code"), WRONG, ids=[f"{field}-{code}" for field, _change, code in WRONG])
def test_terms_that_cannot_be_are_refused_by_field(work_as: WorkAs, author: Actor, field: str, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Faulty) as refused, work_as(author) as work:
        service.plan_exam(work, replace(papers.terms(), **change))
    assert [(one.field, one.code) for one in refused.value.found] == [(field, code)]
    assert refused.value.facts["field"] == field


def test_a_window_opens_before_it_closes_and_holds_the_time_limit(work_as: WorkAs, author: Actor) -> None:
    noon = papers.in_days(work_as, 1)
    for minutes, code in ((0, "window_backwards"), (89, "window_too_short")):
        with pytest.raises(Faulty) as refused, work_as(author) as work:
            service.plan_exam(work, papers.terms(opens_at=noon, closes_at=noon + timedelta(minutes=minutes)))
        assert [one.code for one in refused.value.found] == [code]


def test_what_is_checked_stands_still_until_it_is_taken_back(work_as: WorkAs, author: Actor) -> None:
    papers.stocked(work_as, 3)
    uid = begun(work_as, author)
    with work_as(author) as work:
        service.set_blueprint(work, uid, papers.rows(3))
        service.move_exam(work, uid, "checked")
    acts: list[Any] = [
        lambda work: service.change_plan(work, uid, papers.terms(title="别的")),
        lambda work: service.set_blueprint(work, uid, papers.rows(1)),
        lambda work: service.set_questions(work, uid, []),
    ]
    for act in acts:
        with pytest.raises(refusals.ExamNotDraft), work_as(author) as work:
            act(work)
    with work_as(author) as work:
        service.move_exam(work, uid, "draft")
        assert service.change_plan(work, uid, papers.terms(title="别的")).title == "别的"


# ── who opens it ────────────────────────────────────────────────────────────


def test_nobody_opens_the_examination_he_set_up_and_each_step_leaves_a_line(work_as: WorkAs, author: Actor) -> None:
    papers.stocked(work_as, 3)
    uid, other = begun(work_as, author), papers.assembler(work_as, "开考", 22)
    with work_as(author) as work:
        service.set_blueprint(work, uid, papers.rows(2))
        service.move_exam(work, uid, "checked")
    with pytest.raises(refusals.OpenedByAuthor), work_as(author) as work:
        service.move_exam(work, uid, "open")
    with work_as(other) as work:
        service.move_exam(work, uid, "open")
    with work_as(author) as work:
        service.move_exam(work, uid, "closed")
    with work_as(write=False) as work:
        lines = list(work.session.execute(select(ExamTrail.what, ExamTrail.who_id).order_by(ExamTrail.id)))
    mine, hers = author.person_id, other.person_id
    assert lines == [("set_up", mine), ("paper", mine), ("checked", mine), ("opened", hers), ("closed", mine)]


@pytest.mark.parametrize("to", ["open", "closed", "draft", "nonsense"])
def test_a_draft_is_only_checked(work_as: WorkAs, author: Actor, to: str) -> None:
    uid = begun(work_as, author)
    with pytest.raises(refusals.ExamMoveNotAllowed), work_as(author) as work:
        service.move_exam(work, uid, to)


def test_an_examination_without_a_paper_or_with_its_window_over_is_not_checked(work_as: WorkAs, author: Actor) -> None:
    uid = begun(work_as, author)
    with pytest.raises(refusals.PaperMissing), work_as(author) as work:
        service.move_exam(work, uid, "checked")
    late = begun(work_as, author, closes_at=papers.in_days(work_as, -1))
    with pytest.raises(refusals.WindowPast), work_as(author) as work:
        service.move_exam(work, late, "checked")


def test_only_those_who_may_set_up_examinations(work_as: WorkAs, author: Actor) -> None:
    uid, cadre = begun(work_as, author), papers.candidate(work_as)
    acts: list[Any] = [lambda work: service.plan_exam(work, papers.terms()), lambda work: service.move_exam(work, uid, "checked"),
                       lambda work: service.seat(work, uid, "lixue")]  # fmt: skip
    for act in acts:
        with pytest.raises(Forbidden), work_as(cadre) as work:
            act(work)
    with pytest.raises(NotFound), work_as(cadre) as work:
        service.start(work, uid)


# ── who may sit ─────────────────────────────────────────────────────────────


def refusal_of(work_as: WorkAs, actor: Actor, exam: Exam, password: str = "") -> type[Exception] | None:
    """What a start comes to."""
    try:
        with work_as(actor) as work:
            service.start(work, exam.uid, password)
    except refusals.NotEligible as refused:
        return type(refused)
    return None


def test_a_roster_lets_in_whom_it_names_and_the_list_shows_it_to_nobody_else(work_as: WorkAs, author: Actor) -> None:
    papers.stocked(work_as, 3)
    exam = papers.opened(work_as, papers.rows(2), rule=Rule(roster=True))
    named, other = papers.candidate(work_as), papers.candidate(work_as, "王学", 2)
    with work_as() as work:
        work.session.add(ExamSeat(exam_id=exam.id, person_id=named.person_id, is_named=True, extra_minutes=15, wrong=0))
    with work_as(other, write=False) as work:
        assert [row.uid for row in queries.my_exams(work).items] == []
    with work_as(named, write=False) as work:
        assert [(row.uid, row.is_open, row.extra_minutes) for row in queries.my_exams(work).items] == [(exam.uid, True, 15)]
    assert refusal_of(work_as, other, exam) is barring.NotOnRoster
    with work_as(named) as work:
        attempt, _ = service.start(work, exam.uid)
        assert attempt.deadline == work.now + timedelta(minutes=90 + 15)


def test_unit_rank_and_team_are_asked_of_the_person_as_he_stands_today(work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    with work_as() as work:
        unit = make.unit(work, "市考试局")
        cadre = make.person(work, "孙学", at=unit, rank="division", team="party_gov")
        path = unit.path
    actor = make.actor(cadre, "exams.sit", sign_in_id=5)
    table: list[tuple[Rule, type[Exception] | None]] = [
        (Rule(unit=path, ranks=("division",), teams=("party_gov",)), None),
        (Rule(unit=path, ranks=("division",)), None),
        (Rule(unit=path + "x"), barring.OtherUnit),
        (Rule(ranks=("bureau",)), barring.OtherRank),
        (Rule(teams=("enterprise", "professional")), barring.OtherTeam),
    ]
    for rule, expected in table:
        exam = papers.opened(work_as, papers.rows(1), rule=rule)
        assert refusal_of(work_as, actor, exam) is expected


def test_finished_courses_are_asked_of_whoever_registered(work_as: WorkAs, monkeypatch: pytest.MonkeyPatch) -> None:
    papers.stocked(work_as, 3)
    exam, actor = papers.opened(work_as, papers.rows(1), rule=Rule(courses=(7, 8))), papers.candidate(work_as)
    monkeypatch.setitem(admission._asked, "finished", lambda _work, _person, courses: set(courses) - {8})
    assert refusal_of(work_as, actor, exam) is barring.CourseNotFinished
    with work_as(actor, write=False) as work:
        assert [row.reason for row in queries.my_exams(work).items] == [barring.CourseNotFinished().sentence]
    monkeypatch.delitem(admission._asked, "finished")
    assert refusal_of(work_as, actor, exam) is barring.CourseNotFinished, "nobody says yes unless someone is asked"
    monkeypatch.setitem(admission._asked, "finished", lambda _work, _person, courses: set(courses))
    assert refusal_of(work_as, actor, exam) is None


def test_a_password_is_asked_kept_as_a_mac_and_guessing_is_paused(work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    exam, actor = papers.opened(work_as, papers.rows(1), password="二零二六开考"), papers.candidate(work_as)
    with work_as(write=False) as work:
        assert "二零二六开考" not in work.session.get_one(ExamPlan, exam.id).password_mac
    with pytest.raises(refusals.PasswordNeeded), work_as(actor) as work:
        service.start(work, exam.uid)
    for number in range(admission.TRIES):
        with work_as(actor) as work, pytest.raises(refusals.WrongExamPassword) as refused:
            service.start(work, exam.uid, f"wrong {number}")
        assert refused.value.keeps
    with pytest.raises(refusals.PasswordPause), work_as(actor) as work:
        service.start(work, exam.uid, "二零二六开考")
    with work_as() as work:
        work.session.execute(update(ExamSeat).values(wrong_at=work.now - admission.PAUSE))
    with work_as(actor) as work:
        assert service.start(work, exam.uid, "二零二六开考")[1]
    with work_as(replace(actor, sign_in_id=9)) as work:
        assert not service.start(work, exam.uid)[1], "going on elsewhere asks no password"


def test_twenty_starts_at_once_give_one_attempt_and_one_paper(work_as: WorkAs, college: Any) -> None:
    papers.stocked(work_as, 12)
    exam, actor = papers.opened(work_as, papers.rows(5)), papers.candidate(work_as)

    def start(_number: int) -> tuple[list[str], bool]:
        with working(college, actor) as work:
            attempt, is_new = service.start(work, exam.uid)
            return [one.question for one in attempt.questions], is_new

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(start, range(20)))
    assert sum(is_new for _, is_new in found) == 1
    assert len({tuple(questions) for questions, _ in found}) == 1
    with work_as(write=False) as work:
        assert len(list(work.session.scalars(select(Attempt.uid)))) == 1


def test_two_who_open_at_once_open_it_once(work_as: WorkAs, college: Any, author: Actor) -> None:
    papers.stocked(work_as, 3)
    uid = begun(work_as, author)
    with work_as(author) as work:
        service.set_blueprint(work, uid, papers.rows(1))
        service.move_exam(work, uid, "checked")
    others = [papers.assembler(work_as, f"开考{at}", 30 + at) for at in range(6)]

    def act(actor: Actor) -> bool:
        try:
            with working(college, actor) as work:
                service.move_exam(work, uid, "open")
            return True
        except refusals.ExamMoveNotAllowed:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(act, others)) == 1


def test_terms_are_kept_as_they_were_given(work_as: WorkAs, author: Actor) -> None:
    given: Terms = papers.terms(bands=(Band(60, "合格"), Band(90, "优秀")), about="  自备草稿纸。 ", hours=Decimal("4.5"))
    with work_as(author) as work:
        uid = service.plan_exam(work, given).uid
    with work_as(author, write=False) as work:
        exam, plan = service.planned(work, uid)
        assert (exam.title, plan.about, plan.bands, plan.hours) == (
            given.title,
            "自备草稿纸。",
            [[90, "优秀"], [60, "合格"]],
            Decimal("4.5"),
        )
