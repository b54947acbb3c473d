"""Open, report, close, complete: one act, then what the database holds, on both engines."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.catalogue import service as catalogue
from app.catalogue.models import CourseVersion, Lecture
from app.exams import service as exams
from app.kernel.errors import Forbidden, NotFound
from app.kernel.events import listeners_of
from app.learning import queries, service
from app.learning.models import CourseProgress, Coverage, Evidence, PlaySession, PlayState
from app.learning.rules import credit, spans
from app.learning.rules.journal import Moment, entries
from app.learning.service import refusals
from tests import make
from tests.learning.build import Study, cadre, deliver_all, taught


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Everything study announces."""
    told: list[Any] = []
    for event in (service.LectureCompleted, service.CourseCompleted):
        listeners = [lambda work, one: told.append(one)]
        monkeypatch.setitem(__import__("app.kernel.events", fromlist=["_listeners"])._listeners, event, listeners)
        assert listeners_of(event)
    return told


def test_a_lecture_watched_to_the_end_completes_it_and_the_course(work_as: Any, study: Study, heard: list[Any]) -> None:
    with work_as() as work:
        person, (_course, version, lectures) = cadre(work), taught(work, (60_000, 30_000))
    answer = study.watch(study.open(person, lectures[0]), 0, 60_000)
    assert (answer.covered, answer.complete) == (((0, 60_000),), True)
    assert heard == [service.LectureCompleted(person.id, lectures[0].id)]
    study.watch(study.open(person, lectures[1]), 0, 30_000)
    assert heard[1:] == [service.LectureCompleted(person.id, lectures[1].id), service.CourseCompleted(person.id, version.id, None)]
    with work_as(write=False) as work:
        row = work.session.get(CourseProgress, (person.id, version.id))
        assert row.completed_at == study.clock.at
        assert (row.lectures_done, row.quiz_score) == (2, None)


def test_completion_is_told_once_however_often_the_lecture_is_seen_again(work_as: Any, study: Study, heard: list[Any]) -> None:
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work, (30_000,))
    for _ in range(3):
        study.watch(study.open(person, lectures[0]), 0, 30_000)
    assert len(heard) == 2


def test_a_course_with_a_quiz_completes_when_the_quiz_is_passed(work_as: Any, study: Study, heard: list[Any]) -> None:
    with work_as() as work:
        person, (_course, version, lectures) = cadre(work), taught(work, (30_000,))
        quiz = exams.create_closing_quiz(
            work, version.id, "随堂测验", _questions(), pass_mark=60, max_attempts=3, limit_minutes=20, draw=None
        )
        assert isinstance(service.eligibility(work, quiz, person.id), service.LecturesNotComplete)
    study.watch(study.open(person, lectures[0]), 0, 30_000)
    assert heard == [service.LectureCompleted(person.id, lectures[0].id)]
    with work_as() as work:
        assert service.eligibility(work, quiz, person.id) is None
        assert service.begun(work, person.id) == {version.id: None}
        service.quiz_passed(work, person.id, version.id, Decimal("80"))
        service.quiz_passed(work, person.id, version.id, Decimal("70"))
    assert heard[1:] == [service.CourseCompleted(person.id, version.id, Decimal("80"))]


def _questions() -> list[Any]:
    from app.bank.rules.drafts import QuestionDraft

    return [QuestionDraft.judge("领导沟通以倾听为先。", is_true=True)]


def test_a_quiz_of_no_course_is_not_opened_by_study(work_as: Any) -> None:
    class Standalone:
        course_version_id = None

    with work_as() as work:
        assert isinstance(service.eligibility(work, Standalone(), 1), exams.NotEligible)


