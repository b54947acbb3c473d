"""Verbs of the desk; the only door for others."""

from app.desk.service.courses import CourseHeld, certify_courses, decline_courses, hold_courses, hold_sample
from app.desk.service.ending import CannotUndo, carry_out, catch_up, held_of, undo
from app.desk.service.holding import ClaimHeld, hold, hold_many, hold_pass, hold_return
from app.desk.service.keeping import JOB, Asked
from app.desk.service.sampling import find_right, take_back

__all__ = [
    "JOB", "Asked", "CannotUndo", "ClaimHeld", "CourseHeld", "carry_out", "catch_up", "certify_courses", "decline_courses", "find_right",
    "held_of", "hold", "hold_courses", "hold_many", "hold_pass", "hold_return", "hold_sample", "take_back", "undo",
]  # fmt: skip
