"""Forms of the media pages."""

from __future__ import annotations

import re

from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.kernel.forms import Form
from app.kernel.i18n import _l


class CaptionForm(Form):
    """A caption file, or the captions themselves, edited in place."""

    file = FileField(_l("Caption file (SRT or WebVTT)"))
    captions = TextAreaField(_l("Captions"), [Optional(), Length(max=2_000_000)])

    def content(self) -> bytes:
        """The bytes to convert: those of the file if one was chosen."""
        if self.file.data:
            return bytes(self.file.data.read(2_000_001))
        return (self.captions.data or "").encode()


class NameForm(Form):
    """The name under which a recording is found."""

    name = StringField(_l("Name of the recording"), [DataRequired(_l("Give the recording a name.")), Length(max=255)])


def milliseconds(text: str) -> int | None:
    """`1:05`, `1:02:03`, `65` or `65.5` as milliseconds; None for anything else."""
    found = re.fullmatch(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5})(?:[.](\d{1,3}))?", text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + int((found[4] or "0").ljust(3, "0"))
