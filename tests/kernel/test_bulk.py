"""Rows put in bulk are those a statement would have written, whatever characters stand in them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, MetaData, String, Table, Uuid, select
from sqlalchemy.exc import IntegrityError

from app.kernel.bulk import put
from app.kernel.db import ExactDecimal, UtcDateTime
from app.kernel.work import Work

WorkAs = Callable[..., AbstractContextManager[Work]]


class Colour(StrEnum):
    """A value that is kept as text."""

    RED = "red"


PROBE = Table(
    "bulk_probe", MetaData(),
    Column("id", Integer, primary_key=True), Column("words", String), Column("raw", LargeBinary), Column("hours", ExactDecimal()),
    Column("day", Date), Column("at", UtcDateTime()), Column("is_so", Boolean), Column("uid", Uuid), Column("tree", JSON),
    Column("bare", JSON(none_as_null=True)), Column("share", Float), Column("colour", String),
)  # fmt: skip

WORDS = [
    "", r"\N", r"\.", "\\", "\\n", "a\tb", "a\nb", "a\r\nb", "\t", "\n", "“学时”\u2028", '","', "\x0b\x1b\x7f", "🀄", "NULL",
]  # fmt: skip


def row(number: int, words: str | None) -> dict[str, Any]:
    """A row in which every column has something to say."""
    some = words is not None
    return {
        "id": number, "words": words, "raw": (words or "").encode() + bytes(range(256)) if some else None,
        "hours": Decimal("-12.50") if some else None, "day": date(2026, 2, 28) if some else None,
        "at": datetime(2026, 11, 27, 3, 4, 5, 678, UTC) if some else None, "is_so": number % 2 == 0 if some else None,
        "uid": UUID(int=number) if some else None, "tree": {words: [words, 1.5, None]} if some else None,
        "bare": [words] if some else None, "share": 0.1 if some else None, "colour": Colour.RED if some else None,
    }  # fmt: skip


def kept(work: Work) -> list[dict[str, Any]]:
    """What is read back."""
    return [dict(one._mapping) for one in work.session.connection().execute(select(PROBE).order_by(PROBE.c.id))]


@pytest.mark.parametrize("words", [*WORDS, None], ids=range(len(WORDS) + 1))
def test_a_value_comes_back_as_it_was(work_as: WorkAs, words: str | None) -> None:
    with work_as() as work:
        PROBE.create(work.session.connection())
        put(work.session, PROBE, [row(1, words)])
        assert kept(work) == [row(1, words)]
        work.undo()


def test_columns_of_many_kinds_of_rows_come_back_as_they_were(work_as: WorkAs) -> None:
    rows = [row(number, [*WORDS, None][number % (len(WORDS) + 1)]) for number in range(1000)]
    with work_as() as work:
        PROBE.create(work.session.connection())
        put(work.session, PROBE, rows)
        assert kept(work) == rows
        work.undo()


def test_a_broken_constraint_is_told_as_by_a_statement(work_as: WorkAs) -> None:
    with pytest.raises(IntegrityError), work_as() as work:
        PROBE.create(work.session.connection())
        put(work.session, PROBE, [row(1, "a"), row(1, "b")])
