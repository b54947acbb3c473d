"""Tampering below the application: every edit, removal and swap is found and the first bad line named (ATK-A64).

The triggers are taken off first, as somebody with the database in his hands would do.
"""

from __future__ import annotations

import random
from datetime import date

import pytest
from sqlalchemy import LargeBinary, select, text

from app.ledger import service as ledger
from app.ledger import triggers
from app.ledger.models import LedgerEntry, LedgerParticulars
from app.ledger.service import keys, sealing
from app.ledger.service.verifying import verify
from app.ledger.service.walking import Finding
from tests import make
from tests.ledger.build import history, line, people, training

COLUMNS = [column.name for column in LedgerEntry.__table__.columns if column.name not in ("person_id", "seq")]
BESIDE = [column.name for column in LedgerParticulars.__table__.columns if column.name not in ("person_id", "seq", "erased_at")]


@pytest.fixture
def persons(work_as):
    """Six people with a few lines each: sealed ones, reversed ones, and one that no seal covers yet."""
    with work_as() as work:
        found = [person.id for person in people(work, 6)]
        history(work, [make_id(one) for one in found])
        ledger.append(work, training(found[0], 50, subject_kind="public", axes={"class_type": "induction"}, reason="补录"))
    with work_as() as work:
        ledger.seal(work)
    with work_as() as work:
        ledger.append(work, line(found[1], 60))
    return found


class make_id:
    """A person as `history` wants one."""

    def __init__(self, number: int) -> None:
        self.id = number


def unbind(work) -> None:
    """Take off the constraints as well."""
    if work.session.get_bind().dialect.name == "sqlite":
        work.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        work.session.execute(text("PRAGMA ignore_check_constraints = ON"))
        return
    named = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('f', 'c', 'u')"
    for table, constraint in work.session.execute(text(f"{named} AND conrelid::regclass::text LIKE 'ledger%'")).all():
        work.session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"))


@pytest.fixture
def attacked(work_as):
    """A transaction without triggers; what is done in it is undone at the end."""

    class Undo(Exception):
        pass

    try:
        with work_as() as work:
            triggers.remove(work.session.connection())
            unbind(work)
            yield work
            raise Undo
    except Undo:
        pass


def found(work) -> Finding | None:
    work.session.expire_all()
    return verify(work).bad


def run(work, statement: str, **values) -> None:
    assert work.session.execute(text(statement), values).rowcount > 0


def test_an_honest_ledger_verifies(work_as, persons):
    with work_as(write=False) as work:
        seen = []
        report = verify(work, seen.append)
        assert report.bad is None
        assert (report.lines, report.people, report.sealed, report.seals) == (28, 6, 27, 1)
        assert seen == []


def test_an_empty_ledger_verifies(work_as):
    with work_as(write=False) as work:
        report = verify(work)
        assert (report.lines, report.bad) == (0, None)


