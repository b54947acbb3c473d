"""A corrected key of blanks and of the parts of a case: what may be said, whom it changes, and how it comes to the bank."""

from __future__ import annotations

import html
import io
import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.bank import service as bank
from app.bank.models import Card, CardState, Question, QuestionKey, QuestionVersion, Trail
from app.bank.queries.lists import whole
from app.bank.rules import packed
from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.bank.service.refusals import MoveNotAllowed, VersionedSince
from app.exams import service
from app.exams.manage import regrading
from app.exams.models import Attempt, Exam, ExamTrail, Regrade, Sheet, SheetState
from app.exams.rules.blueprint import Row
from app.exams.rules.corrections import Keyed, NotAKey, corrected
from app.exams.rules.regrading import How
from app.exams.service import refusals
from app.exams.service.papers import AttemptShown
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor, College
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.house.test_statements import MOST, counted

D = Decimal
TOPIC = "改革开放"
BLANK = QuestionDraft(
    Kind.BLANK, "深圳经济特区设立于____年，位于____省。", points=D(2), topic=TOPIC,
    blanks=(Blank((Accepted("1980"), Accepted("1979"))), Blank((Accepted("广东"),))),
)  # fmt: skip
CASE = QuestionDraft(
    Kind.CASE, "某局推行政务公开。", points=D(10), topic=TOPIC,
    parts=(
        QuestionDraft(Kind.SINGLE, "依据是？", tuple(OptionDraft(f"选项 {n}", n == 1) for n in range(3)), D(4)),
        QuestionDraft(Kind.BLANK, "条例施行于____年。", points=D(2), blanks=(Blank((Accepted("2008"),)),)),
        QuestionDraft(Kind.SHORT, "难点何在？", points=D(4), sample="缺少标准"),
    ),
)  # fmt: skip


class Sat:
    """An examination of one question with blanks and one case (50 points each), sat by one whose written part was given 3 of 4."""

    def __init__(self, work_as: WorkAs) -> None:
        self.work_as = work_as
        with work_as() as work:
            self.questions = {draft.kind: papers.passed(work, draft).id for draft in (BLANK, CASE)}
        rows = [Row(TOPIC, Kind.BLANK, 1, D(50)), Row(TOPIC, Kind.CASE, 1, D(50))]
        self.exam: Exam = papers.opened(work_as, rows)
        self.candidate = papers.candidate(work_as)
        with work_as() as work:
            self.officer = make.actor(make.person(work, "考务"), "exams.release", "bank.open", "bank.review", sign_in_id=30)
        self.attempt = build.start(work_as, self.candidate, self.exam.uid)
        self.answer(self.attempt, self.candidate)
        build.mark_all(work_as, D(3))

    def answer(self, attempt: AttemptShown, actor: Actor) -> None:
        """1979 and Guangdong; of the case the third option, 2007, something written."""
        asked = {one.kind: one for one in attempt.questions}
        case = asked["case"]
        single = case.parts[0]
        third = next(one.option for one in single.options if one.text == "选项 2")
        with self.work_as(actor) as work:
            service.save(work, attempt.attempt, asked["blank"].question, 1, ["1979", "广东"])
            value = {single.question: third, case.parts[1].question: ["2007"], case.parts[2].question: "缺少标准"}
            service.save(work, attempt.attempt, case.question, 1, value)
            service.submit(work, attempt.attempt)

    def version(self, kind: Kind) -> UUID:
        with self.work_as(write=False) as work:
            number = work.session.get_one(Question, self.questions[kind]).current_version_id
            return work.session.get_one(QuestionVersion, number).uid

    def commit(self, kind: Kind, *right: Any, how: How = How.KEY) -> UUID:
        wish = service.Wish(self.version(kind), how, right)
        with self.work_as(self.officer, write=False) as work:
            seen = service.preview_regrade(work, self.exam.uid, wish)
            weighed = service.weigh_regrade(work, self.exam.uid, wish, "答案更正", seen.digest)
        with self.work_as(self.officer) as work:
            return service.regrade(work, weighed).uid

    def score(self) -> Decimal:
        with self.work_as(write=False) as work:
            found = work.session.scalars(select(Attempt.score).where(Attempt.person_id == self.candidate.person_id)).one()
            assert found is not None
            return found

    def shown(self, kind: str) -> Any:
        with self.work_as(self.candidate, write=False) as work:
            found = build.result(work, self.attempt.attempt).questions
        return next(one for one in found or () if one.kind == kind)


