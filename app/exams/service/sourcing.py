"""A closing quiz that draws from the bank: how many, of which knowledge points, and the questions of one attempt."""

from __future__ import annotations

from app.exams.models import Exam, QuizSource
from app.exams.queries import sourcing
from app.exams.queries.pool import pool
from app.exams.rules.assembly import Candidate, NotEnough, draw
from app.exams.rules.drafts import ExamTerms
from app.exams.service import refusals
from app.kernel.work import Work


def keep(work: Work, exam: Exam, terms: ExamTerms) -> None:
    """What the author chose; without a number the quiz asks its own questions only."""
    found = sourcing.source(work, exam.id)
    if not terms.bank_draw:
        if found is not None:
            work.session.delete(found)
    elif found is None:
        work.session.add(QuizSource(exam_id=exam.id, count=terms.bank_draw, topics=list(terms.topics)))
    else:
        found.count, found.topics = terms.bank_draw, list(terms.topics)
    work.session.flush()


def take_along(work: Work, old: Exam, new: Exam) -> None:
    """The quiz of the next version draws as that of the last one did."""
    if (found := sourcing.source(work, old.id)) is not None:
        work.session.add(QuizSource(exam_id=new.id, count=found.count, topics=list(found.topics)))
        work.session.flush()


def check(work: Work, exam: Exam) -> bool:
    """Whether the quiz draws from the bank; refused where the bank has fewer than it draws."""
    found = sourcing.source(work, exam.id)
    if found is None:
        return False
    there = sourcing.size(work, exam.course_version_id, found.topics)
    if there < found.count:
        raise refusals.ExamNotReady(has=there, needs=found.count)
    return True


def asked(work: Work, exam: Exam, key: bytes) -> list[Candidate]:
    """The questions of one attempt in their order: drawn from its own, and from the bank what it draws there.

    A question of the bank that was taken back since the course was published is one less: nobody is kept from his quiz by it.
    """
    own = {one.uid: one for one in pool(work, exam.id)}
    if exam.draw is not None and exam.draw > len(own):
        raise NotEnough(f"{exam.draw} wanted, {len(own)} there")
    chosen = {uid: own[uid] for uid in draw(key, own, exam.draw)}
    if (found := sourcing.source(work, exam.id)) is not None:
        more = {one.uid: one for one in sourcing.pool(work, exam, found.topics)}
        chosen |= {uid: more[uid] for uid in draw(key, more, min(found.count, len(more)))}
    if not chosen:
        raise NotEnough("no question is there")
    return [chosen[uid] for uid in draw(key, chosen, None)]
