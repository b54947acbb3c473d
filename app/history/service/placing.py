"""What the rows of a batch mean for the ledger: whose they are, what is credited already, which line each becomes."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from app.history import queries
from app.history.queries import Known, Subject
from app.history.rules import COLUMNS, ZERO, Activity
from app.kernel.clock import civil, span_text
from app.kernel.work import Work
from app.ledger import queries as ledger_lines
from app.ledger import service as ledger
from app.ledger.queries import StandingLine
from app.ledger.rules.posting import spread
from app.people.rules.roll import Finding, masked_cell, plain
from app.people.service.sealing import seal
from app.rulebook import service as rulebook
from app.rulebook.rules import RuleSet

if TYPE_CHECKING:
    from app.history.service.examining import Origin

SOURCE = "history"
Days = dict[date, Decimal]


@dataclass
class Placed:
    """The lines of a batch by their rows, the rules they follow, and what was found."""

    lines: list[tuple[int, ledger.NewLine]] = field(default_factory=list)
    books: list[RuleSet] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: int = 0


@dataclass(frozen=True)
class _Facts:
    """What is known of the people of a batch."""

    subjects: Known
    credited: Mapping[tuple[int, str], int]
    standing: Mapping[int, Sequence[StandingLine]]
    days: Mapping[int, Days]


class Register:
    """Knows what earlier rows of the same file said; one for each run.

    `keeps_days`: nothing is posted, so that the days which earlier batches would use are remembered here.
    """

    def __init__(self, *, keeps_days: bool) -> None:
        self.keeps_days = keeps_days
        self.rows: dict[tuple[int, str], int] = {}
        self.laid: dict[int, Days] = defaultdict(dict)
        self.persons: set[int] = set()
        self.hours = ZERO
        self.books: dict[int, RuleSet] = {}
        self.closed: frozenset[int] | None = None

    def place(self, work: Work, activities: Sequence[Activity], origin: Origin | None) -> Placed:
        """What each activity of a batch means."""
        if self.closed is None:
            self.closed = ledger.closed_years(work)
        hashes = seal(work.settings.secret_key)
        sealed = {one.row: hashes.hashed(one.id_no) for one in activities if one.id_no}
        subjects = queries.persons(work, set(sealed.values()), {one.user_name for one in activities if not one.id_no})
        whose = [(one, subjects.by_id_no.get(sealed[one.row]) if one.id_no else subjects.by_user_name.get(one.user_name))
                 for one in activities]  # fmt: skip
        facts = _facts(work, subjects, [(one, subject) for one, subject in whose if subject is not None])
        placed = Placed()
        for activity, subject in whose:
            found = self._one(work, activity, subject, facts)
            if isinstance(found, Finding):
                placed.findings.append(found)
                placed.refused += 1
                continue
            assert subject is not None
            book = self._book(work, activity.to_on.year)
            if book not in placed.books:
                placed.books.append(book)
            if activity.leave and book.class_rule is None:
                placed.findings.append(dataclasses.replace(_finding(activity, "leave", "leave_no_rule"), is_error=False))
            placed.lines.append((activity.row, _line(work, activity, subject, book, origin)))
            self.persons.add(subject.id)
            self.hours += placed.lines[-1][1].hours
        if not self.keeps_days:
            self.laid.clear()
        return placed

    def _one(self, work: Work, activity: Activity, subject: Subject | None, facts: _Facts) -> Finding | None:
        """What stands against the row, the person first, then the activity, then its dates."""
        fault = self._person_fault(work, activity, subject)
        if fault is not None or subject is None:
            return fault
        if self.closed and activity.to_on.year in self.closed:
            return _finding(activity, "to_on", "year_closed", str(activity.to_on.year))
        key = (subject.id, activity.key)
        if (first := self.rows.setdefault(key, activity.row)) != activity.row:
            return _finding(activity, "title", "training_twice", str(first))
        if (seq := facts.credited.get(key) or _twin(activity, facts.standing.get(subject.id, ()))) is not None:
            return _finding(activity, "title", "credited_already", str(seq))
        book = self._book(work, activity.to_on.year)
        if book.class_rule is not None and activity.is_over_leave(book):
            return _finding(activity, "leave", "over_leave", str(book.class_rule.leave_limit))
        return self._days_fault(work, activity, subject, facts.days.get(subject.id, {}))

    def _person_fault(self, work: Work, activity: Activity, subject: Subject | None) -> Finding | None:
        by = "id_no" if activity.id_no else "user_name"
        if subject is None:
            return _finding(activity, by, "person_unknown")
        if not subject.in_scope:
            return _finding(activity, by, "outside_scope")
        if plain(subject.name) != activity.name:
            return _finding(activity, "name", "other_name")
        return _finding(activity, by, "own_training") if subject.id == work.actor.person_id else None

    def _days_fault(self, work: Work, activity: Activity, subject: Subject, taken: Days) -> Finding | None:
        """At most one training day a calendar date, with what is in the ledger and what stood in the file before."""
        _hours, days = activity.figures(self._book(work, activity.to_on.year))
        if days <= 0:
            return None
        before = self.laid[subject.id]
        used = {**taken, **{day: taken.get(day, ZERO) + part for day, part in before.items()}}
        laid = spread(days, activity.from_on, activity.to_on, used)
        if laid is None:
            return _finding(activity, "days", "days_taken", span_text(activity.from_on, activity.to_on))
        for day, part in laid.items():
            before[day] = before.get(day, ZERO) + part
        return None

    def _book(self, work: Work, year: int) -> RuleSet:
        """The rules of the year the training belongs to; before all rules, those of today."""
        if year not in self.books:
            try:
                self.books[year] = rulebook.in_force(work, work.settings.rule_set, date(year, 12, 31))
            except rulebook.NoSuchRuleSet:
                self.books[year] = rulebook.in_force(work, work.settings.rule_set, civil(work.now).date())
        return self.books[year]


def _facts(work: Work, subjects: Known, whose: Sequence[tuple[Activity, Subject]]) -> _Facts:
    """Three reads of the ledger for a batch."""
    if not whose:
        return _Facts(subjects, {}, {}, {})
    ids = {subject.id for _one, subject in whose}
    first, last = min(one.from_on for one, _ in whose), max(one.to_on for one, _ in whose)
    return _Facts(
        subjects,
        ledger_lines.credited(work, {(subject.id, one.key) for one, subject in whose}),
        ledger_lines.standing(work, ids, first, last),
        ledger_lines.days_taken(work, ids, first, last),
    )


def _twin(activity: Activity, standing: Sequence[StandingLine]) -> int | None:
    """A line of the same name on the same dates, whatever its key: a course or claim that was credited here."""
    return next(
        (
            line.seq
            for line in standing
            if (line.occurred_from, line.occurred_to) == (activity.from_on, activity.to_on) and plain(line.title) == activity.title
        ),
        None,
    )


def _line(work: Work, activity: Activity, subject: Subject, book: RuleSet, origin: Origin | None) -> ledger.NewLine:
    """The ledger line of a row; its evidence names file, row and who brought it in."""
    hours, days = activity.figures(book)
    uid, digest = (origin.uid, origin.digest) if origin else ("", "")
    rests_on = {
        "file": digest, "row": activity.row, "by": work.actor.person_id, "issuer": activity.issuer, "cert_no": activity.cert_no,
        "hours": None if activity.hours is None else str(activity.hours), "days": None if activity.days is None else str(activity.days),
        **({} if activity.leave is None else {"leave": str(activity.leave)}),
    }  # fmt: skip
    is_online = activity.category == "online_course"
    return ledger.NewLine(
        person_id=subject.id, activity_key=activity.key, category=activity.category, hours=hours, days=days,
        span_days=activity.dates if activity.off_post else 0, occurred_from=activity.from_on, occurred_to=activity.to_on,
        source_type=SOURCE, source_id=f"{uid}:{activity.row}", title=activity.title, rule_set_version=book.pin,
        evidence=ledger.digest(rests_on), subject_kind=activity.subject_kind,
        delivery=activity.delivery or ("online" if is_online else "offline"), off_post=activity.off_post,
        overseas=activity.category == "overseas", axes=activity.axes, certified_by=work.actor.name,
    )  # fmt: skip


def _finding(activity: Activity, column: str, code: str, expected: str = "") -> Finding:
    shown = masked_cell(column, str(getattr(activity, column)))[:60]
    return Finding(activity.row, COLUMNS[column][0], code, shown, expected)
