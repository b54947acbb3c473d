"""What the codes of statistics say, for pages and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.exams.rules.statistics import METHOD, Method
from app.exams.service.figures import Renewed
from app.kernel.i18n import _l

METHODS: Mapping[str, Any] = {
    Method.KR20: _l("Kuder-Richardson 20: everybody had the same questions, each right or wrong and worth the same."),
    Method.ALPHA: _l("Cronbach’s alpha: everybody had the same questions, with different or partial points."),
    Method.HALVES: _l(
        "Split halves (Spearman-Brown): each candidate has another paper, so alpha cannot be computed; "
        "odd questions are held against even ones."
    ),
    Method.FEW: _l("Too few candidates."),
    Method.ALIKE: _l("Cannot be computed: the scores do not differ, or the papers are too short."),
}  # fmt: skip
SHORT: Mapping[str, Any] = {
    Method.KR20: "KR-20", Method.ALPHA: _l("Cronbach’s alpha"), Method.HALVES: _l("Split halves"), Method.FEW: "–", Method.ALIKE: "–",
}  # fmt: skip
SIGNS: Mapping[str, tuple[Any, str, str]] = {
    "backwards": (_l("Check the key"), "c", "triangle-alert"), "flat": (_l("Separates poorly"), "o", "circle-alert"),
    "easy": (_l("Very easy"), "", ""), "hard": (_l("Very hard"), "o", ""),
}  # fmt: skip
"""Sentence, tone and picture of what a reviewer should look at."""
KINDS: Mapping[str, Any] = {
    "single": _l("Single choice"), "multiple": _l("Multiple choice"), "judge": _l("True or false"), "blank": _l("Fill in the blanks"),
    "short": _l("Written answer"), "case": _l("Case"),
}  # fmt: skip
AMENDED: Mapping[str, Any] = {
    "": "", "full": _l("Withdrawn: everybody has its points"), "out": _l("Withdrawn: out of the total"), "key": _l("Key corrected"),
}  # fmt: skip
"""What was done to a question after the fact."""
RULES = METHOD
RENEWED: Mapping[str, Any] = {
    Renewed.DONE: _l("The statistics were made anew."),
    Renewed.SOON: _l("The statistics are being made; look again in a minute."),
    Renewed.SAME: _l("The statistics have every result there is."),
    Renewed.HELD: _l(
        "Nothing was changed: results of fewer than 5 people have come or gone since, and the difference would tell of single ones."
    ),
}
"""What came of the wish for new figures."""
