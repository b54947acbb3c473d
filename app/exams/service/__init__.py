"""Verbs of examinations; the only door for other domains."""

from app.bank.service import Faulty
from app.exams.service.attempts import find_exam, note, save, save_form, start
from app.exams.service.authoring import (
    SENTENCES,
    add_question,
    begin_quiz,
    check_quiz,
    copy_closing_quiz,
    create_closing_quiz,
    create_exam,
    editable_quiz,
    move_question,
    own_quiz,
    quiz_of_version,
    remove_question,
    revise_question,
    set_terms,
    write_question,
)
from app.exams.service.marking import AttemptGraded, Receipt, hand_in_late, settle_overdue, submit
from app.exams.service.papers import AttemptShown, OptionShown, QuestionShown, plain
from app.exams.service.port import set_eligibility
from app.exams.service.refusals import NotEligible
from app.exams.service.results import ResultShown, held_elsewhere, read, result

__all__ = [
    "SENTENCES",
    "AttemptGraded",
    "AttemptShown",
    "Faulty",
    "NotEligible",
    "OptionShown",
    "QuestionShown",
    "Receipt",
    "ResultShown",
    "add_question",
    "begin_quiz",
    "check_quiz",
    "copy_closing_quiz",
    "create_closing_quiz",
    "create_exam",
    "editable_quiz",
    "find_exam",
    "hand_in_late",
    "held_elsewhere",
    "move_question",
    "note",
    "own_quiz",
    "plain",
    "quiz_of_version",
    "read",
    "remove_question",
    "result",
    "revise_question",
    "save",
    "save_form",
    "set_eligibility",
    "set_terms",
    "settle_overdue",
    "start",
    "submit",
    "write_question",
]
