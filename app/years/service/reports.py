"""The report of a year as of a day: the same figures whenever it is run again (EX-E40, INV domain 12)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from app.compliance.service.judging import Judge
from app.kernel.bulk import undisturbed
from app.kernel.clock import civil
from app.kernel.quantity import hours_text
from app.kernel.work import Actor, College, Work, working
from app.ledger import queries as ledger
from app.ledger.queries.sums import of_span
from app.people import queries as people
from app.rulebook import service as rulebook
from app.rulebook.rules import RuleSet
from app.years import queries
from app.years.models import YearReport
from app.years.service.trail import note

BATCH = 1_000


def book_then(work: Work, year: int, as_of: date) -> RuleSet:
    """The rules that governed the year by what had been decided at the end of a day."""
    return rulebook.of_year(work, work.settings.rule_set, year, known_at=ledger.end_of(as_of))


def figures(college: College, year: int, as_of: date) -> dict[str, Any]:
    """Everybody judged as of the end of a day, from facts and lines recorded by then; nothing is written."""
    system = Actor.system("years")
    with working(college, system, write=False) as work:
        end = ledger.end_of(as_of)
        known_at = end if end <= work.now else None
        book, last = book_then(work, year, as_of), queries.last_person(work)
        judge = Judge(work, year, book=book, as_of=as_of)
        sums = ledger.sums_of_year(work, year, as_of)
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    for first in range(1, last + 1, BATCH):
        with undisturbed(), working(college, system, write=False) as work:
            facts = people.facts_between(work, first, first + BATCH - 1, known_at)
            for row in judge.rows(work, facts, of_span(first, first + BATCH - 1)):
                tallies[row["requirement"]][_status(row, as_of)] += 1
    return {
        "rule_set": book.pin,
        "as_of": as_of.isoformat(),
        "requirements": {name: dict(sorted(tally.items())) for name, tally in sorted(tallies.items())},
        "lines": sum(count for count, _hours, _days in sums.values()),
        "hours": hours_text(sum((hours for _count, hours, _days in sums.values()), start=Decimal(0))),
        "categories": {name: {"lines": count, "hours": hours_text(hours), "days": hours_text(days)}
                       for name, (count, hours, days) in sums.items()},
    }  # fmt: skip


def _status(row: dict[str, Any], as_of: date) -> str:
    """The status of a standing on a day (decision 16)."""
    state = str(row["state"])
    if state != "short":
        return state
    return "unmet" if row["due_on"] is not None and row["due_on"] <= as_of else "not_yet_due"


def issue(work: Work, year: int, as_of: date, found: dict[str, Any]) -> YearReport:
    """The next issue of a year's report, with the lines that were posted since the one before."""
    before = queries.last_report(work, year)
    late = ledger.posted_between(work, year, before.issued_at, work.now) if before else ()
    changes = [
        {"person": line.person_id, "seq": line.seq, "kind": line.entry_kind, "reverses": line.reverses, "title": line.title,
         "hours": hours_text(line.hours), "days": hours_text(line.days), "on": civil(line.posted_at).date().isoformat(),
         "reason": line.reason}
        for line in late
    ]  # fmt: skip
    made = YearReport(year=year, issue=(before.issue if before else 0) + 1, as_of=as_of, rule_set_version=found["rule_set"], figures=found,
                      changes=changes, issued_at=work.now, issued_by=work.actor.name[:60])  # fmt: skip
    work.session.add(made)
    work.session.flush()
    note(work, f"year:{year}", "issued", f"{made.issue}")
    return made


def reissue(college: College, year: int) -> YearReport:
    """Issue the report of a restated year anew, as of today. Safe to run twice: another issue says the same."""
    system = Actor.system("years")
    with working(college, system, write=False) as work:
        as_of = civil(work.now).date()
    found = figures(college, year, as_of)
    with working(college, system) as work:
        return issue(work, year, as_of, found)
