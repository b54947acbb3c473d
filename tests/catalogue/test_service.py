"""Courses: written by one person, published by another, frozen from then on."""

from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import select, update

from app.catalogue import queries, service
from app.catalogue.actions import Action
from app.catalogue.models import Course, CourseVersion, VersionState
from app.kernel.errors import Invalid, NotFound
from app.kernel.events import _listeners
from tests import make


@pytest.fixture
def cast(work_as):
    """An instructor, a colleague who publishes, and another instructor."""
    with work_as() as work:
        return {name: make.person(work, name) for name in ("王讲", "裴审", "温教")}


@pytest.fixture
def author(cast):
    return make.actor(cast["王讲"], Action.AUTHOR)


@pytest.fixture
def publisher(cast):
    return make.actor(cast["裴审"], Action.PUBLISH, Action.RETIRE)


def written(work_as, author, *, seconds=30, **fields):
    """A complete draft of one lecture."""
    with work_as(author) as work:
        version = service.create_course(work, title="领导沟通技巧", framework="competence", summary="简介", lecturer="王讲", **fields)
        film = make.asset(work, type("Owner", (), {"id": author.person_id}), seconds * 1000)
        service.add_lecture(work, version.uid, title="第一讲", asset_id=film.id)
        return version.uid


def test_a_colleague_publishes_and_hours_are_frozen(work_as, author, publisher):
    uid = written(work_as, author)
    with work_as(author) as work:
        service.submit(work, uid)
    with work_as(publisher) as work:
        version = service.publish(work, uid)
        assert (version.state, version.nominal_hours, version.nominal_ms) == (VersionState.PUBLISHED, Decimal("0.25"), 30_000)
        assert version.rule_set_version.startswith("demo@")
        assert work.session.get_one(Course, version.course_id).current_version_id == version.id


def test_nobody_publishes_his_own_course(work_as, cast, author):
    uid = written(work_as, author)
    with work_as(author) as work:
        service.submit(work, uid)
    both = make.actor(cast["王讲"], Action.AUTHOR, Action.PUBLISH)
    with pytest.raises(service.OwnCourse), work_as(both) as work:
        service.publish(work, uid)


def test_a_draft_without_lectures_is_not_handed_in(work_as, author):
    with work_as(author) as work:
        uid = service.create_course(work, title="空", framework="loyalty").uid
    with pytest.raises(service.NotComplete) as refused, work_as(author) as work:
        service.submit(work, uid)
    assert {lack["code"] for lack in refused.value.facts["lacks"]} == {"summary", "no_mandatory_lecture"}


def test_what_was_handed_in_is_not_edited(work_as, author):
    uid = written(work_as, author)
    with work_as(author) as work:
        service.submit(work, uid)
    with pytest.raises(service.NotADraft), work_as(author) as work:
        service.edit_version(work, uid, title="另一个名称")
    with work_as(author) as work:
        service.take_back(work, uid)
        assert service.edit_version(work, uid, title="另一个名称").title == "另一个名称"


def test_another_instructors_course_is_not_there(work_as, cast, author):
    uid = written(work_as, author)
    with pytest.raises(NotFound), work_as(make.actor(cast["温教"], Action.AUTHOR)) as work:
        service.own_version(work, uid)


def test_two_publishers_in_the_same_moment_publish_once(work_as, author, publisher):
    uid = written(work_as, author)
    with work_as(author) as work:
        service.submit(work, uid)
    with work_as(publisher) as work:
        service.publish(work, uid)
    with pytest.raises(service.WrongState), work_as(publisher) as work:
        service.publish(work, uid)


