"""The exams a person meets: the list, the start page, and what a course page says of its quiz."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select

from app.catalogue.models import Course, CourseVersion
from app.classes.queries import Named
from app.exams.models import Attempt, AttemptState, Exam, ExamKind, ExamPlan, ExamQuestion, ExamState, QuizSource
from app.exams.queries import planning
from app.exams.queries.planning import Planned
from app.exams.rules.sessions import Band, grade
from app.exams.rules.timing import Past, Start, decide_start
from app.exams.service import port, refusals
from app.exams.service.sittings import released, sitting_of
from app.kernel.errors import NotFound, Refusal
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work

SIZE = 50
Begun = Mapping[int, Refusal | None]


@dataclass(frozen=True)
class Sat:
    """One attempt as the lists show it."""

    uid: UUID
    number: int
    is_running: bool
    ends_at: datetime
    submitted_at: datetime | None
    score: Decimal | None
    passed: bool
    is_being_marked: bool = False
    is_annulled: bool = False
    is_forgiven: bool = False


def full_name(course: str, title: str) -> str:
    """Course and title of an exam; a title that says its course already stands alone."""
    return title if not course or course in title else f"{course} · {title}"


@dataclass(frozen=True)
class ExamRow:
    """One exam as its candidate meets it: what it asks, what was sat, whether it can be started, and if not, why."""

    uid: UUID
    title: str
    kind: str
    course: UUID | None
    course_title: str
    pass_mark: int
    max_attempts: int
    limit_minutes: int
    cooling_minutes: int
    opens_at: datetime | None
    closes_at: datetime | None
    questions: int
    attempts: tuple[Sat, ...]
    start: Start
    attempts_left: int
    since: datetime | None
    reason: str
    about: str = ""
    bands: tuple[tuple[int, str], ...] = ()
    has_password: bool = False
    extra_minutes: int = 0
    is_sequential: bool = False
    hours: Decimal = Decimal(0)
    is_held: bool = False
    """Whether the results are in but not released yet; nothing of them is here then (INV-I18)."""
    results_at: datetime | None = None
    """When what waits for the window is out: those with extra time write on past its close."""
    is_graded: bool = True
    """Whether there is a score and a pass; of a self-test there is neither."""
    is_foreign: bool = False
    """Whether it is for others altogether, or he had a hand in it; the list leaves it out."""
    is_fixed: bool = False
    """Whether everybody is asked the same questions, each time."""
    classes: tuple[Named, ...] = ()
    """The training classes whose members may sit; none where it is not for a class."""
    courses: tuple[planning.CourseCalled, ...] = ()
    """The courses to have been finished first."""
    release: str = ""
    """What of a result its candidate sees, and when."""

    @property
    def name(self) -> str:
        """What its pages are called."""
        return full_name(self.course_title, self.title)

    @property
    def is_open(self) -> bool:
        """Whether an attempt can be started or resumed now."""
        return self.start in (Start.NEW, Start.RESUME) and not self.reason

    @property
    def writes_until(self) -> datetime | None:
        """When this person's writing ends at the latest: the close, and his extra time after it."""
        return self.closes_at + timedelta(minutes=self.extra_minutes) if self.closes_at else None

    @property
    def running(self) -> Sat | None:
        """The attempt being written."""
        return next((one for one in self.attempts if one.is_running), None)

    @property
    def last(self) -> Sat | None:
        """The latest attempt that was handed in."""
        return next((one for one in reversed(self.attempts) if not one.is_running), None)

    @property
    def best(self) -> Sat | None:
        """The attempt that counts: the one that passed, else the one with the highest score."""
        done = [one for one in self.attempts if not one.is_running and one.score is not None]
        return max(done, key=lambda one: (one.passed, one.score or 0, -one.number), default=None)

    @property
    def grade(self) -> str:
        """The grade of the attempt that counts; empty where there is none."""
        return (
            grade([Band(least, name) for least, name in self.bands], self.best.score) if self.best and self.best.score is not None else ""
        )

    @property
    def has_passed(self) -> bool:
        """Whether some attempt passed."""
        return any(one.passed for one in self.attempts)


