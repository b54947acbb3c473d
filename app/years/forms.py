"""Forms of years: shape and format only."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, DecimalField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.kernel.forms import Form
from app.kernel.i18n import _l
from app.ledger.words import CATEGORIES, CLASS_TYPES, INSTITUTIONS, LEVELS, RESULTS
from app.years import words
from app.years.rules import CHOICES, LIST_YEARS, MOST_DAYS, REASON, TITLE

NAMED = {
    "category": CATEGORIES, "delivery": words.DELIVERIES, "subject_kind": words.SUBJECTS, "class_type": CLASS_TYPES,
    "result": RESULTS, "institution_kind": INSTITUTIONS, "level": LEVELS,
}  # fmt: skip


def _choices(name: str, empty: Any = None) -> list[SelectChoice]:
    """What the rules let stand in a closed field, in words, after a first choice that says nothing."""
    offered = [SelectChoice(str(code), NAMED[name][code]) for code in CHOICES[name]]
    return offered if empty is None else [SelectChoice("", empty), *offered]


USUAL, NONE, F = _l("As usual for this kind of training"), _l("Not said"), words.FIELDS


class AdjustmentForm(Form):
    """A signed line of a closed year; its limits are those of the rules."""

    title = StringField(F["title"], [DataRequired(_l("Say what it is about.")), Length(max=TITLE)])
    category = SelectField(F["category"], choices=_choices("category"))
    occurred_from = DateField(F["occurred_from"], [Optional()])
    occurred_on = DateField(F["occurred_on"], [DataRequired(_l("Give the day."))])
    hours = DecimalField(F["hours"], [InputRequired(_l("Give the hours."))], places=None)
    days = DecimalField(F["days"], [Optional()], places=None)
    off_post = BooleanField(F["off_post"])
    span_days = IntegerField(F["span_days"], [Optional(), NumberRange(-MOST_DAYS, MOST_DAYS)])
    delivery = SelectField(F["delivery"], choices=_choices("delivery", USUAL))
    subject_kind = SelectField(F["subject_kind"], choices=_choices("subject_kind", USUAL))
    list_year = IntegerField(F["list_year"], [Optional(), NumberRange(*LIST_YEARS)])
    class_type = SelectField(F["class_type"], choices=_choices("class_type", NONE))
    result = SelectField(F["result"], choices=_choices("result", NONE))
    institution_kind = SelectField(F["institution_kind"], choices=_choices("institution_kind", NONE))
    level = SelectField(F["level"], choices=_choices("level", NONE))
    reason = TextAreaField(F["reason"], [DataRequired(_l("Please give a reason.")), Length(max=REASON)])

    def axes(self) -> dict[str, str | int | bool]:
        """What rule sets may ask of a line besides (decisions 19); only what was said."""
        said = {one.name: one.data for one in (self.class_type, self.result, self.institution_kind, self.level, self.list_year)}
        return {name: value for name, value in said.items() if value}


class ReasonForm(Form):
    """A reason for an act."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Please give a reason.")), Length(max=REASON)])


class IncompletionForm(Form):
    """Why a year was not completed."""

    reason = RadioField(
        _l("Reason"), [DataRequired(_l("Choose one."))], choices=[SelectChoice(code, word) for code, word in words.REASONS.items()]
    )
    text = TextAreaField(_l("In words"), [DataRequired(_l("Please give a reason.")), Length(max=REASON)])


class RuleForm(Form):
    """A new version of the rules."""

    file = FileField(_l("Rule file (YAML)"), [FileRequired(_l("Choose a file first."))])
    from_on = DateField(_l("In force from"), [DataRequired(_l("Give the day."))])
    reason = TextAreaField(_l("Why it is changed"), [DataRequired(_l("Please give a reason.")), Length(max=REASON)])
