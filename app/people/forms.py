"""Forms of the doors and the staff pages: shape and format only."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, Optional

from app.kernel.forms import Form
from app.kernel.i18n import _l


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


class GrantForm(Form):
    """A role and over whom it reaches."""

    role = SelectField(_l("Role"), choices=[])
    jurisdiction = SelectField(_l("Jurisdiction"), choices=[])


class ImportForm(Form):
    """A workbook of people, to be checked or brought in."""

    file = FileField(_l("Workbook (XLSX or CSV)"), [FileRequired(_l("Choose a file first."))])
