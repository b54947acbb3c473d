"""Forms of years: shape and format only."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, DecimalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.kernel.forms import Form
from app.kernel.i18n import _l
from app.years.words import REASONS

CATEGORIES = {
    "main_class": _l("Main class"), "special_class": _l("Special class"), "central_group": _l("Central-group study"),
    "own_unit_class": _l("Class of one's own unit"), "online_course": _l("Online course"), "self_study_claim": _l("Self-study"),
    "external": _l("Training elsewhere"),
}  # fmt: skip


class AdjustmentForm(Form):
    """A signed line of a closed year."""

    title = StringField(_l("What it is about"), [DataRequired(_l("Say what it is about.")), Length(max=120)])
    category = SelectField(_l("Kind of training"), choices=[SelectChoice(code, word) for code, word in CATEGORIES.items()])
    occurred_on = DateField(_l("Day of the training"), [DataRequired(_l("Give the day."))])
    hours = DecimalField(_l("Hours, with a minus to take away"), [InputRequired(_l("Give the hours."))], places=None)
    days = DecimalField(_l("Training days"), [Optional()], places=None)
    off_post = BooleanField(_l("Off-post"))
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Please give a reason.")), Length(max=500)])


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
