"""Ledger lines in the shape the rule engine judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from app.claims.queries import Pending
from app.ledger.rules.posting import list_of
from app.people.rules.facts import PersonFacts
from app.rulebook.rules import Line


def as_lines(rows: Iterable[Any], known: PersonFacts | None = None) -> tuple[Line, ...]:
    """Ledger lines as the rules see them; a line is named by its number in the person's chain.

    Units go by their code, as in the person's posts; one in which the person holds no post any more by its number.
    """
    codes = {} if known is None else {post.unit_id: post.unit for post in known.appointments}
    return tuple(_line(row, codes) for row in rows)


def _line(row: Any, codes: Mapping[int, str]) -> Line:
    axes = row.axes
    return Line(
        id=str(row.seq),
        entry_kind=row.entry_kind,
        reverses=None if row.reverses is None else str(row.reverses),
        activity_key=row.activity_key,
        category=row.category,
        class_type=axes.get("class_type"),
        subject_kind=row.subject_kind,
        framework=row.framework,
        delivery=row.delivery,
        selection=row.selection,
        mandatory=bool(axes.get("mandatory", False)),
        off_post=row.off_post,
        overseas=row.overseas,
        occurred_from=row.occurred_from,
        occurred_to=row.occurred_to,
        posted_at=row.posted_at,
        days=row.days,
        hours=row.hours,
        span_days=row.span_days,
        unit=None if row.unit_id is None else codes.get(row.unit_id, str(row.unit_id)),
        level=axes.get("level"),
        accounting_year=row.accounting_year,
        list_year=axes.get("list_year"),
        result=axes.get("result"),
        institution_kind=axes.get("institution_kind"),
        nets=tuple(str(seq) for seq in row.nets),
    )


def as_pending(row: Any) -> Pending:
    """A finished course that waits for certification, as the line it would become; `entered` are the lists on which it stands."""
    line = Line(
        id=f"pending-{row.uid}",
        entry_kind="credit",
        category="online_course",
        occurred_from=row.occurred_from,
        occurred_to=row.occurred_to,
        posted_at=row.at,
        activity_key=row.activity_key,
        framework=str(row.kind),
        subject_kind=row.subject_kind,
        delivery="online",
        selection="assigned" if row.mandatory else "elective",
        mandatory=row.mandatory,
        hours=row.hours,
        days=Decimal(0),
        list_year=list_of(row.entered, row.occurred_to),
    )
    return Pending(row.title, row.hours, row.occurred_to, row.at, line)
