"""The demo's online courses are studied through the verbs a player uses, and the auditor finds what was drawn of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from app.admin import queries as audit
from app.admin.queries import View, Wanted
from app.bank.rules.drafts import QuestionDraft
from app.desk import demo
from app.exams import service as exams
from app.kernel.work import Actor, working
from app.learning import queries as learning
from app.ledger import queries as ledger
from tests import make
from tests.desk import build
from tests.desk.test_service import all_drawn  # noqa: F401  # a fixture
from tests.learning.build import taught


@pytest.fixture
def office(college: Any) -> build.Office:
    """Two courses with a quiz, five people without an account, and an auditor."""
    made = build.office(college)
    with working(college, Actor.system("test")) as work:
        author = make.person(work, "王讲")
        make.account(work, author, "author")
        for code in demo.COURSES:
            _course, version, _lectures = taught(work, (40_000, 20_000), author, code=code, title=code)
            questions = [QuestionDraft.judge(f"公文以准确为先（{code}{number}）。", is_true=number > 1) for number in range(3)]
            exams.create_closing_quiz(work, version.id, "随堂测验", questions)
        for number in range(5):
            make.person(work, f"学员{number}")
        made.people["auditor"] = make.person(work, "闻鉴")
        make.account(work, made.people["auditor"], "auditor", build.PASSWORD)
        make.grant(work, made.people["auditor"], "auditor", "city")
    return made


@pytest.mark.usefixtures("all_drawn")
def test_who_is_drawn_studied_from_end_to_end_and_one_was_looked_at(office: build.Office, client: Any, clock: Any) -> None:
    said: list[object] = []
    for _time in range(2):
        demo.load_studied(office.college, office.actor, said.append)
    assert said == ["网络课程：4 人次学完"], "a second time does nothing"
    with working(office.college, office.actor("auditor"), write=False) as work:
        drawn = audit.samples(work, Wanted(View.SAMPLES)).items
        lines = [ledger.line(work, one.person_id, one.entry_seq or 0) for one in drawn]
        sessions = [learning.play_sessions(work, line.person_id, line.source_id) for line in lines]
    assert Counter(one.state for one in drawn) == {"open": 3, "ok": 1}
    assert len({one.person_id for one in drawn}) == 4
    assert {line.certified_by for line in lines} == {"auto"}
    assert [sorted(one.granted_ms for one in some) for some in sessions] == [[20_000, 40_000]] * 4
    assert Counter(why for some in sessions for one in some for why, _ms in one.excluded) == {"hidden": 2}
    assert all(one.opened_at < one.ended_at < clock.now() for some in sessions for one in some if one.ended_at)
    client.sign_in("auditor")
    address = f"/manage/audit/people/{drawn[0].person}/lines/{drawn[0].entry_seq}/study"
    assert "10.20.1." in client.get(address).text
