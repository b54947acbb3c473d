"""Writing exams and questions. Words and key of a question are versions: editing makes a new one (INV-I16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from app.bank import service as bank
from app.bank.models import Question
from app.bank.queries import drafts
from app.bank.rules.drafts import Fault, QuestionDraft, faults, tidy
from app.bank.service import Faulty
from app.catalogue import service as catalogue
from app.exams.actions import Action
from app.exams.models import Exam, ExamKind, ExamQuestion, ExamState
from app.exams.queries import lectures, pool
from app.exams.rules.drafts import ExamTerms, exam_faults
from app.exams.rules.timing import ReleasePolicy
from app.exams.service import refusals, sourcing
from app.kernel.errors import NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work

SENTENCES: Mapping[str, Any] = {
    **bank.SENTENCES,
    "lecture_of_another_course": _l("Choose a lecture of this course."),
    "pass_mark_outside": _l("The pass mark lies between 1 and 100."),
    "max_attempts_outside": _l("Between 1 and 50 attempts are possible."),
    "limit_minutes_outside": _l("The time limit lies between 1 and 600 minutes."),
    "draw_outside": _l("Draw between 1 and 500 questions."),
    "bank_draw_outside": _l("Draw at most 100 questions from the bank."),
    "draw_above_pool": _l("The quiz draws more questions than it has."),
}
"""The sentence of each fault code of a question (app/bank/service/refusals.py) and of an exam (rules/drafts.py)."""


def create_exam(
    work: Work,
    terms: ExamTerms,
    *,
    kind: ExamKind = ExamKind.EXAM,
    course_version_id: int | None = None,
    release_policy: ReleasePolicy = ReleasePolicy.AFTER_WINDOW,
    state: ExamState = ExamState.DRAFT,
    **conditions: Any,
) -> Exam:
    """A new exam without questions. `conditions`: cooling_minutes, opens_at, closes_at."""
    work.require(Action.AUTHOR)
    if found := exam_faults(terms):
        raise Faulty(found, SENTENCES)
    exam = Exam(
        uid=work.new_uid(), kind=kind, title=terms.title.strip(), course_version_id=course_version_id, state=state,
        pass_mark=terms.pass_mark, max_attempts=terms.max_attempts, limit_minutes=terms.limit_minutes, draw=terms.draw,
        release_policy=release_policy, author_id=work.actor.person_id, created_at=work.now, **conditions,
    )  # fmt: skip
    work.session.add(exam)
    work.session.flush()
    return exam


def create_closing_quiz(
    work: Work,
    course_version_id: int,
    title: str,
    questions: Sequence[QuestionDraft] = (),
    pass_mark: int = 60,
    max_attempts: int = 3,
    limit_minutes: int = 30,
    draw: int | None = None,
) -> Exam:
    """The closing quiz of a course version with its questions; a version has one. Only its author, or the college."""
    if work.session.scalar(select(Exam.id).where(Exam.course_version_id == course_version_id)) is not None:
        raise refusals.QuizExists()
    catalogue.own_version(work, lectures.version_uid(work, course_version_id))
    if questions and draw is not None and draw > len(questions):
        raise Faulty([Fault("draw", "draw_above_pool")], SENTENCES)
    exam = create_exam(
        work, ExamTerms(title, pass_mark, max_attempts, limit_minutes, draw), kind=ExamKind.CLOSING_QUIZ,
        course_version_id=course_version_id, release_policy=ReleasePolicy.CLOSING_QUIZ, state=ExamState.OPEN,
    )  # fmt: skip
    for draft in questions:
        add_question(work, exam, draft)
    return exam


def add_question(work: Work, exam: Exam, draft: QuestionDraft) -> Question:
    """Append a question to the pool of an exam."""
    work.require(Action.AUTHOR)
    question = bank.create(work, _sound(work, exam, draft))
    last = work.session.scalar(select(func.max(ExamQuestion.position)).where(ExamQuestion.exam_id == exam.id))
    work.session.add(ExamQuestion(exam_id=exam.id, question_id=question.id, position=(last or 0) + 1))
    work.session.flush()
    return question


def _sound(work: Work, exam: Exam, draft: QuestionDraft) -> QuestionDraft:
    """The draft tidied, or every fault it has. A closing quiz refers to lectures of its own course only."""
    draft = tidy(draft)
    lengths = lectures.lengths(work, exam.course_version_id) if draft.lecture_id is not None else {}
    found = faults(draft, lengths.get(draft.lecture_id or 0))
    if draft.lecture_id is not None and draft.lecture_id not in lengths:
        found.append(Fault("lecture", "lecture_of_another_course"))
    if found:
        raise Faulty(found, SENTENCES)
    return draft


def quiz_of_version(work: Work, version_uid: UUID) -> tuple[int, UUID | None]:
    """A course version the actor wrote, with the outside name of its quiz if it has one."""
    work.require(Action.AUTHOR)
    version = catalogue.own_version(work, version_uid)
    return version.id, work.session.scalar(select(Exam.uid).where(Exam.course_version_id == version.id))


def quiz_for_review(work: Work, version_uid: UUID) -> tuple[int, Exam | None]:
    """A course version that was handed in, and its quiz if it has one, for who publishes it."""
    version = catalogue.submitted(work, version_uid)
    return version.id, work.session.scalar(select(Exam).where(Exam.course_version_id == version.id))


def begin_quiz(work: Work, version_uid: UUID, terms: ExamTerms) -> Exam:
    """The author begins the quiz of a draft."""
    version = catalogue.draft(work, version_uid)
    if found := exam_faults(terms):
        raise Faulty(found, SENTENCES)
    exam = create_closing_quiz(work, version.id, terms.title, (), terms.pass_mark, terms.max_attempts, terms.limit_minutes, terms.draw)
    sourcing.keep(work, exam, terms)
    return exam


def own_quiz(work: Work, uid: UUID) -> Exam:
    """A closing quiz of a course version the actor wrote; anyone else's does not exist for them."""
    exam, version = _quiz_and_version(work, uid)
    catalogue.own_version(work, version)
    return exam


