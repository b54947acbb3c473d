"""The desk asks of each claim it looks at whether its person is within the scope: by the person, never through all on a list."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select

from app.claims.models import Claim
from app.kernel.work import Actor, College, Grant, working
from app.people import queries as people
from app.people.service.roles import charter

pytestmark = pytest.mark.sqlite_only
LISTS = ("ix_people_cadre_tag_tag", "ix_people_team_membership_tier", "ix_people_appointment_rank_level")
"""Indexes by list, by tier and by rank: with 188,000 people thousands of rows for each claim, where the person has one or two."""


def steps(college: College, jurisdiction: str, condition: Any) -> str:
    """How SQLite answers, which has no statistics, as in a college that was never analysed."""
    predicate = charter(college.settings.content_dir).jurisdictions[jurisdiction].predicate
    reader = Actor(person_id=1, name="部门", actions=frozenset({"claims.certify"}), grants=(Grant("claims.certify", predicate),))
    with working(college, reader, write=False) as work:
        asked: list[tuple[str, Any]] = []
        event.listen(
            college.engine, "before_cursor_execute", lambda _c, _cur, words, given, _ctx, _many: asked.append((words, given)), once=True
        )
        work.session.execute(select(Claim.uid).where(condition(work))).all()
        (words, given) = asked[0]
        return "\n".join(row[3] for row in work.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given))


@pytest.mark.parametrize("jurisdiction", ["J1", "J2", "J3", "J5", "J6", "J7", "J8"])
def test_a_claim_finds_its_person_first(college: College, jurisdiction: str) -> None:
    found = steps(college, jurisdiction, lambda work: people.condition_along(people.scope_of(work, "claims.certify"), Claim.person_id))
    assert "(person_id=?)" in found
    assert not any(name in found for name in LISTS), found


@pytest.mark.parametrize("jurisdiction", ["J2", "J5"])
def test_asked_otherwise_the_list_is_walked(college: College, jurisdiction: str) -> None:
    """Negative control: the same predicate as pages of a few rows ask it."""
    found = steps(college, jurisdiction, lambda work: people.visible(work, "claims.certify", Claim.person_id))
    assert any(name in found for name in LISTS)
