"""The trails are read along an index from their latest deed on, however many there are; one hand is found by its own (both engines)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from app.admin import queries
from app.admin.queries import View, Wanted
from app.claims.models import Claim, ClaimTrail
from app.desk.models import Sample
from app.hours.models import CourseCredit
from app.kernel.work import Actor, College, working
from app.years.models import YearTrail
from tests import make

PEOPLE, CLAIMS, SIZE = 40, 20, 5
ACTS = ("start", "edit", "submit", "pass", "certify")


@pytest.fixture
def auditor(college: College) -> Actor:
    """An auditor of the city in a college with many deeds."""
    with working(college, Actor.system("test")) as work:
        me = make.person(work, "闻鉴")
        people = [make.person(work, f"学员{number}") for number in range(PEOPLE)]
        _course, version, _lectures = make.course(work, me)
        begin, claims, trail = datetime(2026, 3, 1, tzinfo=UTC), [], []
        for number, person in enumerate(people):
            for at in range(CLAIMS):
                number_of = number * CLAIMS + at + 1
                claims.append({"person_id": person.id, "id": number_of, "uid": work.new_uid(), "kind": "book", "state": "certified",
                               "title": "读本", "hours_claimed": Decimal(3), "created_at": begin, "changed_at": begin})  # fmt: skip
                trail += [
                    {"person_id": person.id, "claim_id": number_of, "n": n, "act": act, "state": "certified", "by_id": people[n].id,
                     "by_name": f"学员{n}", "at": begin + timedelta(minutes=number_of * 7 + n), "ip": "",
                     "device": "", "reason": "", "figures": {}}
                    for n, act in enumerate(ACTS, 1)
                ]  # fmt: skip
        work.session.execute(insert(Claim), claims)
        work.session.execute(insert(ClaimTrail), trail)
        for person in people:
            work.session.add(CourseCredit(person_id=person.id, version_id=version.id, state="posted", hours=Decimal(2), title="公文写作",
                                          activity_key="a", rule_set_version="demo@1", occurred_from=begin.date(), occurred_to=begin.date(),
                                          explanation=[], credited_at=begin, decided_by=me.id if person.id % 2 else None,
                                          decided_at=begin + timedelta(hours=person.id) if person.id % 2 else None))  # fmt: skip
        work.session.flush()
        work.session.add_all([Sample(person_id=one.id, version_id=version.id, drawn_at=begin + timedelta(hours=one.id)) for one in people])
        work.session.execute(
            insert(YearTrail),
            [{"subject": f"person:{one.id}:2025", "act": "decided", "by_name": "甲", "at": begin, "reason": "", "person_id": one.id}
             for one in people for _ in range(5)],
        )  # fmt: skip
        return make.actor(me, "admin.audit")


def steps(college: College, auditor: Actor, read: Any, wanted: Wanted) -> str:
    """How the engine answers the list, its first statement on the trail."""
    if college.engine.dialect.name == "postgresql":
        with college.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, words: str, given: Any, *_rest: Any) -> None:
        asked.append((words, given))

    event.listen(college.engine, "before_cursor_execute", note)
    with working(college, auditor, write=False) as work:
        read(work, wanted, None, SIZE)
    event.remove(college.engine, "before_cursor_execute", note)
    words, given = next(
        one for one in asked if "LIMIT" in one[0] and (any(name in one[0] for name in ("trail", "desk_sample", "decided_at")))
    )
    with college.engine.connect() as connection:
        if college.engine.dialect.name == "sqlite":
            found = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given)]
        else:
            connection.execute(text("SET enable_seqscan = off"))
            found = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {words}", given)]
    return "\n".join(found)


@pytest.mark.parametrize(
    ("read", "wanted", "index"),
    [
        (queries.claim_deeds, Wanted(), "ix_claims_trail_at"),
        (queries.claim_deeds, Wanted(kind="certify"), "ix_claims_trail_at"),
        (queries.claim_deeds, Wanted(officer="学员4"), "ix_claims_trail_by"),
        (queries.samples, Wanted(View.SAMPLES), "ix_desk_sample_drawn_at"),
        (queries.year_deeds, Wanted(View.YEARS, person="学员4"), "ix_years_trail_person"),
        (queries.course_deeds, Wanted(View.COURSES), "ix_hours_course_credit_decided_at"),
    ],
    ids=["deeds", "one kind", "one hand", "samples", "one person's years", "courses"],
)
def test_a_trail_is_read_along_its_index(college: College, auditor: Actor, read: Any, wanted: Wanted, index: str) -> None:
    found = steps(college, auditor, read, wanted)
    assert index in found
    assert "USE TEMP B-TREE FOR ORDER BY" not in found


def test_without_the_index_the_trail_is_sorted(college: College, auditor: Actor) -> None:
    """Negative control."""
    with college.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_claims_trail_at"))
    found = steps(college, auditor, queries.claim_deeds, Wanted())
    assert "TEMP B-TREE" in found or "Sort" in found