def test_a_new_session_supersedes_the_old_one_wherever_it_is(work_as: Any, study: Study) -> None:
    """INV-I6, ATK-A24, A25."""
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work, (60_000, 60_000))
    office = study.open(person, lectures[0], device="Chrome · Windows")
    study.beat(office, 0, 15_000, after=15)
    with work_as(make.actor(person, device="Safari · iPhone")) as work:
        opened = service.open_session(work, lectures[1].uid)
    assert opened.superseded == service.Elsewhere("Chrome · Windows", study.clock.at - timedelta(seconds=15))
    study.clock.at += timedelta(seconds=15)
    with pytest.raises(service.Superseded) as refused, work_as(office.actor) as work:
        office.beat(work, 15_000, 30_000)
    assert refused.value.facts == {"device": "Safari · iPhone", "since": study.clock.at - timedelta(seconds=15)}
    with work_as(write=False) as work:
        rows = work.session.scalars(select(PlaySession).order_by(PlaySession.opened_ms)).all()
        assert [row.ended_as for row in rows] == ["superseded", None]


def test_a_closed_session_answers_repetitions_and_takes_nothing_new(work_as: Any, study: Study) -> None:
    """INV-I4, interfaces.md §4.1."""
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work)
    sitting = study.open(person, lectures[0])
    answer = study.beat(sitting, 0, 15_000, after=15)
    for _ in range(2):
        with work_as(sitting.actor) as work:
            service.close(work, sitting.session)
    with work_as(sitting.actor) as work:
        assert service.beat(work, sitting.session, sitting.answers[0][0]) == answer
    with pytest.raises(refusals.SessionClosed), work_as(sitting.actor) as work:
        sitting.beat(work, 15_000, 16_000)
    study.open(person, lectures[0])
    with pytest.raises(refusals.SessionClosed), work_as(sitting.actor) as work:
        sitting.beat(work, 15_000, 16_000)


def test_a_session_of_another_person_or_of_nobody_does_not_exist(work_as: Any, study: Study) -> None:
    """ATK-A19."""
    with work_as() as work:
        mine, other, (_course, _version, lectures) = cadre(work), cadre(work, "zhou", "周外"), taught(work)
    sitting = study.open(mine, lectures[0])
    for session in (sitting.session, make_up(mine), make_up(other)):
        with pytest.raises(NotFound), work_as(make.actor(other)) as work:
            service.beat(work, session, sitting.next(0, 1_000))
        with pytest.raises(NotFound), work_as(make.actor(other)) as work:
            service.close(work, session)


def make_up(person: Any) -> Any:
    """A session identifier in the right shape that nobody opened."""
    from app.kernel.ids import person_uid
    from tests.conftest import START

    return person_uid(person.id, START)


def test_what_was_watched_is_kept_between_sessions_and_devices(work_as: Any, study: Study) -> None:
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work)
    study.beat(study.open(person, lectures[0]), 0, 15_000, after=15, moment=Moment.PAUSED)
    with work_as(make.actor(person)) as work:
        opened = service.open_session(work, lectures[0].uid)
    assert (opened.covered, opened.resume_ms) == (((0, 15_000),), 15_000)
    with work_as(write=False) as work:
        assert work.session.get(PlayState, person.id).covered == work.session.get(Coverage, (person.id, lectures[0].id)).intervals


def test_an_hour_of_beats_adds_no_row_but_evidence_of_ten_minutes_each(work_as: Any, study: Study) -> None:
    """PERF-G3: one play_state row, one coverage row, a chunk of evidence for forty beats."""
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work, (2_400_000,))
    sitting = study.open(person, lectures[0])
    study.watch(sitting, 0, 2_400_000)
    study.open(person, lectures[0])
    with work_as(write=False) as work:
        count = {model: work.session.scalar(select(func.count()).select_from(model)) for model in (PlayState, Coverage, Evidence)}
        assert count == {PlayState: 1, Coverage: 1, Evidence: 3}
        rows = work.session.scalars(select(Evidence).order_by(Evidence.first_seq)).all()
        kept = [entry for row in rows for entry in entries(row.entries)]
        assert [entry.from_ms for entry in kept] == list(range(0, 2_400_000, 15_000))
        assert sum(entry.granted_ms for entry in kept) == 2_400_000


