"""Verbs of the catalogue: write a course, hand it in, publish, retire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from app.catalogue import rules
from app.catalogue.actions import Action
from app.catalogue.models import Course, CourseTopic, CourseVersion, Framework, Lecture, LectureKind, Topic, VersionState
from app.kernel.clock import civil
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.media import service as media
from app.rulebook import service as rulebook

RUN_OUT = timedelta(days=30)
"""How long those who have begun may finish a retired course (domain.md §8)."""


class NotADraft(Conflict):
    """A version that was handed in or published is not edited."""

    code, text = "version_not_draft", _l("This version has been handed in or published and can no longer be edited.")


class WrongState(Conflict):
    """Someone has moved the version in the meantime."""

    code, text = "version_state", _l("This version is no longer in the state you saw. Please reload the page.")


class OwnCourse(Forbidden):
    """Author and publisher are two persons (REQ-R21, invariant 7)."""

    code, text = "author_is_publisher", _l("You wrote this course; someone else has to publish it.")


class NotComplete(Invalid):
    """The version lacks something; `lacks` lists what."""

    code, text = "version_incomplete", _l("The course is not complete yet.")


@dataclass(frozen=True)
class CoursePublished:
    """A version can be studied from now on. A listener that refuses stops the publication."""

    version_id: int


@dataclass(frozen=True)
class CourseRetired:
    """A version is no longer in the catalogue; no other one took its place."""

    version_id: int


@dataclass(frozen=True)
class VersionBegun:
    """A draft was begun as a copy of a published version; what belongs to the old one is copied along."""

    old_id: int
    new_id: int


AUDIENCE = ("levels", "position_classes", "teams")
"""For whom a course is; without a list it is for everybody."""


def create_course(work: Work, *, title: str, framework: str, code: str = "", **fields: Any) -> CourseVersion:
    """A new course with its first draft, owned by the actor."""
    work.require(Action.AUTHOR)
    if framework not in set(Framework):
        raise Invalid(_l("Choose one of the three frameworks."), field="framework")
    uid = work.new_uid()
    code = code or f"C{civil(work.now):%y%m%d}-{uid.hex[-6:]}"
    if work.session.scalar(select(Course.id).where(Course.code == code)) is not None:
        raise Invalid(_l("The course code %(code)s is already in use."), field="code", code=code)
    author = fields.pop("author_id", None) or work.person_id
    course = Course(
        uid=uid, code=code, framework=framework, is_featured=fields.pop("is_featured", False), owner_id=author, created_at=work.now,
        **{name: list(fields.pop(name, ())) for name in AUDIENCE},
    )  # fmt: skip
    work.session.add(course)
    work.session.flush()
    version = CourseVersion(uid=work.new_uid(), course_id=course.id, title=title, author_id=author, created_at=work.now, **fields)
    work.session.add(version)
    work.session.flush()
    return version


def set_topics(work: Work, course_id: int, names: Sequence[tuple[str, str]], framework: str) -> None:
    """File a course under topics (Chinese, English), which are made where they are new."""
    for name_zh, name_en in names:
        topic = work.session.scalar(select(Topic).where(Topic.code == name_zh))
        if topic is None:
            topic = Topic(code=name_zh, name_zh=name_zh, name_en=name_en, framework=framework)
            work.session.add(topic)
            work.session.flush()
        work.session.merge(CourseTopic(course_id=course_id, topic_id=topic.id))


def draft(work: Work, uid: UUID) -> CourseVersion:
    """The actor's own draft; 404 for another's, 409 once it is handed in."""
    version = own_version(work, uid)
    if version.state != VersionState.DRAFT:
        raise NotADraft()
    return version


def own_version(work: Work, uid: UUID) -> CourseVersion:
    """A version the actor wrote; in a work that writes, held until its end, so that nobody hands in what is being edited."""
    found = select(CourseVersion).where(CourseVersion.uid == uid).execution_options(populate_existing=work.writes)
    version = work.session.scalar(found.with_for_update() if work.writes else found)
    if version is None or not (work.actor.is_system or version.author_id == work.actor.person_id):
        raise NotFound()
    return version


def edit_version(work: Work, uid: UUID, **fields: Any) -> CourseVersion:
    """Change what a draft says, and for whom its course is, which counts at once like its topics."""
    version = draft(work, uid)
    course = work.session.get_one(Course, version.course_id)
    for name in AUDIENCE:
        if name in fields:
            setattr(course, name, list(fields.pop(name)))
    for name, value in fields.items():
        setattr(version, name, value)
    return version


def add_lecture(work: Work, version_uid: UUID, *, title: str, asset_id: int | None = None, **fields: Any) -> Lecture:
    """Append a lecture to a draft."""
    version = draft(work, version_uid)
    last = work.session.scalar(select(func.max(Lecture.position)).where(Lecture.version_id == version.id))
    lecture = Lecture(uid=work.new_uid(), version_id=version.id, position=(last or 0) + 1, title=title, **fields)
    work.session.add(lecture)
    if asset_id is not None:
        _attach(work, lecture, asset_id)
    version.lecture_count += 1
    work.session.flush()
    return lecture


def draft_lecture(work: Work, uid: UUID) -> tuple[Lecture, CourseVersion]:
    """A lecture of the actor's own draft, with the draft."""
    lecture = work.session.scalar(select(Lecture).where(Lecture.uid == uid))
    if lecture is None:
        raise NotFound()
    version = work.session.get_one(CourseVersion, lecture.version_id)
    return lecture, draft(work, version.uid)


