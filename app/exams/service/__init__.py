"""Verbs of examinations; the only door for other domains."""

from app.exams.service.attempts import find_exam, note, save, start
from app.exams.service.authoring import (
    Faulty,
    add_question,
    check_quiz,
    copy_closing_quiz,
    create_closing_quiz,
    create_exam,
    editable_quiz,
    move_question,
    own_quiz,
    remove_question,
    revise_question,
    set_terms,
    write_question,
)
from app.exams.service.marking import AttemptGraded, Receipt, hand_in_late, settle_overdue, submit
from app.exams.service.papers import AttemptShown, plain
from app.exams.service.port import set_eligibility
from app.exams.service.refusals import NotEligible
from app.exams.service.results import ResultShown, read, result

__all__ = [
    "AttemptGraded",
    "AttemptShown",
    "Faulty",
    "NotEligible",
    "Receipt",
    "ResultShown",
    "add_question",
    "check_quiz",
    "copy_closing_quiz",
    "create_closing_quiz",
    "create_exam",
    "editable_quiz",
    "find_exam",
    "hand_in_late",
    "move_question",
    "note",
    "own_quiz",
    "plain",
    "read",
    "remove_question",
    "result",
    "revise_question",
    "save",
    "set_eligibility",
    "set_terms",
    "settle_overdue",
    "start",
    "submit",
    "write_question",
]
