"""Reads of the ledger."""

from app.ledger.queries.lines import PostedLine, line, lines, reversed_by, years
from app.ledger.queries.proofs import NoSuchSize, NotSealedYet, Proof, consistency, head, inclusion, index_of, indexes_of, sealed_size
from app.ledger.rules.posting import Sum, Totals, totals

__all__ = [
    "NoSuchSize", "NotSealedYet", "PostedLine", "Proof", "Sum", "Totals", "consistency", "head", "inclusion", "index_of", "indexes_of",
    "line", "lines", "reversed_by", "sealed_size", "totals", "years",
]  # fmt: skip
