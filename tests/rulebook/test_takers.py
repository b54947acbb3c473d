"""Which of a person's requirements a line would count into, before there is one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.rulebook.rules import takers
from app.rulebook.rules.model import Supplement
from tests.rulebook.build import book, day, line, person, team

SUMMER = day("2026-07-01")


@pytest.mark.parametrize(
    ("who", "given", "wanted"),
    [
        (person(), {"category": "self_study_claim", "delivery": "offline"}, []),
        (person(), {"category": "external", "delivery": "online"}, ["N3_network"]),
        (person(), {"category": "external", "delivery": "online", "off_post": True}, ["N2_annual"]),
        (person(), {"category": "central_group"}, ["N2_annual"]),
        (person(teams=(team("professional"),)), {"category": "paper", "subject_kind": "professional"}, ["CPE"]),
        (person(teams=(team("professional"),)), {"category": "paper"}, []),
        (person(teams=(team("professional"), team("enterprise"))), {"category": "external", "delivery": "online"}, ["N3_network", "CPE"]),
    ],
)
def test_a_line_counts_into_what_is_about_the_person_and_takes_it(who: Any, given: dict[str, Any], wanted: list[str]) -> None:
    assert [one.id for one in takers(book("demo"), who, line(**{"off_post": False} | given), SUMMER)] == wanted


def test_nobody_is_told_of_a_requirement_of_teams_he_has_left() -> None:
    left = person(teams=(team("party_gov", until="2026-06-30"),))
    assert takers(book("demo"), left, line(category="external", delivery="online", off_post=False), SUMMER) == ()


def test_self_study_that_may_fill_a_share_of_a_requirement_is_told() -> None:
    rules = book("seed-2006")
    mine = line(category="self_study_claim", on="2007-06-10", off_post=False)
    who, then = person(teams=(team("professional", tier="pro_middle"),)), day("2007-07-01")
    share = Supplement(frozenset({"R3"}), (("category", frozenset({"self_study_claim"})),), Decimal(1), Fraction(1, 3), "recognised")
    without = {one.id for one in takers(rules, who, mine, then)}
    assert "R3" not in without
    assert {one.id for one in takers(replace(rules, supplements=(share,)), who, mine, then)} == without | {"R3"}
