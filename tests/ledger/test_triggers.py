"""The database itself refuses to change or remove what was posted, on both engines (domain.md §7-1, ATK-A64)."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from app.ledger import service as ledger
from app.ledger import triggers
from app.ledger.models import LedgerEntry, LedgerSlot
from tests import make
from tests.ledger.build import line

CHANGES = {
    "ledger_entry": "UPDATE ledger_entry SET hours = hours + 1",
    "ledger_span": "UPDATE ledger_span SET last_seq = last_seq + 1",
    "ledger_seal": "UPDATE ledger_seal SET signature = root",
    "ledger_particulars": "UPDATE ledger_particulars SET title = 'x'",
}


@pytest.fixture
def sealed_line(work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id))
    with work_as() as work:
        ledger.seal(work)
    return person.id


def refused(work_as, statement: str) -> None:
    with pytest.raises(DBAPIError, match="only grows"), work_as() as work:
        work.session.execute(text(statement))


@pytest.mark.parametrize("table", triggers.TABLES)
def test_no_row_is_changed(work_as, sealed_line, table):
    refused(work_as, CHANGES[table])


@pytest.mark.parametrize("table", triggers.TABLES)
def test_no_row_is_removed(work_as, sealed_line, table):
    refused(work_as, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", triggers.TABLES)
def test_no_table_is_emptied(work_as, college, sealed_line, table):
    if college.engine.dialect.name == "sqlite":  # TRUNCATE is spelled DELETE there
        refused(work_as, f"DELETE FROM {table}")
    else:
        refused(work_as, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", triggers.TABLES)
def test_no_row_takes_the_place_of_another(work_as, college, sealed_line, table):
    """SQLite's REPLACE removes the old row without asking a DELETE trigger; PostgreSQL's upsert is an UPDATE."""
    with work_as(write=False) as work:
        columns = [column["name"] for column in inspect(work.session.connection()).get_columns(table)]
    names = ", ".join(columns)
    if college.engine.dialect.name == "sqlite":
        refused(work_as, f"REPLACE INTO {table} ({names}) SELECT {names} FROM {table}")
    else:
        key = ", ".join({"ledger_seal": ["size"], "ledger_span": ["person_id", "first_seq"]}.get(table, ["person_id", "seq"]))
        set_one = f"{columns[-1]} = EXCLUDED.{columns[-1]}"
        refused(work_as, f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} ON CONFLICT ({key}) DO UPDATE SET {set_one}")


@pytest.mark.sqlite_only
def test_a_second_reversal_does_not_take_the_place_of_the_first(work_as, sealed_line):
    with work_as() as work:
        ledger.reverse(work, sealed_line, 1, "误录")
    with work_as(write=False) as work:
        columns = [column.name for column in LedgerEntry.__table__.columns]
    values = ", ".join("3" if name == "seq" else name for name in columns)
    refused(work_as, f"REPLACE INTO ledger_entry ({', '.join(columns)}) SELECT {values} FROM ledger_entry WHERE seq = 2")


def test_particulars_are_erased_whole_or_not_at_all(work_as, sealed_line):
    refused(work_as, "UPDATE ledger_particulars SET erased_at = '2026-11-22 00:00:00'")
    refused(work_as, "UPDATE ledger_particulars SET erased_at = '2026-11-22 00:00:00', salt = NULL, title = ''")
    with work_as() as work:
        ledger.erase_particulars(work, sealed_line)
    refused(work_as, "UPDATE ledger_particulars SET erased_at = '2026-11-23 00:00:00'")


def test_the_slot_is_not_a_line_and_may_go(work_as, sealed_line):
    """The negative control: the guard tables beside the ledger are not append-only."""
    with work_as() as work:
        assert work.session.query(LedgerSlot).delete() == 1


def test_a_migration_can_take_the_triggers_off_and_put_them_on_again(work_as, sealed_line):
    with work_as() as work:
        connection = work.session.connection()
        triggers.remove(connection)
        work.session.execute(text("UPDATE ledger_seal SET previous_size = previous_size"))
        triggers.install(connection)
    for table in triggers.TABLES:
        refused(work_as, CHANGES[table])
