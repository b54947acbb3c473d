"""Statistics made from sittings and kept: of whole examinations, and of each version of a question in them.

Only attempts that are marked count, and only of examinations whose results are out (rules/timing.py): until then nobody is
told anything of them. What is annulled is not `graded` and counts nowhere. Every person counts once, with the first paper
that counts; whether he passed, with his best.

What is kept gives way only to figures from which at least five people more, or fewer, are told: otherwise the difference
between two readings would be one person's paper (docs/adr/0031). What is done to a question for everybody, and other rules,
make them anew at once, from the same sittings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby, islice
from typing import Any, TypeVar

import msgspec
from sqlalchemy import and_, case, delete, exists, func, insert, or_, select, union_all
from sqlalchemy.orm import aliased

from app.bank.rules.answers import Kind, is_answered
from app.exams.models import Answer, Attempt, AttemptState, Exam, ExamFigures, ExamState, Regrade, ResultTrail, VersionFigures
from app.exams.rules import groups, statistics
from app.exams.rules.regrading import How
from app.exams.rules.statistics import Figures, Performance, Response, seconds_of
from app.exams.service.sittings import is_told
from app.jobs.service import enqueue
from app.kernel.db import dialect, insert_into
from app.kernel.work import Work

CHUNK = 400
AT_ONCE = 500
"""Sittings whose figures are made while a page waits."""
One = TypeVar("One")
ANNULLED = "annulled"
_OF_RESULT = and_(ResultTrail.person_id == Attempt.person_id, ResultTrail.attempt_id == Attempt.id)
CHOSEN = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE})


def counted(exam_id: Any, upto: datetime | None = None) -> tuple[Any, ...]:
    """The attempts that count, of one examination; or those that counted at a moment, what was annulled since among them."""
    of_exam, graded = Attempt.exam_id == exam_id, Attempt.state == AttemptState.GRADED
    if upto is None:
        return of_exam, graded
    later = exists().where(_OF_RESULT, ResultTrail.what == ANNULLED, ResultTrail.at > upto)
    return of_exam, or_(graded, and_(Attempt.state == AttemptState.ANNULLED, later)), Attempt.graded_at <= upto


def had_passed(exam: Exam) -> Any:
    """Whether an attempt that counts, or counted, was a pass."""
    return or_(Attempt.passed.is_(True), and_(Attempt.state == AttemptState.ANNULLED, Attempt.score >= Decimal(exam.pass_mark)))


def are_out(exam: Exam, now: datetime) -> bool:
    """Whether the results of an examination may be spoken of; those of a self-test never are."""
    return is_told(exam, now) and not exam.ungraded


def seen(work: Work) -> dict[int, str]:
    """For each examination with marked attempts: how many, and the last thing done to a question of it. Two statements."""
    graded = select(Attempt.exam_id, func.count()).where(Attempt.state == AttemptState.GRADED).group_by(Attempt.exam_id)
    regrades = select(Regrade.exam_id, func.max(Regrade.id)).group_by(Regrade.exam_id)
    last = {row[0]: row[1] for row in work.session.execute(regrades)}
    return {exam_id: _mark(count, last.get(exam_id)) for exam_id, count in work.session.execute(graded)}


def _mark(count: int, regrade: int | None) -> str:
    return f"{count}/{regrade or 0}" if count else ""


@dataclass(frozen=True)
class Freshness:
    """How what is kept compares with the sittings there are now."""

    kept: ExamFigures | None
    seen: str
    people: int
    """Who has a result now."""
    firsts: int
    """Of how many a first paper has come since, or is annulled."""
    came: int
    """Of how many any paper."""

    @property
    def is_moved(self) -> bool:
        """Whether a question was withdrawn or corrected since, or the rules of the figures are others."""
        kept = self.kept
        return kept is not None and (kept.method != statistics.METHOD or kept.seen.partition("/")[2] != self.seen.partition("/")[2])

    @property
    def gives_way(self) -> bool:
        """Whether there is nothing to be held against, or so many people have come that nobody is told by the difference."""
        return self.kept is None or self.kept.body is None or groups.may_follow(self.firsts, self.came)

    @property
    def waits(self) -> str:
        """`soon` where other figures are to come, `held` where too few people have come for that; empty where these are of everybody."""
        if self.is_moved or (self.came and self.gives_way):
            return "soon"
        return "held" if self.came else ""


def freshness(work: Work, exam_id: int) -> Freshness:
    """How the figures of an examination stand: two statements."""
    kept = work.session.get(ExamFigures, exam_id)
    people, graded = func.count(func.distinct(Attempt.person_id)), func.count()
    now = select(people.label("people"), graded.label("graded")).where(*counted(exam_id)).subquery()
    last = select(func.max(Regrade.id)).where(Regrade.exam_id == exam_id).scalar_subquery()
    since = _since(exam_id, kept.as_of) if kept else (0, 0)
    row = work.session.execute(select(now.c.graded, last, now.c.people, *since)).one()
    return Freshness(kept, _mark(row[0], row[1]), *row[2:])


def _since(exam_id: int, as_of: datetime) -> tuple[Any, Any]:
    """Two columns: of how many people a first paper has come after a moment or was annulled, and of how many any paper."""
    earlier = aliased(Attempt)
    had = exists().where(
        earlier.person_id == Attempt.person_id, earlier.exam_id == exam_id, earlier.state == AttemptState.GRADED, earlier.graded_at <= as_of
    )  # fmt: skip
    new = select(Attempt.person_id, case((had, None), else_=Attempt.person_id).label("first"))
    new = new.where(*counted(exam_id), Attempt.graded_at > as_of)
    gone = select(Attempt.person_id, Attempt.person_id.label("first")).join(ResultTrail, _OF_RESULT)
    gone = gone.where(Attempt.exam_id == exam_id, Attempt.graded_at <= as_of, ResultTrail.what == ANNULLED, ResultTrail.at > as_of)
    each = union_all(new, gone).subquery()
    firsts, came = (select(func.count(func.distinct(one))).select_from(each).scalar_subquery() for one in (each.c.first, each.c.person_id))
    return firsts, came


def outdated(work: Work) -> list[int]:
    """Examinations whose results are out and whose figures are missing, of other rules, or of another state."""
    made = {
        row.exam_id: (row.method, row.seen)
        for row in work.session.execute(select(ExamFigures.exam_id, ExamFigures.method, ExamFigures.seen))
    }
    now_seen = seen(work)
    changed = [exam_id for exam_id, mark in now_seen.items() if made.get(exam_id) != (statistics.METHOD, mark)]
    changed += [exam_id for exam_id in made if exam_id not in now_seen and made[exam_id][1] != ""]
    found = [exam for chunk in _batches(changed, CHUNK) for exam in work.session.scalars(select(Exam).where(Exam.id.in_(chunk)))]
    return [exam.id for exam in found if exam.state != ExamState.DRAFT and are_out(exam, work.now)]


@dataclass(frozen=True)
class Made:
    """Figures made of what was seen, still to be kept."""

    exam_id: int
    seen: str
    as_of: datetime
    figures: Figures | None


def make(work: Work, exam_id: int) -> Figures | None:
    """Make the figures of one examination anew where they may be others now; those that hold.

    None where its results are not out or too few sat it.
    """
    if found := work_out(work, exam_id):
        return keep(work, found)
    body = work.session.get_one(ExamFigures, exam_id).body
    return msgspec.convert(body, Figures) if body else None


def work_out(work: Work, exam_id: int) -> Made | None:
    """The long half: reads alone, so that nobody who writes waits for it (ADR 0019). None where what is kept stays."""
    if not are_out(work.session.get_one(Exam, exam_id), work.now):
        return Made(exam_id, "", work.now, None)
    compared = freshness(work, exam_id)
    if compared.gives_way or compared.kept is None:
        upto = work.now
    elif compared.is_moved:
        upto = compared.kept.as_of
    else:
        return None
    return Made(exam_id, compared.seen, upto, statistics.figures(*performances_of(work, exam_id, upto)))


def keep(work: Work, found: Made) -> Figures | None:
    """The short half: what was worked out takes the place of what was kept."""
    exam_id, made = found.exam_id, found.figures
    body = _rounded(msgspec.to_builtins(made)) if made else None
    row = {"exam_id": exam_id, "method": statistics.METHOD, "seen": found.seen, "as_of": found.as_of, "body": body}
    table = ExamFigures.__table__
    fresh = insert_into(dialect(work.session), table).values(**row)
    work.session.execute(fresh.on_conflict_do_update(index_elements=["exam_id"], set_=row))
    work.session.execute(delete(VersionFigures).where(VersionFigures.exam_id == exam_id))
    kept = [_kept(exam_id, one, one.ease) for one in made.items if one.ease is not None] if made else []
    if kept:
        work.session.execute(insert(VersionFigures), kept)
    return made


class Renewed(StrEnum):
    """What came of the wish for new figures."""

    DONE = "done"
    SOON = "soon"
    HELD = "held"
    SAME = "same"


def renew(work: Work, exam_id: int) -> Renewed:
    """Make them anew now, or, where more than AT_ONCE sat it, soon; not where too few people have come since."""
    compared = freshness(work, exam_id)
    if not (compared.gives_way or compared.is_moved):
        return Renewed.HELD if compared.came else Renewed.SAME
    if compared.people > AT_ONCE:
        enqueue(work, "exams.figures_of", key=f"figures:{exam_id}", exam_id=exam_id)
        return Renewed.SOON
    make(work, exam_id)
    return Renewed.DONE


def _kept(exam_id: int, one: statistics.ItemFigures, ease: float) -> dict[str, Any]:
    return {"version_id": one.item, "exam_id": exam_id, "candidates": one.candidates, "ease": round(ease * 1000),
            "relation": _thousandths(one.relation), "difference": _thousandths(one.difference)}  # fmt: skip


def _thousandths(value: float | None) -> int | None:
    return None if value is None else round(value * 1000)


def _rounded(value: Any) -> Any:
    """The same with every figure to four decimals."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value


