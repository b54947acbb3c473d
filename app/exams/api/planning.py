"""Setting up examinations by program; the same rules and refusals as the pages under /manage/exams."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from app.bank.rules.answers import Kind
from app.bank.rules.drafts import Fault
from app.exams import service
from app.exams.actions import Action
from app.exams.api.routes import routes
from app.exams.models import Exam
from app.exams.queries import planning
from app.exams.queries.forms import compared
from app.exams.rules.admission import Rule
from app.exams.rules.blueprint import Row
from app.exams.rules.sessions import Band, Terms
from app.exams.rules.timing import ReleasePolicy
from app.exams.service import PLAN_SENTENCES, Faulty, Feasible
from app.kernel.work import Work

Text = Annotated[str, msgspec.Meta(max_length=2000)]
Code = Annotated[str, msgspec.Meta(max_length=60)]
ClassName = Annotated[str, msgspec.Meta(max_length=120)]
Few = Annotated[int, msgspec.Meta(ge=-1_000_000, le=1_000_000)]
Rank = Literal["section_below", "division", "bureau"]
Team = Literal["party_gov", "enterprise", "professional"]


class Grade(msgspec.Struct, forbid_unknown_fields=True):
    """A grade from a score on."""

    least: Few
    name: Text


class Conditions(msgspec.Struct, forbid_unknown_fields=True):
    """Who may sit: every condition that is set must hold. `unit` and `courses` are codes, `classes` codes or titles of training classes."""

    roster: bool = False
    unit: Code = ""
    courses: Annotated[list[Code], msgspec.Meta(max_length=20)] = []
    ranks: Annotated[list[Rank], msgspec.Meta(max_length=3)] = []
    teams: Annotated[list[Team], msgspec.Meta(max_length=3)] = []
    classes: Annotated[list[ClassName], msgspec.Meta(max_length=20)] = []


class PlanTerms(msgspec.Struct, forbid_unknown_fields=True):
    """Everything an examination is set to. `password` null leaves the one there is, empty takes it away.

    `sequential`: one question after another, with no way back. `ungraded`: a self-test without score, pass, hours, appeal, statistics.
    """

    title: Text
    limit_minutes: Few
    pass_mark: Few = 60
    max_attempts: Few = 1
    cooling_minutes: Few = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    release_policy: Literal["closing_quiz", "score_only", "after_window", "full_at_once"] = "after_window"
    bands: Annotated[list[Grade], msgspec.Meta(max_length=20)] = []
    about: Text = ""
    hours: Decimal = Decimal(0)
    password: Text | None = None
    sequential: bool = False
    markers: Few = 1
    ungraded: bool = False
    eligible: Conditions = msgspec.field(default_factory=Conditions)


class BlueprintRow(msgspec.Struct, forbid_unknown_fields=True):
    """So many questions of a topic (any for empty), a kind and a range of difficulty."""

    kind: Literal["single", "multiple", "judge", "blank", "short", "case"]
    count: Few
    points: Decimal
    topic: Text = ""
    lowest: Few = 1
    highest: Few = 5


class Blueprint(msgspec.Struct, forbid_unknown_fields=True):
    """The rows of a blueprint, in the order of the paper. `forms`: 0, or 2 to 6 equivalent ones that are drawn at the check."""

    rows: Annotated[list[BlueprintRow], msgspec.Meta(max_length=100)]
    forms: Few = 0


class Missing(msgspec.Struct):
    """Rows (from 0) that together want more different questions than the bank has for them."""

    rows: list[int]
    wanted: int
    there: int


class Possible(msgspec.Struct):
    """What a blueprint comes to: `fitting` is what the bank has for each row alone, `missing` what it lacks."""

    possible: bool
    questions: int
    points: Decimal
    fitting: list[int]
    missing: list[Missing]


class Chosen(msgspec.Struct, forbid_unknown_fields=True):
    """A question of the bank in a fixed paper; without points it keeps its own."""

    question: UUID
    points: Decimal | None = None


class FixedPaper(msgspec.Struct, forbid_unknown_fields=True):
    """The questions of a fixed paper in order. `shuffled`: each candidate has them in an order of his own."""

    questions: Annotated[list[Chosen], msgspec.Meta(max_length=1000)]
    shuffled: bool = False


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """The state to bring the examination to."""

    to: Literal["draft", "checked", "open", "closed"]


class Seat(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody on the roster."""

    user_name: Code
    extra_minutes: Few = 0


