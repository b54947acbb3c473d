"""Pages about people who did not complete a year, about rules before they count, and one's own merit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.compliance import queries as compliance
from app.compliance import words as compliance_words
from app.compliance.actions import Action as Reports
from app.hours.queries import book_of, today
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.i18n import _, locale_code
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.people.queries import may_over
from app.people.service import charter
from app.rulebook.rules import RuleSet
from app.rulebook.service.chinese import in_chinese
from app.years import queries, service, sheets, words
from app.years.actions import Action
from app.years.forms import IncompletionForm, ReasonForm, RuleForm
from app.years.models import RuleChange
from app.years.queries import merit, tried
from app.years.rules import LISTED, ProposalState, Reason, Turn, edits, later_from

routes = Routes("year_people", __name__)


@routes.get("/hours/merit", allow=SIGNED_IN)
def show_merit(work: Work) -> ResponseReturnValue:
    """What one's years that are over mean for merit awards, and who decided it."""
    found = [service.merit_of(work, work.person_id, year) for year in queries.own_decisions(work)[:5]]
    mine = [one for one in found if one is not None]
    best = merit.own_excellence(work, {one.year for one in mine if one.word in merit.ELIGIBLE})
    return page("years/merit.html", years=mine, best=best, words=words)


@routes.get("/manage/merit", allow=SIGNED_IN)
def list_merit(work: Work) -> ResponseReturnValue:
    """Whom of the reader's people a year makes eligible for merit awards: decided or not, why, and by whom (I05)."""
    asked = _merit_asked(work)
    found = merit.candidates(work, asked.year, asked.view, asked.unit, request.args.get("page"))
    here = url_for(".list_merit", year=asked.year, view=asked.view or None, unit=asked.unit.code if asked.unit else None)
    last = today(work).year - 1
    shown = {"tally": merit.tally(work, asked.year, asked.unit), "recommended": merit.recommended(work, asked.year, asked.unit)}
    return page("years/manage/merits.html", people=found, year=asked.year, view=asked.view, unit=asked.unit, here=here, words=words,
                years=range(last, last - 3, -1), book=asked.book, **shown)  # fmt: skip


@routes.get("/manage/merit.xlsx", allow=SIGNED_IN)
def merit_workbook(work: Work) -> ResponseReturnValue:
    """The same list as a workbook, with the reader's name on it."""
    asked = _merit_asked(work)
    found = merit.candidates(work, asked.year, asked.view, asked.unit, size=sheets.MOST_ROWS)
    about = [str(words.RECOMMENDED if asked.view == merit.RECOMMENDED else words.MERIT[asked.view][0])] if asked.view else []
    about += [asked.unit.name] if asked.unit else []
    content = sheets.merit_list(work, asked.year, asked.book, about, found.items, is_cut=found.next is not None)
    return sheets.sent(content, f"merit-{asked.year}.xlsx")


@dataclass(frozen=True)
class _Asked:
    """Which list is asked for."""

    year: int
    view: str
    unit: Any
    book: RuleSet


def _merit_asked(work: Work) -> _Asked:
    """By the address. Forbidden without a part in it, NotFound for a year that is not over, a meaning or a unit there is none of."""
    work.require_one(Action.EXPLAIN, Action.DECIDE)
    last = today(work).year - 1
    year, view = request.args.get("year", last, int), request.args.get("view", "")
    if year > last or (view and view not in words.MERIT and view != merit.RECOMMENDED):
        raise NotFound()
    return _Asked(year, view, merit.unit_of(work, request.args.get("unit", ""), year), book_of(work, year))


@routes.get("/manage/incomplete", allow=SIGNED_IN)
def list_incomplete(work: Work) -> ResponseReturnValue:
    """People within scope who did not complete a year and about whom nothing is decided; or those decided."""
    work.require_one(Action.EXPLAIN, Action.DECIDE)
    last = today(work).year - 1
    year = request.args.get("year", last, int)
    book_of(work, year)
    view = "decided" if request.args.get("view") == "decided" else "open"
    here = url_for(".list_incomplete", year=year, view=view)
    found = queries.incomplete(work, year, view, request.args.get("page"))
    return page("years/manage/incomplete.html", people=found, year=year, view=view, here=here, years=range(last, last - 3, -1), words=words)


