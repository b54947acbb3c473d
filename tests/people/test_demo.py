"""The demo city: its figures, its determinism, its cast."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.kernel.work import Actor, College, working
from app.people import queries
from app.people.demo import generate, load_people
from app.people.demo.cast import CAST
from app.people.demo.census import CELLS, SCALES, apportion, slots, stationed
from app.people.demo.load import NotEmpty, NotInProduction
from app.people.demo.persons import _City as City
from app.people.demo.tree import full_tree, tree
from app.people.models import Account, Appointment, CadreTag, Leave, Person, PersonEvent, TeamMembership, Unit, UnitHistory
from app.people.service.identity import actor_for, today
from app.people.service.sealing import seal
from tests.people import build

TODAY = date(2026, 11, 22)


def test_the_city_has_1807_units_in_the_proportions_of_the_plan() -> None:
    units = full_tree()
    assert len(units) == len({unit.path for unit in units}) == 1807
    kinds = Counter(unit.kind for unit in units)
    assert kinds["community"] == 400
    assert kinds["subdistrict"] == 60
    assert kinds["municipal_soe"] + kinds["district_soe"] + kinds["private_enterprise"] == 460
    assert kinds["stationed"] == 5
    assert kinds["hospital"] + kinds["school"] + kinds["institute"] + kinds["other_public"] == 480
    assert Counter(unit.sector for unit in units if unit.path.startswith("/pc/o")) == {"party_mass": 28, "government": 52, "other": 20}
    known = {unit.path for unit in units}
    assert all(unit.parent in known for unit in units[1:])
    assert all(count == 1 for count in Counter(unit.name_zh for unit in units).values())


def test_the_census_adds_up_to_the_figures_of_the_plan() -> None:
    by = Counter[str]()
    for cell in CELLS:
        by[cell.team] += cell.full
        by[cell.rank or cell.tier or ""] += cell.full
    assert sum(cell.full for cell in CELLS) == SCALES["full"]
    assert (by["party_gov"], by["enterprise"], by["professional"]) == (48_000, 60_000, 80_000)
    assert (by["bureau"], by["division"], by["section_below"]) == (900, 6_100, 41_000)
    assert (by["pro_senior"], by["pro_middle"], by["pro_junior"]) == (13_000, 33_000, 34_000)


@pytest.mark.parametrize(("scale", "units", "each"), [("xs", 3, 1), ("s", 5, 1), ("m", 5, 4)])
def test_stationed_units_hold_forty_people_each_or_their_share(scale: str, units: int, each: int) -> None:
    """REQ-A16: counted inside the city's figures, none of them of the cast, a party member in each (J4)."""
    there: dict[str, list[int]] = {unit.path: [] for unit in tree(scale) if unit.is_stationed}
    assert len(there) == units
    party, cast, persons = set[int](), set[int](), 0
    for batch in generate(tree(scale), scale, 2026, 0, TODAY):
        persons += len(batch.persons)
        party |= {row["id"] for row in batch.persons if row["political_status"] == "cpc"}
        party -= {row["person_id"] for row in batch.tags if row["tag"] == "non_party"}
        cast |= set(batch.cast.values())
        for row in batch.appointments:
            if row["unit"] in there and row["to_on"] is None:
                there[row["unit"]].append(row["person_id"])
    assert persons == SCALES[scale]
    assert stationed("full", 5) == 200
    assert [len(people) for people in there.values()] == [each] * units
    assert all(party & set(people) for people in there.values())
    assert not cast & {person for people in there.values() for person in people}


def test_in_the_smallest_city_stationed_units_have_people_whatever_the_day() -> None:
    there = {unit.path for unit in tree("xs") if unit.is_stationed}
    for day in (TODAY + timedelta(days) for days in range(30)):
        (batch,) = generate(tree("xs"), "xs", 2026, 0, day)
        serving = {row["unit"] for row in batch.appointments if row["unit"] in there and row["to_on"] is None}
        assert serving == there, day


def test_whoever_serves_by_choice_has_not_retired_and_stationed_units_have_none_of_the_cast_whatever_the_seed() -> None:
    for seed in range(1_500):
        city = City(tree("xs"), "xs", seed, 0, TODAY)
        assert len(city.stationed) == 3
        assert city.later.keys().isdisjoint(city.stationed), seed
        assert "retired" not in {city.states.get(number) for number in (*city.stationed, *city.later)}, seed


