"""Self-tests: they leave no record, and offer what there is to practise."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.bank.rules.answers import Kind
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.practice import queries, rules, service
from app.practice.models import PracticeAnswer
from app.practice.rules import KINDS
from tests import make
from tests.exams import build
from tests.practice.test_practice import answer, opened, post

WorkAs = Callable[..., AbstractContextManager[Work]]


def test_a_self_test_leaves_no_record(work_as: WorkAs, client: FlaskClient) -> None:
    """Neither a miss nor a right answer of it reaches the book; over, it stands in no list, and the next one erases it (issue 3)."""
    opened(work_as, 5)
    with work_as() as work:
        person = make.person(work, "自测")
    actor = make.actor(person, "exams.sit")
    with work_as(actor) as work:
        daily, over, begun = service.daily(work), service.self_test(work, [], [], 5), service.self_test(work, [], [], 5)
    answer(work_as, actor, daily.uid, right=False)
    answer(work_as, actor, over.uid, right=True)
    with work_as(actor, write=False) as work:
        assert [one.left for one in queries.book(work)] == [rules.ENOUGH] * 5, "only the daily exercise counts"
        assert {one.uid for one in queries.recent(work)} == {daily.uid, begun.uid}
    build.sign_in(client, work_as, person)
    assert "自测不留记录" in client.get("/practice").text
    shown = client.get(f"/practice/sets/{over.uid}").text
    assert "自测不留记录" in shown and "已收入错题本" not in shown
    with work_as(actor) as work:
        service.self_test(work, [], [], 5)
    with pytest.raises(NotFound), work_as(actor, write=False) as work:
        queries.own_set(work, over.uid)
    answer(work_as, actor, begun.uid, right=False)
    with work_as(actor, write=False) as work:
        assert {one.misses for one in queries.book(work)} == {1}
        assert work.session.scalar(select(func.count()).select_from(PracticeAnswer)) == 10


def test_what_was_chosen_stays_where_there_is_nothing_to_practise(client: FlaskClient, work_as: WorkAs) -> None:
    opened(work_as, 5, topic="党章")
    with work_as() as work:
        person = make.person(work, "练习")
    build.sign_in(client, work_as, person)
    opened(work_as, 1, topic="应急", kind=Kind.JUDGE)
    offered = client.get("/practice").text
    assert [kind for kind in KINDS if f'name="kind" value="{kind.value}"' in offered] == [Kind.SINGLE, Kind.JUDGE], "what there is"
    refused = post(client, "/practice/self-tests", topic="党章", kind="judge", count="20")
    assert refused.status_code == 409 and "<option selected>20</option>" in refused.text
    assert 'value="党章" checked' in refused.text and 'value="judge" checked' in refused.text
