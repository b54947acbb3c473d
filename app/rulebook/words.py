"""What rule sets, requirements, buckets and kinds of claims are called, and figures in their measure, for pages and files."""

from __future__ import annotations

from decimal import Decimal

from app.kernel.i18n import _n, locale_code
from app.kernel.quantity import hours_text
from app.rulebook.rules.model import Measure, Title


def title(one: Title | None, otherwise: str = "") -> str:
    """A name of a rule file or of the file of kinds in the reader's language; `otherwise`, mostly its id, where the file gives none."""
    return otherwise if one is None else one.en if locale_code() == "en" else one.zh


def amount(value: Decimal, measure: str) -> str:
    """A figure with its unit in the reader's language, by the measure it is counted in."""
    n, many = hours_text(value), 1 if value == 1 else 2
    if measure == Measure.DAYS:
        return str(_n("%(n)s day", "%(n)s days", many, n=n))
    if measure == Measure.MONTHS:
        return str(_n("%(n)s month", "%(n)s months", many, n=n))
    if measure == Measure.CREDITS:
        return str(_n("%(n)s credit", "%(n)s credits", many, n=n))
    return str(_n("%(n)s hour", "%(n)s hours", many, n=n))
