"""Verbs of past training: examine a file, bring it in, take it back."""

from app.history.service.background import BRING_IN, BROKEN, TAKE_BACK, UnderWay, ask_back, ask_in, under_way
from app.history.service.examining import HistoryRefused, MeanwhileCredited, Report, examine
from app.history.service.keeping import (
    AlreadyIn,
    FileGone,
    NotIn,
    OwnLines,
    UndoReasonNeeded,
    bring_in,
    carry_out,
    from_json,
    lay_down,
    own_import,
    report_of,
    seen_import,
    take_back,
)
from app.history.service.placing import SOURCE
from app.history.service.template import template

__all__ = [
    "BRING_IN", "BROKEN", "SOURCE", "TAKE_BACK", "AlreadyIn", "FileGone", "HistoryRefused", "MeanwhileCredited", "NotIn", "OwnLines",
    "Report", "UnderWay", "UndoReasonNeeded", "ask_back", "ask_in", "bring_in", "carry_out", "examine", "from_json", "lay_down",
    "own_import", "report_of", "seen_import", "take_back", "template", "under_way",
]  # fmt: skip
