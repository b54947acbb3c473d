"""What the bank says of codes: findings of a file, kinds, states, formats, steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.bank.advice import ADVICE, OF_FILE
from app.bank.rules.drafts import Fault
from app.bank.rules.findings import SHOWN
from app.kernel.i18n import _, _l, _n

FILE: Mapping[str, Any] = {
    "file_too_big": _l("This file is too large. A workbook or package may have 48 MB, a text 8 MB."),
    "file_empty": _l("There is nothing in this file."),
    "macros": _l("This workbook contains macros. Save it as a workbook without macros (.xlsx) and try again."),
    "word_file": _l("This is a Word document. Copy its text and paste it instead."),
    "old_office_file": _l("This is a file of an old office program. Save it as .xlsx and try again."),
    "not_text": _l("The signs of this file cannot be read. Save it in UTF-8 or GB18030 and try again."),
    "other_encoding": _l(
        "The signs of this file are not those of UTF-8 or GB18030 (perhaps Big5 or Shift-JIS). Save it in UTF-8 and try again."
    ),
    "pdf_file": _l("This is a PDF, not questions. Use Excel, CSV, GIFT, Aiken, Moodle XML or QTI, or copy its text and paste it."),
    "picture_file": _l("This is a picture, not questions. Use Excel, CSV, GIFT, Aiken, Moodle XML or QTI, or paste the text."),
    "not_a_table": _l("This table cannot be read. Save it as .xlsx or CSV and try again."),
    "table_too_big": _l("This table is too large. Please divide it."),
    "xml_too_big": _l("This XML file is larger than 20 MB. Please divide it."),
    "xml_entities": _l("This XML file declares document types or entities, which are not read. Export it again without them."),
    "xml_too_deep": _l("This XML file is nested more deeply than questions ever are."),
    "xml_tag_too_long": _l("This XML file holds a tag longer than those of questions ever are. Export it again."),
    "not_xml": _l("This XML file is broken and cannot be read."),
    "not_moodle": _l("This is no quiz of Moodle."),
    "not_qti": _l("No question in QTI was found in it."),
    "package_too_big": _l("This package unpacks to more than 64 MB or has too many files."),
    "package_locked": _l("This package is locked with a password."),
    "package_broken": _l("This package is broken and cannot be unpacked."),
}
"""Why a whole file cannot be read."""

FOUND: Mapping[str, Any] = {
    "too_many_questions": _l("There are more questions than one import takes; the rest was not read."),
    "line_too_long": _l("This line is longer than any question. Put each option and the answer on a line of their own."),
    "no_question_before": _l("No question stands before this line."),
    "line_passed_over": _l("This line belongs to no question and was left out. If it is one, give it its number."),
    "line_added": _l("This line was taken for more of the wording. If it is a question of its own, give it its number."),
    "kind_not_of_head": _l("The head above names another kind than this question plainly is. It was read as what it is."),
    "answer_missing": _l("The answer is missing."), "answer_twice": _l("There is a second answer."),
    "key_in_text": _l("The answer or its explanation still stands in the wording or in an option."),
    "second_question": _l("A second question or answer follows on this one. Put an empty line between questions."),
    "point_or_question": _l("Numbered lines were taken for the answer. See whether one of them is a question of its own."),
    "answer_without_question": _l("No question has this number, or it has its answer already."),
    "answers_do_not_match": _l("This range has another number of answers than of questions."),
    "answer_not_read": _l("The answer cannot be read."),
    "answer_not_among_options": _l("The answer names an option that does not exist."),
    "truth_not_read": _l("Whether the statement is true cannot be read."),
    "option_out_of_order": _l("The letters of the options do not follow on one another."),
    "option_left_out": _l("An option between others is empty."),
    "points_not_read": _l("The points cannot be read."), "difficulty_not_read": _l("The difficulty cannot be read."),
    "partial_not_read": _l("The rule for incomplete answers cannot be read."), "kind_not_read": _l("There is no such kind of question."),
    "kind_not_held": _l("Questions of this kind cannot be brought in."),
    "matching_not_held": _l("Matching questions cannot be brought in."),
    "brace_not_closed": _l("The answer begins with { and does not end with }."),
    "criterion_without_points": _l("A criterion has no points."), "formula": _l("There is a formula where an answer belongs."),
    "place_not_read": _l("The place cannot be read: course/lecture/minutes:seconds."),
    "column_missing": _l("This column is missing."),
    "description_left_out": _l("A text without an answer was left out."),
    "picture_left_out": _l("Further pictures were left out; a question has one."),
    "picture_missing": _l("The picture is not in the file."),
    "picture_not_taken": _l("The picture cannot be read, is larger than 5 MB or has too many pixels."),
    "pictures_in_workbook": _l("Pictures of a workbook belong to no row and were left out. Add them in the editor, or use Moodle XML."),
    "points_divided": _l("The file does not say what each question of the case earns; they were given these points."),
    "passage_missing": _l("The text that these questions share is not in the file."),
    "weights_left_out": _l("The weights of the options follow no rule of ours and were simplified."),
    "same_in_file": _l("The file has this question already."), "same_in_bank": _l("The bank has this question already."),
    "near_in_bank": _l("The bank has a question that says nearly the same."),
    "picture_by_name": _l(
        "A workbook carries the name of the picture and what it shows, not the picture: brought in here it is found again."
    ),
    "not_held": _l("The format has no place for it."), "question_left_out": _l("The format cannot hold this question; it was left out."),
}  # fmt: skip
"""What a finding of a file says."""

COLUMNS: Mapping[str, Any] = {
    "stem": _l("Wording"), "options": _l("Options"), "right": _l("Answer"), "answer": _l("Answer"), "blanks": _l("Blanks"),
    "points": _l("Points of the question"),
    "difficulty": _l("Difficulty"), "topic": _l("Knowledge point"), "explanation": _l("Explanation of the answer"),
    "kind": _l("Kind of question"), "partial": _l("Incomplete answers"), "rubric": _l("Criteria"), "sample": _l("Sample answer"),
    "longest": _l("Longest answer"), "parts": _l("Questions of the case"), "table": _l("Table"),
    "taught": _l("Where it is taught"), "place": _l("Where it is taught"),
    "course": _l("Course"), "lecture": _l("Lecture"), "at": _l("Moment"),
    "picture": _l("Picture"), "alt": _l("What the picture shows"),
    "source": _l("Source"), "competencies": _l("Competencies"), "case": _l("Number of the case"),
}  # fmt: skip

KINDS: Mapping[str, Any] = {
    "single": _l("Single choice"), "multiple": _l("Multiple choice"), "judge": _l("True or false"), "blank": _l("Fill in"),
    "short": _l("Written answer"), "case": _l("Case with questions"),
}  # fmt: skip
STATES: Mapping[str, Any] = {
    "draft": _l("Draft"), "in_review": _l("In review"), "approved": _l("Passed review"), "retired": _l("Out of use"),
}  # fmt: skip
TONES = {"draft": "", "in_review": "o", "approved": "m", "retired": ""}
STEPS: Mapping[str, Any] = {
    "written": _l("written"), "changed": _l("changed"), "imported": _l("brought in from a file"), "in_review": _l("handed in"),
    "approved": _l("approved"), "given_back": _l("given back"), "reopened": _l("taken back to change it"), "retired": _l("retired"),
    "for_practice": _l("opened for practice"), "for_exams": _l("kept for examinations"),
    "import_undone": _l("retired: the import was taken back"), "key_corrected": _l("key corrected after an examination, handed in"),
}  # fmt: skip
FORMATS: Mapping[str, Any] = {
    "auto": _l("told by the file"), "excel": "Excel", "csv": "CSV", "text": _l("Text from Word"), "gift": "GIFT", "aiken": "Aiken",
    "moodle": "Moodle XML", "qti": "QTI 2",
}  # fmt: skip


def file_sentence(code: str) -> str:
    """Why a whole file cannot be read."""
    return str(FILE[code])


def sentence(fault: Fault, sentences: Mapping[str, Any]) -> str:
    """A fault in the reader's language; `sentences` are those of faults."""
    text = str(sentences.get(fault.code) or FOUND.get(fault.code) or fault.code)
    return _("%(text)s It ends at %(moment)s.", text=text, moment=fault.limit) if fault.limit else text


