"""A list of the desk as a file: the same claims in the same order, with the rules, the moment and the reader it was made for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.claims import service as claims
from app.claims import words
from app.claims.rules import Finding
from app.desk import queries, showing
from app.desk.rules import Chip, Step, Tab
from app.desk.showing import number
from app.kernel.clock import civil
from app.kernel.i18n import _
from app.kernel.presentation import moment_text
from app.kernel.work import Work
from app.kernel.workbook import Sheet, Value, separated
from app.rulebook.words import title

MOST_ROWS = 10_000
"""Claims in one file; a longer list says that it was cut."""
WIDTHS = (22, 12, 30, 20, 40, 12, 12, 12, 12, 12, 12, 18, 60, 14, 14, 16, 40)


def workbook(work: Work, wanted: queries.Wanted) -> bytes:
    """The list as XLSX; figures are figures."""
    sheet = Sheet("1", work.actor.name, work.now, WIDTHS)
    found = queries.listed(work, wanted, MOST_ROWS + 1)
    sheet.row(str(_("Certification of hours")), bold=True)
    for line in _about(work, wanted, len(found)):
        sheet.row(line)
    sheet.gap()
    sheet.row(*_heads(), bold=True)
    for row in found[:MOST_ROWS]:
        sheet.row(*_cells(work, row))
    return sheet.saved()


def table(work: Work, wanted: queries.Wanted) -> bytes:
    """The list as CSV: what it rests on in the first lines, then the heads, then the claims."""
    found = queries.listed(work, wanted, MOST_ROWS + 1)
    about: list[Sequence[Value]] = [[line] for line in _about(work, wanted, len(found))]
    return separated([*about, [], _heads(), *(_cells(work, row) for row in found[:MOST_ROWS])])


def _about(work: Work, wanted: queries.Wanted, count: int) -> Iterator[str]:
    """By which rules, as of when, for whom, how narrowed: on everything that leaves the house."""
    yield str(_("As of %(moment)s, made for %(name)s.", moment=moment_text(work.now), name=work.actor.name))
    yield str(_("Rules in force: %(version)s. Each claim names those by which it was reckoned.",
                version=claims.rules_on(work, civil(work.now).date()).pin))  # fmt: skip
    yield str(_("List: %(list)s.", list=str(_(", ")).join(_narrowed(work, wanted))))
    yield str(_("%(count)s claims.", count=min(count, MOST_ROWS)))
    if count > MOST_ROWS:
        yield str(_("Only the first %(count)s claims are listed.", count=MOST_ROWS))


def _narrowed(work: Work, wanted: queries.Wanted) -> Iterator[str]:
    """The list and its filters in words."""
    yield showing.step_word(wanted.step)
    tabs = {
        Tab.WAITING: _("To check") if wanted.step is Step.CHECK else _("To decide"),
        Tab.RETURNED: _("To be completed"),
        Tab.DONE: _("Decided"),
        Tab.APPEALS: _("Appeals"),
    }
    yield tabs[wanted.tab]
    chips = {
        Chip.CLEAN: _("Pass the rules"),
        Chip.ODD: _("Need a person"),
        Chip.SOON: _("Nearly late"),
        Chip.LATE: _("Past due"),
        Chip.ESCALATED: _("Unit is late"),
    }
    if wanted.tab is Tab.WAITING and wanted.chip in chips:
        yield chips[wanted.chip]
    if wanted.unit:
        yield wanted.unit
    kind = claims.kinds(work).kinds.get(wanted.kind)
    if kind is not None:
        yield title(kind.title)
    if wanted.since or wanted.until:
        yield f"{wanted.since or ''} – {wanted.until or ''}"


def _heads() -> list[Value]:
    heads = (_("No."), _("Claimant"), _("Unit"), _("Kind"), _("Activity"), _("First day"), _("Last day"), _("Hours claimed"),
             _("Days claimed"), _("Hours suggested"), _("Hours certified"), _("State"), _("Findings"), _("Handed in on"), _("Due on"),
             _("Rules"), _("Reason"))  # fmt: skip
    return [str(head) for head in heads]


def _cells(work: Work, row: queries.Row) -> list[Value]:
    claim = row.claim
    kind = claims.kinds(work).kinds[claim.kind]
    found = " ".join(words.finding(Finding.of_json(one)) for one in claim.findings)
    return [
        number(claim.uid), row.name, row.unit, title(kind.title), claim.title, claim.occurred_from,
        claim.occurred_to, claim.hours_claimed, claim.days_claimed, claim.hours_suggested, claim.hours_certified,
        words.state(claim.state), found, civil(claim.submitted_at).date() if claim.submitted_at else None, claim.due_on,
        claim.rule_set_version or "", claim.reason,
    ]  # fmt: skip