@pytest.fixture
def sat(work_as: WorkAs, real_listeners: None) -> Sat:
    return Sat(work_as)


def test_what_stood_is_blanks_right_and_three_tenths_of_the_case(sat: Sat) -> None:
    assert sat.score() == D(65)


def test_an_accepted_answer_is_taken_back(sat: Sat) -> None:
    sat.commit(Kind.BLANK, {"drop": ["1979"]}, {})
    assert sat.score() == D(15)
    shown = sat.shown("blank")
    assert (shown.outcome, shown.amended, shown.key) == ("wrong", "key", ["1980", "广东"])


def test_one_is_added_and_another_taken_back_in_one_go(sat: Sat) -> None:
    sat.commit(Kind.BLANK, {"drop": ["1979"]}, {})
    sat.commit(Kind.BLANK, {"add": ["1979", "一九八〇"], "drop": ["1979"]}, "粤")
    assert sat.score() == D(65)
    assert sat.shown("blank").key == ["1980 / 1979 / 一九八〇", "广东 / 粤"]


def test_one_part_is_corrected_and_what_a_person_marked_stays(sat: Sat) -> None:
    sat.commit(Kind.CASE, ["p1", ["c"]])
    assert sat.score() == D(85)  # 50 and 7 of 10
    parts = sat.shown("case").parts
    assert [(one.outcome, one.earned) for one in parts] == [("right", 4), ("wrong", 0), ("partly", 3)]
    sat.commit(Kind.CASE, ["p1", ["c"]], ["p2", [{"add": ["2007"], "drop": ["2008"]}]])
    assert sat.score() == D(95) and [one.key for one in sat.shown("case").parts[1:2]] == [["2007"]]
    sat.commit(Kind.CASE, ["p2", [{"add": ["2007"]}]])
    assert sat.score() == D(75), "the last correction says all of it"
    sat.commit(Kind.CASE, how=How.FULL)
    sat.commit(Kind.CASE, ["p1", ["c"]])
    assert sat.score() == D(85)


def test_whoever_is_marked_later_is_marked_by_the_corrected_part(sat: Sat) -> None:
    late = papers.candidate(sat.work_as, "丁", sign_in_id=40)
    attempt = build.start(sat.work_as, late, sat.exam.uid)
    sat.commit(Kind.CASE, ["p1", ["c"]])
    sat.answer(attempt, late)
    mark_waiting(sat)
    with sat.work_as(write=False) as work:
        assert work.session.scalars(select(Attempt.score).where(Attempt.person_id == late.person_id)).one() == D(90)


def mark_waiting(sat: Sat) -> None:
    """Every written answer that still waits gets all its points."""
    with sat.work_as() as work:
        marker = make.actor(make.person(work, "阅卷二"), "exams.mark")
        waiting = list(work.session.scalars(select(Sheet.uid).where(Sheet.state == SheetState.WAITING)))
    for uid in waiting:
        with sat.work_as(marker) as work:
            service.give_mark(work, uid, D(4), [], "")


