"""What rule sets, requirements, buckets and kinds of claims are called, for pages and files."""

from __future__ import annotations

from app.kernel.i18n import locale_code
from app.rulebook.rules.model import Title


def title(one: Title | None, otherwise: str = "") -> str:
    """A name of a rule file or of the file of kinds in the reader's language; `otherwise`, mostly its id, where the file gives none."""
    return otherwise if one is None else one.en if locale_code() == "en" else one.zh
