"""The form of a kind: its fields as controls. Values are checked by rules.fields; here they are only carried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.claims import words
from app.claims.models import Claim
from app.claims.rules import Field, FieldType, Kind
from app.claims.rules.fields import NOTE, TITLE
from app.claims.rules.kinds import SUBJECT
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.quantity import hours_text
from app.rulebook.words import title

OWN = ("title", "occurred_from", "occurred_to", "hours", "note")


def form_of(kind: Kind, today: date, claim: Claim | None = None) -> Any:
    """A form of a kind, filled from a draft."""
    last = today.isoformat()
    parts: dict[str, Any] = {
        "title": StringField(words.label(kind, "title"), render_kw={"maxlength": TITLE}),
        "occurred_from": StringField(words.label(kind, "occurred_from"), render_kw={"type": "date", "max": last}),
        "occurred_to": StringField(words.label(kind, "occurred_to"), render_kw={"type": "date", "max": last}),
        **{one.name: _control(one) for one in kind.fields},
        "hours": StringField(words.label(kind, "hours"), render_kw={"inputmode": "decimal", "maxlength": 9}),
        "note": TextAreaField(words.label(kind, "note"), render_kw={"maxlength": NOTE, "rows": 3}),
    }
    made = type("ClaimForm", (Form,), parts)
    usual = {one.name: kind.subject_kind or "" for one in kind.fields if one.axis == SUBJECT}
    form = made(data=usual if claim is None else usual | filled(claim))
    form.of_evidence = []
    return form


def filled(claim: Claim) -> dict[str, str]:
    """What stands in a draft, as texts."""
    days = {"occurred_from": claim.occurred_from, "occurred_to": claim.occurred_to}
    return {
        "title": claim.title,
        "note": claim.note,
        "hours": "" if claim.hours_entered is None else hours_text(claim.hours_entered),
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        **{name: str(value) for name, value in claim.values.items()},
    }


def blame(form: Any, faults: Sequence[Mapping[str, Any]]) -> None:
    """Put each sentence beside its field; `of_evidence` holds those about the files."""
    for fault in faults:
        if fault["field"] in form:
            form[fault["field"]].errors = [*form[fault["field"]].errors, fault["sentence"]]
        elif fault["field"] == "evidence":
            form.of_evidence.append(fault["sentence"])
        else:
            form.form_errors.append(fault["sentence"])


def _control(one: Field) -> Any:
    label = title(one.title)
    if one.type is FieldType.CHOICE:
        choices = [SelectChoice("", _("Please choose")), *(SelectChoice(value, title(name)) for value, name in one.choices.items())]
        return SelectField(label, choices=choices, validate_choice=False)
    plain: dict[str, Any] = {"maxlength": one.most if one.type is FieldType.TEXT else 10}
    if one.type is FieldType.DATE:
        plain = {"type": "date"}
    elif one.type is not FieldType.TEXT:
        plain["inputmode"] = "numeric" if one.type is FieldType.INT else "decimal"
    return StringField(label, render_kw=plain)
