"""Builders for examinations: a course with a closing quiz, people who sit it, and who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.bank.models import Question, QuestionKey, QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.bank.service import writing
from app.catalogue.models import CourseVersion, Lecture
from app.exams import service
from app.exams.models import Attempt, Exam, ExamQuestion, Sheet
from app.exams.queries.own import own
from app.exams.service import port
from app.exams.service.papers import AttemptShown, row_id
from app.exams.service.results import ResultShown
from app.kernel.work import Actor, Work
from app.people.models import Account, ApiToken, Person, SignIn
from app.people.service.identity import token_hash
from tests import make

WorkAs = Callable[..., AbstractContextManager[Work]]

KEY, WHY = "canary-key", "canary-explanation"
"""Words that stand in every key and explanation; no candidate may meet them before release (INV-I18)."""


def single(number: int = 1, *, right: int = 0, **more: object) -> QuestionDraft:
    """A single-choice question whose right option stands at `right`."""
    options = tuple(OptionDraft(f"题 {number} 选项 {at}", at == right) for at in range(4))
    return QuestionDraft(Kind.SINGLE, f"第 {number} 题", options, Decimal(2), f"{WHY} {number}", **more)  # type: ignore[arg-type]


def multiple(number: int = 2, *, right: Sequence[int] = (0, 1), **more: object) -> QuestionDraft:
    """A multiple-choice question."""
    options = tuple(OptionDraft(f"题 {number} 选项 {at}", at in right) for at in range(4))
    return QuestionDraft(Kind.MULTIPLE, f"第 {number} 题", options, Decimal(4), f"{WHY} {number}", **more)  # type: ignore[arg-type]


def true_false(number: int = 3, *, is_true: bool = True, **more: object) -> QuestionDraft:
    """A true/false question."""
    return QuestionDraft.judge(f"第 {number} 题", is_true=is_true, points=Decimal(2), explanation=f"{WHY} {number}", **more)


@dataclass
class Quiz:
    """A published course with a closing quiz of three questions, its author, and one who studies."""

    exam: Exam
    version: CourseVersion
    lectures: list[Lecture]
    author: Person
    cadre: Person
    actor: Actor

    def on(self, sign_in: int) -> Actor:
        """The same person signed in on another device."""
        return replace(self.actor, sign_in_id=sign_in, device=f"device {sign_in}")


def quiz(work_as: WorkAs, questions: Sequence[QuestionDraft] | None = None, *, state: str = "published", **terms: object) -> Quiz:
    """A closing quiz that everybody may sit."""
    with work_as() as work:
        author, cadre = make.person(work, "王讲"), make.person(work, "李学")
        _course, version, lectures = make.course(work, author, [60_000, 60_000], state=state)
        drafts = questions or [
            single(1, topic="沟通", lecture_id=lectures[0].id, at_second=12),
            multiple(2, topic="沟通", lecture_id=lectures[1].id, at_second=34),
            true_false(3, topic="协调"),
        ]
        exam = service.create_closing_quiz(work, version.id, "随堂测验", drafts, **terms)  # type: ignore[arg-type]
    actor = make.actor(cadre, "exams.sit", sign_in_id=1, device="office computer")
    return Quiz(exam, version, lectures, author, cadre, actor)


@contextmanager
def everybody_may_sit() -> Iterator[None]:
    """While this lasts, the port of eligibility says yes."""
    before = dict(port._asked)
    service.set_eligibility(lambda _work, _exam, _person_id: None)
    try:
        yield
    finally:
        port._asked.clear()
        port._asked.update(before)


def right_answers(work: Work, attempt: AttemptShown) -> dict[str, str | list[str]]:
    """The right answer to every question of a paper, in the ids of that attempt."""
    row = work.session.scalars(select(Attempt).where(Attempt.id == row_id(attempt.attempt), Attempt.uid == attempt.attempt)).one()
    found: dict[str, str | list[str]] = {}
    for question, version_id, kind, _points, options in row.paper["lines"]:
        key = work.session.get_one(QuestionKey, version_id)
        right = sorted(shown for shown, inner in options if inner in key.right)
        found[question] = right if kind == "multiple" else right[0]
    return found


def wrong_answer(attempt: AttemptShown, question: str, right: str | list[str]) -> str | list[str]:
    """Some other answer to the same question."""
    asked = next(one for one in attempt.questions if one.question == question)
    chosen = {right} if isinstance(right, str) else set(right)
    other = next(one.option for one in asked.options if one.option not in chosen)
    return other if isinstance(right, str) else [other]


def answer_all(work_as: WorkAs, actor: Actor, attempt: AttemptShown, *, wrong: int = 0) -> None:
    """Answer every question, the last `wrong` of them wrongly."""
    with work_as() as work:
        right = right_answers(work, attempt)
    for at, (question, value) in enumerate(right.items()):
        mistaken = at >= len(right) - wrong
        with work_as(actor) as work:
            service.save(work, attempt.attempt, question, 1, wrong_answer(attempt, question, value) if mistaken else value)


def newest_version(work: Work, question: Question) -> QuestionVersion:
    """The words of a question as they are now."""
    return work.session.scalars(
        select(QuestionVersion).where(QuestionVersion.question_id == question.id).order_by(QuestionVersion.number.desc())
    ).first()  # type: ignore[return-value]


def _account(work: Work, person: Person) -> Account:
    found = work.session.scalar(select(Account).where(Account.person_id == person.id))
    return found or make.account(work, person, f"user{person.id}")


def essay(work_as: WorkAs, author: Person, candidate: Person) -> Sheet:
    """A written answer of a paper that is in: what waits for a marker."""
    question = QuestionDraft(Kind.SHORT, "什么是依法行政？", points=Decimal(10), sample=KEY)
    with work_as() as work:
        version = make.course(work, author, title="公文写作")[1]
        exam = service.create_closing_quiz(work, version.id, "公文写作测验", [single()])
        work.session.add(ExamQuestion(exam_id=exam.id, question_id=writing.create(work, question).id, position=9))
    actor = make.actor(candidate, "exams.sit")
    with everybody_may_sit():
        attempt = start(work_as, actor, exam.uid)
    with work_as(actor) as work:
        service.save(work, attempt.attempt, first(attempt, "short")[0], 1, "职权法定，程序正当。")
        service.submit(work, attempt.attempt)
    with work_as(write=False) as work:
        return work.session.scalars(select(Sheet).where(Sheet.exam_id == exam.id)).one()


def token(work_as: WorkAs, person: Person, word: str = "token") -> dict[str, str]:
    """The headers of a program signed in for this person."""
    with work_as() as work:
        secret = f"{word}-{person.id}"
        work.session.add(
            ApiToken(uid=work.new_uid(), account_id=_account(work, person).id, token_hash=token_hash(secret), device=f"{word} script",
                     created_at=work.now, expires_at=work.now + timedelta(days=30))
        )  # fmt: skip
    return {"Authorization": f"Bearer {secret}", "User-Agent": f"{word}-script/1"}


def mark_all(work_as: WorkAs, points: Decimal, remark: str = "") -> None:
    """Every written answer that there is gets these points of one marker."""
    with work_as() as work:
        marker = make.actor(make.person(work, "阅卷"), "exams.mark")
        waiting = list(work.session.scalars(select(Sheet.uid)))
    for sheet in waiting:
        with work_as(marker) as work:
            service.give_mark(work, sheet, points, [], remark)


def sign_in(client: FlaskClient, work_as: WorkAs, person: Person, word: str = "browser") -> None:
    """This browser is signed in as the person, without the page that does it."""
    with work_as() as work:
        secret = f"{word}-{person.id}"
        work.session.add(
            SignIn(uid=work.new_uid(), account_id=_account(work, person).id, token_hash=token_hash(secret), device=word, ip="127.0.0.1",
                   created_at=work.now, last_seen_at=work.now)
        )  # fmt: skip
    with client.session_transaction() as session:
        session["_user_id"] = secret


def start(work_as: WorkAs, actor: Actor, exam: UUID) -> AttemptShown:
    """An attempt begun or resumed by this actor."""
    with work_as(actor) as work:
        return service.start(work, exam)[0]


def result(work: Work, attempt: UUID) -> ResultShown:
    """The result of a sitting of the acting person."""
    return service.result(work, own(work, attempt))


def first(attempt: AttemptShown, kind: str = "single") -> tuple[str, list[str]]:
    """The first question of a kind on a paper, with its options."""
    asked = next(one for one in attempt.questions if one.kind == kind)
    return asked.question, [one.option for one in asked.options]


def count(work_as: WorkAs, table: type) -> int:
    """How many rows a table has."""
    with work_as(write=False) as work:
        return work.session.scalar(select(func.count()).select_from(table)) or 0
