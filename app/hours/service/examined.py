"""Examinations become hours: one ledger line for a final pass, taken back when the pass is (EX-E34, domain.md §6.1-4).

Whatever is announced, and however often, the result is the same: the line stands exactly while the person has a final,
unannulled pass of an examination that is worth hours and whose results are out. Before that the line would tell him that he
passed, and with what score (docs/adr/0032): then it is posted by a job, at the moment when they come out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from app.hours.models import CreditState, ExamCredit
from app.hours.queries import examined as queries
from app.hours.queries.examined import Passed, Worth
from app.jobs.service import enqueue
from app.kernel.clock import civil
from app.kernel.work import Work
from app.ledger import service as ledger
from app.ledger.queries import credited
from app.rulebook import service as rulebook
from app.rulebook.rules import RuleSet, exam_hours

EXAM, CATEGORY = "exam", "exam"
REASON = 500
POST = "hours.post_exam"
"""The job that posts the hours of an examination when its results have come out."""
AFTER = timedelta(seconds=30)
"""How long after that moment: what was being marked then is written down."""


@dataclass(frozen=True)
class Settled:
    """How many people got the hours of an examination, and from how many they were taken back."""

    posted: int = 0
    reversed: int = 0


def settle_exam(work: Work, exam_id: int, people: Sequence[int], reason: str = "") -> Settled:
    """Post the hours of whoever has passed and has them not, as soon as it is told; take back those of whoever has not passed any more."""
    worth = queries.worth(work, exam_id)
    if worth is None or not people:
        return Settled()
    passed = queries.passes(work, exam_id, people)
    known = queries.credits(work, exam_id, people)
    standing = {person for person, credit in known.items() if credit.state == CreditState.POSTED}
    gained = [passed[person] for person in sorted(passed.keys() - standing)]
    lost = [known[person] for person in sorted(standing - passed.keys())]
    _take_back(work, lost, reason or worth.title)
    if gained and worth.told_at is not None:
        enqueue(work, POST, run_at=worth.told_at + AFTER, key=f"{POST}:{exam_id}:{worth.told_at:%Y%m%d%H%M%S}", exam_id=exam_id)
        return Settled(0, len(lost))
    return Settled(_post(work, worth, gained, known) if gained else 0, len(lost))


def _post(work: Work, worth: Worth, gained: Sequence[Passed], known: Mapping[int, ExamCredit]) -> int:
    """The lines of those who gained the hours; an activity that stands in the ledger already earns none (EX-E08)."""
    today = civil(work.now).date()
    book = rulebook.use(work, rulebook.in_force(work, work.settings.rule_set, today))
    made = exam_hours(book, worth.hours)
    if made.hours <= 0:
        return 0
    explanation = [note.as_json() for note in made.explanation]
    credits = [_credit(work, worth, one, book, made.hours, explanation, known.get(one.person_id)) for one in gained]
    taken = credited(work, [(one.person_id, one.activity_key) for one in credits])
    for credit in credits:
        seq = taken.get((credit.person_id, credit.activity_key))
        if seq is not None:
            credit.state, credit.hours, credit.entry_seq = CreditState.DUPLICATE, Decimal(0), None
            credit.explanation = [*explanation, {"code": "duplicate", "of": str(seq)}]
    posted = [(credit, one) for credit, one in zip(credits, gained, strict=True) if credit.state == CreditState.POSTED]
    shut = ledger.closed_years(work) if any(credit.occurred_to.year < today.year for credit, _ in posted) else frozenset()
    ledger.append_many(work, [_line(credit, one, today.year if credit.occurred_to.year in shut else None) for credit, one in posted])
    lines = credited(work, [(credit.person_id, credit.activity_key) for credit, _ in posted])
    for credit, _ in posted:
        credit.entry_seq = lines[credit.person_id, credit.activity_key]
    work.session.flush()
    return len(posted)


def _credit(
    work: Work, worth: Worth, one: Passed, book: RuleSet, hours: Decimal, explanation: list[dict[str, object]], known: ExamCredit | None
) -> ExamCredit:
    """The row of this person and examination, new or once more; before its line is posted."""
    row = known if known is not None else ExamCredit(person_id=one.person_id, exam_id=worth.exam_id)
    if known is None:
        work.session.add(row)
    row.state, row.hours, row.title, row.rule_set_version = CreditState.POSTED, hours, worth.title, book.pin
    row.occurred_from, row.occurred_to = min(civil(one.started_at), civil(one.ended_at)).date(), civil(one.ended_at).date()
    row.activity_key = f"exam:{worth.uid}:{row.occurred_to.year}"
    row.explanation, row.attempt_id, row.attempt_uid, row.score = explanation, one.attempt_id, one.attempt_uid, one.score
    row.entry_seq, row.credited_at, row.reason = None, work.now, None
    return row


def _line(credit: ExamCredit, one: Passed, year: int | None) -> ledger.NewLine:
    """The line of a pass. `year`: where its own year is closed, the one in which the result became final."""
    return ledger.NewLine(
        person_id=credit.person_id, activity_key=credit.activity_key, category=CATEGORY, hours=credit.hours,
        occurred_from=credit.occurred_from, occurred_to=credit.occurred_to, accounting_year=year, source_type=EXAM,
        source_id=str(credit.attempt_uid), title=credit.title, rule_set_version=credit.rule_set_version,
        evidence=ledger.digest(_evidence(credit, one)), delivery="online", certified_by="auto",
    )  # fmt: skip


def _evidence(credit: ExamCredit, one: Passed) -> dict[str, object]:
    """What the line rests on; its digest stands in the hashed bytes for ever."""
    return {
        "exam": credit.activity_key,
        "attempt": str(one.attempt_uid),
        "handed_in": one.digest,
        "score": str(one.score),
        "rule_set": credit.rule_set_version,
        "explanation": credit.explanation,
    }


def _take_back(work: Work, lost: Sequence[ExamCredit], reason: str) -> None:
    """Reverse the lines of those who lost the pass. YearClosed where their year is (domain.md §6.1-8)."""
    ledger.append_many(
        work, [ledger.TakeBack(person_id=credit.person_id, activity_key=credit.activity_key, reason=reason) for credit in lost]
    )
    for credit in lost:
        credit.state, credit.reason = CreditState.REVOKED, reason[:REASON]
    work.session.flush()
