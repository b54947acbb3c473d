"""A jurisdiction has two readers, Python and SQL; here they are held equal (decisions 24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import and_, or_, select, update

from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor, College, Grant, working
from app.people import queries, service
from app.people.models import Appointment, Person, RoleGrant, TeamMembership, Unit
from app.people.rules import Holder, Nobody, Predicate, Standing, bind, holds, parse, standing
from app.people.service import scope
from app.people.service.scope import compiled, compiled_as_set
from app.people.service.spells import settle
from tests.people import build

NOBODY = Actor.system("test")


def by_sql(work: Any, predicate: Predicate) -> set[int]:
    """Asked row by row, one by one along an order, and as sets, which must be the same people."""
    by_row, by_order, by_set = (
        set(work.session.scalars(select(Person.id).where(reader(predicate, Person.id, service.today(work)))))
        for reader in (compiled, along, compiled_as_set)
    )
    assert by_row == by_order == by_set, predicate
    return by_row


def along(predicate: Predicate, person_id: Any, on: date) -> Any:
    return scope.condition_along(scope.Scope((predicate,), on), person_id)


def everyone(work: Any) -> dict[int, Standing]:
    """All people as they stand today."""
    known = queries.facts_of(work, work.session.scalars(select(Person.id)))
    return {person_id: standing(facts, service.today(work)) for person_id, facts in known.items()}


def by_rule(people: dict[int, Standing], predicate: Predicate) -> set[int]:
    return {person_id for person_id, person in people.items() if holds(predicate, person)}


def test_page_and_rule_agree_for_the_whole_cast_and_every_action(college: College) -> None:
    cast = build.load(college).cast
    for person_id in cast.values():
        actor = build.actor(college, person_id)
        with working(college, actor, write=False) as work:
            people = everyone(work)
            for action in sorted(actor.actions):
                listed, chosen = (
                    set(work.session.scalars(select(Person.id).where(reader(work, action, Person.id))))
                    for reader in (queries.visible, queries.within)
                )
                assert listed == chosen, (actor.name, action)
                predicates = [grant.predicate for grant in actor.grants if grant.action == action and not grant.kinds]
                judged = set[int]().union(*(by_rule(people, predicate) for predicate in predicates))
                assert listed == judged, (actor.name, action)


@pytest.mark.parametrize("action", ["claims.check", "claims.certify", "claims.hear"])
def test_of_many_officers_at_once_the_same_is_said_as_of_each(college: College, action: str) -> None:
    """Those who hold an action with what each may do, over whom, and by whose authority; a deputy among them."""
    cast = build.load(college).cast
    _shake(college)
    with working(college, NOBODY) as work:
        home = select(Appointment.unit_id).where(Appointment.person_id == cast["district"], Appointment.is_primary)
        work.session.add(
            RoleGrant(person_id=cast["section"], role="deputy", jurisdiction="J9", unit_id=work.session.scalars(home).first(),
                      from_on=service.today(work), granted_by=cast["district"])
        )  # fmt: skip
    with working(college, NOBODY, write=False) as work:
        people, kinds = sorted(everyone(work)), ("certificate", "central_group")
        reaching = queries.Reaching(work, [(person_id, kind) for person_id in people for kind in kinds])
        actors = service.holders(work, action)
        assert actors and (action != "claims.certify" or any(grant.lender_id for one in actors for grant in one.grants))
        for actor in actors:
            assert actor.person_id is not None
            alone = service.actor_for(work, actor.person_id)
            assert (actor.name, actor.roles, actor.actions, set(actor.grants)) == (
                alone.name,
                alone.roles,
                alone.actions,
                set(alone.grants),
            )
            theirs = replace(work, actor=actor)
            for kind in kinds:
                seen = select(Person.id).where(queries.visible(theirs, action, Person.id, kind), Person.id != actor.person_id)
                assert {whose for whose, what in reaching.of(actor, action) if what == kind} == set(work.session.scalars(seen)), actor.name
                for person_id in people[::40]:
                    by = queries.lenders_over(theirs, action, person_id, kind)
                    assert reaching.lenders_over(actor, action, person_id, kind) == by, actor.name


def test_every_jurisdiction_selects_the_same_people_by_both_readers_and_somebody(college: College) -> None:
    build.load(college, "s")
    with working(college, NOBODY, write=False) as work:
        people = everyone(work)
        for name, jurisdiction in service.charter(work.settings.content_dir).jurisdictions.items():
            predicate = bind(jurisdiction.predicate, Holder(1, "/pc/d1/o01", "organization"))
            found = by_sql(work, predicate)
            assert found == by_rule(people, predicate), name
            assert bool(found) == (name != "none"), name


def test_j9_is_the_district_without_those_the_city_manages(college: College) -> None:
    build.load(college, "s")
    with working(college, NOBODY, write=False) as work:
        known = service.charter(work.settings.content_dir).jurisdictions
        city = by_sql(work, bind(known["J1"].predicate, Holder(1, "/pc/o001")))
        district = by_sql(work, bind(known["J9"].predicate, Holder(1, "/pc/d2/o01")))
        serving = select(Appointment.person_id).join(Unit, Unit.id == Appointment.unit_id)
        last = or_(Appointment.to_on.is_(None), Person.status == "retired")
        serving = serving.join(Person, Person.id == Appointment.person_id).where(last)
        there = set(work.session.scalars(serving.where(Unit.path.startswith("/pc/d2/"))))
        assert district
        assert not district & city
        assert district == there - city


VALUES = {
    "rank_in": ["bureau", "division", "section_below"],
    "unit_kind_in": ["city_organ", "district_organ", "community", "hospital", "municipal_soe"],
    "sector": ["party_mass", "government", "enterprise", "public"],
    "level": ["city", "district"],
    "system_line": ["publicity", "health", "personnel"],
}
UNDER = ["/pc", "/pc/d1", "/pc/d", "/pc/o00", "/pc/o002", "/pc/d1/s01"]

post_words = st.one_of(
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda word: st.builds(lambda v: {word: v}, st.lists(st.sampled_from(VALUES[word]), min_size=1))
    ),
    st.builds(lambda flag: {"is_leading": flag}, st.booleans()),
    st.builds(lambda path: {"unit_under": path}, st.sampled_from(UNDER)),
    st.builds(lambda anchor: {"unit_subtree": anchor}, st.sampled_from(["unit", "district", "city"])),
)
post_predicates = st.recursive(
    post_words,
    lambda part: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(part, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(part, min_size=1, max_size=3)),
        st.builds(lambda one: {"not": one}, part),
    ),
    max_leaves=4,
)
person_words = st.one_of(
    post_words,
    st.builds(lambda part: {"post": part}, post_predicates),
    st.builds(lambda team: {"team": team}, st.sampled_from(["party_gov", "enterprise", "professional"])),
    st.builds(lambda tier: {"tier": tier}, st.sampled_from(["ent_middle", "pro_senior", "pro_junior"])),
    st.builds(lambda tag: {"tag": tag}, st.sampled_from(["reserve", "youth", "grassroots", "nothing"])),
    st.builds(lambda value: {"political_in": value}, st.sampled_from(["cpc", "masses"])),
    st.sampled_from([{"self": True}, {"everyone": True}, {"nobody": True}]),
)
predicates = st.recursive(
    person_words,
    lambda part: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(part, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(part, min_size=1, max_size=3)),
        st.builds(lambda one: {"not": one}, part),
    ),
    max_leaves=6,
)


def test_any_predicate_over_random_people_means_the_same_in_both(college: College) -> None:
    build.load(college)
    _shake(college)
    with working(college, NOBODY, write=False) as work:
        people = everyone(work)

        @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(predicates, st.sampled_from([*people][:40]), st.sampled_from(["", "/pc/o002", "/pc/d1/s01/c1"]))
        def agree(source: dict[str, Any], person_id: int, path: str) -> None:
            predicate = bind(parse(source, {}), Holder(person_id, path))
            assert by_sql(work, predicate) == by_rule(people, predicate)

        agree()


class _Likeness:
    """A prefix test without the slash: `/pc/o00` would rule `/pc/o001`."""

    def __init__(self, column: Any) -> None:
        self.column = column

    def __eq__(self, other: object) -> Any:
        return self.column.startswith(str(other).rstrip("/"))

    __hash__ = None  # type: ignore[assignment]


def _shake(college: College) -> None:
    """Second posts, posts without a rank, ended ones, people without any: what the demo city has too little of."""
    random = Random(7)
    with working(college, NOBODY) as work:
        units = list(work.session.scalars(select(Unit.id)))
        for person_id in random.sample(list(work.session.scalars(select(Person.id))), 60):
            rank = random.choice([None, "bureau", "division", "section_below"])
            since, until = random.choice(
                [("2020-01-01", None), ("2027-01-01", None), ("2019-01-01", "2026-11-22"), ("2019-01-01", "2026-11-21")]
            )
            work.session.add(
                Appointment(person_id=person_id, unit_id=random.choice(units), rank_level=rank, is_primary=False, recorded_at=work.now,
                            is_leading=random.random() < 0.5, superseded_at=random.choice([None, None, work.now]),
                            from_on=service.today(work).fromisoformat(since), to_on=until and service.today(work).fromisoformat(until))
            )  # fmt: skip
        for person_id in random.sample(list(work.session.scalars(select(Person.id))), 40):
            for table in (Appointment, TeamMembership):
                last = date.fromisoformat(random.choice(["2026-10-31", "2026-11-21", "2026-11-22", "2026-11-23", "2027-01-01"]))
                mine = (table.person_id == person_id, table.superseded_at.is_(None), table.from_on <= last)
                work.session.execute(update(table).where(*mine).values(to_on=last, counts_to=last))
        settle(work, list(work.session.scalars(select(Person.id))))


def forget() -> None:
    """Conditions are kept; those of a mutant must not outlive it."""
    scope.compiled.cache_clear()
    scope.condition_along.cache_clear()


@pytest.mark.parametrize(
    "mutant", ["forgets the last day", "ignores corrections", "loses who has gone", "takes a likeness for a subtree", "reads not as yes"]
)
def test_the_comparison_sees_a_planted_mistake(
    college: College, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, mutant: str
) -> None:
    """Negative control: each seeded mutant of the SQL reader is caught by the shaken demo city."""
    build.load(college)
    _shake(college)
    planted: dict[str, Any] = {
        "forgets the last day": ("counting", lambda table, on: and_(table.superseded_at.is_(None), table.from_on <= on)),
        "ignores corrections": (
            "counting",
            lambda table, on: and_(table.from_on <= on, or_(table.counts_to.is_(None), table.counts_to >= on)),
        ),
        "loses who has gone": ("counting", scope.in_force),
        "takes a likeness for a subtree": ("func", SimpleNamespace(substr=lambda column, at, n: _Likeness(column))),
        "reads not as yes": ("not_", lambda condition: condition),
    }
    sources = [{"unit_under": "/pc/o00"}, {"rank_in": ["bureau"]}, {"not": {"rank_in": ["bureau"]}}, {"unit_under": "/pc/d1"}]
    monkeypatch.setattr(scope, *planted[mutant])
    request.addfinalizer(forget)
    forget()
    with working(college, NOBODY, write=False) as work:
        people = everyone(work)
        wrong = [source for source in sources if by_sql(work, parse(source, {})) != by_rule(people, parse(source, {}))]
    assert wrong


def test_the_filter_is_not_confused_by_a_statement_over_the_same_tables(college: College) -> None:
    cast = build.load(college).cast
    with working(college, build.actor(college, cast["district"]), write=False) as work:
        seen = set(work.session.scalars(select(Person.id).where(queries.visible(work, "people.see", Person.id))))
        for table in (Appointment, TeamMembership):
            for reader in (queries.visible, queries.within):
                rows = work.session.scalars(select(table.person_id).where(reader(work, "people.see", table.person_id)))
                assert set(rows) == seen


def test_a_grant_without_a_predicate_reaches_nobody(college: College) -> None:
    build.load(college)
    actor = Actor(person_id=1, actions=frozenset({"people.see"}), grants=(Grant("people.see"),))
    with working(college, actor, write=False) as work:
        assert not queries.may_over(work, "people.see", 2)
        assert not list(work.session.scalars(select(Person.id).where(queries.within(work, "people.see", Person.id))))
    nobody = Actor(person_id=1, actions=frozenset({"people.see"}), grants=(Grant("people.see", Nobody()),))
    with working(college, nobody, write=False) as work:
        assert not queries.may_over(work, "people.see", 2)


def test_without_the_action_it_is_403_and_outside_the_scope_404(college: College) -> None:
    cast = build.load(college).cast
    with working(college, build.actor(college, cast["city"]), write=False) as work:
        queries.require_over(work, "people.see", cast["section"])
        with pytest.raises(NotFound):
            queries.require_over(work, "people.see", cast["engineer"] + 1)
    with working(college, build.actor(college, cast["finance"]), write=False) as work, pytest.raises(Forbidden):
        queries.require_over(work, "people.see", cast["section"])


@pytest.mark.parametrize(
    ("who", "sees", "does_not_see"),
    [
        ("city", {"bureau", "division", "section", "engineer"}, {"manager", "personnel", "district"}),
        ("district", {"district"}, {"city", "section", "bureau"}),
        ("unit-admin", {"section", "unit-admin"}, {"division", "city"}),
        ("personnel", {"personnel", "finance", "retraining", "engineer", "instructor"}, {"section", "bureau"}),
    ],
)
def test_the_two_steps_of_certification_reach_the_right_people(
    college: College, who: str, sees: set[str], does_not_see: set[str]
) -> None:  # fmt: skip
    cast = build.load(college).cast
    action = "claims.check" if who == "unit-admin" else "claims.certify"
    with working(college, build.actor(college, cast[who]), write=False) as work:
        found = set(work.session.scalars(select(Person.id).where(queries.visible(work, action, Person.id))))
    assert {cast[name] for name in sees} <= found
    assert not {cast[name] for name in does_not_see} & found