@routes.get("/manage/incomplete/<int:year>/<uuid:uid>", allow=SIGNED_IN)
def show_incomplete(work: Work, year: int, uid: UUID) -> ResponseReturnValue:
    """One of them: what the unit says, what the authority decides."""
    work.require_one(Action.EXPLAIN, Action.DECIDE)
    return _incomplete_page(work, year, uid, IncompletionForm())


def _incomplete_page(work: Work, year: int, uid: UUID, form: IncompletionForm) -> str:
    book, one = book_of(work, year), queries.incomplete_one(work, uid, year)
    step = _step(work, one)
    if step == "explain":
        form.reason.choices = [each for each in form.reason.choices if each.value != Reason.PENDING]
    lacks = [compliance_words.lack(part, book) for part in compliance.unmet(work, one.person_id, year, later_from(year))]
    return page("years/manage/incomplete_one.html", one=one, year=year, form=form, words=words, lacks=lacks,
                may_lines=may_over(work, Reports.UNIT, one.person_id), step=step,
                merit=service.merit_of(work, one.person_id, year),
                trail=queries.trail(work, f"person:{one.person_id}:{year}"))  # fmt: skip


def _step(work: Work, one: queries.Undecided) -> str:
    """What the reader may do about him, `decide` or `explain`; or why not: it is `decided`, his `own`, or he explained it (`second`)."""
    if one.decision is not None and one.decision.decided_at is not None:
        return "decided"
    if one.person_id == work.person_id:
        return "own"
    if not may_over(work, Action.DECIDE, one.person_id):
        return "explain"
    return "second" if one.decision is not None and one.decision.proposed_by == work.person_id else "decide"


@routes.post("/manage/incomplete/<int:year>/<uuid:uid>/explain", allow=Action.EXPLAIN)
def explain(work: Work, year: int, uid: UUID) -> ResponseReturnValue:
    """The unit proposes why."""
    return _take(work, year, uid, service.explain, _("The reason was handed on; the authority decides."))


@routes.post("/manage/incomplete/<int:year>/<uuid:uid>/decide", allow=Action.DECIDE)
def decide(work: Work, year: int, uid: UUID) -> ResponseReturnValue:
    """The authority decides."""
    return _take(work, year, uid, service.decide, _("Decided. The person can read it."))


def _take(work: Work, year: int, uid: UUID, act, told: str) -> ResponseReturnValue:  # type: ignore[no-untyped-def]
    form = IncompletionForm()
    book_of(work, year)
    if form.validate():
        try:
            act(work, queries.incomplete_one(work, uid, year).person_id, year, Reason(form.reason.data), form.text.data)
            flash(told)
            return redirect(url_for(".list_incomplete", year=year), 303)
        except Conflict as refusal:
            form.form_errors.append(refusal.sentence)
    return _incomplete_page(work, year, uid, form), 422


@routes.get("/manage/rules", allow=SIGNED_IN)
def list_rules(work: Work) -> ResponseReturnValue:
    """Changes of rules, and the upload of a new version."""
    work.require_one(Action.PROPOSE_RULES, Action.ADOPT)
    return _rules_page(work, RuleForm())


def _rules_page(work: Work, form: RuleForm, findings: tuple[dict[str, object], ...] = ()) -> str:
    return page("years/manage/rules.html", changes=tried.rule_changes(work), form=form, findings=findings, words=words,
                may_propose=work.may(Action.PROPOSE_RULES))  # fmt: skip


@routes.post("/manage/rules", allow=Action.PROPOSE_RULES)
def propose_rules(work: Work) -> ResponseReturnValue:
    """Check a rule file by line, keep it, and have it tried on everybody."""
    form = RuleForm()
    findings: tuple[dict[str, object], ...] = ()
    if form.validate():
        try:
            file = form.file.data
            change = service.propose_rules(work, file.filename or "", file.stream.read(1 << 20), form.from_on.data, form.reason.data)
            return redirect(url_for(".show_rules", uid=change.uid), 303)
        except service.RuleFileRefused as refusal:
            findings = tuple(_in_words(one) for one in refusal.facts.get("findings", ()))
            form.form_errors.append(refusal.sentence)
        except (Conflict, Invalid) as refusal:
            field = refusal.facts.get("field", "")
            if field in form:
                form[field].errors = [*form[field].errors, refusal.sentence]
            else:
                form.form_errors.append(refusal.sentence)
    return _rules_page(work, form, findings), 422


