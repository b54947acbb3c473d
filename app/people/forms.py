"""Forms of the doors and the staff pages: shape and format only."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, HiddenField, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import UUID, DataRequired, EqualTo, InputRequired, Length, NumberRange, Optional

from app.kernel.forms import Form
from app.kernel.i18n import _l
from app.people import words


class SignInForm(Form):
    """User name and password, and where to go afterwards."""

    user_name = StringField(_l("User name"), [DataRequired(_l("Enter your user name.")), Length(max=60)])
    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password.")), Length(max=1024)])
    next = HiddenField(validators=[Optional(), Length(max=2000)])


class PasswordForm(Form):
    """A new password, proved by the present one."""

    present = PasswordField(_l("Present password"), [DataRequired(_l("Enter your present password.")), Length(max=1024)])
    wanted = PasswordField(_l("New password"), [DataRequired(_l("Enter a new password.")), Length(max=128)])
    again = PasswordField(
        _l("New password, once more"),
        [DataRequired(_l("Enter the new password once more.")), EqualTo("wanted", _l("The two new passwords differ."))],
    )


class OpenAccountForm(Form):
    """For whom an account is opened, and under which name."""

    person = HiddenField(validators=[DataRequired(), UUID()])
    user_name = StringField(_l("User name"), [DataRequired(_l("Enter the user name.")), Length(max=60)])


class GrantForm(Form):
    """A role and over whom it reaches."""

    role = SelectField(_l("Role"), choices=[])
    jurisdiction = SelectField(_l("Jurisdiction"), choices=[])


class ImportForm(Form):
    """A workbook of people, to be checked or brought in."""

    file = FileField(_l("Workbook (XLSX or CSV)"), [FileRequired(_l("Choose a file first."))])


def _choices(named: dict[str, Any], empty: Any = None) -> list[SelectChoice]:
    first = [] if empty is None else [SelectChoice("", empty)]
    return first + [SelectChoice(code, word) for code, word in named.items()]


class ChangeForm(Form):
    """What every change of people and units needs: a day, and what it rests on."""

    since = DateField(_l("From"), [DataRequired(_l("Give the day."))])
    basis = StringField(_l("What it rests on"), [DataRequired(_l("Say what this rests on.")), Length(max=200)])


class EndForm(ChangeForm):
    """The last day of something."""

    since = DateField(_l("Last day"), [DataRequired(_l("Give the day."))])


class BackForm(Form):
    """Taking back what was entered by mistake: only what that rests on."""

    basis = StringField(_l("Why it is taken back"), [DataRequired(_l("Say what this rests on.")), Length(max=200)])


HAND_OVER = _l("Hand over")


class RankForm(ChangeForm):
    """Another rank in the same unit. Whether the person is handed over is asked where another organ would be in charge then."""

    rank = SelectField(_l("Rank"), choices=_choices(words.RANKS, _l("Without rank")))
    post = StringField(_l("Post"), [DataRequired(_l("Name the post.")), Length(max=80)])
    position_class = SelectField(_l("Position class"), choices=_choices(words.POSITIONS))
    is_leading = BooleanField(_l("Member of the leading group"))
    hand_over = BooleanField(HAND_OVER)


class TransferForm(RankForm):
    """Another unit."""

    unit = StringField(_l("Unit (full name or code)"), [DataRequired(_l("Name the unit.")), Length(max=120)])


class PostForm(TransferForm):
    """A further post."""

    is_primary = BooleanField(_l("This is the primary post"))


class TeamForm(ChangeForm):
    """A team, or another tier in it."""

    team = SelectField(_l("Team"), choices=_choices(words.TEAMS))
    tier = SelectField(_l("Tier"), choices=_choices(words.TIERS, _l("No tier (party and government)")))
    is_primary = BooleanField(_l("This is the primary team"))


class TagForm(ChangeForm):
    """A list, which may be one that another organ keeps."""

    tag = SelectField(_l("Name of the list"), choices=_choices(words.TAGS))
    hand_over = BooleanField(HAND_OVER)


class TagEndForm(EndForm):
    """The last day on a list, with which the person may return to another organ."""

    hand_over = BooleanField(HAND_OVER)


class LeaveForm(ChangeForm):
    """Approved full-time leave."""

    kind = SelectField(_l("Kind of leave"), choices=_choices(words.LEAVE_KINDS))
    until = DateField(_l("Until"), [DataRequired(_l("Give the day."))])


class PostBackForm(BackForm):
    """Taking a post back, with which the person may return to another organ."""

    hand_over = BooleanField(HAND_OVER)


class RecruitForm(ChangeForm):
    """Recruited on probation."""

    until = DateField(_l("End of probation"), [DataRequired(_l("Give the day."))])


class AppraisalForm(Form):
    """The result of a year."""

    year = IntegerField(_l("Year appraised"), [InputRequired(_l("Give the year.")), NumberRange(1950, 2100)])
    grade = RadioField(_l("Result of the appraisal"), [DataRequired(_l("Choose one."))], choices=_choices(words.GRADES))
    basis = StringField(_l("What it rests on"), [DataRequired(_l("Say what this rests on.")), Length(max=200)])


GONE = {code: word for code, word in words.STATUSES.items() if code != "active"}


class GoneForm(EndForm):
    """The end of service."""

    why = RadioField(_l("Why"), [DataRequired(_l("Choose one."))], choices=_choices(GONE))


class NameForm(ChangeForm):
    """Another name of a unit."""

    name_zh = StringField(_l("Chinese name"), [DataRequired(_l("Give the name.")), Length(max=120)])
    name_en = StringField(_l("English name"), [Optional(), Length(max=160)])


class PlaceForm(ChangeForm):
    """Another place in the tree of units."""

    unit = StringField(_l("Below which unit (full name or code)"), [DataRequired(_l("Name the unit.")), Length(max=120)])
