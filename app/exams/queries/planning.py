"""Examinations for those who set them up, and what a person's list must know of their plans."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import undefer

from app.bank.models import Card, CardState, Question, QuestionVersion
from app.bank.rules.answers import Kind
from app.catalogue import queries as catalogue
from app.catalogue.models import Course, CourseVersion
from app.classes import queries as classes
from app.exams.actions import Action
from app.exams.models import (
    Attempt,
    AttemptState,
    Exam,
    ExamFigures,
    ExamKind,
    ExamPlan,
    ExamQuestion,
    ExamSeat,
    ExamState,
    ExamTrail,
    PaperForm,
    Sheet,
    SheetState,
)
from app.exams.queries import drawing
from app.exams.queries.drawing import KNOWS, kept, mine
from app.exams.queries.known import HAS_WRITTEN, count_read, known_to
from app.exams.rules.admission import Rule
from app.exams.service import admission, papering, refusals
from app.exams.service.barring import CourseNotFinished
from app.exams.service.figures import are_out
from app.kernel.errors import NotFound, Refusal
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Account, Person, Unit

SIZE = 30


@dataclass(frozen=True)
class Planned:
    """What the plan of one examination means for the acting person."""

    refusal: Refusal | None
    shown: dict[str, Any]

    @property
    def is_for_good(self) -> bool:
        """Whether the refusal is none that the person can end himself, by finishing a course: then it is said before the window opens."""
        return self.refusal is not None and not isinstance(self.refusal, CourseNotFinished)


def planned_for(work: Work, exams: Iterable[Exam]) -> dict[int, Planned]:
    """The plans of those of these exams that have one, held against the acting person.

    Who had a hand in one is not offered it; who only knows too many of its questions is told so (docs/adr/0023).
    """
    ids = [exam.id for exam in exams if exam.course_version_id is None]
    if not ids:
        return {}
    plans, person_id = admission.plans_of(work, ids), work.person_id
    barred = admission.barred(work, plans, person_id)
    has_hand = or_(Exam.author_id == person_id, KNOWS).label("has_hand")
    read = count_read(bindparam("person")).scalar_subquery()
    own = select(Exam.id, ExamSeat.extra_minutes, has_hand, or_(HAS_WRITTEN, read > 0).label("knows")).where(Exam.id.in_(ids))
    own = own.outerjoin(ExamSeat, and_(ExamSeat.exam_id == Exam.id, ExamSeat.person_id == person_id))
    rows = {row.id: row for row in work.session.execute(own, {"person": person_id})}
    open_ = {exam_id: plan for exam_id, plan in plans.items() if barred[exam_id] is None and rows[exam_id].knows}
    without = _without_a_paper(work, open_) if open_ else frozenset[int]()
    of = {exam_id: Rule.from_json(plan.rule) for exam_id, plan in plans.items()}
    named, asked = {one for rule in of.values() for one in rule.classes}, {one for rule in of.values() for one in rule.courses}
    names = classes.names(work, named) if named else {}
    taught = courses_called(work, asked) if asked else {}
    return {
        exam_id: Planned(barred[exam_id] or (refusals.KnowsThePaper() if rows[exam_id].has_hand or exam_id in without else None), {
            **facts_of(plan), "extra_minutes": rows[exam_id].extra_minutes or 0,
            "is_foreign": rows[exam_id].has_hand or admission.is_foreign(barred[exam_id]),
            "classes": tuple(names[one] for one in of[exam_id].classes),
            "courses": tuple(taught[one] for one in of[exam_id].courses if one in taught),
        })
        for exam_id, plan in plans.items()
    }  # fmt: skip


def _without_a_paper(work: Work, plans: Mapping[int, ExamPlan]) -> frozenset[int]:
    """Those of these examinations that cannot give the actor a paper, for all that he knows; three statements."""
    known = known_to(work, work.person_id)
    drawn = select(ExamPlan).options(undefer(ExamPlan.stock), undefer(ExamPlan.forms))
    work.session.scalars(drawn.where(ExamPlan.exam_id.in_(plans), ExamPlan.paper != PaperForm.FIXED)).all()  # fills those in `plans`
    fixed = drawing.fixed_in(work, [exam_id for exam_id, plan in plans.items() if plan.paper == PaperForm.FIXED])
    return frozenset(exam_id for exam_id, plan in plans.items() if not papering.leaves_a_paper(plan, fixed.get(exam_id, ()), known))


def facts_of(plan: ExamPlan) -> dict[str, Any]:
    """What a plan says to every candidate alike."""
    return {
        "about": plan.about, "bands": tuple((least, name) for least, name in plan.bands), "has_password": bool(plan.password_mac),
        "hours": plan.hours, "is_fixed": plan.paper == PaperForm.FIXED,
    }  # fmt: skip


@dataclass(frozen=True)
class PlanRow:
    """One examination in the list of those who set them up."""

    exam: Exam
    plan: ExamPlan
    author: str
    attempts: int
    waiting: int
    """Written answers that wait for a marker, or for who settles a dispute."""


def plans(work: Work, state: str = "", page: str | None = None) -> Page[PlanRow]:
    """Examinations, newest first: all of them for who opens them, else one's own."""
    key = decode_cursor(page, int)
    attempts = select(func.count()).select_from(Attempt).where(Attempt.exam_id == Exam.id).scalar_subquery()
    open_ = (Sheet.exam_id == Exam.id, Sheet.state.in_((SheetState.WAITING, SheetState.DISPUTED)))
    waiting = select(func.count()).select_from(Sheet).where(*open_).scalar_subquery()
    statement = (
        select(Exam, ExamPlan, Person.name.label("author"), attempts.label("attempts"), waiting.label("waiting"))
        .join(ExamPlan, ExamPlan.exam_id == Exam.id)
        .outerjoin(Person, Person.id == Exam.author_id)
        .where(Exam.kind == ExamKind.EXAM, mine(work))
        .order_by(Exam.id.desc())
        .limit(SIZE + 1)
    )
    if state in set(ExamState):
        statement = statement.where(Exam.state == state)
    if key:
        statement = statement.where(Exam.id < key[0])
    rows = keyset(list(work.session.execute(statement)), lambda row: (row.Exam.id,), SIZE)
    return rows.map(lambda row: PlanRow(row.Exam, row.ExamPlan, row.author or "", row.attempts, row.waiting))


