"""What waits for certification stands apart on every bar, and what is suggested counts where it is said to (REQ-G01, REQ-R19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.hours import queries, service
from app.kernel.work import Actor
from app.rulebook.rules.model import Certify
from tests.hours import build

D = Decimal


@pytest.fixture
def manual(monkeypatch: pytest.MonkeyPatch) -> None:
    """A city that certifies online courses by hand."""
    real = service.courses.rulebook.used
    by_hand = Certify(online_course="manual")
    monkeypatch.setattr(service.courses.rulebook, "used", lambda work, pin: replace(real(work, pin), certify=by_hand))


def finished(work: Any, person: Any, hours: str, **more: Any) -> None:
    _course, version, _ = build.course(work, person, hours, **more)
    build.completes(work, person, version)


def test_each_kind_of_continuing_education_shows_its_own_pending_part(work_as: Any, manual: None) -> None:
    with work_as() as work:
        person = build.cadre(work, team="professional", tier="pro_senior", rank=None)
        build.posted(work, person, "公需课", "15", date(2026, 5, 5), subject_kind="public")
        finished(work, person, "6", subject_kind="public")
        finished(work, person, "21", subject_kind="professional")
    with work_as(write=False) as work:
        year = queries.my_year(work, person.id, 2026)
        assert [(bar.figure.bucket, bar.figure.counted, bar.share, bar.pending, bar.pending_share) for bar in year.bars] == [
            ("public", D(15), D(50), D(6), D(20)), ("professional", D(0), D(0), D(21), D(50)), ("elective", D(0), D(0), D(0), D(0)),
        ]  # fmt: skip
        assert year.ring is not None
        assert (year.ring.pending, year.ring.pending_share) == (D(27), D(30))


def test_a_pending_part_never_runs_over_the_end_of_a_bar(work_as: Any, manual: None) -> None:
    with work_as() as work:
        person = build.cadre(work)
        build.posted(work, person, "网络课", "45", date(2026, 5, 5))
        finished(work, person, "9")
        bar = next(bar for bar in queries.my_year(work, person.id, 2026).bars if bar.verdict.id == "N3_network")
        assert (bar.share, bar.pending, bar.pending_share) == (D(90), D(9), D(10))


@pytest.mark.sqlite_only
def test_home_and_hours_draw_the_pending_part_and_say_it(client: Any, work_as: Any, manual: None) -> None:
    with work_as() as work:
        person = build.cadre(work)
        build.posted(work, person, "网络课", "25", date(2026, 5, 5))
        finished(work, person, "5")
    client.sign_in("lixue")
    for address in ("/", "/hours"):
        page = " ".join(client.get(address).get_data(as_text=True).split())
        assert 'aria-label="网络自学：25 / 50 学时；另有 5 学时待认定"' in page, address
        assert '<line class="bar-p" x1="50.0" x2="60.0"' in page
        assert "待认定 5 学时" in page
        assert page.count('class="meter"') == (1 if address == "/" else 2), "a bar without anything pending stays a plain one"


@pytest.mark.sqlite_only
def test_what_waits_is_listed_under_its_own_year(client: Any, work_as: Any, manual: None) -> None:
    with work_as() as work:
        finished(work, build.cadre(work), "5", title="城市更新实务")
    client.sign_in("lixue")
    told = ["城市更新实务" in client.get(f"/hours?year={year}").get_data(as_text=True).partition("<aside")[2] for year in (2026, 2025)]
    assert told == [True, False]


def test_a_suggested_course_counts_in_the_bucket_it_is_suggested_for_and_finished_ones_are_left_out(work_as: Any) -> None:
    """Everything the plan says is put to the proof: each course is finished, and the figure moves by what was promised."""
    with work_as() as work:
        person = build.cadre(work, team="professional", tier="pro_senior", rank=None)
        build.posted(work, person, "公需课", "30", date(2026, 5, 5), subject_kind="public")
        build.posted(work, person, "选修课", "18", date(2026, 5, 5), subject_kind="elective")
        versions = {}
        for title, kind in (("公需在学", "public"), ("专业甲", "professional"), ("专业乙", "professional"), ("选修丙", "elective")):
            _course, version, _ = build.course(work, person, "2", title=title, subject_kind=kind)
            versions[title] = version
        finished(work, person, "2", title="专业已学", subject_kind="professional")
    with work_as(Actor(person_id=person.id, name="李学")) as work:
        plan = queries.closing(work, queries.my_year(work, person.id, 2026))
        assert plan is not None
        assert {step.choice.title for step in plan.steps[:2]} == {"专业甲", "专业乙"}, "what closes its kind and the total comes first"
        assert {step.choice.title for step in plan.steps} == set(versions)
        for step in plan.steps:
            before = _figures(work, person)
            build.completes(work, person, versions[step.choice.title])
            after = _figures(work, person)
            assert {gap.place: hours for gap, hours in step.closes} == {
                gap.place: after[gap.place] - before[gap.place] for gap, _ in step.closes
            }
            assert {gap.need.buckets for gap, _ in step.closes if not gap.need.is_total} <= {(step.choice.subject_kind,)}
        left = queries.closing(work, queries.my_year(work, person.id, 2026))
        assert left is not None and left.steps == ()


def _figures(work: Any, person: Any) -> dict[int, Decimal]:
    return {place: row.counted for place, row in enumerate(queries.my_year(work, person.id, 2026).evaluation.verdict("CPE").figures)}