LIKE: Mapping[str, Any] = {
    "same_in_file": _l("the same as row %(what)s"),
    **dict.fromkeys(("same_in_bank", "near_in_bank"), _l("%(what)s alike")),
}
"""What is found where a question is there already: a row or a share, in words."""


@dataclass(frozen=True)
class Told:
    """A finding in the reader's language."""

    row: int
    column: str
    code: str
    text: str
    found: str
    expected: str
    fix: str
    is_error: bool
    advice: str
    """The fix as a sentence, where it is something to be written."""


def told(finding: Sequence[Any], sentences: Mapping[str, Any]) -> Told:
    """A kept finding (rules/findings.py) in words; `sentences` are those of faults."""
    row, column, code, found, expected, fix, is_error = finding
    text = FOUND.get(code) or FILE.get(code) or sentences.get(code) or code
    advice = _("You can write: %(what)s", what=fix) if fix else str(ADVICE.get(code, OF_FILE)[1])
    expected, fix = (given or usual for given, usual in zip((expected, fix), ADVICE.get(code, OF_FILE), strict=True))
    found = str(LIKE[code]) % {"what": found} if found and code in LIKE else found
    found = str(KINDS.get(found, found)) if column == "kind" else found
    number, name = "", column
    if column.startswith("parts.") and column.count(".") == 2:
        _parts, number, name = column.split(".")
    label = str(COLUMNS.get("options" if name.startswith("option_") else name, name))
    place = f"（{number}）{label}" if number else label
    return Told(row, place, code, str(text), str(found)[:SHOWN], str(expected), str(fix), bool(is_error), advice)


def remark(one: Told) -> str:
    """A finding as it stands beside a cell: what is wrong, found, expected, and the fix."""
    found = _("Found: %(what)s", what=one.found) if one.found else ""
    return "\n".join(filter(None, (one.text, found, _("Expected: %(what)s", what=one.expected), _("Fix: %(what)s", what=one.fix))))


def moved_words(to: str, done: int, own: int, changed: int, elsewhere: int) -> list[tuple[str, str]]:
    """What became of many questions at once, each sentence with the tone of its note."""
    said = _n("%(num)s question was handed in for review.", "%(num)s questions were handed in for review.", done)
    if to == "approved":
        said = _n("%(num)s question was passed.", "%(num)s questions were passed.", done)
    found = [(said, "message" if done else "warning")]
    if own:
        found.append(
            (_n("%(num)s was left out: you wrote it yourself.", "%(num)s were left out: you wrote them yourself.", own), "warning")
        )
    if changed:
        found.append((_n("%(num)s was left out: it has changed since you read it.",
                         "%(num)s were left out: they have changed since you read them.", changed), "warning"))  # fmt: skip
    if elsewhere:
        found.append((_n("%(num)s was left out: this step is not for it.", "%(num)s were left out: this step is not for them.",
                         elsewhere), "warning"))  # fmt: skip
    return found
