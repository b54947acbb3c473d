"""Regrading after the fact: who would change is told first, then all of it is committed in one transaction, with its reason.

Everything is worked out while only reading. What then writes compares each result with what was read, letter by letter, and
puts down what is ready: an examination may be going on beside it, and on SQLite nobody else writes meanwhile.

A withdrawal gives everybody the points of the question (`full`) or takes it out of the total (`out`); a correction marks
every answer by another key (`key`). Papers and answers stay frozen (INV-I16); sittings that end later are marked the same way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Text, bindparam, cast, select, update
from sqlalchemy.dialects.postgresql import JSON

from app.exams.actions import Action
from app.exams.models import Attempt, AttemptState, Exam, ExamKind, Regrade
from app.exams.queries import regrades as queries
from app.exams.rules.regrading import How, Judged, Result
from app.exams.service import readers, refusals
from app.exams.service.amending import Marker
from app.exams.service.marking import ResultsChanged
from app.exams.service.planning import note
from app.exams.service.trails import Told, reason_of, tell
from app.kernel.bulk import undisturbed
from app.kernel.db import dialect
from app.kernel.errors import Conflict, NotFound
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work


@dataclass(frozen=True)
class Wish:
    """What is to be done with a question. `right`: with `key`, what is right now (rules/corrections.py)."""

    version: UUID
    how: How
    right: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Change:
    """One sitting before and after. Hours are those the examination is set to, where this person wins or loses them by it."""

    person_id: int
    attempt_id: int
    attempt: UUID
    before: Decimal
    passed_before: bool
    judged: Result
    hours: Decimal = Decimal(0)

    @property
    def shows(self) -> bool:
        """Whether score or verdict become others."""
        return self.before != self.judged.score or self.passed_before != self.judged.passed

    @property
    def place(self) -> tuple[int, int, int, int, int]:
        """Where it stands in the list: verdicts that turn first, those lost before those won, then what falls most."""
        moved = int((self.judged.score - self.before + 100) * 100)
        return int(self.passed_before == self.judged.passed), int(self.judged.passed), moved, self.person_id, self.attempt_id


@dataclass(frozen=True)
class Preview:
    """Every sitting that had the question; `changes` are those whose score or verdict become others, the verdicts first."""

    sittings: tuple[Change, ...]
    changes: tuple[Change, ...]
    gained: int
    """How many people come to pass."""
    lost: int
    """How many pass no longer."""
    digest: str
    """Names exactly this outcome: what is committed is what was looked at."""

    def hours_of(self, sign: int) -> int:
        """How many people are given hours (1), or lose them (-1): nobody where the examination is worth none."""
        return sum(one.hours * sign > 0 for one in self.changes)


@dataclass(frozen=True)
class Weighed:
    """A regrade that is worked out and only has to be put down: what was looked at, what it rests on, what is to be stored."""

    exam: UUID
    wish: Wish
    reason: str
    version_id: int
    pass_mark: int
    seen: Preview
    stood: Mapping[tuple[int, int], bytes]
    """Each final sitting (person, attempt) with the print of its result as it was read."""
    moves: Sequence[Mapping[str, Any]]


def preview(work: Work, uid: UUID, wish: Wish) -> Preview:
    """Who would change, and how; nobody changes a result of his own (ATK-A62). Nothing is kept.

    Whoever is shown it has come through `readers.read_regrade`.
    """
    exam = examination(work, uid)
    return preview_of(work, exam, wish, queries.version(work, exam, wish.version))


def preview_of(work: Work, exam: Exam, wish: Wish, version: Any) -> Preview:
    """The same where examination and version are read already."""
    work.require(Action.RELEASE)
    return _preview(work, exam, _Weighing(work, wish, version))


def page_of(changes: Sequence[Change], cursor: str | None, size: int) -> Page[Change]:
    """One page of those who change; worked out anew each time, and in the same order."""
    after = decode_cursor(cursor, int, int, int, int, int)
    rest = [one for one in changes if after is None or list(one.place) > after]
    return keyset(rest[: size + 1], lambda one: one.place, size)


def weigh(work: Work, uid: UUID, wish: Wish, reason: str, digest: str) -> Weighed:
    """Work out what was looked at, ready to be put down; refused where it is not that any more. Nothing is kept."""
    work.require(Action.RELEASE)
    said = reason_of(reason)
    exam = examination(work, uid)
    version = queries.version(work, exam, wish.version)
    readers.read_regrade(work, exam.id, version.question_id)
    weighing = _Weighing(work, wish, version, keeps=True)
    seen = _preview(work, exam, weighing)
    if seen.digest != digest:
        raise refusals.RegradeMoved()
    return Weighed(exam.uid, wish, said, weighing.version_id, exam.pass_mark, seen, weighing.stood, weighing.moves)


def regrade(work: Work, weighed: Weighed) -> Regrade:
    """Carry out what was looked at: results, hours, trail, and word to every candidate who changes."""
    work.require(Action.RELEASE)
    exam, seen, wish, said = examination(work, weighed.exam, alone=True), weighed.seen, weighed.wish, weighed.reason
    if exam.pass_mark != weighed.pass_mark or not _stands(work, exam, weighed.stood):
        raise refusals.RegradeMoved()
    row = Regrade(
        uid=work.new_uid(), exam_id=exam.id, version_id=weighed.version_id, how=wish.how, right=list(wish.right),
        reason=said, who_id=work.actor.person_id, at=work.now, sittings=len(seen.sittings), changed=len(seen.changes),
        gained=seen.hours_of(1), lost=seen.hours_of(-1),
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    _store(work, weighed.moves)
    what = {How.KEY: "key_corrected", How.FULL: "withdrawn_full", How.OUT: "withdrawn_out"}[wish.how]
    tell(work, what, said, (Told(one.person_id, one.attempt_id, one.before, one.passed_before, one.judged) for one in seen.changes))
    note(work, exam, "regraded", how=wish.how.value, changed=row.changed, gained=row.gained, lost=row.lost, reason=said)
    turned = sorted({one.person_id for one in seen.changes if one.passed_before != one.judged.passed})
    if turned:
        announce(work, ResultsChanged(exam.id, tuple(turned), ""))  # the ledger shows a reason to whom keys are not given out yet
    return row


class NothingToCorrect(Conflict):
    """A self-test that is not graded gives no result that a correction could change; a question is put right in the bank."""

    code, text = (
        "exam_not_graded",
        _l("This self-test is not graded, so there is no result to correct. Put the question right in the bank."),
    )


def examination(work: Work, uid: UUID, *, alone: bool = False) -> Exam:
    """An examination; held alone while its results change, so that none becomes final beside it (closing quizzes are sat again).

    NothingToCorrect where it gives no results.
    """
    found = select(Exam).where(Exam.uid == uid, Exam.kind == ExamKind.EXAM).execution_options(populate_existing=True)
    exam = work.session.scalars(found.with_for_update() if alone else found).one_or_none()
    if exam is None:
        raise NotFound()
    if exam.ungraded:
        raise NothingToCorrect()
    return exam


class _Line(msgspec.Struct, array_like=True):
    """As much of a line of a stored paper as it takes to find it."""

    question: str
    version_id: int


class _Lines(msgspec.Struct):
    lines: list[_Line]


class _Raws(msgspec.Struct):
    lines: list[msgspec.Raw]


_lines, _raws = msgspec.json.Decoder(_Lines), msgspec.json.Decoder(_Raws)


class _Weighing:
    """One sitting after the other under a wish. `keeps`: also what is to be stored, and what it was worked out from."""

    def __init__(self, work: Work, wish: Wish, version: Any, *, keeps: bool = False) -> None:
        self.work, self.wish, self.version_id, self.keeps = work, wish, version.id, keeps
        self.marker = Marker(work, version, wish.how, wish.right)
        self.stood: dict[tuple[int, int], bytes] = {}
        self.moves: list[dict[str, Any]] = []

    def sittings(self, exam: Exam) -> Iterator[tuple[Any, Judged | None]]:
        """Every final sitting with what it becomes; None where it was not asked the question."""
        for chunk in queries.graded(self.work, exam.id):
            raws = {(row.person_id, row.id): raw for row in chunk if (raw := self._asked(row.paper)) is not None}
            asked = [(*key, raw[0]) for key, raw in raws.items()]
            values = queries.values(self.work, asked) if self.wish.how is How.KEY else {}
            for row in chunk:
                key = row.person_id, row.id
                if self.keeps:
                    self.stood[key] = _fingerprint(row)
                yield row, self._judged(row, raws.get(key), values.get(key), exam.pass_mark)

    def _asked(self, paper: str) -> list[Any] | None:
        """The line of a stored paper that asks the question; the rest of the paper is not read."""
        at = next((at for at, line in enumerate(_lines.decode(paper).lines) if line.version_id == self.version_id), None)
        return None if at is None else msgspec.json.decode(_raws.decode(paper).lines[at])

    def _judged(self, row: Any, raw: list[Any] | None, value: Any, pass_mark: int) -> Judged | None:
        if raw is None:
            return None
        verdict = msgspec.json.decode(row.verdict)
        judged = self.marker.judge(raw, verdict, value, pass_mark)
        if self.keeps and (judged.verdict, judged.score, judged.passed) != (verdict, row.score, row.passed):
            self.moves.append({"of_person": row.person_id, "of_attempt": row.id, "new_score": judged.score, "new_passed": judged.passed,
                               "new_verdict": msgspec.json.encode(judged.verdict).decode()})  # fmt: skip
        return judged


def _fingerprint(row: Any) -> bytes:
    """What a stored result is known again by."""
    return hashlib.blake2b(f"{row.score}|{row.passed}|{row.verdict}".encode(), digest_size=16).digest()


def _preview(work: Work, exam: Exam, weighing: _Weighing) -> Preview:
    sittings: list[Change] = []
    before: dict[int, bool] = {}
    after: dict[int, bool] = {}
    with undisturbed():
        for row, judged in weighing.sittings(exam):
            person, passed = row.person_id, bool(row.passed)
            before[person] = before.get(person, False) or passed
            if judged is not None:
                sittings.append(Change(person, row.id, row.uid, row.score, passed, Result(judged.score, judged.passed)))
                passed = judged.passed
            after[person] = after.get(person, False) or passed
    if work.actor.person_id in before:
        raise refusals.OwnResult()
    sittings.sort(key=lambda one: (one.person_id, one.attempt_id))
    hours = queries.hours(work, exam.id) if before != after else Decimal(0)
    return _told(sittings, before, after, hours, weighing.wish)


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
    changes.sort(key=lambda one: one.place)
    words = [f"{wish.version}|{wish.how}|{json.dumps(wish.right, sort_keys=True)}"]
    words += sorted(f"{one.attempt}|{one.before}|{one.judged.score}|{one.judged.passed}" for one in sittings)
    gained, lost = sum(one > 0 for one in signs.values()), sum(one < 0 for one in signs.values())
    return Preview(tuple(sittings), tuple(changes), gained, lost, hashlib.sha256("\n".join(words).encode()).hexdigest()[:32])


def _stands(work: Work, exam: Exam, stood: Mapping[tuple[int, int], bytes]) -> bool:
    """Whether the final results are those that were read, no more and no fewer."""
    known = 0
    for chunk in queries.standing(work, exam.id):
        if any(stood.get((row.person_id, row.id)) != _fingerprint(row) for row in chunk):
            return False
        known += len(chunk)
    return known == len(stood)


_TABLE: Any = Attempt.__table__


def _store(work: Work, moves: Sequence[Mapping[str, Any]]) -> None:
    """Put the results down, their verdicts as the text they are stored as."""
    if not moves:
        return
    verdict: Any = bindparam("new_verdict", type_=Text())
    statement = (
        update(_TABLE).where(_TABLE.c.person_id == bindparam("of_person"), _TABLE.c.id == bindparam("of_attempt"))
        .where(_TABLE.c.state == AttemptState.GRADED)
        .values(score=bindparam("new_score"), passed=bindparam("new_passed"),
                verdict=verdict if dialect(work.session) == "sqlite" else cast(verdict, JSON))
    )  # fmt: skip
    work.session.execute(statement, moves)
    work.session.expire_all()
