"""What was withdrawn or corrected in an examination, applied to one verdict: those regraded, and those that become final later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.bank.rules.answers import Kind
from app.bank.rules.scoring import Mark, Outcome, score
from app.bank.service import Secret, correct_key, secrets
from app.exams.actions import Action
from app.exams.models import Exam
from app.exams.queries import regrades as queries
from app.exams.rules.assembly import Line
from app.exams.rules.corrections import Correction, Keyed, NotAKey
from app.exams.rules.corrections import corrected as apply
from app.exams.rules.hands import beside
from app.exams.rules.regrading import How, Judged, NothingLeft, Place, replaced
from app.exams.service import papers, readers, refusals
from app.kernel.errors import NotFound
from app.kernel.work import Work


def amend(work: Work, exam: Exam, person_id: int, attempt_id: int, judged: Judged) -> Judged:
    """A verdict that becomes final now, with everything that was withdrawn or corrected before it did."""
    rows = queries.holding(work, exam.id)
    if not rows:
        return judged
    values = {question: answer.value for question, answer in papers.answers(work, person_id, attempt_id).items()}
    for raw in queries.paper(work, person_id, attempt_id)["lines"]:
        if raw[1] in rows:
            row, version = rows[raw[1]]
            marker = Marker(work, version, How(row.how), row.right)
            judged = marker.judge(raw, judged.verdict, values.get(raw[0]), exam.pass_mark)
    return judged


def corrections(work: Work, exam_id: int, keys: Mapping[int, Secret]) -> dict[int, Secret]:
    """Those of these keys that were corrected in this examination, as they are now."""
    return corrected_by(queries.holding(work, exam_id), keys)


def corrected_by(held: queries.Holding, keys: Mapping[int, Secret]) -> dict[int, Secret]:
    """The same where what holds is read already."""
    return {
        number: corrected(keys[number], Kind(version.kind), version, row.right)
        for number, (row, version) in held.items()
        if row.how == How.KEY and number in keys
    }


def to_bank(work: Work, exam: Exam, regrade: UUID) -> None:
    """Give the bank the key that was put right here: the question's next version, which somebody else passes (bank.correct_key)."""
    work.require(Action.RELEASE)
    readers.refuse_candidate(work, exam.id)
    row, version = next(
        (found for found in queries.holding(work, exam.id).values() if found[0].uid == regrade and found[0].how == How.KEY), (None, None)
    )
    if row is None or version is None:
        raise NotFound()
    secret = corrected(secrets(work, [version.id])[version.id], Kind(version.kind), version, row.right)
    correct_key(work, version.id, secret, row.reason)


class Marker:
    """Marks one question version anew wherever it was asked."""

    def __init__(self, work: Work, version: Any, how: How, right: Correction) -> None:
        self.version_id, self.how = version.id, how
        self.topic = version.topic
        self.key = None
        if how is How.KEY:
            kind = Kind(version.kind)
            self.key = corrected(secrets(work, [version.id])[version.id], kind, version, right).key(kind, version.shown)

    def judge(self, raw: Sequence[Any], verdict: Mapping[str, Any], value: Any, pass_mark: int) -> Judged:
        """The verdict with this question marked anew."""
        line = Line.from_json(raw)
        mark = as_mark(next(row for row in verdict["questions"] if row[0] == line.question)[1:])
        if self.key is not None:
            mark = beside(line, score(self.key, line.points, line.inner(value) if value is not None else None), mark)
        try:
            return replaced(verdict, Place(line.question, line.points, self.topic), mark, pass_mark, self.how)
        except NothingLeft as error:
            raise refusals.NothingLeftToMark() from error


def as_mark(stored: Sequence[Any]) -> Mark:
    """A mark out of a stored verdict: points and outcome, of a case also those of its parts."""
    points, outcome, *parts = stored
    return Mark(Decimal(points), Outcome(outcome), {name: as_mark(part) for name, part in parts[0].items()} if parts else {})


def corrected(secret: Secret, kind: Kind, version: Any, said: Correction) -> Secret:
    """The key with what is right now (rules/corrections.py); refused where it cannot be the key of such a question."""
    letters = [letter for letter, _ in version.options]
    try:
        right, hidden = apply(Keyed(kind, letters, secret.right, secret.hidden, version.shown), said)
    except NotAKey as error:
        raise refusals.NoSuchKey(field="right") from error
    return replace(secret, right=right, hidden=hidden)
