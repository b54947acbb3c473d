"""The roster by list and by unit: every row that is left out says why, the rest comes in at once and can be taken back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bank.service import Faulty
from app.exams import service
from app.exams.models import Exam, ExamSeat, ExamTrail
from app.exams.queries import rosters
from app.exams.rules import roster
from app.exams.rules.admission import Rule
from app.kernel.errors import NotFound
from app.kernel.work import Actor, Grant
from app.kernel.workbook import Sheet
from app.people.models import Person, Unit
from app.people.rules import SomePost, Under, listed
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_planning_doors import post

# ── rows ────────────────────────────────────────────────────────────────────


def test_a_pasted_list_is_read_line_by_line_in_any_spelling() -> None:
    text = "用户名,加时\n lixue , 20\n\nwangxue\nＺＨＡＯ\t15\nsunxue，5\n100017"
    named, flaws = roster.read(listed.lines(text))
    assert [(one.row, one.user_name, one.extra_minutes) for one in named] == [
        (2, "lixue", 20), (4, "wangxue", None), (5, "zhao", 15), (6, "sunxue", 5), (7, "100017", None)
    ]  # fmt: skip
    assert flaws == []
    assert roster.read(listed.lines(roster.written(named)))[0] == [one._replace(row=at) for at, one in enumerate(named, 1)]


def test_what_is_wrong_is_told_by_row() -> None:
    rows = [("lixue", ""), ("LIXUE", "10"), ("wang", "241"), ("zhao", "-5"), ("", "5"), (100017.0, 30.0)]
    named, flaws = roster.read(rows)
    assert [(one.user_name, one.extra_minutes) for one in named] == [("lixue", None), ("100017", 30)]
    assert [tuple(one) for one in flaws] == [
        (2, "LIXUE", "named_twice"), (3, "241", "extra_outside"), (4, "-5", "extra_outside"), (5, "", "person_unknown")
    ]  # fmt: skip


def test_more_than_can_be_put_on_at_once_is_refused() -> None:
    with pytest.raises(listed.TooLong):
        roster.read([(f"u{at}",) for at in range(listed.MOST_ROWS + 1)])


# ── on both engines ─────────────────────────────────────────────────────────


@pytest.fixture
def hall(work_as: WorkAs) -> Any:
    """An open examination for the roster only; an officer whose scope is one branch; people within it and one outside."""
    papers.stocked(work_as, 4)
    exam = papers.opened(work_as, papers.rows(2), limit_minutes=60, closes_at=papers.in_days(work_as, 2), rule=Rule(roster=True))
    with work_as() as work:
        top = make.unit(work, "市民政局", code="mz")
        below = make.unit(work, "市救助站", parent=top, code="mz-jz")
        away = make.unit(work, "市水务局", code="sw")
        officer = make.person(work, "管考", at=top)
        names = {"lixue": top, "wangxue": below, "zhaoxue": below, "qianxue": away}
        found = {name: make.person(work, name, at=unit) for name, unit in names.items()}
        for name, one in found.items():
            make.account(work, one, name)
        opener = make.person(work, "开考三", at=top)
        make.account(work, opener, "kaikao")
        work.session.add(_opened(exam, opener, work))
        work.session.flush()
        path = work.session.scalars(select(Unit.path).where(Unit.code == "mz")).one()
        predicate = SomePost(Under(path))
        grants = tuple(Grant(action, predicate) for action in ("exams.assemble", "exams.open"))
        actor = replace(make.actor(officer, "exams.assemble", "exams.open", sign_in_id=51), grants=grants)
        return exam, actor, {name: one.id for name, one in found.items()}


def _opened(exam: Exam, person: Person, work: Any) -> Any:
    return ExamTrail(exam_id=exam.id, what="opened", who_id=person.id, details={}, at=work.now)


def seats(work_as: WorkAs, exam: Exam) -> dict[int, tuple[bool, int]]:
    with work_as(write=False) as work:
        return rosters.seated(work, exam.id)


ROWS = [("lixue", "20"), ("wangxue",), ("qianxue",), ("nobody",), ("kaikao",), ("wangxue", "5"), ("zhaoxue", "999")]


def test_a_list_is_tried_first_and_then_brought_in_without_its_bad_rows(work_as: WorkAs, hall: Any) -> None:
    exam, officer, ids = hall
    with work_as(officer, write=False) as work:
        found = service.weigh_list(work, exam.uid, ROWS)
    wrong = [(3, "person_unknown"), (4, "person_unknown"), (5, "person_barred"), (6, "named_twice"), (7, "extra_outside")]
    assert [(one.row, one.code) for one in found.flaws] == wrong
    assert (found.rows, found.fresh, found.changed, found.same) == (7, 2, 0, 0)
    assert seats(work_as, exam) == {}, "a trial keeps nothing"
    with work_as(officer) as work:
        service.bring_in_list(work, exam.uid, ROWS)
    assert seats(work_as, exam) == {ids["lixue"]: (True, 20), ids["wangxue"]: (True, 0)}
    with work_as(officer) as work:
        again = service.bring_in_list(work, exam.uid, [("lixue",), ("wangxue", "10")])
    assert (again.fresh, again.changed, again.same) == (0, 1, 1)
    assert seats(work_as, exam) == {ids["lixue"]: (True, 20), ids["wangxue"]: (True, 10)}, "a row without minutes leaves those there are"


def test_a_list_that_changes_nothing_leaves_no_line(work_as: WorkAs, hall: Any) -> None:
    exam, officer, _ids = hall
    for _again in range(2):
        with work_as(officer) as work:
            service.bring_in_list(work, exam.uid, [("lixue", "5")])
    with work_as(officer, write=False) as work:
        assert list(rosters.lists(work, exam.id)) == [1]


def test_a_unit_comes_with_those_below_it_and_without_who_made_the_examination(work_as: WorkAs, hall: Any) -> None:
    exam, officer, ids = hall
    with work_as(officer) as work:
        service.seat(work, exam.uid, "lixue", 30)
        found = service.add_unit(work, exam.uid, "mz")
    assert (found.rows, found.fresh, found.same, len(found.flaws)) == (5, 3, 1, 1)
    on_it = seats(work_as, exam)
    assert on_it[ids["lixue"]] == (True, 30), "minutes stay as they are"
    assert {ids["wangxue"], ids["zhaoxue"], officer.person_id} < on_it.keys()
    assert ids["qianxue"] not in on_it


@pytest.mark.parametrize(("code", "fault"), [("sw", "unit_without_people"), ("none", "unit_unknown")])
def test_a_unit_outside_ones_scope_has_nobody(work_as: WorkAs, hall: Any, code: str, fault: str) -> None:
    exam, officer, _ids = hall
    with pytest.raises(Faulty) as told, work_as(officer) as work:
        service.add_unit(work, exam.uid, code)
    assert told.value.found[0].code == fault
    assert seats(work_as, exam) == {}


def test_a_list_is_taken_back_but_for_those_who_have_begun_or_were_changed_since(work_as: WorkAs, hall: Any) -> None:
    exam, officer, ids = hall
    with work_as(officer) as work:
        service.seat(work, exam.uid, "zhaoxue", 5)
        service.bring_in_list(work, exam.uid, [("lixue",), ("wangxue",), ("zhaoxue", "40")])
    with work_as() as work:
        candidate = make.actor(work.session.get_one(Person, ids["lixue"]), "exams.sit", sign_in_id=61)
    with work_as(candidate) as work:
        service.start(work, exam.uid)
    with work_as(officer) as work:
        assert service.undo_list(work, exam.uid, 1) == (2, 1)
    assert seats(work_as, exam) == {ids["lixue"]: (True, 0), ids["wangxue"]: (False, 0), ids["zhaoxue"]: (True, 5)}
    for number in (1, 2):
        with pytest.raises(NotFound), work_as(officer) as work:
            service.undo_list(work, exam.uid, number)


def test_who_was_changed_since_stays(work_as: WorkAs, hall: Any) -> None:
    exam, officer, ids = hall
    with work_as(officer) as work:
        service.bring_in_list(work, exam.uid, [("lixue",), ("wangxue",)])
        service.seat(work, exam.uid, "wangxue", 15)
        assert service.undo_list(work, exam.uid, 1) == (1, 1)
    assert seats(work_as, exam) == {ids["lixue"]: (False, 0), ids["wangxue"]: (True, 15)}


def test_nobody_gives_himself_minutes_by_a_list(work_as: WorkAs, hall: Any) -> None:
    exam, officer, _ids = hall
    with work_as() as work:
        make.account(work, work.session.get_one(Person, officer.person_id), "guankao")
    with work_as(officer) as work:
        found = service.bring_in_list(work, exam.uid, [("guankao", "30")])
    assert [one.code for one in found.flaws] == ["extra_for_oneself"]
    assert seats(work_as, exam) == {}


def test_minutes_of_a_list_reach_whoever_is_writing(work_as: WorkAs, hall: Any) -> None:
    exam, officer, ids = hall
    with work_as(officer) as work:
        service.bring_in_list(work, exam.uid, [("lixue",)])
    with work_as() as work:
        candidate = make.actor(work.session.get_one(Person, ids["lixue"]), "exams.sit", sign_in_id=61)
    with work_as(candidate) as work:
        paper = service.start(work, exam.uid)[0]
    with work_as(officer) as work:
        service.bring_in_list(work, exam.uid, [("lixue", "25")])
    with work_as(candidate, write=False) as work:
        assert service.read(work, paper.attempt).deadline == paper.deadline + timedelta(minutes=25)


def test_a_seat_keeps_its_count_of_wrong_passwords(work_as: WorkAs, hall: Any) -> None:
    exam, officer, ids = hall
    with work_as() as work:
        work.session.add(ExamSeat(exam_id=exam.id, person_id=ids["lixue"], is_named=False, extra_minutes=0, wrong=4, wrong_at=work.now))
    with work_as(officer) as work:
        service.bring_in_list(work, exam.uid, [("lixue", "5")])
    with work_as(write=False) as work:
        assert work.session.get_one(ExamSeat, (exam.id, ids["lixue"])).wrong == 4


# ── pages and programs ──────────────────────────────────────────────────────


def city_officer(client: FlaskClient, work_as: WorkAs, officer: Actor) -> None:
    with work_as() as work:
        person = work.session.get_one(Person, officer.person_id)
        make.grant(work, person, "organization_dept", "city")
    build.sign_in(client, work_as, person)


def test_an_officer_checks_a_workbook_and_brings_in_its_good_rows(client: FlaskClient, work_as: WorkAs, hall: Any) -> None:
    exam, officer, ids = hall
    city_officer(client, work_as, officer)
    with work_as(write=False) as work:
        sheet = Sheet("名单", "测试", work.now, [20, 8])
    for row in (("用户名", "加时"), ("lixue", 20), ("wangxue", None), ("nobody", None)):
        sheet.row(*row)
    here = f"/manage/exams/{exam.uid}/roster"
    checked = post(client, f"{here}/list", file=(io.BytesIO(sheet.saved()), "roster.xlsx"))
    assert checked.status_code == 200
    assert "nobody" in checked.text and "您的管理范围内没有这个用户名" in checked.text
    assert "lixue,20\nwangxue</textarea>" in checked.text
    assert seats(work_as, exam) == {}
    assert post(client, f"{here}/list/bring", list="lixue,20\nwangxue").status_code == 303
    assert "新列入名单：2 人" in client.get(here).text
    assert seats(work_as, exam) == {ids["lixue"]: (True, 20), ids["wangxue"]: (True, 0)}
    assert post(client, f"{here}/lists/1/undo").status_code == 303
    assert "已撤回：2 人" in client.get(here).text
    assert post(client, f"{here}/unit", unit="mz").status_code == 303


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"list": " \n"}, "名单中没有人员"), ({"file": b"\xd0\xcf\x11\xe0\0"}, "既不是 XLSX")],
)
def test_what_cannot_be_read_is_told_beside_its_field(client: FlaskClient, work_as: WorkAs, hall: Any, fields: Any, says: str) -> None:
    exam, officer, _ids = hall
    city_officer(client, work_as, officer)
    if "file" in fields:
        fields = {"file": (io.BytesIO(fields["file"]), "roster.xls")}
    refused = post(client, f"/manage/exams/{exam.uid}/roster/list", **fields)
    assert refused.status_code == 422
    assert says in refused.text
    assert post(client, f"/manage/exams/{exam.uid}/roster/unit", unit="none").status_code == 422


def test_a_program_tries_a_list_before_it_brings_it_in(client: FlaskClient, work_as: WorkAs, hall: Any) -> None:
    exam, officer, _ids = hall
    with work_as() as work:
        person = work.session.get_one(Person, officer.person_id)
        make.grant(work, person, "organization_dept", "city")
    head, here = build.token(work_as, person), f"/api/v1/exams/{exam.uid}/roster"
    rows = {"rows": [{"user_name": "lixue", "extra_minutes": 10}, {"user_name": "nobody"}]}
    tried = client.post(f"{here}/lists", json=rows, headers=head)
    assert (tried.status_code, tried.json["fresh"], tried.json["faults"][0]["code"]) == (200, 1, "person_unknown")
    assert seats(work_as, exam) == {}
    assert client.post(f"{here}/lists", json={**rows, "dry_run": False}, headers=head).json["fresh"] == 1
    assert client.post(f"{here}/units", json={"unit": "mz-jz"}, headers=head).json["fresh"] == 2
    assert client.post(f"{here}/lists/2/undo", headers=head).json == {"undone": 2, "stay": 0}
