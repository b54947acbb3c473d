"""What somebody who sets examinations up cannot arrange for himself: keys before another attempt, extra time (ATK-A62)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.bank.service import Faulty
from app.exams import service
from app.exams.rules.timing import ReleasePolicy
from app.kernel.work import Actor
from app.people.models import Person
from tests import make
from tests.exams import papers
from tests.exams.papers import WorkAs


@pytest.fixture
def author(work_as: WorkAs) -> Actor:
    """Somebody who sets up examinations."""
    return papers.assembler(work_as, "设考", 21)


@pytest.mark.parametrize("change", [
    {"max_attempts": 2}, {"hours": Decimal(40)},
    {"hours": Decimal(40), "max_attempts": 2, "release_policy": ReleasePolicy.CLOSING_QUIZ},
])  # fmt: skip
def test_keys_are_shown_at_once_without_hours_or_further_attempt(work_as: WorkAs, author: Actor, change: dict[str, Any]) -> None:
    with work_as(author) as work:
        assert service.plan_exam(work, papers.terms(**change)).state == "draft"


def test_nobody_gives_himself_extra_time(work_as: WorkAs, author: Actor) -> None:
    """Two people: who sits with extra time has it from somebody else (ATK-A62)."""
    other = papers.assembler(work_as, "同事", 22)
    with work_as(author) as work:
        uid = service.plan_exam(work, papers.terms()).uid
    with work_as() as work:
        for actor, name in ((author, "shekao"), (other, "tongshi")):
            make.account(work, work.session.get_one(Person, actor.person_id), name)

    def seated(by: Actor, name: str, minutes: int) -> int:
        with work_as(by) as work:
            return service.seat(work, uid, name, minutes).extra_minutes

    assert seated(author, "shekao", 0) == 0, "he may name himself"
    for before, minutes in ((0, 1), (20, 21)):
        assert seated(other, "shekao", before) == before
        with pytest.raises(Faulty) as refused:
            seated(author, "shekao", minutes)
        assert [(one.field, one.code) for one in refused.value.found] == [("extra_minutes", "extra_for_oneself")]
        assert seated(author, "shekao", before) == before, "what somebody else gave stays"
    assert seated(author, "shekao", 5) == 5 and seated(author, "tongshi", 30) == 30
