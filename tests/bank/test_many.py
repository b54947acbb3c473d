"""Handed in and passed many at once: each as it would be alone, nobody his own, never cut in silence (issue 3)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.bank import service
from app.bank.models import Card, Question, Trail
from app.bank.rules.formats import text
from app.bank.service import MovedMany
from app.bank.service.refusals import MoveNotAllowed, NoneChosen, TooManyChosen
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor
from tests.bank import build
from tests.bank.build import WorkAs
from tests.bank.test_api import _headers
from tests.bank.test_views import _enter, _post


def brought_in(work_as: WorkAs, actor: Actor, count: int = 3) -> UUID:
    with work_as(actor) as work:
        uid = service.keep(
            work, "text", text.read("".join(f"{at}、第 {at} 句说的是{'甲乙丙丁'[at % 4]}。（√）\n" for at in range(1, count + 1)))
        ).uid
        service.carry_out(work, uid)
    return uid


def standing(work_as: WorkAs, uids: list[UUID]) -> list[tuple[str, int | None, list[tuple[str, int | None]]]]:
    """State, who passed it, and what was noted by whom, of each question."""
    found = []
    with work_as() as work:
        for uid in uids:
            card = work.session.scalars(select(Card).join(Question, Question.id == Card.question_id).where(Question.uid == uid)).one()
            trail = select(Trail.what, Trail.who_id).where(Trail.question_id == card.question_id).order_by(Trail.id)
            found.append((str(card.state), card.reviewed_by, [tuple(row) for row in work.session.execute(trail)]))
    return found


def test_many_at_once_leave_what_each_alone_leaves(work_as: WorkAs) -> None:
    author, other = build.author(work_as), build.reviewer(work_as)
    alone, *many = [build.add(work_as, author, build.single(at)) for at in range(4)]
    with work_as(author) as work:
        service.move(work, alone, "in_review")
        assert service.move_chosen(work, many, "in_review") == MovedMany(3)
    with work_as(other) as work:
        service.move(work, alone, "approved")
        assert service.move_chosen(work, many, "approved") == MovedMany(3)
    first, *others = standing(work_as, [alone, *many])
    assert first[:2] == ("approved", other.person_id) and others == [first] * 3


def test_nobody_passes_his_own_among_many_and_is_told_how_many(work_as: WorkAs) -> None:
    author, other = build.author(work_as), build.reviewer(work_as)
    mine, his = build.handed_in(work_as, other, build.single(1)), build.handed_in(work_as, author, build.single(2))
    draft = build.add(work_as, author, build.single(3))
    with work_as(other) as work:
        assert service.move_chosen(work, [mine, his, draft, uuid4()], "approved") == MovedMany(1, own=1, elsewhere=2)
    assert [one[0] for one in standing(work_as, [mine, his, draft])] == ["in_review", "approved", "draft"]
    with work_as(author) as work:
        assert service.move_chosen(work, [his, mine], "approved").done == 0


def test_what_was_handed_in_anew_after_it_was_read_stays(work_as: WorkAs, clock: StoppedClock) -> None:
    author, other = build.author(work_as), build.reviewer(work_as)
    changed, same = build.handed_in(work_as, author, build.single(1)), build.handed_in(work_as, author, build.single(2))
    read_at = clock.now()
    clock.at += timedelta(minutes=1)
    with work_as(author) as work:
        service.move(work, changed, "draft")
        service.change(work, changed, build.single(3))
        service.move(work, changed, "in_review")
    with work_as(other) as work:
        assert service.move_chosen(work, [changed, same], "approved", read_at) == MovedMany(1, changed=1)
    assert [one[0] for one in standing(work_as, [changed, same])] == ["in_review", "approved"]


def test_more_than_a_thousand_are_refused_and_an_import_has_no_such_end(work_as: WorkAs) -> None:
    author, other = build.author(work_as), build.reviewer(work_as)
    uid = brought_in(work_as, author, 1_203)
    with work_as(author) as work:
        uids = list(work.session.scalars(select(Question.uid)))
        with pytest.raises(TooManyChosen):
            service.move_chosen(work, uids, "in_review")
        with pytest.raises(NoneChosen):
            service.move_chosen(work, [], "in_review")
        assert service.move_chosen(work, uids[:1_000], "in_review") == MovedMany(1_000)
        assert service.move_import(work, uid, "in_review") == MovedMany(203)
    with work_as(other) as work:
        assert service.move_import(work, uid, "approved") == MovedMany(1_203)
        assert work.session.scalar(select(func.count()).select_from(Trail).where(Trail.who_id == other.person_id)) == 1_203


@pytest.mark.parametrize("to", ["draft", "retired", "nowhere"])
def test_only_handing_in_and_passing_go_by_the_many(work_as: WorkAs, to: str) -> None:
    author = build.author(work_as)
    with work_as(author) as work, pytest.raises(MoveNotAllowed):
        service.move_chosen(work, [uuid4()], to)


def test_an_import_is_handed_in_and_passed_from_its_pages(client: FlaskClient, work_as: WorkAs) -> None:
    from tests import make

    person = _enter(client, work_as, "instructor")
    uid = brought_in(work_as, make.actor(person, "bank.author"))
    assert "3 道题" in client.get(f"/studio/bank/imports/{uid}").get_data(as_text=True)
    _post(client, f"/studio/bank/imports/{uid}/hand-in")
    page = client.get(f"/studio/bank/imports/{uid}").get_data(as_text=True)
    assert "已提交审核 3 道题" in page and "hand-in" not in page
    _enter(client, work_as, "reviewer", "赵审")
    page = client.get("/studio/bank?state=in_review").get_data(as_text=True)
    chosen = re.findall(r'name="question" value="([^"]+)"', page)
    read_at = re.search(r'name="read_at" value="([^"]+)"', page)
    assert len(chosen) == 3 and read_at is not None and "import_to" not in page
    answer = _post(client, "/studio/bank/moves?state=in_review", question=chosen[:1], to="approved", read_at=read_at[1])
    assert answer.location.endswith("state=in_review") and "已审核通过 1 道题" in client.get(answer.location).get_data(as_text=True)
    link = re.search(r'href="(/studio/bank\?[^"]*import=[^"]*)"', client.get(f"/studio/bank/questions/{chosen[1]}").get_data(as_text=True))
    assert link is not None and "import_to" in client.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
    answer = _post(client, "/studio/bank/moves", **{"import": str(uid), "import_to": "approved"})
    assert "已审核通过 2 道题" in client.get(answer.location).get_data(as_text=True)
    assert "请先选择试题" in client.get(_post(client, "/studio/bank/moves", to="approved").location).get_data(as_text=True)


def test_programs_do_the_same_and_read_every_finding(client: FlaskClient, work_as: WorkAs) -> None:
    import io

    mine, other = _headers(work_as), _headers(work_as, "reviewer", "赵审")
    rows = "".join(f"单选题,第 {at} 题,一,二,\n" if at % 2 else f"单选题,第 {at} 题,一,二,A\n" for at in range(1, 1_203))
    file = {"file": (io.BytesIO(f"题型,题干,选项A,选项B,答案\n{rows}".encode()), "题.csv")}
    made = client.post("/api/v1/bank/imports", data=file, headers=mine).json
    here, page, found = f"/api/v1/bank/imports/{made['import']}", "", []
    while page is not None:
        answer = client.get(f"{here}/findings?page={page}", headers=mine).json
        found, page = found + answer["items"], answer["next"]
    assert [one["row"] for one in found if one["error"]] == list(range(2, 1_204, 2)) and all(
        one["expected"] and one["fix"] for one in found
    )
    assert (len(made["findings"]), made["more_findings"]) == (500, len(found) - 500)
    assert client.get(f"{here}/findings", headers=other).status_code == 403
    assert client.get(f"{here}/findings", headers=_headers(work_as, "instructor", "李出")).status_code == 404
    assert client.get(f"{here}/findings?page=x", headers=mine).status_code == 422
    assert client.get(f"{here}/findings.xlsx", headers=mine).data.startswith(b"PK")
    client.post(f"{here}/carry-out", headers=mine)
    moves = "/api/v1/bank/moves"
    assert client.post(moves, json={"to": "in_review", "import": made["import"]}, headers=mine).json["questions"] == 601
    uids = [one["question"] for one in client.get("/api/v1/bank/questions", headers=other).json["items"]]
    done = client.post(moves, json={"to": "approved", "questions": uids}, headers=other).json
    assert done == {"questions": 25, "own": 0, "changed": 0, "elsewhere": 0}
    assert client.post(moves, json={"to": "approved", "questions": []}, headers=other).json["code"] == "question_none_chosen"
    too_many = {"to": "approved", "questions": [str(uuid4()) for _ in range(1_001)]}
    assert client.post(moves, json=too_many, headers=other).json["code"] == "question_too_many_chosen"


def test_whoever_wrote_it_and_only_reviews_by_now_does_not_pass_it_either(work_as: WorkAs) -> None:
    both = build.reviewer(work_as)
    mine, his = build.handed_in(work_as, both, build.single(1)), build.handed_in(work_as, build.author(work_as), build.single(2))
    only_reviews = replace(both, actions=both.actions - {"bank.author"})
    assert not only_reviews.may("bank.author") and only_reviews.may("bank.review")
    with work_as(only_reviews) as work:
        assert service.move_chosen(work, [mine, his], "approved") == MovedMany(1, own=1)
    assert [one[0] for one in standing(work_as, [mine, his])] == ["in_review", "approved"]
