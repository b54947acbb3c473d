"""A year of one person: judged, with the figures of the ring, the bars and the months (frontend.md §1a, decision 28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import bindparam, literal, select, union_all

from app.catalogue.models import Course, CourseVersion
from app.claims import queries as claims
from app.hours import rules
from app.hours.models import CourseCredit, CreditState
from app.hours.queries.facts import as_lines, as_pending
from app.kernel.clock import civil
from app.kernel.db import ExactDecimal
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.ledger import queries as ledger
from app.people import queries as people
from app.people.rules.facts import AppointmentFact, PersonFacts, primary_post
from app.rulebook import service as rulebook
from app.rulebook.rules import Evaluation, Facts, Figure, Measure, RuleSet, Status, Verdict, Window, chosen, evaluate

ZERO = Decimal(0)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Bar:
    """One figure of one requirement as a bar: its verdict, which figure of it, and how full it is in percent.

    `pending` waits for certification, in the measure of the figure; `pending_share` is what it would fill of the rest.
    """

    verdict: Verdict
    figure: Figure
    place: int
    share: Decimal
    pending: Decimal
    pending_share: Decimal

    @property
    def others(self) -> tuple[Figure, ...]:
        """The alternatives of a requirement that any of its needs fulfils."""
        if not self.verdict.requirement.is_any:
            return ()
        return tuple(row for number, row in enumerate(self.verdict.figures) if number != self.place)


@dataclass(frozen=True)
class Ring:
    """The one number of the year: certified and pending of the person's first hours requirement."""

    bar: Bar
    pending: Decimal
    pending_share: Decimal
    chart: rules.MonthChart
    forecast: rules.Forecast


@dataclass(frozen=True)
class MyYear:
    """Where a person stands in a year, as of now."""

    year: int
    today: date
    person: PersonFacts
    post: AppointmentFact | None
    rank: str | None
    evaluation: Evaluation
    ring: Ring | None
    bars: tuple[Bar, ...]
    lines: tuple[Any, ...]
    pending: tuple[claims.Pending, ...]

    @property
    def book(self) -> RuleSet:
        """The rules it was judged by."""
        return self.evaluation.rule_set

    @property
    def waiting(self) -> tuple[claims.Pending, ...]:
        """What waits for certification and would belong to the year."""
        return tuple(one for one in self.pending if one.occurred_to.year == self.year)

    @property
    def days_left(self) -> int:
        """Days of the year after today."""
        return max((date(self.year, 12, 31) - self.today).days, 0)


def today(work: Work) -> date:
    """The civil date in the city."""
    return civil(work.now).date()


