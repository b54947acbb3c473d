"""A public course on the list of a year may be finished until 30 April after it, online as by claim (EX-E29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.compliance import service as compliance
from app.compliance.models import Standing
from app.hours import queries, service
from app.kernel.work import Actor
from app.ledger import queries as ledger
from app.ledger.rules.posting import list_of
from app.rulebook.rules.model import Certify
from tests import make
from tests.hours import build

D = Decimal


def listed(work: Any, *years: int) -> tuple[Any, Any]:
    """An engineer, and a public course of 30 hours on the lists of these years."""
    person = build.cadre(work, team="professional", tier="pro_senior", rank=None)
    _course, version, _ = build.course(work, person, "30", subject_kind="public", list_years=list(years))
    return person, version


def public(work: Any, person: Any, year: int) -> Decimal:
    return queries.my_year(work, person.id, year).evaluation.verdict("CPE").figures[0].counted


@pytest.mark.parametrize(
    ("finished", "lists", "in_2025", "in_2026"),
    [
        pytest.param("2025-12-31", (2025,), 30, 0, id="in its own year"),
        pytest.param("2026-04-20", (2025,), 30, 0, id="within the grace"),
        pytest.param("2026-04-30", (2025,), 30, 0, id="on its last day"),
        pytest.param("2026-05-01", (2025,), 0, 0, id="a day too late counts for neither"),
        pytest.param("2026-05-01", (2025, 2026), 0, 30, id="unless it is on the list of this year"),
        pytest.param("2026-04-20", (2025, 2026), 0, 30, id="whose list comes before the grace"),
        pytest.param("2026-04-20", (), 0, 30, id="on no list it counts when it is finished"),
    ],
)
def test_e29_a_listed_online_course_counts_for_the_year_of_its_list(
    work_as: Any, clock: Any, finished: str, lists: tuple[int, ...], in_2025: int, in_2026: int
) -> None:
    clock.at = datetime.fromisoformat(f"{finished}T10:00+08:00").astimezone(UTC)
    with work_as() as work:
        person, version = listed(work, *lists)
        build.completes(work, person, version)
    clock.at = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    with work_as(write=False) as work:
        assert (public(work, person, 2025), public(work, person, 2026)) == (in_2025, in_2026)
        assert ledger.lines(work, person.id)[0].axes.get("list_year") == (list_of(lists, datetime.fromisoformat(finished).date()))


def test_both_paths_of_judging_count_it_for_the_year_of_its_list(work_as: Any, college: Any, clock: Any) -> None:
    """Decision 20: the standing of the city says what the person's own page says."""
    clock.at = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
    with work_as() as work:
        person, version = listed(work, 2025)
        build.completes(work, person, version)
    for year in (2025, 2026):
        compliance.rebuild(college, year)
    with work_as(write=False) as work:
        found = {year: work.session.get_one(Standing, (person.id, year, "CPE")).figures[0][3] for year in (2025, 2026)}
    assert found == {2025: "30", 2026: "0"}


def test_while_it_waits_for_certification_it_waits_for_that_year(work_as: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = service.courses.rulebook.used
    by_hand = Certify(online_course="manual")
    monkeypatch.setattr(service.courses.rulebook, "used", lambda work, pin: replace(real(work, pin), certify=by_hand))
    clock.at = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
    with work_as() as work:
        person, version = listed(work, 2025)
        build.completes(work, person, version)
        waiting = {year: queries.my_year(work, person.id, year).evaluation.waiting("CPE")[0] for year in (2025, 2026)}
    assert waiting == {2025: D(30), 2026: D(0)}


def test_what_is_only_on_an_old_list_is_not_suggested(work_as: Any) -> None:
    with work_as() as work:
        person, _version = listed(work, 2025)
        build.course(work, person, "2", title="本年公需", subject_kind="public", list_years=[2025, 2026])
    with work_as(Actor(person_id=person.id, name="李学"), write=False) as work:
        plan = queries.closing(work, queries.my_year(work, person.id, 2026))
        assert plan is not None
        assert [step.choice.title for step in plan.steps] == ["本年公需"]


def test_the_editor_keeps_the_lists_and_refuses_what_is_no_list(client: Any, work_as: Any) -> None:
    with work_as() as work:
        author = build.cadre(work)
        make.grant(work, author, "instructor")
    client.sign_in("lixue")
    said = {"title": "公需一课", "framework": "competence", "lecturer": "王讲", "summary": "一门课程", "subject_kind": "public",
            "csrf_token": client.csrf()}  # fmt: skip
    for wrong, kind in (("26", "public"), ("二〇二六", "public"), ("2026", "professional"), ("1999", "public")):
        refused = client.post("/studio/courses/new", data={**said, "list_years": wrong, "subject_kind": kind})
        assert refused.status_code == 422, wrong
    made = client.post("/studio/courses/new", data={**said, "list_years": "2026、2025", "objectives": "会讲\n会写"})
    assert made.status_code == 303
    page = client.get(f"{made.location}/edit").get_data(as_text=True)
    assert 'value="2025 2026"' in page
    assert "会讲\n会写</textarea>" in page.replace("\r", ""), "each aim on a line of its own"
