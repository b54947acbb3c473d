"""Handing in: exactly once, by the person or by the deadline; marked in the same transaction."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from app.bank import queries
from app.bank.rules.scoring import Mark, score
from app.bank.service import secrets
from app.exams.models import Attempt, AttemptState, Exam, HandedInBy, Sheet
from app.exams.rules import timing
from app.exams.rules.assembly import Paper
from app.exams.rules.hands import waiting
from app.exams.rules.regrading import Judged
from app.exams.rules.scoring import Marked, Verdict, judge
from app.exams.service import papers, refusals
from app.exams.service.amending import amend
from app.exams.service.papers import AnswerShown
from app.kernel.db import changed_one
from app.kernel.errors import NotFound
from app.kernel.events import announce
from app.kernel.work import Actor, College, Work, working


@dataclass(frozen=True)
class AttemptGraded:
    """An attempt was handed in and marked; told once, in the transaction that made it final. `score` is of 100."""

    person_id: int
    exam_id: int
    course_version_id: int | None
    attempt_id: int
    score: Decimal
    passed: bool


@dataclass(frozen=True)
class ResultsChanged:
    """Final results of these people at an examination came to be others (regrade, annulment, appeal), for this reason.

    Told in the transaction that changed them; what each of them has now stands in his attempts.
    """

    exam_id: int
    people: tuple[int, ...]
    reason: str


class Receipt(msgspec.Struct, frozen=True):
    """What the candidate holds in hand: a number of ours, the moment, and the digest of what was handed in."""

    receipt: str
    submitted_at: datetime
    digest: str


def submit(work: Work, uid: UUID, *, is_due: bool = False) -> Receipt:
    """Hand the attempt in. Repeating it, or coming after the deadline has done it, gives the same receipt (ATK-A54).

    `is_due`: only because the time is over, as the page has it. StillTime where more has been given since.
    """
    key = papers.attempt_key(work, uid)
    attempt = key and _read(work, *key)
    if attempt is None or attempt.uid != uid:
        raise NotFound()
    if attempt.state == AttemptState.RUNNING:
        late = timing.is_overdue(attempt.ends_at, work.now)
        if attempt.door != work.actor.door and not late:
            raise refusals.Superseded(device=attempt.device)
        if is_due and attempt.ends_at > work.now + timing.PAGE_AHEAD:
            raise refusals.StillTime(deadline=attempt.ends_at)
        _hand_in(work, attempt, HandedInBy.DEADLINE if late or is_due else HandedInBy.PERSON)
        attempt = _read(work, attempt.person_id, attempt.id)
        assert attempt is not None
    assert attempt.receipt and attempt.submitted_at and attempt.digest
    return Receipt(attempt.receipt, attempt.submitted_at, attempt.digest)


def hand_in_if_overdue(work: Work, attempt: Attempt) -> bool:
    """Hand in what its deadline and grace have overtaken, with what was saved (INV-I17); whether this call did it."""
    return is_overdue(work, attempt) and _hand_in(work, attempt, HandedInBy.DEADLINE)


def is_overdue(work: Work, attempt: Attempt) -> bool:
    """Whether an attempt that is not handed in has run out, the grace included."""
    return attempt.state == AttemptState.RUNNING and timing.is_overdue(attempt.ends_at, work.now)


def hand_in_late(work: Work, person_id: int, attempt_id: int) -> None:
    """The alarm of one attempt: safe to run twice, and before the time."""
    attempt = _read(work, person_id, attempt_id)
    if attempt is not None:
        hand_in_if_overdue(work, attempt)


def settle_overdue(college: College, work: Work) -> None:
    """Before a person reads: hand in what the worker has not yet come to, in a unit of work of its own.

    `work` is a read; it is begun anew, so that what follows sees the verdict.
    """
    late = select(Attempt.id).where(
        Attempt.person_id == work.person_id, Attempt.state == AttemptState.RUNNING, Attempt.ends_at < work.now - timing.GRACE
    )
    found = list(work.session.scalars(late))
    for attempt_id in found:
        with working(college, Actor.system("deadline")) as own:
            hand_in_late(own, work.person_id, attempt_id)
    if found:
        work.look_again()


def _read(work: Work, person_id: int, attempt_id: int) -> Attempt | None:
    """The attempt as it stands in the database now."""
    return work.session.get(Attempt, (person_id, attempt_id), populate_existing=True)


def _hand_in(work: Work, attempt: Attempt, by: HandedInBy) -> bool:
    """Close, mark, seal and announce; False when it was closed already. Closing first waits for answers being saved."""
    at = work.now if by is HandedInBy.PERSON else attempt.ends_at
    mine = update(Attempt).where(Attempt.person_id == attempt.person_id, Attempt.id == attempt.id)
    closing = mine.where(Attempt.state == AttemptState.RUNNING).values(state=AttemptState.GRADED, submitted_at=at, handed_in_by=by)
    if not changed_one(work.session, closing):
        return False
    exam = held(work, attempt.exam_id)
    saved, paper = papers.answers(work, attempt.person_id, attempt.id), Paper.from_json(attempt.paper)
    verdict = judge(mark(work, paper, saved), exam.pass_mark)
    digest = digest_of(attempt.uid, at, saved)
    work.session.execute(mine.values(digest=digest, receipt=_receipt(work.settings.secret_key, attempt.uid, digest)))
    if verdict.waits:
        work.session.execute(mine.values(state=AttemptState.MARKING))
        _lay_out(work, exam, attempt, paper, verdict)
    else:
        conclude(work, exam, attempt.person_id, attempt.id, verdict)
    return True


def held(work: Work, exam_id: int) -> Exam:
    """The exam of a result that may become final, held against a regrade that runs beside it: one of the two waits."""
    return work.session.get_one(Exam, exam_id, with_for_update={"read": True})


def conclude(work: Work, exam: Exam, person_id: int, attempt_id: int, verdict: Verdict) -> None:
    """The verdict becomes final, and is told, in one transaction."""
    mine = update(Attempt).where(Attempt.person_id == person_id, Attempt.id == attempt_id)
    judged = amend(work, exam, person_id, attempt_id, Judged(verdict.score, verdict.passed, _stored(verdict)))
    passed = judged.passed and not exam.ungraded
    stored = {"score": judged.score, "passed": passed, "verdict": judged.verdict, "graded_at": work.now}
    work.session.execute(mine.values(state=AttemptState.GRADED, **stored))
    announce(work, AttemptGraded(person_id, exam.id, exam.course_version_id, attempt_id, judged.score, passed))


def _lay_out(work: Work, exam: Exam, attempt: Attempt, paper: Paper, verdict: Verdict) -> None:
    """Put the written answers before the markers."""
    versions = {line.question: line.version_id for line in paper.lines}
    work.session.add_all(
        Sheet(
            uid=work.new_uid(), exam_id=exam.id, person_id=attempt.person_id, attempt_id=attempt.id, question=one.question, part=one.part,
            version_id=versions[one.question], maximum=one.maximum, needed=exam.markers, created_at=work.now,
        )
        for one in waiting(paper.lines, verdict.questions)
    )  # fmt: skip
    work.session.flush()


def mark(work: Work, paper: Paper, saved: dict[str, AnswerShown]) -> list[Marked]:
    """Each question of the paper with its mark; the only place where papers and keys meet before release."""
    versions = [line.version_id for line in paper.lines]
    keys, topics = secrets(work, versions), queries.topics(work, versions)
    cases = queries.faces(work, [line.version_id for line in paper.lines if line.parts])
    marked = []
    for line in paper.lines:
        answer = saved.get(line.question)
        face = cases[line.version_id].shown if line.parts else {}
        made = score(keys[line.version_id].key(line.kind, face), line.points, line.inner(answer.value) if answer else None)
        marked.append(Marked(line.question, topics[line.version_id], line.points, made))
    return marked


def _stored(verdict: Verdict) -> dict[str, Any]:
    """The verdict as it is kept; the result page recomputes nothing."""
    return {
        "points": str(verdict.points),
        "maximum": str(verdict.maximum),
        "questions": [[one.question, *_stored_mark(one.mark)] for one in verdict.questions],
        "topics": [[t.topic, t.questions, t.right, str(t.points), str(t.maximum)] for t in verdict.topics],
    }


def _stored_mark(mark: Mark) -> list[Any]:
    """Points and outcome, of a case also those of its parts."""
    stored: list[Any] = [str(mark.points), mark.outcome.value]
    return [*stored, {name: _stored_mark(part) for name, part in mark.parts.items()}] if mark.parts else stored


def digest_of(uid: UUID, submitted_at: datetime, saved: dict[str, AnswerShown]) -> str:
    """SHA-256 over canonical JSON (sorted keys, UTF-8, no spaces) of attempt, moment and answers as `[rev, value]`.

    Nothing secret goes in, so a candidate can compute it from what `GET /attempts/{attempt}` shows.
    """
    handed_in = {
        "attempt": str(uid),
        "submitted_at": submitted_at.isoformat(),
        "answers": {question: [answer.rev, answer.value] for question, answer in saved.items()},
    }
    text = json.dumps(handed_in, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _receipt(secret: str, uid: UUID, digest: str) -> str:
    """A number only the college can make, in four groups that can be read out by telephone."""
    word = base64.b32encode(hmac.digest(secret.encode(), f"exam-receipt|{uid}|{digest}".encode(), "sha256")[:10]).decode("ascii")
    return "-".join(word[at : at + 4] for at in range(0, 16, 4))
