"""Verbs of the desk; the only door for others."""

from app.desk.service.courses import certify_courses, decline_courses
from app.desk.service.holding import (
    CannotUndo,
    ClaimHeld,
    carry_out,
    catch_up,
    held_of,
    hold,
    hold_many,
    hold_pass,
    hold_return,
    undo,
)
from app.desk.service.sampling import find_right, take_back

__all__ = [
    "CannotUndo", "ClaimHeld", "carry_out", "catch_up", "certify_courses", "decline_courses", "find_right", "held_of", "hold", "hold_many",
    "hold_pass", "hold_return", "take_back", "undo",
]  # fmt: skip