def states(work: Work) -> dict[str, int]:
    """How many examinations stand in each state."""
    counted = select(Exam.state, func.count()).where(Exam.kind == ExamKind.EXAM, mine(work)).group_by(Exam.state)
    return {str(state): number for state, number in work.session.execute(counted)}


@dataclass(frozen=True)
class TrailRow:
    """What was done to an examination; of how many people, where it was a list."""

    what: str
    who: str
    at: datetime
    count: int | None


def trail(work: Work, exam: Exam) -> list[TrailRow]:
    """What was done to an examination, newest first."""
    said: Any = ExamTrail.details
    rows = select(ExamTrail.what, Person.name, ExamTrail.at, said["count"].as_integer().label("many"))
    rows = rows.outerjoin(Person, Person.id == ExamTrail.who_id).where(ExamTrail.exam_id == exam.id)
    found = work.session.execute(rows.order_by(ExamTrail.id.desc()).limit(50))
    return [TrailRow(row.what, row.name or "", row.at, row.many) for row in found]


def sat(work: Work, exam: Exam) -> dict[str, int]:
    """How many attempts are being written and how many are in; how many people passed, as the statistics have it (INV-I18).

    Counted as they stand now, the last one to come would be told by the difference.
    """
    rows = work.session.execute(select(Attempt.state, func.count()).where(Attempt.exam_id == exam.id).group_by(Attempt.state))
    found = {str(state): number for state, number in rows}
    running = found.get(AttemptState.RUNNING, 0)
    counted = {"running": running, "done": sum(found.values()) - running}
    kept = work.session.get(ExamFigures, exam.id) if are_out(exam, work.now) else None
    return counted | ({"passed": kept.body["passed"]} if kept and kept.body else {})


@dataclass(frozen=True)
class SeatRow:
    """Somebody on the roster."""

    card: people.PersonCard
    user_name: str
    is_named: bool
    extra_minutes: int


def seats(work: Work, exam: Exam) -> tuple[list[SeatRow], int]:
    """Those on the roster, or with extra time, whom the actor may see; and how many there are in all."""
    named = (ExamSeat.exam_id == exam.id, ExamSeat.is_named | (ExamSeat.extra_minutes > 0))
    total = work.session.scalar(select(func.count()).select_from(ExamSeat).where(*named)) or 0
    mine = people.visible(work, Action.ASSEMBLE, ExamSeat.person_id)
    rows = list(
        work.session.execute(
            select(ExamSeat, Account.user_name)
            .outerjoin(Account, Account.person_id == ExamSeat.person_id)
            .where(*named, mine)
            .order_by(ExamSeat.person_id)
            .limit(500)
        )
    )
    cards = people.cards(work, [seat.person_id for seat, _ in rows])
    return [SeatRow(cards[seat.person_id], name or "", seat.is_named, seat.extra_minutes) for seat, name in rows], total