def test_the_receipt_tells_intervals_reasons_and_rule(work_as: Any, study: Study) -> None:
    with work_as() as work:
        person, other, (_course, _version, lectures) = cadre(work), cadre(work, "zhou", "周外"), taught(work)
    sitting = study.open(person, lectures[0])
    study.beat(sitting, 0, 15_000, after=15)
    study.beat(sitting, 0, 30_000, after=10)
    study.beat(sitting, 30_000, 40_000, after=10, visible=False)
    with work_as(sitting.actor, write=False) as work:
        receipt = queries.receipt(work, lectures[0].uid)
    assert (receipt["covered"], receipt["rule_set"]) == (((0, 30_000),), "demo@1")
    assert receipt["excluded"] == [{"reason": "already_credited", "ms": 15_000}, {"reason": "hidden", "ms": 10_000}]
    beats = receipt["sessions"][0]["beats"]
    assert [beat["granted"] for beat in beats] == [((0, 15_000),), ((15_000, 30_000),), ()]
    assert beats[0]["at"] == study.clock.at - timedelta(seconds=20)
    with work_as(make.actor(other), write=False) as work:
        assert queries.receipt(work, lectures[0].uid)["covered_ms"] == 0


def test_credit_needs_delivery_to_this_very_session(work_as: Any, study: Study) -> None:
    """ATK-A39, A41."""
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work)
    study.open(person, lectures[0])
    second = study.open(person, lectures[0], delivered=False)
    answer = study.beat(second, 0, 15_000, after=15)
    assert (answer.granted_ms, answer.excluded) == (0, ((credit.Excluded.NOT_DELIVERED, 15_000),))


def test_an_author_previews_a_draft_without_credit_and_nobody_else_sees_it(work_as: Any, study: Study) -> None:
    """ATK-A45."""
    with work_as() as work:
        author, person = make.person(work, "王讲"), cadre(work)
        _course, _version, lectures = taught(work, owner=author, state="draft")
    sitting = study.open(author, lectures[0])
    answer = study.beat(sitting, 0, 15_000, after=15)
    assert answer.excluded == ((credit.Excluded.PREVIEW, 15_000),)
    with work_as(write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Coverage)) == 0
        assert work.session.scalar(select(func.count()).select_from(CourseProgress)) == 0
    with pytest.raises(NotFound), work_as(make.actor(person)) as work:
        service.open_session(work, lectures[0].uid)


def test_a_publisher_previews_what_was_handed_in(work_as: Any) -> None:
    with work_as() as work:
        publisher = make.person(work, "陈审")
        _course, _version, lectures = taught(work, state="submitted")
    with work_as(make.actor(publisher, "catalogue.publish")) as work:
        assert not service.open_session(work, lectures[0].uid).play.policy.counts


def test_a_retired_course_runs_out_in_thirty_days_for_those_who_began(work_as: Any, study: Study) -> None:
    with work_as() as work:
        begun, late = cadre(work), cadre(work, "zhou", "周外")
        _course, version, lectures = taught(work)
    study.open(begun, lectures[0])
    with work_as() as work:
        work.session.execute(update(CourseVersion).where(CourseVersion.id == version.id).values(state="retired", retired_at=work.now))
    study.open(begun, lectures[0])
    with pytest.raises(NotFound), work_as(make.actor(late)) as work:
        service.open_session(work, lectures[0].uid)
    study.clock.at += timedelta(days=31)
    with pytest.raises(NotFound), work_as(make.actor(begun)) as work:
        service.open_session(work, lectures[0].uid)


