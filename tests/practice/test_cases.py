"""Cases and pictures in practice: asked as one, explained part by part, and no written answer among them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from PIL import Image

from app.bank import service as bank
from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import OptionDraft, Picture, QuestionDraft
from app.kernel.work import Actor, College, Work
from app.practice import queries, service
from app.practice.service import MarkedByHand
from tests import make
from tests.exams import build, papers
from tests.exams.build import WHY
from tests.practice.test_practice import asked, post, reviewer

WorkAs = Callable[..., AbstractContextManager[Work]]
CASE = QuestionDraft(Kind.CASE, "某街道拟改造旧楼。", points=Decimal(6), explanation=WHY, topic="案例", parts=(
    QuestionDraft(Kind.SINGLE, "先做什么？", (OptionDraft("入户", is_right=True), OptionDraft("开工"), OptionDraft("张榜")), Decimal(3),
                  "先听意见"),
    QuestionDraft(Kind.BLANK, "公示____日。", points=Decimal(3), blanks=(Blank((Accepted("7"),)),)),
))  # fmt: skip
WRITTEN = replace(CASE, stem="另一案例。", parts=(*CASE.parts, QuestionDraft(Kind.SHORT, "为什么？", points=Decimal(4), sample="要点")))


@pytest.fixture(autouse=True)
def _eligible(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("college")
    with build.everybody_may_sit():
        yield


def opened(work_as: WorkAs, draft: QuestionDraft) -> UUID:
    """This question, open for practice."""
    with work_as() as work:
        uid = papers.passed(work, draft).uid
    with work_as(reviewer(work_as)) as work:
        service.open_question(work, uid)
    return uid


def begun(work_as: WorkAs, actor: Actor) -> tuple[UUID, queries.Asked]:
    with work_as(actor) as work:
        uid = service.daily(work).uid
    (one,) = asked(work_as, actor, uid)
    return uid, one


def values(one: queries.Asked, choice: str, blank: str) -> dict[str, str | list[str]]:
    single, gap = one.parts
    return {single.question: next(each.option for each in single.options if each.text == choice), gap.question: [blank]}


def test_a_case_is_answered_as_one_and_explained_part_by_part(work_as: WorkAs) -> None:
    opened(work_as, CASE)
    actor = papers.candidate(work_as)
    uid, one = begun(work_as, actor)
    assert one.outcome == "" and [part.stem for part in one.parts] == ["先做什么？", "公示____日。"]
    assert all(part.key is None and part.explanation is None for part in one.parts), "no key before the answer"
    with work_as(actor) as work:
        assert service.answer(work, uid, one.line.question, values(one, "入户", "3")).outcome == "partly"
    (one,) = asked(work_as, actor, uid)
    assert [(part.outcome, part.earned) for part in one.parts] == [("right", 3), ("wrong", 0)]
    assert one.parts[0].explanation == "先听意见" and one.parts[1].key == ["7"] and one.explanation == WHY
    with work_as(actor, write=False) as work:
        (entry,) = queries.book(work)
    assert entry.is_practised and not entry.is_by_hand
    assert entry.went is not None and [part.outcome for part in entry.went.parts] == ["right", "wrong"]


def test_a_case_is_right_when_each_part_is(work_as: WorkAs) -> None:
    opened(work_as, CASE)
    actor = papers.candidate(work_as)
    uid, one = begun(work_as, actor)
    with work_as(actor) as work:
        assert service.answer(work, uid, one.line.question, values(one, "入户", "７")).outcome == "right"
        assert queries.book(work) == []


def test_a_case_with_a_written_answer_stays_out(work_as: WorkAs) -> None:
    with work_as() as work:
        uid = papers.passed(work, WRITTEN).uid
        short = papers.approved(work, 1, kind=Kind.SHORT).uid
    for each in (uid, short):
        with pytest.raises(MarkedByHand), work_as(reviewer(work_as)) as work:
            service.open_question(work, each)
    with work_as(reviewer(work_as)) as work:
        bank.give_to_practice(work, uid)
    with pytest.raises(service.NothingToPractise), work_as(papers.candidate(work_as)) as work:
        service.daily(work)
    with work_as(reviewer(work_as), write=False) as work:
        assert [one.is_marked for one in queries.offered(work, "案例", "", None).items] == [False]


def test_a_case_is_practised_on_its_page(client: FlaskClient, work_as: WorkAs) -> None:
    opened(work_as, CASE)
    with work_as() as work:
        person = make.person(work, "练习")
    build.sign_in(client, work_as, person)
    path = post(client, "/practice/self-tests", kind="case").location
    page = client.get(path).text
    assert "某街道拟改造旧楼。" in page and "先听意见" not in page
    with work_as(make.actor(person), write=False) as work:
        uid = queries.recent(work)[0].uid
        (one,) = queries.asked(work, queries.own_set(work, uid))
    assert all(f'name="{part.question}"' in page for part in one.parts)
    assert post(client, f"{path}/answers/{one.line.question}").status_code == 422
    found = post(client, f"{path}/answers/{one.line.question}", **values(one, "开工", "7"))
    page = client.get(found.location).text
    assert "先听意见" in page and "部分答对" in page and page.count("正确答案") == 1
    shown = client.get(f"/api/v1/practice/sets/{uid}").get_json()["questions"][0]
    assert [part["outcome"] for part in shown["parts"]] == ["wrong", "right"] and shown["parts"][1]["blanks"] == 1


def test_a_picture_is_seen_by_whoever_practises_and_by_nobody_before_it_is_open(
    client: FlaskClient, work_as: WorkAs, college: College
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "PNG")
    kept = bank.receive(college.settings, file.getvalue())
    with work_as() as work:
        bank.note_pictures(work, [kept])
        person = make.person(work, "练习")
        uid = papers.passed(work, replace(CASE.parts[0], topic="图", picture=Picture(kept.sha256, "柱形图"))).uid
    build.sign_in(client, work_as, person)
    assert client.get(f"/questions/pictures/{kept.sha256}").status_code == 404
    with work_as(reviewer(work_as)) as work:
        service.open_question(work, uid)
    path = post(client, "/practice/self-tests", topic="图").location
    assert f'src="/questions/pictures/{kept.sha256}" alt="柱形图"' in client.get(path).text
    assert client.get(f"/questions/pictures/{kept.sha256}").status_code == 200
    with work_as(reviewer(work_as)) as work:
        service.close_question(work, uid)
    assert client.get(f"/questions/pictures/{kept.sha256}").status_code == 200, "it stands in an exercise of his own"
    with work_as() as work:
        stranger = make.person(work, "旁人")
    build.sign_in(client, work_as, stranger)
    assert client.get(f"/questions/pictures/{kept.sha256}").status_code == 404
