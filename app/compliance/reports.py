"""What is on the screen as a table to hand out: the same rows, words and figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache, lru_cache

from app.compliance import words
from app.compliance.queries import Filters, Overview, PersonRow
from app.compliance.queries.filters import shut
from app.compliance.rules import Tally
from app.compliance.sheets import Cell, Report
from app.hours.words import shut_word
from app.kernel.i18n import _
from app.kernel.presentation import day_text, moment_text
from app.kernel.work import Work
from app.rulebook.rules import RuleSet

MOST_PRINTED = 2_000
"""People in one PDF; of a longer list it says how many there are. A workbook and CSV hold everybody."""


def of_units(work: Work, view: Overview) -> Report:
    """The table as it is on the screen: by unit, rank, team or requirement."""
    heads = [words.group_word(view.filters.by), _("Persons"), _("Team memberships"), _("Assessed"), _("Met"), _("Not yet due"),
             _("Overdue"), _("Exempt"), _("Share reached, %"), _("Points since the month before")]  # fmt: skip
    rows: list[list[Cell]] = [
        [words.row_name(view, row), *_figures(row.tally), _points(row.tally.share, view.share_before(row))] for row in view.rows
    ]
    if not view.is_hidden:
        rows.append([_("All of them"), *_figures(view.whole), _points(view.whole.share, view.before.whole.share if view.before else None)])
    title = words.report_word(view.filters.by, view.filters.year)
    about = [
        *_basis(work, view.filters, view.book),
        words.hidden_word() if view.is_hidden else words.before_word(view),
        _("Persons are counted once; team memberships once for each team of a person."),
    ]
    return Report(title, about, heads, rows, work.actor.name, (60, 20, 24, 20, 20, 20, 24, 20, 24, 30), frozenset(range(1, 10)))


def _figures(tally: Tally) -> list[Cell]:
    heads = (tally.persons, tally.memberships, tally.assessed, tally.met, tally.not_yet_due, tally.unmet, tally.exempt)
    return [*heads, float(tally.share) if tally.share is not None else None]


def _points(now: Decimal | None, before: Decimal | None) -> float | None:
    return None if now is None or before is None else float(now - before)


def of_people(work: Work, filters: Filters, book: RuleSet, rows: Iterable[PersonRow], *, first: int = 0, of: int = 0) -> Report:
    """The list of people, with what each lacks; of a list that is cut the `first` ones `of` how many.

    A word is looked up once, not once for each of a hundred thousand people.
    """
    heads = [_("Name"), _("Unit"), _("Rank"), _("Status"), _("What is lacking"), _("Required"), _("Counted"), _("Lacking, %"), _("Due")]
    rank_word, status_word, amount = cache(words.rank_word), cache(words.status_word), lru_cache(10_000)(words.amount)
    between = str(_("; "))
    body: Iterable[list[Cell]] = (
        [row.name, row.unit, rank_word(row.rank), status_word(row.status), between.join(_lacking(row, book)),
         amount(row.required, row.measure), amount(row.counted, row.measure), round(row.missing / 10, 1), row.due_on]
        for row in rows
    )  # fmt: skip
    about = _basis(work, filters, book, words.status_word(filters.status))
    if of > first:
        told = _("These are the first %(first)s of %(count)s people; the workbook holds them all.", first=f"{first:,}", count=f"{of:,}")
        about = [*about, told]
    title = _("Compliance of people, %(year)s", year=filters.year)
    return Report(title, about, heads, body, work.actor.name, (20, 46, 22, 18, 86, 18, 18, 20, 24), frozenset({5, 6, 7}))


def _lacking(row: PersonRow, book: RuleSet) -> Iterator[str]:
    return (f"{name} {figure}" for name, figure in words.lacking_parts(row, book))


def _basis(work: Work, filters: Filters, book: RuleSet, *more: str) -> list[str]:
    """By which rules, as of when, for whom: on everything that leaves the house."""
    asked = [words.requirement_word(book, filters.requirement), *more]
    asked += [words.rank_word(filters.rank)] if filters.rank else []
    asked += [words.team_word(filters.team)] if filters.team else []
    if filters.unit is not None:
        asked.append(filters.unit.name)
    rests_on = _("Rules %(pin)s · as of %(day)s · handed out to %(name)s at %(moment)s",
                 pin=book.pin, day=day_text(filters.today), name=work.actor.name, moment=moment_text(work.now))  # fmt: skip
    return [
        " · ".join(filter(None, (rests_on, shut_word(shut(work, filters))))),
        " · ".join(asked),
    ]  # fmt: skip