def test_a12_a_lecture_replaced_by_a_shorter_one_credits_each_version_to_itself(work_as: Any, study: Study, heard: list[Any]) -> None:
    """ATK-A12: the session keeps the version it was opened on; nothing of it is worth anything in the new one, or beyond it."""
    with work_as() as work:
        person, author, colleague = cadre(work), make.person(work, "王讲"), make.person(work, "审核")
        course, old, (lecture,) = taught(work, (60_000,), owner=author)
        shorter = make.asset(work, author, 20_000)
    sitting = study.open(person, lecture)
    study.watch(sitting, 0, 30_000)
    with work_as(make.actor(author, "catalogue.author")) as work:
        fresh = catalogue.new_version(work, course.uid)
        replaced = work.session.scalars(select(Lecture).where(Lecture.version_id == fresh.id)).one()
        catalogue.edit_lecture(work, replaced.uid, asset_uid=shorter.uid)
        fresh.summary = "更短"
        catalogue.submit(work, fresh.uid)
    with work_as(make.actor(colleague, "catalogue.publish")) as work:
        catalogue.publish(work, fresh.uid)
    assert study.watch(sitting, 30_000, 45_000).covered == ((0, 45_000),)
    in_new = study.open(person, replaced)
    with pytest.raises(refusals.BadRange):
        study.beat(in_new, 0, 45_000, after=45)
    answer = study.beat(in_new, 0, 20_000, after=20)
    assert (answer.covered_ms, answer.complete) == (20_000, True)
    with pytest.raises(refusals.Superseded):
        study.beat(sitting, 45_000, 60_000, after=15)
    assert heard == [service.LectureCompleted(person.id, replaced.id), service.CourseCompleted(person.id, fresh.id, None)]
    with work_as(write=False) as work:
        rows = dict(work.session.execute(select(Coverage.lecture_id, Coverage.covered_ms)).all())
        media = work.session.scalars(select(PlaySession.asset_id).order_by(PlaySession.opened_ms)).all()
        assert work.session.get_one(CourseVersion, old.id).state == "retired"
    assert rows == {lecture.id: 45_000, replaced.id: 20_000}
    assert list(media) == [lecture.asset_id, shorter.id]


def test_a12_a_medium_exchanged_while_its_author_looks_at_it_earns_nothing(work_as: Any, study: Study) -> None:
    """ATK-A12: the only lecture whose medium can be exchanged in place is a draft's, and a preview never counts."""
    with work_as() as work:
        author, colleague = make.person(work, "王讲"), make.person(work, "审核")
        _course, version, (lecture,) = taught(work, (60_000,), owner=author, state="draft")
        shorter = make.asset(work, author, 20_000)
    sitting = study.open(author, lecture)
    with work_as(make.actor(author, "catalogue.author")) as work:
        catalogue.edit_lecture(work, lecture.uid, asset_uid=shorter.uid)
        catalogue.submit(work, version.uid)
    with work_as(make.actor(colleague, "catalogue.publish")) as work:
        catalogue.publish(work, version.uid)
    with pytest.raises(catalogue.NotADraft), work_as(make.actor(author, "catalogue.author")) as work:
        catalogue.edit_lecture(work, lecture.uid, asset_uid=shorter.uid)
    assert study.watch(sitting, 0, 60_000).covered == ()
    with work_as(write=False) as work:
        assert work.session.scalars(select(Coverage.covered_ms).where(Coverage.covered_ms > 0)).all() == []


def test_a_lecture_without_a_playable_medium_says_so(work_as: Any) -> None:
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work)
        work.session.get_one(type(lectures[0]), lectures[0].id).asset_id = None
    with pytest.raises(refusals.NotPlayable), work_as(make.actor(person)) as work:
        service.open_session(work, lectures[0].uid)


def test_a_looser_rule_completes_at_opening_what_was_seen_enough(work_as: Any, study: Study, heard: list[Any]) -> None:
    with work_as() as work:
        person, (_course, version, lectures) = cadre(work), taught(work)
    study.watch(study.open(person, lectures[0]), 0, 60_000)
    with work_as() as work:
        work.session.execute(update(Coverage).values(completed_at=None))
        work.session.execute(update(CourseProgress).values(completed_at=None))
    heard.clear()
    study.open(person, lectures[0])
    assert heard == [service.LectureCompleted(person.id, lectures[0].id), service.CourseCompleted(person.id, version.id, None)]


