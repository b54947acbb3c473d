"""What text formats have no place for, in Moodle's comment tags: `// [tag:points=2] [tag:difficulty=4]`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from app.bank.rules import places
from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.drafts import USUAL, QuestionDraft
from app.bank.rules.findings import Finding
from app.bank.rules.formats import common
from app.bank.rules.formats.common import lost
from app.bank.rules.scoring import PartialCredit

Tags = Mapping[str, list[str]]
_TAG = re.compile(r"([a-z_]+)=([^\]\n]*)\]")


def read(comments: Iterable[str]) -> Tags:
    """The tags of some comment lines."""
    found: dict[str, list[str]] = {}
    for line in comments:
        for one in filter(None, map(_TAG.match, line.split("[tag:")[1:])):
            found.setdefault(one[1], []).append(one[2])
    return found


_READERS: Mapping[str, Callable[[str], object]] = {
    "points": common.decimal, "difficulty": common.difficulty, "place": places.read,
    "partial": lambda word: next((one for one in PartialCredit if one.value == word), None),
}  # fmt: skip
"""What a tag says, or None where that cannot be read."""


def apply(draft: QuestionDraft, given: Tags, row: int, findings: list[Finding]) -> QuestionDraft:
    """The draft with what its tags say; what cannot be read is told."""
    first = {name: values[0] for name, values in given.items()}
    changes: dict[str, object] = {name: read(first[name]) for name, read in _READERS.items() if name in first}
    for name, value in changes.items():
        if value is None:
            findings.append(Finding(row, name, f"{name}_not_read", first[name]))
    changes = {name: value for name, value in changes.items() if value is not None}
    if "source" in first:
        changes["source"] = first["source"]
    if "competency" in given:
        changes["competencies"] = tuple(given["competency"])
    if "order" in first:
        changes["keeps_order"] = first["order"] == "kept"
    if "compares" in first and draft.blanks:
        strict = first["compares"]
        changes["blanks"] = tuple(
            replace(one, ignores_case="case" not in strict, ignores_width="width" not in strict) for one in draft.blanks
        )
    return replace(draft, **changes)  # type: ignore[arg-type]  # names of its own fields


def write(draft: QuestionDraft, row: int, left: list[Finding]) -> str:
    """The tags of a draft, as a comment line; nothing for what is as usual."""
    found = [("points", f"{draft.points:f}")] if draft.points != 1 else []
    if draft.difficulty != USUAL:
        found.append(("difficulty", str(draft.difficulty)))
    usual = {Kind.BLANK: PartialCredit.SHARE, Kind.MULTIPLE: None}.get(draft.kind, PartialCredit.NONE)
    weighed = draft.partial is PartialCredit.SHARE or (
        draft.partial is PartialCredit.NET and not all(one.is_right for one in draft.options)
    )
    if draft.partial != usual and not weighed:
        found.append(("partial", draft.partial.value))
    found += [("place", places.said(draft.place))] if draft.place else []
    found += [("source", draft.source)] if draft.source else []
    found += [("competency", word) for word in draft.competencies]
    found += [("order", "kept")] if draft.keeps_order else []
    exact = [word for word, is_strict in strict(draft) if is_strict]
    found += [("compares", "+".join(exact))] if exact else []
    fit = [(name, value) for name, value in found if not re.search(r"[\]\n]", value)]
    left += [lost(row, name, value) for name, value in found if (name, value) not in fit]
    return "// " + " ".join(f"[tag:{name}={value}]" for name, value in fit) + "\n" if fit else ""


def strict(draft: QuestionDraft) -> list[tuple[str, bool]]:
    """How the letters of a blank are compared: whether case and width matter."""
    if not draft.blanks:
        return []
    return [("case", not draft.blanks[0].ignores_case), ("width", not draft.blanks[0].ignores_width)]


def not_in_text(row: int, draft: QuestionDraft) -> list[Finding]:
    """What GIFT has no place for at all; Moodle XML holds the first three."""
    found = [lost(row, name, "") for name in ("picture", "table", "rubric", "sample") if getattr(draft, name)]
    if draft.kind is Kind.SHORT and draft.longest != LONGEST_TEXT:
        found.append(lost(row, "longest", draft.longest))
    if draft.kind is Kind.JUDGE and draft.options != common.judge_options(is_true=common.is_true(draft)):
        found.append(lost(row, "options", draft.options[0].text))
    return found