def book_of(work: Work, year: int) -> RuleSet:
    """The rule set that governs a year: the version in force on 31 December of it, which may split it. NotFound outside all rules."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound()
    return rulebook.of_year(work, work.settings.rule_set, year)


@dataclass(frozen=True)
class Record:
    """What is known of a person around a year: dated facts, the ledger lines of the cycle, and what waits for certification."""

    person: PersonFacts
    lines: tuple[Any, ...]
    pending: tuple[claims.Pending, ...]


def record(work: Work, person_id: int, year: int) -> Record:
    """Everything a year, and the cycle it lies in, is judged from: five reads. NotFound outside all rules."""
    known = people.facts(work, person_id)
    first, last = _span(book_of(work, year), year)
    rows = tuple(ledger.lines(work, person_id, since_year=first, until_year=last))
    return Record(known, rows, _pending(work, person_id))


def my_year(work: Work, person_id: int, year: int, known: Record | None = None) -> MyYear:
    """Judge a year of a person by pure rules; `known` is what was read already for another year of the cycle."""
    book = book_of(work, year)
    known = record(work, person_id, year) if known is None else known
    now = today(work)
    person = people.as_person(known.person)
    lines, waiting = as_lines(known.lines, known.person), tuple(one.line for one in known.pending)
    evaluation = evaluate(book, Facts(book.pin, year, now, person, lines, waiting))
    return MyYear(
        year, now, known.person, primary_post(known.person.appointments, now), person.rank(now), evaluation, _ring(evaluation, now),
        _bars(evaluation), known.lines, known.pending,
    )  # fmt: skip


def _span(book: RuleSet, year: int) -> tuple[int, int]:
    """Accounting years that matter: the cycle the year lies in, else the year; and one more on each side, for graced lists."""
    cycle = book.cycle
    if cycle is not None and cycle.to_on is not None and year in cycle.years():
        return min(cycle.from_on.year, year - 1), max(cycle.to_on.year, year + 1)
    return year - 1, year + 1


def _pending(work: Work, person_id: int) -> tuple[claims.Pending, ...]:
    """Finished courses and claims that wait for certification, as the lines they would become, oldest first."""
    found = work.session.execute(_pending_statement(), {"person": person_id})
    rows = [claims.pending_of(work, row) if row.source == claims.SOURCE else as_pending(row) for row in found]
    return tuple(sorted(rows, key=lambda one: (one.credited_at, one.line.id)))


@cache
def _pending_statement() -> Any:
    """What waits for the person `person`, in one statement; built once, for a page asks every time."""
    courses = (
        select(
            literal("course").label("source"), CourseCredit.title.label("title"), CourseCredit.hours.label("hours"),
            literal(Decimal(0), ExactDecimal()).label("days"), CourseCredit.occurred_from.label("occurred_from"),
            CourseCredit.occurred_to.label("occurred_to"), CourseCredit.credited_at.label("at"),
            CourseCredit.activity_key.label("activity_key"), Course.framework.label("kind"), CourseVersion.uid.label("uid"),
            CourseVersion.is_compulsory.label("mandatory"), CourseVersion.subject_kind.label("subject_kind"),
            CourseVersion.list_years.label("entered"),
        )
        .join(CourseVersion, CourseVersion.id == CourseCredit.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseCredit.person_id == bindparam("person"), CourseCredit.state == CreditState.PENDING)
    )  # fmt: skip
    return union_all(courses, claims.pending_statement())


def _ring(evaluation: Evaluation, now: date) -> Ring | None:
    """The first hours requirement in force: network hours, or the total of continuing education (decision 28)."""
    bar = _first_hours(evaluation)
    if bar is None:
        return None
    verdict, figure = bar.verdict, bar.figure
    book, year = evaluation.rule_set, evaluation.year
    need = verdict.requirement.needs[bar.place]
    counted = chosen(book, need, evaluation.lines, Window(year, year))
    credits = [(item.line.occurred_to, item.hours) for item in counted]
    pending = bar.pending
    ahead = rules.forecast(figure.counted, pending, figure.required, credits, now, verdict.due_on)
    pace = rules.month_pace(figure.required, verdict.in_force.months)
    return Ring(bar, pending, bar.pending_share, rules.month_chart(rules.by_month(credits, year, now), pace), ahead)


def bars_of(evaluation: Evaluation, verdict: Verdict) -> list[Bar]:
    """Every figure of a verdict as a bar, in rule order."""
    bars = []
    for place, (row, pending) in enumerate(zip(verdict.figures, evaluation.waiting(verdict.id), strict=True)):
        share = rules.share(row.counted, row.required)
        bars.append(Bar(verdict, row, place, share, pending, max(rules.share(row.counted + pending, row.required) - share, ZERO)))
    return bars


def _first_hours(evaluation: Evaluation) -> Bar | None:
    """Requirements of the year whose single or total figure is in hours come first; then any figure in hours."""
    candidates: list[tuple[int, int, Bar]] = []
    for number, verdict in enumerate(evaluation.verdicts):
        if verdict.status in {Status.NOT_APPLICABLE, Status.EXEMPT}:
            continue
        for bar in bars_of(evaluation, verdict):
            if bar.figure.measure is not Measure.HOURS:
                continue
            is_whole = len(verdict.figures) == 1 or bar.figure.is_total
            order = (0 if is_whole and verdict.requirement.period == "year" else 1, number)
            candidates.append((*order, bar))
    return min(candidates, key=lambda one: one[:2])[2] if candidates else None


def _bars(evaluation: Evaluation) -> tuple[Bar, ...]:
    """One bar for each requirement that touches the person; for several needs that all count, one for each bucket.

    What the person is exempt from has a bar only where nothing else is asked of him.
    """
    bars: list[Bar] = []
    asked = [verdict for verdict in evaluation.applicable if verdict.status is not Status.EXEMPT]
    for verdict in asked or evaluation.applicable:
        rows = bars_of(evaluation, verdict)
        if verdict.requirement.is_any:
            bars.append(max(rows, key=lambda bar: bar.share))
        else:
            bars += [bar for bar in rows if len(rows) == 1 or not bar.figure.is_total]
    return tuple(bars)
