"""Figures of compliance for programs: the table of the screen, with the same joined groups and nobody's name."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from flask import request

from app.compliance import links, queries, rules, words
from app.compliance.queries.filters import shut
from app.kernel.web import SIGNED_IN, Routes
from app.kernel.work import Work
from app.ledger.service import Shut

routes = Routes("compliance_api", __name__)


class ComplianceHeads(msgspec.Struct):
    """Heads in one place by where they stand; `share` in percent of the assessed, none of nobody."""

    persons: int
    memberships: int
    assessed: int
    met: int
    not_yet_due: int
    overdue: int
    exempt: int
    share: str | None


class ComplianceRow(ComplianceHeads):
    """One row: `key` is the word for it in addresses, empty for `joined` small groups."""

    key: str
    name: str
    joined: int


class ComplianceShare(msgspec.Struct):
    """How many of how many, and what it should be in percent."""

    part: int
    of: int
    percent: str | None
    goal: str | None


class ComplianceClosing(msgspec.Struct):
    """A year that takes no line by itself any more, since when (`at`); `restated` where it was since then."""

    restated: bool
    at: str


class ComplianceFigures(msgspec.Struct):
    """The figures of what the reader may see; nothing in them where a person could be told apart (`hidden`)."""

    year: int
    rules: str
    as_of: str
    view: str
    by: str
    requirement: str
    hidden: bool
    whole: ComplianceHeads
    rows: list[ComplianceRow]
    coverage: ComplianceShare
    ce: ComplianceShare
    yearly: ComplianceShare
    closing: ComplianceClosing | None = None
    """None of an open year."""


@routes.get("/api/v1/compliance", allow=SIGNED_IN, answers={200: ComplianceFigures})
def figures(work: Work) -> ComplianceFigures:
    """Where units, ranks, teams or requirements (`by`) within one's scope stand. 403 without a report to read."""
    view = queries.overview(work, queries.reach(work, request.args.get("view")), queries.read_filters(work, request.args))
    f = view.filters
    return ComplianceFigures(
        f.year, view.book.pin, f.today.isoformat(), view.reach.view, f.by, f.requirement, view.is_hidden, _heads(view.whole),
        [_row(view, row) for row in view.rows],
        _share(view.coverage), _share(view.ce), _share(view.yearly), _closing(shut(work, f)),
    )  # fmt: skip


def _closing(year: Shut | None) -> ComplianceClosing | None:
    return None if year is None else ComplianceClosing(year.is_restated, year.at.isoformat())


def _row(view: queries.Overview, row: rules.Branch) -> ComplianceRow:
    heads = msgspec.structs.asdict(_heads(row.tally))
    return ComplianceRow(**heads, key=links.row_key(view, row), name=words.row_name(view, row), joined=row.joined)


def _heads(tally: rules.Tally) -> ComplianceHeads:
    return ComplianceHeads(tally.persons, tally.memberships, tally.assessed, tally.met, tally.not_yet_due, tally.unmet, tally.exempt,
                 _text(tally.share))  # fmt: skip


def _share(share: queries.Share) -> ComplianceShare:
    return ComplianceShare(share.part, share.of, _text(share.percent), _text(share.goal))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
