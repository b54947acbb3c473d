"""What every question has on a form: wording, options, key, picture, points; a question of the bank and a part of a case alike."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DecimalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.blanks import Blank
from app.bank.rules.drafts import ALT, EXPLANATION, OPTION, STEM, Criterion, Fault, OptionDraft, Picture, QuestionDraft
from app.bank.rules.formats import common, written
from app.bank.rules.scoring import PartialCredit
from app.kernel.errors import Invalid
from app.kernel.forms import Form
from app.kernel.i18n import _l

LETTERS = "abcdefgh"
LONG = _l("This text is too long.")
BROKEN = "⏎"
"""A line break within an option, whose field has one line."""
ELSEWHERE = {"options": "option_a", "at_second": "at"}
"""Where a fault is told whose name is no field of the form."""


def option(letter: str) -> StringField:
    """The field of one option; the quiz editor of the studio has the same."""
    return StringField(_l("Option %(letter)s", letter=letter.upper()), [Length(max=OPTION, message=LONG)])


def right_options() -> SelectMultipleField:
    """Which letters are right."""
    return SelectMultipleField(
        _l("Right options"), choices=[SelectChoice(letter, letter.upper()) for letter in LETTERS], option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False), validators=[Optional()],
    )  # fmt: skip


def truth_of_statement() -> RadioField:
    """Whether a statement is true."""
    choices = [SelectChoice("true", _l("It is true")), SelectChoice("false", _l("It is false"))]
    return RadioField(_l("The statement is"), choices=choices, validators=[Optional()])


PARTIAL = [
    SelectChoice(PartialCredit.NONE.value, _l("no points")),
    SelectChoice(PartialCredit.HALF.value, _l("half the points, if nothing wrong is chosen")),
    SelectChoice(PartialCredit.SHARE.value, _l("its share of the points, if nothing wrong is chosen")),
    SelectChoice(PartialCredit.NET.value, _l("right options less wrong ones")),
]
"""What an incomplete answer to a multiple-choice question may earn; the quiz editor of the studio offers the same."""


class KeyForm(Form):
    """The fields of a question with a key; which of them it uses depends on its kind."""

    stem = TextAreaField(_l("Wording of the question"), [Length(max=STEM, message=LONG)])
    option_a, option_b, option_c, option_d = option("a"), option("b"), option("c"), option("d")
    option_e, option_f, option_g, option_h = option("e"), option("f"), option("g"), option("h")
    right, truth = right_options(), truth_of_statement()
    blanks = TextAreaField(_l("What is right in each blank"), [Length(max=EXPLANATION, message=LONG)])
    strict_case = BooleanField(_l("Capital and small letters differ"))
    strict_width = BooleanField(_l("Full-width and half-width signs differ"))
    sample = TextAreaField(_l("Sample answer"), [Length(max=EXPLANATION, message=LONG)])
    rubric = TextAreaField(_l("Criteria with their points"), [Length(max=EXPLANATION, message=LONG)])
    longest = IntegerField(_l("Longest answer, in characters"), [Optional()], default=1000)
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

    refused: Invalid | None = None
    """Why the picture that was sent is not taken."""

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
        self.stem.data, self.points.data, self.explanation.data = draft.stem, draft.points.normalize() + 0, draft.explanation
        if draft.kind is Kind.BLANK:
            self.each_blank.data = draft.partial.value
        else:
            self.partial.data = draft.partial.value
        self.keeps_order.data, self.sample.data, self.longest.data = draft.keeps_order, draft.sample, draft.longest
        self.rubric.data, self.table.data = written.rubric(draft), written.cells(draft.table)
        self.picture_now.data, self.alt.data = (draft.picture.sha256, draft.picture.alt) if draft.picture else ("", "")
        self.blanks.data = written.lines(draft)
        self.strict_case.data, self.strict_width.data = written.strictness(draft)

    def keyed(self, kind: Kind, wrong: list[Fault], **more: Any) -> QuestionDraft:
        """What was entered as a question of this kind, with `more` about it; what of it cannot be read is added to `wrong`."""
        stem, said = lines(self.stem.data), self._said() | more
        if kind is Kind.JUDGE:
            truth = self.truth.data == "true" if self.truth.data else None
            return QuestionDraft(kind, stem, common.judge_options(truth), **said)
        if kind is Kind.BLANK:
            return QuestionDraft(kind, stem, blanks=self._blanks(), partial=credit(self.each_blank.data), **said)
        if kind is Kind.SHORT:
            longest = self.longest.data or LONGEST_TEXT
            return QuestionDraft(kind, stem, sample=lines(self.sample.data), rubric=self._rubric(wrong), longest=longest, **said)
        if kind is Kind.CASE:
            return QuestionDraft(kind, stem, **said)
        right = set(self.right.data or [])
        options = [OptionDraft((field.data or "").replace(BROKEN, "\n"), letter in right) for letter, field in self.options()]
        partial = credit(self.partial.data) if kind is Kind.MULTIPLE else PartialCredit.NONE
        return QuestionDraft(kind, stem, options, partial=partial, keeps_order=self.keeps_order.data, **said)

    def _said(self) -> dict[str, Any]:
        """What a question of any kind may have."""
        picture = Picture(self.picture_now.data, self.alt.data or "") if self.picture_now.data else None
        return {"points": Decimal(self.points.data or 0), "explanation": lines(self.explanation.data),
                "table": written.read_cells(lines(self.table.data)), "picture": picture}  # fmt: skip

    def _blanks(self) -> tuple[Blank, ...]:
        """A line for each blank, `|` between the answers that are taken."""
        return written.read_lines(lines(self.blanks.data), case=self.strict_case.data, width=self.strict_width.data)

    def _rubric(self, wrong: list[Fault]) -> tuple[Criterion, ...]:
        found, without = written.read_rubric(lines(self.rubric.data))
        wrong += [Fault("rubric", "criterion_without_points")] * without
        return tuple(found)

    def blame_picture(self) -> list[Fault]:
        """Say beside the picture why it is not taken; its words are asked for as if it were."""
        if self.refused is None:
            return []
        self.blame(self.refused)
        return [] if (self.alt.data or "").strip() else [Fault("alt", "alt_needed")]

    def says(self, name: str, code: str) -> bool:
        """Whether what stands beside the fields by their shape says this fault, or what it follows from, already."""
        names = [f"option_{letter}" for letter in LETTERS] if name == "options" else [name]
        names += ["points"] if code == "rubric_is_not_the_points" else []
        return any(self[one].errors for one in names if one in self)

    def accuse(self, name: str, text: str, kind: Kind) -> None:
        """Put a sentence beside the field that has this fault."""
        name = "truth" if name == "right" and kind is Kind.JUDGE else ELSEWHERE.get(name, name)
        field = self[name if name in self else "stem"]
        field.errors = [*field.errors, text]


def credit(word: str | None) -> PartialCredit:
    """The rule of this name; one that is none earns nothing."""
    return PartialCredit(word) if word in tuple(PartialCredit) else PartialCredit.NONE


def lines(text: str | None) -> str:
    """A text of several lines as the college keeps it: browsers end them with CR and LF."""
    return (text or "").replace("\r\n", "\n")
