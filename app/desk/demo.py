"""Online courses of the demo city that were really studied: some of those who finish one are drawn for audit, one was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import select

from app.catalogue.models import Course, CourseVersion, VersionState
from app.desk import queries
from app.desk.rules import drawn
from app.desk.service import sampling
from app.hours import service as hours
from app.hours.models import CourseCredit
from app.hours.queries.credits import finished
from app.kernel.clock import civil
from app.kernel.work import Actor, College, Work, working
from app.learning import demo as learning
from app.people.models import Account, Person
from app.rulebook import service as rulebook

COURSES = ("L-RES-01", "C-SPEAK-01")
DRAWN, OTHERS, POOL = 2, 1, 600
"""Of each course: how many who are drawn and how many who are not finish it, and among how many they are looked for."""
FIRST, NEXT = timedelta(minutes=16), timedelta(minutes=14)
"""How long before now the last one began, and how much earlier each other one."""
LOOK = ("city", "personnel", "district")
"""Whoever of these is the first to have a drawn course before him finds it right."""


def load_studied(college: College, acting: Callable[[str], Actor], say: Callable[[str], object]) -> None:
    """A few people without an account finish these courses today, unless somebody has finished one already."""
    with working(college, Actor.system("demo"), write=False) as work:
        if work.session.scalar(select(CourseCredit.person_id).limit(1)) is not None:
            return
        chosen, now = list(_chosen(work)), work.now
    for number, (version_id, person_id, name) in enumerate(chosen):
        device, ip = ("Edge · Windows", "WeChat · Android")[number % 2], f"10.20.1.{20 + number}"
        actor = Actor(person_id=person_id, name=name, device=device, ip=ip, actions=frozenset({"exams.sit"}))
        learning.study(college, actor, version_id, number, now - FIRST - NEXT * (len(chosen) - 1 - number))
    for officer in map(acting, LOOK):
        with working(college, officer) as work:
            if seen := queries.samples(work).items:
                sampling.find_right(work, seen[0].credit.person_id, seen[0].credit.version_id)
                break
    say(f"网络课程：{len(chosen)} 人次学完")


def _chosen(work: Work) -> Iterator[tuple[int, int, str]]:
    """Of each course the version, and who finishes it: number and name. Nobody finishes two."""
    offered = select(CourseVersion.id).join(Course, Course.id == CourseVersion.course_id)
    offered = offered.where(Course.code.in_(COURSES), CourseVersion.state == VersionState.PUBLISHED).order_by(Course.code)
    taken: set[int] = set()
    for version_id in work.session.scalars(offered).all():
        for person_id, name in _who(work, version_id, taken):
            taken.add(person_id)
            yield version_id, person_id, name


def _who(work: Work, version_id: int, but: set[int]) -> list[tuple[int, str]]:
    """The first people without an account whom the lot of this college would draw, and the first whom it would not."""
    done = finished(work, 0, version_id)
    assert done.version.rule_set_version is not None  # what is published has the rules of that day
    book = rulebook.used(work, done.version.rule_set_version)
    key = hours.activity_key(book, done, civil(work.now).date())
    serving = select(Person.id, Person.name, Person.uid).where(Person.status == "active", Person.id.not_in(select(Account.person_id)))
    by_lot: list[tuple[int, str]] = []
    others: list[tuple[int, str]] = []
    for person_id, name, uid in work.session.execute(serving.where(Person.id.not_in(but)).order_by(Person.id).limit(POOL)):
        group = by_lot if drawn(work.settings.secret_key, str(uid), key, book.certify.sample) else others
        group.append((person_id, name))
    return [*by_lot[:DRAWN], *others[:OTHERS]]
