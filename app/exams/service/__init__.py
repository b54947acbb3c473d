"""Verbs of examinations; the only door for other domains."""

from app.bank.service import Faulty
from app.exams.service.admission import set_finished
from app.exams.service.amending import to_bank as give_key_to_bank
from app.exams.service.annulling import confirm as confirm_annulment
from app.exams.service.annulling import decline as decline_annulment
from app.exams.service.annulling import proposal as annulment
from app.exams.service.annulling import propose as propose_annulment
from app.exams.service.annulling import sitting as sitting_of
from app.exams.service.appealing import appeal, appeal_state
from app.exams.service.appealing import hear as hear_appeal
from app.exams.service.appealing import to_hear as appeal_to_hear
from app.exams.service.attempts import flag, forward, note, save, save_form
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
    quiz_for_review,
    quiz_of_version,
    remove_question,
    revise_question,
    set_terms,
    write_question,
)
from app.exams.service.figures import keep as keep_figures
from app.exams.service.figures import make as make_figures
from app.exams.service.figures import outdated as outdated_figures
from app.exams.service.figures import renew as renew_figures
from app.exams.service.figures import work_out as work_out_figures
from app.exams.service.handmarking import correct as correct_mark
from app.exams.service.handmarking import give as give_mark
from app.exams.service.handmarking import to_mark
from app.exams.service.happened import changes
from app.exams.service.markers import name as name_markers
from app.exams.service.markers import require_of as require_marker
from app.exams.service.marking import AttemptGraded, Receipt, ResultsChanged, hand_in_late, settle_overdue, submit
from app.exams.service.papering import Feasible, preview, rows_of, try_rows
from app.exams.service.papers import AttemptShown, OptionShown, QuestionShown, plain
from app.exams.service.planning import (
    change_plan,
    in_hand,
    move_exam,
    plan_exam,
    planned,
    set_blueprint,
    set_questions,
)
from app.exams.service.port import set_eligibility
from app.exams.service.readers import read_keys, read_regrade, refuse_candidate
from app.exams.service.refusals import NotEligible
from app.exams.service.regrading import Preview, Weighed, Wish, examination, regrade
from app.exams.service.regrading import preview as preview_regrade
from app.exams.service.regrading import preview_of as preview_regrade_of
from app.exams.service.regrading import weigh as weigh_regrade
from app.exams.service.results import ResultShown, held_elsewhere, read, receipt, result
from app.exams.service.rostering import Weighed as WeighedList
from app.exams.service.rostering import add_unit, seat, unseat
from app.exams.service.rostering import bring_in as bring_in_list
from app.exams.service.rostering import undo as undo_list
from app.exams.service.rostering import weigh as weigh_list
from app.exams.service.sittings import is_told
from app.exams.service.starting import Ready, begin, prepare, start
from app.exams.service.words import SENTENCES as PLAN_SENTENCES

__all__ = [
    "PLAN_SENTENCES",
    "SENTENCES",
    "AttemptGraded",
    "AttemptShown",
    "Faulty",
    "Feasible",
    "NotEligible",
    "OptionShown",
    "Preview",
    "QuestionShown",
    "Ready",
    "Receipt",
    "ResultShown",
    "ResultsChanged",
    "Weighed",
    "WeighedList",
    "Wish",
    "add_question",
    "add_unit",
    "annulment",
    "appeal",
    "appeal_state",
    "appeal_to_hear",
    "begin",
    "begin_quiz",
    "bring_in_list",
    "change_plan",
    "changes",
    "check_quiz",
    "confirm_annulment",
    "copy_closing_quiz",
    "correct_mark",
    "create_closing_quiz",
    "create_exam",
    "decline_annulment",
    "editable_quiz",
    "examination",
    "flag",
    "forward",
    "give_key_to_bank",
    "give_mark",
    "hand_in_late",
    "hear_appeal",
    "held_elsewhere",
    "in_hand",
    "is_told",
    "keep_figures",
    "make_figures",
    "move_exam",
    "move_question",
    "name_markers",
    "note",
    "outdated_figures",
    "own_quiz",
    "plain",
    "plan_exam",
    "planned",
    "prepare",
    "preview",
    "preview_regrade",
    "preview_regrade_of",
    "propose_annulment",
    "quiz_for_review",
    "quiz_of_version",
    "read",
    "read_keys",
    "read_regrade",
    "receipt",
    "refuse_candidate",
    "regrade",
    "remove_question",
    "renew_figures",
    "require_marker",
    "result",
    "revise_question",
    "rows_of",
    "save",
    "save_form",
    "seat",
    "set_blueprint",
    "set_eligibility",
    "set_finished",
    "set_questions",
    "set_terms",
    "settle_overdue",
    "sitting_of",
    "start",
    "submit",
    "to_mark",
    "try_rows",
    "undo_list",
    "unseat",
    "weigh_list",
    "weigh_regrade",
    "work_out_figures",
    "write_question",
]
