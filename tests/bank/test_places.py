"""The lecture second that teaches a question: held against the published course, said in files, linked after release."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bank import service
from app.bank.models import QuestionVersion
from app.bank.queries import lists
from app.bank.rules import places
from app.bank.rules.formats import excel, moodle
from app.bank.rules.places import Place
from app.bank.service import Faulty
from app.kernel.work import College
from tests import make
from tests.bank import build
from tests.bank.build import WorkAs
from tests.bank.test_views import SINGLE, _enter, _post
from tests.exams import build as sitting
from tests.exams import papers


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.builds(Place, st.from_regex(r"[a-z0-9甲-龙-]{1,40}", fullmatch=True), st.integers(1, 999), st.integers(0, 59_999)))
def test_a_place_is_read_as_it_was_said(place: Place) -> None:
    assert places.read(places.said(place)) == place


@pytest.mark.parametrize(("text", "second"), [
    ("0:00", 0), ("12:34", 754), ("１２：３４", 754), ("75:00", 4500), ("1:02:03", 3723), (" 3:05 ", 185),
    ("", None), ("12", None), ("12:60", None), ("1:60:00", None), ("-1:00", None), ("a:bc", None), ("12:3", None), ("99:59:59", None),
])  # fmt: skip
def test_a_moment_is_minutes_and_seconds(text: str, second: int | None) -> None:
    assert places.seconds(text) == second


def course(work_as: WorkAs) -> str:
    """A published course of two lectures of a minute; its code."""
    with work_as() as work:
        made, _version, _lectures = make.course(work, make.person(work, "钱课"), [60_000, 90_000], state="published")
        return made.code


@pytest.mark.parametrize(("lecture", "second", "field"), [(1, 61, "at"), (3, 0, "lecture"), (0, 0, "lecture")])
def test_a_place_that_is_not_there_is_refused(work_as: WorkAs, lecture: int, second: int, field: str) -> None:
    code, author = course(work_as), build.author(work_as)
    with pytest.raises(Faulty) as refused, work_as(author) as work:
        service.add(work, replace(build.single(), place=Place(code, lecture, second)))
    assert [one.field for one in refused.value.found] == [field]
    with pytest.raises(Faulty) as refused, work_as(author) as work:
        service.add(work, replace(build.single(), place=Place("nothing", 1, 0)))
    assert [one.code for one in refused.value.found] == ["course_unknown"]


def test_a_place_is_written_shown_changed_and_taken_away_in_the_editor(client: FlaskClient, work_as: WorkAs) -> None:
    code = course(work_as)
    _enter(client, work_as, "instructor")
    late = _post(client, "/studio/bank/new?kind=single", **SINGLE, course=code, lecture="2", at="1:31")
    told = late.get_data(as_text=True)
    assert late.status_code == 422 and 'id="at-err"' in told and "该讲到 1:30 为止" in told and 'value="1:31"' in told
    assert '<option value="1">' in told and '<option value="2">' in told, "the lectures of the course are offered"
    half = _post(client, "/studio/bank/new?kind=single", **SINGLE, course=code)
    assert half.status_code == 422 and 'id="lecture-err"' in half.get_data(as_text=True)
    saved = _post(client, "/studio/bank/new?kind=single", **SINGLE, course=code, lecture="2", at="1:30")
    assert saved.status_code == 303
    assert "1:30" in client.get(saved.location).get_data(as_text=True)
    edit = client.get(f"{saved.location}/edit").get_data(as_text=True)
    assert f'value="{code}"' in edit and 'value="1:30"' in edit
    _post(client, f"{saved.location}/edit", **SINGLE)
    with work_as(write=False) as work:
        last = work.session.query(QuestionVersion).order_by(QuestionVersion.number.desc()).first()
        assert last is not None and (last.number, last.lecture_id) == (2, None)


@pytest.mark.parametrize("writer", [excel, moodle])
def test_a_place_goes_out_and_comes_in(college: College, work_as: WorkAs, writer: object) -> None:
    code, author = course(work_as), build.author(work_as)
    build.add(work_as, author, replace(build.single(), place=Place(code, 2, 75)))
    with work_as(author, write=False) as work:
        made, _ending, _type, _count = service.export(work, lists.Wanted(), "excel" if writer is excel else "moodle")
    uid = service.examine(college, author, made.content)
    with work_as(author) as work:
        service.carry_out(work, uid)
        found = lists.drafts(work, lists.Wanted(import_uid=uid), 5)
        assert service.told(work, found)[0].place == Place(code, 2, 75)


def test_a_file_that_names_a_lecture_nobody_knows_is_put_right_first(college: College, work_as: WorkAs) -> None:
    code, author = course(work_as), build.author(work_as)
    drafts = [replace(build.single(at), place=place) for at, place in enumerate((Place(code, 1, 3), Place(code, 9, 3), Place("x", 1, 3)))]
    uid = service.examine(college, author, moodle.write(drafts).content)
    with work_as(author, write=False) as work:
        kept = lists.own_import(work, uid)
        assert service.counts(work, kept.id) == (1, 2)
        rows = lists.import_rows(work, kept.id, bad=True)
    assert [finding[2] for one in rows for finding in one.findings] == ["lecture_unknown", "course_unknown"]


def test_whoever_missed_it_is_led_to_the_second_that_teaches_it(client: FlaskClient, work_as: WorkAs) -> None:
    code, author, reviewer = course(work_as), build.author(work_as), build.reviewer(work_as)
    for at in range(2):
        uid = build.handed_in(work_as, author, replace(build.single(at), place=Place(code, 2, 42), topic="讲授"))
        with work_as(reviewer) as work:
            service.move(work, uid, "approved")
    exam = papers.opened(work_as, papers.rows(2, topic="讲授"), max_attempts=1).uid
    lee = papers.candidate(work_as)
    attempt = sitting.start(work_as, lee, exam)
    from app.exams import service as exams
    from app.people.models import Person

    with work_as(lee) as work:
        exams.submit(work, attempt.attempt)
        person = work.session.get_one(Person, lee.person_id)
    sitting.sign_in(client, work_as, person)
    page = client.get(f"/exams/attempts/{attempt.attempt}/result").get_data(as_text=True)
    assert page.count("?t=42#t=42") == 3, "beside each question, and once beside their topic"
    assert isinstance(exam, UUID)
