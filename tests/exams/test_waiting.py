"""Who sets up examinations sees in their list how many written answers wait to be marked."""

from __future__ import annotations

from decimal import Decimal

from flask.testing import FlaskClient

from app.bank.rules.answers import Kind
from app.exams import service
from app.exams.queries import planning
from app.exams.rules.blueprint import Row
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_planning_doors import officer


def waiting(work_as: WorkAs) -> dict[str, int]:
    with work_as(papers.assembler(work_as, "看考", 41), write=False) as work:
        return {row.exam.title: row.waiting for row in planning.plans(work).items}


def test_the_list_counts_the_answers_that_wait_of_each_examination(client: FlaskClient, work_as: WorkAs) -> None:
    papers.stocked(work_as, 3, kind=Kind.SHORT)
    rows = [Row("党章", Kind.SHORT, 2, Decimal(5))]
    written = papers.opened(work_as, rows, title="论述考试")
    papers.opened(work_as, rows, title="另一场考试")
    assert waiting(work_as) == {"论述考试": 0, "另一场考试": 0}
    who = papers.candidate(work_as)
    attempt = build.start(work_as, who, written.uid)
    for one in attempt.questions:
        with work_as(who) as work:
            service.save(work, attempt.attempt, one.question, 1, "坚持和加强党的全面领导。")
    assert waiting(work_as)["论述考试"] == 0, "what is being written waits for nobody"
    with work_as(who) as work:
        service.submit(work, attempt.attempt)
    assert waiting(work_as) == {"论述考试": 2, "另一场考试": 0}
    build.sign_in(client, work_as, officer(work_as))
    assert client.get("/manage/exams").text.count("份答案待阅") == 1
    build.mark_all(work_as, Decimal(4), "要点齐全")
    assert waiting(work_as)["论述考试"] == 0
    assert "份答案待阅" not in client.get("/manage/exams").text
