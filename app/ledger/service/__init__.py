"""Verbs of the ledger; the only door for other domains."""

from app.ledger.service.bulk import Adjustment, Carry, Item, TakeBack, append_many
from app.ledger.service.lines import AlreadyCredited, BadLine, NewLine, NoFreeDay, Place, ReasonNeeded
from app.ledger.service.ports import Evidence, evidence, papers, set_evidence, set_papers
from app.ledger.service.posting import (
    AlreadyReversed,
    EntryAppended,
    EntryReversed,
    NotReversible,
    adjust,
    append,
    check_adjustment,
    correct,
    digest,
    erase_particulars,
    hold_many,
    require_standing,
    reverse,
)
from app.ledger.service.sealing import BrokenChain, Sealed, seal
from app.ledger.service.years import Shut, YearClosed, approved, closed_years, is_shut, set_closed_years, set_shut, shut

__all__ = [
    "Adjustment", "AlreadyCredited", "AlreadyReversed", "BadLine", "BrokenChain", "Carry", "EntryAppended", "EntryReversed",
    "Evidence", "Item", "NewLine", "NoFreeDay", "NotReversible", "Place", "ReasonNeeded", "Sealed", "Shut", "TakeBack",
    "YearClosed", "adjust", "append", "append_many", "approved", "check_adjustment", "closed_years", "correct", "digest",
    "erase_particulars", "evidence", "hold_many", "is_shut", "papers", "require_standing", "reverse", "seal", "set_closed_years",
    "set_evidence", "set_papers", "set_shut", "shut",
]  # fmt: skip
