"""Forms of training classes: shape and format; what a class must be is a rule (rules.py)."""

from __future__ import annotations

from decimal import Decimal

from wtforms import BooleanField, DateField, DecimalField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.classes.models import TrainingClass
from app.classes.rules import LONGEST_PLACE, LONGEST_REASON, LONGEST_TITLE, Terms
from app.classes.words import CATEGORIES, SENTENCES
from app.kernel.forms import Form
from app.kernel.i18n import _l

NEEDED = _l("Please fill this in.")
DAY = _l("Please enter a day.")


class ClassForm(Form):
    """Everything a class is entered with."""

    code = StringField(_l("Code of the class"), [InputRequired(NEEDED), Length(max=40, message=SENTENCES["code_outside"])])
    title = StringField(_l("Title of the class"), [InputRequired(NEEDED), Length(max=LONGEST_TITLE, message=SENTENCES["title_outside"])])
    category = SelectField(_l("Category"), choices=[SelectChoice(key, word) for key, word in CATEGORIES.items()])
    unit = StringField(_l("Organised by"), [InputRequired(NEEDED), Length(max=40, message=SENTENCES["unit_unknown"])])
    place = StringField(_l("Place of the class"), [Length(max=LONGEST_PLACE, message=SENTENCES["place_outside"])])
    starts_on = DateField(_l("First day"), [InputRequired(DAY)])
    ends_on = DateField(_l("Last day"), [InputRequired(DAY)])
    hours = DecimalField(_l("Class hours"), [Optional()], places=None, default=Decimal(0))
    days = DecimalField(_l("Training days"), [Optional()], places=None, default=Decimal(0))
    off_post = BooleanField(_l("Off-post: its members are there and nowhere else on these days"), default=True)

    def show(self, row: TrainingClass, unit: str) -> None:
        """Fill the form from a class as it stands."""
        for name in ("code", "title", "category", "place", "starts_on", "ends_on", "off_post"):
            self[name].data = getattr(row, name)
        self.unit.data, self.hours.data, self.days.data = unit, row.hours.normalize() + 0, row.days.normalize() + 0

    def terms(self) -> Terms:
        """What was entered; what could not be read holds nothing to go by."""
        return Terms(
            (self.code.data or "").strip(), (self.title.data or "").strip(), self.category.data, (self.unit.data or "").strip(),
            self.starts_on.data, self.ends_on.data, self.hours.data or Decimal(0), self.days.data or Decimal(0),
            bool(self.off_post.data), (self.place.data or "").strip(),
        )  # fmt: skip


class ReasonForm(Form):
    """Why a class is cancelled, or a member withdrawn."""

    reason = TextAreaField(
        _l("Reason"), [InputRequired(SENTENCES["reason_needed"]), Length(max=LONGEST_REASON, message=SENTENCES["reason_outside"])]
    )


class ListForm(Form):
    """Carries the token; list and file are read as they come."""