KEYS = {kind: Keyed(kind, [name for name, _ in packed.lettered(one)], packed.right(one), packed.secret(one), packed.face(one))
        for kind, one in {Kind.BLANK: BLANK, Kind.CASE: CASE, Kind.SINGLE: CASE.parts[0], Kind.SHORT: CASE.parts[2]}.items()}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.BLANK, [{"drop": ["1980", "1979"]}, {}]),  # nothing would be right
        (Kind.BLANK, [{"drop": ["1978"]}, {}]),  # never accepted
        (Kind.BLANK, ["", ""]), (Kind.BLANK, [{}, {}]), (Kind.BLANK, [{"add": ["1981"]}]), (Kind.BLANK, [{"more": ["1981"]}, {}]),
        (Kind.BLANK, [{"add": "1981"}, {}]), (Kind.BLANK, [{"add": [1981]}, {}]), (Kind.BLANK, ["字" * 201, ""]),
        (Kind.BLANK, ["a\x00", ""]),
        (Kind.BLANK, [{"add": [str(n) for n in range(21)]}, {}]), (Kind.BLANK, [5, ""]),
        (Kind.CASE, []), (Kind.CASE, ["p1"]), (Kind.CASE, [["p9", ["a"]]]), (Kind.CASE, [["p1", ["a"]], ["p1", ["b"]]]),
        (Kind.CASE, [["p1", ["a", "b"]]]), (Kind.CASE, [["p1", "a"]]), (Kind.CASE, [["p3", ["x"]]]), (Kind.CASE, [[["p1"], ["a"]]]),
        (Kind.SINGLE, []), (Kind.SINGLE, ["z"]), (Kind.SINGLE, ["a", "b"]), (Kind.SINGLE, [["a"]]), (Kind.SHORT, ["x"]),
    ],
)  # fmt: skip
def test_what_cannot_be_a_key_is_none(kind: Kind, said: Any) -> None:
    with pytest.raises(NotAKey):
        corrected(KEYS[kind], said)


def test_an_answer_is_taken_back_however_it_is_written(sat: Sat) -> None:
    """Compared as the blank compares: width, case and space do not matter."""
    sat.commit(Kind.BLANK, {"drop": [" １９７９ "]}, {})
    assert sat.score() == D(15)


def test_the_service_refuses_it_by_name(sat: Sat) -> None:
    with pytest.raises(refusals.NoSuchKey):
        sat.commit(Kind.CASE, ["p3", ["x"]])


def give(sat: Sat, regrade: UUID, actor: Actor | None = None) -> None:
    with sat.work_as(actor or sat.officer) as work:
        service.give_key_to_bank(work, service.examination(work, sat.exam.uid), regrade)


def test_the_bank_gets_a_new_version_that_somebody_else_passes(sat: Sat) -> None:
    row = sat.commit(Kind.CASE, ["p1", ["c"]])
    before = sat.version(Kind.CASE)
    give(sat, row)
    with sat.work_as(write=False) as work:
        question = work.session.get_one(Question, sat.questions[Kind.CASE])
        card = work.session.get_one(Card, question.id)
        key = work.session.get_one(QuestionKey, question.current_version_id)
        uid, said = question.uid, [one.what for one in work.session.scalars(select(Trail).where(Trail.question_id == question.id))]
    assert (card.state, said, key.hidden["parts"]["p1"]["right"]) == (CardState.IN_REVIEW, ["key_corrected"], ["c"])
    assert key.hidden["parts"]["p3"]["sample"] == "缺少标准" and sat.version(Kind.CASE) != before
    with pytest.raises(MoveNotAllowed), sat.work_as(sat.officer) as work:
        bank.move(work, uid, "approved")
    with sat.work_as(sat.officer) as work:
        done = bank.move_chosen(work, [uid], "approved")
        assert (done.done, done.own) == (0, 1), "nor among many"
    with sat.work_as() as work:
        other = make.actor(make.person(work, "审题"), "bank.open", "bank.review", sign_in_id=31)
    with sat.work_as(other) as work:
        bank.move(work, uid, "approved")
        assert whole(work, uid).version.number == 2
    with pytest.raises(VersionedSince):
        give(sat, row)


