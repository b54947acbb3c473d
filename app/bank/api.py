"""The bank for programs: questions, their moves, imports and exports (`/api/v1/bank`)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from flask import request, send_file
from flask.typing import ResponseReturnValue

from app.bank import service, words
from app.bank.actions import Action
from app.bank.asked import wanted
from app.bank.bodies import Draft, as_draft, shown_draft
from app.bank.queries import lists
from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.web import Routes, college
from app.kernel.work import Actor, Work, working

routes = Routes("bank_api", __name__)
MOST_FINDINGS = 500
ROWS = 200


class Question(msgspec.Struct):
    """One question in a list, without its key."""

    question: UUID
    stem: str
    kind: str
    topic: str
    difficulty: int
    points: str
    state: str
    author: str
    moved_at: datetime


class Questions(msgspec.Struct):
    """A page of questions."""

    items: list[Question]
    next: str | None


class WholeQuestion(msgspec.Struct):
    """A question with its key, for its author and its reviewers."""

    question: UUID
    version: int
    state: str
    author: str
    draft: Draft


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """A step: `in_review`, `approved`, `draft` or `retired`. With `version`, only if it is still the present one."""

    to: str
    reason: str = ""
    version: int | None = None


class Moved(msgspec.Struct):
    """Where a question stands now."""

    question: UUID
    state: str


class FindingShown(msgspec.Struct):
    """One thing found in a file, in the reader's language."""

    row: int
    column: str
    code: str
    text: str
    found: str
    expected: str
    fix: str
    error: bool


class Findings(msgspec.Struct):
    """A page of what was found in a file, in its order."""

    items: list[FindingShown]
    next: str | None


class MoveMany(msgspec.Struct, forbid_unknown_fields=True):
    """A step for many: `in_review` or `approved`, of the questions named or of a whole `import`. `read_at`: when they were read;
    what was handed in anew since stays."""

    to: str
    questions: list[UUID] = []
    import_: UUID | None = msgspec.field(name="import", default=None)
    read_at: datetime | None = None


class MovedMany(msgspec.Struct):
    """How many took the step; left out: one's own, those that moved after they were read, those the step is not for."""

    questions: int
    own: int
    changed: int
    elsewhere: int


class ImportReport(msgspec.Struct):
    """An import: what was found, and what became of it. Where there are `more_findings`, `…/findings` has all of them."""

    import_: UUID = msgspec.field(name="import")
    format: str
    state: str
    good: int
    bad: int
    findings: list[FindingShown]
    more_findings: int


class QuestionsReport(msgspec.Struct):
    """What an import found, and what it did (`done`) or would do. `import` names it, so that it can be taken back."""

    dry_run: bool
    done: bool
    import_: UUID | None = msgspec.field(name="import")
    format: str
    good: int
    bad: int
    findings: list[FindingShown]
    more_findings: int


class PictureKept(msgspec.Struct):
    """A picture as the bank made it anew: the name questions give it, and its size in pixels and bytes."""

    sha256: str
    width: int
    height: int
    size: int


class Counted(msgspec.Struct):
    """How many questions a step of an import concerned."""

    questions: int


@routes.get("/api/v1/bank/questions", allow=Action.OPEN, answers={200: Questions})
def list_questions(work: Work) -> Questions:
    """Questions one may see; `q`, `state`, `kind`, `topic`, `difficulty`, `mine`, `import` narrow the list."""
    found = lists.questions(work, wanted(), request.args.get("page"))
    return Questions([
        Question(one.uid, one.stem, one.kind.value, one.topic, one.difficulty, f"{one.points:f}", one.state, one.author, one.moved_at)
        for one in found.items
    ], found.next)  # fmt: skip


@routes.post("/api/v1/bank/questions", allow=Action.AUTHOR, body=Draft, answers={201: WholeQuestion})
def add_question(work: Work, body: Draft) -> tuple[WholeQuestion, int]:
    """Write a question; it is a draft of one's own."""
    question = service.add(work, as_draft(body))
    return _whole(work, question.uid), 201


