"""Verbs of compliance: keep standings up to date, build them anew, remind people."""

from app.compliance.models import WHOLE
from app.compliance.service.keeping import catch_up, kept_years, rebuild, refresh, wake
from app.compliance.service.reminding import MOST, NobodyMarked, NobodyToRemind, Reminded, RemindedTooLate, acknowledge, remind, remind_all
from app.compliance.service.snapshots import take, take_as_of

__all__ = [
           "MOST",
           "WHOLE",
           "NobodyMarked",
           "NobodyToRemind",
           "Reminded", "RemindedTooLate",
           "acknowledge",
           "catch_up",
           "kept_years",
           "rebuild",
           "refresh",
           "remind",
           "remind_all",
           "take",
           "take_as_of",
           "wake",
]  # fmt: skip
