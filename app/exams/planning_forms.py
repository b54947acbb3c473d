"""Forms of examinations: shape and format; what an examination must be is a rule (rules/sessions.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.bank.key_forms import LONG
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import Fault
from app.bank.service import Faulty
from app.exams.forms import NEEDED, WHOLE
from app.exams.models import Exam, ExamPlan
from app.exams.rules.admission import Rule
from app.exams.rules.blueprint import Row
from app.exams.rules.sessions import Band, Terms
from app.exams.rules.timing import ReleasePolicy
from app.exams.service import PLAN_SENTENCES
from app.kernel.clock import CIVIL_ZONE, civil
from app.kernel.fields import whole
from app.kernel.forms import Form
from app.kernel.i18n import _l
from app.kernel.quantity import hours_text
from app.people.words import RANKS, TEAMS

KINDS: Mapping[Kind, Any] = {
    Kind.SINGLE: _l("Single choice"), Kind.MULTIPLE: _l("Multiple choice"), Kind.JUDGE: _l("True or false"),
    Kind.BLANK: _l("Fill in the blanks"), Kind.SHORT: _l("Written answer"), Kind.CASE: _l("Case"),
}  # fmt: skip
"""Kinds of question as people say them."""

RELEASES: Mapping[ReleasePolicy, Any] = {
    ReleasePolicy.AFTER_WINDOW: _l("Everything, once the window has closed"),
    ReleasePolicy.SCORE_ONLY: _l("Score and topics, at once"),
    ReleasePolicy.CLOSING_QUIZ: _l("What was missed at once, answers when passed or no attempt is left"),
    ReleasePolicy.FULL_AT_ONCE: _l("Everything, at once"),
}
"""What is shown of a result, and when."""

MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
WHEN = _l("Please enter a day and a time.")


def _ticks(label: Any, words: Mapping[str, Any]) -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=[SelectChoice(key, word) for key, word in words.items()], option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False), validators=[Optional()],
    )  # fmt: skip


class PlanForm(Form):
    """Everything an examination is set to, apart from paper and roster."""

    title = StringField(_l("Title of the examination"), [InputRequired(NEEDED), Length(max=120, message=LONG)])
    about = TextAreaField(_l("Notice to candidates"), [Length(max=1000, message=LONG)])
    opens_at = DateTimeLocalField(_l("Opens"), [Optional()], format=MOMENT)
    closes_at = DateTimeLocalField(_l("Closes"), [Optional()], format=MOMENT)
    limit_minutes = IntegerField(_l("Time limit in minutes"), [InputRequired(WHOLE)], default=90)
    max_attempts = IntegerField(_l("Attempts allowed"), [InputRequired(WHOLE)], default=1)
    sequential = BooleanField(_l("One question after another, with no way back"))
    cooling_minutes = IntegerField(_l("Minutes between attempts"), [InputRequired(WHOLE)], default=0)
    ungraded = BooleanField(_l("A self-test that is not graded: answers and explanations, no score, pass, hours, appeal or statistics"))
    pass_mark = IntegerField(_l("Pass mark (of 100)"), [InputRequired(WHOLE)], default=60)
    bands = StringField(_l("Grades"), [Length(max=300, message=LONG)])
    release_policy = SelectField(
        _l("What candidates see of the result"), choices=[SelectChoice(key.value, word) for key, word in RELEASES.items()]
    )
    markers = SelectField(
        _l("Who marks a written answer"),
        coerce=int,
        default=1,
        choices=[
            SelectChoice(1, _l("One marker")),
            SelectChoice(2, _l("Two markers, neither sees the other; a third settles what they differ on")),
        ],
    )
    hours = DecimalField(_l("Hours it is worth"), [Optional()], places=None, default=Decimal(0))
    password = StringField(_l("Password of the examination"), [Length(max=60, message=LONG)])
    no_password = BooleanField(_l("Take the password away"))
    roster = BooleanField(_l("Only people on the roster"))
    unit = StringField(_l("Only people of this unit and the units below it"), [Length(max=40, message=LONG)])
    courses = StringField(_l("Only after finishing these courses"), [Length(max=300, message=LONG)])
    classes = StringField(_l("Only members of these classes"), [Length(max=300, message=LONG)])
    ranks = _ticks(_l("Only these ranks"), RANKS)
    teams = _ticks(_l("Only these teams"), TEAMS)

    def show(self, exam: Exam, plan: ExamPlan, unit: str, courses: list[str], classes: list[str]) -> None:
        """Fill the form from an examination as it stands; the password is never shown."""
        for name in ("title", "limit_minutes", "max_attempts", "cooling_minutes", "pass_mark", "sequential", "markers", "ungraded"):
            self[name].data = getattr(exam, name)
        self.opens_at.data, self.closes_at.data = _wall(exam.opens_at), _wall(exam.closes_at)
        self.release_policy.data, self.about.data, self.hours.data = str(exam.release_policy), plan.about, plan.hours.normalize() + 0
        self.bands.data = "; ".join(f"{least} {name}" for least, name in plan.bands)
        rule = Rule.from_json(plan.rule)
        self.roster.data, self.ranks.data, self.teams.data = rule.roster, list(rule.ranks), list(rule.teams)
        self.unit.data, self.courses.data = unit, ", ".join(courses)
        self.classes.data = ", ".join(classes)

    def terms(self, unit: str, courses: tuple[int, ...], classes: tuple[int, ...]) -> Terms:
        """What was entered; the rule's unit, courses and classes were looked up by the caller."""
        rule = Rule(bool(self.roster.data), courses, tuple(self.ranks.data or ()), unit, tuple(self.teams.data or ()), classes)
        password = "" if self.no_password.data else self.password.data or None
        return Terms(
            self.title.data or "", self.limit_minutes.data, self.pass_mark.data, self.max_attempts.data, self.cooling_minutes.data,
            _moment(self.opens_at.data), _moment(self.closes_at.data), ReleasePolicy(self.release_policy.data),
            bands_of(self.bands.data or ""),
            self.about.data or "", Decimal(self.hours.data or 0), password, rule, bool(self.sequential.data), self.markers.data,
            bool(self.ungraded.data),
        )  # fmt: skip

    def course_codes(self) -> list[str]:
        """The codes of courses that were entered."""
        return [one for one in re.split(r"[\s,，、;；]+", self.courses.data or "") if one]

    def class_names(self) -> list[str]:
        """The codes or titles of classes that were entered; a title may hold spaces and enumerations."""
        return [one for part in re.split(r"[,，;；\n]", self.classes.data or "") if (one := part.strip())]