@dataclass(frozen=True)
class QuizRow:
    """The closing quiz of a course version, as its course page shows it to the acting person."""

    exam_id: int
    uid: UUID
    title: str
    pass_mark: int
    max_attempts: int
    limit_minutes: int
    attempts_left: int
    passed: bool
    running: UUID | None
    score: Decimal | None


def my_exams(work: Work, page: str | None = None) -> Page[ExamRow]:
    """Exams the person has sat, has come near by studying, or that are meant for people like him; newest first."""
    key = decode_cursor(page, int)
    near = port.begun(work, work.person_id)
    sat = select(Attempt.exam_id).where(Attempt.person_id == work.person_id)
    met = or_(Exam.id.in_(sat), Exam.course_version_id.in_(list(near)), Exam.kind == ExamKind.EXAM)
    rows = _exams(work, met, after=key[0] if key else None)
    shown = keyset(rows, lambda row: (row.Exam.id,), SIZE)
    mine = attempts(work, [row.Exam.id for row in shown.items])
    planned = planning.planned_for(work, [row.Exam for row in shown.items])
    found = shown.map(lambda row: exam_row(work, row, mine[row.Exam.id], near, planned))
    return replace(found, items=tuple(row for row in found.items if row.attempts or not row.is_foreign))


def start_page(work: Work, uid: UUID) -> ExamRow:
    """One exam for its start page; drafts do not exist."""
    found = _exams(work, Exam.uid == uid)
    if not found:
        raise NotFound()
    exam = found[0].Exam
    return exam_row(work, found[0], attempts(work, [exam.id])[exam.id], {}, planning.planned_for(work, [exam]))


def exam_head(work: Work, uid: UUID) -> tuple[str, Decimal, bool]:
    """What the page of an attempt is called (the course and the title of its exam), the hours a pass is worth, and whether it is graded."""
    named = (
        select(CourseVersion.title, Exam.title, ExamPlan.hours, Exam.ungraded)
        .select_from(Exam)
        .outerjoin(ExamPlan, ExamPlan.exam_id == Exam.id)
    )
    named = named.outerjoin(CourseVersion, CourseVersion.id == Exam.course_version_id).where(Exam.uid == uid)
    course, title, hours, ungraded = work.session.execute(named).one()
    return full_name(course or "", title), hours or Decimal(0), not ungraded


@cache
def _closing() -> Any:
    """Closing quizzes of the course versions `versions`; built once, for every course page asks."""
    return select(Exam).where(Exam.course_version_id.in_(bindparam("versions", expanding=True)), Exam.state != ExamState.DRAFT)


@cache
def _sat() -> Any:
    """Attempts of the person `person` at the exams `exams`."""
    columns = select(
        Attempt.exam_id,
        Attempt.uid,
        Attempt.number,
        Attempt.state,
        Attempt.ends_at,
        Attempt.submitted_at,
        Attempt.score,
        Attempt.passed,
        Attempt.is_forgiven,
    )
    mine = Attempt.person_id == bindparam("person")
    return columns.where(mine, Attempt.exam_id.in_(bindparam("exams", expanding=True))).order_by(Attempt.number)


def closing_quizzes(work: Work, version_ids: Collection[int]) -> dict[int, QuizRow]:
    """The closing quizzes of these course versions with what the acting person has done of them, in two statements."""
    exams = list(work.session.scalars(_closing(), {"versions": list(version_ids)}))
    mine = attempts(work, [exam.id for exam in exams]) if exams and work.actor.is_signed_in else defaultdict(list)
    return {exam.course_version_id: _quiz(exam, mine[exam.id]) for exam in exams if exam.course_version_id is not None}


def _quiz(exam: Exam, sat: list[Sat]) -> QuizRow:
    return QuizRow(
        exam.id, exam.uid, exam.title, exam.pass_mark, exam.max_attempts, exam.limit_minutes,
        max(exam.max_attempts - sum(not one.is_forgiven for one in sat), 0),
        any(one.passed for one in sat), next((one.uid for one in sat if one.is_running), None),
        max((one.score for one in sat if one.score is not None), default=None),
    )  # fmt: skip


