"""The questions of the demo that closing quizzes draw are open before the courses that draw them; loading again adds none."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from app.bank import demo as bank
from app.bank.models import ForPractice, QuestionVersion
from app.exams.queries import sourcing
from app.kernel.work import Actor, College, working
from app.practice import demo
from content.reader import read_courses
from tests.claims.test_demo import finder
from tests.people import build


def topics(college: College) -> Counter[str]:
    with working(college, Actor.system("test"), write=False) as work:
        own = select(QuestionVersion.topic).join(ForPractice, ForPractice.question_id == QuestionVersion.question_id)
        return Counter(work.session.scalars(own))


def test_what_the_closing_quizzes_draw_is_there_before_they_are_published(college: College) -> None:
    build.load(college)
    quizzes = {one.slug: one.quiz for one in read_courses(college.settings.content_dir / "courses") if one.quiz.bank}
    wanted = {topic for quiz in quizzes.values() for topic in quiz.topics}
    said: list[object] = []
    for _twice in range(2):
        demo.load_for_quizzes(college, "xs", finder(college), said.append)
    assert topics(college) == dict.fromkeys(wanted, demo.EACH) and len(said) == 1
    with working(college, Actor.system("test"), write=False) as work:
        assert quizzes and all(sourcing.size(work, None, quiz.topics) >= 2 * quiz.bank for quiz in quizzes.values())
    author, reviewer = (finder(college)(name) for name in (demo.AUTHOR, demo.REVIEWER))
    assert bank.load(college, author, reviewer) > bank.load(college, author, reviewer) == 0, "the examples of the bank come in all the same"
    demo.load(college, "xs", finder(college), said.append)
    found = topics(college)
    assert len(found) == 13 and set(found.values()) == {demo.EACH}
    demo.load(college, "xs", finder(college), said.append)
    assert topics(college) == found and len(said) == 2
