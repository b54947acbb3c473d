"""Fixtures of the examinations' tests: who may sit, and what is announced, are this folder's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.exams.service.marking import AttemptGraded
from app.exams.service.papers import AttemptShown
from app.hours.listeners import a_passed_examination_becomes_hours
from app.kernel import events
from app.kernel.work import College
from tests.exams import build
from tests.exams.build import Quiz, WorkAs


@pytest.fixture(autouse=True)
def _eligible(request: pytest.FixtureRequest) -> Iterator[None]:
    """Everybody may sit, whatever other domains have registered."""
    if "database" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("college")
    with build.everybody_may_sit():
        yield


@pytest.fixture(autouse=True)
def graded(request: pytest.FixtureRequest) -> Iterator[list[AttemptGraded]]:
    """What was announced; other listeners of the house are kept away."""
    told: list[AttemptGraded] = []
    if "database" not in request.fixturenames:
        yield told
        return
    request.getfixturevalue("college")
    before = events._listeners.pop(AttemptGraded, [])
    events.on(AttemptGraded)(lambda _work, event: told.append(event))
    yield told
    events._listeners[AttemptGraded] = before


@pytest.fixture
def real_listeners(graded: list[AttemptGraded]) -> None:
    """Hours are posted here as in the house."""
    events.on(AttemptGraded)(a_passed_examination_becomes_hours)


@pytest.fixture
def quiz(work_as: WorkAs, college: College) -> Quiz:
    """A closing quiz of three questions in a published course."""
    return build.quiz(work_as)


@pytest.fixture
def attempt(work_as: WorkAs, quiz: Quiz) -> AttemptShown:
    """An attempt at it that has just begun."""
    return build.start(work_as, quiz.actor, quiz.exam.uid)