@routes.post("/api/v1/bank/pictures", allow=Action.AUTHOR, answers={201: PictureKept}, own_work=True)
def add_picture(actor: Actor) -> tuple[PictureKept, int]:
    """Bring the picture of the multipart field `file` in; it is made anew, and shown with the questions that name it."""
    file = request.files.get("file")
    if file is None:
        raise Invalid(_l("Choose a file first."), field="file")
    kept = service.receive(college().settings, file.stream.read(service.MOST_BYTES + 1))
    with working(college(), actor) as work:
        service.note_pictures(work, [kept])
    return PictureKept(kept.sha256, kept.width, kept.height, kept.size), 201


@routes.get("/api/v1/bank/questions/<uuid:uid>", allow=Action.OPEN, answers={200: WholeQuestion})
def read_question(work: Work, uid: UUID) -> WholeQuestion:
    """One question with its key."""
    return _whole(work, uid)


def _whole(work: Work, uid: UUID) -> WholeQuestion:
    service.read_key(work, uid)
    found = lists.whole(work, uid)
    return WholeQuestion(uid, found.version.number, str(found.card.state), found.author, shown_draft(service.told(work, [found.draft])[0]))


@routes.put("/api/v1/bank/questions/<uuid:uid>", allow=Action.AUTHOR, body=Draft, answers={200: WholeQuestion})
def change_question(work: Work, uid: UUID, body: Draft) -> WholeQuestion:
    """Change a draft of one's own: its next version."""
    service.change(work, uid, as_draft(body))
    return _whole(work, uid)


@routes.post("/api/v1/bank/questions/<uuid:uid>/moves", allow=Action.OPEN, body=Move, answers={200: Moved})
def move_question(work: Work, uid: UUID, body: Move) -> Moved:
    """Hand in, approve, give back, retire, take back."""
    return Moved(uid, str(service.move(work, uid, body.to, body.reason, body.version).state))


@routes.post("/api/v1/bank/moves", allow=Action.OPEN, body=MoveMany, answers={200: MovedMany})
def move_many(work: Work, body: MoveMany) -> MovedMany:
    """Hand in or approve many at once, at most 1,000 by name, or a whole import; nobody approves his own."""
    if body.import_ is not None:
        done = service.move_import(work, body.import_, body.to, body.read_at)
    else:
        done = service.move_chosen(work, body.questions, body.to, body.read_at)
    return MovedMany(done.done, done.own, done.changed, done.elsewhere)


@routes.post("/api/v1/bank/imports", allow=Action.AUTHOR, answers={201: ImportReport}, own_work=True)
def examine(actor: Actor) -> tuple[ImportReport, int]:
    """Look over the file of the multipart field `file`; nothing reaches the bank. `format` may say what it is."""
    file = request.files.get("file")
    if file is None:
        raise Invalid(_l("Choose a file first."), field="file")
    uid = service.examine(college(), actor, file.stream.read(), wanted=request.form.get("format", "auto"), file_name=file.filename or "")
    with working(college(), actor, write=False) as work:
        return _report(work, uid), 201


@routes.post("/api/v1/imports/questions", allow=Action.AUTHOR, answers={200: QuestionsReport}, own_work=True)
def import_questions(actor: Actor) -> QuestionsReport:
    """Bring in the file of the multipart field `file` as drafts; `dry_run=1` changes nothing, `only_good=1` leaves out rows with errors.

    Rows with errors and no `only_good`: 422 `questions_have_errors` with the report, nothing changed. `format` may say what it is.
    """
    file = request.files.get("file")
    if file is None:
        raise Invalid(_l("Choose a file first."), field="file")
    asked = {name: request.values.get(name, "") in ("1", "true") for name in ("dry_run", "only_good")}
    content, kind = file.stream.read(), request.values.get("format", "auto")
    if asked["dry_run"]:
        return _looked(service.look_over(college(), actor, content, wanted=kind), dry_run=True)
    try:
        uid = service.bring_in(college(), actor, content, wanted=kind, file_name=file.filename or "", only_good=asked["only_good"])
    except service.QuestionsRefused as refusal:
        report = msgspec.to_builtins(_looked(refusal.facts["_looked"], dry_run=False))
        raise service.QuestionsRefused(**report) from refusal
    with working(college(), actor, write=False) as work:
        done = _report(work, uid)
    return QuestionsReport(False, True, uid, done.format, done.good, done.bad, done.findings, done.more_findings)


