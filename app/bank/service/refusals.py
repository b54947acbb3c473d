"""What the bank refuses, and with which sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.bank.rules.drafts import Fault
from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _l

SENTENCES: Mapping[str, Any] = {
    "empty": _l("Please fill this in."),
    "too_long": _l("This text is too long."),
    "control_characters": _l("This text contains characters that cannot be shown."),
    "kind_not_accepted": _l("Choose single choice, multiple choice or true/false."),
    "too_few_options": _l("At least two options are needed."),
    "too_many_options": _l("At most eight options are possible."),
    "same_option_twice": _l("Two options say the same."),
    "one_right_needed": _l("Mark exactly one option as right."),
    "two_right_needed": _l("Mark at least two options as right, or make it a single-choice question."),
    "points_outside": _l("Points are more than 0 and at most 100, with up to two decimals."),
    "blank_needed": _l("Give at least one blank and what is right in it."),
    "too_many_blanks": _l("At most ten blanks are possible."),
    "blank_without_answer": _l("Each blank needs an answer that earns all of it."),
    "too_many_alternatives": _l("At most twenty answers are possible for one blank."),
    "share_outside": _l("An answer earns more than 0 and at most 100 per cent of its blank."),
    "not_a_number": _l("A tolerance goes with a number, and is not negative."),
    "partial_not_for_blanks": _l("Several blanks earn either each its part, or all or nothing."),
    "gaps_and_blanks_differ": _l("The wording has another number of gaps than there are blanks with an answer."),
    "short_looks_like_choice": _l("This is a choice or a statement by its options or its answer, not a written answer."),
    "length_outside": _l("The longest answer lies between 1 and 5000 characters."),
    "too_many_criteria": _l("At most ten criteria are possible."),
    "rubric_is_not_the_points": _l("The points of the criteria must add up to the points of the question."),
    "part_needed": _l("A case needs at least one question."),
    "too_many_parts": _l("At most ten questions belong to one case."),
    "table_outside": _l("A table has at most 20 rows and 8 columns, and every row has the same number of cells."),
    "difficulty_outside": _l("The difficulty is a whole number from 1 (easy) to 5 (hard)."),
    "too_many_competencies": _l("At most eight competencies are possible."),
    "picture_unknown": _l("This picture is not in the bank. Please choose the file again."),
    "alt_needed": _l("Say in words what the picture shows, for those who cannot see it."),
    "course_unknown": _l("There is no published course with this code."),
    "lecture_unknown": _l("The course has no lecture with this number."),
    "place_incomplete": _l("Course, lecture and moment belong together."),
    "time_not_read": _l("Write the moment as minutes and seconds, for example 12:34."),
    "second_outside_lecture": _l("This moment lies outside the lecture."),
}
"""The sentence of each fault code of rules/drafts.py."""


class Faulty(Invalid):
    """A draft with faults; `faults` lists them all, `field` names the first."""

    code = "faulty_draft"

    def __init__(self, found: Sequence[Fault], sentences: Mapping[str, Any] = SENTENCES) -> None:
        super().__init__(sentences[found[0].code], field=found[0].field, faults=[{"field": one.field, "code": one.code} for one in found])
        self.found = tuple(found)


class NotADraft(Conflict):
    """Only one's own draft can be changed; what was handed in, passed or retired is first taken back."""

    code, text = "question_not_a_draft", _l("Only a draft of your own can be changed. Take the question back first.")


class MoveNotAllowed(Conflict):
    """This state does not follow on the present one, or not by this person: nobody passes his own question."""

    code, text = "question_move_not_allowed", _l("This step is not possible: of what one wrote oneself, somebody else decides.")


class AskedNow(Conflict):
    """An examination that is checked or open asks the question of everybody; without it nobody could begin."""

    code, text = (
        "question_asked_now",
        _l("An examination with a fixed paper asks this question. Correct or withdraw it there, or close or take back the examination."),
    )


class AlreadyMoved(Conflict):
    """Somebody else was quicker, or the question was changed after it was read."""

    code, text = "question_moved", _l("This question has changed in the meantime. Please read it again.")


class VersionedSince(Conflict):
    """The bank has a later version of the question than the one whose key was corrected."""

    code, text = "question_versioned_since", _l("The bank has a newer version of this question already.")


class ReasonNeeded(Invalid):
    """A reviewer gives nothing back without saying why."""

    code, text = "question_reason_needed", _l("Say what should be changed.")


class NotAQuestionFile(Invalid):
    """A file that cannot be read at all; `reason` is the code of rules/findings.py."""

    code, text = "question_file_unreadable", _l("%(sentence)s")


class ImportNotOpen(Conflict):
    """Every row of an import is brought in once, and the import taken back once."""

    code, text = "question_import_not_open", _l("This import has already been brought in or taken back.")


class NothingToImport(Conflict):
    """No row of the import is good."""

    code, text = "question_import_empty", _l("No question of this import can be brought in yet.")


class QuestionsRefused(Invalid):
    """Rows with errors, and nobody asked to leave them out; nothing was changed."""

    code, text = "questions_have_errors", _l("%(bad)s rows have errors. Nothing was changed.")


class FormatUnknown(Invalid):
    """No such format."""

    code, text = "question_format_unknown", _l("Choose Excel, GIFT, Moodle XML or QTI.")


class PictureNotAccepted(Invalid):
    """Not a picture that can be read: told by its bytes."""

    code, text = "question_picture_not_accepted", _l("This is no picture in PNG, JPEG, WebP or GIF that can be read.")


class PictureTooLarge(Invalid):
    """More bytes or pixels than are taken."""

    code, text = (
        "question_picture_too_large",
        _l("A picture may have at most %(megabytes)s MB and %(megapixels)s million pixels. Please make it smaller."),
    )


class NoneChosen(Invalid):
    """An act on many without any."""

    code, text = "question_none_chosen", _l("Choose questions first.")


class TooManyChosen(Invalid):
    """More questions than one act takes; nothing is cut in silence."""

    code, text = (
        "question_too_many_chosen",
        _l("At most %(most)s questions can be moved at once; %(count)s were chosen. Nothing was changed."),
    )
