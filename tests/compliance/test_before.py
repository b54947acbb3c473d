"""Where the same people stood a month ago: kept by a job, exactly as their readers count them, never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.compliance import queries, rules, service
from app.compliance.models import Snapshot
from app.compliance.queries import Filters
from app.compliance.queries.before import before
from app.kernel.small import SMALLEST_GROUP
from app.ledger import service as ledger
from tests.ledger.build import line

from .city import actor, figures


def counts(tally):
    return tally.met, tally.not_yet_due, tally.unmet, tally.exempt, tally.none


@pytest.mark.parametrize("reader", ["unit_admin", "district", "city", "personnel", "ce"])
def test_what_was_kept_is_what_the_reader_saw_then(city, college, work_as, clock, reader):
    who = actor(college, city.readers[reader])
    then = figures(college, work_as, who)
    assert then.before is None
    service.take(college)
    clock.at = clock.at.replace(month=12, day=1)
    now = figures(college, work_as, who)
    assert now.before is not None
    assert (now.before.taken_on, counts(now.before.whole)) == (date(2026, 11, 22), counts(then.whole))
    assert {row.path: row.tally.share for row in then.rows} == {row.path: now.share_before(row) for row in now.rows}
    for rank in ("", "bureau", "none"):
        part = figures(college, work_as, who, rank=rank)
        if part.before is not None:
            assert part.before.whole.persons <= then.whole.persons
            assert sum(counts(part.before.whole)) == part.whole.persons, "nobody has changed rank since"


def test_the_whole_city_is_compared_without_its_small_units(city, college, work_as, clock):
    service.take(college)
    clock.at = clock.at.replace(month=12, day=1)
    view = figures(college, work_as, actor(college, city.readers["city"]), view="city")
    assert view.before is not None
    assert counts(view.before.whole) == counts(view.whole)
    for row in view.rows:
        assert view.share_before(row) is None or row.tally.persons >= SMALLEST_GROUP


def test_the_last_one_of_a_month_stays_and_the_month_before_it_is_not_compared(city, college, work_as, clock):
    service.take(college)
    clock.at = clock.at.replace(day=30)
    service.take(college)
    with work_as(write=False) as work:
        assert {row.taken_on for row in work.session.query(Snapshot)} == {date(2026, 11, 30)}
        filters = Filters(2026, today=date(2026, 11, 30))
        assert before(work, queries.reach(work), filters) is None, "of October nothing is known"
        assert before(work, queries.reach(work), Filters(2026, today=date(2027, 1, 2))) is None


def test_an_earlier_day_judged_anew_is_what_was_kept_on_it(city, college, work_as, clock):
    service.take(college)
    with work_as(write=False) as work:
        kept = {key(row): row.heads for row in work.session.query(Snapshot)}
    clock.at = clock.at.replace(month=12, day=3)
    with work_as() as work:
        for person_id in city.everybody[:10]:
            ledger.append(work, line(person_id, 7_000 + person_id, hours=Decimal(200), occurred_from=date(2026, 11, 30),
                                     occurred_to=date(2026, 11, 30)))  # fmt: skip
    service.take_as_of(college, date(2026, 11, 22))
    with work_as(write=False) as work:
        assert {key(row): row.heads for row in work.session.query(Snapshot)} == kept


def key(row):
    return row.scope, row.requirement, row.unit_id, row.rank_level, row.teams, row.state


def test_the_page_and_the_workbook_say_what_moved_or_that_nothing_is_known(city, college, desk, clock):
    assert "尚无上月数据" in desk("/manage/compliance", "district").get_data(as_text=True)
    service.take(college)
    clock.at = clock.at.replace(month=12, day=1)
    html = desk("/manage/compliance", "district").get_data(as_text=True)
    assert "2026-11-22" in html
    assert "较上月 ±0" in html
    text = desk("/manage/compliance/units.csv", "district").data.decode("utf-8-sig")
    assert "较上月（百分点）" in text.splitlines()[0]
    assert "2026-11-22" in text


def test_a_change_is_told_with_its_sign():
    assert [rules.since(*pair) for pair in ((5, 3), (3, 5), (4, 4), (None, 4), (4, None))] == ["+2", "−2", "±0", "", ""]
    assert rules.since(Decimal("35.2"), Decimal("30.0")) == "+5.2"
    whole = ((Decimal("55.0"), Decimal("30.0")), (Decimal("0.0"), Decimal("25.0")), (1030, 1000))
    assert [rules.since(*pair) for pair in whole] == ["+25", "−25", "+30"], "no trailing zeros"
