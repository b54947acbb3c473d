"""Writing questions: words and key are versions; editing makes a new one (INV-I16). Who may is asked by the caller."""

from __future__ import annotations

from sqlalchemy import func, select

from app.bank.models import Question, QuestionKey, QuestionVersion
from app.bank.rules import packed
from app.bank.rules.drafts import QuestionDraft
from app.bank.service import pictures
from app.kernel.work import Work


def create(work: Work, draft: QuestionDraft) -> Question:
    """A new question with its first version. The draft is tidy and without faults."""
    question = Question(uid=work.new_uid(), author_id=work.actor.person_id, created_at=work.now)
    work.session.add(question)
    work.session.flush()
    write(work, question, draft)
    return question


def revise(work: Work, question_id: int, draft: QuestionDraft) -> QuestionVersion:
    """The next version of a question: for papers to come; the old one stays for papers that were drawn."""
    return write(work, work.session.get_one(Question, question_id), draft)


def retire(work: Work, question_id: int) -> None:
    """Draw it no more; it stays readable in papers that have it."""
    work.session.get_one(Question, question_id).retired_at = work.now


def write(work: Work, question: Question, draft: QuestionDraft) -> QuestionVersion:
    """A new version of a question with its key; options are lettered inside, and never shown by letter."""
    number = work.session.scalar(select(func.max(QuestionVersion.number)).where(QuestionVersion.question_id == question.id))
    version = QuestionVersion(
        uid=work.new_uid(), question_id=question.id, number=(number or 0) + 1, kind=draft.kind, stem=draft.stem,
        options=packed.lettered(draft), keeps_order=draft.keeps_order, points=draft.points, topic=draft.topic,
        lecture_id=draft.lecture_id, at_second=draft.at_second, author_id=work.actor.person_id, created_at=work.now,
        shown=packed.face(draft), competencies=list(draft.competencies), difficulty=draft.difficulty, source=draft.source,
    )  # fmt: skip
    work.session.add(version)
    work.session.flush()
    work.session.add(
        QuestionKey(version_id=version.id, right=packed.right(draft), partial=draft.partial, explanation=draft.explanation,
                    hidden=packed.secret(draft))
    )  # fmt: skip
    pictures.used(work, [(version.id, draft)])
    question.current_version_id = version.id
    work.session.flush()
    return version
