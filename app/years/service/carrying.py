"""What a closed year hands on to the next: posted as a pair, out of the one and into the other, once (domain.md §6.4, EX-E27).

The closing enqueues it, a job posts it, a span of people at a time: each span is one transaction that compares what the year
hands on with what stands, so that it may be run again at any time and stops anywhere. A year that was restated and hands on
otherwise takes its pair back and posts another; where the next year is closed by then, that one is restated in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.hours.queries import book_of, today
from app.hours.queries.facts import as_lines
from app.kernel.bulk import undisturbed
from app.kernel.i18n import LOCALES, _, in_locale
from app.kernel.quantity import hours_text
from app.kernel.work import Actor, College, Work, working
from app.ledger import queries as lines
from app.ledger import service as ledger
from app.ledger.rules.posting import CARRY, Category, EntryKind
from app.people import queries as people
from app.people.rules.facts import PersonFacts
from app.rulebook import service as rulebook
from app.rulebook.rules import CARRIES, Facts, RuleSet, evaluate
from app.years import queries
from app.years.service.closing import restate, shut_years

BATCH = 500
"""People in one transaction."""
SYSTEM = Actor.system("years")


@dataclass(frozen=True)
class _Account:
    """One person's year: what it hands on, and the halves that stand."""

    person_id: int
    due: Decimal
    standing: tuple[lines.PostedLine, ...]

    @property
    def is_settled(self) -> bool:
        """Whether exactly what is due stands, in both years."""
        wanted = [(EntryKind.CARRY_IN, self.due), (EntryKind.CARRY_OUT, -self.due)] if self.due else []
        return sorted((one.entry_kind, one.hours) for one in self.standing) == wanted


def carry_over(college: College, year: int) -> int:
    """Post, or put right, what a closed year hands on. Returns for how many people something was posted; safe to run twice."""
    with working(college, SYSTEM, write=False) as work:
        book, last = book_of(work, year), queries.last_person(work)
        if year not in shut_years(work) or not (book.carry_over or lines.has_carried(work, year)):
            return 0
    return sum(_span(college, book, year, first) for first in range(1, last + 1, BATCH))


def _span(college: College, book: RuleSet, year: int, first: int) -> int:
    """Some people: looked through without a turn to write, then looked at again with their chains held."""
    last = first + BATCH - 1
    with undisturbed(), working(college, SYSTEM, write=False) as work:
        wanted = [one.person_id for one in _accounts(work, book, year, range(first, last + 1))]
    if not wanted:
        return 0
    with working(college, SYSTEM) as work, in_locale(LOCALES["zh"]), ledger.approved(work):
        ledger.hold_many(work, wanted)
        accounts = list(_accounts(work, book, year, wanted))
        _settle(work, book, year, accounts)
        if accounts and year + 1 in shut_years(work):
            restate(work, year + 1, _("The year %(year)s hands on otherwise.", year=year))
    return len(accounts)


def _accounts(work: Work, book: RuleSet, year: int, wanted: Sequence[int]) -> Iterator[_Account]:
    """The people, with lines in the year, for whom something else stands than is due."""
    known = lines.lines_between(work, wanted[0], wanted[-1], year - 1, year + 1)
    mine = set(wanted) & {person_id for person_id, own in known.items() if any(one.accounting_year == year for one in own)}
    facts = people.facts_of(work, sorted(mine))
    day = today(work)
    for person_id, person in facts.items():
        account = _account(book, year, day, person, known[person_id])
        if not account.is_settled:
            yield account


def _account(book: RuleSet, year: int, day: date, person: PersonFacts, own: Sequence[lines.PostedLine]) -> _Account:
    """The year judged as if nothing had been carried out of it."""
    gone = {one.reverses for one in own}
    pair = [one for one in own if one.source_type == CARRY and one.source_id == str(year)]
    standing = tuple(one for one in pair if one.entry_kind in CARRIES and one.seq not in gone)
    rest = as_lines([one for one in own if one not in pair], person)
    due = evaluate(book, Facts(book.pin, year, day, people.as_person(person), rest)).carried
    return _Account(person.person_id, due, standing)


def _settle(work: Work, book: RuleSet, year: int, accounts: Sequence[_Account]) -> None:
    """Take back what stands and post what is due: both halves of everybody in one statement for each table."""
    for account in accounts:
        for line in account.standing:
            reason = _("The year %(year)s was restated and hands on otherwise.", year=year)
            ledger.reverse(work, account.person_id, line.seq, reason)
    rulebook.use(work, book)
    ledger.append_many(work, [half for account in accounts if account.due for half in _pair(book, year, account)])


def _pair(book: RuleSet, year: int, account: _Account) -> tuple[ledger.Carry, ledger.Carry]:
    hours, reason = (
        account.due,
        _("%(hours)s hours above the total of %(year)s are handed on, once.", hours=hours_text(account.due), year=year),
    )
    rests_on = ledger.digest({"carry_over": year, "hours": hours_text(hours), "rules": book.pin})

    def half(kind: EntryKind, hours: Decimal, on: date, title: str) -> ledger.Carry:
        line = ledger.NewLine(
            person_id=account.person_id, category=Category.ELECTIVE, hours=hours, occurred_from=on, occurred_to=on, source_type=CARRY,
            source_id=str(year), title=title, rule_set_version=book.pin, evidence=rests_on, accounting_year=on.year,
        )  # fmt: skip
        return ledger.Carry(line=line, kind=kind, reason=reason)

    return (
        half(EntryKind.CARRY_OUT, -hours, date(year, 12, 31), _("Carried to %(year)s", year=year + 1)),
        half(EntryKind.CARRY_IN, hours, date(year + 1, 1, 1), _("Carried from %(year)s", year=year)),
    )