class SeatKept(msgspec.Struct):
    """The minutes as they stand; `deadline` is the later end of the paper that is being written, if there is one."""

    user_name: str
    extra_minutes: int
    deadline: datetime | None


class ProposeAnnulment(msgspec.Struct, forbid_unknown_fields=True):
    """A sitting that should be annulled, and why; a second person decides on the page."""

    attempt: UUID
    reason: Text
    grants_attempt: bool = False


class AnnulmentShown(msgspec.Struct):
    """A proposal to annul a sitting."""

    uid: UUID
    state: str


class PlanShown(msgspec.Struct):
    """An examination as it was set up."""

    uid: UUID
    title: str
    state: str


class FormShown(msgspec.Struct):
    """An equivalent form: difficulty is a mean from 1 to 5; `expected` a share of the points, of the `sat` questions sat before.

    `shared` of its questions stand in another form, too.
    """

    letter: str
    questions: int
    points: Decimal
    difficulty: Decimal
    expected: Decimal | None
    sat: int
    topics: dict[str, int]
    shared: int


class FormsShown(msgspec.Struct):
    """The equivalent forms of an examination; none before it is checked."""

    items: list[FormShown]


class FixedShown(PlanShown):
    """A fixed paper as it was kept."""

    questions: int
    points: Decimal
    shuffled: bool


def _shown(exam: Exam) -> PlanShown:
    return PlanShown(exam.uid, exam.title, str(exam.state))


@routes.post("/api/v1/exams", allow=Action.ASSEMBLE, body=PlanTerms, answers={201: PlanShown}, creates=True)
def plan_exam(work: Work, body: PlanTerms) -> tuple[PlanShown, int]:
    """Set up an examination; its paper comes next."""
    return _shown(service.plan_exam(work, _terms(work, body))), 201


@routes.put("/api/v1/exams/<uuid:uid>/terms", allow=Action.ASSEMBLE, body=PlanTerms, answers={200: PlanShown})
def change_plan(work: Work, uid: UUID, body: PlanTerms) -> PlanShown:
    """Change the terms of a draft."""
    return _shown(service.change_plan(work, uid, _terms(work, body)))


@routes.post("/api/v1/exams/blueprints", allow=Action.ASSEMBLE, body=Blueprint, answers={200: Possible})
def try_blueprint(work: Work, body: Blueprint) -> Possible:
    """Hold a blueprint against the bank; nothing is kept."""
    return _possible(service.try_rows(work, _rows(body), body.forms))


@routes.put("/api/v1/exams/<uuid:uid>/blueprint", allow=Action.ASSEMBLE, body=Blueprint, answers={200: Possible})
def set_blueprint(work: Work, uid: UUID, body: Blueprint) -> Possible:
    """Keep the blueprint of a draft, possible or not."""
    return _possible(service.set_blueprint(work, uid, _rows(body), body.forms))


@routes.get("/api/v1/exams/<uuid:uid>/forms", allow=Action.ASSEMBLE, answers={200: FormsShown})
def show_forms(work: Work, uid: UUID) -> FormsShown:
    """The equivalent forms side by side, as they were drawn at the check."""
    _exam, plan = service.planned(work, uid)
    return FormsShown([FormShown(**{name: getattr(one, name) for name in FormShown.__struct_fields__}) for one in compared(work, plan)])


