"""No answer to a change tells a candidate a key before release, whether it succeeds or is refused (INV-I18, ATK-A56).

test_secrecy.py walks whatever can be read; here is everything a candidate can send: pages and interface, sitting, notes,
appeal, quiz and practice. The walk must have succeeded at every such address, and must find a secret where one is told.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.bank import service as bank
from app.bank.models import Card, CardState, ForPractice, Question
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.likeness import fingerprint, plain
from app.exams import service
from app.exams.models import Answer, Attempt, Exam, Sheet
from app.kernel.web import SIGNED_IN
from app.kernel.work import Work
from app.people.models import Person
from app.practice.models import Recall
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_secrecy import CANARY, DRAFTS, told

pytestmark = pytest.mark.sqlite_only

OWN = frozenset({"exams", "exams_api", "practice", "practice_api"})
AT = "2026-11-22T02:00:00+00:00"
LEAVES = re.compile(r"sign-out|revoke|/account/|/api/v1/tokens")
"""What would end the walk itself: signing out, and another password."""
FORMS: tuple[dict[str, str], ...] = (
    {},
    {"reason": "", "value": "", "password": "x", "to": "0"},
    {"reason": "题干有误", "to": "1", "answer": "是"},
)
BODIES: tuple[Any, ...] = (None, {}, {"rev": 1, "value": "x"}, {"reason": "题干有误"}, {"to": 1}, {"value": []}, {"events": []})


class Walker:
    """A candidate with a browser and a program, who notes every answer that tells a secret, and where he got through."""

    def __init__(self, app: Flask, work_as: WorkAs, person: Person) -> None:
        self.app, self.told, self.reached = app, dict[str, str](), set[tuple[str, str]]()
        self.browser: FlaskClient = app.test_client()
        build.sign_in(self.browser, work_as, person)
        self.head, self.token = build.token(work_as, person), ""

    def _note(self, method: str, path: str, answer: TestResponse) -> TestResponse:
        if canary := CANARY.search(told(answer)):
            self.told[f"{method} {path}"] = canary[0]
        if answer.status_code < 400:
            name, _places = self.app.url_map.bind("localhost").match(path, method=method)
            self.reached.add((method, name))
        return answer

    def ask(self, method: str, path: str, body: Any = None) -> TestResponse:
        """A request of a program."""
        more = {} if body is None else {"json": body}
        return self._note(method, path, self.app.test_client().open(path, method=method, headers=self.head, **more))

    def _token(self) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.browser.get("/exams").text)
        assert found
        return found[1]

    def post(self, path: str, form: dict[str, Any] | None = None) -> TestResponse:
        """A form of a page; where it leads is looked at as well, with what is said there once."""
        g.pop("csrf_token", None)  # the application context of the fixtures outlives a request
        self.token = self.token or self._token()
        answer = self._note("POST", path, self.browser.post(path, data={"csrf_token": self.token, **(form or {})}))
        if answer.status_code == 303:
            self._note("GET", answer.headers["Location"].partition("?")[0], self.browser.get(answer.headers["Location"]))
        return answer


def approved(work: Work, draft: QuestionDraft) -> UUID:
    """A question of the bank that was passed."""
    question = bank.create(work, draft)
    work.session.add(
        Card(question_id=question.id, state=CardState.APPROVED, kind=draft.kind, topic="", difficulty=3, points=draft.points,
             author_id=None, fingerprint=fingerprint(draft.stem), words=plain(draft.stem), moved_at=work.now)
    )  # fmt: skip
    work.session.flush()
    return question.uid


def examination(work_as: WorkAs, uids: list[UUID], **more: Any) -> Exam:
    """An open examination that asks these questions, whose keys are out when it is passed or used up."""
    one, other = papers.assembler(work_as, "设考", 11), papers.assembler(work_as, "开考", 12)
    with work_as(one) as work:
        exam = service.plan_exam(work, papers.terms(**{"release_policy": "closing_quiz", "max_attempts": 5, "pass_mark": 90, **more}))
        service.set_questions(work, exam.uid, [(uid, None) for uid in uids])
        service.move_exam(work, exam.uid, "checked")
    with work_as(other) as work:
        return service.move_exam(work, exam.uid, "open")


class College:
    """An examination that asks every kind, one that is sequential and has a password, and a candidate."""

    def __init__(self, app: Flask, work_as: WorkAs, **more: Any) -> None:
        self.app, self.work_as = app, work_as
        with work_as() as work:
            self.secret = [approved(work, draft) for draft in DRAFTS]
            self.person = make.person(work, "李学")
        self.free = examination(work_as, self.secret, **more)
        self.sequential = examination(work_as, self.secret[:3], title="逐题作答", sequential=True, password="开考二零二六")
        self.walker = Walker(app, work_as, self.person)

    def begin(self, exam: Exam, **body: str) -> Any:
        """An attempt of the program; its paper."""
        return self.walker.ask("POST", f"/api/v1/exams/{exam.uid}/attempts", body).get_json()

    def mark(self) -> None:
        """Somebody marks every written answer with no points."""
        with self.work_as() as work:
            marker = make.actor(make.person(work, "评卷"), "exams.mark", sign_in_id=70)
            sheets = list(work.session.scalars(select(Sheet.uid).where(Sheet.state != "marked")))
        for sheet in sheets:
            with self.work_as(marker) as work:
                service.give_mark(work, sheet, papers.Decimal(0), [], "未答到要点")

    def for_practice(self) -> None:
        """As if the door between examinations and practice had failed: everything secret is offered for practice as well."""
        with self.work_as() as work:
            for number in work.session.scalars(select(Question.id).where(Question.uid.in_(self.secret))):
                work.session.add(ForPractice(question_id=number, opened_by=None, opened_at=work.now))


def filled(asked: dict[str, Any], at: int = 0) -> Any:
    """Some answer to a question of a paper."""
    if asked["kind"] == "case":
        return {part["question"]: filled(part) for part in asked["parts"]}
    if asked["kind"] in ("short", "blank"):
        return "职权法定" if asked["kind"] == "short" else ["1980"] * asked["blanks"]
    option = asked["options"][at % len(asked["options"])]["option"]
    return [option] if asked["kind"] == "multiple" else option


def form_of(paper: Any) -> dict[str, Any]:
    """The form of a whole paper, with an answer to everything."""
    found: dict[str, Any] = {}
    for asked in paper["questions"]:
        for one in asked.get("parts") or [asked]:
            found[one["question"]] = filled(one)
    return found


@pytest.fixture
def place(app: Flask, work_as: WorkAs) -> College:
    """The examinations and their candidate; everybody may sit."""
    return College(app, work_as)


def sit_by_program(place: College) -> None:
    """A sitting of every kind with everything that can go right and wrong; marked, not passed, and appealed."""
    walker, paper = place.walker, place.begin(place.free)
    here = f"/api/v1/attempts/{paper['attempt']}"
    for asked in paper["questions"]:
        there = f"{here}/answers/{asked['question']}"
        for rev in range(1, 6):  # every option once: whatever is right of them has been among them
            assert walker.ask("PUT", there, {"rev": rev, "value": filled(asked, rev)}).status_code == 200
        for bad in (
            {"rev": 1, "value": filled(asked)},
            {"rev": 9, "value": "x"},
            {"rev": 9, "value": ["x"]},
            {"rev": 0},
            {"rev": 9, "value": {}},
        ):
            walker.ask("PUT", there, bad)
    walker.ask("PUT", f"{here}/answers/nowhere", {"rev": 1, "value": "x"})
    assert walker.ask("PUT", f"{here}/flags", {"questions": [paper["questions"][0]["question"]]}).status_code == 200
    walker.ask("PUT", f"{here}/flags", {"questions": ["nowhere"]})
    assert walker.ask("POST", f"{here}/events", {"events": [{"kind": "paste", "at": AT}]}).status_code == 200
    walker.ask("POST", f"{here}/events", {"events": [{"kind": "taken_over", "at": AT}]})
    walker.ask("POST", f"{here}/forward", {"to": 1})
    walker.ask("POST", f"{here}/appeals", {"reason": "太早"})
    for _ in range(2):
        assert walker.ask("POST", f"{here}/submit").status_code == 200
    walker.ask("PUT", there, {"rev": 10, "value": filled(asked)})
    walker.ask("POST", f"{here}/events", {"events": []})
    place.mark()
    for reason in ("", "第二点已经写到", "再来一次"):
        walker.ask("POST", f"{here}/appeals", {"reason": reason})


def sit_by_page(place: College) -> None:
    """The same by forms; another sitting of the same examination."""
    walker = place.walker
    assert walker.post(f"/exams/{place.free.uid}/start").status_code == 303
    paper = place.begin(place.free)
    walker.post(f"/exams/{place.free.uid}/start")
    here = f"/exams/attempts/{paper['attempt']}"
    walker.post(f"{here}/submit", dict.fromkeys(form_of(paper), "x"))
    walker.post(f"{here}/appeal", {"reason": "太早"})
    assert walker.post(f"{here}/submit", form_of(paper)).status_code == 303
    walker.post(f"{here}/submit", form_of(paper))
    place.mark()
    assert [walker.post(f"{here}/appeal", {"reason": reason}).status_code for reason in ("", "第二点已经写到", "再来一次")] == [
        422,
        303,
        409,
    ]


def sit_in_order(place: College) -> None:
    """The sequential one: a wrong password, a step forward by page and by program, and none back."""
    walker = place.walker
    assert walker.post(f"/exams/{place.sequential.uid}/start", {"password": "不对"}).status_code == 422
    walker.ask("POST", f"/api/v1/exams/{place.sequential.uid}/attempts", {"password": "不对"})
    paper = place.begin(place.sequential, password="开考二零二六")
    here = f"attempts/{paper['attempt']}"
    assert walker.ask("POST", f"/api/v1/{here}/forward", {"to": 1}).status_code == 200
    first = paper["questions"][0]
    walker.ask("PUT", f"/api/v1/{here}/answers/{first['question']}", {"rev": 1, "value": filled(first)})
    walker.ask("POST", f"/api/v1/{here}/forward", {"to": 0})
    walker.post(f"/exams/{place.sequential.uid}/start", {"password": "开考二零二六"})
    assert walker.post(f"/exams/{here}/forward", {"to": "2"}).status_code == 303
    walker.post(f"/exams/{here}/forward", {"to": "0"})


def practise(place: College) -> None:
    """Every exercise by page and by program, each question answered; what is open for practice shows its own key."""
    walker = place.walker
    walker.post("/practice/daily")
    walker.post("/practice/self-tests", {"count": "30"})
    exercises = [walker.ask("POST", "/api/v1/practice/daily", {}), walker.ask("POST", "/api/v1/practice/self-tests", {"count": 30})]
    for at, exercise in enumerate(exercises):
        for asked in exercise.get_json()["questions"]:
            there = f"practice/sets/{exercise.get_json()['uid']}/answers/{asked['question']}"
            walker.ask("PUT", f"/api/v1/{there}", {"value": {}})
            walker.post(f"/{there}", {})
            if at:
                assert walker.ask("PUT", f"/api/v1/{there}", {"value": filled(asked)}).status_code == 200
            else:
                assert walker.post(f"/{there}", {"value": filled(asked)}).status_code == 303
    walker.post("/practice/book", {})
    walker.ask("POST", "/api/v1/practice/book/sets", {})


def tick_off(place: College) -> None:
    """Two written questions of the book, which are never asked again, are called learnt: by page and by program."""
    uids = []
    with place.work_as() as work:
        for number in range(2):
            uid = approved(work, QuestionDraft(Kind.SHORT, f"怎样走访第 {number} 户？", points=Decimal(2), explanation="公开的解析"))
            question = work.session.scalars(select(Question).where(Question.uid == uid)).one()
            work.session.add(Recall(
                person_id=place.person.id, question_id=question.id, version_id=question.current_version_id, misses=1, missed_at=work.now
            ))  # fmt: skip
            uids.append(uid)
    place.walker.post(f"/practice/book/{uids[0]}/learnt", {})
    place.walker.ask("POST", f"/api/v1/practice/book/{uids[1]}/learnt", {})


def open_for_practice(work_as: WorkAs, draft_with: str) -> None:
    """Six questions that may be practised, with these words in their explanations."""
    with work_as() as work:
        for number in range(6):
            single = build.single(100 + number)
            uid = approved(work, QuestionDraft(single.kind, single.stem, single.options, single.points, draft_with))
            number_of = work.session.scalars(select(Question.id).where(Question.uid == uid)).one()
            work.session.add(ForPractice(question_id=number_of, opened_by=None, opened_at=work.now))


def changes(app: Flask) -> set[tuple[str, str]]:
    """What a candidate can send, in examinations and practice."""
    found = set()
    for rule in app.url_map.iter_rules():
        endpoint = app.extensions["endpoints"].get(rule.endpoint)
        if endpoint and endpoint.allow == SIGNED_IN and rule.endpoint.partition(".")[0] in OWN:
            found |= {(method, rule.endpoint) for method in endpoint.methods if method != "GET"}
    return found


def test_no_answer_to_a_candidate_tells_anything_of_a_key(place: College, work_as: WorkAs) -> None:
    open_for_practice(work_as, "公开的解析")
    sit_by_program(place)
    sit_by_page(place)
    sit_in_order(place)
    place.for_practice()
    practise(place)
    tick_off(place)
    assert place.walker.told == {}
    wanted = changes(place.app)
    assert len(wanted) >= 16 and wanted - place.walker.reached == set()


@pytest.mark.parametrize("stage", ["writing", "being_marked"])
def test_no_change_whatever_it_is_tells_a_candidate_anything(place: College, stage: str) -> None:
    """Every address that takes something, of every domain, with every identifier in its place and whatever body."""
    walker, paper = place.walker, place.begin(place.free)
    for asked in paper["questions"]:
        walker.ask("PUT", f"/api/v1/attempts/{paper['attempt']}/answers/{asked['question']}", {"rev": 1, "value": filled(asked)})
    place.for_practice()
    if stage == "being_marked":
        walker.ask("POST", f"/api/v1/attempts/{paper['attempt']}/submit")
    uids, before = names(place, paper), kept(place, paper)
    asked_of = sent(place, uids, paper["questions"][0]["question"], is_writing=stage == "writing")
    assert walker.told == {} and asked_of > 500
    assert stage == "writing" or kept(place, paper) == before, "nothing reopens what was handed in (ATK-A60)"


def kept(place: College, paper: Any) -> Any:
    """The sitting and its answers as they stand."""
    with place.work_as(write=False) as work:
        row = work.session.scalars(select(Attempt).where(Attempt.uid == UUID(paper["attempt"]))).one()
        answers = select(Answer.question, Answer.rev, Answer.value, Answer.saved_at).where(Answer.person_id == row.person_id)
        return (row.state, row.submitted_at, row.ends_at, row.verdict), sorted(map(str, work.session.execute(answers)))


def names(place: College, paper: Any) -> list[str]:
    """The outside names of everything that has to do with the examination."""
    with place.work_as(write=False) as work:
        found = [place.free.uid, *work.session.scalars(select(Question.uid).limit(2)), *work.session.scalars(select(Sheet.uid).limit(1))]
    return [paper["attempt"], *map(str, found)]


def sent(place: College, uids: list[str], question: str, *, is_writing: bool) -> int:
    """How many requests were sent, of all that change something; handing in is left out while it is written."""
    count = 0
    for endpoint in place.app.extensions["endpoints"].values():
        if LEAVES.search(endpoint.rule) or (is_writing and endpoint.rule.endswith("/submit")):
            continue
        for method in set(endpoint.methods) - {"GET", "OPTIONS"}:
            for path in {re.sub(r"<uuid:\w+>", uid, endpoint.rule) for uid in uids}:
                path = re.sub(r"<int:\w+>", "1", re.sub(r"<(?:\w+:)?\w+>", question, path))
                is_page = not path.startswith("/api/")
                for content in FORMS if is_page else BODIES:
                    place.walker.post(path, content) if is_page else place.walker.ask(method, path, content)
                    count += 1
    return count


def test_the_walk_notices_an_answer_that_tells_a_key(app: Flask, work_as: WorkAs) -> None:
    """The negative control: released at once, the same steps show keys on a page and through the interface."""
    place = College(app, work_as, release_policy="full_at_once")
    open_for_practice(work_as, "canary-explanation")
    sit_by_page(place)
    practise(place)
    kinds = {re.sub(r"[0-9a-f-]{36}|q\w+$", "…", one) for one in place.walker.told}
    assert {"GET /exams/attempts/…/result", "POST /exams/attempts/…/appeal"} <= kinds, kinds
    assert any(one.startswith("PUT /api/v1/practice/sets/…/answers/") for one in kinds), kinds
