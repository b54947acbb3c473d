"""Priority recommendation: who is eligible and was excellent in an examination of the year, and in which (REQ-I02)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from app.exams.models import Attempt, Exam, ExamPlan
from app.exams.rules.sessions import Band, excellent_from
from app.kernel.work import College, working
from app.years import service
from app.years.queries import merit
from app.years.rules import Reason
from tests import make
from tests.desk.build import PASSWORD
from tests.house.test_statements import counted
from tests.years import build
from tests.years.build import SYSTEM, Small

NOVEMBER = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BANDS = [[90, "优秀"], [75, "良好"], [60, "合格"]]


@pytest.fixture
def made(college: College, clock: Any) -> Small:
    found = build.city(college)
    clock.at = build.JANUARY
    return found


def sat(college: College, whom: Any, score: str, *, bands: Any = BANDS, title: str = "依法行政知识考试", at: datetime = NOVEMBER,
        state: str = "graded", **of_exam: Any) -> None:  # fmt: skip
    """A sitting with this score in an examination of its own."""
    fields = {"release_policy": "full_at_once", "ungraded": False, **of_exam}
    with working(college, SYSTEM) as work:
        exam = Exam(uid=work.new_uid(), kind="session", title=title, state="closed", pass_mark=60, max_attempts=1, limit_minutes=60,
                    created_at=at, **fields)  # fmt: skip
        work.session.add(exam)
        work.session.flush()
        work.session.add(ExamPlan(exam_id=exam.id, bands=bands, changed_at=at))
        work.session.add(
            Attempt(person_id=whom.id, id=exam.id, uid=work.new_uid(), exam_id=exam.id, number=1, state=state, started_at=at, ends_at=at,
                    door="s1", paper={}, submitted_at=at, score=Decimal(score), passed=True)
        )  # fmt: skip


def recommended(college: College, made: Small) -> dict[str, str]:
    """By the list: each of them with his examination; the view, its count and the flags of the whole list say the same."""
    with working(college, made.authority, write=False) as work:
        alone = {one.name: one.excellence for one in merit.candidates(work, 2026, merit.RECOMMENDED, None).items}
        flagged = {one.name: one.excellence for one in merit.candidates(work, 2026, "", None).items if one.excellence}
        assert alone == flagged
        assert merit.recommended(work, 2026, None) == len(alone)
        return {name: f"{one.exam} {one.score:f} {one.grade}" for name, one in flagged.items() if one}


def test_an_eligible_person_with_an_excellent_grade_is_recommended_and_the_examination_named(college: College, made: Small) -> None:
    sat(college, made.met, "92.5")
    sat(college, made.met, "90", title="党章党规在线测试")
    assert recommended(college, made) == {"何达标": "依法行政知识考试 92.50 优秀"}


@pytest.mark.parametrize(
    "other",
    [
        {"score": "89.99"},
        {"at": datetime(2025, 12, 31, 15, 59, tzinfo=UTC)},
        {"at": datetime(2026, 12, 31, 16, 0, tzinfo=UTC)},
        {"state": "annulled"},
        {"state": "marking"},
        {"ungraded": True},
        {"bands": []},
        {"bands": [[90, "良好"]]},
        {"release_policy": "after_window", "closes_at": datetime(2027, 3, 1, tzinfo=UTC)},
    ],
    ids=["below", "year before", "year after", "annulled", "not marked", "self-test", "no grades", "no such grade", "not out"],
)
def test_what_is_not_excellent_or_not_of_the_year_or_not_to_be_spoken_of_recommends_nobody(
    college: College, made: Small, other: dict[str, Any]
) -> None:
    sat(college, made.met, **{"score": "95", **other})
    assert recommended(college, made) == {}


@pytest.mark.parametrize(
    ("at", "score"), [(datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "90"), (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), "100")]
)
def test_the_first_and_the_last_moment_and_the_least_score_count(college: College, made: Small, at: datetime, score: str) -> None:
    sat(college, made.met, score, at=at)
    assert set(recommended(college, made)) == {"何达标"}


@pytest.mark.parametrize(
    ("reason", "is_recommended"),
    [(None, False), (Reason.PERSONAL, False), (Reason.ORGANIZATIONAL, False), (Reason.EXEMPT, True)],
)
def test_nobody_is_recommended_who_is_not_eligible(college: College, made: Small, reason: Reason | None, is_recommended: bool) -> None:
    sat(college, made.short, "99")
    if reason is not None:
        with working(college, made.authority) as work:
            service.decide(work, made.short.id, 2026, reason, "经核实")
    assert ("许未达" in recommended(college, made)) is is_recommended


def test_a_grade_above_excellent_is_excellent_too() -> None:
    bands = [Band(90, "Excellent "), Band(97, "卓越"), Band(60, "合格")]
    assert excellent_from(bands) == 90
    assert excellent_from([Band(60, "合格")]) is None


def test_page_and_workbook_and_ones_own_page_show_it(college: College, made: Small, client: Any) -> None:
    sat(college, made.met, "92.5")
    with working(college, SYSTEM) as work:
        reader = make.person(work, "部门甲")
        make.account(work, reader, "dept", PASSWORD)
        make.account(work, work.session.merge(made.met), "met", PASSWORD)
        make.grant(work, reader, "ce_officer", "city")
    client.sign_in("dept")
    with counted(college) as seen:
        page = client.get("/manage/merit?year=2026").text
    assert len(seen) <= 10
    assert page.count("优先推荐") == 2  # the chip, the person
    assert "《依法行政知识考试》92.5 分，优秀" in page
    assert "许未达" not in client.get("/manage/merit?year=2026&view=recommended").text
    rows = list(load_workbook(io.BytesIO(client.get("/manage/merit.xlsx?year=2026&view=recommended").data)).active.values)
    assert [row[0] for row in rows if row[9:10] == ("是",)] == ["何达标"]
    assert any(row[10:11] == ("《依法行政知识考试》92.5 分，优秀",) for row in rows)
    client.sign_in("met")
    assert "优先推荐" in client.get("/hours/merit").text