def edit_lecture(work: Work, uid: UUID, **fields: Any) -> Lecture:
    """Change a lecture of a draft; `asset_uid` attaches another medium."""
    lecture, _version = draft_lecture(work, uid)
    asset_uid = fields.pop("asset_uid", None)
    for name, value in fields.items():
        setattr(lecture, name, value)
    if asset_uid is not None:
        _attach(work, lecture, media.own_asset(work, asset_uid).id)
    return lecture


def _attach(work: Work, lecture: Lecture, asset_id: int) -> None:
    """Give a lecture its medium; kind, length and chapters follow it."""
    asset = media.asset(work, asset_id)
    lecture.asset_id, lecture.duration_ms = asset.id, asset.duration_ms
    lecture.kind = LectureKind(asset.kind)
    lecture.chapters = lecture.chapters or list(asset.chapters or [])


def move_lecture(work: Work, uid: UUID, *, up: bool) -> None:
    """Exchange a lecture of a draft with its neighbour; at the end of the list nothing happens."""
    lecture, version = draft_lecture(work, uid)
    rows = list(work.session.scalars(select(Lecture).where(Lecture.version_id == version.id).order_by(Lecture.position)))
    here = rows.index(lecture)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here].position, rows[there].position = rows[there].position, rows[here].position


def remove_lecture(work: Work, uid: UUID) -> CourseVersion:
    """Take a lecture out of a draft; its medium stays."""
    lecture, version = draft_lecture(work, uid)
    work.session.delete(lecture)
    version.lecture_count -= 1
    return version


def facts(work: Work, version: CourseVersion) -> list[rules.LectureFacts]:
    """What the rules look at, with lengths read afresh from the media."""
    rows = list(work.session.scalars(select(Lecture).where(Lecture.version_id == version.id).order_by(Lecture.position)))
    found = []
    for lecture in rows:
        asset = media.asset(work, lecture.asset_id) if lecture.asset_id is not None else None
        playable = asset is not None and media.is_playable(asset)
        if asset is not None and version.state in (VersionState.DRAFT, VersionState.SUBMITTED):
            lecture.duration_ms = asset.duration_ms
        found.append(
            rules.LectureFacts(lecture.title, playable, bool(asset and asset.captions_vtt), lecture.is_mandatory, lecture.duration_ms)
        )
    return found


def missing(work: Work, version: CourseVersion) -> tuple[rules.Lack, ...]:
    """What the version still lacks before it can be handed in."""
    return rules.lacks(version.title, version.summary, version.is_compulsory, facts(work, version))


def submit(work: Work, uid: UUID) -> CourseVersion:
    """Hand a complete draft in for publication."""
    version = draft(work, uid)
    if found := missing(work, version):
        raise NotComplete(lacks=[{"code": lack.code, "lecture": lack.lecture} for lack in found])
    _move(work, version, VersionState.SUBMITTED, submitted_at=work.now)
    return version


def take_back(work: Work, uid: UUID) -> CourseVersion:
    """The author takes a handed-in version back to go on writing."""
    version = own_version(work, uid)
    _move(work, version, VersionState.DRAFT, submitted_at=None)
    return version


