"""Forms of the import of past training: shape only."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from app.kernel.forms import Form
from app.kernel.i18n import _l


class HistoryForm(Form):
    """A workbook of past training, to be checked."""

    file = FileField(_l("Workbook (XLSX or CSV)"), [FileRequired(_l("Choose a file first."))])


class UndoForm(Form):
    """Why a whole import is taken back."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Please give a reason.")), Length(max=500)])
