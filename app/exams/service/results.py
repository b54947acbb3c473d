"""The result of an attempt: as much of it as is released, read and not recomputed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from sqlalchemy import JSON, Boolean, String, cast, null, select, union_all

from app.bank.rules.answers import Kind, is_answered
from app.bank.rules.scoring import CENT, Outcome
from app.bank.service import Secret, secrets
from app.exams.models import Answer, Attempt, AttemptState, Exam, ExamKind, ExamPlan, HandMark, Sheet
from app.exams.queries import lectures
from app.exams.queries.lectures import Taught, Words
from app.exams.queries.secrets import reserving
from app.exams.rules.assembly import Line, Paper
from app.exams.rules.hands import Place, rubric_of
from app.exams.rules.regrading import WITHDRAWN
from app.exams.rules.sessions import Band, grade
from app.exams.rules.statistics import seconds_of
from app.exams.rules.timing import Release
from app.exams.service import attempts, papers, refusals
from app.exams.service.amending import corrections
from app.exams.service.happened import NoteShown, ResultChange, happened, hushed
from app.exams.service.marking import Receipt
from app.exams.service.papers import AttemptShown, OptionShown, PictureShown, plain
from app.exams.service.sittings import released
from app.kernel.errors import NotFound
from app.kernel.work import Work

if TYPE_CHECKING:  # whose module is read with those of the pages, after this one
    from app.exams.queries.own import Own

WRITTEN = frozenset({Kind.SHORT, Kind.CASE})
SEVERAL = frozenset({Kind.MULTIPLE, Kind.BLANK})
HELD = "held"
"""The outcome of a question whose right or wrong would give away a key that another examination still asks for."""


@dataclass
class Said:
    """What markers said of a written answer: their remarks, and what each gave by the lines of the rubric (a ruling alone, if any)."""

    remarks: list[str] = field(default_factory=list)
    criteria: list[list[Decimal]] = field(default_factory=list)


NOTHING = Said()
Hands = Mapping[Place, Said]


class CriterionShown(msgspec.Struct, frozen=True):
    """One line of the rubric: what is looked for, and what was earned of its points (the mean of two markers)."""

    text: str
    points: int | float
    earned: int | float


class TopicShown(msgspec.Struct, frozen=True):
    """How one topic went."""

    topic: str
    questions: int
    right: int
    points: int | float
    maximum: int | float


class QuestionResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one question went, or one part of a case. `key` and `explanation` are null until the release policy gives them out.

    `key` holds the right options; of blanks what each takes; of a written answer the sample. Both stay null while another
    examination that is not over asks the question (`held`); `outcome` is then "held" and `earned` null, unless a person marked it.
    """

    question: str
    kind: str
    stem: str
    topic: str
    points: int | float
    earned: int | float | None
    outcome: str
    options: list[OptionShown]
    answer: str | list[str] | dict[str, str | list[str]] | None
    taught: Taught | None
    key: list[str] | None
    explanation: str | None
    parts: list[QuestionResult] = []
    picture: PictureShown | None = None
    table: list[list[str]] = []
    criteria: list[CriterionShown] = []
    """What a written answer earned by the lines of its rubric; given out with the keys, as long as the points are the markers'."""
    remarks: list[str] = []
    """What markers remarked, without their names; given out with the keys."""
    amended: str = ""
    """`full` or `out` where the question was withdrawn, so that nothing is its key; `key` where that was corrected after the fact."""
    seconds: int | None = None
    """Time at the question: from the answer saved before it, or the beginning, to its own last one; null where none was given."""
    flagged: bool = False
    """Whether the candidate flagged it."""
    partial: str = ""
    """What an incomplete answer of several options or blanks earns (`none`, `half`, `share`, `net`); given out with the key."""
    held: bool = False
    """Whether another examination still asks the question, so that its key is given out only when that is over."""


class ResultShown(msgspec.Struct, frozen=True):
    """A released result (interfaces.md §4.2). `questions` is null where the policy gives out figures only."""

    attempt: UUID
    exam: UUID
    title: str
    number: int
    max_attempts: int
    attempts_left: int
    score: int | float | None
    """Of 100; null, like `points`, where the examination is not graded."""
    passed: bool
    pass_mark: int
    points: int | float | None
    maximum: int | float
    submitted_at: datetime
    handed_in_by: str
    receipt: str
    digest: str
    topics: list[TopicShown]
    questions: list[QuestionResult] | None
    grade: str = ""
    """The name of the grade band the score reaches; empty where there is none."""
    changes: list[ResultChange] = []
    notes: list[NoteShown] = []
    """What was noticed while he sat and is kept for a reviewer."""
    ungraded: bool = False
    """Whether it is a self-test, which has neither score nor pass."""


def find_attempt(work: Work, uid: UUID) -> tuple[Attempt, Exam]:
    """An attempt of the acting person with its exam; anyone else's does not exist for them (ATK-A59)."""
    key = papers.attempt_key(work, uid)
    mine = select(Attempt, Exam).join(Exam, Exam.id == Attempt.exam_id)
    row = key and work.session.execute(mine.where(Attempt.person_id == key[0], Attempt.id == key[1], Attempt.uid == uid)).one_or_none()
    if not row:
        raise NotFound()
    return row[0], row[1]


