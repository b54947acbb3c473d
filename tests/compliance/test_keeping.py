"""Standings follow lines and people in their own transaction, and are what a new start would make of them (scale.md habit 4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import select

from app.compliance import service
from app.compliance.models import WHOLE, JudgedYear, Reminder, Standing
from app.compliance.queries import Filters, Reach, listed, overview, to_remind
from app.compliance.service.judging import Judge
from app.hours import queries as hours
from app.kernel.errors import Refusal
from app.kernel.events import announce
from app.ledger import service as ledger
from app.ledger.queries.sums import of_people
from app.people import queries as people
from app.people.models import Appointment, Leave, Person
from app.people.service import PeopleChanged, changing
from app.rulebook.rules import Status
from tests import make

from .city import actor, small_city, study


def rows(work):
    """Every standing as plain values."""
    columns = list(Standing.__table__.columns)
    return {(row.person_id, row.year, row.requirement): tuple(row) for row in work.session.execute(select(*columns))}


@pytest.fixture
def city(work_as, college):
    """A small city with two kept years."""
    with work_as() as work:
        made = small_city(work)
    service.rebuild(college, 2025)
    service.rebuild(college, 2026)
    return made


def changed_at_random(work, city, random, number):
    """One thing that may happen to one person."""
    person_id = random.choice(city.everybody)
    what = random.random()
    if what < 0.6:
        with _allowing(ledger.NoFreeDay):
            study(work, person_id, random, number)
    elif what < 0.75:
        lines = ledger_lines(work, person_id)
        if lines:
            with _allowing(ledger.AlreadyReversed, ledger.NotReversible):
                ledger.reverse(work, person_id, random.choice(lines), "代学")
    elif what < 0.9:
        first = date(2026, 1, 1) + timedelta(days=random.randrange(360))
        last = first + timedelta(days=random.randrange(200))
        work.session.add(Leave(person_id=person_id, kind="sick", from_on=first, to_on=last, recorded_at=work.now))
        announce(work, PeopleChanged((person_id,)))
    else:
        post = work.session.scalars(select(Appointment).where(Appointment.person_id == person_id, Appointment.to_on.is_(None))).first()
        if post is not None:
            post.superseded_at = work.now
            day = date(2026, 1, 2) + timedelta(days=random.randrange(300))
            fresh = {"person_id": person_id, "post": "", "position_class": "general", "recorded_at": work.now}
            unit = random.choice(list(city.units.values())).id
            work.session.add(Appointment(**fresh, unit_id=post.unit_id, rank_level=post.rank_level, from_on=post.from_on,
                                         to_on=max(day - timedelta(days=1), post.from_on)))  # fmt: skip
            work.session.add(Appointment(**fresh, unit_id=unit, rank_level="division", from_on=max(day, post.from_on + timedelta(days=1))))
            announce(work, PeopleChanged((person_id,)))


class _allowing:
    """Some refusals are a part of chance."""

    def __init__(self, *kinds: type[Refusal]) -> None:
        self.kinds = kinds

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> bool:
        return kind is not None and issubclass(kind, self.kinds)


def ledger_lines(work, person_id):
    return [row.seq for row in hours.my_year(work, person_id, 2026).lines]


@pytest.mark.parametrize("seed", range(3))
def test_after_any_history_standings_are_what_a_rebuild_makes_of_them(city, college, work_as, seed):
    random = Random(seed)
    for step in range(25):
        with work_as() as work:
            for turn in range(random.randrange(1, 4)):
                changed_at_random(work, city, random, 100 * step + turn)
    with work_as(write=False) as work:
        kept = rows(work)
    service.rebuild(college)
    with work_as(write=False) as work:
        assert rows(work) == kept
    assert {row[3] for row in kept.values()} >= {"met", "short"}


@pytest.mark.parametrize("seed", range(2))
def test_figures_of_units_and_persons_are_those_of_each_persons_own_page(city, college, work_as, seed):
    """Screen = ledger: every requirement, counted one by one from the line-by-line path."""
    random = Random(seed)
    with work_as() as work:
        for number in range(60):
            with _allowing(ledger.NoFreeDay):
                study(work, random.choice(city.everybody), random, number)
    words = {Status.MET: "met", Status.UNMET: "unmet", Status.NOT_YET_DUE: "not_yet_due", Status.EXEMPT: "exempt"}
    with work_as(write=False) as work:
        for requirement in ("N1_cycle", "N2_annual", "N3_network", "CPE"):
            truth = Counter()
            for person_id in city.everybody:
                year = hours.my_year(work, person_id, 2026)
                verdict = next((one for one in year.evaluation.applicable if one.id == requirement), None)
                if verdict is not None:
                    truth[words[verdict.status]] += 1
            view = overview(work, Reach(persons=True), Filters(2026, requirement, today=hours.today(work)))
            assert {name: getattr(view.whole, name) for name in ("met", "unmet", "not_yet_due", "exempt")} == {
                name: truth[name] for name in ("met", "unmet", "not_yet_due", "exempt")
            }
            assert sum(row.tally.persons for row in view.rows) == view.whole.persons


def test_a_new_line_counts_in_the_same_transaction(city, work_as):
    someone = city.people["organ"][1]
    with work_as() as work:
        study(work, someone.id, Random(4), 1)
        work.settle()
        seen = work.session.get_one(Standing, (someone.id, 2026, WHOLE))
        truth = hours.my_year(work, someone.id, 2026).evaluation
        assert seen.state == ("met" if all(one.status is Status.MET for one in truth.applicable) else "short")
        assert seen.trained_cycle


def test_what_is_rolled_back_leaves_no_trace(city, work_as):
    with work_as(write=False) as work:
        before = rows(work)
    with pytest.raises(ZeroDivisionError), work_as() as work:
        study(work, city.people["organ"][1].id, Random(4), 1)
        work.settle()
        raise ZeroDivisionError
    with work_as(write=False) as work:
        assert rows(work) == before


def test_not_yet_due_becomes_unmet_by_the_calendar_alone(city, college, work_as, clock):
    clock.at = datetime(2026, 12, 30, 4, tzinfo=UTC)
    with work_as(write=False) as work:
        before, kept = whole(work, "N3_network"), rows(work)
    clock.at = datetime(2026, 12, 31, 4, tzinfo=UTC)
    with work_as(write=False) as work:
        after = whole(work, "N3_network")
        assert rows(work) == kept
    assert before.not_yet_due > 0
    assert (before.unmet, after.unmet, after.not_yet_due) == (0, before.not_yet_due, 0)


def test_public_subjects_keep_their_grace(city, work_as, clock):
    """CPE is short of subjects without grace, too; so it is late from the end of the year on, in spite of the grace of one."""
    with work_as(write=False) as work:
        due = work.session.scalars(select(Standing.due_on).where(Standing.year == 2025, Standing.requirement == "CPE")).first()
    assert due == date(2025, 12, 31)


def whole(work, requirement):
    """The tally of the whole city, of today."""
    return overview(work, Reach(persons=True), Filters(2026, requirement, today=hours.today(work))).whole


def test_who_turns_to_another_unit_is_found_on_the_day(city, college, work_as, clock):
    """A move in the future is known today and counts from its day on, without anything being written then but that."""
    someone, there = city.people["organ"][1], city.units["west_organ"]
    with work_as() as work:
        post = work.session.scalars(select(Appointment).where(Appointment.person_id == someone.id)).one()
        post.to_on = date(2026, 12, 9)
        work.session.add(Appointment(person_id=someone.id, unit_id=there.id, rank_level="section_below", post="", position_class="general",
                                     from_on=date(2026, 12, 10), recorded_at=work.now))  # fmt: skip
        announce(work, PeopleChanged((someone.id,)))
    for day, unit in ((date(2026, 12, 9), city.units["organ"]), (date(2026, 12, 10), there)):
        clock.at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        service.catch_up(college)
        with work_as(write=False) as work:
            assert work.session.get_one(Standing, (someone.id, 2026, WHOLE)).unit_id == unit.id
            assert hours.my_year(work, someone.id, 2026).evaluation.assessed_unit == unit.code


def test_the_new_year_is_opened_by_the_job(city, college, work_as, clock):
    clock.at = datetime(2027, 1, 1, 1, tzinfo=UTC)
    assert service.catch_up(college) > 0
    with work_as(write=False) as work:
        assert work.session.get_one(JudgedYear, 2027).complete_at is not None


def test_nothing_is_judged_while_no_year_is_kept(college, work_as):
    with work_as() as work:
        someone = make.person(work)
        study(work, someone.id, Random(1), 1)
    with work_as(write=False) as work:
        assert rows(work) == {}


def test_the_short_are_reminded_once_in_seven_days(city, college, work_as, clock):
    reader = actor(college, city.readers["district"])
    ids = [one.id for one in city.people["east_street"]]
    with work_as(reader) as work:
        assert service.remind(work, ids, 2026, "N3_network") == 3
    for days, count in ((0, None), (6, None), (8, 3)):
        clock.at += timedelta(days=days)
        with work_as(reader) as work:
            if count is None:
                with pytest.raises(service.NobodyToRemind):
                    service.remind(work, ids, 2026, "N3_network")
            else:
                assert service.remind(work, ids, 2026, "N3_network") == count
    with work_as(write=False) as work:
        assert len(work.session.scalars(select(Reminder)).all()) == 6


def test_a_list_longer_than_one_go_is_reminded_to_its_end(city, college, work_as):
    """Each go takes those nobody reminded this week, who lack most first, and says how many remain; the last one finds nobody."""
    reader, filters = actor(college, city.readers["district"]), Filters(2026, "N3_network", today=date(2026, 11, 22))
    told = []
    with work_as(reader, write=False) as work:
        whole = overview(work, Reach(persons=True), filters).whole.short
    while True:
        with work_as(reader) as work:
            try:
                told.append(service.remind_all(work, Reach(persons=True), filters, most=4))
            except service.NobodyToRemind:
                break
    assert whole > 8
    assert [one.left for one in told] == [max(whole - 4 * n, 0) for n in range(1, len(told) + 1)]
    assert sum(one.count for one in told) == whole
    with work_as(write=False) as work:
        reminded = work.session.scalars(select(Reminder.person_id)).all()
        assert len(reminded) == len(set(reminded)) == whole


def test_who_serves_no_longer_is_marked_and_not_reminded(city, college, work_as):
    reader, filters = actor(college, city.readers["district"]), Filters(2026, "N3_network", status="short", today=date(2026, 11, 22))
    gone, stays = (one.id for one in city.people["east_street"][:2])
    with work_as() as work:
        changing.retire(work, work.session.get_one(Person, gone).uid, changing.LastDay.RETIRED, date(2026, 10, 31), "鹏组干19号")
    with work_as(reader, write=False) as work:
        shown = {one.person_id: one.is_serving for one in listed(work, Reach(persons=True), filters).items}
        assert (shown[gone], shown[stays]) == (False, True)
        assert gone not in to_remind(work, Reach(persons=True), filters, 500)[0]
    with work_as(reader) as work:
        assert service.remind(work, [gone, stays], 2026, "N3_network") == 1
    with work_as(reader) as work, pytest.raises(service.NobodyToRemind):
        service.remind(work, [gone], 2026, "N3_network")


def test_who_has_reached_it_and_who_is_out_of_scope_is_not_reminded(city, college, work_as):
    with work_as() as work:
        ledger.append(work, replace(_line(city.people["east_street"][1].id), hours=Decimal(50)))
    others = [city.people["east_street"][1].id, city.people["west_organ"][1].id, city.people["organ"][0].id]
    with work_as(actor(college, city.readers["district"])) as work, pytest.raises(service.NobodyToRemind):
        service.remind(work, others, 2026, "N3_network")


def _line(person_id):
    return ledger.NewLine(
        person_id=person_id, category="online_course", hours=Decimal(1), occurred_from=date(2026, 3, 2), occurred_to=date(2026, 3, 6),
        source_type="course", source_id="c", title="课程", rule_set_version="demo@1", evidence=ledger.digest({}),
        activity_key="course:c@1:2023-2027",
        delivery="online", certified_by="auto",
    )  # fmt: skip


def test_people_without_lines_are_judged_together_as_each_by_himself(city, college, work_as):
    with work_as() as work:
        away = Leave(person_id=city.everybody[4], kind="sick", from_on=date(2026, 2, 1), to_on=date(2026, 5, 30), recorded_at=work.now)
        work.session.add(away)
        work.session.flush()
        facts = people.facts_of(work, city.everybody)
        for year in (2025, 2026):
            together = list(Judge(work, year).rows(work, facts, of_people(city.everybody)))
            alone = [
                row
                for person_id in city.everybody
                for row in Judge(work, year).rows(work, {person_id: facts[person_id]}, of_people([person_id]))
            ]
            assert sorted(together, key=_place) == sorted(alone, key=_place)
            assert len({row["unit_id"] for row in together}) > 5


def _place(row):
    return row["person_id"], row["requirement"]
