"""The pages of annulments and appeals: empty, refused in words, closed to others, and from end to end."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.exams import service
from app.exams.models import Attempt, ResultAppeal
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_appealing import Paper
from tests.exams.test_regrading import Held

PAGES = ("/manage/incidents", "/manage/appeals")


def as_a(work_as: WorkAs, client: FlaskClient, name: str, role: str, jurisdiction: str = "city") -> None:
    """Somebody with this role is signed in."""
    with work_as() as work:
        person = make.person(work, name)
        make.grant(work, person, role, jurisdiction)
    build.sign_in(client, work_as, person, name)


def send(client: FlaskClient, page: str, **form: str) -> tuple[int, str]:
    """Send the form of a page; the status, and what the page says or where it leads."""
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).text)
    assert token
    answer = client.post(page, data={"csrf_token": token[1], **form})
    return answer.status_code, answer.headers.get("Location", answer.text)


@pytest.mark.parametrize(
    ("page", "role", "says"), [(PAGES[0], "organization_dept", "尚无作废成绩的提议。"), (PAGES[1], "instructor", "没有待您受理的申诉")]
)
def test_with_nothing_to_do_the_lists_say_so(client: FlaskClient, work_as: WorkAs, page: str, role: str, says: str) -> None:
    as_a(work_as, client, "考务", role)
    answer = client.get(page)
    assert (answer.status_code, says in answer.text, "<table" in answer.text) == (200, True, False)


@pytest.mark.parametrize("page", PAGES)
def test_they_are_closed_to_cadres(client: FlaskClient, work_as: WorkAs, page: str) -> None:
    as_a(work_as, client, "学员", "cadre", "self")
    assert client.get(page).status_code == 403


def test_one_proposes_another_decides(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as)
    with work_as(write=False) as work:
        attempt = work.session.scalars(select(Attempt.uid).where(Attempt.person_id == held.all_right.person_id)).one()
    as_a(work_as, client, "提议", "organization_dept")
    page = f"/manage/exams/{held.exam.uid}/annul/{attempt}"
    status, said = send(client, page, reason=" ")
    assert status == 422 and 'role="alert"' in said
    status, there = send(client, page, reason="他人代考")
    assert status == 303
    assert "这是您提议的，由另一人决定" in client.get(there).text
    as_a(work_as, client, "决定", "organization_dept")
    status, said = send(client, there, decision="confirm", answer="")
    assert status == 422 and 'role="alert"' in said
    assert send(client, there, decision="confirm", answer="情况属实") == (303, "/manage/incidents")
    with work_as(write=False) as work:
        person = work.session.get_one(Person, held.all_right.person_id)
    build.sign_in(client, work_as, person, "candidate")
    shown = client.get(f"/exams/attempts/{attempt}/result").text
    assert "该次成绩已作废" in shown and "他人代考" in shown


def follow(client: FlaskClient, page: str, pattern: str) -> str | None:
    """Where the link of a page leads whose address ends like this."""
    found = re.search(rf'href="([^"]*{pattern})"', client.get(page).text)
    return found and unescape(found[1])


def test_a_sitting_in_which_nothing_was_noticed_leads_to_the_proposal_too(client: FlaskClient, work_as: WorkAs) -> None:
    held, uid = Held(work_as), "[0-9a-f-]{36}"
    as_a(work_as, client, "提议", "organization_dept")
    notes = f"/manage/exams/{held.exam.uid}/notes"
    assert "没有记录。" in client.get(notes).text and follow(client, notes, f"/notes/{uid}") is None
    for start in (f"{notes}?of=all", follow(client, f"/manage/exams/{held.exam.uid}/scores", rf"/notes\?person={uid}")):
        assert start
        sitting = follow(client, start, f"/notes/{uid}")
        assert sitting and "没有记录。" in client.get(sitting).text
        assert follow(client, sitting, f"/annul/{uid}") == sitting.replace("/notes/", "/annul/")
    status, there = send(client, sitting.replace("/notes/", "/annul/"), reason="他人代考")
    assert status == 303
    assert follow(client, sitting, f"/annul/{uid}") is None and follow(client, sitting, f"/manage/incidents/{uid}") == there


def test_no_proposal_is_offered_where_none_would_be_taken(client: FlaskClient, work_as: WorkAs) -> None:
    """Of a sitting that is being written, and of one's own."""
    papers.stocked(work_as, 4)
    exam = papers.opened(work_as, papers.rows(2))
    with work_as() as work:
        officer, other = make.person(work, "考务"), make.person(work, "考生")
        make.grant(work, officer, "organization_dept", "city")
    sittings = {}
    for person in (officer, other):
        actor = make.actor(person, "exams.sit", sign_in_id=person.id)
        sittings[person.name] = actor, build.start(work_as, actor, exam.uid).attempt
    build.sign_in(client, work_as, officer)
    pages = {name: f"/manage/exams/{exam.uid}/notes/{attempt}" for name, (_actor, attempt) in sittings.items()}
    assert [client.get(page).status_code for page in pages.values()] == [200, 200]
    assert [follow(client, page, "/annul/[^/]*") for page in pages.values()] == [None, None]
    for actor, attempt in sittings.values():
        with work_as(actor) as work:
            service.submit(work, attempt)
    assert follow(client, pages["考务"], "/annul/[^/]*") is None
    assert follow(client, pages["考生"], "/annul/[^/]*")


def test_a_candidate_appeals_and_is_answered(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as)
    with work_as(write=False) as work:
        person = work.session.get_one(Person, held.both_wrong.person_id)
        attempt = work.session.scalars(select(Attempt.uid).where(Attempt.person_id == person.id)).one()
    build.sign_in(client, work_as, person, "candidate")
    result = f"/exams/attempts/{attempt}/result"
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get(result).text)
    assert token
    filed = f"/exams/attempts/{attempt}/appeal"
    page = client.get(result).text
    assert "认为试题或答案有误" in page and "重评主观题" not in page, "nobody marked anything of this paper"
    refused = client.post(filed, data={"csrf_token": token[1], "reason": ""})
    assert refused.status_code == 422 and "请说明理由" in refused.text
    assert client.post(filed, data={"csrf_token": token[1], "reason": "题干有歧义"}).status_code == 303
    assert "待答复" in client.get(result).text
    with work_as(write=False) as work:
        appeal = f"/manage/appeals/{work.session.scalars(select(ResultAppeal.uid)).one()}"
    as_a(work_as, client, "评卷", "instructor")
    assert "题干有歧义" in client.get(appeal).text and person.name not in client.get(appeal).text.split("<main")[1]
    assert send(client, appeal, answer=" ")[0] == 422
    assert send(client, appeal, answer="题干无误")[0] == 303
    build.sign_in(client, work_as, person, "again")
    assert "题干无误" in client.get(result).text


def test_a_written_paper_is_marked_anew_and_what_is_no_number_is_said(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    paper = Paper(work_as)
    with work_as(write=False) as work:
        person = work.session.get_one(Person, paper.candidate.person_id)
    build.sign_in(client, work_as, person, "candidate")
    result = f"/exams/attempts/{paper.attempt}/result"
    assert "重评主观题" in client.get(result).text
    row = paper.appeal()
    assert "待第二阅卷人受理" in client.get(result).text
    as_a(work_as, client, "评卷", "instructor")
    for points in ("五分", "11"):
        status, page = send(client, f"/manage/appeals/{row.uid}", **{f"points-{paper.sheet}": points}, answer="要点齐全")
        assert status == 422 and "得分须在 0 至 10 之间" in page and points in page
