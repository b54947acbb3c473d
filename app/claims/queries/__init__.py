"""Reads of claims: one's own, one claim whole, what is pending in a year, evidence for those who may see it."""

from app.claims.queries.pages import ClaimPage, claim_page, evidence_file, files_of, mine, trail_of
from app.claims.queries.pending import SOURCE, Pending, pending_of, pending_statement
from app.claims.queries.told import FRESH, told_statement

__all__ = [
    "FRESH", "SOURCE", "ClaimPage", "Pending", "claim_page", "evidence_file", "files_of", "mine", "pending_of", "pending_statement",
    "told_statement", "trail_of",
]  # fmt: skip
