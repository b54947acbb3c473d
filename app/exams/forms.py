"""Forms of the quiz editor: shape and format; what a question must be is a rule (rules/drafts.py)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DecimalField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.bank.key_forms import LETTERS, LONG, PARTIAL, option, right_options, truth_of_statement
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import EXPLANATION, STEM, TOPIC, OptionDraft, QuestionDraft
from app.bank.rules.scoring import PartialCredit
from app.exams.queries import PoolRow
from app.exams.queries.lectures import Choice
from app.exams.queries.sourcing import Offer
from app.kernel.forms import Form
from app.kernel.i18n import _l
from app.kernel.presentation import clock_text

NEEDED = _l("Please fill this in.")
WHOLE = _l("Please enter a whole number in the range shown.")


def seconds_of(text: str) -> int:
    """Seconds of `75`, `1:15` or `1:02:03`; anything else is a ValueError."""
    parts = text.strip().replace("：", ":").split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in parts):
        raise ValueError(text)
    if any(int(part) > 59 for part in parts[1:]):
        raise ValueError(text)
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return total


def _points(_form: Form, field: DecimalField) -> None:
    if field.data is not None and not (Decimal(field.data).is_finite() and 0 < field.data <= 100):
        raise ValidationError(_l("Points are more than 0 and at most 100, with up to two decimals."))


def _moment(_form: Form, field: StringField) -> None:
    try:
        seconds_of(field.data or "0")
    except ValueError as error:
        raise ValidationError(_l("Write the moment as minutes and seconds, for example 1:05.")) from error


class TermsForm(Form):
    """Title and figures of a quiz."""

    title = StringField(_l("Title of the quiz"), [InputRequired(NEEDED), Length(max=120, message=LONG)])
    pass_mark = IntegerField(_l("Pass mark (of 100)"), [InputRequired(WHOLE), NumberRange(1, 100, WHOLE)])
    max_attempts = IntegerField(_l("Attempts allowed"), [InputRequired(WHOLE), NumberRange(1, 50, WHOLE)])
    limit_minutes = IntegerField(_l("Time limit in minutes"), [InputRequired(WHOLE), NumberRange(1, 600, WHOLE)])
    draw = IntegerField(_l("Questions to draw"), [Optional(), NumberRange(1, 500, WHOLE)])
    bank_draw = IntegerField(_l("Questions from the bank"), [Optional(), NumberRange(0, 100, WHOLE)])
    topics = SelectMultipleField(
        _l("Knowledge points"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validators=[Optional()],
    )  # fmt: skip

    def know(self, offers: Sequence[Offer]) -> None:
        """Offer what the bank has; a knowledge point that was chosen before stays, though nothing is left of it."""
        there = {one.topic: one.questions for one in offers}
        chosen = dict.fromkeys(self.topics.data or (), 0)
        self.topics.choices = [SelectChoice(topic, f"{topic} · {count}") for topic, count in sorted((chosen | there).items())]


class QuestionForm(Form):
    """One question; which of the fields it uses depends on its kind."""

    stem = TextAreaField(_l("Wording of the question"), [InputRequired(NEEDED), Length(max=STEM, message=LONG)])
    option_a, option_b, option_c, option_d = option("a"), option("b"), option("c"), option("d")
    option_e, option_f, option_g, option_h = option("e"), option("f"), option("g"), option("h")
    right, truth = right_options(), truth_of_statement()
    points = DecimalField(_l("Points of the question"), [InputRequired(NEEDED), _points], places=None, default=Decimal(2))
    partial = SelectField(_l("An incomplete answer earns"), default=PartialCredit.NONE.value, choices=PARTIAL)
    keeps_order = BooleanField(_l("Keep the options in this order"))
    explanation = TextAreaField(_l("Explanation of the answer"), [Length(max=EXPLANATION, message=LONG)])
    topic = StringField(_l("Knowledge point"), [Length(max=TOPIC, message=LONG)])
    lecture = SelectField(_l("Taught in"), validators=[Optional()])
    at_second = StringField(_l("Moment in the lecture"), [Optional(), _moment])

    def options(self) -> list[tuple[str, Any]]:
        """The option fields with their letters."""
        return [(letter, self[f"option_{letter}"]) for letter in LETTERS]

    def know(self, lectures: Sequence[Choice]) -> None:
        """Offer the lectures of the course."""
        self.lecture.choices = [
            SelectChoice("", _l("no lecture")), *(SelectChoice(str(one.uid), f"{one.position}. {one.title}") for one in lectures),
        ]  # fmt: skip

    def show(self, row: PoolRow) -> None:
        """Fill the form from a question as it stands."""
        version, key = row.version, row.key
        for letter, text in version.options:
            self[f"option_{letter}"].data = text
        self.stem.data, self.points.data, self.topic.data = version.stem, version.points.normalize() + 0, version.topic  # + 0: 10, not 1E+1
        self.right.data, self.partial.data, self.explanation.data = list(key.right), str(key.partial), key.explanation
        self.truth.data = "true" if key.right == ["a"] else "false"
        self.keeps_order.data = version.keeps_order
        self.lecture.data = str(row.lecture.uid) if row.lecture else ""
        self.at_second.data = clock_text(version.at_second * 1000) if version.at_second is not None else ""

    def draft(self, kind: Kind, lectures: Sequence[Choice]) -> QuestionDraft:
        """What was entered, as a draft of this kind."""
        lecture = next((one.id for one in lectures if str(one.uid) == self.lecture.data), None)
        at = seconds_of(self.at_second.data) if self.at_second.data and lecture is not None else None
        common: dict[str, Any] = {
            "points": Decimal(self.points.data), "explanation": self.explanation.data or "", "topic": self.topic.data or "",
            "lecture_id": lecture, "at_second": at,
        }  # fmt: skip
        if kind is Kind.JUDGE:
            draft = QuestionDraft.judge(self.stem.data or "", is_true=self.truth.data == "true", **common)
            return draft if self.truth.data else QuestionDraft(kind, draft.stem, [OptionDraft(one.text) for one in draft.options], **common)
        right = set(self.right.data or [])
        options = [OptionDraft(field.data or "", letter in right) for letter, field in self.options()]
        partial = PartialCredit(self.partial.data) if kind is Kind.MULTIPLE else PartialCredit.NONE
        return QuestionDraft(kind, self.stem.data or "", options, partial=partial, keeps_order=self.keeps_order.data, **common)
