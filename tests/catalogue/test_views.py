"""The pages on which an instructor writes a course."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.catalogue.models import Course, CourseVersion, Lecture
from app.people.models import Person
from tests import make
from tests.exams import build
from tests.exams.build import WorkAs
from tests.exams.test_views import Reader

pytestmark = pytest.mark.sqlite_only
CHAPTERS = [{"at_ms": 0, "title": "先听懂"}, {"at_ms": 14_183, "title": "再开口"}]


@pytest.fixture
def draft(work_as: WorkAs) -> tuple[Person, Lecture]:
    """An instructor and the lecture of a draft of his, with two chapters."""
    with work_as() as work:
        owner = make.person(work, "顾讲")
        make.grant(work, owner, "instructor")
        _course, _version, [lecture] = make.course(work, owner, [30_000], state="draft")
        lecture.chapters = CHAPTERS
        return owner, lecture


@pytest.fixture
def lecture(draft: tuple[Person, Lecture]) -> Lecture:
    return draft[1]


@pytest.fixture
def author(app: Flask, work_as: WorkAs, draft: tuple[Person, Lecture]) -> Reader:
    """The browser of the draft's author."""
    http = app.test_client()
    build.sign_in(http, work_as, draft[0])
    return Reader(http)


def shown(author: Reader, lecture: Lecture) -> str:
    """What stands in the field of chapters."""
    found = re.search(r'<textarea[^>]*name="chapters"[^>]*>(.*?)</textarea>', author.read(f"/studio/lectures/{lecture.uid}"), re.S)
    assert found
    return html.unescape(found[1]).replace("\r\n", "\n").strip()


def save(author: Reader, work_as: WorkAs, lecture: Lecture, chapters: str) -> list[dict[str, object]]:
    """Keep the form with these chapters; what the lecture has then."""
    sent = {"title": "第一讲", "asset": "", "is_mandatory": "y", "summary": "", "chapters": chapters}
    status, answer = author.post(f"/studio/lectures/{lecture.uid}", sent)
    assert status == 303, answer
    with work_as(write=False) as work:
        return list(work.session.scalars(select(Lecture.chapters).where(Lecture.uid == lecture.uid)).one())


def test_chapters_are_shown_as_they_are_typed(author: Reader, lecture: Lecture) -> None:
    assert shown(author, lecture) == "0:00 先听懂\n0:14 再开口"


def test_saving_what_is_shown_changes_no_chapter(author: Reader, lecture: Lecture, work_as: WorkAs) -> None:
    assert save(author, work_as, lecture, shown(author, lecture)) == CHAPTERS


@pytest.mark.parametrize(("typed", "kept"), [("0:05 新的一节", [{"at_ms": 5_000, "title": "新的一节"}]), ("", [])])
def test_chapters_are_changed_and_taken_away(author: Reader, lecture: Lecture, work_as: WorkAs, typed: str, kept: object) -> None:
    assert save(author, work_as, lecture, typed) == kept


def test_for_whom_a_course_is_is_ticked_kept_and_shown_again(author: Reader, lecture: Lecture, work_as: WorkAs) -> None:
    with work_as(write=False) as work:
        version = work.session.get_one(CourseVersion, lecture.version_id)
    said = {
        "title": version.title,
        "title_en": "",
        "topics": "",
        "lecturer": "王讲",
        "summary": "一门课程",
        "objectives": "",
        "subject_kind": "",
    }
    page = f"/studio/courses/{version.uid}/edit"
    assert author.post(page, {**said, "levels": ["division", "bureau"], "teams": ["party_gov"]})[0] == 303
    with work_as(write=False) as work:
        course = work.session.get_one(Course, version.course_id)
        assert (set(course.levels), course.position_classes, course.teams) == ({"division", "bureau"}, [], ["party_gov"])
    ticked = set(re.findall(r'<input[^>]*checked[^>]*value="(\w+)"', author.read(page)))
    assert ticked == {"division", "bureau", "party_gov"}
    assert author.post(page, {**said, "levels": ["emperor"]})[0] == 422
    assert author.post(page, said)[0] == 303
    with work_as(write=False) as work:
        assert work.session.get_one(Course, version.course_id).levels == []
