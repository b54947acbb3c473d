"""Questions for practice of the demo bank, and a cadre who has practised: missed ones are in the book."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.bank import service as bank
from app.bank.models import CardState, ForPractice, QuestionVersion
from app.bank.rules.drafts import QuestionDraft
from app.exams.demo import PER_TOPIC, places
from app.exams.demo import draft as draft_of
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor, College, Work, working
from app.practice import queries, service
from app.practice.rules import KINDS
from content.questions import Made, read_bank
from content.reader import read_courses

EACH = 13
"""Questions for practice of each topic, beside those of examinations."""
AUTHOR, REVIEWER, CADRE = "instructor", "reviewer", "section"


def load_for_quizzes(college: College, scale: str, acting: Callable[[str], Actor], say: Callable[[str], object]) -> None:
    """The questions that closing quizzes draw from the bank, before a course is published that does; no slide teaches them."""
    courses = read_courses(college.settings.content_dir / "courses")
    _open(college, scale, acting, say, {topic for course in courses for topic in course.quiz.topics})


def load(college: College, scale: str, acting: Callable[[str], Actor], say: Callable[[str], object]) -> None:
    """Those of every other topic, unless they are there; and exercises of the cadre on the days before, with some misses."""
    if not _open(college, scale, acting, say):
        return
    for days in (2, 1):
        _practise(College(college.settings, college.engine, StoppedClock(college.clock.now() - timedelta(days))), acting(CADRE))


def _practise(college: College, cadre: Actor) -> None:
    """The exercise of the day, each question answered with one of its options, whether that is right or not."""
    with working(college, cadre) as work:
        exercise = service.daily(work)
        for at, one in enumerate(queries.asked(work, exercise)):
            first = list(one.options)[at % len(one.options)]
            service.answer(work, exercise.uid, one.line.question, [first] if one.line.kind.value == "multiple" else first)


def _open(college: College, scale: str, acting: Callable[[str], Actor], say: Callable[[str], object], topics: Collection[str] = ()) -> int:
    """Open questions for practice of these topics, of all without any; how many, none where a topic has some already."""
    with working(college, Actor.system("demo"), write=False) as work:
        there = select(QuestionVersion.topic).join(ForPractice, ForPractice.question_id == QuestionVersion.question_id)
        has, known = set(work.session.scalars(there)), set(work.session.scalars(select(QuestionVersion.stem)))
    root = college.settings.content_dir / "bank"
    known |= {one.stem for one in read_bank(root, PER_TOPIC[scale])}
    fresh = [one for one in read_bank(root, PER_TOPIC[scale] + EACH * 3) if one.kind in KINDS and one.stem not in known]
    where = places(college)
    made = [draft_of(one, where) for one in _some(fresh) if one.topic not in has and (not topics or one.topic in topics)]
    with working(college, acting(AUTHOR)) as work:
        uids = [_hand_in(work, one) for one in made]
    with working(college, acting(REVIEWER)) as work:
        for uid in uids:
            bank.move(work, uid, CardState.APPROVED)
            service.open_question(work, uid)
    if uids:
        say(f"练习题：{len(uids)} 题")
    return len(uids)


def _some(found: list[Made]) -> list[Made]:
    """At most EACH of a topic."""
    counts: dict[str, int] = {}
    chosen = []
    for one in found:
        counts[one.topic] = counts.get(one.topic, 0) + 1
        if counts[one.topic] <= EACH:
            chosen.append(one)
    return chosen


def _hand_in(work: Work, one: QuestionDraft) -> UUID:
    uid = bank.add(work, one).uid
    bank.move(work, uid, CardState.IN_REVIEW)
    return uid
