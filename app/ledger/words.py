"""What the categories and axes of lines are called, on every page that lists or asks for them."""

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

CLASS_TYPES: Mapping[str, Any] = {
    "appointment": _l("Appointment training"), "induction": _l("Induction training"), "off_post_retraining": _l("Off-post retraining"),
    "zhongqing": _l("Class of young and middle-aged cadres"), "refresher": _l("Refresher class"),
    "party_school_class": _l("Another class of a party school"),
}  # fmt: skip
RESULTS: Mapping[str, Any] = {"passed": _l("Qualified"), "failed": _l("Not qualified")}
INSTITUTIONS: Mapping[str, Any] = {
    "party_school": _l("Party school"), "youth_league_school": _l("School of the youth league"), "university": _l("University"),
    "ce_base": _l("Base of continuing education"), "other": _l("Another institution"),
}  # fmt: skip
LEVELS: Mapping[str, Any] = {"national": _l("National"), "provincial": _l("Of the province"), "city": _l("Of the city")}
AXES: Mapping[str, Mapping[str, Any]] = {
    "category": CATEGORIES, "class_type": CLASS_TYPES, "result": RESULTS, "institution_kind": INSTITUTIONS, "level": LEVELS,
    "framework": {
        "loyalty": _l("Loyalty education"), "competence": _l("Competence training"), "restraint": _l("Restraint and integrity"),
    },
    "selection": {"assigned": _l("Chosen by the organisation"), "elective": _l("Chosen by oneself")},
    "delivery": {
        "online": _l("given online"), "offline": _l("given on the spot"), "live": _l("given live"), "broadcast": _l("broadcast"),
        "blended": _l("partly online"),
    },
}  # fmt: skip
"""The values of the axes on which lines are told apart by rules, for those that have words."""


def axis(code: str, name: str) -> str:
    """The word for a value of an axis; templates have it as a filter. A code of a rule file that nobody has a word for stays."""
    return str(AXES.get(name, {}).get(code, code))


def category(code: str) -> str:
    """The name of a category; templates have it as a filter."""
    return str(CATEGORIES[code])
