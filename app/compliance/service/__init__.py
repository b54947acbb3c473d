"""Verbs of compliance: keep standings up to date, build them anew, remind people."""

from app.compliance.service.keeping import catch_up, kept_years, rebuild, refresh, wake
from app.compliance.service.reminding import MOST, NobodyToRemind, acknowledge, remind

__all__ = ["MOST", "NobodyToRemind", "acknowledge", "catch_up", "kept_years", "rebuild", "refresh", "remind", "wake"]