def other_value(value, column):
    """Something else of the same kind, which the column can hold."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value.replace(year=value.year - 1)
    if isinstance(value, list):
        return [*value, 1]
    if isinstance(value, dict):
        return {**value, "level": 9}
    if isinstance(value, str):
        return value + "x" if len(value) < (column.type.length or 99) else value[:-1]
    return 1 if value is None and column.name in ("reverses", "unit_id") else "x" if value is None else value + 1


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_names_its_line(attacked_after, column):
    work, persons = attacked_after
    spare = random.Random(column)
    for _ in range(2):
        person, seq = spare.choice(persons), spare.randint(1, 4)
        table = LedgerEntry.__table__
        same = (table.c.person_id == person) & (table.c.seq == seq)
        before = work.session.execute(select(table.c[column]).where(same)).scalar_one()
        work.session.execute(table.update().where(same).values({column: other_value(before, table.c[column])}))
        assert found(work) == Finding(person, seq, found(work).what), column
        work.session.execute(table.update().where(same).values({column: before}))
        assert found(work) is None


@pytest.fixture
def attacked_after(persons, attacked):
    return attacked, persons


@pytest.mark.parametrize("column", BESIDE)
def test_changed_particulars_name_their_line(attacked_after, column):
    work, persons = attacked_after
    table = LedgerParticulars.__table__
    same = (table.c.person_id == persons[2]) & (table.c.seq == 3)
    before = work.session.execute(select(table.c[column]).where(same)).scalar_one()
    work.session.execute(table.update().where(same).values({column: other_value(before, table.c[column])}))
    bad = found(work)
    assert (bad.person_id, bad.seq) == (persons[2], 3)


def test_random_bytes_of_hashes_are_found(attacked_after):
    """Random row, random hash column, random bit: always found, always named."""
    work, persons = attacked_after
    spare = random.Random(7)
    table = LedgerEntry.__table__
    binary = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
    for _ in range(40):
        person, seq, column = spare.choice(persons), spare.randint(1, 4), spare.choice(binary)
        same = (table.c.person_id == person) & (table.c.seq == seq)
        before = work.session.execute(select(table.c[column]).where(same)).scalar_one()
        place = spare.randrange(32)
        after = before[:place] + bytes([before[place] ^ 1 << spare.randrange(8)]) + before[place + 1 :]
        work.session.execute(table.update().where(same).values({column: after}))
        bad = found(work)
        assert (bad.person_id, bad.seq) == (person, seq), column
        work.session.execute(table.update().where(same).values({column: before}))


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_a_removed_line_is_named(attacked_after, seq):
    work, persons = attacked_after
    for table in ("ledger_slot", "ledger_particulars", "ledger_entry"):
        work.session.execute(text(f"DELETE FROM {table} WHERE person_id = :p AND seq = :s"), {"p": persons[4], "s": seq})
    bad = found(work)
    assert (bad.person_id, bad.seq, bad.what) == (persons[4], seq, "this line is missing")


@pytest.mark.parametrize("also", [(), ("ledger_head",)])
def test_a_removed_chain_is_named(attacked_after, also):
    work, persons = attacked_after
    for table in ("ledger_slot", "ledger_particulars", "ledger_entry", *also):
        work.session.execute(text(f"DELETE FROM {table} WHERE person_id = :p"), {"p": persons[5]})
    bad = found(work)
    assert (bad.person_id, bad.seq) == (persons[5], 1)


def test_a_line_cut_off_with_its_head_is_found_by_the_seal(attacked_after):
    """The last sealed line removed and the head turned back: the chain is whole, the tree is not."""
    work, persons = attacked_after
    for table in ("ledger_slot", "ledger_particulars", "ledger_entry"):
        work.session.execute(text(f"DELETE FROM {table} WHERE person_id = :p AND seq = 4"), {"p": persons[4]})
    run(work, "UPDATE ledger_head SET seq = 3, sealed_seq = 3, hash = (SELECT hash FROM ledger_entry WHERE person_id = :p AND seq = 3)"
              " WHERE person_id = :p", p=persons[4])  # fmt: skip
    bad = found(work)
    assert (bad.person_id, bad.seq) == (persons[4], 4)


def test_swapped_lines_are_named(attacked_after):
    work, persons = attacked_after
    for before, after in ((2, 900), (3, 2), (900, 3)):
        run(work, "UPDATE ledger_entry SET seq = :after WHERE person_id = :p AND seq = :before", p=persons[4], before=before, after=after)
    bad = found(work)
    assert (bad.person_id, bad.seq) == (persons[4], 2)


def test_a_line_given_to_another_person_is_named(attacked_after):
    work, persons = attacked_after
    run(work, "UPDATE ledger_entry SET person_id = :to, seq = 5 WHERE person_id = :p AND seq = 4", p=persons[4], to=persons[5])
    bad = found(work)
    assert (bad.person_id, bad.seq) == (persons[4], 4)


def test_a_forged_line_at_the_end_is_named(attacked_after):
    work, persons = attacked_after
    columns = ", ".join(column.name for column in LedgerEntry.__table__.columns if column.name != "seq")
    run(work, f"INSERT INTO ledger_entry (seq, {columns}) SELECT 5, {columns} FROM ledger_entry WHERE person_id = :p AND seq = 4",
        p=persons[4])  # fmt: skip
    bad = found(work)
    assert (bad.person_id, bad.seq) == (persons[4], 5)


def test_a_line_hashed_anew_is_named_by_the_next_and_by_the_seal(attacked_after):
    """He changes the hours and makes the hash fit: the line after, or the sealed leaf, still tells."""
    work, persons = attacked_after
    entry = work.session.get(LedgerEntry, (persons[4], 3), populate_existing=True)
    run(work, "UPDATE ledger_entry SET span_days = 7 WHERE person_id = :p AND seq = 3", p=persons[4])
    work.session.refresh(entry)
    from app.ledger.rules.leaf import line_hash

    run(work, "UPDATE ledger_entry SET hash = :h WHERE person_id = :p AND seq = 3", p=persons[4], h=line_hash(entry.leaf))
    bad = found(work)
    assert (bad.person_id, bad.seq) == (persons[4], 3)


@pytest.mark.parametrize(
    ("statement", "whose"),
    [
        ("UPDATE ledger_head SET seq = seq + 1 WHERE person_id = :p", 5),
        ("UPDATE ledger_head SET seq = seq - 1 WHERE person_id = :p", 4),
        ("UPDATE ledger_head SET sealed_seq = 2 WHERE person_id = :p", 4),
        ("UPDATE ledger_head SET hash = :h WHERE person_id = :p", 4),
        ("DELETE FROM ledger_head WHERE person_id = :p", 4),
        ("DELETE FROM ledger_span WHERE person_id = :p", 4),
        ("UPDATE ledger_span SET first_index = first_index + 1 WHERE person_id = :p", 1),
        ("UPDATE ledger_span SET last_seq = 3 WHERE person_id = :p", 4),
        ("UPDATE ledger_span SET first_seq = 2 WHERE person_id = :p", 1),
        ("DELETE FROM ledger_slot WHERE person_id = :p AND seq = 2", 2),
    ],
)
def test_what_stands_beside_the_lines_is_held_against_them(attacked_after, statement, whose):
    work, persons = attacked_after
    work.session.execute(text(statement), {"p": persons[4], **({"h": bytes(32)} if ":h" in statement else {})})
    bad = found(work)
    assert (bad.person_id, bad.seq) == (persons[4], whose)


def test_a_slot_that_nothing_holds_is_found(attacked_after):
    work, persons = attacked_after
    run(work, "INSERT INTO ledger_slot (person_id, activity_key, seq) VALUES (:p, 'course:forged', 1)", p=persons[4])
    assert "slots" in found(work).what


def test_a_second_reversal_of_a_line_is_found(attacked_after):
    """A reversal that is not the negative of a line that stood, hash and all made to fit, in a chain not sealed yet."""
    work, _ = attacked_after
    person = make.person(work)
    ledger.append(work, line(person.id, 1))
    from app.ledger.rules.posting import EntryKind
    from app.ledger.service import posting

    forged = line(person.id, 1, hours=line(person.id).hours * 3)
    posting._post(work, posting._hold(work, person.id), forged, EntryKind.REVERSAL, reverses=1)
    work.session.execute(text("DELETE FROM ledger_slot WHERE person_id = :p"), {"p": person.id})
    bad = found(work)
    assert (bad.person_id, bad.seq) == (person.id, 2)
    assert "negative" in bad.what


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE ledger_seal SET root = :h", "signed root"),
        ("UPDATE ledger_seal SET signature = :s", "signature"),
        ("UPDATE ledger_seal SET signed_at = '2026-11-23 00:00:00.000000'", "signature"),
        ("UPDATE ledger_seal SET key_id = 'ffffffffffffffff'", "public key"),
        ("UPDATE ledger_seal SET previous_size = 1", "seal is missing"),
        ("UPDATE ledger_seal SET size = 26", "signed root"),
        ("DELETE FROM ledger_seal", "place in the tree"),
    ],
)
def test_a_changed_seal_is_found(attacked_after, statement, why):
    work, _ = attacked_after
    values = {"h": bytes(32)} if ":h" in statement else {"s": bytes(64)} if ":s" in statement else {}
    work.session.execute(text(statement), values)
    bad = found(work)
    assert bad.person_id == 0
    assert why in bad.what


def test_a_tree_grown_anew_over_changed_lines_is_betrayed_by_the_head_outside(attacked_after, college):
    """He has the key too and signs a new history; the head kept outside the database is not in it."""
    work, persons = attacked_after
    for table in ("ledger_slot", "ledger_particulars", "ledger_entry", "ledger_head", "ledger_span", "ledger_tile", "ledger_seal"):
        work.session.execute(text(f"DELETE FROM {table}"))
    work.session.expire_all()
    ledger.append(work, line(persons[0], 1))
    ledger.seal(work)
    assert "kept outside" in found(work).what
    sealing.heads_file(college.settings).unlink()
    assert found(work) is None


def test_a_changed_tile_is_found(work_as, persons):
    with work_as() as work:
        ledger.append_many(work, [line(persons[3], n) for n in range(100, 400)])
    with work_as() as work:
        ledger.seal(work)
    with work_as() as work:
        run(work, "UPDATE ledger_tile SET hashes = :h WHERE height = 1", h=bytes(32))
        assert "stored hashes" in found(work).what
    with work_as() as work:
        run(work, "DELETE FROM ledger_tile WHERE height = 0 AND position = 1")
        assert found(work).person_id == persons[3]


def test_lines_erased_by_law_are_counted_and_no_finding(work_as, persons):
    with work_as() as work:
        ledger.erase_particulars(work, persons[3])
    with work_as(write=False) as work:
        report = verify(work)
        assert (report.bad, report.erased) == (None, 5)


def test_particulars_emptied_without_the_law_are_found(attacked_after):
    work, persons = attacked_after
    run(work, "UPDATE ledger_particulars SET salt = NULL, title = '' WHERE person_id = :p AND seq = 2", p=persons[4])
    bad = found(work)
    assert (bad.person_id, bad.seq) == (persons[4], 2)


def test_a_key_that_is_not_the_colleges_signs_in_vain(work_as, persons, college):
    keys.rotate(college.settings)
    for path in keys.folder(college.settings).glob("*.pub"):
        path.unlink()
    with work_as(write=False) as work:
        assert "public key" in verify(work).bad.what


def test_progress_is_told(work_as, persons, monkeypatch):
    monkeypatch.setattr("app.ledger.service.walking.PROGRESS_EVERY", 10)
    seen = []
    with work_as(write=False) as work:
        verify(work, seen.append)
    assert seen == [10, 20] or len(seen) == 2
