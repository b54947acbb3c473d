"""Posting, taking back and adjusting, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select

from app.kernel.errors import NotFound
from app.ledger import queries
from app.ledger import service as ledger
from app.ledger.models import LedgerDay, LedgerEntry, LedgerHead, LedgerParticulars, LedgerSlot
from app.ledger.rules.leaf import GENESIS, Personal, line_hash, personal_digest
from tests import make
from tests.ledger.build import line, people, training

D = Decimal


def rows(work, table):
    return work.session.scalar(select(func.count()).select_from(table))


def test_a_course_adds_three_rows_and_one_head(work_as):
    """PERF-G3: one certified course is at most three ledger rows."""
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id, 1))
        counted = [rows(work, table) for table in (LedgerEntry, LedgerParticulars, LedgerSlot, LedgerDay, LedgerHead)]
        assert counted == [1, 1, 1, 0, 1]
        ledger.append(work, line(person.id, 2))
        assert [rows(work, table) for table in (LedgerEntry, LedgerParticulars, LedgerSlot, LedgerDay, LedgerHead)] == [2, 2, 2, 0, 1]


def test_posting_takes_at_most_seven_statements(work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id, 1))
        seen = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(work.session.get_bind(), "before_cursor_execute", listen)
        ledger.append(work, line(person.id, 2))
        event.remove(work.session.get_bind(), "before_cursor_execute", listen)
        assert len(seen) <= 7, seen


def test_the_lines_of_a_person_form_a_chain(work_as):
    with work_as() as work:
        person = make.person(work)
        first, second = ledger.append(work, line(person.id, 1)), ledger.append(work, line(person.id, 2))
        assert (first.seq, first.prev_hash) == (1, GENESIS)
        assert (second.seq, second.prev_hash) == (2, first.hash)
    with work_as(write=False) as work:
        for entry in work.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)):
            assert line_hash(entry.leaf) == entry.hash
            assert len(entry.leaf) < 1100
        head = work.session.get(LedgerHead, person.id)
        assert (head.seq, head.hash) == (2, second.hash)


def test_the_chains_of_two_people_do_not_touch(work_as):
    with work_as() as work:
        one, other = people(work, 2)
        ledger.append(work, line(one.id))
        assert ledger.append(work, line(other.id)).prev_hash == GENESIS


def test_what_was_posted_reads_back_in_every_field(work_as):
    with work_as() as work:
        unit = make.unit(work, "市审计局")
        person = make.person(work, at=unit, rank="division")
        new = training(person.id, place=None, subject_kind="public", selection="assigned", overseas=True, accounting_year=2025,
                       nets=(), axes={"class_type": "induction", "mandatory": True, "list_year": 2025}, reason="补录")  # fmt: skip
        ledger.append(work, new)
    with work_as(write=False) as work:
        read = queries.line(work, person.id, 1)
        for name in ("category", "hours", "days", "span_days", "occurred_from", "occurred_to", "source_type", "source_id", "title",
                     "rule_set_version", "activity_key", "framework", "subject_kind", "selection", "delivery", "off_post", "overseas",
                     "accounting_year", "nets", "axes", "certified_by", "reason"):  # fmt: skip
            assert getattr(read, name) == getattr(new, name), name
        assert (read.unit_id, read.unit_name, read.post, read.rank_level) == (unit.id, "市审计局", "主任科员", "division")
        assert (read.evidence, read.entry, read.entry_kind) == (new.evidence.hex(), f"{person.id}-1", "credit")


def test_the_place_is_that_of_the_last_day_of_the_activity(work_as):
    """A line keeps the unit of its time when the person moves on (domain.md §6.4)."""
    with work_as() as work:
        person = make.person(work, at=make.unit(work, "旧单位"))
        ledger.append(work, line(person.id, 1, place=None))
        assert queries.line(work, person.id, 1).unit_name == "旧单位"


def test_one_activity_counts_once(work_as):
    """INV-I13, EX-E08."""
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id, 1))
        with pytest.raises(ledger.AlreadyCredited) as refusal:
            ledger.append(work, line(person.id, 1))
        assert refusal.value.facts == {"seq": 1}
        assert rows(work, LedgerEntry) == 1


def test_the_same_activity_counts_for_another_person(work_as):
    with work_as() as work:
        one, other = people(work, 2)
        ledger.append(work, line(one.id))
        assert ledger.append(work, line(other.id)).seq == 1


def test_a_reversal_takes_every_figure_back_and_frees_the_activity(work_as):
    with work_as() as work:
        person = make.person(work)
        target = ledger.append(work, training(person.id))
        back = ledger.reverse(work, person.id, 1, "代学", certified_by="陈证")
        assert (back.hours, back.days, back.span_days, back.reverses) == (D(-40), D(-5), -5, 1)
        same = ("category", "activity_key", "accounting_year", "unit_id", "rank_level", "off_post", "occurred_from", "source_id")
        assert all(getattr(back, name) == getattr(target, name) for name in same)
        totals = queries.totals(queries.lines(work, person.id))
        assert (totals.whole.hours, totals.whole.days, totals.whole.span_days) == (0, 0, 0)
        assert (rows(work, LedgerSlot), rows(work, LedgerDay)) == (0, 0)
        assert queries.line(work, person.id, 2).reason == "代学"
        assert ledger.append(work, training(person.id)).seq == 3


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_a_reversal_needs_a_reason(work_as, reason):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id))
        with pytest.raises(ledger.ReasonNeeded):
            ledger.reverse(work, person.id, 1, reason)


def test_a_line_is_reversed_once_and_a_reversal_never(work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id))
        ledger.reverse(work, person.id, 1, "误录")
        with pytest.raises(ledger.AlreadyReversed):
            ledger.reverse(work, person.id, 1, "误录")
        with pytest.raises(ledger.NotReversible):
            ledger.reverse(work, person.id, 2, "误录")
        with pytest.raises(NotFound):
            ledger.reverse(work, person.id, 3, "误录")


def test_a_correction_is_a_reversal_and_a_new_credit(work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id, 1, hours=D(6)))
        ledger.correct(work, 1, line(person.id, 1, hours=D(5)), "按证明载明的 5 学时更正")
        lines = queries.lines(work, person.id)
        assert [(one.entry_kind, one.hours) for one in lines] == [("credit", D(6)), ("reversal", D(-6)), ("credit", D(5))]
        assert lines[2].reason == "按证明载明的 5 学时更正"


def test_an_adjustment_is_signed_has_a_reason_and_can_be_taken_back(work_as):
    with work_as() as work:
        person = make.person(work)
        with pytest.raises(ledger.ReasonNeeded):
            ledger.adjust(work, line(person.id, 1, hours=D("-2")), " ")
        entry = ledger.adjust(work, line(person.id, 1, hours=D("-2"), activity_key=None, accounting_year=2024), "关账后核减")
        assert (entry.entry_kind, entry.hours, entry.accounting_year) == ("adjustment", D(-2), 2024)
        assert ledger.reverse(work, person.id, 1, "核减有误").hours == D(2)


def test_no_calendar_date_bears_two_training_days(work_as):
    """domain.md §7-4."""
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, training(person.id, 1))
        with pytest.raises(ledger.NoFreeDay):
            ledger.append(work, training(person.id, 2, days=D("0.5"), occurred_from=date(2026, 3, 4), occurred_to=date(2026, 3, 4)))
        ledger.append(work, training(person.id, 3, days=D(1), occurred_to=date(2026, 3, 7)))
        used = dict(work.session.execute(select(LedgerDay.on_date, func.sum(LedgerDay.fraction)).group_by(LedgerDay.on_date)).all())
        assert used == {date(2026, 3, 2) + timedelta(i): 1 for i in range(6)}
        ledger.reverse(work, person.id, 1, "误录")
        ledger.append(work, training(person.id, 2))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hours": D("-1")}, "hours"), ({"hours": D("0.001")}, "hours"), ({"days": D(21)}, "days"), ({"span_days": -1}, "span_days"),
        ({"category": "lunch"}, "category"), ({"framework": "x"}, "framework"), ({"axes": {"colour": "red"}}, "axes"),
        ({"activity_key": None}, "activity_key"), ({"activity_key": 'a"b'}, "activity_key"), ({"activity_key": "k" * 201}, "activity_key"),
        ({"source_id": ""}, "source_id"), ({"source_id": "a\\b"}, "source_id"), ({"title": "\x00"}, "title"), ({"title": "\x1f"}, "title"),
        ({"title": "t" * 301}, "title"), ({"reason": "\ud800"}, "reason"), ({"evidence": b"short"}, "evidence"),
        ({"occurred_from": date(2026, 12, 1)}, "occurred_to"), ({"place": ledger.Place(None, "\x1f")}, "place"),
        ({"rule_set_version": ""}, "rule_set_version"), ({"delivery": "\n"}, "delivery"), ({"hours": D("NaN")}, "hours"),
        ({"hours": D("1e6")}, "hours"),
    ],
)  # fmt: skip
@pytest.mark.sqlite_only
def test_a_line_that_cannot_be_is_refused_by_name_and_nothing_is_written(work_as, change, field):
    with work_as() as work:
        person = make.person(work)
        with pytest.raises(ledger.BadLine) as refusal:
            ledger.append(work, line(person.id, 1, **change))
        assert refusal.value.facts["field"] == field
        assert rows(work, LedgerEntry) == 0


def test_times_never_run_backwards_in_a_chain(work_as, clock):
    with work_as() as work:
        person = make.person(work)
        first = ledger.append(work, line(person.id, 1))
    clock.at -= timedelta(days=2)
    with work_as() as work:
        assert ledger.append(work, line(person.id, 2)).posted_at == first.posted_at


def test_history_that_is_taken_over_keeps_its_moment_but_never_a_future_one(work_as, clock):
    with work_as() as work:
        person = make.person(work)
        past, future = clock.at - timedelta(days=300), clock.at + timedelta(days=1)
        assert ledger.append(work, line(person.id, 1, posted_at=past)).posted_at == past
        assert ledger.append(work, line(person.id, 2, posted_at=future)).posted_at == clock.at


def test_many_lines_are_posted_by_the_same_rules(work_as):
    """One by one or in bulk: the same chain, slots and days."""
    with work_as() as work:
        one, other = people(work, 2)
        new = [line(one.id, n) for n in range(5)] + [training(one.id, 7), line(other.id, 1)]
        assert ledger.append_many(work, new) == 7
        assert ledger.append(work, line(one.id, 8)).seq == 7
        assert (rows(work, LedgerSlot), rows(work, LedgerDay)) == (8, 5)
        with pytest.raises(ledger.AlreadyCredited):
            ledger.append_many(work, [line(other.id, 2), line(other.id, 2)])
        with pytest.raises(ledger.AlreadyCredited):
            ledger.append_many(work, [line(other.id, 1)])
        with pytest.raises(ledger.NoFreeDay):
            ledger.append_many(work, [training(one.id, 9)])
    with work_as(write=False) as work:
        before = {one.id: GENESIS, other.id: GENESIS}
        for entry in work.session.scalars(select(LedgerEntry).order_by(LedgerEntry.person_id, LedgerEntry.seq)):
            assert entry.prev_hash == before[entry.person_id]
            assert line_hash(entry.leaf) == entry.hash
            before[entry.person_id] = entry.hash


def test_posting_nothing_is_nothing(work_as):
    with work_as() as work:
        assert ledger.append_many(work, []) == 0


def test_what_happened_is_announced_in_the_same_transaction(work_as, monkeypatch):
    heard = []
    monkeypatch.setattr("app.ledger.service.posting.announce", lambda _work, said: heard.append(said))
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id))
        ledger.reverse(work, person.id, 1, "误录")
    assert heard == [ledger.EntryAppended(person.id, 1), ledger.EntryReversed(person.id, 2, 1)]


def test_an_act_that_fails_leaves_no_line(work_as):
    with work_as() as work:
        person = make.person(work)
    with pytest.raises(RuntimeError), work_as() as work:
        ledger.append(work, line(person.id))
        raise RuntimeError("the act fails after posting")
    with work_as() as work:
        assert rows(work, LedgerEntry) == 0
        assert ledger.append(work, line(person.id)).seq == 1


def test_erased_particulars_leave_the_chain_provable_and_nothing_to_read(work_as):
    """个人信息保护法 47: the salt goes with the fields."""
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id, 1))
        ledger.append(work, line(person.id, 2))
    with work_as() as work:
        before = queries.line(work, person.id, 1)
        assert ledger.erase_particulars(work, person.id) == 2
        assert ledger.erase_particulars(work, person.id) == 0
    with work_as(write=False) as work:
        after = queries.line(work, person.id, 1)
        assert (after.title, after.unit_name, after.post, after.reason, after.certified_by) == ("", "", "", "", "")
        assert after.erased_at is not None
        assert (after.hash, after.personal) == (before.hash, before.personal)
        assert work.session.get(LedgerParticulars, (person.id, 1)).salt is None


def test_the_digest_of_the_particulars_is_that_of_what_is_kept(work_as):
    with work_as() as work:
        person = make.person(work)
        entry = ledger.append(work, line(person.id, 1))
        kept = work.session.get(LedgerParticulars, (person.id, 1))
        told = Personal(kept.title, None, kept.unit_name, kept.post, "section_below", kept.certified_by, kept.reason)
        assert personal_digest(kept.salt, told) == entry.personal
        assert len(kept.salt) == 16


def test_evidence_of_another_value_has_another_digest():
    assert ledger.digest({"score": "90"}) != ledger.digest({"score": "91"})
    assert ledger.digest({"b": 1, "a": 2}) == ledger.digest({"a": 2, "b": 1})
    with pytest.raises(TypeError):
        ledger.digest({"score": 0.9})


def test_lines_are_read_by_year_or_span_of_years(work_as):
    with work_as() as work:
        person = make.person(work)
        for n, year in enumerate((2023, 2024, 2024, 2026)):
            ledger.append(work, replace(line(person.id, n), accounting_year=year))
        assert [one.seq for one in queries.lines(work, person.id, 2024)] == [2, 3]
        assert [one.seq for one in queries.lines(work, person.id, since_year=2024, until_year=2025)] == [2, 3]
        assert [one.seq for one in queries.lines(work, person.id, until_year=2024)] == [1, 2, 3]
        assert len(queries.lines(work, person.id)) == 4
        assert queries.years(work, person.id) == [2026, 2024, 2023]
