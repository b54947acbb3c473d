"""What would be right instead of a finding, and what to do about it, where the finding itself does not say so by figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.i18n import _l

_LESS, _SAVE = _l("Shorten it or divide it."), _l("Save or export the file again.")
_TEXT, _LEAVE = _l("a text of usual length and signs"), _l("Leave this one out if it is the same.")
_PICTURE, _CHOOSE = _l("a picture of at most 5 MB that is in the file"), _l("Add it in the editor.")
_KEY, _MARK = _l("the letters of right options, 对 or 错, or the text of each blank"), _l("Write the right answer below the question.")
_HELD, _OTHER = _l("a question of a kind and shape that the bank has"), _l("Write it as a question of another kind.")
_PLACE, _PLACED = _l("course, lecture and moment together, for example K-01/3/12:34"), _l("Give all three, or leave all three empty.")
_BLANK, _BLANKS = _l("as many answers as gaps, each worth all of its blank once"), _l("Divide the answers with ； and alternatives with |.")
_OPTIONS, _ORDER = _l("two to eight different options, A, B, C … in order"), _l("Put letters and texts of the options right.")
_FIELD, _FILL = _l("something in this field"), _l("Fill in what is missing.")
_POINTS, _WHOLE = _l("points from 0.01 to 100, criteria adding up to them"), _l("Put the points right.")

ADVICE: Mapping[str, tuple[Any, Any]] = {
    **dict.fromkeys(("too_many_questions", "line_too_long", "too_long", "control_characters"), (_TEXT, _LESS)),
    **dict.fromkeys(("same_in_file", "same_in_bank", "near_in_bank"), (_l("a question that is not there yet"), _LEAVE)),
    **dict.fromkeys(("picture_left_out", "picture_missing", "picture_not_taken", "pictures_in_workbook", "picture_unknown"),
                    (_PICTURE, _CHOOSE)),
    "alt_needed": (_l("what the picture shows, in words"), _CHOOSE),
    **dict.fromkeys(("answer_missing", "answer_not_read", "truth_not_read", "answer_twice", "answer_without_question", "one_right_needed",
                     "two_right_needed", "answers_do_not_match", "formula"), (_KEY, _MARK)),
    "answer_not_among_options": (_l("only letters of options that exist"), _ORDER),
    **dict.fromkeys(("option_out_of_order", "option_left_out", "too_few_options", "too_many_options", "same_option_twice"),
                    (_OPTIONS, _ORDER)),
    **dict.fromkeys(("blank_needed", "too_many_blanks", "blank_without_answer", "too_many_alternatives", "share_outside", "not_a_number",
                     "gaps_and_blanks_differ"), (_BLANK, _BLANKS)),
    **dict.fromkeys(("partial_not_for_blanks", "partial_not_read"),
                    (_l("one of the rules for incomplete answers"), _l("Choose a rule, or leave it empty."))),
    **dict.fromkeys(("kind_not_accepted", "kind_not_read", "kind_not_held",
                     "matching_not_held", "short_looks_like_choice", "kind_not_of_head"), (_HELD, _OTHER)),
    **dict.fromkeys(("question_left_out", "not_held", "picture_by_name"),
                    (_l("a format that has a place for it"), _l("Choose another format if you need it."))),
    **dict.fromkeys(("description_left_out", "weights_left_out"), (_HELD, _l("See whether anything is missing."))),
    **dict.fromkeys(("place_not_read", "course_unknown", "lecture_unknown", "place_incomplete", "time_not_read", "second_outside_lecture"),
                    (_PLACE, _PLACED)),
    **dict.fromkeys(("points_outside", "points_not_read", "points_divided", "rubric_is_not_the_points", "criterion_without_points",
                     "too_many_criteria"), (_POINTS, _WHOLE)),
    **dict.fromkeys(("difficulty_outside", "difficulty_not_read"), (_l("a whole number from 1 to 5"), _l("Choose 3 if in doubt."))),
    "length_outside": (_l("a whole number from 1 to 5000"), _l("Write 800, for example.")),
    "table_outside": (_l("at most 20 rows and 8 columns, all rows equally long"), _l("Fill in or take out cells.")),
    "too_many_competencies": (_l("at most eight competencies"), _LESS),
    **dict.fromkeys(("part_needed", "too_many_parts"), (_l("one to ten questions below the case"), _l("Number them (1), (2) …"))),
    **dict.fromkeys(("empty", "column_missing", "passage_missing"), (_FIELD, _FILL)),
    "key_in_text": (_l("a wording and options that do not tell the answer"),
                    _l("Take the answer out of the wording and give it as the key.")),
    "second_question": (_l("one question with one answer"), _l("Put an empty line between questions.")),
    "point_or_question": (_l("the points of one answer"), _l("If one is a question, put its answer below it.")),
    **dict.fromkeys(("no_question_before", "line_passed_over", "line_added"),
                    (_l("a question with its number before it"), _l("Put the number and the wording in front."))),
    "brace_not_closed": (_l("} at the end of the answer"), _l("Add the brace.")),
}  # fmt: skip
"""By code: what is expected, and the fix."""

OF_FILE = (_l("a whole file in one of the formats, without lock, macros and entities"), _SAVE)
"""The same for a file, or a piece of a package, that cannot be read."""