def _looked(looked: service.Looked, *, dry_run: bool) -> QuestionsReport:
    """A file that was only looked over, in the reader's language: first what cannot be brought in."""
    rows = sorted(looked.rows, key=lambda one: one.is_good)
    found = [finding.as_json() for one in rows for finding in one.findings]
    shown = _shown(found[:MOST_FINDINGS])
    return QuestionsReport(dry_run, False, None, looked.format, looked.good, looked.bad, shown, max(len(found) - MOST_FINDINGS, 0))


@routes.get("/api/v1/bank/imports/<uuid:uid>", allow=Action.AUTHOR, answers={200: ImportReport})
def read_import(work: Work, uid: UUID) -> ImportReport:
    """What was found in a file."""
    return _report(work, uid)


def _report(work: Work, uid: UUID) -> ImportReport:
    kept = lists.own_import(work, uid)
    good, bad = service.counts(work, kept.id)
    rows = [
        *lists.import_rows(work, kept.id, bad=True, most=MOST_FINDINGS),
        *lists.import_rows(work, kept.id, bad=False, most=MOST_FINDINGS),
    ]
    shown = _shown(one for row in rows for one in row.findings)
    return ImportReport(uid, kept.format, str(kept.state), good, bad, shown[:MOST_FINDINGS],
                        max(lists.finding_count(work, kept.id) - MOST_FINDINGS, 0))  # fmt: skip


def _shown(findings: Iterable[Sequence[Any]]) -> list[FindingShown]:
    told = [words.told(one, service.SENTENCES) for one in findings]
    return [FindingShown(one.row, one.column, one.code, one.text, one.found, one.expected, one.fix, one.is_error) for one in told]


@routes.get("/api/v1/bank/imports/<uuid:uid>/findings", allow=Action.AUTHOR, answers={200: Findings})
def list_findings(work: Work, uid: UUID) -> Findings:
    """All that was found in a file, the findings of 200 questions a page; `page` is the `next` of the page before."""
    found = lists.found_rows(work, lists.own_import(work, uid).id, request.args.get("page"), ROWS)
    return Findings(_shown(one for row in found.items for one in row.findings), found.next)


@routes.get("/api/v1/bank/imports/<uuid:uid>/findings.xlsx", allow=Action.AUTHOR, own_work=True)
def get_findings(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """The same as a workbook to correct: that of the import with its faulty cells marked, of another format a list."""
    content, name = service.corrections(college(), actor, uid)
    return send_file(io.BytesIO(content), service.WRITERS["excel"][2], as_attachment=True, download_name=name)


@routes.post("/api/v1/bank/imports/<uuid:uid>/carry-out", allow=Action.AUTHOR, answers={200: Counted})
def carry_out(work: Work, uid: UUID) -> Counted:
    """Bring the good questions in as drafts; the others stay, and come in by the same request once they are corrected on the page."""
    return Counted(service.carry_out(work, uid))


@routes.delete("/api/v1/bank/imports/<uuid:uid>", allow=Action.AUTHOR, answers={200: Counted})
def take_back(work: Work, uid: UUID) -> Counted:
    """Take a whole import back: its questions are retired."""
    return Counted(service.take_back(work, uid))


@routes.get("/api/v1/bank/export", allow=Action.OPEN)
def export(work: Work) -> ResponseReturnValue:
    """The questions of a list as a file in `format` (excel, gift, moodle, qti); `X-Left-Out` counts what did not fit."""
    chosen = wanted()
    service.read_keys(work, chosen)
    made, ending, media_type, _count = service.export(work, chosen, request.args.get("format", "excel"))
    answer: Any = send_file(io.BytesIO(made.content), media_type, as_attachment=True, download_name=f"questions.{ending}")
    answer.headers["X-Left-Out"] = str(sum(one.code == "question_left_out" for one in made.lost))
    return answer  # type: ignore[no-any-return]
