"""Who may sit an examination, by its rule, roster and password; extra minutes of a person (decisions 23).

Rank, unit and team are asked of people, classes of their register, finished courses of a registered port: study stands a floor above.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.classes import queries as training
from app.exams.models import Exam, ExamPlan, ExamSeat, ExamState
from app.exams.rules import timing
from app.exams.rules.admission import Barred, Facts, Rule, admit
from app.exams.service import refusals
from app.exams.service.barring import NOT_ADMITTED
from app.kernel.db import dialect, insert_into
from app.kernel.errors import Refusal
from app.kernel.work import Work
from app.people import queries as people

Finished = Callable[[Work, int, Collection[int]], Collection[int]]
"""(work, person_id, course ids) → those of them the person has finished, in any version."""

TRIES, PAUSE = 5, timedelta(minutes=1)
"""So many wrong passwords of one person at one examination, then a pause before each further one."""

_asked: dict[str, Finished] = {}


def set_finished(ask: Finished) -> None:
    """Register who knows finished courses; until then nobody has finished any."""
    _asked["finished"] = ask


def barred(work: Work, plans: Mapping[int, ExamPlan], person_id: int) -> dict[int, Refusal | None]:
    """Why the person may not sit each of these examinations, or None; few statements however many they are."""
    rules = {exam_id: Rule.from_json(plan.rule) for exam_id, plan in plans.items()}
    facts = _facts(work, rules, person_id)
    reasons = {exam_id: admit(rule, facts(exam_id)) for exam_id, rule in rules.items()}
    return {exam_id: None if why is None else NOT_ADMITTED[why]() for exam_id, why in reasons.items()}


def _facts(work: Work, rules: Mapping[int, Rule], person_id: int) -> Callable[[int], Facts]:
    """What is known of the person, as far as some rule asks for it."""
    named: frozenset[int] = frozenset()
    known: dict[str, Any] = {}
    if any(rule.roster for rule in rules.values()):
        seats = select(ExamSeat.exam_id).where(ExamSeat.person_id == person_id, ExamSeat.is_named, ExamSeat.exam_id.in_(list(rules)))
        named = frozenset(work.session.scalars(seats))
    if any(rule.teams for rule in rules.values()):
        card = people.cards(work, [person_id])[person_id]
        known |= {"rank": card.rank_level, "unit": card.unit_path, "teams": [one.team for one in card.teams]}
    elif any(rule.asks_post for rule in rules.values()) and (post := people.post_of(work, person_id)) is not None:
        known |= {"rank": post.rank, "unit": post.unit_path}
    if classes := {one for rule in rules.values() for one in rule.classes}:
        mine = training.of_person(work, person_id, classes)
        known["classes"] = {one for one, is_cancelled in mine.items() if not is_cancelled}
        known["cancelled"] = {one for one, is_cancelled in mine.items() if is_cancelled}
    if courses := {course for rule in rules.values() for course in rule.courses}:
        ask = _asked.get("finished")
        known["finished"] = frozenset(ask(work, person_id, courses)) if ask else frozenset()
    return lambda exam_id: Facts(exam_id in named, **known)


_HALF = 0x7FFFFFFF
"""Locks of PostgreSQL may have two numbers of so many bits."""


def plans_of(work: Work, exam_ids: Iterable[int]) -> dict[int, ExamPlan]:
    """The plans of these examinations."""
    return {plan.exam_id: plan for plan in work.session.scalars(select(ExamPlan).where(ExamPlan.exam_id.in_(list(exam_ids))))}


def eligibility(work: Work, plan: ExamPlan, person_id: int) -> Refusal | None:
    """Why the person may not sit this examination, or None."""
    return barred(work, {plan.exam_id: plan}, person_id)[plan.exam_id]


def settle_close(work: Work, exam: Exam, ends: Iterable[datetime] = ()) -> None:
    """Keep until when the last of those with extra time may write: results and keys wait for that moment (INV-I18).

    It is the close and the largest extra time of the roster, whether or not that person comes. While the examination is open
    it only moves on, for a paper may have begun with minutes that are taken back. After the close nobody begins, and only
    those who are writing (`ends`) move it; what is out stays out.
    """
    if exam.closes_at is None:
        exam.prolonged_until = None
        return
    most = 0
    if work.now < exam.closes_at:
        most = work.session.scalar(select(func.max(ExamSeat.extra_minutes)).where(ExamSeat.exam_id == exam.id)) or 0
    if exam.state == ExamState.OPEN and exam.prolonged_until is not None:
        ends = (*ends, exam.prolonged_until)
    last = timing.last_end(exam.closes_at, most, ends)
    exam.prolonged_until = last if last > exam.closes_at else None


def is_foreign(refusal: Refusal | None) -> bool:
    """Whether the examination is for others altogether, so that it need not stand in the person's list."""
    return isinstance(refusal, tuple(kind for why, kind in NOT_ADMITTED.items() if why not in (Barred.COURSE, Barred.CANCELLED)))


def password_mac(work: Work, exam: Exam, password: str) -> str:
    """What is kept of a password that a whole hall is told: keyed by the college's secret, so the database alone gives no guess.

    It is not slowed down: two thousand people give it within the same minute (PERF-G5). Guessing is held by `knock`.
    """
    return hmac.new(work.settings.secret_key.encode(), f"exam-password|{exam.uid}|{password}".encode(), "sha256").hexdigest()


def knock(work: Work, exam: Exam, plan: ExamPlan, password: str) -> None:
    """Refuse a wrong password, and count it."""
    if not plan.password_mac:
        return
    if password:
        _one_at_a_time(work, exam.id)
    seat = work.session.get(ExamSeat, (exam.id, work.person_id), populate_existing=True)
    if seat is not None and seat.wrong >= TRIES and seat.wrong_at is not None and work.now < seat.wrong_at + PAUSE:
        raise refusals.PasswordPause(retry_after=int(PAUSE.total_seconds()))
    if password and hmac.compare_digest(plan.password_mac, password_mac(work, exam, password)):
        return
    if password:
        _count_wrong(work, exam.id)
    raise refusals.WrongExamPassword(field="password") if password else refusals.PasswordNeeded(field="password")


def _one_at_a_time(work: Work, exam_id: int) -> None:
    """Guesses of one person wait for each other, so that each sees what became of the last. SQLite has one writer anyway."""
    if dialect(work.session) == "postgresql":
        work.session.execute(select(func.pg_advisory_xact_lock(exam_id & _HALF, work.person_id & _HALF)))


def _count_wrong(work: Work, exam_id: int) -> None:
    table = ExamSeat.__table__
    insert = insert_into(dialect(work.session), table).values(
        exam_id=exam_id, person_id=work.person_id, is_named=False, extra_minutes=0, wrong=1, wrong_at=work.now
    )
    work.session.execute(
        insert.on_conflict_do_update(index_elements=["exam_id", "person_id"], set_={"wrong": table.c.wrong + 1, "wrong_at": work.now})
    )
