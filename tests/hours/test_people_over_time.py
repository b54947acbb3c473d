"""People change posts, ranks, teams and units; the year follows the dated facts in the database (EX-E16…E20, E23, E36, E37, E39)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.hours import queries
from app.kernel.quantity import hours_text
from app.ledger import queries as ledger
from app.people import queries as people
from app.people.models import Appointment, Leave, PersonEvent, TeamMembership
from app.people.service import spells, units
from app.rulebook.rules import Status
from tests import make
from tests.hours import build

D = Decimal


@pytest.fixture
def national(college: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The college judges by the national set, as the examples do."""
    use(college, monkeypatch, "national-2023")


def use(college: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(college, "settings", replace(college.settings, rule_set=name))


def judged(work: Any, person: Any, year: int = 2026) -> Any:
    return queries.my_year(work, person.id, year).evaluation


def required(work: Any, person: Any, requirement: str, year: int = 2026) -> list[str]:
    return [hours_text(row.required) for row in judged(work, person, year).verdict(requirement).figures]


def post_of(work: Any, person: Any) -> Appointment:
    return work.session.scalars(select(Appointment).where(Appointment.person_id == person.id, Appointment.superseded_at.is_(None))).one()


def away(work: Any, person: Any, first: date, last: date) -> None:
    work.session.add(Leave(person_id=person.id, kind="maternity", from_on=first, to_on=last, recorded_at=work.now))
    work.session.flush()


def happened(work: Any, person: Any, kind: str, on: date) -> None:
    work.session.add(PersonEvent(person_id=person.id, kind=kind, happened_on=on, recorded_at=work.now))
    work.session.flush()


def held(work: Any, person: Any, hours: str, on: date, **more: Any) -> Any:
    """A class off post."""
    return build.posted(work, person, "专题班", hours, on, category="special_class", delivery="offline", off_post=True, **more)


def joins(work: Any, person: Any) -> None:
    spells.restate(work, post_of(work, person), from_on=date(2026, 7, 10))


def joins_late(work: Any, person: Any) -> None:
    spells.restate(work, post_of(work, person), from_on=date(2026, 7, 20))


def takes_leave(work: Any, person: Any) -> None:
    away(work, person, date(2026, 3, 1), date(2026, 8, 28))


def ends_service(work: Any, person: Any) -> None:
    spells.end(work, post_of(work, person), date(2026, 5, 31))


def retires(work: Any, person: Any) -> None:
    happened(work, person, "retired", date(2026, 5, 31))


@pytest.mark.parametrize(
    ("change", "months", "annual", "network"),
    [
        pytest.param(joins, 6, ["6", "45"], ["25"], id="E16 joined before the 15th"),
        pytest.param(joins_late, 5, ["5", "37.5"], ["21"], id="E17 joined after it"),
        pytest.param(takes_leave, 6, ["6", "45"], ["25"], id="E18 maternity leave"),
        pytest.param(ends_service, 5, ["5", "37.5"], ["21"], id="E37 the post ends"),
        pytest.param(retires, 5, ["5", "37.5"], ["21"], id="E37 retires, and the post is not ended"),
    ],
)
def test_a_part_of_the_year_asks_for_a_part_of_the_amount(work_as, national, change, months, annual, network):
    with work_as() as work:
        person = build.cadre(work)
        assert required(work, person, "N2_annual") == ["12", "90"]
        change(work, person)
    with work_as(write=False) as work:
        assert judged(work, person).verdict("N2_annual").in_force.months == months
        assert (required(work, person, "N2_annual"), required(work, person, "N3_network")) == (annual, network)


def test_e19_leave_all_year_is_exempt_and_the_page_does_not_ask_for_anything(work_as, national):
    with work_as() as work:
        person = build.cadre(work)
        away(work, person, date(2025, 12, 1), date(2027, 1, 31))
    with work_as(write=False) as work:
        year = queries.my_year(work, person.id, 2026)
        assert {verdict.status for verdict in year.evaluation.applicable} == {Status.EXEMPT}
        assert (year.ring, queries.open_bars(year), queries.closing(work, year)) == (None, [], None)


def test_what_somebody_is_exempt_from_has_no_bar_beside_what_is_asked_of_him(work_as):
    with work_as() as work:
        person = build.cadre(work)
        late = TeamMembership(person_id=person.id, team="professional", tier="pro_middle", is_primary=False, from_on=date(2026, 12, 20),
                              recorded_at=work.now)  # fmt: skip
        work.session.add(late)
        work.session.flush()
    with work_as(write=False) as work:
        year = queries.my_year(work, person.id, 2026)
        assert year.evaluation.verdict("CPE").status is Status.EXEMPT
        assert [bar.verdict.id for bar in year.bars] == ["N2_annual", "N3_network"]


def test_e20_a_promotion_runs_both_requirements_and_asks_for_appointment_training(work_as, national):
    with work_as() as work:
        person = build.cadre(work)
        spells.follow(work, post_of(work, person), date(2025, 7, 1), rank_level="division", post="副处长")
        happened(work, person, "promoted", date(2025, 7, 1))
    with work_as(write=False) as work:
        assert required(work, person, "N2_annual", 2025) == ["6", "45"]
        assert required(work, person, "N1_cycle", 2025) == ["1.5", "275"]
        duty = judged(work, person, 2026).duties[0]
        assert (duty.id, duty.due_on, duty.status) == ("appointment", date(2026, 7, 1), Status.UNMET)
        assert judged(work, person, 2026).verdict("N2_annual").status is Status.NOT_APPLICABLE


def test_e20_appointment_training_in_time_fulfils_the_duty(work_as, national):
    with work_as() as work:
        person = build.cadre(work)
        spells.follow(work, post_of(work, person), date(2025, 7, 1), rank_level="division")
        happened(work, person, "promoted", date(2025, 7, 1))
        held(work, person, "160", date(2026, 3, 30), occurred_from=date(2026, 3, 1), days=D(22), span_days=30,
             axes={"class_type": "appointment"})  # fmt: skip
    with work_as(write=False) as work:
        duty = judged(work, person, 2026).duties[0]
        assert (duty.status, duty.satisfied_by) == (Status.MET, "1")


def test_e23_hours_follow_the_person_and_statistics_stay_with_the_unit_of_the_time(work_as, national):
    with work_as() as work:
        bureau_a, bureau_b = make.unit(work, "甲局", code="A"), make.unit(work, "乙局", code="B")
        person = build.cadre(work, at=bureau_a)
        held(work, person, "60", date(2026, 5, 12), occurred_from=date(2026, 5, 4), days=D(8))
        spells.follow(work, post_of(work, person), date(2026, 9, 1), unit_id=bureau_b.id)
        held(work, person, "35", date(2026, 10, 9), occurred_from=date(2026, 10, 5), days=D(5))
    with work_as(write=False) as work:
        evaluation = judged(work, person)
        assert evaluation.assessed_unit == "B"
        assert dict(evaluation.activity) == {"A": D(60), "B": D(35)}
        assert [row.counted for row in evaluation.verdict("N2_annual").figures] == [D(13), D(95)]
        assert [line.unit_name for line in ledger.lines(work, person.id)] == ["甲局", "乙局"]


def test_a_line_of_the_old_time_posted_after_the_transfer_names_the_old_unit(work_as, national):
    with work_as() as work:
        bureau_a, bureau_b = make.unit(work, "甲局", code="A"), make.unit(work, "乙局", code="B")
        person = build.cadre(work, at=bureau_a)
        spells.follow(work, post_of(work, person), date(2026, 9, 1), unit_id=bureau_b.id, post="副处长")
        line = held(work, person, "8", date(2026, 8, 31))
        assert (line.unit_id, ledger.line(work, person.id, line.seq).post) == (bureau_a.id, "主任科员")
        assert dict(judged(work, person).activity) == {"A": D(8)}


def test_the_assessed_unit_is_that_of_the_last_day_of_the_year_or_of_service(work_as, national):
    with work_as() as work:
        bureau_a, bureau_b = make.unit(work, "甲局", code="A"), make.unit(work, "乙局", code="B")
        mover, leaver = build.cadre(work, at=bureau_a), build.cadre(work, "laozhang", at=bureau_a)
        spells.follow(work, post_of(work, mover), date(2025, 12, 31), unit_id=bureau_b.id)
        spells.follow(work, post_of(work, leaver), date(2025, 6, 1), unit_id=bureau_b.id)
        spells.end(work, post_of_unit(work, leaver, bureau_b), date(2025, 8, 31))
    with work_as(write=False) as work:
        assert judged(work, mover, 2025).assessed_unit == "B"
        assert judged(work, mover, 2024).assessed_unit == "A"
        assert judged(work, leaver, 2025).assessed_unit == "B"
        assert judged(work, leaver, 2026).assessed_unit == "B", "the last unit he served in"


def post_of_unit(work: Any, person: Any, unit: Any) -> Appointment:
    known = select(Appointment).where(Appointment.person_id == person.id, Appointment.superseded_at.is_(None))
    return work.session.scalars(known.where(Appointment.unit_id == unit.id)).one()


def test_e36_one_class_counts_in_every_team_of_the_person_and_once_in_the_unit(work_as):
    with work_as() as work:
        company = make.unit(work, "市水务集团", code="W", kind="municipal_soe")
        person = build.cadre(work, at=company, team="enterprise", tier="ent_middle", rank=None)
        work.session.add(TeamMembership(person_id=person.id, team="professional", tier="pro_senior", from_on=date(2020, 1, 1), to_on=None,
                                        is_primary=False, recorded_at=work.now))  # fmt: skip
        held(work, person, "8", date(2026, 6, 10), days=D(1), subject_kind="professional")
    with work_as(write=False) as work:
        evaluation = judged(work, person)
        assert [row.counted for row in evaluation.verdict("N2_annual").figures] == [D(1), D(8)]
        assert [row.counted for row in evaluation.verdict("CPE").figures] == [D(0), D(8), D(0), D(8)]
        assert dict(evaluation.activity) == {"W": D(8)}
        assert ledger.totals(ledger.lines(work, person.id)).whole.hours == D(8)


def test_a_team_joined_in_mid_year_is_asked_for_its_months_only(work_as):
    with work_as() as work:
        person = build.cadre(work)
        work.session.add(TeamMembership(person_id=person.id, team="professional", tier="pro_middle", from_on=date(2026, 7, 10), to_on=None,
                                        is_primary=False, recorded_at=work.now))  # fmt: skip
    with work_as(write=False) as work:
        assert required(work, person, "CPE") == ["15", "21", "9", "45"]
        assert required(work, person, "N3_network") == ["50"]


def test_e39_a_promotion_in_the_middle_of_the_first_cycle(work_as, college, clock, monkeypatch):
    use(college, monkeypatch, "seed-2006")
    clock.at = datetime(2008, 11, 20, 2, tzinfo=UTC)
    with work_as() as work:
        person = build.cadre(work, since=date(2000, 1, 1))
        spells.follow(work, post_of(work, person), date(2008, 7, 1), rank_level="division")
    with work_as(write=False) as work:
        assert judged(work, person, 2008).verdict("R1").in_force.months == 30
        assert required(work, person, "R1", 2008) == ["1.5"]
        assert [required(work, person, "R2", year) for year in (2006, 2007, 2008)] == [["12"], ["12"], ["6"]]
        assert judged(work, person, 2009).verdict("R2").status is Status.NOT_APPLICABLE


def test_a_unit_renamed_and_moved_in_mid_year_keeps_its_past_and_its_people(work_as, national):
    with work_as() as work:
        city, district = make.unit(work, "市", code="c"), make.unit(work, "甲区", code="d")
        bureau = make.unit(work, "旧名局", parent=city, code="B")
        person = build.cadre(work, at=bureau)
        held(work, person, "8", date(2026, 3, 2), days=D(1))
    with work_as() as work:
        bureau, district = work.session.merge(bureau), work.session.merge(district)
        units.rename_unit(work, bureau, "新名局", "New bureau", date(2026, 7, 1))
        units.move_unit(work, bureau, district, date(2026, 9, 1))
        held(work, person, "16", date(2026, 10, 9), occurred_from=date(2026, 10, 8), days=D(2))
    with work_as(write=False) as work:
        assert [line.unit_name for line in ledger.lines(work, person.id)] == ["旧名局", "新名局"]
        evaluation = judged(work, person)
        assert (evaluation.assessed_unit, dict(evaluation.activity)) == ("B", {"B": D(24)})
        assert queries.my_year(work, person.id, 2026).person.appointments[0].unit_path == "/d/B"
        assert judged(work, person).verdict("N2_annual").in_force.months == 12, "a unit that moves interrupts nobody's service"


def test_what_was_recorded_later_does_not_change_what_was_known_then(work_as, national, clock):
    """EX-E40: the facts of a person have two times, so that an old verdict can be made again."""
    with work_as() as work:
        person = build.cadre(work)
    before = clock.now()
    clock.at += timedelta(days=1)
    with work_as() as work:
        spells.end(work, post_of(work, person), date(2026, 5, 31))
    with work_as(write=False) as work:
        then, now = people.facts(work, person.id, before), people.facts(work, person.id)
        assert [post.to_on for post in then.appointments] == [None]
        assert [post.to_on for post in now.appointments] == [date(2026, 5, 31)]
