"""Verbs of the ledger; the only door for other domains."""

from app.ledger.service.bulk import Adjustment, Item, TakeBack, append_many
from app.ledger.service.lines import AlreadyCredited, BadLine, NewLine, NoFreeDay, Place, ReasonNeeded
from app.ledger.service.ports import Evidence, evidence, papers, set_evidence, set_papers
from app.ledger.service.posting import (
    AlreadyReversed,
    EntryAppended,
    EntryReversed,
    NotReversible,
    adjust,
    append,
    correct,
    digest,
    erase_particulars,
    reverse,
)
from app.ledger.service.sealing import BrokenChain, Sealed, seal

__all__ = [
    "Adjustment", "AlreadyCredited", "AlreadyReversed", "BadLine", "BrokenChain", "EntryAppended", "EntryReversed", "Evidence", "Item",
    "NewLine", "NoFreeDay", "NotReversible", "Place", "ReasonNeeded", "Sealed", "TakeBack", "adjust", "append", "append_many",
    "correct", "digest", "erase_particulars", "evidence", "papers", "reverse", "seal", "set_evidence", "set_papers",
]  # fmt: skip