def listed() -> Any:
    """Exams that were opened, each with its course and how many questions it has; the plan is joined."""
    counted = select(func.count()).select_from(ExamQuestion).where(ExamQuestion.exam_id == Exam.id).scalar_subquery()
    size = func.coalesce(ExamPlan.questions, counted)
    banked = func.coalesce(QuizSource.count, 0)
    return (
        select(Exam, CourseVersion.title.label("course_title"), Course.uid.label("course"), size.label("size"), banked.label("banked"))
        .outerjoin(QuizSource, QuizSource.exam_id == Exam.id)
        .outerjoin(ExamPlan, ExamPlan.exam_id == Exam.id)
        .outerjoin(CourseVersion, CourseVersion.id == Exam.course_version_id)
        .outerjoin(Course, Course.id == CourseVersion.course_id)
        .where(Exam.state.in_((ExamState.OPEN, ExamState.CLOSED)))
    )


def _exams(work: Work, met: ColumnElement[bool], after: int | None = None) -> list[Row[tuple[Exam, str | None, UUID | None, int]]]:
    statement = listed().where(met).order_by(Exam.id.desc()).limit(SIZE + 1)
    if after is not None:
        statement = statement.where(Exam.id < after)
    return list(work.session.execute(statement))


def attempts(work: Work, exam_ids: Iterable[int]) -> dict[int, list[Sat]]:
    """The acting person's attempts at these exams, oldest first."""
    found: dict[int, list[Sat]] = defaultdict(list)
    for row in work.session.execute(_sat(), {"person": work.person_id, "exams": list(exam_ids)}):
        running = row.state == AttemptState.RUNNING
        marking = row.state == AttemptState.MARKING
        annulled = row.state == AttemptState.ANNULLED
        found[row.exam_id].append(
            Sat(row.uid, row.number, running, row.ends_at, row.submitted_at, None if annulled else row.score, bool(row.passed), marking,
                annulled, row.is_forgiven)
        )  # fmt: skip
    return found


def past_of(sat: Iterable[Sat]) -> list[Past]:
    """These attempts as the rules see them."""
    return [Past(one.number, one.is_running, one.submitted_at, one.passed, one.is_being_marked, not one.is_forgiven) for one in sat]


def exam_row(work: Work, row: Row[Any], sat: list[Sat], near: Begun, planned: Mapping[int, Planned]) -> ExamRow:
    """A row of `listed` as its candidate meets it, with what he has sat of it."""
    exam: Exam = row.Exam
    plan = planned.get(exam.id)
    past = past_of(sat)
    decision = decide_start(sitting_of(exam, work.now), past, work.now)
    refusal = None if decision.start is not Start.NEW else plan.refusal if plan else _refusal(work, exam, near)
    if decision.start is Start.NOT_YET and plan and plan.is_for_good:
        decision, refusal = replace(decision, since=None), plan.refusal
    elif not decision.may_start:
        refusal = refusals.BARRED[decision.start]()
    held = any(one.score is not None for one in sat) and not released(exam, past, work.now).score
    if held or exam.ungraded:
        sat = [replace(one, score=None, passed=False) for one in sat]
    questions = (exam.draw or row.size) + row.banked
    return ExamRow(
        exam.uid, exam.title, exam.kind, row.course, row.course_title or "", exam.pass_mark, exam.max_attempts, exam.limit_minutes,
        exam.cooling_minutes, exam.opens_at, exam.closes_at, questions, tuple(sat), decision.start, decision.left,
        decision.since, refusal.sentence if refusal else "", is_sequential=exam.sequential, is_held=held,
        results_at=exam.done_at, is_graded=not exam.ungraded, release=str(exam.release_policy), **(plan.shown if plan else {}),
    )  # fmt: skip


def _refusal(work: Work, exam: Exam, near: Begun) -> Refusal | None:
    """Why the person may not start, from the answers already at hand or by asking."""
    if exam.course_version_id is not None and exam.course_version_id in near:
        return near[exam.course_version_id]
    return port.eligibility(work, exam, work.person_id)
