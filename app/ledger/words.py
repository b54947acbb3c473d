"""What the categories of lines are called, on every page that lists or asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.i18n import _l
from app.ledger.rules.posting import Category

CATEGORIES: Mapping[str, Any] = {
    Category.DISPATCH: _l("Dispatched training"), Category.CENTRAL_GROUP: _l("Central-group study"), Category.MAIN_CLASS: _l("Main class"),
    Category.OVERSEAS: _l("Training abroad"), Category.SPECIAL_CLASS: _l("Special class"), Category.ELECTIVE: _l("Elective training"),
    Category.ONLINE_COURSE: _l("Online course"), Category.SELF_STUDY_CLAIM: _l("Self-study"),
    Category.OWN_UNIT_CLASS: _l("Class of the own unit"), Category.TEACHING: _l("Teaching"), Category.PAPER: _l("Paper or report"),
    Category.DEGREE: _l("Degree study"), Category.EXAM: _l("Examination"), Category.EXTERNAL: _l("Training elsewhere"),
}  # fmt: skip


def category(code: str) -> str:
    """The name of a category; templates have it as a filter."""
    return str(CATEGORIES[code])
