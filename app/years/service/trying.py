"""A new version of the rules: checked by line, tried on everybody, put in force by a second person from a day on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, delete, select, update

from app.compliance import service as compliance
from app.compliance.service.judging import Judge
from app.hours.queries import today
from app.jobs.service import enqueue
from app.kernel.bulk import put
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.quantity import hours_text
from app.kernel.work import Actor, College, Work, working
from app.ledger.queries.sums import of_span
from app.people import queries as people
from app.rulebook import service as rulebook
from app.rulebook.rules import RuleSet, governs, read_rule_set
from app.years import queries
from app.years.actions import Action
from app.years.models import RuleChange, RuleEffect
from app.years.rules import GAINS, LISTED, LOSES, ProposalState, Stand, Stands, Turn, differences
from app.years.service.closing import WAIT, restate, shut_years
from app.years.service.trail import DecidedAlready, NotTheProposer, note, other_than, worded

BATCH = 1_000
Progress = Callable[[int], None]


class RuleFileRefused(Invalid):
    """The file has mistakes; what was in force stays in force."""

    code, text = "rule_file_refused", _l("Mistakes in the rule file: %(count)s. What was in force stays in force.")


class NotTheNextVersion(Conflict):
    """Another rule set, a version that exists, or one that does not govern the year."""

    code, text = "not_the_next_version", _l("Expected is a new version of %(id)s, higher than %(version)s, that governs the year %(year)s.")


class NoRulesThen(Invalid):
    """A day in whose year no rules are in force that could be changed."""

    code, text = "no_rules_then", _l("No rules of the college are in force at the end of %(year)s. Please give a later day.")


class TooFarAhead(Invalid):
    """A day of a year nobody has studied in: a trial would show everybody with nothing."""

    code, text = "rules_too_far_ahead", _l("Rules are tried on what there is. Give a day up to %(last)s.")


class NotTried(Conflict):
    """Nothing is adopted unread."""

    code, text = "rules_not_tried", _l("Try the rules on real data first, and read the difference.")


def propose(work: Work, file_name: str, raw: bytes, from_on: date, reason: str) -> RuleChange:
    """Take a rule file in, if it is sound and the next version of the college's own rule set. Nothing changes yet.

    In force from a day of a year with rules, at the latest of the next year.
    """
    work.require(Action.PROPOSE_RULES)
    reason = worded(reason)
    document, found = rulebook.examine(file_name, raw)
    if document is None or found:
        shown = [{"line": one.line, "column": one.column, "path": rulebook.path_text(one.path), "message": one.message} for one in found]
        raise RuleFileRefused(field="file", count=len(found), findings=shown)
    book = read_rule_set(document.value, rulebook.digest(document.value))
    if from_on > (last := date(today(work).year + 1, 12, 31)):
        raise TooFarAhead(field="from_on", last=last.isoformat())
    try:
        now = rulebook.in_force(work, work.settings.rule_set, date(from_on.year, 12, 31))
    except rulebook.NoSuchRuleSet as error:
        raise NoRulesThen(field="from_on", year=from_on.year) from error
    newest = max([now.version, *(one.book.version for one in rulebook.adopted(work) if one.book.id == now.id)])
    if book.id != now.id or book.version <= newest or not governs(book, from_on.year):
        raise NotTheNextVersion(field="file", id=now.id, version=newest, year=from_on.year)
    change = RuleChange(
        uid=work.new_uid(), pin=book.pin, hash=book.hash, body=dict(book.body), source=raw.decode("utf-8"), against=now.pin,
        from_on=from_on, reason=reason, proposed_by=work.person_id, proposed_name=work.actor.name[:60], proposed_at=work.now,
    )  # fmt: skip
    work.session.add(change)
    work.session.flush()
    note(work, f"rules:{change.uid}", "proposed", reason)
    enqueue(work, "years.try_rules", key=f"years.try_rules:{change.uid}", uid=str(change.uid))
    return change


def find(work: Work, uid: UUID) -> RuleChange:
    """A change of rules by its uid."""
    change = work.session.scalar(select(RuleChange).where(RuleChange.uid == uid))
    if change is None:
        raise NotFound()
    return change


def books_of(work: Work, change: RuleChange) -> tuple[RuleSet, RuleSet]:
    """The version that was in force when the change was proposed, and the proposed one."""
    return rulebook.in_force(work, change.against, date(change.from_on.year, 12, 31)), read_rule_set(change.body, change.hash)


def _of_year(work: Work, change: RuleChange) -> tuple[RuleSet, RuleSet]:
    """Both versions as a year is judged by them: the proposed one may split it at its day."""
    old, new = books_of(work, change)
    named, year = work.settings.rule_set, change.from_on.year
    return rulebook.of_year(work, named, year, book=old), rulebook.of_year(work, named, year, book=new, from_on=change.from_on)


def try_out(college: College, uid: UUID, progress: Progress = lambda _people: None) -> dict[str, Any]:
    """Judge everybody by both versions and keep who gains and who loses. Only reads but for its own rows; repeatable."""
    system = Actor.system("rules")
    with working(college, system) as work:
        change = find(work, uid)
        year, last = change.from_on.year, queries.last_person(work)
        old, new = (Judge(work, year, book=book) for book in _of_year(work, change))
        work.session.execute(delete(RuleEffect).where(RuleEffect.change_id == change.id))
    counts: Counter[str] = Counter()
    for first in range(1, last + 1, BATCH):
        with working(college, system) as work:
            _try_span(work, change, (old, new), first, counts)
        progress(min(first + BATCH - 1, last))
    summary = {name: counts[name] for name in ("persons", "gains", "loses", *LISTED, "same")}
    with working(college, system) as work:
        mine = update(RuleChange).where(RuleChange.id == change.id)
        work.session.execute(mine.values(tried_at=work.now, summary=summary))
        note(work, f"rules:{uid}", "tried", f"{summary['gains']} / {summary['loses']}")
    return summary


def _try_span(work: Work, change: RuleChange, judges: tuple[Judge, Judge], first: int, counts: Counter[str]) -> None:
    """One stretch of people by both versions. Of a person each turn is counted once, in however many requirements he takes it."""
    facts = people.facts_between(work, first, first + BATCH - 1)
    span = of_span(first, first + BATCH - 1)
    before, after = (_stands(judge.rows(work, facts, span), judge.book) for judge in judges)
    everybody = {person_id for person_id, _ in before.keys() | after.keys()}
    turns: defaultdict[int, set[Turn]] = defaultdict(set)
    rows = []
    for one in differences(before, after):
        turns[one.person_id].add(one.turn)
        rows.append({
            "change_id": change.id, "person_id": one.person_id, "requirement": one.requirement, "unit_id": one.unit_id, "turn": one.turn,
            "state_before": one.before.state, "state_after": one.after.state, "missing_before": one.before.missing,
            "missing_after": one.after.missing, "figures_before": _told(one.before), "figures_after": _told(one.after),
        })  # fmt: skip
    for taken in turns.values():
        counts.update(taken)
        counts.update(name for name, some in (("gains", GAINS), ("loses", LOSES)) if taken & some)
    counts["persons"] += len(everybody)
    counts["same"] += len(everybody) - len(turns)
    put(work.session, cast(Table, RuleEffect.__table__), rows)


def _stands(rows: Iterable[Mapping[str, Any]], book: RuleSet) -> Stands:
    """Standings by person and requirement, without those in all of them together; figures as they are, which is quickest."""
    ways = {one.id for one in book.requirements if one.is_any}
    return {
        (row["person_id"], name): Stand(str(row["state"]), row["missing"], row["unit_id"], row["figures"] or _lead(row), name in ways)
        for row in rows if (name := row["requirement"]) != compliance.WHOLE
    }  # fmt: skip


def _lead(row: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    return [["", *(row[name] for name in ("measure", "required", "counted", "shortfall"))]] if row["measure"] else []


def _told(stand: Stand) -> list[list[str]]:
    """The figures as they are kept."""
    return [[bucket, measure, *(hours_text(Decimal(one)) for one in values)] for bucket, measure, *values in stand.figures]


def adopt(work: Work, uid: UUID) -> RuleChange:
    """The second person puts the version in force from its day. Closed years it reaches are restated, never silently changed."""
    work.require(Action.ADOPT)
    change = find(work, uid)
    other_than(work, change.proposed_by)
    if change.tried_at is None:
        raise NotTried()
    _decide(work, change, ProposalState.APPROVED, "")
    book: RuleSet = rulebook.use(work, read_rule_set(change.body, change.hash))
    rulebook.adopt(work, book, from_on=change.from_on, proposed_by=change.proposed_name)
    for year in sorted(year for year in shut_years(work) if date(year, 12, 31) >= change.from_on and governs(book, year)):
        restate(work, year, f"{change.against} → {change.pin}")
    enqueue(work, "years.rejudge", run_at=work.now + WAIT, key=f"years.rejudge:{change.uid}", since=change.from_on.year)
    return change


def refuse(work: Work, uid: UUID, answer: str) -> RuleChange:
    """The second person turns the version down; what is in force stays."""
    work.require(Action.ADOPT)
    change = find(work, uid)
    other_than(work, change.proposed_by)
    _decide(work, change, ProposalState.REFUSED, worded(answer, "answer"))
    return change


def withdraw(work: Work, uid: UUID) -> RuleChange:
    """Whoever proposed the version takes it back while nobody has decided; the trail keeps both. What is in force stays.

    Raises NotTheProposer, DecidedAlready.
    """
    work.require(Action.PROPOSE_RULES)
    change = find(work, uid)
    if work.actor.person_id != change.proposed_by:
        raise NotTheProposer()
    _decide(work, change, ProposalState.WITHDRAWN, "")
    return change


def rejudge(college: College, since: int) -> None:
    """Judge everybody anew in the kept years that new rules reach."""
    with working(college, Actor.system("rules"), write=False) as work:
        years = [year for year in compliance.kept_years(work) if since <= year <= today(work).year]
    if years:
        compliance.rebuild(college, *years)


def _decide(work: Work, change: RuleChange, state: ProposalState, answer: str) -> None:
    mine = update(RuleChange).where(RuleChange.id == change.id, RuleChange.state == ProposalState.PROPOSED)
    decided = {"state": state, "decided_by": work.person_id, "decided_name": work.actor.name[:60], "decided_at": work.now, "answer": answer}
    if not changed_one(work.session, mine.values(**decided)):
        raise DecidedAlready()
    work.session.refresh(change)
    note(work, f"rules:{change.uid}", str(state), answer)