def performances_of(work: Work, exam_id: int, upto: datetime | None = None) -> tuple[list[Performance], int]:
    """The first paper of every person that counts up to a moment, and how many people passed."""
    passes = had_passed(work.session.get_one(Exam, exam_id)).label("passed")
    columns = select(Attempt.person_id, Attempt.id, Attempt.started_at, Attempt.paper, Attempt.verdict, passes)
    rows = work.session.execute(
        columns.where(*counted(exam_id, upto)).order_by(Attempt.person_id, Attempt.number).execution_options(yield_per=CHUNK)
    )
    found: list[Performance] = []
    passed = 0
    for people in _batches(_people(rows), CHUNK):
        firsts = [first for first, _has_passed in people]
        answers = _answers(work, firsts)
        found += [one for row in firsts if (one := _performance(row, answers.get((row.person_id, row.id), ()))).maximum > 0]
        passed += sum(has_passed for _first, has_passed in people)
    return found, passed


def _batches(rows: Iterable[One], size: int) -> Iterator[list[One]]:
    """The rows, so many at a time."""
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk


def _people(rows: Any) -> Iterator[tuple[Any, bool]]:
    """Each person's first row, and whether any of his rows passed."""
    for _person, group in groupby(rows, key=lambda row: row.person_id):
        own = list(group)
        yield own[0], any(one.passed for one in own)


