"""What comes next for a person: quizzes to take, classes that begin, courses to finish, days by which a requirement is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import bindparam, cast, func, null, select, type_coerce, union_all

from app.claims import queries as claims
from app.claims.rules import ClaimState, deadline_on
from app.classes import queries as classes
from app.exams.models import Attempt, AttemptState, Exam, ExamState
from app.hours import rules
from app.hours.queries.year import Bar, MyYear, bars_of
from app.kernel.clock import civil
from app.kernel.db import UtcDateTime
from app.kernel.work import Work
from app.learning.models import CourseProgress
from app.learning.queries import Continuing
from app.rulebook.rules import Duty, Status, Verdict

SHOWN = 6


class Kind(StrEnum):
    """What is to be done; the page has a sentence and a verb for each."""

    CLAIM = "claim"
    """A claim that was returned, decided in the last days, or whose appeal was heard."""
    ATTEMPT = "attempt"
    QUIZ = "quiz"
    CLASS = "class"
    """A training class one is in and that begins soon."""
    COURSE = "course"
    REQUIREMENT = "requirement"
    OBLIGATION = "obligation"


@dataclass(frozen=True)
class Ahead:
    """One thing to do: by when, if there is a day, and the figures of its sentence."""

    kind: Kind
    href: str
    title: Any
    due_on: date | None
    urgency: rules.Urgency
    figures: dict[str, Any] = field(default_factory=dict)


def ahead(work: Work, year: MyYear, studying: Sequence[Continuing]) -> list[Ahead]:
    """Running attempts, news of claims and quizzes to take at any time, then what has a day, in its order, then the rest."""
    given = {"person": work.person_id, "now": work.now, "since": work.now - claims.FRESH, "today": year.today,
             "soon": year.today + classes.SOON}  # fmt: skip
    rows = work.session.execute(_waiting_statement(), given).all()
    found = [*_sittings(work, rows), *_claims(year, rows), *_classes(year, rows), *_requirements(year), *_duties(year), *_courses(studying)]
    return sorted(found, key=lambda one: (_place(one), one.due_on or date.max))[:SHOWN]


def _place(one: Ahead) -> int:
    """Which of the groups of the list one thing stands in."""
    if one.kind is Kind.ATTEMPT:
        return 0
    return 2 if one.due_on else 1 if one.kind in (Kind.CLAIM, Kind.QUIZ) else 3


@cache
def _waiting_statement() -> Any:
    """What waits in examinations, is told of claims, and begins of classes, in one statement: a page has ten of them. Built once."""
    sits, told, begins = (one.subquery() for one in (_sittings_statement(), claims.told_statement(), classes.beginning_statement()))
    parts = (
        (sits, ("closes_at", "max_attempts", "limit_minutes", "sat", "ends_at")),
        (told, ("state", "reason", "outcome", "occurred_to", "hours_claimed", "hours_certified", "changed_at")),
        (begins, ("starts_on", "ends_on", "place")),
    )

    def rows(source: Any) -> Any:
        """The rows of one part, with nothing in the columns of the others."""
        number = sits.c.id if source is sits else cast(null(), sits.c.id.type)
        columns = (part.c[name] if part is source else _nothing(part.c[name]) for part, names in parts for name in names)
        return select(number.label("id"), source.c.uid, source.c.title, *columns)

    return union_all(*(rows(part) for part, _names in parts))


def _nothing(column: Any) -> Any:
    """No value, of the type of a column: a date that is none is no text."""
    return type_coerce(cast(null(), column.type), column.type).label(column.name)


def _sittings_statement() -> Any:
    """Open exams the person `person` sits `now` or has come to by watching."""
    person: Any = bindparam("person")
    now: Any = bindparam("now", type_=UtcDateTime())
    watched = select(CourseProgress.version_id).where(
        CourseProgress.person_id == person, CourseProgress.lectures_completed_at.is_not(None), CourseProgress.completed_at.is_(None)
    )
    mine = (
        select(
            Attempt.exam_id,
            func.count().label("sat"),
            func.max(Attempt.ends_at).filter(Attempt.state == AttemptState.RUNNING).label("ends_at"),
        )
        .where(Attempt.person_id == person)
        .group_by(Attempt.exam_id)
        .subquery()
    )
    return (
        select(Exam.id, Exam.uid, Exam.title, Exam.closes_at, Exam.max_attempts, Exam.limit_minutes, mine.c.sat, mine.c.ends_at)
        .outerjoin(mine, mine.c.exam_id == Exam.id)
        .where(Exam.state == ExamState.OPEN, Exam.course_version_id.in_(watched) | (mine.c.ends_at > now))
    )


def _sittings(work: Work, rows: Sequence[Any]) -> list[Ahead]:
    """Attempts that run, and closing quizzes of courses whose lectures are all watched."""
    today = civil(work.now).date()
    found: list[Ahead] = []
    for row in sorted((row for row in rows if row.id is not None), key=lambda row: row.id):
        left, running = row.max_attempts - (row.sat or 0), row.ends_at is not None and row.ends_at > work.now
        if not running and (left <= 0 or (row.closes_at is not None and row.closes_at <= work.now)):
            continue
        due = civil(row.closes_at).date() if row.closes_at is not None else None
        kind = Kind.ATTEMPT if running else Kind.QUIZ
        figures = {"left": left, "minutes": row.limit_minutes, "ends_at": row.ends_at}
        found.append(Ahead(kind, f"/exams/{row.uid}", row.title, due, rules.urgency(due, today), figures))
    return found


def _claims(year: MyYear, rows: Sequence[Any]) -> list[Ahead]:
    """One's claims: what was returned says what is wanted and until when, the others what came of them and why."""
    found: list[Ahead] = []
    told = [row for row in rows if row.changed_at is not None]
    for row in sorted(told, key=lambda row: row.changed_at, reverse=True):
        what = "heard" if row.outcome else str(row.state)
        due = deadline_on(row.occurred_to, year.book.claim_deadline) if what == ClaimState.RETURNED else None
        figures = {"what": what, "outcome": row.outcome, "reason": row.reason, "claimed": row.hours_claimed,
                   "certified": row.hours_certified}  # fmt: skip
        found.append(Ahead(Kind.CLAIM, f"/hours/claims/{row.uid}", row.title, due, rules.urgency(due, year.today), figures))
    return found


