"""Pages of practice: what can be practised, an exercise question by question, the book of missed questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.bank.rules.answers import Kind, plain_text
from app.exams.rules.assembly import Line
from app.kernel.clock import civil
from app.kernel.fields import whole
from app.kernel.i18n import _
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.practice import queries, rules, service
from app.practice.models import PracticeSet
from app.practice.service import NoAnswer, NothingToPractise

routes = Routes("practice", __name__)
FILTERS = ("topic", "kind", "source")


@routes.get("/practice", allow=SIGNED_IN)
def hub(work: Work) -> ResponseReturnValue:
    """Today's exercise, a self-test to be chosen, and the latest exercises."""
    return _hub(work, "")


def _hub(work: Work, fault: str) -> str:
    today = queries.of_slot(work, rules.slot(civil(work.now).date()))
    return page("practice/hub.html", today=today, recent=queries.recent(work), open=queries.open_now(work), rules=rules, fault=fault)


@routes.post("/practice/daily", allow=SIGNED_IN)
def start_daily(work: Work) -> ResponseReturnValue:
    """Today's exercise, begun or gone on with."""
    return _begun(work, lambda: service.daily(work))


@routes.post("/practice/self-tests", allow=SIGNED_IN)
def start_self_test(work: Work) -> ResponseReturnValue:
    """An exercise of the chosen knowledge points and kinds."""
    kinds = [Kind(one) for one in request.form.getlist("kind") if one in rules.KINDS]
    count = whole(request.form.get("count", ""), 3)
    return _begun(work, lambda: service.self_test(work, request.form.getlist("topic"), kinds, 10 if count is None else count))


@routes.post("/practice/book", allow=SIGNED_IN)
def practise_book(work: Work) -> ResponseReturnValue:
    """The questions of the book, as it is narrowed, once more."""
    return _begun(work, lambda: service.again(work, **{name: request.form.get(name, "") for name in FILTERS}))


def _begun(work: Work, make: Any) -> ResponseReturnValue:
    """To the exercise; back with a sentence when there is nothing to practise."""
    try:
        made: PracticeSet = make()
    except NothingToPractise as refusal:
        return _hub(work, str(refusal.sentence)), 409
    return redirect(url_for(".show_set", uid=made.uid), 303)


@routes.get("/practice/sets/<uuid:uid>", allow=SIGNED_IN)
def show_set(work: Work, uid: UUID) -> ResponseReturnValue:
    """One question of an exercise, the first unanswered one if none is asked for; at its end how it went."""
    return _shown(work, uid, "")


def _shown(work: Work, uid: UUID, fault: str) -> str:
    row = queries.own_set(work, uid)
    asked = queries.asked(work, row)
    wanted = whole(request.args.get("q", "")) or 0
    first = next((at for at, one in enumerate(asked) if not one.outcome), None)
    at = wanted - 1 if 0 < wanted <= len(asked) else first
    return page("practice/set.html", set=row, asked=asked, at=at, one=asked[at] if at is not None else None, fault=fault)


@routes.post("/practice/sets/<uuid:uid>/answers/<question>", allow=SIGNED_IN)
def answer(work: Work, uid: UUID, question: str) -> ResponseReturnValue:
    """Mark one answer and show how it was."""
    row = queries.own_set(work, uid)
    lines = queries.lines(row)
    line = next((line for line in lines if line.question == question), None)
    try:
        service.answer(work, uid, question, _given(line) if line else "")
    except NoAnswer as refusal:
        return _shown(work, uid, str(refusal.sentence)), 422
    at = next((number for number, line in enumerate(lines, 1) if line.question == question), 1)
    return redirect(url_for(".show_set", uid=uid, q=at), 303)


def _given(line: Line) -> object:
    """The answer of the form; of a case that of each part under its name, as far as one was given."""
    if line.kind is Kind.CASE:
        return {one.question: _plain(one.kind, given) for one in line.parts.values() if any(given := request.form.getlist(one.question))}
    return _plain(line.kind, request.form.getlist("value"))


def _plain(kind: Kind, given: list[str]) -> object:
    return [plain_text(one) for one in given] if kind in (Kind.MULTIPLE, Kind.BLANK) else "".join(given[:1])


@routes.get("/practice/book", allow=SIGNED_IN)
def show_book(work: Work) -> ResponseReturnValue:
    """错题本: every question still to be learnt, narrowed by knowledge point, kind and where it was missed."""
    chosen = {name: request.args.get(name, "")[:60] for name in FILTERS}
    book = queries.whole_book(work)
    found = queries.narrowed(book.entries, **chosen)
    return page("practice/book.html", found=found, all=book.entries, waiting=book.waiting, chosen=chosen, rules=rules, kinds=list(Kind))


@routes.post("/practice/book/<uuid:uid>/learnt", allow=SIGNED_IN)
def tick_off(work: Work, uid: UUID) -> ResponseReturnValue:
    """A question that is not asked again is learnt when its person says so."""
    service.learnt(work, uid)
    flash(_("It is out of the book."))
    chosen: dict[str, Any] = {name: request.form.get(name, "") for name in FILTERS}
    return redirect(url_for(".show_book", **chosen), 303)