@pytest.mark.parametrize("scale", list(SCALES))
def test_each_scale_has_exactly_its_number_of_people(scale: str) -> None:
    assert sum(apportion(scale).values()) == SCALES[scale]
    assert len(slots(scale, tree(scale))) == SCALES[scale]


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    def names(seed: int, day: date = TODAY) -> list[tuple[str, str, str]]:
        return [(row["name"], row["id_no"], str(row["uid"])) for batch in generate(tree("xs"), "xs", seed, 0, day) for row in batch.persons]

    assert names(1) == names(1)
    assert names(1) != names(2)


def test_an_overlap_takes_away_persons_and_keeps_the_memberships() -> None:
    batches = list(generate(tree("m"), "m", 2026, 2_400, TODAY))
    assert sum(len(batch.persons) for batch in batches) == 16_400
    assert sum(batch.memberships for batch in batches) == 18_801
    with pytest.raises(ValueError, match="overlap"):
        list(generate(tree("xs"), "xs", 2026, 100, TODAY))


def test_early_in_the_year_mid_year_lies_in_the_year_before() -> None:
    for day in (date(2027, 1, 1), date(2027, 3, 5), date(2026, 12, 31)):
        for batch in generate(tree("xs"), "xs", 2026, 0, day):
            assert all(event["happened_on"] < day for event in batch.events)
            assert all(row["from_on"] <= day for row in batch.appointments)


def test_xs_shows_every_state_at_least_once(college: College) -> None:
    build.load(college)
    with working(college, Actor.system("test"), write=False) as work:
        kinds = set(work.session.scalars(select(PersonEvent.kind)))
        assert kinds == {"promoted", "recruited", "transferred_in", "retired", "appraisal_basic"}
        assert work.session.scalar(select(func.count()).select_from(Leave))
        assert work.session.scalar(select(func.count()).select_from(CadreTag))
        assert set(work.session.scalars(select(Person.status))) == {"active", "retired"}
        assert work.session.scalar(select(func.count()).select_from(UnitHistory).where(UnitHistory.to_on.is_not(None)))


def test_at_m_the_shares_of_the_states_are_those_of_the_plan(college: College) -> None:
    build.load(college, "m")
    with working(college, Actor.system("test"), write=False) as work:
        events = dict(work.session.execute(select(PersonEvent.kind, func.count()).group_by(PersonEvent.kind)).all())
        tagged = work.session.scalar(select(func.count(CadreTag.person_id.distinct())))
    assert events["transferred_in"] == round(18_800 * 0.04)
    assert events["promoted"] == round(18_800 * 0.03) + 1
    assert events["retired"] == round(18_800 * 0.025)
    assert tagged == pytest.approx(18_800 * 0.16, rel=0.05)


def test_everybody_has_one_primary_team_and_one_post_or_has_retired(college: College) -> None:
    build.load(college, "s")
    with working(college, Actor.system("test"), write=False) as work:
        day = today(work)
        for table in (Appointment, TeamMembership):
            live = select(table.person_id, func.count()).where(queries.in_force(table, day), table.is_primary).group_by(table.person_id)
            counts = dict(work.session.execute(live).all())
            assert set(counts.values()) == {1}
            serving = set(work.session.scalars(select(Person.id).where(Person.status == "active")))
            assert set(counts) == serving


def test_the_cast_serves_where_the_interfaces_say(college: College) -> None:
    loaded = build.load(college)
    assert list(loaded.cast) and set(loaded.cast) == {member.user_name for member in CAST}
    with working(college, Actor.system("test"), write=False) as work:
        cards = queries.cards(work, loaded.cast.values())
        by_name = {name: cards[person_id] for name, person_id in loaded.cast.items()}
        assert [by_name[name].rank_level for name in ("bureau", "division", "section")] == ["bureau", "division", "section_below"]
        assert by_name["unit-admin"].unit_id == by_name["section"].unit_id
        assert [(team.team, team.tier) for team in by_name["engineer"].teams] == [
            ("professional", "pro_senior"),
            ("enterprise", "ent_middle"),
        ]
        assert [(team.team, team.tier) for team in by_name["manager"].teams] == [("enterprise", "ent_middle")]
        division = queries.facts(work, loaded.cast["division"])
        assert [(post.rank, post.from_on.year) for post in division.appointments][-1] == ("division", 2026)
        assert [post.rank for post in division.appointments] == ["section_below", "division"]
        assert [(event.kind, event.on) for event in division.events] == [("promoted", date(2026, 7, 1))]
        section = queries.facts(work, loaded.cast["section"])
        assert [post.from_on for post in section.appointments] == [date(2026, 7, 1)]
        assert section.events[0].kind == "recruited"
        assert queries.facts(work, loaded.cast["retraining"]).events[0].kind == "appraisal_basic"


