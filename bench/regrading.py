"""Regrading an examination of 10,000 sittings: looking at who would change, and committing it with hours and trail (issue 3)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, select

from app.bank.models import QuestionKey, QuestionVersion
from app.exams import service
from app.exams.models import Answer, Attempt, AttemptState, Exam, ExamKind, ExamPlan, HandedInBy
from app.exams.queries.drawing import candidates
from app.exams.queries.halls import hall
from app.exams.rules import blueprint
from app.exams.rules.assembly import Paper, arrange, seed
from app.exams.rules.regrading import How
from app.exams.rules.timing import ReleasePolicy
from app.kernel.bulk import put
from app.kernel.ids import person_uid, row_id
from app.kernel.work import Actor, College, Work, working
from app.ledger.models import LedgerEntry
from app.people.models import Person
from bench.figures import Figure
from bench.load import cpu_seconds
from bench.servers import Server

SITTINGS, LIMIT, HELD = 10_000, 20, 5
TITLE = "初任培训结业考试"
"""The examination of the demo with a hundred questions, worth four hours."""


def regrading(server: Server, sittings: int = SITTINGS) -> list[Figure]:
    """10,000 sittings of 100 questions: look ≤ 20 s, commit ≤ 20 s and ≤ 5 s of it writing, whichever way, with the lines it posts."""
    assert server.college is not None and server.place is not None
    college, extra = server.college, (os.getpid(), *server.place.extra)
    exam, share = _held(college, sittings), sittings / SITTINGS
    limit, held = max(LIMIT * share, 1), max(HELD * share, 1)
    found: list[Figure] = []
    for how in (How.FULL, How.OUT, How.KEY):
        with working(college, Actor.system("bench"), write=False) as work:
            wish = _wish(work, exam, how)
        before, began, cpu = _lines(college), time.perf_counter(), cpu_seconds(extra)
        with working(college, Actor.system("bench"), write=False) as work:
            seen = service.preview_regrade(work, exam, wish)
        looked, spent = time.perf_counter() - began, cpu_seconds(extra) - cpu
        began, cpu = time.perf_counter(), cpu_seconds(extra)
        with working(college, Actor.system("bench"), write=False) as work:
            weighed = service.weigh_regrade(work, exam, wish, "性能测量", seen.digest)
        writing = time.perf_counter()
        with working(college, Actor.system("bench")) as work:
            row = service.regrade(work, weighed)
            sizes = f"{row.sittings} sittings, {row.changed} changed, {row.gained} gained, {row.lost} lost"
        ended, spent_too = time.perf_counter(), cpu_seconds(extra) - cpu
        found.append(Figure("regrade", f"looking ({how})", looked, limit, "s", f"{spent:.1f} s CPU; {sizes}"))
        found.append(Figure("regrade", f"committing ({how})", ended - began, limit, "s", f"{spent_too:.1f} s CPU"))
        found.append(Figure("regrade", f"of it writing ({how})", ended - writing, held, "s", f"{_lines(college) - before} lines"))
    return found


def _lines(college: College) -> int:
    with working(college, Actor.system("bench"), write=False) as work:
        return work.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def _wish(work: Work, exam: UUID, how: How) -> service.Wish:
    """A question that every paper has; as another key, the option after the right one."""
    final = (Exam.uid == exam, Attempt.state == AttemptState.GRADED)
    paper = work.session.scalars(select(Attempt.paper).join(Exam, Exam.id == Attempt.exam_id).where(*final)).first()
    assert paper is not None
    version = work.session.get_one(QuestionVersion, paper["lines"][0][1])
    letters = [letter for letter, _ in version.options]
    right = work.session.get_one(QuestionKey, version.id).right
    other = next(letter for letter in letters if letter not in right) if how is How.KEY else ""
    return service.Wish(version.uid, how, (other,) if other else ())


def _held(college: College, sittings: int) -> UUID:
    """So many final sittings of one hundred questions each, a third of them a question short of passing."""
    with working(college, Actor.system("bench")) as work:
        exam = work.session.scalars(select(Exam).where(Exam.kind == ExamKind.EXAM, Exam.title == TITLE)).one()
        exam.release_policy = ReleasePolicy.SCORE_ONLY  # results that are out: a regrade posts hours and takes them back
        plan = work.session.get_one(ExamPlan, exam.id)
        sat = select(Attempt.person_id).where(Attempt.exam_id == exam.id)
        people = list(work.session.scalars(select(Person.id).where(Person.id.not_in(sat)).order_by(Person.id).limit(sittings)))
        rows = service.rows_of(plan)
        drawn = blueprint.draw(b"bench", rows, blueprint.Stock.from_json(plan.stock))
        wanted = [(question, row.points) for row, questions in zip(rows, drawn, strict=True) for question in questions]
        asked = list(candidates(work, hall(exam.uid), wanted).values())
        versions = [one.version_id for one in asked]
        keys = {row.version_id: row.right for row in work.session.scalars(select(QuestionKey).where(QuestionKey.version_id.in_(versions)))}
        attempts, answers = [], []
        secret = work.settings.secret_key
        for at in range(sittings):
            person, number = people[at % len(people)], at // len(people) + 1
            uid = person_uid(person, work.now + timedelta(milliseconds=at))
            paper = arrange(secret, seed(secret, str(exam.uid), person, number), str(uid), asked)
            row, given = _sat(work, exam, person, number, uid, paper, keys, right=58 + at % 4)
            attempts.append(row)
            answers += given
        put(work.session, cast(Table, Attempt.__table__), attempts)
        put(work.session, cast(Table, Answer.__table__), answers)
        people_of = sorted({row["person_id"] for row in attempts})
        from app.hours.service import settle_exam

        settle_exam(work, exam.id, people_of)
        return exam.uid


def _sat(
    work: Work, exam: Exam, person: int, number: int, uid: UUID, paper: Paper, keys: dict[int, Any], *, right: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One sitting with so many right answers, the first question wrong; only the first is kept, the rest is marked already."""
    lines = paper.lines
    marks = [[line.question, str(line.points) if 1 <= at <= right else "0", "right" if 1 <= at <= right else "wrong"]
             for at, line in enumerate(lines)]  # fmt: skip
    maximum = sum((line.points for line in lines), Decimal(0))
    points = sum((Decimal(mark[1]) for mark in marks), Decimal(0))
    topics = work.session.info.setdefault("bench.topics", _topics(work, [line.version_id for line in lines]))
    figures: dict[str, list[Any]] = {}
    for line, mark in zip(lines, marks, strict=True):
        row = figures.setdefault(topics[line.version_id], [topics[line.version_id], 0, 0, Decimal(0), Decimal(0)])
        row[1], row[2], row[3], row[4] = row[1] + 1, row[2] + (mark[2] == "right"), row[3] + Decimal(mark[1]), row[4] + line.points
    verdict = {"points": str(points), "maximum": str(maximum), "questions": marks,
               "topics": [[row[0], row[1], row[2], str(row[3]), str(row[4])] for row in figures.values()]}  # fmt: skip
    score = (points * 100 / maximum).quantize(Decimal("0.01"))
    first = lines[0]
    wrong = [shown for shown, inner in first.options.items() if inner not in keys[first.version_id]][:1]
    answer = {"person_id": person, "attempt_id": row_id(uid), "question": first.question, "rev": 1,
              "value": wrong if first.kind == "multiple" else wrong[0], "saved_at": work.now, "changes": 1}  # fmt: skip
    attempt = {
        "person_id": person, "id": row_id(uid), "uid": uid, "exam_id": exam.id, "number": number, "state": AttemptState.GRADED,
        "started_at": work.now, "ends_at": work.now, "door": "bench", "device": "", "paper": paper.as_json(), "notes": 0,
        "submitted_at": work.now, "handed_in_by": HandedInBy.PERSON, "receipt": "BENCH", "digest": "0" * 64, "score": score,
        "passed": points * 100 >= exam.pass_mark * maximum, "verdict": verdict, "graded_at": work.now, "is_forgiven": False,
        **dict(_later(Attempt)),
    }  # fmt: skip
    return attempt, [answer]


def _later(model: Any) -> Iterator[tuple[str, Any]]:
    """Columns that other steps have added since, at their defaults: a bulk insert names every one."""
    known = {
        "person_id", "id", "uid", "exam_id", "number", "state", "started_at", "ends_at", "door", "device", "paper", "notes", "submitted_at",
        "handed_in_by", "receipt", "digest", "score", "passed", "verdict", "graded_at", "is_forgiven",
    }  # fmt: skip
    for column in model.__table__.columns:
        if column.name not in known:
            yield column.name, None if column.default is None else column.default.arg


def _topics(work: Work, versions: list[int]) -> dict[int, str]:
    rows = select(QuestionVersion.id, QuestionVersion.topic).where(QuestionVersion.id.in_(versions))
    return {row.id: row.topic for row in work.session.execute(rows)}
