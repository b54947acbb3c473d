"""Lines as the database holds them, streamed without the object mapper (PERF-G10).

The engine itself writes each line's canonical JSON from its columns, which is twice as fast as doing it here; a test
holds both engines to `rules.leaf.leaf_bytes`. Nothing trusts a value: a row that was tampered with may hold anything,
and becomes a finding, not a crash.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import count
from typing import Any

from sqlalchemy import Connection

from app.ledger.rules.leaf import LEAF_PREFIX, SEPARATOR, VERSION

BATCH = 2000
PERSON, SEQ, PREV, HASH, JSON, TURN, SALT, PERSONAL, PARTICULARS = range(9)
"""TURN is the line that holds the slot of a credit's activity (0: none), or minus the line that a reversal takes back.

SALT and PARTICULARS are empty where they were erased and say so; PARTICULARS is NULL where they are missing.
"""
_PREFIX = LEAF_PREFIX + VERSION
_numbers = count()

FIELDS = {
    "accounting_year": "number", "activity_key": "word?", "axes": "number", "category": "word", "days": "figure", "delivery": "word?",
    "entry_kind": "word", "evidence": "bytes", "framework": "word?", "hours": "figure", "nets": "number", "occurred_from": "date",
    "occurred_to": "date", "off_post": "truth", "overseas": "truth", "person": "number", "personal": "bytes", "posted_at": "moment",
    "prev_hash": "bytes", "reverses": "number?", "rule_set_version": "word", "selection": "word?", "seq": "number", "source_id": "word",
    "source_type": "word", "span_days": "number", "subject_kind": "word?",
}  # fmt: skip
"""The members of a leaf in their order, and how a column becomes canonical text. JSON columns hold theirs already."""

_QUOTED = {"word", "figure", "bytes", "date", "moment"}
_SQLITE = {
    "number": "{c}", "number?": "ifnull({c}, 'null')", "word": "{c}", "word?": "ifnull('\"' || {c} || '\"', 'null')",
    "bytes": "lower(hex({c}))", "date": "{c}", "moment": "replace({c}, ' ', 'T') || 'Z'",
    "truth": "CASE {c} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
    "figure": "CASE typeof({c}) WHEN 'integer' THEN printf('%s%d.%02d', iif({c} < 0, '-', ''), abs({c}) / 100, abs({c}) % 100) END",
}  # fmt: skip
_POSTGRESQL = {
    "number": "{c}", "number?": "coalesce({c}::text, 'null')", "word": "{c}", "word?": "coalesce('\"' || {c} || '\"', 'null')",
    "bytes": "encode({c}, 'hex')", "date": "{c}", "truth": "{c}", "figure": "{c}",
    "moment": "to_char({c} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
}  # fmt: skip


def json_of(dialect: str) -> str:
    """The SQL expression that gives the canonical JSON of the line `e`, or NULL for what no line can hold."""
    words, maker = (_SQLITE, "printf") if dialect == "sqlite" else (_POSTGRESQL, "format")
    if dialect != "sqlite":
        words = words | {"truth": "CASE WHEN {c} THEN 'true' ELSE 'false' END"}
    columns = {"person": "person_id"}
    template = ",".join(f'"{name}":"%s"' if kind in _QUOTED else f'"{name}":%s' for name, kind in FIELDS.items())
    texts = [words[kind].replace("{c}", f"e.{columns.get(name, name)}") for name, kind in FIELDS.items()]
    return f"{maker}('{{{template}}}', {', '.join(texts)})"


def statement(dialect: str) -> str:
    """Every line with its particulars and slot, by person and place in the chain."""
    maker, unit = ("printf", "ifnull(e.unit_id, '')") if dialect == "sqlite" else ("format", "coalesce(e.unit_id::text, '')")
    told = f"{maker}('{SEPARATOR.join(['%s'] * 7)}', p.title, {unit}, p.unit_name, p.post, e.rank_level, p.certified_by, p.reason)"
    return (
        f"SELECT e.person_id, e.seq, e.prev_hash, e.hash, {json_of(dialect)},"  # noqa: S608  # our own words
        " CASE WHEN e.entry_kind = 'credit' THEN coalesce(s.seq, 0) ELSE -e.reverses END, p.salt, e.personal,"
        f" CASE WHEN p.salt IS NOT NULL THEN {told} WHEN p.erased_at IS NOT NULL THEN '' END FROM ledger_entry e"
        " LEFT JOIN ledger_particulars p ON p.person_id = e.person_id AND p.seq = e.seq"
        " LEFT JOIN ledger_slot s ON s.person_id = e.person_id AND s.activity_key = e.activity_key"
        " ORDER BY e.person_id, e.seq"
    )


UNBALANCED = """
SELECT r.person_id, r.seq FROM ledger_entry r LEFT JOIN ledger_entry t ON t.person_id = r.person_id AND t.seq = r.reverses
WHERE r.reverses IS NOT NULL AND NOT coalesce(t.entry_kind <> 'reversal' AND t.hours + r.hours = 0 AND t.days + r.days = 0
  AND t.span_days + r.span_days = 0 AND t.accounting_year = r.accounting_year AND t.category = r.category, {false})
