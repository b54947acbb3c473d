"""Papers of examinations: the blueprint or the fixed list, proved against the bank, and the paper of one attempt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete

from app.bank.rules.drafts import Fault
from app.bank.service import Faulty
from app.exams.models import Exam, ExamPlan, ExamQuestion, PaperForm
from app.exams.queries import drawing
from app.exams.queries.halls import Hall, hall
from app.exams.queries.known import known_to
from app.exams.rules import blueprint, equivalent
from app.exams.rules.assembly import Candidate, NotEnough, Paper, arrange, in_order, seed
from app.exams.rules.blueprint import Row, Shortage, Stock
from app.exams.rules.lots import Lots
from app.exams.service import refusals, sourcing
from app.exams.service.words import SENTENCES
from app.kernel.work import Work

ROUNDS = 20
"""A paper is drawn again while it holds a question that was withdrawn since the check; each round names at least one more."""


@dataclass(frozen=True)
class Feasible:
    """What a blueprint comes to: questions and points of a paper, what the bank has for each row, and what is missing."""

    questions: int
    points: Decimal
    fitting: tuple[int, ...]
    shortages: tuple[Shortage, ...]
    stock: Stock

    @property
    def is_possible(self) -> bool:
        """Whether a paper can be drawn."""
        return not self.shortages


def try_rows(work: Work, rows: Sequence[Row], forms: int = 0) -> Feasible:
    """Hold a blueprint against the bank of today; nothing is changed. Refuses what could not be kept, so many `forms` too."""
    if forms not in equivalent.COUNTS:
        raise Faulty([Fault("forms", "forms_outside")], SENTENCES)
    if found := blueprint.faults(rows):
        raise Faulty(found, SENTENCES)
    stock = blueprint.stock(rows, drawing.items(work, rows))
    return Feasible(
        sum(row.count for row in rows), sum((row.count * row.points for row in rows), Decimal(0)),
        tuple(stock.fitting(at) for at in range(len(rows))), tuple(blueprint.shortages(rows, stock)), stock,
    )  # fmt: skip


def set_rows(work: Work, exam: Exam, plan: ExamPlan, rows: Sequence[Row], forms: int) -> Feasible:
    """Keep a blueprint, possible or not: what is missing may still be written. `forms`: so many equivalent ones (0: none)."""
    feasible = try_rows(work, rows, forms)
    _forget_fixed(work, exam)
    plan.paper, plan.rows, plan.stock, plan.shuffled = PaperForm.BLUEPRINT, [row.as_json() for row in rows], [], False
    plan.questions, plan.points, plan.form_count, plan.forms = feasible.questions, feasible.points, forms, []
    return feasible


def set_fixed(work: Work, exam: Exam, plan: ExamPlan, chosen: Sequence[tuple[UUID, Decimal | None]], *, shuffled: bool) -> None:
    """Keep a fixed paper: these questions of the bank in this order, each with its points or those it has of itself.

    `shuffled`: the order is only that of the page; each attempt has one of its own, by its seed.
    """
    known = drawing.question_ids(work, [uid for uid, _points in chosen])
    if found := _fixed_faults(chosen, known):
        raise Faulty(found, SENTENCES)
    ids = [known[uid] for uid, _points in chosen]
    if drawing.twins(work, ids):
        raise Faulty([Fault("questions", "question_twice")], SENTENCES)
    _forget_fixed(work, exam)
    for position, (question_id, (_uid, points)) in enumerate(zip(ids, chosen, strict=True), 1):
        work.session.add(ExamQuestion(exam_id=exam.id, question_id=question_id, position=position, points=points))
    work.session.flush()
    plan.paper, plan.rows, plan.stock, plan.shuffled = PaperForm.FIXED, [], [], shuffled
    plan.form_count, plan.forms = 0, []
    plan.questions = len(chosen)
    plan.points = sum((one.points for one in _fixed(work, exam)), Decimal(0))


def _fixed_faults(chosen: Sequence[tuple[UUID, Decimal | None]], known: dict[UUID, int]) -> list[Fault]:
    if not chosen:
        return [Fault("questions", "questions_needed")]
    if len(chosen) > blueprint.MOST_QUESTIONS:
        return [Fault("questions", "too_many_questions")]
    if len({uid for uid, _points in chosen}) < len(chosen):
        return [Fault("questions", "question_twice")]
    found = [Fault(f"questions.{at}", "question_not_approved") for at, (uid, _points) in enumerate(chosen) if uid not in known]
    for at, (_uid, points) in enumerate(chosen):
        if points is not None and (not points.is_finite() or not 0 < points <= 100 or points != round(points, 2)):
            found.append(Fault(f"questions.{at}.points", "points_outside"))
    return found


def _forget_fixed(work: Work, exam: Exam) -> None:
    work.session.execute(delete(ExamQuestion).where(ExamQuestion.exam_id == exam.id))


def prove(work: Work, exam: Exam, plan: ExamPlan) -> None:
    """Refuse a paper that cannot be put before anybody; what a blueprint is drawn from is kept as it stands now."""
    if plan.paper == PaperForm.FIXED:
        _fixed(work, exam)
        return
    rows = rows_of(plan)
    if not rows:
        raise refusals.PaperMissing()
    feasible = try_rows(work, rows)
    if not feasible.is_possible:
        raise refusals.BankCannotFill(
            lacking=sum(one.lacking for one in feasible.shortages),
            missing=[{"rows": list(one.rows), "wanted": one.wanted, "there": one.there} for one in feasible.shortages],
        )
    plan.stock = feasible.stock.as_json()
    plan.forms = equivalent.forms(seed(work.settings.secret_key, f"{exam.uid}|{work.now.isoformat()}", 0, 0), rows, feasible.stock,
                                  plan.form_count)  # fmt: skip


def rows_of(plan: ExamPlan) -> list[Row]:
    """The rows of a blueprint."""
    return [Row.from_json(one) for one in plan.rows]


def paper_of(work: Work, entry: drawing.Entry, key: bytes, attempt: str) -> Paper:
    """The paper of one attempt, frozen: the same seed gives the same paper while the bank withdraws nothing of it."""
    exam, secret = entry.exam, work.settings.secret_key
    try:
        if entry.plan is None:
            return arrange(secret, key, attempt, sourcing.asked(work, exam, key))
        return arrange(secret, key, attempt, _unknown(work, entry, entry.plan, key))
    except NotEnough as error:
        raise refusals.ExamNotReady() from error


def _unknown(work: Work, entry: drawing.Entry, plan: ExamPlan, key: bytes) -> list[Candidate]:
    """What this person is asked: nothing whose key he has read, and nothing at all where he had a hand in it (docs/adr/0023)."""
    exam = entry.exam
    if entry.knows or exam.author_id == work.person_id:
        raise refusals.KnowsThePaper()
    known = known_to(work, work.person_id) if entry.has_written or entry.keys_read else frozenset[int]()
    if plan.paper == PaperForm.FIXED:
        if known & {question for question, _points in drawing.fixed(work, exam.id)}:
            raise refusals.KnowsThePaper()
        return in_order(key, _fixed(work, exam), shuffled=plan.shuffled)
    try:
        if plan.form_count:
            return _of_a_form(work, entry, plan, key, known)
        return _drawn(work, hall(exam.uid), key, rows_of(plan), _stock(entry, plan), known)
    except NotEnough as error:
        raise (refusals.KnowsThePaper if known else refusals.ExamNotReady)() from error


def leaves_a_paper(plan: ExamPlan, fixed: Collection[int], known: Collection[int]) -> bool:
    """Whether somebody who knows these questions can be given a paper: what `_unknown` comes to, without a draw.

    `fixed`: the questions of a fixed paper.
    """
    if plan.paper == PaperForm.FIXED:
        return not set(known) & set(fixed)
    rows = rows_of(plan)
    if plan.form_count:
        return any(not {question for question, _points in asked_of(rows, form)} & set(known) for form in plan.forms)
    return not blueprint.shortages(rows, Stock.from_json(plan.stock).without(known))


def _fixed(work: Work, exam: Exam) -> list[Candidate]:
    """A fixed paper in its order; a question that was withdrawn stops it."""
    listed = drawing.fixed(work, exam.id)
    if not listed:
        raise refusals.PaperMissing()
    known = drawing.candidates(work, hall(exam.uid), listed)
    gone = [at for at, (question, _points) in enumerate(listed, 1) if question not in known]
    if gone:
        raise refusals.QuestionWithdrawn(numbers=", ".join(map(str, gone)))
    return [known[question] for question, _points in listed]


def _drawn(work: Work, remembered: Hall, key: bytes, rows: Sequence[Row], stock: Stock, without: Collection[int] = ()) -> list[Candidate]:
    """The questions of one draw, row after row; what was withdrawn since the check is left out, and what else is named."""
    without = set(without)
    for _round in range(ROUNDS):
        drawn = blueprint.draw(key, rows, stock, without)
        wanted = [(question, row.points) for row, questions in zip(rows, drawn, strict=True) for question in questions]
        known = drawing.candidates(work, remembered, wanted)
        if len(known) == len(wanted):
            return [known[question] for question, _points in wanted]
        without |= {question for question, _points in wanted} - known.keys()
    raise NotEnough("too many questions were withdrawn")


def _of_a_form(work: Work, entry: drawing.Entry, plan: ExamPlan, key: bytes, known: Collection[int]) -> list[Candidate]:
    """The questions of the form that this seed gives; one with a question he knows, or that was withdrawn, is passed over whole."""
    kept, rows = hall(entry.exam.uid), rows_of(plan)
    if entry.check is None or (forms := kept.forms.get(entry.check)) is None:
        kept.forms.clear()
        forms = kept.forms.setdefault(entry.check or 0, plan.forms)
    for form in Lots(key, "form").order(forms):
        wanted = asked_of(rows, form)
        if not {question for question, _points in wanted} & set(known):
            found = drawing.candidates(work, kept, wanted)
            if len(found) == len(wanted):
                return [found[question] for question, _points in wanted]
    raise NotEnough("no form is whole")


def asked_of(rows: Sequence[Row], form: equivalent.Form) -> list[tuple[int, Decimal | None]]:
    """The questions of a form in the order of the blueprint, with what each is worth."""
    return [(question, row.points) for row, questions in zip(rows, form, strict=True) for question in questions]


def _stock(entry: drawing.Entry, plan: ExamPlan) -> Stock:
    """What was kept at the last check. It never changes until the next one, so a process reads it once for a whole hall (PERF-G5)."""
    if entry.check is None:
        return Stock.from_json(plan.stock)
    kept = hall(entry.exam.uid).stocks
    if (found := kept.get(entry.check)) is None:
        kept.clear()
        found = kept.setdefault(entry.check, Stock.from_json(plan.stock))
    return found


def preview(work: Work, exam: Exam, plan: ExamPlan, number: int) -> Paper:
    """A paper as some candidate would have it; `number` chooses which. Nothing is kept."""
    key, secret = f"preview|{exam.uid}|{number}".encode()[-64:], work.settings.secret_key
    try:
        if plan.paper == PaperForm.FIXED:
            asked = in_order(key, _fixed(work, exam), shuffled=plan.shuffled)
        else:
            if not plan.rows:
                raise refusals.PaperMissing()
            stock = Stock.from_json(plan.stock) if plan.stock else try_rows(work, rows_of(plan)).stock
            asked = _previewed(work, exam, plan, number) if plan.form_count and plan.forms else _drawn(
                work, hall(exam.uid), key, rows_of(plan), stock)  # fmt: skip
    except NotEnough as error:
        raise refusals.ExamNotReady() from error
    return arrange(secret, key, f"preview{number}", asked)


def _previewed(work: Work, exam: Exam, plan: ExamPlan, number: int) -> list[Candidate]:
    """One form after the other."""
    wanted = asked_of(rows_of(plan), plan.forms[(number - 1) % len(plan.forms)])
    found = drawing.candidates(work, hall(exam.uid), wanted)
    return [found[question] for question, _points in wanted if question in found]