def test_only_the_last_correction_reaches_the_bank_and_only_by_a_reviewer(sat: Sat) -> None:
    first = sat.commit(Kind.BLANK, {"drop": ["1979"]}, {})
    withdrawn = sat.commit(Kind.CASE, how=How.FULL)
    last = sat.commit(Kind.BLANK, {"add": ["1981"]}, {})
    for row in (first, withdrawn):
        with pytest.raises(NotFound):
            give(sat, row)
    with sat.work_as() as work:
        personnel = make.actor(make.person(work, "人事"), "exams.release", sign_in_id=32)
    with pytest.raises((Forbidden, NotFound)):
        give(sat, last, personnel)
    with pytest.raises(Forbidden):
        give(sat, last, sat.candidate)
    give(sat, last)
    with sat.work_as(write=False) as work:
        number = work.session.get_one(Question, sat.questions[Kind.BLANK]).current_version_id
        key = work.session.get_one(QuestionKey, number)
        assert [row[0] for row in key.hidden["blanks"][0]["accepted"]] == ["1980", "1979", "1981"]
        assert len(work.session.scalars(select(Regrade)).all()) == 3


def officer_signed_in(sat: Sat, client: FlaskClient, *, jurisdiction: str = "city", role: str = "organization_dept") -> str:
    """The page of regrading, for somebody with this role; the token of its forms."""
    with sat.work_as() as work:
        person = make.person(work, "考务二")
        make.grant(work, person, role, jurisdiction)
    build.sign_in(client, sat.work_as, person)
    return re.search(r'name="csrf-token" content="([^"]+)"', client.get("/manage").text)[1]  # type: ignore[index]


def test_the_page_takes_the_key_of_a_part_and_an_answer_back(client: FlaskClient, sat: Sat) -> None:
    token = officer_signed_in(sat, client)
    here = f"/manage/exams/{sat.exam.uid}/regrade/{sat.version(Kind.CASE)}"
    empty = client.get(here).text
    assert 'name="p1-right"' in empty and 'name="p2-add0"' in empty and "p3-" not in empty
    looked = client.get(f"{here}?how=key&p1-right=c&p2-add0=2007%0D%0A%202006%20&p2-drop0=2008")
    digest = re.search(r'name="digest" value="([0-9a-f]+)"', looked.text)
    sent = re.findall(r'<input type="hidden" name="(p[^"]+)" value="([^"]*)"', looked.text)
    assert digest and len(sent) == 3
    form = {"csrf_token": token, "how": "key", "digest": digest[1], "reason": "答案更正"}
    assert client.post(here, data=MultiDict([*form.items(), *sent])).status_code == 303
    assert sat.score() == D(95)
    with sat.work_as(write=False) as work:
        row = work.session.scalars(select(Regrade)).one()
        assert row.right == [["p1", ["c"]], ["p2", [{"add": ["2007", "2006"], "drop": ["2008"]}]]]
    again = client.get(here).text
    assert re.search(r'name="p1-right" value="c" checked', again) and "2007\n2006" in again, "what holds stands in the form"
    listed = client.get(f"/manage/exams/{sat.exam.uid}/regrade").text
    assert f"/regrade/{row.uid}/bank" in listed and "按此答案更新题库" in listed
    assert client.post(f"/manage/exams/{sat.exam.uid}/regrade/{row.uid}/bank", data={"csrf_token": token}).status_code == 303
    assert f"/regrade/{row.uid}/bank" not in client.get(f"/manage/exams/{sat.exam.uid}/regrade").text