def _wall(moment: datetime | None) -> datetime | None:
    return None if moment is None else civil(moment).replace(tzinfo=None)


def _moment(wall: datetime | None) -> datetime | None:
    return None if wall is None else wall.replace(tzinfo=CIVIL_ZONE)


def bands_of(text: str) -> tuple[Band, ...]:
    """Grades as they are written: `90 Excellent; 60 Passed`, also with a comma before a number.

    What cannot be read becomes a grade that the rule refuses.
    """
    found = []
    for part in filter(None, (one.strip() for one in re.split(r"[;；\n]|[,，、](?=\s*\d)", text))):
        read = re.fullmatch(r"(\d{1,3})(?![\d.])\s*(?:分|[:：])?\s*(\S.*)", part)
        found.append(Band(int(read[1]), read[2].strip()) if read else Band(-1, part))
    return tuple(found)


COLUMNS = ("topic", "kind", "count", "points", "lowest", "highest")
"""The fields of a row of a blueprint, in the order of the page and of `Typed`."""


def rows_of(given: Any) -> list[Row]:
    """The rows of a blueprint out of a posted form: lists of equal length; a row without a count is left out."""
    lists = [given.getlist(name) for name in COLUMNS]
    if len({len(one) for one in lists}) > 1:
        raise Faulty([Fault("rows", "rows_needed")], PLAN_SENTENCES)
    entered = [dict(zip(COLUMNS, values, strict=True)) for values in zip(*lists, strict=True)]
    return [_row(at, one) for at, one in enumerate(one for one in entered if one["count"].strip())]


@dataclass(frozen=True)
class Typed:
    """A row of a blueprint as it stands in the page, whether it can be read or not."""

    topic: str
    kind: str
    count: str
    points: str
    lowest: str
    highest: str

    @classmethod
    def of(cls, row: Row) -> Typed:
        """A row as it was kept."""
        return cls(row.topic, row.kind.value, str(row.count), hours_text(row.points), str(row.lowest), str(row.highest))


def typed_of(given: Any) -> tuple[list[Typed], list[int]]:
    """The rows of a posted form that have a count, as they were typed, and the numbers they have in the page."""
    lists = [given.getlist(name) for name in COLUMNS]
    filled = [(at, Typed(*values)) for at, values in enumerate(zip(*lists, strict=False), 1) if values[2].strip()]
    return [one for _at, one in filled], [at for at, _one in filled]


def _row(at: int, one: Mapping[str, str]) -> Row:
    """A row as it was typed; what is no number becomes 0, which the rule refuses in each of these fields."""
    if one["kind"] not in set(Kind):
        raise Faulty([Fault(f"rows.{at}.kind", "kind_not_accepted")], PLAN_SENTENCES)
    read = {name: whole(one[name].strip(), 5) or 0 for name in ("count", "lowest", "highest")}
    return Row(one["topic"].strip(), Kind(one["kind"]), points=_decimal(one["points"]) or Decimal(0), **read)


def points_of(text: str, field: str) -> Decimal:
    """Points as they were typed."""
    if (points := _decimal(text)) is None:
        raise Faulty([Fault(field, "points_outside")], PLAN_SENTENCES)
    return points


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None
