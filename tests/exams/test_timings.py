"""How long an answer takes tells nothing of a key: the steps are the same, and no key is read before the paper is handed in (INV-I18).

A clock in a test would find the other tests beside it; what is compared is what would take the time: every statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.exams import build
from tests.exams.build import Quiz, WorkAs

KEYS = "exams_question_key"


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def sitting(client: FlaskClient, quiz: Quiz, work_as: WorkAs) -> tuple[FlaskClient, dict[str, str], Any]:
    """A candidate with a program, and the paper."""
    head = build.token(work_as, quiz.cadre)
    return client, head, client.post(f"/api/v1/exams/{quiz.exam.uid}/attempts", headers=head).get_json()


def test_saving_takes_the_same_steps_whichever_option_is_right(sitting: tuple[FlaskClient, dict[str, str], Any]) -> None:
    client, head, paper = sitting
    seen: dict[str, set[tuple[str, ...]]] = {}
    for asked in paper["questions"]:
        path = f"/api/v1/attempts/{paper['attempt']}/answers/{asked['question']}"
        for rev, one in enumerate(asked["options"], 1):
            value = [one["option"]] if asked["kind"] == "multiple" else one["option"]
            with statements() as found:
                assert client.put(path, headers=head, json={"rev": rev, "value": value}).status_code == 200
            seen.setdefault("first" if rev == 1 else "changed", set()).add(tuple(found))
    assert {name: len(steps) for name, steps in seen.items()} == {"first": 1, "changed": 1}
    assert not any(KEYS in step for steps in seen.values() for found in steps for step in found)


def test_no_key_is_read_before_the_paper_is_handed_in(sitting: tuple[FlaskClient, dict[str, str], Any], quiz: Quiz) -> None:
    """And the control: handing in reads them."""
    client, head, paper = sitting
    here = f"/api/v1/attempts/{paper['attempt']}"
    with statements() as before:
        client.post(f"/api/v1/exams/{quiz.exam.uid}/attempts", headers=head)
        client.get(here, headers=head)
        client.get(f"{here}/result", headers=head)
        client.get("/api/v1/exams", headers=head)
    with statements() as after:
        assert client.post(f"{here}/submit", headers=head).status_code == 200
    assert before and not any(KEYS in one for one in before)
    assert any(KEYS in one for one in after)