def test_a_new_version_copies_and_replaces(work_as, author, publisher):
    uid = written(work_as, author)
    with work_as(author) as work:
        service.submit(work, uid)
    with work_as(publisher) as work:
        course = work.session.get_one(Course, service.publish(work, uid).course_id).uid
    with work_as(author) as work:
        second = service.new_version(work, course)
        assert service.new_version(work, course).id == second.id
        assert [lecture.title for lecture, _ in queries.lectures(work, second.id)] == ["第一讲"]
        service.submit(work, second.uid)
    with work_as(publisher) as work:
        service.publish(work, second.uid)
        states = dict(list(work.session.execute(select(CourseVersion.number, CourseVersion.state))))  # a Result has keys()
    assert states == {1: "retired", 2: "published"}


def test_a_listener_may_stop_a_publication(work_as, author, publisher):
    uid = written(work_as, author)
    with work_as(author) as work:
        service.submit(work, uid)

    def stop(work, event):
        raise Invalid("not yet")

    _listeners[service.CoursePublished].append(stop)
    try:
        with pytest.raises(Invalid), work_as(publisher) as work:
            service.publish(work, uid)
    finally:
        _listeners[service.CoursePublished].remove(stop)
    with work_as(write=False) as work:
        assert work.session.scalars(select(CourseVersion.state)).one() == "submitted"


def test_retiring_takes_it_out_of_the_catalogue(work_as, author, publisher):
    uid = written(work_as, author)
    with work_as(author) as work:
        service.submit(work, uid)
    with work_as(publisher) as work:
        service.publish(work, uid)
        assert service.retire(work, uid).state == VersionState.RETIRED


def test_lectures_change_places_and_are_removed(work_as, author):
    uid = written(work_as, author)
    with work_as(author) as work:
        second = service.add_lecture(work, uid, title="第二讲").uid
        service.move_lecture(work, second, up=True)
        service.move_lecture(work, second, up=True)
        version = service.own_version(work, uid)
        assert [lecture.title for lecture, _ in queries.lectures(work, version.id)] == ["第二讲", "第一讲"]
        assert service.remove_lecture(work, second).lecture_count == 1


def test_a_course_code_stands_once(work_as, author):
    with pytest.raises(Invalid) as refused, work_as(author) as work:
        service.create_course(work, title="甲", framework="loyalty", code="X-1")
        service.create_course(work, title="乙", framework="loyalty", code="X-1")
    assert refused.value.field == "code"


def test_the_desk_lists_by_state_with_a_keyset(work_as, author, publisher):
    for _ in range(3):
        uid = written(work_as, author)
        with work_as(author) as work:
            service.submit(work, uid)
    with work_as(publisher, write=False) as work:
        page = queries.versions_in(work, VersionState.SUBMITTED)
        assert len(page.items) == 3
        assert page.next is None
        assert queries.versions_in(work, VersionState.PUBLISHED).items == ()


def test_a_published_version_is_never_a_draft_again(work_as, author, publisher):
    uid = written(work_as, author)
    with work_as(author) as work:
        service.submit(work, uid)
    with work_as(publisher) as work:
        service.publish(work, uid)
    with pytest.raises(service.WrongState), work_as(author) as work:
        service.take_back(work, uid)
    with work_as() as work:
        work.session.execute(update(CourseVersion).values(state="retired"))
    with pytest.raises(service.WrongState), work_as(publisher) as work:
        service.publish(work, uid)


def test_nobody_hands_in_what_is_being_edited(work_as, author):
    """Whoever edits a draft holds it to the end of his work; handing in waits and sees what was written."""
    uid = written(work_as, author)

    def hand_in():
        with work_as(author) as work:
            service.submit(work, uid)

    with work_as(author) as work:
        service.edit_version(work, uid, summary="改过的简介")
        other = Thread(target=hand_in)
        other.start()
        other.join(1)
        assert other.is_alive()
    other.join(30)
    with work_as(author, write=False) as work:
        version = service.own_version(work, uid)
        assert (version.state, version.summary) == (VersionState.SUBMITTED, "改过的简介")
    with pytest.raises(service.NotADraft), work_as(author) as work:
        service.edit_version(work, uid, summary="太迟了")