def test_a_listener_that_refuses_undoes_the_whole_beat(work_as: Any, study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_work: Any, _event: Any) -> None:
        raise Forbidden()

    monkeypatch.setitem(__import__("app.kernel.events", fromlist=["_listeners"])._listeners, service.LectureCompleted, [refuse])
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work, (15_000,))
    sitting = study.open(person, lectures[0])
    with pytest.raises(Forbidden):
        study.beat(sitting, 0, 15_000, after=15)
    with work_as(write=False) as work:
        assert work.session.get(PlayState, person.id).seq == 0
        assert work.session.get(Coverage, (person.id, lectures[0].id)) is None


def test_home_cards_lead_to_the_lecture_and_second_where_study_goes_on(work_as: Any, study: Study) -> None:
    with work_as() as work:
        person, (course, _version, lectures) = cadre(work), taught(work, (60_000, 60_000), title="公文写作规范")
        taught(work, (60_000,), title="未开始的课程")
    study.watch(study.open(person, lectures[0]), 0, 60_000)
    with work_as(write=False) as work:
        [card] = queries.studying(work, person.id, 4)
        assert (card.course_uid, card.lecture_no, card.resume_ms, card.lectures_done) == (course.uid, 2, 0, 1)
    study.beat(study.open(person, lectures[1]), 0, 15_000, after=15)
    with work_as(write=False) as work:
        [card] = queries.studying(work, person.id, 4)
        assert (card.lecture_no, card.resume_ms, card.covered_ms, card.covered_percent, card.left_ms) == (2, 15_000, 15_000, 25, 45_000)
    study.watch(study.open(person, lectures[1]), 15_000, 60_000)
    with work_as(write=False) as work:
        assert queries.studying(work, person.id, 4) == []


def test_coverage_read_from_the_row_is_what_the_engine_gave(work_as: Any, study: Study) -> None:
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work)
    sitting = study.open(person, lectures[0])
    study.beat(sitting, 30_000, 45_000, after=15)
    answer = study.beat(sitting, 0, 10_000, after=10)
    with work_as(write=False) as work:
        row = work.session.get(Coverage, (person.id, lectures[0].id))
        assert spans.from_bytes(row.intervals) == answer.covered == ((0, 10_000), (30_000, 45_000))
        assert (row.covered_ms, row.position_ms) == (25_000, 10_000)


def test_delivered_ranges_survive_many_segments(work_as: Any, study: Study) -> None:
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work)
    sitting = study.open(person, lectures[0], delivered=False)
    with work_as() as work:
        deliver_all(work, sitting.session)
    assert study.beat(sitting, 0, 15_000, after=15).granted_ms == 15_000


def test_a_ledger_line_of_a_course_shows_the_lectures_and_the_quiz_behind_it(work_as: Any, study: Study, app: Any) -> None:
    from app.kernel.i18n import in_locale
    from app.ledger import service as ledger

    with work_as() as work:
        person, (course, version, lectures) = cadre(work), taught(work, (30_000, 20_000))
        exams.create_closing_quiz(work, version.id, "随堂测验", _questions(), pass_mark=60, max_attempts=3, limit_minutes=20)
    sitting = study.open(person, lectures[0])
    study.beat(sitting, 0, 12_000, after=12)
    study.beat(sitting, 15_000, 30_000, after=15)
    with work_as() as work:
        service.quiz_passed(work, person.id, version.id, Decimal("80"))
    with app.test_request_context("/"), in_locale("zh_Hans_CN"), work_as(write=False) as work:
        first, second, quiz = ledger.evidence(work, person.id, "course", str(version.uid))
        assert (first.title, first.done, second.done) == ("第 1 讲 第 1 讲", True, False)
        assert first.href == f"/courses/{course.uid}/lectures/{lectures[0].uid}"
        assert dict(first.facts)["片段"] == "0:00–0:12，0:15–0:30"
        assert dict(quiz.facts)["得分"] == "80"
        assert ledger.evidence(work, person.id, "course", "2006-17") == ()
        assert ledger.evidence(work, person.id, "claim", str(version.uid)) == ()