def editable_quiz(work: Work, uid: UUID) -> Exam:
    """The same, while its version is a draft: what is published stands as it was published."""
    exam, version = _quiz_and_version(work, uid)
    try:
        catalogue.draft(work, version)
    except catalogue.NotADraft as error:
        raise refusals.ExamPublished() from error
    return exam


def _quiz_and_version(work: Work, uid: UUID) -> tuple[Exam, UUID]:
    """A closing quiz and the version it closes, whoever wrote it."""
    work.require(Action.AUTHOR)
    exam = work.session.scalar(select(Exam).where(Exam.uid == uid, Exam.course_version_id.is_not(None)))
    if exam is None or exam.course_version_id is None:
        raise NotFound()
    return exam, lectures.version_uid(work, exam.course_version_id)


def write_question(work: Work, exam_uid: UUID, draft: QuestionDraft) -> Question:
    """The author adds a question to a quiz."""
    return add_question(work, editable_quiz(work, exam_uid), draft)


def revise_question(work: Work, exam_uid: UUID, question_uid: UUID, draft: QuestionDraft) -> None:
    """The author changes a question: a new version for papers to come, the old one for papers that were drawn."""
    exam = editable_quiz(work, exam_uid)
    bank.revise(work, pool.question_id(work, exam, question_uid), _sound(work, exam, draft))


def remove_question(work: Work, exam_uid: UUID, question_uid: UUID) -> None:
    """The author takes a question out; it stays readable in papers that have it."""
    exam = editable_quiz(work, exam_uid)
    question_id = pool.question_id(work, exam, question_uid)
    bank.retire(work, question_id)
    line = delete(ExamQuestion).where(ExamQuestion.exam_id == exam.id, ExamQuestion.question_id == question_id)
    work.session.execute(line)


def move_question(work: Work, exam_uid: UUID, question_uid: UUID, *, up: bool) -> None:
    """Exchange a question with its neighbour on the author's page; at the end of the list nothing happens."""
    exam = editable_quiz(work, exam_uid)
    question_id = pool.question_id(work, exam, question_uid)
    rows = list(work.session.scalars(select(ExamQuestion).where(ExamQuestion.exam_id == exam.id).order_by(ExamQuestion.position)))
    here = next(at for at, row in enumerate(rows) if row.question_id == question_id)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here].position, rows[there].position = rows[there].position, rows[here].position


def set_terms(work: Work, exam_uid: UUID, terms: ExamTerms) -> Exam:
    """The author changes title, pass mark, attempts, limit and draw."""
    exam = editable_quiz(work, exam_uid)
    if found := exam_faults(terms):
        raise Faulty(found, SENTENCES)
    exam.title, exam.draw = terms.title.strip(), terms.draw
    exam.pass_mark, exam.max_attempts, exam.limit_minutes = terms.pass_mark, terms.max_attempts, terms.limit_minutes
    sourcing.keep(work, exam, terms)
    return exam


def check_quiz(work: Work, course_version_id: int) -> None:
    """Refuse to publish a version whose quiz could not be sat."""
    exam = work.session.scalar(select(Exam).where(Exam.course_version_id == course_version_id))
    if exam is None:
        return
    size = work.session.scalar(select(func.count()).select_from(ExamQuestion).where(ExamQuestion.exam_id == exam.id)) or 0
    draws = sourcing.check(work, exam)
    needs = exam.draw or (0 if draws else 1)
    if size < needs:
        raise refusals.ExamNotReady(has=size, needs=needs)


def copy_closing_quiz(work: Work, from_version_id: int, to_version_id: int) -> Exam | None:
    """The quiz of one course version for its successor: the same questions at the lectures in the same places."""
    old = work.session.scalar(select(Exam).where(Exam.course_version_id == from_version_id))
    if old is None:
        return None
    exam = create_closing_quiz(work, to_version_id, old.title, (), old.pass_mark, old.max_attempts, old.limit_minutes, old.draw)
    sourcing.take_along(work, old, exam)
    places = lectures.same_places(work, from_version_id, to_version_id)
    for version, key in pool.stored(work, old.id):
        add_question(work, exam, drafts.draft_of(version, key, places.get(version.lecture_id)))
    return exam
