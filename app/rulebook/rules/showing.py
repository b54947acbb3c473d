"""Verdicts as plain JSON, the shape of interfaces.md §4.3 and §5. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from .conversion import Conversion
from .evaluation import Evaluation
from .judging import Verdict
from .model import Measure, Title
from .notes import text
from .obligations import Duty
from .totals import Totals


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """The whole verdict; who made it, of which version, as of when."""
    book = evaluation.rule_set
    return {
        "rule_set": book.id,
        "version": book.version,
        "hash": book.hash,
        "year": evaluation.year,
        "as_of": evaluation.as_of.isoformat(),
        "requirements": [verdict_json(verdict) for verdict in evaluation.verdicts],
        "obligations": [duty_json(duty) for duty in evaluation.duties],
        "pending": pending_json(evaluation),
        "assessed_unit": evaluation.assessed_unit,
        "activity": {unit: text(hours) for unit, hours in evaluation.activity},
    }


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """One requirement: decimal strings for one need, lists in rule order for several (decision 17)."""
    rows = verdict.figures
    return {
        "id": verdict.id,
        "title": title_json(verdict.requirement.title),
        "period": verdict.requirement.period,
        "from": verdict.term.from_on.isoformat(),
        "to": verdict.term.to_on.isoformat(),
        "due_on": verdict.due_on.isoformat(),
        "months": verdict.in_force.months,
        "units": [row.measure.value for row in rows],
        "buckets": ["total" if row.is_total else row.bucket for row in rows],
        "required": _one_or_many([row.required for row in rows]),
        "gross": _one_or_many([row.gross for row in rows]),
        "counted": _one_or_many([row.counted for row in rows]),
        "excess": _one_or_many([row.excess for row in rows]),
        "shortfall": _one_or_many([row.shortfall for row in rows]),
        "status": verdict.status.value,
        "explanation": [note.as_json() for note in verdict.explanation],
    }


def duty_json(duty: Duty) -> dict[str, Any]:
    """One obligation."""
    return {
        "id": duty.id,
        "title": title_json(duty.obligation.title),
        "since": duty.since.isoformat(),
        "due_on": duty.due_on.isoformat() if duty.due_on is not None else None,
        "status": duty.status.value,
        "satisfied_by": duty.satisfied_by,
        "explanation": [note.as_json() for note in duty.explanation],
    }


def pending_json(evaluation: Evaluation) -> dict[str, Any]:
    """What waits for certification, apart from what counts: by requirement, in the measures of its needs."""
    return {
        verdict.id: _one_or_many([_in(need.measure, total) for need, total in zip(verdict.requirement.needs, totals, strict=True)])
        for verdict, totals in zip(evaluation.verdicts, evaluation.pending, strict=True)
    }


def _in(measure: Measure, totals: Totals) -> Decimal:
    """The sum that would count, in a measure; of months, the calendar days of classes."""
    return totals.counted(measure)


def conversion_json(conversion: Conversion) -> dict[str, Any]:
    """What lectures are worth."""
    return {
        "hours": text(conversion.hours),
        "complete": conversion.complete,
        "explanation": [note.as_json() for note in conversion.explanation],
    }


def title_json(title: Title | None) -> dict[str, str] | None:
    """Both names of a thing."""
    return {"zh": title.zh, "en": title.en} if title is not None else None


def _one_or_many(values: Sequence[Decimal]) -> str | list[str]:
    return text(values[0]) if len(values) == 1 else [text(value) for value in values]
