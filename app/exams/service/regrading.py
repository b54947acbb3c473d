"""Regrading after the fact: who would change is told first, then all of it is committed in one transaction, with its reason.

A withdrawal gives everybody the points of the question (`full`) or takes it out of the total (`out`); a correction marks
every answer by another key (`key`). Papers and answers stay frozen (INV-I16); sittings that end later are marked the same way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.exams.actions import Action
from app.exams.models import Attempt, AttemptState, Exam, ExamKind, Regrade
from app.exams.queries import regrades as queries
from app.exams.rules.regrading import How, Judged
from app.exams.service import refusals
from app.exams.service.amending import Marker
from app.exams.service.marking import ResultsChanged
from app.exams.service.planning import note
from app.exams.service.trails import Told, reason_of, tell
from app.kernel.errors import NotFound
from app.kernel.events import announce
from app.kernel.work import Work


@dataclass(frozen=True)
class Wish:
    """What is to be done with a question. `right`: the letters that are right, or one further answer for each blank (may be empty)."""

    version: UUID
    how: How
    right: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One sitting before and after. Hours are those the examination is set to, where this person wins or loses them by it."""

    person_id: int
    attempt_id: int
    attempt: UUID
    before: Decimal
    passed_before: bool
    judged: Judged
    hours: Decimal = Decimal(0)

    @property
    def shows(self) -> bool:
        """Whether score or verdict become others."""
        return self.before != self.judged.score or self.passed_before != self.judged.passed


@dataclass(frozen=True)
class Preview:
    """Every sitting that had the question; `changes` are those whose score or verdict become others, the verdicts first."""

    sittings: tuple[Change, ...]
    changes: tuple[Change, ...]
    gained: int
    lost: int
    digest: str
    """Names exactly this outcome: what is committed is what was looked at."""


def preview(work: Work, uid: UUID, wish: Wish) -> Preview:
    """Who would change, and how. Nothing is kept."""
    work.require(Action.RELEASE)
    exam = examination(work, uid)
    return _preview(work, exam, wish)


def regrade(work: Work, uid: UUID, wish: Wish, reason: str, digest: str) -> Regrade:
    """Carry out what was looked at: results, hours, trail, and word to every candidate who changes."""
    work.require(Action.RELEASE)
    exam = examination(work, uid, alone=True)
    said = reason_of(reason)
    seen = _preview(work, exam, wish)
    if seen.digest != digest:
        raise refusals.RegradeMoved()
    row = Regrade(
        uid=work.new_uid(), exam_id=exam.id, version_id=queries.version(work, wish.version).id, how=wish.how, right=list(wish.right),
        reason=said, who_id=work.actor.person_id, at=work.now, sittings=len(seen.sittings), changed=len(seen.changes),
        gained=seen.gained, lost=seen.lost,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    _store(work, seen.sittings)
    what = {How.KEY: "key_corrected", How.FULL: "withdrawn_full", How.OUT: "withdrawn_out"}[wish.how]
    tell(work, what, said, (Told(one.person_id, one.attempt_id, one.before, one.passed_before, one.judged) for one in seen.changes))
    note(work, exam, "regraded", how=wish.how.value, changed=row.changed, gained=row.gained, lost=row.lost, reason=said)
    turned = sorted({one.person_id for one in seen.changes if one.passed_before != one.judged.passed})
    if turned:
        announce(work, ResultsChanged(exam.id, tuple(turned), said))
    return row


def examination(work: Work, uid: UUID, *, alone: bool = False) -> Exam:
    """An examination; held alone while its results change, so that none becomes final beside it (closing quizzes are sat again)."""
    found = select(Exam).where(Exam.uid == uid, Exam.kind == ExamKind.EXAM).execution_options(populate_existing=True)
    exam = work.session.scalars(found.with_for_update() if alone else found).one_or_none()
    if exam is None:
        raise NotFound()
    return exam


def _preview(work: Work, exam: Exam, wish: Wish) -> Preview:
    version = queries.version(work, wish.version)
    marker = Marker(work, version, wish.how, wish.right)
    sittings: list[Change] = []
    before: dict[int, bool] = {}
    after: dict[int, bool] = {}
    for row, raw, value in _asked(work, exam, version.id):
        person, passed = row.person_id, bool(row.passed)
        before[person] = before.get(person, False) or passed
        if raw is not None:
            judged = marker.judge(raw, row.verdict, value, exam.pass_mark)
            sittings.append(Change(person, row.id, row.uid, row.score, passed, judged))
            passed = judged.passed
        after[person] = after.get(person, False) or passed
    return _told(sittings, before, after, queries.hours(work, exam.id) if before != after else Decimal(0), wish)


def _told(sittings: list[Change], before: Mapping[int, bool], after: Mapping[int, bool], hours: Decimal, wish: Wish) -> Preview:
    signs = {person: after[person] - before[person] for person in after if after[person] != before[person]}
    changes, given = [], set[int]()
    for one in sittings:
        if not one.shows:
            continue
        turns = one.passed_before != one.judged.passed and one.person_id in signs and one.person_id not in given
        if turns:
            given.add(one.person_id)
        changes.append(replace(one, hours=hours * signs[one.person_id]) if turns else one)
    changes.sort(key=lambda one: (one.passed_before == one.judged.passed, one.judged.passed, one.judged.score - one.before, one.attempt_id))
    words = [f"{wish.version}|{wish.how}|{wish.right}"]
    words += sorted(f"{one.attempt}|{one.before}|{one.judged.score}|{one.judged.passed}" for one in sittings)
    gained, lost = sum(one > 0 for one in signs.values()), sum(one < 0 for one in signs.values())
    return Preview(tuple(sittings), tuple(changes), gained, lost, hashlib.sha256("\n".join(words).encode()).hexdigest()[:32])


def _asked(work: Work, exam: Exam, version_id: int) -> Iterator[tuple[Any, Any, Any]]:
    """Every final sitting with the line of its paper that asked the version (or None), and what was answered to it."""
    for chunk in queries.graded(work, exam.id):
        raws = {row.id: next((raw for raw in row.paper["lines"] if raw[1] == version_id), None) for row in chunk}
        asked = [(row.person_id, row.id, raw[0]) for row in chunk if (raw := raws[row.id]) is not None]
        values = queries.values(work, asked)
        for row in chunk:
            yield row, raws[row.id], values.get((row.person_id, row.id))


_TABLE: Any = Attempt.__table__
_MOVE = (
    update(_TABLE).where(_TABLE.c.person_id == bindparam("of_person"), _TABLE.c.id == bindparam("of_attempt"))
    .where(_TABLE.c.state == AttemptState.GRADED)
    .values(score=bindparam("new_score"), passed=bindparam("new_passed"), verdict=bindparam("new_verdict"))
)  # fmt: skip


def _store(work: Work, sittings: Iterable[Change]) -> None:
    rows = [
        {"of_person": one.person_id, "of_attempt": one.attempt_id, "new_score": one.judged.score, "new_passed": one.judged.passed,
         "new_verdict": one.judged.verdict}
        for one in sittings
    ]  # fmt: skip
    if rows:
        work.session.execute(_MOVE, rows)
        work.session.expire_all()