def _classes(year: MyYear, rows: Sequence[Any]) -> list[Ahead]:
    """Training classes that begin soon: their first day, how long, and where."""
    return [
        Ahead(Kind.CLASS, "/classes", row.title, row.starts_on, rules.urgency(row.starts_on, year.today),
              {"ends_on": row.ends_on, "place": row.place})
        for row in rows if row.starts_on is not None
    ]  # fmt: skip


def _requirements(year: MyYear) -> list[Ahead]:
    """Requirements that are not reached, by the day they are due, each with everything it still lacks."""
    return [
        Ahead(
            Kind.REQUIREMENT, f"/hours#{bar.verdict.id}", bar, bar.verdict.due_on, rules.urgency(bar.verdict.due_on, year.today),
            {"lacking": lacking(year, bar.verdict)},
        )
        for bar in open_bars(year)
    ]  # fmt: skip


def open_bars(year: MyYear) -> list[Bar]:
    """One bar for each requirement that is still to be reached: its total where it has one, else the fullest."""
    found: list[Bar] = []
    for verdict in open_verdicts(year):
        rows = bars_of(year.evaluation, verdict)
        found.append(max(rows, key=lambda bar: (not bar.figure.is_reached, bar.figure.is_total, bar.share)))
    return found


def open_verdicts(year: MyYear) -> list[Verdict]:
    """Requirements that are not reached, whether their time is over or not."""
    return [verdict for verdict in year.evaluation.applicable if verdict.status in {Status.NOT_YET_DUE, Status.UNMET}]


def lacking(year: MyYear, verdict: Verdict) -> list[Bar]:
    """What a requirement still lacks, exactly: each kind that must be reached by itself, and a total only where it asks for
    more than its kinds lack together; of alternatives the fullest, which names the others.
    """
    rows = bars_of(year.evaluation, verdict)
    if verdict.requirement.is_any:
        return [max(rows, key=lambda bar: bar.share)]
    kinds = [bar for bar in rows if not bar.figure.is_total and bar.figure.shortfall]
    together = sum((bar.figure.shortfall for bar in kinds), Decimal(0))
    return [*kinds, *(bar for bar in rows if bar.figure.is_total and bar.figure.shortfall > together)]


def shortages(year: MyYear) -> list[Bar]:
    """What is still short besides the figure of the ring, of which the forecast speaks."""
    return [bar for verdict in open_verdicts(year) for bar in lacking(year, verdict) if not _is_of_ring(year, bar)]


def _is_of_ring(year: MyYear, bar: Bar) -> bool:
    """Whether the ring shows this figure, or an alternative to it."""
    shown = year.ring.bar if year.ring is not None else None
    return shown is not None and bar.verdict.id == shown.verdict.id and (bar.place == shown.place or bar.verdict.requirement.is_any)


def _duties(year: MyYear) -> list[Ahead]:
    """Obligations that are open or overdue."""
    return [
        Ahead(Kind.OBLIGATION, f"/hours#{duty.id}", duty, duty.due_on, rules.urgency(duty.due_on, year.today)) for duty in open_duties(year)
    ]


def open_duties(year: MyYear) -> list[Duty]:
    """Obligations that nothing satisfies yet."""
    return [duty for duty in year.evaluation.duties if duty.status is not Status.MET]


def _courses(studying: Sequence[Continuing]) -> list[Ahead]:
    """Courses begun and not finished, but the one that has the large card; compulsory ones first."""
    rest = sorted(studying[1:], key=lambda one: not one.is_compulsory)
    return [
        Ahead(
            Kind.COURSE,
            f"/courses/{one.course_uid}/lectures/{one.lecture_uid}",
            one,
            None,
            rules.Urgency.PLAIN,
            {"done": one.lectures_done, "of": one.lectures, "hours": one.hours or Decimal(0)},
        )
        for one in rest
        if not one.quiz_open
    ][:2]
