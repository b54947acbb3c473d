"""Examinations for programs (interfaces.md §4.2). Every answer is safe to read by a candidate."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from flask import request

from app.exams import queries, service
from app.exams.api.routes import routes
from app.exams.queries.own import settled
from app.exams.service import AttemptShown, Receipt, ResultShown
from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.idempotency import Again
from app.kernel.web import SIGNED_IN, college
from app.kernel.work import Work

DEVICE_YEARS = range(1970, 2101)
"""Years a device may believe to be in: one whose battery was empty begins anew in 1970."""
Rev = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
OneValue = Annotated[str, msgspec.Meta(max_length=20_000)]
SeveralValues = Annotated[list[Annotated[str, msgspec.Meta(max_length=2_000)]], msgspec.Meta(max_length=100)]
PartValues = Annotated[dict[Annotated[str, msgspec.Meta(max_length=20)], OneValue | SeveralValues], msgspec.Meta(max_length=20)]


class BadMoment(Invalid):
    """A moment that no clock of a device shows."""

    code, text = "note_moment", _l("The moment of what was noticed must lie in the years 1970 to 2100.")


class StartAttempt(msgspec.Struct, forbid_unknown_fields=True):
    """The password, where the examination has one."""

    password: Annotated[str, msgspec.Meta(max_length=60)] = ""


class SaveAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """One answer under the next revision number of its question.

    `value`: an option id (single, judge), a list of them (multiple), a text (short, and one blank), a list of texts (several blanks), an
    object of part and answer (case; a case of one question takes its answer alone). It comes back in the same form.
    """

    rev: Rev
    value: OneValue | SeveralValues | PartValues


class Saved(msgspec.Struct):
    """The acknowledgement: from here on the answer is graded, unless a higher revision follows. `deadline` may be later than before."""

    rev: int
    saved_at: datetime
    deadline: datetime


class HandIn(msgspec.Struct, forbid_unknown_fields=True):
    """`due`: only because the time is over, as this page has it; refused as `still_time` where more has been given since."""

    due: bool = False


class Forward(msgspec.Struct, forbid_unknown_fields=True):
    """The place to go on to, counted from 0: the next one."""

    to: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class Noticed(msgspec.Struct, forbid_unknown_fields=True):
    """Something the page noticed, by the clock of the device. What the college notes itself no page can say."""

    kind: Annotated[str, msgspec.Meta(pattern="^(?!taken_over$)[a-z_]{1,20}$")]
    at: datetime


class NoteEvents(msgspec.Struct, forbid_unknown_fields=True):
    """A batch of notes."""

    events: Annotated[list[Noticed], msgspec.Meta(max_length=100)]


class Flags(msgspec.Struct, forbid_unknown_fields=True):
    """The questions a candidate flagged to come back to."""

    questions: Annotated[list[Annotated[str, msgspec.Meta(max_length=20)]], msgspec.Meta(max_length=1000)]


class Noted(msgspec.Struct):
    """How many were kept."""

    noted: int


class Window(msgspec.Struct):
    """When an exam can be started; null where there is no bound."""

    opens_at: datetime | None
    closes_at: datetime | None


class ExamShown(msgspec.Struct):
    """One exam of the person's list. `open`: an attempt can be started or resumed now; else `reason` says why not."""

    uid: UUID
    title: str
    kind: str
    course: UUID | None
    open: bool
    reason: str | None
    attempts_left: int
    max_attempts: int
    pass_mark: int
    limit_minutes: int
    questions: int
    window: Window | None
    running: UUID | None
    passed: bool
    score: int | float | None


class ExamList(msgspec.Struct):
    """A page of exams."""

    items: list[ExamShown]
    next: str | None


@routes.get("/api/v1/exams", allow=SIGNED_IN, answers={200: ExamList})
def list_exams(work: Work) -> ExamList:
    """The exams of the person: sat, near by studying, or open to all."""
    service.settle_overdue(college(), work)
    found = queries.my_exams(work, request.args.get("page"))
    return ExamList([_shown(row) for row in found.items], found.next)


def _shown(row: queries.ExamRow) -> ExamShown:
    window = Window(row.opens_at, row.closes_at) if row.opens_at or row.closes_at else None
    score = row.best.score if row.best else None
    return ExamShown(
        row.uid, row.title, row.kind, row.course, row.is_open, row.reason or None, row.attempts_left, row.max_attempts, row.pass_mark,
        row.limit_minutes, row.questions, window, row.running.uid if row.running else None, row.has_passed,
        service.plain(score) if score is not None else None,
    )  # fmt: skip


_STARTED = {200: AttemptShown, 201: AttemptShown}