@dataclass(frozen=True)
class BankRow:
    """An approved question, to be put into a fixed paper; no key."""

    uid: UUID
    stem: str
    kind: Kind
    topic: str
    difficulty: int
    points: Decimal


def _bank() -> Any:
    columns = select(Question.uid, QuestionVersion.stem, Card.kind, Card.topic, Card.difficulty, Card.points, Question.id)
    return (
        columns.join(Card, Card.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(Card.state == CardState.APPROVED, kept())
    )


def find_questions(work: Work, words: str, topic: str = "") -> list[BankRow]:
    """Approved questions whose wording holds these words, of one topic or of any; the newest first."""
    statement = _bank().order_by(Question.id.desc()).limit(SIZE)
    if topic:
        statement = statement.where(Card.topic == topic)
    if words.strip():
        statement = statement.where(QuestionVersion.stem.contains(words.strip()[:60], autoescape=True))
    return [BankRow(*row[:6]) for row in work.session.execute(statement)]


def bank_rows(work: Work, uids: Sequence[UUID]) -> dict[UUID, BankRow]:
    """The approved ones of these questions, by name."""
    return {row[0]: BankRow(*row[:6]) for row in work.session.execute(_bank().where(Question.uid.in_(uids)))}


def fixed_rows(work: Work, exam: Exam) -> list[tuple[BankRow, Decimal]]:
    """The questions of a fixed paper in their order, with their points there."""
    statement = _bank().add_columns(ExamQuestion.points).join(ExamQuestion, ExamQuestion.question_id == Question.id)
    rows = work.session.execute(statement.where(ExamQuestion.exam_id == exam.id).order_by(ExamQuestion.position))
    return [(BankRow(*row[:6]), row[5] if row[7] is None else row[7]) for row in rows]


def unit_named(work: Work, code: str) -> str | None:
    """The path of a unit by its code."""
    return work.session.scalar(select(Unit.path).where(Unit.code == code))


def courses_named(work: Work, codes: Sequence[str]) -> dict[str, int]:
    """The numbers of courses by their code."""
    return {row.code: row.id for row in work.session.execute(select(Course.code, Course.id).where(Course.code.in_(codes)))}


MOST_OFFERED = 200
"""Courses that the form offers."""


@dataclass(frozen=True)
class Offered:
    """What the form offers for its codes: of units, courses and classes the code and what it stands for."""

    units: list[tuple[str, str]]
    courses: list[tuple[str, str]]
    classes: list[tuple[str, str]]


def offered(work: Work) -> Offered:
    """The units and classes within the sight of who sets examinations up, and the published courses."""
    units = classes.unit_codes(work, classes.reach(work, Action.ASSEMBLE))
    return Offered(units, catalogue.published_titles(work, MOST_OFFERED), classes.offered(work, Action.ASSEMBLE))


def unit_called(work: Work, path: str) -> str:
    """Name and code of the unit of a path."""
    rows = work.session.execute(select(people.name_in(Unit.__table__).label("name"), Unit.code).where(Unit.path == path))
    return next((f"{row.name} {row.code}" for row in rows), "")


@dataclass(frozen=True)
class CourseCalled:
    """A course that has to be finished first."""

    uid: UUID
    code: str
    title: str


def courses_called(work: Work, ids: Collection[int]) -> dict[int, CourseCalled]:
    """What these courses are called today."""
    columns = select(Course.id, Course.uid, Course.code, CourseVersion.title)
    rows = columns.outerjoin(CourseVersion, CourseVersion.id == Course.current_version_id).where(Course.id.in_(ids)).order_by(Course.code)
    return {number: CourseCalled(uid, code, title or code) for number, uid, code, title in work.session.execute(rows)}


def course_codes(work: Work, ids: Sequence[int]) -> list[str]:
    """The codes of courses."""
    return list(work.session.scalars(select(Course.code).where(Course.id.in_(ids)).order_by(Course.code)))


def classes_named(work: Work, words: Sequence[str]) -> dict[str, int]:
    """The numbers of classes by code or title, within the sight of who sets examinations up."""
    return classes.named(work, Action.ASSEMBLE, words)


def person_named(work: Work, uid: UUID) -> int:
    """The number of a person by his outside name."""
    found = work.session.scalar(select(Person.id).where(Person.uid == uid))
    if found is None:
        raise NotFound()
    return found
