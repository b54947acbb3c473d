"""What the reading of a file of questions finds, whatever the format. Pure: codes here, words in app/bank/words.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.bank.rules import leaks
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OPTIONS, Fault, QuestionDraft, faults, gap_count, tidy

SHOWN = 200
"""Characters of what was found that are told."""


@dataclass(frozen=True)
class Finding:
    """One thing found. `row` is a line of a text, a row of a table, or the number of an item; `code` stays the same for ever.

    What is no error is a note: the question comes in, but not everything of it, or not exactly as it stood.
    """

    row: int
    column: str
    code: str
    found: str = ""
    expected: str = ""
    fix: str = ""
    is_error: bool = True

    def as_json(self) -> list[Any]:
        """The finding as it is kept."""
        return [self.row, self.column, self.code, self.found[:SHOWN], self.expected, self.fix, self.is_error]


@dataclass(frozen=True)
class Read:
    """One question as it was read from `row`. Without errors among its findings it can be brought in."""

    row: int
    draft: QuestionDraft | None
    findings: tuple[Finding, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it can be brought in."""
        return self.draft is not None and not any(one.is_error for one in self.findings)


@dataclass
class Reading:
    """What a whole file came to: its questions in order, and what was found outside of any question."""

    questions: list[Read] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    """Pictures as the file has them, by the SHA-256 that the drafts name; the bank makes them anew (service/pictures.py)."""

    def all_findings(self) -> list[Finding]:
        """Everything found, in the order of the file."""
        return sorted([*self.findings, *(one for read in self.questions for one in read.findings)], key=lambda one: one.row)

    def rows(self) -> list[Read]:
        """What stands outside of any question first, each error a row of its own, then the questions.

        A note outside of any question is told with the question that follows it, or with the last one; it is nothing to put right.
        """
        loose, rows = [Read(one.row, None, (one,)) for one in self.findings if one.is_error], list(self.questions)
        for note in (one for one in self.findings if not one.is_error):
            at = next((at for at, read in enumerate(rows) if read.row >= note.row), len(rows) - 1)
            if rows:
                rows[at] = replace(rows[at], findings=(*rows[at].findings, note))
            else:
                loose.append(Read(note.row, None, (note,)))
        return [*loose, *rows]


class Unreadable(ValueError):
    """The file as a whole cannot be read; the message is a stable reason code."""


def expected(draft: QuestionDraft, fault: Fault) -> str:
    """What would be right instead of a fault, where figures say it."""
    if fault.code == "gaps_and_blanks_differ":
        part = draft.parts[int(fault.field.split(".")[1]) - 1] if fault.field.startswith("parts.") else draft
        return str(gap_count(part))
    return EXPECTED.get(fault.code, "")


EXPECTED = {"too_many_options": str(OPTIONS), "difficulty_outside": "1–5", "points_outside": "0.01–100"}


def checked(row: int, draft: QuestionDraft, findings: Sequence[Finding] = ()) -> Read:
    """A draft as a reader found it, held against the rules; a wording that still tells its key is not good either."""
    told = [Finding(row, name, "key_in_text", found) for name, found in leaks.of(draft)]
    return sound(row, draft, (*findings, *told))


def sound(row: int, draft: QuestionDraft, findings: Sequence[Finding] = ()) -> Read:
    """A draft held against the rules; what is wrong with it becomes findings of its row."""
    neat = tidy(draft)
    known = {one.column for one in findings if one.is_error}
    wrong = [
        Finding(row, fault.field, fault.code, said(neat, fault.field), expected(neat, fault))
        for fault in faults(neat, kinds=frozenset(Kind))
        if fault.field not in known and not (fault.field == "right" and "options" in known)
    ]
    return Read(row, neat, (*findings, *wrong))


def said(draft: QuestionDraft, name: str) -> str:
    """What stands in a field, for whoever corrects it."""
    if name.startswith("parts."):
        _, number, inner = name.split(".", 2)
        return said(draft.parts[int(number) - 1], inner)
    if name == "right":
        return "".join(letter for letter, one in zip("ABCDEFGH", draft.options, strict=False) if one.is_right)
    if name == "blanks":
        return "；".join("|".join(one.text for one in blank.accepted) for blank in draft.blanks)[:SHOWN]
    if name == "options":
        return " | ".join(one.text for one in draft.options)[:SHOWN]
    value = getattr(draft, name, "")
    return str(value)[:SHOWN] if isinstance(value, str | int) or name == "points" else ""
