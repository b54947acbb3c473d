"""Histories of the rule engine's tests as rows of the ledger, and the people they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from sqlalchemy import insert

from app.kernel.work import Work
from app.ledger.models import LedgerEntry
from app.rulebook.rules import Evaluation, Facts, Line, RuleSet, evaluate
from app.rulebook.rules.lines import figures, year_of
from tests.rulebook import test_examples

AXES = ("class_type", "level", "list_year", "result", "institution_kind")
Case = tuple[RuleSet, Facts]


def rows_of(book: RuleSet, person_id: int, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """The lines as the ledger would hold them: both figures written down, an activity credited once, in order of posting."""
    seqs: dict[str, int] = {}
    slots: dict[str, str] = {}
    spans: dict[str, int] = {}
    for seq, line in enumerate(sorted(lines, key=lambda line: line.order), start=1):
        key = line.activity_key or f"own:{line.id}"
        if line.entry_kind == "credit" and key in slots:
            continue
        if line.entry_kind == "credit":
            slots[key] = line.id
        elif line.reverses is not None:
            if line.reverses not in seqs:
                continue
            slots = {word: one for word, one in slots.items() if one != line.reverses}
        seqs[line.id] = seq
        spans[line.id] = -spans[line.reverses] if line.reverses else line.calendar_days  # as the ledger reverses (decisions 15)
        days, hours = figures(book, line)
        axes = {name: getattr(line, name) for name in AXES if getattr(line, name) is not None}
        yield {
            "person_id": person_id, "seq": seq, "accounting_year": year_of(line), "occurred_from": line.occurred_from,
            "occurred_to": line.occurred_to, "posted_at": line.posted_at, "entry_kind": line.entry_kind,
            "reverses": seqs[line.reverses] if line.reverses else None, "source_type": "test", "source_id": line.id,
            "activity_key": key, "category": line.category, "framework": line.framework, "subject_kind": line.subject_kind,
            "selection": line.selection, "delivery": line.delivery, "off_post": line.off_post, "overseas": line.overseas,
            "days": days, "hours": hours, "span_days": spans[line.id], "nets": [],
            "axes": axes | ({"mandatory": True} if line.mandatory else {}), "unit_id": None, "rank_level": "",
            "rule_set_version": book.pin, "evidence": bytes(32), "personal": bytes(32), "prev_hash": bytes(32), "hash": bytes(32),
        }  # fmt: skip


def keep(work: Work, book: RuleSet, person_id: int, lines: Sequence[Line]) -> None:
    """Put the lines into the ledger's table as they are, without the checks of posting that worked examples pass by."""
    for row in rows_of(book, person_id, lines):
        work.session.execute(insert(LedgerEntry).values(**row))


def posted(book: RuleSet, lines: Sequence[Line]) -> set[str]:
    """Which of the lines the ledger would take."""
    return {row["source_id"] for row in rows_of(book, 0, lines)}


def examples() -> Iterator[tuple[str, Callable[[], None]]]:
    """Every worked example of the rule engine as a call without arguments, one for each set of its parameters."""
    for name, test in vars(test_examples).items():
        if not name.startswith("test_"):
            continue
        marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
        for choice in product(*(mark.args[1] for mark in marks)):
            arguments: dict[str, Any] = {}
            for mark, values in zip(marks, choice, strict=True):
                names = [mark.args[0]] if isinstance(mark.args[0], str) and "," not in mark.args[0] else mark.args[0]
                given = getattr(values, "values", values)
                given = given() if callable(given) else given
                arguments |= dict(zip(names, given if len(names) > 1 or isinstance(given, tuple) else [given], strict=True))
            yield name, lambda test=test, arguments=arguments: test(**arguments)


def cases(example: Callable[[], None], watch: Callable[[Callable[..., Evaluation]], None]) -> list[Case]:
    """What an example has judged; `watch` puts our note-taking judge in the place of the module's own."""
    seen: list[Case] = []

    def noted(book: RuleSet, facts: Facts) -> Evaluation:
        seen.append((book, facts))
        return evaluate(book, facts)

    watch(noted)
    example()
    return seen
