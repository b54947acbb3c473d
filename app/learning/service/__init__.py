"""Verbs of study: open, report, close; deliver; complete. Only this package writes coverage."""

from .access import entry, may_preview, may_study
from .completion import begun, eligibility, quiz_passed
from .delivery import Admitted, admit, charge, record
from .events import CourseCompleted, LectureCompleted
from .finished import finished
from .plays import Elsewhere, Opened, beat, close, open_session, rate_text
from .refusals import AheadOfTime, LecturesNotComplete, NotYours, Superseded, WrongOrigin
from .terms import Terms, terms

__all__ = [
    "Admitted", "AheadOfTime", "CourseCompleted", "Elsewhere", "LectureCompleted", "LecturesNotComplete", "NotYours", "Opened",
    "Superseded", "Terms", "WrongOrigin", "admit", "beat", "begun", "charge", "close", "eligibility", "entry", "finished", "may_preview",
    "may_study", "open_session", "quiz_passed", "rate_text", "record", "terms",
]  # fmt: skip
