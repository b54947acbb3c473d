"""What may be done with the ledger."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """SEE_OWN reads one's own lines, SEE those of people in one's scope; ADJUST takes back and corrects; VERIFY audits."""

    SEE_OWN = "ledger.see_own"
    SEE = "ledger.see"
    ADJUST = "ledger.adjust"
    VERIFY = "ledger.verify"