ORDER BY r.person_id, r.seq LIMIT 1
"""
"""The first reversal that does not cancel a line that stood (domain.md §7-3)."""


def stream(connection: Connection) -> Generator[Sequence[Any]]:
    """Every line; columns as named above."""
    return streamed(connection, statement(connection.dialect.name))


def in_order(connection: Connection) -> Generator[Sequence[Any]]:
    """(person, seq, prev_hash, hash, JSON, index) of sealed lines in the order of the tree, then of the others by person."""
    text = json_of(connection.dialect.name)
    yield from streamed(
        connection,
        f"SELECT e.person_id, e.seq, e.prev_hash, e.hash, {text}, s.first_index + e.seq - s.first_seq"  # noqa: S608  # our own words
        " FROM ledger_span s JOIN ledger_entry e ON e.person_id = s.person_id AND e.seq BETWEEN s.first_seq AND s.last_seq"
        " ORDER BY s.first_index, e.seq",
    )
    yield from streamed(
        connection,
        f"SELECT e.person_id, e.seq, e.prev_hash, e.hash, {text}, NULL"  # noqa: S608  # our own words
        " FROM ledger_head h JOIN ledger_entry e ON e.person_id = h.person_id AND e.seq > h.sealed_seq"
        " WHERE h.sealed_seq < h.seq ORDER BY e.person_id, e.seq",
    )


def hash_of(row: Sequence[Any]) -> bytes:
    """The hash that the row should have. Any exception means that it holds what no line can hold."""
    return sha256(_PREFIX + row[JSON].encode()).digest()


def particulars_agree(row: Sequence[Any]) -> bool:
    """Whether what is kept beside the line is what its digest was made of; erased ones cannot disagree."""
    if row[SALT] is None:
        return bool(row[PARTICULARS] == "")
    return bool(sha256(row[SALT] + row[PARTICULARS].encode()).digest() == row[PERSONAL])


def unbalanced(connection: Connection) -> Sequence[Any] | None:
    """(person, seq) of the first reversal that is not the negative of its line."""
    words = UNBALANCED.format(false="0" if connection.dialect.name == "sqlite" else "false")
    with closing(streamed(connection, words)) as rows:
        return next(rows, None)


def heads(connection: Connection) -> Generator[Sequence[Any]]:
    """(person, seq, hash, sealed_seq) of every chain, by person."""
    return streamed(connection, "SELECT person_id, seq, hash, sealed_seq FROM ledger_head ORDER BY person_id")


def spans(connection: Connection) -> Generator[Sequence[Any]]:
    """(person, first_seq, last_seq, first_index) of every sealed span, by person."""
    return streamed(connection, "SELECT person_id, first_seq, last_seq, first_index FROM ledger_span ORDER BY person_id, first_seq")


def streamed(connection: Connection, words: str) -> Generator[Sequence[Any]]:
    """Rows straight from the driver, by a cursor of the server where the engine has one."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        cursor = driver.execute(words)
    else:
        cursor = driver.cursor(name=f"ledger_{next(_numbers)}")
        cursor.execute(words)
    try:
        while block := cursor.fetchmany(BATCH):
            yield from block
    finally:
        cursor.close()
