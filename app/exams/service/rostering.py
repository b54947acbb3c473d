"""The roster: one person, a list or a whole unit put on it, within one's scope; a list taken back; extra time as it is given.

All of it until the examination is closed. With extra time one writes on past the close of the window (rules/timing.py).
Nobody gives himself minutes. Whoever is writing has the longer time at once; fewer minutes shorten no paper that is being
written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from app.bank.rules.drafts import Fault
from app.bank.service import Faulty
from app.exams.actions import Action
from app.exams.models import Attempt, AttemptState, Exam, ExamSeat, ExamState
from app.exams.queries import rosters
from app.exams.rules import roster, timing
from app.exams.rules.roster import Named
from app.exams.rules.sessions import MOST_EXTRA
from app.exams.service import refusals
from app.exams.service.admission import settle_close
from app.exams.service.planning import note, planned
from app.exams.service.words import SENTENCES
from app.jobs.service import enqueue
from app.kernel.db import dialect, insert_into
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.people import service as people
from app.people.rules import listed
from app.people.rules.listed import Flaw

MANY = 500
"""People named in one statement; where they are more, all who are writing are read."""


class Seated(NamedTuple):
    """Minutes beyond the limit; until when somebody who is writing may write now, if that has changed."""

    extra_minutes: int
    deadline: datetime | None


class Place(NamedTuple):
    """What a seat is to become, and what it was: on the roster or not, its minutes."""

    person_id: int
    extra_minutes: int
    was_named: bool
    had_minutes: int


@dataclass(frozen=True)
class Weighed:
    """A list held against people and roster: the rows that can be put on it, with what changes, and those that cannot."""

    rows: int
    good: tuple[Named, ...]
    flaws: tuple[Flaw, ...]
    places: tuple[Place, ...]

    @property
    def fresh(self) -> int:
        """How many come on the roster."""
        return sum(not one.was_named for one in self.places)

    @property
    def changed(self) -> int:
        """How many are on it and get other minutes."""
        return sum(one.was_named and one.extra_minutes != one.had_minutes for one in self.places)

    @property
    def same(self) -> int:
        """How many are on it as they are."""
        return len(self.places) - self.fresh - self.changed


class Undone(NamedTuple):
    """How many stand again as they did before a list, and how many of it stay: begun, changed since, or outside one's scope."""

    undone: int
    stay: int


def seat(work: Work, uid: UUID, user_name: str, extra_minutes: int = 0) -> Seated:
    """Put somebody within one's scope on the roster, or change the minutes he has beyond the limit.

    Those somebody else gave him stay if he names himself again.
    """
    exam = _open_to_changes(work, uid)
    if not 0 <= extra_minutes <= MOST_EXTRA:
        raise Faulty([Fault("extra_minutes", "extra_outside")], SENTENCES)
    person_id = _within_scope(work, user_name)
    was_named, before = rosters.seated(work, exam.id).get(person_id, (False, 0))
    if person_id == work.actor.person_id and extra_minutes > before:
        raise Faulty([Fault("extra_minutes", "extra_for_oneself")], SENTENCES)
    ends = _keep(work, exam, [Place(person_id, extra_minutes, was_named, before)])
    note(work, exam, "seated", person=person_id, extra=extra_minutes)
    return Seated(extra_minutes, ends.get(person_id))


def unseat(work: Work, uid: UUID, person_id: int) -> None:
    """Take somebody within one's scope off the roster, with his extra minutes; an attempt that runs goes on."""
    exam, _plan = planned(work, uid)
    people.require_over(work, Action.ASSEMBLE, person_id)
    found = work.session.get(ExamSeat, (exam.id, person_id))
    if found is None or exam.state == ExamState.CLOSED:
        raise NotFound()
    found.is_named, found.extra_minutes = False, 0
    settle_close(work, exam)
    note(work, exam, "unseated", person=person_id)


def weigh(work: Work, uid: UUID, rows: Iterable[Sequence[Any]]) -> Weighed:
    """Hold a list against people and roster; nothing is changed. A row without minutes leaves somebody those he has.

    Left out are: nobody's name or one outside one's scope (the two are not told apart), a name that stands twice, minutes
    out of bounds or for oneself, and who had a hand in the examination and could not sit it (docs/adr/0023).
    """
    return _weigh(work, _open_to_changes(work, uid), rows)


def _weigh(work: Work, exam: Exam, rows: Iterable[Sequence[Any]]) -> Weighed:
    try:
        named, flaws = roster.read(rows)
    except listed.TooLong as error:
        raise Faulty([Fault("list", "list_too_long")], SENTENCES) from error
    count = len(named) + len(flaws)
    if not count:
        raise Faulty([Fault("list", "list_empty")], SENTENCES)
    known = rosters.within_scope(work, [one.user_name for one in named])
    barred, seats = rosters.insiders(work, exam), rosters.seated(work, exam.id)
    good, places = [], []
    for one in named:
        person_id = known.get(one.user_name)
        was_named, before = seats.get(person_id, (False, 0)) if person_id else (False, 0)
        extra = before if one.extra_minutes is None else one.extra_minutes
        if person_id is None:
            flaws.append(Flaw(one.row, one.user_name, "person_unknown"))
        elif person_id in barred:
            flaws.append(Flaw(one.row, one.user_name, "person_barred"))
        elif person_id == work.actor.person_id and extra > before:
            flaws.append(Flaw(one.row, one.user_name, "extra_for_oneself"))
        else:
            good.append(one)
            places.append(Place(person_id, extra, was_named, before))
    return Weighed(count, tuple(good), tuple(sorted(flaws)), tuple(places))


