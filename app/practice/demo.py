"""Questions for practice of the demo bank, and a cadre who has practised: missed ones are in the book."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, select

from app.bank import service as bank
from app.bank.models import CardState, ForPractice, QuestionVersion
from app.bank.rules.drafts import QuestionDraft
from app.exams.demo import PER_TOPIC, places
from app.exams.demo import draft as draft_of
from app.kernel.work import Actor, College, Work, working
from app.practice import queries, service
from app.practice.rules import KINDS
from content.questions import Made, read_bank

EACH = 13
"""Questions for practice of each topic, beside those of examinations."""
AUTHOR, REVIEWER, CADRE = "instructor", "reviewer", "section"


def load(college: College, scale: str, acting: Callable[[str], Actor], say: Callable[[str], object]) -> None:
    """The questions, unless they are there; and an exercise of the cadre with some misses."""
    with working(college, Actor.system("demo"), write=False) as work:
        if work.session.scalar(select(func.count()).select_from(ForPractice)):
            return
        known = set(work.session.scalars(select(QuestionVersion.stem)))
    root = college.settings.content_dir / "bank"
    fresh = [one for one in read_bank(root, PER_TOPIC[scale] + EACH * 3) if one.kind in KINDS and one.stem not in known]
    where = places(college)
    made = [draft_of(one, where) for one in _some(fresh)]
    with working(college, acting(AUTHOR)) as work:
        uids = [_hand_in(work, one) for one in made]
    with working(college, acting(REVIEWER)) as work:
        for uid in uids:
            bank.move(work, uid, CardState.APPROVED)
            service.open_question(work, uid)
    with working(college, acting(CADRE)) as work:
        exercise = service.self_test(work, (), (), 10)
        for at, one in enumerate(queries.asked(work, exercise)):
            first = list(one.options)[at % len(one.options)]
            service.answer(work, exercise.uid, one.line.question, [first] if one.line.kind.value == "multiple" else first)
    say(f"练习题：{len(uids)} 题")


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
