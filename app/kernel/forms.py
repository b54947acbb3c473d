"""Forms: shape and format only; what needs the database is a service's refusal, put on its field by `blame`."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

from app.kernel.errors import Refusal


class Form(FlaskForm):
    """Base of all forms, with the CSRF token in the page."""

    def values(self) -> dict[str, Any]:
        """The entered values by field name, without the token."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}

    def blame(self, refusal: Refusal) -> None:
        """Put a service's refusal beside the field it names, or at the head of the form."""
        blame(self, refusal)


def blame(form: Any, refusal: Refusal) -> None:
    """Attach the sentence to the field that `refusal` names; without one, to the form as a whole."""
    field = refusal.facts.get("field")
    if field and field in form:
        form[field].errors = [*form[field].errors, refusal.sentence]
    else:
        form.form_errors.append(refusal.sentence)
