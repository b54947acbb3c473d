"""Forms of the studio: shape and format; what needs the database is the service's to refuse."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.forms import Form
from app.kernel.i18n import _l
from app.people import words as people

FRAMEWORKS = [
    SelectChoice("loyalty", _l("Loyalty education")),
    SelectChoice("competence", _l("Competence training")),
    SelectChoice("restraint", _l("Restraint and integrity")),
]
SUBJECTS = [
    SelectChoice("", _l("None")),
    SelectChoice("public", _l("Public subject")),
    SelectChoice("professional", _l("Professional subject")),
    SelectChoice("elective", _l("Elective subject")),
]


def _several(label: Any, words: dict[str, Any]) -> SelectMultipleField:
    """Some of a few codes as boxes; none of them means everybody."""
    return SelectMultipleField(
        label, choices=[SelectChoice(code, word) for code, word in words.items()], option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False), validators=[Optional()],
    )  # fmt: skip


TOPIC = 60


def _short_words(_form: Form, field: StringField) -> None:
    """Each topic fits its column."""
    if any(len(word) > TOPIC for word in words_of(field.data or "")):
        raise ValidationError(_l("A topic has at most %(most)s characters.", most=TOPIC))


def words_of(typed: str) -> list[str]:
    """Topics as they were typed: between spaces or commas."""
    return typed.replace("，", " ").replace("、", " ").split()


FIRST_LIST, LAST_LIST, MOST_LISTS = 2000, 2100, 10


def years_of(typed: str) -> list[int]:
    """Years as they were typed, in order. ValueError for what is none."""
    words = words_of(typed)
    if not all(len(word) == 4 and word.isascii() and word.isdigit() and FIRST_LIST <= int(word) <= LAST_LIST for word in words):
        raise ValueError(typed)
    return sorted({int(word) for word in words})


def _lists(form: Form, field: StringField) -> None:
    """Only public subjects are on a list, which has a year."""
    try:
        found = years_of(field.data or "")
    except ValueError as error:
        raise ValidationError(_l("Give years of four digits, such as 2026.")) from error
    if len(found) > MOST_LISTS:
        raise ValidationError(_l("A course stands on at most %(most)s lists.", most=MOST_LISTS))
    if found and form["subject_kind"].data != "public":
        raise ValidationError(_l("Only a public subject stands on a yearly list."))


class CourseForm(Form):
    """What a course says of itself."""

    title = StringField(_l("Title"), [DataRequired(_l("Give the course a title.")), Length(max=60)])
    title_en = StringField(_l("English title"), [Optional(), Length(max=160)])
    framework = SelectField(_l("Framework"), choices=FRAMEWORKS)
    topics = StringField(_l("Topics, separated by spaces"), [Optional(), Length(max=200), _short_words])
    lecturer = StringField(_l("Lecturer"), [DataRequired(_l("Name the lecturer.")), Length(max=60)])
    summary = TextAreaField(_l("Summary"), [DataRequired(_l("Say in a few sentences what the course is about.")), Length(max=2000)])
    objectives = TextAreaField(_l("What learners will be able to do, one on each line"), [Optional(), Length(max=1000)])
    subject_kind = SelectField(_l("Subject kind (continuing education)"), choices=SUBJECTS)
    list_years = StringField(_l("On the lists of public subjects of the years"), [Optional(), Length(max=60), _lists])
    is_compulsory = BooleanField(_l("Compulsory course"))
    levels = _several(_l("For which ranks"), people.RANKS)
    position_classes = _several(_l("For which position classes"), people.POSITIONS)
    teams = _several(_l("For which teams"), people.TEAMS)


class VersionForm(CourseForm):
    """The same for a later version: the framework of a course does not change."""

    framework = None


class LectureForm(Form):
    """One lecture: its name, its medium, what it is about."""

    title = StringField(_l("Lecture title"), [DataRequired(_l("Give the lecture a title.")), Length(max=80)])
    asset = SelectField(_l("Video or recording"), choices=[], validate_choice=True)
    is_mandatory = BooleanField(_l("Counts towards completion"), default=True)
    summary = TextAreaField(_l("What this lecture is about"), [Optional(), Length(max=1000)])
    chapters = TextAreaField(_l("Chapters, one on each line: 0:32 Title"), [Optional(), Length(max=4000)])
