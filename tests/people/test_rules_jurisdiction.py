"""Predicates over persons: what can be written, what it means, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.people.rules import (
    AppointmentFact,
    BadPredicate,
    Holder,
    PersonFacts,
    Post,
    Standing,
    TagFact,
    TeamFact,
    bind,
    holds,
    parse,
    standing,
)
from app.people.rules.facts import EventFact, LeaveFact, primary_post
from app.people.rules.jurisdiction import is_under

ORGAN = Post("/pc/o001", "city_organ", rank="division", sector="party_mass", level="city")
CHIEF = Post("/pc/d1/o05", "district_organ", rank="bureau", sector="government", level="district", is_leading=True)
CLERK = Post("/pc/d1/s01", "subdistrict", rank="section_below", sector="government", level="street")


def person(*posts: Post, **fields: object) -> Standing:
    return Standing(7, posts, **fields)  # type: ignore[arg-type]


def judged(source: object, who: Standing, holder: Holder | None = None, known: dict[str, object] | None = None) -> bool:
    return holds(bind(parse(source, known or {}), holder or Holder(1, "/pc/d1/o01")), who)


@pytest.mark.parametrize(
    ("source", "who", "expected"),
    [
        ({"everyone": True}, person(), True),
        ({"nobody": True}, person(ORGAN), False),
        ({"rank_in": ["bureau"]}, person(CHIEF), True),
        ({"rank_in": ["bureau"]}, person(ORGAN), False),
        ({"rank_in": "division"}, person(CLERK, ORGAN), True),
        ({"rank_in": ["bureau"]}, person(replace(CHIEF, rank=None)), False),
        ({"not": {"rank_in": ["bureau"]}}, person(replace(CHIEF, rank=None)), True),
        ({"not": {"rank_in": ["bureau"]}}, person(), True),
        ({"post": {"not": {"rank_in": ["bureau"]}}}, person(), False),
        ({"unit_under": "/pc/d1"}, person(CLERK), True),
        ({"unit_under": "/pc/d1/s0"}, person(CLERK), False),
        ({"unit_kind_in": ["subdistrict", "community"]}, person(CLERK), True),
        ({"is_leading": True}, person(CHIEF), True),
        ({"is_leading": True}, person(ORGAN), False),
        ({"team": "professional"}, person(teams=frozenset({"professional", "enterprise"})), True),
        ({"tier": ["pro_senior"]}, person(tiers=frozenset({"pro_middle"})), False),
        ({"tag": "reserve"}, person(tags=frozenset({"reserve"})), True),
        ({"political_in": ["cpc"]}, person(political="cpc"), True),
        ({"political_in": ["cpc"]}, person(political=None), False),
        ({"self": True}, person(), False),
        ({"unit_subtree": "unit"}, person(CLERK), False),
        ({"unit_subtree": "district"}, person(CLERK), True),
        ({"unit_subtree": "city"}, person(ORGAN), True),
    ],
)
def test_a_predicate_holds_as_it_reads(source: object, who: Standing, expected: bool) -> None:
    assert judged(source, who) is expected


def test_words_inside_post_speak_of_one_and_the_same_post() -> None:
    both = {"post": {"all": [{"rank_in": ["bureau"]}, {"sector": "party_mass"}]}}
    loose = {"all": [{"rank_in": ["bureau"]}, {"sector": "party_mass"}]}
    two_posts = person(CHIEF, ORGAN)
    assert judged(loose, two_posts)
    assert not judged(both, two_posts)
    assert judged(both, person(replace(CHIEF, sector="party_mass")))


def test_self_is_the_holder_and_nobody_else() -> None:
    assert judged({"self": True}, person(), Holder(7))
    assert not judged({"self": True}, person(), Holder(8))


def test_a_holder_without_a_unit_reaches_no_unit() -> None:
    assert not judged({"unit_subtree": "unit"}, person(CLERK), Holder(1, ""))
    assert not judged({"unit_subtree": "city"}, person(CLERK), Holder(1, ""))


def test_a_district_is_anchored_at_the_second_segment() -> None:
    assert Holder(1, "/pc/d1/s01/c3").anchor("district") == "/pc/d1"
    assert Holder(1, "/pc/d1/s01/c3").anchor("city") == "/pc"
    assert Holder(1, "/pc/d1/s01/c3").anchor("unit") == "/pc/d1/s01/c3"


def test_a_path_that_only_begins_alike_is_not_below() -> None:
    assert is_under("/sz/futian", "/sz/futian")
    assert is_under("/sz/futian/a", "/sz/futian")
    assert not is_under("/sz/futian", "/sz/fut")


def test_a_jurisdiction_may_name_another_one() -> None:
    known = {"J1": {"rank_in": ["bureau"]}, "J9": {"all": [{"unit_subtree": "district"}, {"not": {"jurisdiction": "J1"}}]}}
    assert judged({"jurisdiction": "J9"}, person(CLERK), known=known)
    assert not judged({"jurisdiction": "J9"}, person(CHIEF), known=known)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ({}, "predicate"),
        ({"rank_in": ["a"], "tag": "b"}, "predicate"),
        ({"all": []}, "predicate.all"),
        ({"all": [{"tag": "x"}, {"rang_in": ["a"]}]}, "predicate.all[1].rang_in"),
        ({"rank_in": []}, "predicate.rank_in"),
        ({"rank_in": [1]}, "predicate.rank_in"),
        ({"unit_under": "pc"}, "predicate.unit_under"),
        ({"unit_subtree": "province"}, "predicate.unit_subtree"),
        ({"is_leading": "yes"}, "predicate.is_leading"),
        ({"everyone": False}, "predicate.everyone"),
        ({"jurisdiction": "J99"}, "predicate.jurisdiction"),
        ({"post": {"tag": "x"}}, "predicate.post.tag"),
        ("everyone", "predicate"),
    ],
)
def test_what_cannot_be_read_is_refused_by_place(source: object, place: str) -> None:
    with pytest.raises(BadPredicate) as refusal:
        parse(source, {})
    assert str(refusal.value).startswith(place)


def test_jurisdictions_in_a_circle_are_refused() -> None:
    known = {"A": {"jurisdiction": "B"}, "B": {"not": {"jurisdiction": "A"}}}
    with pytest.raises(BadPredicate, match="circle"):
        parse({"jurisdiction": "A"}, known)


FACTS = PersonFacts(
    7,
    appointments=(
        AppointmentFact(date(2020, 1, 1), date(2026, 6, 30), 1, "u1", "city_organ", "section_below", "general", unit_path="/pc/o1"),
        AppointmentFact(date(2026, 7, 1), None, 1, "u1", "city_organ", "division", "general", unit_path="/pc/o1"),
    ),
    teams=(TeamFact("party_gov", None, True, date(2020, 1, 1), None),),
    tags=(TagFact("reserve", date(2021, 1, 1), date(2021, 12, 31)),),
    leave=(LeaveFact(date(2026, 3, 1), date(2026, 8, 28)),),
    events=(EventFact("recruited", date(2020, 1, 1), probation_end=date(2021, 1, 1)),),
)


@pytest.mark.parametrize(
    ("on", "rank", "tags"),
    [
        (date(2019, 12, 31), None, set()),
        (date(2020, 1, 1), "section_below", set()),
        (date(2021, 12, 31), "section_below", {"reserve"}),
        (date(2026, 6, 30), "section_below", set()),
        (date(2026, 7, 1), "division", set()),
    ],
)
def test_both_ends_of_a_span_are_inclusive(on: date, rank: str | None, tags: set[str]) -> None:
    found = standing(FACTS, on)
    assert [post.rank for post in found.posts] == ([rank] if rank else [])
    assert found.tags == tags


def test_facts_are_told_in_the_shape_of_the_rule_engine() -> None:
    told = FACTS.as_json()
    assert told["appointments"][0] == {
        "from": "2020-01-01", "to": "2026-06-30", "unit": "u1", "unit_kind": "city_organ", "rank": "section_below",
        "position_class": "general", "is_leading": False,
    }  # fmt: skip
    assert told["teams"] == [{"team": "party_gov", "tier": None, "primary": True, "from": "2020-01-01", "to": None}]
    assert told["leave"] == [{"from": "2026-03-01", "to": "2026-08-28"}]
    assert told["events"] == [{"kind": "recruited", "on": "2020-01-01", "probation_end": "2021-01-01"}]


def test_after_the_last_post_the_latest_one_still_names_the_unit() -> None:
    ended = replace(FACTS.appointments[1], to_on=date(2026, 9, 30))
    assert primary_post((FACTS.appointments[0], ended), date(2026, 12, 1)) == ended
    assert primary_post((FACTS.appointments[0], ended), date(2019, 1, 1)) is None


def test_a_predicate_is_told_in_the_same_words_by_every_process():
    ranks = ["bureau", "division", "section_below"]
    told = {repr(parse({"rank_in": order}, {})) for order in (ranks, ranks[::-1])}
    assert told == {"SomePost(part=OneOf(member='rank', values=frozenset({'bureau', 'division', 'section_below'})))"}