def test_what_takes_two_people_has_two_officers_over_the_same_cadres(college: College) -> None:
    """`city` proposes to annul a sitting of `section`, `city2` decides; neither district nor personnel may."""
    loaded = build.load(college)
    may: dict[str, bool] = {}
    for name in ("city", "city2", "district", "personnel"):
        with working(college, Actor.system("test"), write=False) as work:
            officer = actor_for(work, loaded.cast[name])
        with working(college, officer, write=False) as work:
            may[name] = queries.may_over(work, "exams.release", loaded.cast["section"])
    assert may == {"city": True, "city2": True, "district": False, "personnel": False}


def test_every_organ_of_the_plan_has_somebody_who_can_sign_in(college: College) -> None:
    """Each holds his organ's role, and whoever manages people in the branch finds some of them (domain.md §9, §10)."""
    loaded = build.load(college)
    reach: dict[str, set[str]] = {}
    for member in (one for one in CAST if one.came_later and one.user_name != "city2"):
        with working(college, Actor.system("test"), write=False) as work:
            officer = actor_for(work, loaded.cast[member.user_name])
            assert work.session.scalar(select(Account.is_enabled).where(Account.user_name == member.user_name))
            assert queries.cards(work, [loaded.cast[member.user_name]])[loaded.cast[member.user_name]].unit_name_zh == member.unit
        role = member.grants[0][0]
        reach.setdefault(role, set())
        with working(college, officer, write=False) as work:
            if officer.may("reports.unit") and work.session.scalar(
                select(Person.id).where(queries.visible(work, "reports.unit", Person.id))
            ):
                reach[role].add(member.user_name)
    assert reach == {
        "party_line": {"publicity", "united-front"}, "managing_dept": {"stationed", "state-assets", "trade", "labour"},
        "district_dept": {"district-dept"},
        "development": set(), "functional_dept": set(), "class_teacher": set(),
    }  # fmt: skip


def test_those_who_came_later_leave_everybody_else_as_he_was() -> None:
    """A unit that was added to the branch hosts nobody by itself, and a later member of the cast takes one place."""
    later = {unit.path for unit in tree("xs") if unit.hosts_nobody}
    assert later == {"/pc/o010", "/pc/o062", "/pc/o064", "/pc/o076"}
    assert not {slot.unit.path for slot in slots("xs", tree("xs"))} & later
    (batch,) = generate(tree("xs"), "xs", 2026, 0, TODAY)
    serving = [row["person_id"] for row in batch.appointments if row["unit"] == "/pc/o010"]
    assert serving == [batch.cast["stationed"]]
    assert {batch.cast[one.user_name] for one in CAST if not one.came_later}.isdisjoint(
        batch.cast[one.user_name] for one in CAST if one.came_later
    )


def test_what_was_not_yet_recorded_is_not_known(college: College, clock: object) -> None:
    loaded = build.load(college)
    with working(college, Actor.system("test"), write=False) as work:
        before = replace_day(work.now, 2026, 5, 1)
        known = queries.facts(work, loaded.cast["division"], known_at=before)
    assert [post.rank for post in known.appointments] == ["section_below"]
    assert known.events == ()


def replace_day(moment: object, year: int, month: int, day: int) -> object:
    return moment.replace(year=year, month=month, day=day)  # type: ignore[attr-defined]


def test_id_numbers_are_kept_sealed_and_hashed(college: College) -> None:
    build.load(college)
    with working(college, Actor.system("test"), write=False) as work:
        person = work.session.scalars(select(Person).limit(1)).one()
        number = seal(work.settings.secret_key).opened(person.id_no_enc or b"")
        assert number.startswith("449")
        assert number.encode() not in (person.id_no_enc or b"")
        assert person.id_no_hash == seal(work.settings.secret_key).hashed(number)
        assert person.id_no_hash != seal("another secret of another college").hashed(number)


def test_the_city_is_loaded_once_and_rows_can_be_added_after_it(college: College) -> None:
    build.load(college)
    with working(college, Actor.system("test")) as work:
        with pytest.raises(NotEmpty):
            load_people(work)
        work.session.add(Person(uid=work.new_uid(), name="新来", created_at=work.now))
        work.session.add(Unit(uid=work.new_uid(), code="x", name_zh="新", name_en="New", kind="school", level="city", path="/pc/x",
                              valid_from=TODAY))  # fmt: skip
        work.session.flush()
        assert work.session.scalar(select(func.count()).select_from(Account)) == len(CAST)


def test_production_refuses_the_demo_city(college: College) -> None:
    production = replace(college.settings, app_env="production")
    with working(college, Actor.system("test")) as work:
        work.college = replace(college, settings=production)
        with pytest.raises(NotInProduction):
            load_people(work)
