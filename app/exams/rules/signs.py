"""What the figures of a question tell a reviewer to look at. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from app.exams.rules.statistics import ItemFigures


def signs(one: ItemFigures) -> list[str]:
    """What a reviewer should look at. Ebel and Frisbie (1991): below .20 a question separates poorly; below 0 its key may be wrong."""
    found: list[str] = []
    if one.ease is None:
        return found
    if one.relation is not None and one.relation < 0:
        found.append("backwards")
    elif one.relation is not None and one.relation < 0.2 and one.ease <= 0.95:
        found.append("flat")
    if one.ease > 0.95:
        found.append("easy")
    if one.ease < 0.2:
        found.append("hard")
    return found


def idle(one: ItemFigures, letters: Iterable[str], right: frozenset[str]) -> list[str]:
    """The wrong options that fewer than 5 per cent chose: they do no work (Haladyna and Downing 1993)."""
    return [letter for letter in letters if letter not in right and one.options.get(letter, (0,))[0] < 0.05 * one.candidates]
