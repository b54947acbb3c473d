"""The pages of regrading: choose, look, commit; nothing of a key is on a candidate's page before release."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.exams.models import Attempt, ExamTrail
from app.exams.rules.regrading import How
from app.exams.service import refusals
from app.people.models import Person
from tests import make
from tests.exams import build
from tests.exams.build import WorkAs
from tests.exams.test_regrading import Held


def officer(held: Held, client: FlaskClient) -> None:
    with held.work_as() as work:
        person = work.session.get_one(Person, held.officer.person_id)
        make.grant(work, person, "organization_dept", "city")
    build.sign_in(client, held.work_as, person)


def test_an_officer_looks_and_commits_and_the_candidate_finds_it(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as)
    officer(held, client)
    here = f"/manage/exams/{held.exam.uid}/regrade"
    listed = client.get(here)
    assert f"{here}/{held.version}" in listed.text
    assert "保持原样。打开试题" in listed.text, "Chinese sentences close up"
    looked = client.get(f"{here}/{held.version}?how=full")
    assert "乙" in looked.text and "+4" in looked.text
    token = re.search(r'name="csrf-token" content="([^"]+)"', looked.text)
    digest = re.search(r'name="digest" value="([0-9a-f]+)"', looked.text)
    assert token and digest
    form = {"csrf_token": token[1], "how": "full", "digest": digest[1], "reason": ""}
    missing = client.post(f"{here}/{held.version}", data=form)
    assert missing.status_code == 422 and "请填写理由" in missing.text
    done = client.post(f"{here}/{held.version}", data=form | {"reason": "题干有误"})
    assert done.status_code == 303
    assert "题干有误" in client.get(here).text
    moved = client.post(f"{here}/{held.version}", data=form | {"reason": "再来一次"})
    assert moved.status_code == 409 and "查看之后成绩又有变化" in moved.text
    assert "再来一次" in moved.text and digest[1] not in moved.text, "nothing is lost, and the list is the one of now"
    with work_as(write=False) as work:
        person = work.session.get_one(Person, held.one_wrong.person_id)
        uid = work.session.scalars(select(Attempt.uid).where(Attempt.person_id == person.id)).one()
    build.sign_in(client, work_as, person, "candidate")
    shown = client.get(f"/exams/attempts/{uid}/result").text
    assert "题干有误" in shown and "已作废：全体计满分" in shown and "成绩变更记录" in shown
    asked = shown[: shown.index("</ol>")].split('id="q')
    (withdrawn,) = [one for one in asked if "已作废：全体计满分" in one]
    assert "正确答案" not in withdrawn and "您的答案" in withdrawn, "of a question that was withdrawn nothing is right or wrong"


def test_a_commit_from_elsewhere_is_refused(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    """ATK-A61."""
    held = Held(work_as)
    officer(held, client)
    answer = client.post(f"/manage/exams/{held.exam.uid}/regrade/{held.version}", data={"how": "full", "reason": "x"})
    assert answer.status_code == 403
    assert held.scores() == [(100, True), (50, False), (0, False)]


def test_a_correction_without_a_key_says_so_beside_the_form(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as)
    officer(held, client)
    shown = client.get(f"/manage/exams/{held.exam.uid}/regrade/{held.version}?how=key")
    assert "该题不能采用这样的答案。请勾选或填写更正后的正确答案。" in shown.text
    assert client.get(f"/manage/exams/{held.exam.uid}/regrade/{held.version}?how=nonsense").status_code == 200


def lines(held: Held) -> list[str]:
    """What the trail of the examination says of the officer."""
    with held.work_as(write=False) as work:
        return list(work.session.scalars(select(ExamTrail.what).where(ExamTrail.who_id == held.officer.person_id)))


def test_whoever_looks_what_a_key_would_change_is_noted_and_does_not_sit(
    client: FlaskClient, work_as: WorkAs, real_listeners: None
) -> None:
    """Who gains by which letter tells the key while the window is open (INV-I18)."""
    held = Held(work_as)
    officer(held, client)
    here = f"/manage/exams/{held.exam.uid}/regrade"
    for _twice in range(2):
        assert client.get(f"{here}/{held.version}?how=key&right=A").status_code == 200
    assert lines(held) == ["regrade_read"]
    assert "查看更正影响" in client.get(f"/manage/exams/{held.exam.uid}").text
    with pytest.raises(refusals.KnowsThePaper):
        build.start(work_as, held.officer, held.exam.uid)
    held.commit(How.FULL)
    assert lines(held) == ["regrade_read", "regraded"], "the key can still be put right while others sit"


def test_whoever_only_sees_what_was_asked_may_sit_and_then_looks_no_more(
    client: FlaskClient, work_as: WorkAs, real_listeners: None
) -> None:
    held = Held(work_as)
    officer(held, client)
    here = f"/manage/exams/{held.exam.uid}/regrade"
    assert client.get(here).status_code == 200 and lines(held) == []
    build.start(work_as, held.officer, held.exam.uid)
    for page in (here, f"{here}/{held.version}", f"{here}/{held.version}?how=key&right=A"):
        assert client.get(page).status_code == 403
    assert lines(held) == [], "who is refused has read nothing"
    with pytest.raises(refusals.OwnResult):
        held.weigh(How.FULL)
