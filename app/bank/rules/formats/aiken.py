"""Aiken: a stem, options `A.` or `A)`, a line `ANSWER: B`. Single choice; several letters are taken as multiple choice. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.bank.rules.findings import Finding, Read, Reading, checked
from app.bank.rules.formats import common

_OPTION = re.compile(r"^\s*([A-H])\s*[.)]\s+(.*)$")
_ANSWER = re.compile(r"^\s*ANSWER\s*:\s*(.*)$", re.IGNORECASE)


def read(text: str) -> Reading:
    """The questions of an Aiken file."""
    reading = Reading()
    for row, stem, options, answer in _blocks(text, reading):
        if len(reading.questions) >= common.MOST_QUESTIONS:
            reading.findings.append(Finding(row, "", "too_many_questions", expected=str(common.MOST_QUESTIONS)))
            break
        reading.questions.append(_question(row, stem, options, answer))
    return reading


def _blocks(text: str, reading: Reading) -> Iterator[tuple[int, list[str], list[str], str | None]]:
    """Stem, options and answer of each question; the last may lack its answer."""
    row = 0
    stem: list[str] = []
    options: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if len(line) > common.LONGEST_LINE:
            reading.findings.append(Finding(number, "", "line_too_long", line, str(common.LONGEST_LINE)))
            row, stem, options = 0, [], []
        elif found := _ANSWER.match(line):
            yield row or number, stem, options, found[1].strip()
            row, stem, options = 0, [], []
        elif (found := _OPTION.match(line)) and stem:
            options.append(f"{found[1]}{found[2].strip()}")
        elif line.strip():
            row = row or number
            if options and len(options[-1]) <= common.LONGEST_LINE:  # beyond that it is refused as too long, however long it is
                options[-1] += f" {line.strip()}"
            elif not options:
                stem.append(line.strip())
    if stem or options:
        yield row, stem, options, None


def _question(row: int, stem: list[str], options: list[str], answer: str | None) -> Read:
    findings = []
    right = set(common.letters(answer or "") or ())
    if answer is None or not right:
        code = "answer_missing" if not answer else "answer_not_read"
        findings.append(Finding(row, "right", code, answer or "", "ANSWER: A", fix="ANSWER: A"))
    for at, option in enumerate(options):
        if option[0] != common.LETTERS[at : at + 1]:
            findings.append(Finding(row, "options", "option_out_of_order", option[0], common.LETTERS[at : at + 1]))
            break
    known = {one[0] for one in options}
    if right - known:
        findings.append(Finding(row, "right", "answer_not_among_options", answer or "", "".join(sorted(known))))
    made = tuple(OptionDraft(one[1:], one[0] in right) for one in options)
    kind = Kind.MULTIPLE if len(right) > 1 else Kind.SINGLE
    return checked(row, QuestionDraft(kind, "\n".join(stem), made), findings)