def read(work: Work, uid: UUID) -> AttemptShown:
    """The attempt with what was saved, on whatever device; once handed in, only if its questions are released."""
    attempt, exam = find_attempt(work, uid)
    if attempt.state != AttemptState.RUNNING and not released(exam, attempts.past(work, exam.id), work.now).questions:
        raise refusals.AttemptOver()
    return papers.shown(work, attempt, exam)


def held_elsewhere(work: Work, uid: UUID) -> str | None:
    """The device on which a running attempt is being written, if that is not this one."""
    attempt, _exam = find_attempt(work, uid)
    return attempt.device if attempt.state == AttemptState.RUNNING and attempt.door != work.actor.door else None


def receipt(one: Own) -> Receipt:
    """The receipt of a sitting that is in."""
    attempt = one.attempt
    if not (attempt.receipt and attempt.submitted_at and attempt.digest):
        raise refusals.AttemptRunning()
    return Receipt(attempt.receipt, attempt.submitted_at, attempt.digest)


def result(work: Work, one: Own) -> ResultShown:
    """The result as far as it is released; refused while the attempt runs or the policy holds it back."""
    attempt, exam, past = one.attempt, one.exam, one.past
    if attempt.state == AttemptState.RUNNING:
        raise refusals.AttemptRunning()
    if attempt.state == AttemptState.MARKING:
        raise refusals.BeingMarked()
    if attempt.state == AttemptState.ANNULLED:
        raise refusals.AttemptAnnulled()
    given = released(exam, past, work.now)
    if not given.score:
        raise refusals.NotReleased()
    verdict = attempt.verdict
    assert verdict and attempt.score is not None and attempt.submitted_at and attempt.handed_in_by
    changed, notes = happened(work, attempt) if exam.kind == ExamKind.EXAM or attempt.notes else ([], [])
    questions = _questions(work, attempt, given) if given.questions else None
    if not given.keys or any(asked.amended and asked.held for asked in questions or ()):
        changed = hushed(changed)
    return ResultShown(
        attempt.uid, exam.uid, exam.title, attempt.number, exam.max_attempts, max(exam.max_attempts - sum(one.counts for one in past), 0),
        None if exam.ungraded else plain(attempt.score), bool(attempt.passed), exam.pass_mark,
        None if exam.ungraded else plain(Decimal(verdict["points"])), plain(Decimal(verdict["maximum"])),
        attempt.submitted_at, attempt.handed_in_by, attempt.receipt or "", attempt.digest or "",
        [TopicShown(name, count, right, plain(Decimal(points)), plain(Decimal(maximum)))
         for name, count, right, points, maximum in verdict["topics"]],
        questions, grade(_bands(one.plan), attempt.score),
        changed, notes, exam.ungraded,
    )  # fmt: skip


def _bands(plan: ExamPlan | None) -> list[Band]:
    """The grades of an examination; a closing quiz has none."""
    return [Band(least, name) for least, name in plan.bands] if plan else []


def _written(work: Work, attempt: Attempt, with_marks: bool) -> tuple[dict[str, Any], dict[Place, Said]]:
    """What was answered, by question as it was last saved, and what markers said of it, by its place on the paper: one statement."""
    no: dict[str, Any] = {"part": String, "remark": String, "criteria": JSON, "is_ruling": Boolean}
    rows: Any = select(Answer.question, Answer.value, *(cast(null(), kind).label(name) for name, kind in no.items()), Answer.saved_at)
    rows = rows.where(Answer.person_id == attempt.person_id, Answer.attempt_id == attempt.id)
    if with_marks:
        given = (HandMark.remark, HandMark.criteria, HandMark.is_ruling, HandMark.at)
        marks = select(Sheet.question, cast(null(), JSON).label("value"), Sheet.part, *given)
        marks = marks.join(HandMark, HandMark.sheet_id == Sheet.id)
        rows = union_all(rows, marks.where(Sheet.person_id == attempt.person_id, Sheet.attempt_id == attempt.id))
    values: dict[str, Any] = {}
    hands: dict[Place, Said] = defaultdict(Said)
    for question, value, part, remark, criteria, is_ruling, at in sorted(work.session.execute(rows), key=lambda row: row.saved_at):
        if part is None:
            values[question] = (value, at)
            continue
        said = hands[question, part]
        said.remarks += [remark] if remark else []
        said.criteria = [*([] if is_ruling else said.criteria), [Decimal(one) for one in criteria]]
    return values, hands


def _criteria(secret: Secret | None, said: Said, earned: Any, maximum: Decimal) -> list[CriterionShown]:
    """The rubric with what was earned; nothing where the points are no longer those of the markers (appeal, regrade)."""
    rubric = secret.hidden.get("rubric", ()) if secret else ()
    if not rubric or not said.criteria or any(len(one) != len(rubric) for one in said.criteria):
        return []
    means = [sum(column, Decimal(0)) / len(column) for column in zip(*said.criteria, strict=True)]
    if abs(sum(means) - Decimal(earned)) >= CENT:
        return []
    return [
        CriterionShown(text, plain(most), plain(mean.quantize(CENT, ROUND_DOWN)))
        for (text, most), mean in zip(rubric_of(rubric, maximum), means, strict=True)
    ]


