"""An examination may name its markers: nobody else finds, opens or marks its written answers, by any way there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.bank.service import Faulty
from app.exams import service
from app.exams.models import ExamMarker, ExamTrail, Sheet
from app.exams.queries import incidents, marking, pictures
from app.exams.queries.markers import counted
from app.exams.service import refusals
from app.exams.service.planning import planned
from app.kernel.errors import NotFound
from app.kernel.work import Actor, College, Grant
from app.people.models import Person, RoleGrant
from app.people.rules import SomePost, Under
from tests import make
from tests.exams import build
from tests.exams.build import WorkAs
from tests.exams.test_planning_doors import officer, post
from tests.exams.test_readers import TEN, Written
from tests.house.test_statements import MOST
from tests.house.test_statements import counted as counting


class Named(Written):
    """The same two papers; an officer plans, and three people hold the role of those who mark."""

    def __init__(self, work_as: WorkAs) -> None:
        super().__init__(work_as)
        with work_as() as work:
            make.account(work, self.person, "pingyi")
            self.others = [make.person(work, name) for name in ("评丙", "评丁")]
            for one, name in zip(self.others, ("pingbing", "pingding"), strict=True):
                make.account(work, one, name)
                make.grant(work, one, "instructor", "none")
        self.officer = officer(work_as)
        self.planner = make.actor(self.officer, "exams.assemble", "exams.open", sign_in_id=90)
        self.markers = [make.actor(one, "exams.mark", sign_in_id=91 + at) for at, one in enumerate(self.others)]

    def name(self, *user_names: str, by: Actor | None = None) -> int:
        with self.work_as(by or self.planner) as work:
            return service.name_markers(work, self.exam.uid, user_names)

    def finds(self, actor: Actor) -> tuple[int, int, bool]:
        """Answers and appeals this marker finds, and whether he is given a next one."""
        with self.work_as(actor, write=False) as work:
            waiting = sum(one.waiting for one in marking.piles(work))
            return waiting, len(incidents.appeals(work)), marking.next_of(work, self.exam.uid) is not None

    def trail(self) -> list[tuple[str, Any, Any]]:
        with self.work_as(write=False) as work:
            rows = work.session.scalars(select(ExamTrail).where(ExamTrail.what.like("markers%")).order_by(ExamTrail.id))
            return [(row.what, row.details.get("count"), row.details["waiting"]) for row in rows]


@pytest.fixture
def hall(work_as: WorkAs) -> Named:
    return Named(work_as)


def test_without_a_name_everybody_marks_who_may(hall: Named) -> None:
    assert [hall.finds(one) for one in (hall.marker, *hall.markers)] == [(1, 1, True)] * 3


def test_only_who_is_named_finds_anything(hall: Named) -> None:
    assert hall.name("pingbing") == 1
    assert hall.finds(hall.markers[0]) == (1, 1, True)
    assert hall.finds(hall.markers[1]) == hall.finds(hall.marker) == (0, 0, False)


DOORS: list[tuple[str, Callable[[Named], str]]] = [
    ("get", lambda hall: f"/manage/marking/exams/{hall.exam.uid}"),
    ("get", lambda hall: f"/manage/marking/sheets/{hall.waiting}"),
    ("post", lambda hall: f"/manage/marking/sheets/{hall.waiting}"),
    ("get", lambda hall: f"/manage/appeals/{hall.appeal}"),
    ("post", lambda hall: f"/manage/appeals/{hall.appeal}"),
]


@pytest.mark.parametrize(("verb", "where"), DOORS, ids=["next", "sheet", "mark", "appeal", "hear"])
def test_to_others_every_door_is_one_that_is_not_there(client: FlaskClient, hall: Named, verb: str, where: Any) -> None:
    """The same doors open to whoever is named: the guard shuts out others, not everybody."""
    hall.name("pingbing")
    fields = {"points": "5", f"points-{hall.marked}": "5", "answer": "复核维持"}
    for person, answer in ((hall.others[1], {404}), (hall.others[0], {200, 303})):
        build.sign_in(client, hall.work_as, person)
        path = where(hall)
        found = client.get(path) if verb == "get" else post(client, path, **fields)
        assert found.status_code in answer, (person.name, path)
    with hall.work_as(write=False) as work:
        readers = work.session.scalars(select(ExamTrail.who_id).where(ExamTrail.what == "answers_read")).all()
    assert hall.others[1].id not in readers


def test_a_dispute_that_nobody_is_left_to_settle_is_told_to_whoever_plans(hall: Named, client: FlaskClient) -> None:
    said, here = "需要再有一位阅卷人", f"/manage/exams/{hall.exam.uid}"
    build.sign_in(client, hall.work_as, hall.officer)
    with hall.work_as() as work:
        work.session.execute(update(Sheet).where(Sheet.uid == hall.waiting).values(needed=2))
    hall.name("pingbing", "pingding")
    assert said not in client.get(here).text, "both may still mark"
    for actor, points in zip(hall.markers, (Decimal(0), TEN), strict=True):
        with hall.work_as(actor) as work:
            service.give_mark(work, hall.waiting, points, [], "")
    assert "有 1 份书面作答待评" in client.get(here).text and said in client.get(here).text
    hall.name("pingbing", "pingding", "pingyi")
    assert said not in client.get(here).text


def test_marking_correcting_and_hearing_want_a_name(hall: Named) -> None:
    hall.name("pingbing")
    ways: list[Callable[[Any], Any]] = [
        lambda work: service.give_mark(work, hall.waiting, TEN, [], ""),
        lambda work: service.correct_mark(work, hall.waiting, TEN, [], ""),
        lambda work: service.hear_appeal(work, hall.appeal, {hall.marked: TEN}, "维持"),
    ]
    for way in ways:
        with pytest.raises(NotFound), hall.work_as(hall.markers[1]) as work:
            way(work)


def test_a_second_marker_and_who_settles_a_dispute_are_named(hall: Named) -> None:
    with hall.work_as() as work:
        sheet = work.session.scalars(select(Sheet).where(Sheet.uid == hall.waiting)).one()
        sheet.needed = 2
    hall.name("pingbing", "pingding")
    for actor, points in ((hall.markers[0], "1"), (hall.markers[1], "9")):
        with hall.work_as(actor) as work:
            service.give_mark(work, hall.waiting, Decimal(points), [], "")
    assert hall.finds(hall.marker)[0] == 0, "the dispute is not for who is not named"
    hall.name("pingbing", "pingding", "pingyi")
    assert hall.finds(hall.marker)[0] == 1
    with hall.work_as(hall.marker) as work:
        assert service.give_mark(work, hall.waiting, Decimal(5), [], "").points == 5


def test_who_marked_before_others_were_named_corrects_nothing_more(hall: Named) -> None:
    with hall.work_as() as work:
        sheet = work.session.scalars(select(Sheet).where(Sheet.uid == hall.waiting)).one()
        sheet.needed = 2
    with hall.work_as(hall.markers[1]) as work:
        service.give_mark(work, hall.waiting, TEN, [], "")
    hall.name("pingbing")
    with hall.work_as(hall.markers[1], write=False) as work:
        assert marking.given(work) == []
    with pytest.raises(NotFound), hall.work_as(hall.markers[1]) as work:
        service.correct_mark(work, hall.waiting, Decimal(3), [], "")
    hall.name("pingding")
    with hall.work_as(hall.markers[1], write=False) as work:
        assert [one.uid for one in marking.given(work)] == [hall.waiting], "the mark he gave stands, and is his again"


def test_a_named_marker_marks_nothing_of_his_own(hall: Named) -> None:
    """He is the candidate of the paper that waits."""
    with hall.work_as() as work:
        owner = work.session.scalars(select(Person).join(Sheet, Sheet.person_id == Person.id).where(Sheet.uid == hall.waiting)).one()
        make.account(work, owner, "jia")
        make.grant(work, owner, "instructor", "none")
        own = make.actor(owner, "exams.mark", sign_in_id=97)
    hall.name("jia")
    assert hall.finds(own) == (0, 1, False)
    with pytest.raises(refusals.OwnPaper), hall.work_as(own) as work:
        service.give_mark(work, hall.waiting, TEN, [], "")


def test_a_change_while_answers_wait_holds_at_once_and_is_noted(hall: Named) -> None:
    hall.name("pingbing")
    hall.name("pingding")
    assert (hall.finds(hall.markers[0])[0], hall.finds(hall.markers[1])[0]) == (0, 1)
    hall.name("pingding")
    assert hall.name() == 0
    assert hall.finds(hall.markers[0])[0] == 1
    assert hall.trail() == [("markers_named", 1, 1), ("markers_named", 1, 1), ("markers_freed", None, 1)], "the same again leaves no line"


@pytest.mark.parametrize(("each", "needed"), [(1, 2), (2, 4)])
def test_enough_are_named_when_a_dispute_is_settled_and_an_appeal_is_heard_by_others(hall: Named, each: int, needed: int) -> None:
    hall.name("pingbing")
    with hall.work_as(hall.planner, write=False) as work:
        exam = planned(work, hall.exam.uid)[0]
        work.session.expunge(exam)
        exam.markers = each
        assert counted(work, exam).needed == needed


def test_who_loses_the_action_drops_out_and_nobody_steps_in(client: FlaskClient, hall: Named) -> None:
    hall.name("pingbing", "pingding")
    with hall.work_as() as work:
        for one in work.session.scalars(select(RoleGrant).where(RoleGrant.person_id == hall.others[0].id)):
            work.session.delete(one)
    with hall.work_as(hall.planner, write=False) as work:
        found = counted(work, planned(work, hall.exam.uid)[0])
    assert (found.named, found.marking, found.is_short) == (2, 1, True)
    build.sign_in(client, hall.work_as, hall.others[0])
    for path in (f"/manage/marking/sheets/{hall.waiting}", f"/manage/marking/exams/{hall.exam.uid}"):
        assert client.get(path).status_code == 403
    hall.name("pingbing")
    assert hall.finds(hall.marker) == (0, 0, False), "named in vain: the answers wait until somebody else is named"


@pytest.mark.parametrize("wrong", ["nobody", "jia"])
def test_only_who_may_mark_is_named(hall: Named, wrong: str) -> None:
    with hall.work_as() as work:
        make.account(work, make.person(work, "甲"), "jia")
    with pytest.raises(Faulty) as told:
        hall.name("pingbing", wrong)
    assert told.value.found[0].code == "marker_unknown"
    assert build.count(hall.work_as, ExamMarker) == 0


def test_a_scope_bounds_who_is_named_and_who_is_left_out(hall: Named) -> None:
    """An officer of one branch reaches its people alone; those named by the city stay."""
    with hall.work_as() as work:
        unit = make.unit(work, "市救助站", code="jz")
        near, branch = make.person(work, "评戊", at=unit), make.person(work, "设考二", at=unit)
        make.account(work, near, "pingwu")
        make.grant(work, near, "instructor", "none")
        here = SomePost(Under(unit.path))
        actor = replace(
            make.actor(branch, "exams.assemble", "exams.open"), grants=(Grant("exams.assemble", here), Grant("exams.open", here))
        )
    hall.name("pingbing")
    with pytest.raises(Faulty):
        hall.name("pingding", by=actor)
    assert hall.name("pingwu", by=actor) == 2
    assert hall.name(by=actor) == 1
    assert hall.finds(hall.markers[0])[0] == 1


def test_a_picture_of_a_written_question_is_for_its_markers(hall: Named) -> None:
    with hall.work_as() as work:
        version = work.session.scalars(select(Sheet.version_id).where(Sheet.uid == hall.waiting)).one()
    hall.name("pingbing")
    for actor, sees in zip(hall.markers, (True, False), strict=True):
        with hall.work_as(actor, write=False) as work:
            assert pictures._marks(work, [version]) is sees


def test_nobody_chooses_who_marks_what_he_sat_himself(hall: Named) -> None:
    with hall.work_as() as work:
        sat = work.session.get_one(Person, hall.candidate.person_id)
        own = make.actor(sat, "exams.assemble", "exams.open", sign_in_id=98)
    with pytest.raises(refusals.OwnResult):
        hall.name("pingbing", by=own)


def test_the_page_names_and_says_who_is_left(client: FlaskClient, hall: Named) -> None:
    here = f"/manage/exams/{hall.exam.uid}/markers"
    build.sign_in(client, hall.work_as, hall.officer)
    shown = client.get(here).text
    assert all(name in shown for name in ("评一", "评丙", "评丁")) and "checked" not in shown
    assert post(client, here, marker=["pingbing", "nobody"]).status_code == 422
    assert post(client, here, marker=["pingbing"]).status_code == 303
    assert 'value="pingbing" checked' in client.get(here).text
    plan = client.get(f"/manage/exams/{hall.exam.uid}").text
    assert "指定 1 名阅卷人" in plan and "指定了阅卷人" in plan
    assert post(client, here).status_code == 303
    assert "所有可阅卷的人" in client.get(f"/manage/exams/{hall.exam.uid}").text


def test_programs_name_markers_by_the_same_rules(client: FlaskClient, hall: Named) -> None:
    here = f"/api/v1/exams/{hall.exam.uid}/markers"
    head = build.token(hall.work_as, hall.officer)
    kept = client.put(here, json={"user_names": ["pingding", "pingbing"]}, headers=head)
    assert kept.json == {"user_names": ["pingbing", "pingding"], "named": 2, "marking": 2, "needed": 2}
    wrong = client.put(here, json={"user_names": ["nobody"]}, headers=head)
    assert (wrong.status_code, wrong.json["field"]) == (422, "user_names")
    assert client.get(here, headers=head).json == kept.json
    stranger = build.token(hall.work_as, hall.others[0], "other")
    assert client.get(here, headers=stranger).status_code == 404, "an instructor plans, but not this one"


def test_the_pages_ask_few_statements_however_many_are_named(client: FlaskClient, college: College, hall: Named) -> None:
    """PERF-G7."""
    hall.name("pingbing", "pingding", "pingyi")
    build.sign_in(client, hall.work_as, hall.officer)
    for path in (f"/manage/exams/{hall.exam.uid}", f"/manage/exams/{hall.exam.uid}/markers"):
        client.get(path)
        with counting(college) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= MOST, path