def bring_in(work: Work, uid: UUID, rows: Iterable[Sequence[Any]]) -> Weighed:
    """Put the good rows of a list on the roster in one turn; the others are left out and told."""
    exam = _open_to_changes(work, uid)
    found = _weigh(work, exam, rows)
    _put(work, exam, "listed", found.places)
    return found


def add_unit(work: Work, uid: UUID, code: str) -> Weighed:
    """Put everybody on the roster who serves in a unit or below it today, within one's scope; minutes stay as they are.

    Who had a hand in the examination is left out, and counted.
    """
    exam, code = _open_to_changes(work, uid), code.strip()
    found = rosters.serving(work, code, listed.MOST_ROWS + 1)
    if found is None:
        raise Faulty([Fault("unit", "unit_unknown")], SENTENCES)
    if not found:
        raise Faulty([Fault("unit", "unit_without_people")], SENTENCES)
    if len(found) > listed.MOST_ROWS:
        raise Faulty([Fault("unit", "list_too_long")], SENTENCES)
    barred, seats = rosters.insiders(work, exam), rosters.seated(work, exam.id)
    before = {one: seats.get(one, (False, 0)) for one in found if one not in barred}
    places = tuple(Place(one, extra, named, extra) for one, (named, extra) in before.items())
    _put(work, exam, "unit_listed", places, unit=code)
    return Weighed(len(found), (), (Flaw(0, "", "person_barred"),) * (len(found) - len(places)), places)


def _put(work: Work, exam: Exam, what: str, places: Sequence[Place], **more: Any) -> None:
    """Keep what changes, with a line of the trail that says how it was before, so that it can be taken back."""
    new = [one for one in places if not one.was_named or one.extra_minutes != one.had_minutes]
    if new:
        _keep(work, exam, new)
        note(work, exam, what, count=len(new), people=[list(one) for one in new], **more)


def undo(work: Work, uid: UUID, number: int) -> Undone:
    """Take back a list or a unit, the n-th of the examination: seats stand again as they did before it.

    Whoever has begun stays, whose seat was changed since, and who is outside one's scope.
    """
    exam = _open_to_changes(work, uid)
    line = rosters.lists(work, exam.id).get(number)
    if line is None or line.is_undone:
        raise NotFound()
    was = [Place(*one) for one in rosters.people_of(work, line)]
    seats, begun = rosters.seated(work, exam.id), rosters.begun(work, exam.id)
    mine = rosters.over(work, [one.person_id for one in was])
    back = [one for one in was if one.person_id in mine - begun and seats.get(one.person_id) == (True, one.extra_minutes)]
    _write(work, exam, [(one.person_id, one.was_named, one.had_minutes) for one in back])
    settle_close(work, exam)
    note(work, exam, "list_undone", list=number, count=len(back))
    return Undone(len(back), len(was) - len(back))


def _open_to_changes(work: Work, uid: UUID) -> Exam:
    """The examination, unless it is closed."""
    exam, _plan = planned(work, uid)
    if exam.state == ExamState.CLOSED:
        raise refusals.ExamMoveNotAllowed()
    return exam


def _within_scope(work: Work, user_name: str) -> int:
    """The person of a user name; whoever lies outside one's scope is told from nobody by nothing."""
    try:
        person_id = people.account_named(work, user_name.strip()).person_id
    except NotFound:
        person_id = None
    if person_id is None or not people.may_over(work, Action.ASSEMBLE, person_id):
        raise Faulty([Fault("user_name", "person_unknown")], SENTENCES)
    return person_id


def _keep(work: Work, exam: Exam, places: Sequence[Place]) -> dict[int, datetime]:
    """Write the seats; the later ends of the papers of those who are writing."""
    _write(work, exam, [(one.person_id, True, one.extra_minutes) for one in places])
    more = {one.person_id: one.extra_minutes for one in places if one.extra_minutes > 0}
    ends = _prolong(work, exam, more) if more else {}
    settle_close(work, exam, ends.values())
    return ends


def _write(work: Work, exam: Exam, seats: Sequence[tuple[int, bool, int]]) -> None:
    """Seats as they are to be: the person, whether he is named, his minutes. Wrong passwords stay counted."""
    insert = insert_into(dialect(work.session), ExamSeat.__table__)
    kept = {"is_named": insert.excluded.is_named, "extra_minutes": insert.excluded.extra_minutes}
    insert = insert.on_conflict_do_update(index_elements=["exam_id", "person_id"], set_=kept)
    rows = [{"exam_id": exam.id, "person_id": who, "is_named": named, "extra_minutes": extra, "wrong": 0} for who, named, extra in seats]
    if rows:
        work.session.connection().execute(insert, rows)


def _prolong(work: Work, exam: Exam, minutes: Mapping[int, int]) -> dict[int, datetime]:
    """The later ends of the papers these people are writing, with an alarm each; what is over stays over (INV-I17)."""
    running = select(Attempt.person_id, Attempt.id, Attempt.started_at, Attempt.ends_at).where(
        Attempt.exam_id == exam.id, Attempt.state == AttemptState.RUNNING
    )
    if len(minutes) <= MANY:
        running = running.where(Attempt.person_id.in_(list(minutes)))
    ends = {}
    for row in work.session.execute(running.order_by(Attempt.person_id).with_for_update()).all():
        if row.person_id not in minutes or timing.is_overdue(row.ends_at, work.now):
            continue
        end = timing.deadline(row.started_at, exam.limit_minutes, exam.closes_at, minutes[row.person_id])
        if end <= row.ends_at:
            continue
        mine = (Attempt.person_id == row.person_id, Attempt.id == row.id)
        work.session.execute(update(Attempt).where(*mine).values(ends_at=end))
        enqueue(work, "exams.hand_in", run_at=end + timing.GRACE, person_id=row.person_id, attempt_id=row.id)
        ends[row.person_id] = end
    return ends
