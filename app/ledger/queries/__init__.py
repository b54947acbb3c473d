"""Reads of the ledger."""

from app.ledger.queries.busy import StandingLine, credited, days_taken, standing, written
from app.ledger.queries.health import Health, health
from app.ledger.queries.late import Posted, end_of, posted_between, sums_of_year
from app.ledger.queries.lines import PostedLine, has_carried, line, lines, lines_between, reversed_by, years
from app.ledger.queries.proofs import (
    ChainEnd,
    NoSuchSize,
    NotSealedYet,
    Proof,
    chain_end,
    consistency,
    head,
    inclusion,
    index_of,
    indexes_of,
    sealed_size,
)
from app.ledger.rules.posting import Sum, Totals, totals

__all__ = [
    "ChainEnd", "Health", "NoSuchSize", "NotSealedYet", "Posted", "PostedLine", "Proof", "StandingLine", "Sum", "Totals", "chain_end",
    "consistency", "credited", "days_taken", "end_of", "has_carried", "head", "health", "inclusion", "index_of", "indexes_of", "line",
    "lines", "lines_between", "posted_between", "reversed_by", "sealed_size", "standing", "sums_of_year", "totals", "written",
    "years",
]  # fmt: skip
