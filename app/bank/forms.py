"""Forms of the bank: shape and format; what a question must be is a rule (rules/drafts.py)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.bank import words
from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.blanks import Blank
from app.bank.rules.drafts import ALT, EXPLANATION, OPTION, SOURCE, STEM, TOPIC, Criterion, Fault, OptionDraft, Picture, QuestionDraft
from app.bank.rules.findings import Finding
from app.bank.rules.formats import common, text_out, written
from app.bank.rules.places import LONGEST_CODE, Place, clock, seconds
from app.bank.rules.scoring import PartialCredit
from app.bank.service import FORMATS
from app.kernel.errors import Invalid
from app.kernel.forms import Form
from app.kernel.i18n import _, _l

LETTERS = "abcdefgh"
LONG = _l("This text is too long.")
PASTED = 200_000
BROKEN = "⏎"
"""A line break within an option, whose field has one line."""
ELSEWHERE = {"options": "option_a", "kind": "stem", "at_second": "at"}
"""Where a fault is told whose name is no field of the form."""


def _option(letter: str) -> StringField:
    return StringField(_l("Option %(letter)s", letter=letter.upper()), [Length(max=OPTION, message=LONG)])


PARTIAL = [
    SelectChoice(PartialCredit.NONE.value, _l("no points")),
    SelectChoice(PartialCredit.HALF.value, _l("half the points, if nothing wrong is chosen")),
    SelectChoice(PartialCredit.SHARE.value, _l("its share of the points, if nothing wrong is chosen")),
    SelectChoice(PartialCredit.NET.value, _l("right options less wrong ones")),
]
"""What an incomplete answer to a multiple-choice question may earn; the quiz editor of the studio offers the same."""


class QuestionForm(Form):
    """One question; which of the fields it uses depends on its kind."""

    stem = TextAreaField(_l("Wording of the question"), [Length(max=STEM, message=LONG)])
    option_a, option_b, option_c, option_d = _option("a"), _option("b"), _option("c"), _option("d")
    option_e, option_f, option_g, option_h = _option("e"), _option("f"), _option("g"), _option("h")
    right = SelectMultipleField(
        _l("Right options"), choices=[SelectChoice(letter, letter.upper()) for letter in LETTERS], option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False), validators=[Optional()],
    )  # fmt: skip
    truth = RadioField(
        _l("The statement is"),
        choices=[SelectChoice("true", _l("It is true")), SelectChoice("false", _l("It is false"))],
        validators=[Optional()],
    )
    blanks = TextAreaField(_l("What is right in each blank"), [Length(max=EXPLANATION, message=LONG)])
    strict_case = BooleanField(_l("Capital and small letters differ"))
    strict_width = BooleanField(_l("Full-width and half-width signs differ"))
    sample = TextAreaField(_l("Sample answer"), [Length(max=EXPLANATION, message=LONG)])
    rubric = TextAreaField(_l("Criteria with their points"), [Length(max=EXPLANATION, message=LONG)])
    longest = IntegerField(_l("Longest answer, in characters"), [Optional()], default=1000)
    parts = TextAreaField(_l("Questions of the case"), [Length(max=20_000, message=LONG)])
    table = TextAreaField(_l("Table below the wording"), [Length(max=EXPLANATION, message=LONG)])
    picture = FileField(_l("Picture below the wording"), [Optional()])
    picture_now = HiddenField()
    picture_gone = BooleanField(_l("Take the picture out"))
    alt = StringField(_l("What the picture shows"), [Length(max=ALT, message=LONG)])
    points = DecimalField(_l("Points of the question"), [Optional()], places=None, default=Decimal(2))
    partial = SelectField(_l("An incomplete answer earns"), default=PartialCredit.NONE.value, choices=PARTIAL)
    each_blank = SelectField(
        _l("Several blanks earn"), default=PartialCredit.SHARE.value,
        choices=[
            SelectChoice(PartialCredit.SHARE.value, _l("each its part")),
            SelectChoice(PartialCredit.NONE.value, _l("all or nothing")),
        ],
    )  # fmt: skip
    keeps_order = BooleanField(_l("Keep the options in this order"))
    explanation = TextAreaField(_l("Explanation of the answer"), [Length(max=EXPLANATION, message=LONG)])
    topic = StringField(_l("Knowledge point"), [Length(max=TOPIC, message=LONG)])
    difficulty = SelectField(_l("Difficulty"), default="3", choices=[SelectChoice(str(at), str(at)) for at in range(1, 6)])
    competencies = StringField(_l("Competencies"), [Length(max=300, message=LONG)])
    course = StringField(_l("Course that teaches it"), [Length(max=LONGEST_CODE, message=LONG)])
    lecture = StringField(_l("Number of the lecture"), [Length(max=3, message=LONG)])
    at = StringField(_l("Minute and second"), [Length(max=9, message=LONG)])
    source = StringField(_l("Source"), [Length(max=SOURCE, message=LONG)])

    def options(self) -> list[tuple[str, Any]]:
        """The option fields with their letters."""
        return [(letter, self[f"option_{letter}"]) for letter in LETTERS]

    def show(self, draft: QuestionDraft) -> None:
        """Fill the form from a question as it stands."""
        for letter, option in zip(LETTERS, draft.options, strict=False):
            self[f"option_{letter}"].data = option.text.replace("\n", BROKEN)
        self.right.data = [letter for letter, option in zip(LETTERS, draft.options, strict=False) if option.is_right]
        if draft.kind is Kind.JUDGE and any(one.is_right for one in draft.options):
            self.truth.data = "true" if common.is_true(draft) else "false"
        self.stem.data, self.points.data, self.topic.data = draft.stem, draft.points.normalize() + 0, draft.topic
        self.partial.data, self.each_blank.data, self.explanation.data = draft.partial.value, draft.partial.value, draft.explanation
        self.keeps_order.data, self.difficulty.data, self.source.data = draft.keeps_order, str(draft.difficulty), draft.source
        self.competencies.data, self.sample.data, self.longest.data = "、".join(draft.competencies), draft.sample, draft.longest
        self.rubric.data, self.table.data = written.rubric(draft), written.cells(draft.table)
        self.picture_now.data, self.alt.data = (draft.picture.sha256, draft.picture.alt) if draft.picture else ("", "")
        if draft.place is not None:
            self.course.data, self.lecture.data, self.at.data = draft.place.course, str(draft.place.lecture), clock(draft.place.second)
        self.parts.data = text_out.parts(draft)
        self.blanks.data = written.lines(draft)
        self.strict_case.data, self.strict_width.data = written.strictness(draft)

    def draft(self, kind: Kind) -> tuple[QuestionDraft, list[Fault]]:
        """What was entered as a draft of this kind, and what of it cannot be read."""
        wrong: list[Fault] = []
        common_fields: dict[str, Any] = {
            "points": Decimal(self.points.data or 0), "explanation": _lines(self.explanation.data), "topic": self.topic.data or "",
            "difficulty": int(self.difficulty.data), "source": self.source.data or "",
            "competencies": common.words(self.competencies.data or ""), "table": written.read_cells(_lines(self.table.data)),
            "place": self._place(wrong),
            "picture": Picture(self.picture_now.data, self.alt.data or "") if self.picture_now.data else None,
        }  # fmt: skip
        stem = _lines(self.stem.data)
        if kind is Kind.JUDGE:
            return QuestionDraft(kind, stem, common.judge_options(_truth(self.truth.data)), **common_fields), wrong
        if kind is Kind.BLANK:
            partial = PartialCredit(self.each_blank.data)
            return QuestionDraft(kind, stem, blanks=self._blanks(), partial=partial, **common_fields), wrong
        if kind is Kind.SHORT:
            rubric = self._rubric(wrong)
            return QuestionDraft(kind, stem, sample=_lines(self.sample.data), rubric=rubric, longest=self.longest.data or LONGEST_TEXT,
                                 **common_fields), wrong  # fmt: skip
        if kind is Kind.CASE:
            parts, findings = text_out.read_parts(_lines(self.parts.data))
            wrong += [Fault("parts", one.code) for one in findings]
            self.findings = findings
            return QuestionDraft(kind, stem, parts=parts, **common_fields), wrong
        right = set(self.right.data or [])
        options = [OptionDraft((field.data or "").replace(BROKEN, "\n"), letter in right) for letter, field in self.options()]
        partial = PartialCredit(self.partial.data) if kind is Kind.MULTIPLE else PartialCredit.NONE
        return QuestionDraft(kind, stem, options, partial=partial, keeps_order=self.keeps_order.data, **common_fields), wrong

    findings: list[Finding] = []  # noqa: RUF012  # replaced, never changed
    refused: Invalid | None = None
    """Why the picture that was sent is not taken."""

    def _blanks(self) -> tuple[Blank, ...]:
        """A line for each blank, `|` between the answers that are taken."""
        return written.read_lines(_lines(self.blanks.data), case=self.strict_case.data, width=self.strict_width.data)

    def _place(self, wrong: list[Fault]) -> Place | None:
        """Course, lecture and moment, all three or none."""
        course, lecture, at = ((field.data or "").strip() for field in (self.course, self.lecture, self.at))
        if not (course or lecture or at):
            return None
        second = seconds(at)
        if not course or not lecture.isascii() or not lecture.isdigit():
            wrong.append(Fault("lecture" if course else "course", "place_incomplete"))
        elif second is None:
            wrong.append(Fault("at", "time_not_read"))
        else:
            return Place(course, int(lecture), second)
        return None

    def _rubric(self, wrong: list[Fault]) -> tuple[Criterion, ...]:
        found, without = written.read_rubric(_lines(self.rubric.data))
        wrong += [Fault("rubric", "criterion_without_points")] * without
        return tuple(found)

    def blame_faults(self, faults: list[Fault], kind: Kind, sentences: Any) -> None:
        """Every fault beside its field."""
        for fault in faults:
            name, text = fault.field, str(sentences.get(fault.code) or words.FOUND.get(fault.code) or fault.code)
            if name.startswith("parts."):
                _parts, number_, inner = name.split(".", 2)
                name = "parts"
                text = _("Question (%(number)s), %(field)s: %(what)s", number=number_, field=words.COLUMNS.get(inner, inner), what=text)
            name = "truth" if name == "right" and kind is Kind.JUDGE else ELSEWHERE.get(name, name)
            field = self[name if name in self else "stem"]
            field.errors = [*field.errors, text]


def _truth(word: str | None) -> bool | None:
    return None if not word else word == "true"


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n")


class UploadForm(Form):
    """A file of questions."""

    file = FileField(_l("File with questions"), [InputRequired(_l("Choose a file first."))])
    format = SelectField(_l("Format"), default="auto", choices=[SelectChoice(one, words.FORMATS[one]) for one in FORMATS])


class PasteForm(Form):
    """Questions copied out of a document."""

    text = TextAreaField(_l("Text of the questions"), [InputRequired(_l("Paste the questions first.")), Length(max=PASTED, message=LONG)])


class MoveForm(Form):
    """A step of a question, with its reason."""

    reason = TextAreaField(_l("What should be changed"), [Length(max=500, message=LONG)])


__all__ = ["MoveForm", "PasteForm", "QuestionForm", "UploadForm"]