def _in_words(finding: dict[str, object]) -> dict[str, object]:
    """A finding in the reader's language."""
    return finding if locale_code() == "en" else {**finding, "message": in_chinese(str(finding["message"]))}


@routes.get("/manage/rules/<uuid:uid>", allow=SIGNED_IN)
def show_rules(work: Work, uid: UUID) -> ResponseReturnValue:
    """The difference a new version makes: by requirement, by unit, person by person; its `part` only that it is being tried."""
    work.require_one(Action.PROPOSE_RULES, Action.ADOPT)
    change = service.find_rules(work, uid)
    trying = change.tried_at is None and change.state == ProposalState.PROPOSED
    if request.args.get("part"):
        return page("years/manage/_trying.html") if trying else ""
    old, new = service.books_of(work, change)
    turn = _turn(change)
    return page("years/manage/rule.html", change=change, trying=trying, turn=turn, turns=LISTED, lists=_lists(uid, turn),
                words=words, old=old, book=new,
                edits=edits(old.body, new.body), by_requirement=tried.by_requirement(work, change.id),
                by_unit=tried.by_unit(work, change.id), rows=tried.effects(work, change.id, turn, request.args.get("page")),
                here=url_for(".show_rules", uid=uid, turn=turn.value), trail=queries.trail(work, f"rules:{uid}"), form=ReasonForm(),
                may_adopt=work.may(Action.ADOPT) and change.proposed_by != work.actor.person_id, adopters=_adopters(work),
                may_withdraw=work.may(Action.PROPOSE_RULES) and change.proposed_by == work.actor.person_id)  # fmt: skip


def _lists(uid: UUID, turn: Turn) -> list[tuple[Any, str, bool, None]]:
    """The lists of people as tabs."""
    return [(words.TURNS[one], url_for(".show_rules", uid=uid, turn=one.value), one == turn, None) for one in LISTED]


def _turn(change: RuleChange) -> Turn:
    """Which list is asked for; else the first that has somebody on it."""
    asked = request.args.get("turn", "")
    return next((one for one in LISTED if one == asked or (not asked and change.summary.get(one))), LISTED[0])


@routes.get("/manage/rules/<uuid:uid>.xlsx", allow=SIGNED_IN)
def rules_workbook(work: Work, uid: UUID) -> ResponseReturnValue:
    """The figures of a trial, and one of its lists (`turn`), as a workbook with the reader's name on it."""
    work.require_one(Action.PROPOSE_RULES, Action.ADOPT)
    change = service.find_rules(work, uid)
    turn = _turn(change)
    rows = tried.effects(work, change.id, turn, None, sheets.MOST_ROWS)
    content = sheets.rule_effects(work, change, service.books_of(work, change), tried.by_requirement(work, change.id), turn, rows)
    return sheets.sent(content, f"rules-{change.pin}-{turn}.xlsx")


def _adopters(work: Work) -> list[str]:
    """The roles of which somebody has to decide on a proposal."""
    roles = charter(work.settings.content_dir).roles.values()
    return [role.title_en if locale_code() == "en" else role.title for role in roles if Action.ADOPT in role.actions]


@routes.post("/manage/rules/<uuid:uid>/withdraw", allow=Action.PROPOSE_RULES)
def withdraw_rules(work: Work, uid: UUID) -> ResponseReturnValue:
    """Whoever proposed the version takes it back before anybody has decided."""
    service.withdraw_rules(work, uid)
    flash(_("Withdrawn. What was in force stays in force."))
    return redirect(url_for(".show_rules", uid=uid), 303)


@routes.post("/manage/rules/<uuid:uid>/adopt", allow=Action.ADOPT)
def adopt_rules(work: Work, uid: UUID) -> ResponseReturnValue:
    """The second person puts the version in force from its day."""
    change = service.adopt_rules(work, uid)
    flash(_("Adopted: %(pin)s from %(day)s. Everybody is judged anew.", pin=change.pin, day=change.from_on.isoformat()))
    return redirect(url_for(".show_rules", uid=uid), 303)


@routes.post("/manage/rules/<uuid:uid>/refuse", allow=Action.ADOPT)
def refuse_rules(work: Work, uid: UUID) -> ResponseReturnValue:
    """The second person turns it down."""
    service.refuse_rules(work, uid, request.form.get("reason", ""))
    flash(_("Refused. What was in force stays in force."))
    return redirect(url_for(".show_rules", uid=uid), 303)
