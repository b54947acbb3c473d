"""A report before it is a file: what is handed out, whatever it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

Cell = str | int | float | date | None


@dataclass(frozen=True)
class Report:
    """What is handed out: a title, what it rests on, heads and rows. `reader` is named across every page.

    Rows may be read while they are written, once: nobody keeps a whole city in memory for a workbook.
    """

    title: str
    about: Sequence[str]
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    reader: str
    widths: Sequence[int]
    right: frozenset[int] = frozenset()