def _prepare(work: Work, uid: UUID, body: StartAttempt | None) -> service.Ready:
    return service.prepare(work, uid)


def _read_again(work: Work, attempt: str) -> AttemptShown:
    """A start that is repeated gives the paper as long as its candidate may read it, and not a day longer (INV-I18)."""
    return service.read(work, UUID(attempt))


@routes.post(
    "/api/v1/exams/<uuid:uid>/attempts", allow=SIGNED_IN, body=StartAttempt | None, answers=_STARTED, creates=True, ahead=_prepare,
    again=Again("attempt", _read_again),
)  # fmt: skip
def start_attempt(work: Work, uid: UUID, body: StartAttempt | None, ready: service.Ready) -> tuple[AttemptShown, int]:
    """Start an attempt (201), or resume the open one on this device (200)."""
    attempt, is_new = service.begin(work, ready, body.password if body else "")
    return attempt, 201 if is_new else 200


@routes.get("/api/v1/attempts/<uuid:uid>", allow=SIGNED_IN, answers={200: AttemptShown})
def read_attempt(work: Work, uid: UUID) -> AttemptShown:
    """The paper with the answers saved so far, on any device of the person."""
    service.settle_overdue(college(), work)
    return service.read(work, uid)


@routes.put("/api/v1/attempts/<uuid:uid>/answers/<question>", allow=SIGNED_IN, body=SaveAnswer, answers={200: Saved})
def save_answer(work: Work, uid: UUID, question: str, body: SaveAnswer) -> Saved:
    """Save one answer; acknowledged means durable."""
    kept = service.save(work, uid, question, body.rev, body.value)
    return Saved(body.rev, kept.saved_at, kept.deadline)


@routes.post("/api/v1/attempts/<uuid:uid>/forward", allow=SIGNED_IN, body=Forward, answers={200: AttemptShown})
def forward_attempt(work: Work, uid: UUID, body: Forward) -> AttemptShown:
    """Go on to the next question of a sequential examination, for good; repeated, it changes nothing."""
    service.forward(work, uid, body.to)
    return service.read(work, uid)


@routes.post("/api/v1/attempts/<uuid:uid>/events", allow=SIGNED_IN, body=NoteEvents, answers={200: Noted})
def note_events(work: Work, uid: UUID, body: NoteEvents) -> Noted:
    """Notes for a reviewer; they never change a mark. The clock of a device may be wrong, but not out of all range."""
    if any(one.at.year not in DEVICE_YEARS for one in body.events):
        raise BadMoment(field="events")
    return Noted(service.note(work, uid, [{"kind": one.kind, "at": one.at.isoformat()} for one in body.events]))


@routes.put("/api/v1/attempts/<uuid:uid>/flags", allow=SIGNED_IN, body=Flags, answers={200: Flags})
def flag_questions(work: Work, uid: UUID, body: Flags) -> Flags:
    """Which questions are flagged, all of them; read again with the attempt, on any device."""
    return Flags(service.flag(work, uid, body.questions))


@routes.post("/api/v1/attempts/<uuid:uid>/submit", allow=SIGNED_IN, body=HandIn | None, answers={200: Receipt})
def submit_attempt(work: Work, uid: UUID, body: HandIn | None) -> Receipt:
    """Hand the attempt in, exactly once; repeated, it gives the same receipt."""
    return service.submit(work, uid, is_due=bool(body and body.due))


@routes.get("/api/v1/attempts/<uuid:uid>/result", allow=SIGNED_IN, answers={200: ResultShown})
def read_result(work: Work, uid: UUID) -> ResultShown:
    """The result as far as it is released."""
    return service.result(work, settled(college(), work, uid))


class FileAppeal(msgspec.Struct, forbid_unknown_fields=True):
    """Why the result is appealed, in the words of the candidate."""

    reason: Annotated[str, msgspec.Meta(max_length=1000)]


class AppealFiled(msgspec.Struct):
    """An appeal: where it stands (`open`, `changed`, `upheld`: the result stands), by when it is to be decided, and the answer."""

    appeal: UUID
    state: str
    due_on: date
    answer: str


@routes.post("/api/v1/attempts/<uuid:uid>/appeals", allow=SIGNED_IN, body=FileAppeal, answers={201: AppealFiled}, creates=True)
def appeal_result(work: Work, uid: UUID, body: FileAppeal) -> tuple[AppealFiled, int]:
    """Appeal against the result of one's own sitting, once and in time."""
    row = service.appeal(work, uid, body.reason)
    return AppealFiled(row.uid, str(row.state), row.due_on, row.answer), 201