def test_the_page_of_a_corrected_case_asks_ten_statements_however_many_change(client: FlaskClient, college: College, sat: Sat) -> None:
    officer_signed_in(sat, client)
    here = f"/manage/exams/{sat.exam.uid}/regrade/{sat.version(Kind.CASE)}?how=key&p1-right=c&p2-add0=2007"
    counts = []
    for others in ("", "甲乙丙"):
        for at, name in enumerate(others):
            person = papers.candidate(sat.work_as, name, sign_in_id=50 + at)
            sat.answer(build.start(sat.work_as, person, sat.exam.uid), person)
        mark_waiting(sat)
        client.get(here)
        with counted(college) as seen:
            shown = client.get(here).text
        assert [name for name in ("李学", *others) if f'<td class="who">{name}</td>' not in shown] == []
        counts.append(len(seen))
    assert counts[0] == counts[1] <= MOST, "\n".join(seen)


def test_accepted_answers_are_shown_to_reviewers_of_the_bank_alone(client: FlaskClient, sat: Sat) -> None:
    here = f"/manage/exams/{sat.exam.uid}/regrade/{sat.version(Kind.BLANK)}"
    officer_signed_in(sat, client)
    shown = client.get(here).text
    assert 'value="1979"' in shown
    officer_signed_in(sat, client, role="personnel")
    shown = client.get(here).text
    assert "1979" not in shown and "1980" not in shown and 'name="drop0"' in shown


def test_the_list_goes_on_page_by_page_and_the_workbook_has_all_of_it(client: FlaskClient, sat: Sat, monkeypatch: Any) -> None:
    monkeypatch.setattr(regrading, "SIZE", 1)
    second = papers.candidate(sat.work_as, "丁", sign_in_id=40)
    attempt = build.start(sat.work_as, second, sat.exam.uid)
    sat.answer(attempt, second)
    mark_waiting(sat)
    officer_signed_in(sat, client)
    here = f"/manage/exams/{sat.exam.uid}/regrade/{sat.version(Kind.BLANK)}"
    first = client.get(f"{here}?how=key&drop0=1979").text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward and ("李学" in first) != ("丁" in first)
    rest = client.get(html.unescape(onward[1])).text
    assert ("李学" in rest) != ("李学" in first) and 'rel="next"' not in rest
    file = client.get(f"{here}/changes.xlsx?how=key&drop0=1979")
    rows = list(load_workbook(io.BytesIO(file.data)).active.values)
    heads = next(at for at, row in enumerate(rows) if row[0] == "姓名")
    assert {(row[0], row[2], row[3]) for row in rows[heads + 1 :]} == {("李学", 65, 15), ("丁", 70, 20)}


def test_the_workbook_is_for_whoever_may_look_and_leaves_a_line(client: FlaskClient, sat: Sat) -> None:
    address = f"/manage/exams/{sat.exam.uid}/regrade/{sat.version(Kind.BLANK)}/changes.xlsx?how=full"
    with sat.work_as(write=False) as work:
        person = work.session.get_one(Person, sat.candidate.person_id)
    build.sign_in(client, sat.work_as, person, "candidate")
    assert client.get(address).status_code == 403
    with sat.work_as() as work:
        make.grant(work, person, "organization_dept", "city")
    assert client.get(address).status_code == 403, "nobody looks who has begun the examination (ATK-A62)"
    officer_signed_in(sat, client)
    assert client.get(address).status_code == 200
    with sat.work_as(write=False) as work:
        assert [one.what for one in work.session.scalars(select(ExamTrail).where(ExamTrail.what == "regrade_read"))] == ["regrade_read"]


def test_people_outside_the_scope_have_no_name_in_the_workbook(client: FlaskClient, sat: Sat) -> None:
    with sat.work_as() as work:
        officer = make.person(work, "区考务", at=make.unit(work, "某区"))
        make.grant(work, officer, "organization_dept", "unit_subtree")
    build.sign_in(client, sat.work_as, officer)
    file = client.get(f"/manage/exams/{sat.exam.uid}/regrade/{sat.version(Kind.BLANK)}/changes.xlsx?how=key&drop0=1979")
    text = str(list(load_workbook(io.BytesIO(file.data)).active.values))
    assert file.status_code == 200 and "李学" not in text and "不在您的管理范围" in text