def _answers(work: Work, firsts: Sequence[Any]) -> dict[tuple[int, int], list[Any]]:
    """The answers of these attempts (person, attempt) in the order in which they were last saved."""
    columns = select(Answer.person_id, Answer.attempt_id, Answer.question, Answer.value, Answer.saved_at)
    mine = columns.where(Answer.person_id.in_([one.person_id for one in firsts]), Answer.attempt_id.in_([one.id for one in firsts]))
    found: dict[tuple[int, int], list[Any]] = {}
    for row in work.session.execute(mine.order_by(Answer.person_id, Answer.attempt_id, Answer.saved_at)):
        found.setdefault((row.person_id, row.attempt_id), []).append(row)
    return found


def _performance(row: Any, answers: Sequence[Any]) -> Performance:
    seconds = seconds_of(row.started_at, [(one.question, one.saved_at) for one in answers])
    marks = {question: float(earned) for question, earned, *_rest in row.verdict["questions"]}
    values = {one.question: one.value for one in answers}
    gone = {question: how for question, how in row.verdict.get("amended", {}).items() if how != How.KEY}
    lines = (line for line in row.paper["lines"] if line[0] in marks)
    return Performance(tuple(_response(line, marks[line[0]], values.get(line[0]), seconds, gone.get(line[0])) for line in lines))


def _response(line: Sequence[Any], earned: float, value: Any, seconds: Mapping[str, float], gone: str | None) -> Response:
    """Of a line as it is stored (assembly.Line.as_json): a million of them are read for ten thousand papers of a hundred questions.

    `gone` says how the question was withdrawn; out of the total it is worth nothing.
    """
    question, version_id, kind, points, options = line[:5]
    maximum, withdrawn = 0.0 if gone == How.OUT else float(points), gone is not None
    if not is_answered(value):
        return Response(version_id, earned, maximum, (), is_answered=False, is_withdrawn=withdrawn)
    picked = ((value,) if isinstance(value, str) else value) if kind in CHOSEN else ()
    chosen = tuple(letter for one in picked for shown, letter in options if shown == one)
    return Response(version_id, earned, maximum, chosen, is_answered=True, seconds=seconds.get(question), is_withdrawn=withdrawn)