def submitted(work: Work, uid: UUID, action: Action = Action.PUBLISH) -> CourseVersion:
    """A version as those meet it who decide on it; drafts are not there for them."""
    work.require(action)
    version = work.session.scalar(select(CourseVersion).where(CourseVersion.uid == uid))
    if version is None or version.state == VersionState.DRAFT:
        raise NotFound()
    return version


def publish(work: Work, uid: UUID) -> CourseVersion:
    """Make a handed-in version the one that is studied; its hours are frozen with the rule in force today."""
    version = submitted(work, uid)
    if version.author_id == work.actor.person_id:
        raise OwnCourse()
    lectures = facts(work, version)
    rule_set = rulebook.in_force(work, work.settings.rule_set, civil(work.now).date())
    seconds = [lecture.duration_ms // 1000 for lecture in lectures if lecture.is_mandatory]
    nominal = rulebook.convert(rule_set, "online_course", seconds, test_passed=True)
    _move(
        work, version, VersionState.PUBLISHED, published_at=work.now, publisher_id=work.actor.person_id, nominal_hours=nominal.hours,
        nominal_ms=rules.nominal_ms(lectures), rule_set_version=rule_set.pin, lecture_count=len(lectures),
    )  # fmt: skip
    course = work.session.get_one(Course, version.course_id)
    if course.current_version_id is not None:
        earlier = update(CourseVersion).where(CourseVersion.id == course.current_version_id, CourseVersion.state == VersionState.PUBLISHED)
        work.session.execute(earlier.values(state=VersionState.RETIRED, retired_at=work.now))
    course.current_version_id = version.id
    work.session.flush()
    announce(work, CoursePublished(version.id))
    return version


def send_back(work: Work, uid: UUID) -> CourseVersion:
    """Return a handed-in version to its author."""
    version = submitted(work, uid)
    _move(work, version, VersionState.DRAFT, submitted_at=None)
    return version


def retire(work: Work, uid: UUID) -> CourseVersion:
    """Take a published course out of the catalogue; earned hours stay, running learners have 30 days."""
    version = submitted(work, uid, Action.RETIRE)
    _move(work, version, VersionState.RETIRED, retired_at=work.now)
    announce(work, CourseRetired(version.id))
    return version


def new_version(work: Work, course_uid: UUID) -> CourseVersion:
    """A draft that begins as a copy of what is published; one draft at a time."""
    course = work.session.scalar(select(Course).where(Course.uid == course_uid))
    if course is None or course.owner_id != work.actor.person_id or course.current_version_id is None:
        raise NotFound()
    open_draft = select(CourseVersion).where(
        CourseVersion.course_id == course.id, CourseVersion.state.in_([VersionState.DRAFT, VersionState.SUBMITTED])
    )
    if (found := work.session.scalar(open_draft)) is not None:
        return found
    old = work.session.get_one(CourseVersion, course.current_version_id)
    highest = work.session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)) or 0
    kept = ("major", "title", "title_en", "summary", "summary_en", "objectives", "lecturer", "is_compulsory", "subject_kind",
            "list_years")  # fmt: skip
    version = CourseVersion(uid=work.new_uid(), course_id=course.id, number=highest + 1, author_id=work.person_id, created_at=work.now,
                            lecture_count=old.lecture_count, **{name: getattr(old, name) for name in kept})  # fmt: skip
    work.session.add(version)
    work.session.flush()
    for lecture in work.session.scalars(select(Lecture).where(Lecture.version_id == old.id).order_by(Lecture.position)):
        same = ("position", "title", "kind", "asset_id", "duration_ms", "is_mandatory", "summary", "chapters")
        work.session.add(Lecture(uid=work.new_uid(), version_id=version.id, **{name: getattr(lecture, name) for name in same}))
    work.session.flush()
    announce(work, VersionBegun(old.id, version.id))
    return version


def _move(work: Work, version: CourseVersion, state: VersionState, **values: Any) -> None:
    """Change the state by conditional UPDATE; one row, or someone was faster."""
    allowed = [now for now, after in rules.NEXT.items() if state in after]
    statement = update(CourseVersion).where(CourseVersion.id == version.id, CourseVersion.state.in_(allowed)).values(state=state, **values)
    work.session.flush()
    if not changed_one(work.session, statement):
        raise WrongState()
    work.session.refresh(version)
