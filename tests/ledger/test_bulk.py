"""The bulk door writes what the single door writes, byte for byte, and refuses what it refuses."""

from __future__ import annotations

import random
import secrets
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.kernel.errors import NotFound
from app.ledger import service as ledger
from app.ledger.models import LedgerDay, LedgerEntry, LedgerHead, LedgerParticulars, LedgerSlot
from app.ledger.rules.leaf import SALT_BYTES
from app.ledger.service.verifying import verify
from tests import make
from tests.ledger.build import line, people, training

TABLES = (LedgerEntry, LedgerParticulars, LedgerSlot, LedgerDay, LedgerHead)


class Undone(Exception):
    """Rolls a unit of work back."""


def items(person_id: int) -> list[ledger.Item]:
    """A course, a class without a named place, a slip that is taken back, the class's dates taken again, an adjustment."""
    return [
        line(person_id, 1),
        training(person_id, 2, place=None, axes={"class_type": "induction", "mandatory": True}, subject_kind="public", framework=None),
        ledger.TakeBack(person_id=person_id, activity_key="class:2", reason="代学"),
        training(person_id, 3, days=Decimal("4.5"), hours=Decimal("36.25"), nets=(1,)),
        ledger.Adjustment(line=line(person_id, 4, hours=Decimal("-1.25"), activity_key=None), reason="年度核定"),
        line(person_id, 5, title="“引号”与\\反斜线", place=None),
    ]


def post_singly(work, posted: list[ledger.Item]) -> None:
    """The same items by the verbs that post one line."""
    for item in posted:
        if isinstance(item, ledger.NewLine):
            ledger.append(work, item)
        elif isinstance(item, ledger.Adjustment):
            ledger.adjust(work, item.line, item.reason)
        else:
            slot = select(LedgerSlot.seq).where(LedgerSlot.person_id == item.person_id, LedgerSlot.activity_key == item.activity_key)
            ledger.reverse(work, item.person_id, work.session.scalar(slot), item.reason)


def written(work) -> tuple[list[bytes], dict[str, list[tuple[object, ...]]]]:
    """The leaf bytes of all lines, and every row of the five tables."""
    work.session.expire_all()
    entries = work.session.scalars(select(LedgerEntry).order_by(LedgerEntry.person_id, LedgerEntry.seq)).all()
    tables = {
        table.__tablename__: sorted((tuple(row) for row in work.session.execute(select(*table.__table__.columns))), key=repr)
        for table in TABLES
    }
    return [entry.leaf for entry in entries], tables


def outcome(work_as, monkeypatch, posted, post):
    """What a way of posting leaves behind, with salts drawn from the same source; nothing stays."""
    monkeypatch.setattr(secrets, "token_bytes", random.Random(7).randbytes)  # salts that can be compared
    with pytest.raises(Undone), work_as() as work:
        post(work, posted)
        found = written(work)
        raise Undone
    return found


def test_lines_posted_in_bulk_are_byte_for_byte_those_posted_singly(work_as, monkeypatch):
    with work_as() as work:
        one, other = (person.id for person in people(work, 2))
    posted = items(one) + items(other)
    single = outcome(work_as, monkeypatch, posted, post_singly)
    bulk = outcome(work_as, monkeypatch, posted, ledger.append_many)
    assert len(single[0]) == 12
    assert bulk == single


def test_a_bulk_that_follows_earlier_lines_is_the_same_too(work_as, monkeypatch):
    """What a take-back names may have been posted long before: its slot and its dates are free again."""
    with work_as() as work:
        person = people(work, 1)[0].id
        ledger.append(work, training(person, 1))
    later = [ledger.TakeBack(person_id=person, activity_key="class:1", reason="误录"), training(person, 2), line(person, 3)]
    single = outcome(work_as, monkeypatch, later, post_singly)
    assert outcome(work_as, monkeypatch, later, ledger.append_many) == single


def test_what_was_posted_in_bulk_verifies_and_is_sealed(work_as):
    with work_as() as work:
        persons = [person.id for person in people(work, 5)]
        assert ledger.append_many(work, [item for person in persons for item in items(person)]) == 30
    with work_as() as work:
        assert ledger.seal(work, 3).lines == 18
    with work_as(write=False) as work:
        report = verify(work)
    assert (report.bad, report.lines, report.people, report.sealed) == (None, 30, 5, 18)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda person: line(person, 1), ledger.AlreadyCredited),
        (lambda person: training(person, 9), ledger.NoFreeDay),
        (lambda person: line(person, 9, hours=Decimal(-1)), ledger.BadLine),
        (lambda person: line(person, 9, salt=b"short"), ledger.BadLine),
        (lambda person: ledger.TakeBack(person_id=person, activity_key="class:99", reason="无此"), NotFound),
        (lambda person: ledger.TakeBack(person_id=person, activity_key="class:3", reason=" "), ledger.ReasonNeeded),
        (lambda person: ledger.Adjustment(line=line(person, 9), reason=""), ledger.ReasonNeeded),
    ],
)
def test_the_bulk_door_refuses_what_the_single_one_refuses_and_writes_nothing(work_as, change, refusal):
    with work_as() as work:
        person = make.person(work).id
        ledger.append_many(work, items(person))
    with pytest.raises(refusal), work_as() as work:
        ledger.append_many(work, [line(person, 50), change(person)])
    with work_as(write=False) as work:
        assert verify(work).lines == 6


def test_a_given_salt_gives_the_same_hash_and_one_by_chance_does_not(work_as):
    hashes = []
    for salt in (bytes(range(SALT_BYTES)), bytes(range(SALT_BYTES)), None, None):
        with work_as() as work:
            work.session.begin_nested()
            person = make.person(work).id
            new = replace(line(1, 1), person_id=person, salt=salt)
            ledger.append_many(work, [new])
            hashes.append(work.session.get_one(LedgerEntry, (person, 1)).personal)
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_triggers_stay_in_force_after_a_bulk(work_as):
    """Rows that came in bulk are guarded like all others."""
    with work_as() as work:
        person = make.person(work).id
        ledger.append_many(work, items(person))
    with pytest.raises(Exception, match="only grows"), work_as() as work:
        work.session.execute(LedgerEntry.__table__.update().values(accounting_year=2000))
    with pytest.raises(Exception, match="only grows"), work_as() as work:
        work.session.execute(LedgerEntry.__table__.delete())


def test_dates_of_a_later_bulk_know_those_of_an_earlier_one(work_as):
    with work_as() as work:
        person = make.person(work).id
        ledger.append_many(work, [training(person, 1)])
        week = training(person, 2, occurred_from=date(2026, 3, 6), occurred_to=date(2026, 3, 6) + timedelta(days=5))
        ledger.append_many(work, [week])
        days = list(work.session.scalars(select(LedgerDay.on_date).where(LedgerDay.seq == 2).order_by(LedgerDay.on_date)))
    assert date(2026, 3, 6) not in days
    assert len(days) == 5