def _questions(work: Work, attempt: Attempt, given: Release) -> list[QuestionResult]:
    """Every question of the paper with its mark; keys are read only when they are given out, and no other examination asks them."""
    assert attempt.verdict
    paper = Paper.from_json(attempt.paper)
    words = lectures.words(work, [line.version_id for line in paper.lines])
    asked = reserving(work, {one.question_id for one in words.values()})
    held = {version for version, one in words.items() if asked[one.question_id] - {attempt.exam_id}}
    amended = attempt.verdict.get("amended", {})
    gone = {line.version_id for line in paper.lines if amended.get(line.question) in WITHDRAWN}
    keys = secrets(work, words.keys() - held - gone) if given.keys else {}
    saved, hands = _written(work, attempt, given.keys and any(line.kind in WRITTEN for line in paper.lines))
    marks = {question: mark for question, *mark in attempt.verdict["questions"]}
    keys |= corrections(work, attempt.exam_id, keys) if amended and given.keys else {}
    values = {question: value for question, (value, _at) in saved.items()}
    seconds = seconds_of(attempt.started_at, [(question, at) for question, (_value, at) in saved.items()])
    found = []
    for line in paper.lines:
        one = went(line, words[line.version_id], marks[line.question], values.get(line.question), keys.get(line.version_id), hands)
        time = int(seconds[line.question]) if is_answered(values.get(line.question)) else None
        one = msgspec.structs.replace(one, amended=amended.get(line.question, ""), seconds=time, flagged=line.question in attempt.flags)
        found.append(withheld(one) if line.version_id in held else one)
    return found


def withheld(one: QuestionResult) -> QuestionResult:
    """The question without anything of its key (INV-I18): what is right and wrong of a choice or a blank would tell it, too."""
    parts = [withheld(part) for part in one.parts]
    tells = any(part.outcome == HELD for part in parts) if parts else one.kind != Kind.SHORT
    outcome, earned = (HELD, None) if tells and one.outcome != Outcome.UNANSWERED else (one.outcome, one.earned)
    return msgspec.structs.replace(
        one, key=None, explanation=None, criteria=[], remarks=[], parts=parts, outcome=outcome, earned=earned, partial="", held=True
    )  # fmt: skip


def went(line: Line, words: Words, mark: Sequence[Any], value: Any, secret: Secret | None, hands: Hands) -> QuestionResult:
    """How one question went: its stored mark, what was answered, and what is right if the key may be told."""
    parts = [_part(part, words, name, mark, value, secret, hands.get((line.question, name), NOTHING)) for name, part in line.parts.items()]
    return _asked(line, words, mark, value, secret, parts, hands.get((line.question, ""), NOTHING))


def _part(part: Line, case: Words, name: str, mark: Sequence[Any], value: Any, secret: Secret | None, said: Said) -> QuestionResult:
    """A part of a case: its own words, mark, answer and key."""
    shown = next(one for one in case.shown["parts"] if one["part"] == name)
    words = Words(shown["stem"], dict(shown["options"]), case.topic, None, shown)
    kept = secret.hidden["parts"][name] if secret else None
    hidden = Secret(tuple(kept["right"]), kept["partial"], kept["explanation"], kept) if kept else None
    earned = mark[2][name] if len(mark) > 2 else ["0", Outcome.UNANSWERED.value]
    return _asked(part, words, earned, (value or {}).get(part.question), hidden, [], said)


def _asked(
    line: Line, words: Words, mark: Sequence[Any], value: Any, secret: Secret | None, parts: list[QuestionResult], said: Said
) -> QuestionResult:
    picture = words.shown.get("picture")
    return QuestionResult(
        line.question, line.kind.value, words.stem, words.topic, plain(line.points), plain(Decimal(mark[0])), mark[1],
        [OptionShown(shown, words.options[inner]) for shown, inner in line.options.items()],
        value, words.taught, right_of(line, secret) if secret else None, secret.explanation if secret else None, parts,
        PictureShown(picture["sha256"], picture["alt"]) if picture else None, words.shown.get("table", []),
        _criteria(secret, said, mark[0], line.points), said.remarks,
        partial=str(secret.partial) if secret and line.kind in SEVERAL else "",
    )  # fmt: skip


def right_of(line: Line, secret: Secret) -> list[str]:
    """What is right, as it may be given out."""
    if line.kind is Kind.BLANK:
        return [
            " / ".join(text for text, share, _tolerance in blank["accepted"] if Decimal(share) == 1) for blank in secret.hidden["blanks"]
        ]
    if line.kind is Kind.SHORT:
        return [secret.hidden["sample"]] if secret.hidden.get("sample") else []
    return [shown for shown, inner in line.options.items() if inner in secret.right]