@routes.put("/api/v1/exams/<uuid:uid>/questions", allow=Action.ASSEMBLE, body=FixedPaper, answers={200: FixedShown})
def set_questions(work: Work, uid: UUID, body: FixedPaper) -> FixedShown:
    """Keep a fixed paper of a draft."""
    plan = service.set_questions(work, uid, [(one.question, one.points) for one in body.questions], shuffled=body.shuffled)
    exam = service.planned(work, uid)[0]
    return FixedShown(exam.uid, exam.title, str(exam.state), plan.questions, plan.points, plan.shuffled)


@routes.put("/api/v1/exams/<uuid:uid>/roster", allow=Action.ASSEMBLE, body=Seat, answers={200: SeatKept})
def seat_person(work: Work, uid: UUID, body: Seat) -> SeatKept:
    """Put somebody within one's scope on the roster, or change the extra time."""
    found = service.seat(work, uid, body.user_name, body.extra_minutes)
    return SeatKept(body.user_name, found.extra_minutes, found.deadline)


@routes.post("/api/v1/exams/<uuid:uid>/state", allow=Action.ASSEMBLE, body=Move, answers={200: PlanShown})
def move_exam(work: Work, uid: UUID, body: Move) -> PlanShown:
    """Check, take back, open or close; who set it up does not open it."""
    return _shown(service.move_exam(work, uid, body.to))


@routes.post(
    "/api/v1/exams/<uuid:uid>/annulments", allow=Action.RELEASE, body=ProposeAnnulment, answers={201: AnnulmentShown}, creates=True
)
def propose_annulment(work: Work, uid: UUID, body: ProposeAnnulment) -> tuple[AnnulmentShown, int]:
    """Propose that a sitting be annulled."""
    row = service.propose_annulment(work, uid, body.attempt, body.reason, grants_attempt=body.grants_attempt)
    return AnnulmentShown(row.uid, str(row.state)), 201


def _rows(body: Blueprint) -> list[Row]:
    return [Row(one.topic.strip(), Kind(one.kind), one.count, one.points, one.lowest, one.highest) for one in body.rows]


def _possible(found: Feasible) -> Possible:
    missing = [Missing(list(one.rows), one.wanted, one.there) for one in found.shortages]
    return Possible(found.is_possible, found.questions, found.points, list(found.fitting), missing)


def _terms(work: Work, body: PlanTerms) -> Terms:
    """The terms, with unit, courses and classes looked up."""
    wanted = body.eligible
    unit = planning.unit_named(work, wanted.unit) if wanted.unit else ""
    known = planning.courses_named(work, wanted.courses) if wanted.courses else {}
    found = [] if unit is not None else [Fault("eligible.unit", "unit_unknown")]
    found += [Fault(f"eligible.courses.{at}", "course_unknown") for at, code in enumerate(wanted.courses) if code not in known]
    of_classes = planning.classes_named(work, wanted.classes) if wanted.classes else {}
    found += [Fault(f"eligible.classes.{at}", "class_unknown") for at, name in enumerate(wanted.classes) if name not in of_classes]
    for name in ("opens_at", "closes_at"):
        if (moment := getattr(body, name)) is not None and moment.tzinfo is None:
            found.append(Fault(name, "zone_needed"))
    if found:
        raise Faulty(found, PLAN_SENTENCES)
    rule = Rule(wanted.roster, tuple(known[code] for code in wanted.courses), tuple(wanted.ranks), unit or "", tuple(wanted.teams),
                tuple(dict.fromkeys(of_classes[name] for name in wanted.classes)))  # fmt: skip
    return Terms(
        body.title, body.limit_minutes, body.pass_mark, body.max_attempts, body.cooling_minutes, body.opens_at, body.closes_at,
        ReleasePolicy(body.release_policy), tuple(Band(one.least, one.name) for one in body.bands), body.about, body.hours,
        body.password, rule, body.sequential, body.markers, body.ungraded,
    )  # fmt: skip
