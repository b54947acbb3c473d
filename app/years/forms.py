"""Forms of years: shape and format only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, DecimalField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.kernel.forms import Form
from app.kernel.i18n import _l
from app.years.words import CLASS_TYPES, DELIVERIES, INSTITUTIONS, LEVELS, REASONS, RESULTS, SUBJECTS

CATEGORIES = {
    "main_class": _l("Main class"), "special_class": _l("Special class"), "central_group": _l("Central-group study"),
    "own_unit_class": _l("Class of one's own unit"), "online_course": _l("Online course"), "self_study_claim": _l("Self-study"),
    "external": _l("Training elsewhere"), "overseas": _l("Training overseas"), "teaching": _l("Teaching"), "paper": _l("Paper or report"),
    "degree": _l("Degree study"),
}  # fmt: skip


def _choices(named: Mapping[str, Any], empty: Any) -> list[SelectChoice]:
    return [SelectChoice("", empty), *(SelectChoice(code, word) for code, word in named.items())]


USUAL, NONE = _l("As usual for this kind of training"), _l("Not said")


class AdjustmentForm(Form):
    """A signed line of a closed year."""

    title = StringField(_l("What it is about"), [DataRequired(_l("Say what it is about.")), Length(max=120)])
    category = SelectField(_l("Kind of training"), choices=[SelectChoice(code, word) for code, word in CATEGORIES.items()])
    occurred_from = DateField(_l("First day, if there are several"), [Optional()])
    occurred_on = DateField(_l("Day of the training, or the last one"), [DataRequired(_l("Give the day."))])
    hours = DecimalField(_l("Hours, with a minus to take away"), [InputRequired(_l("Give the hours."))], places=None)
    days = DecimalField(_l("Training days"), [Optional()], places=None)
    off_post = BooleanField(_l("Off-post"))
    span_days = IntegerField(_l("Calendar days of the class, if other than the dates say"), [Optional(), NumberRange(-400, 400)])
    delivery = SelectField(_l("How it was given"), choices=_choices(DELIVERIES, USUAL))
    subject_kind = SelectField(_l("Subject of continuing education"), choices=_choices(SUBJECTS, USUAL))
    list_year = IntegerField(_l("Year whose list of public subjects it is on"), [Optional(), NumberRange(2000, 2100)])
    class_type = SelectField(_l("Type of the class"), choices=_choices(CLASS_TYPES, NONE))
    result = SelectField(_l("Result"), choices=_choices(RESULTS, NONE))
    institution_kind = SelectField(_l("Institution"), choices=_choices(INSTITUTIONS, NONE))
    level = SelectField(_l("Level of a paper"), choices=_choices(LEVELS, NONE))
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Please give a reason.")), Length(max=500)])

    def axes(self) -> dict[str, str | int | bool]:
        """What rule sets may ask of a line besides (decisions 19); only what was said."""
        said = {one.name: one.data for one in (self.class_type, self.result, self.institution_kind, self.level, self.list_year)}
        return {name: value for name, value in said.items() if value}


class ReasonForm(Form):
    """A reason for an act."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Please give a reason.")), Length(max=500)])


class IncompletionForm(Form):
    """Why a year was not completed."""

    reason = RadioField(
        _l("Reason"), [DataRequired(_l("Choose one."))], choices=[SelectChoice(code, word) for code, word in REASONS.items()]
    )
    text = TextAreaField(_l("In words"), [DataRequired(_l("Please give a reason.")), Length(max=500)])


class RuleForm(Form):
    """A new version of the rules."""

    file = FileField(_l("Rule file (YAML)"), [FileRequired(_l("Choose a file first."))])
    from_on = DateField(_l("In force from"), [DataRequired(_l("Give the day."))])
    reason = TextAreaField(_l("Why it is changed"), [DataRequired(_l("Please give a reason.")), Length(max=500)])
