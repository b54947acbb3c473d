"""The whole way: lectures, quiz, hours in the ledger, certificate, all by announcements in the transaction of the last step."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.exams import service as exams
from app.learning import queries, service
from tests import make
from tests.learning.build import Study, cadre, taught
from tests.learning.test_service import _questions


def test_a_passed_quiz_completes_the_course_and_the_hours_stand_in_the_ledger(work_as: Any, study: Study) -> None:
    with work_as() as work:
        person, (course, version, lectures) = cadre(work), taught(work, (30_000,), nominal_hours=Decimal("0.25"))
        quiz = exams.create_closing_quiz(work, version.id, "随堂测验", _questions(), pass_mark=60, max_attempts=3, limit_minutes=20)
    actor = make.actor(person, "exams.sit")
    with pytest.raises(service.LecturesNotComplete), work_as(actor) as work:
        exams.start(work, quiz.uid)
    study.watch(study.open(person, lectures[0]), 0, 30_000)
    with work_as(actor) as work:
        shown, is_new = exams.start(work, quiz.uid)
        assert is_new
    study.clock.at += timedelta(minutes=1)
    [question] = shown.questions
    right = next(option.option for option in question.options if option.text in ("对", "正确", "True"))
    with work_as(actor) as work:
        exams.save(work, shown.attempt, question.question, 1, right)
        exams.submit(work, shown.attempt)
    with work_as(actor, write=False) as work:
        found = queries.course(work, course.uid)
        assert found.state == "completed"
        reward = queries.reward(work, found)
        assert reward is not None
        assert reward.hours == Decimal("0.25")
        assert reward.certificate
