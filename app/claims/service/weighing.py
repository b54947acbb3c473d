"""What is found about claims, for one or for a thousand with the same few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from app.claims.models import Claim, ClaimEvidence
from app.claims.rules import (
    LIVE,
    Beside,
    Book,
    ClaimState,
    Entered,
    Facts,
    Finding,
    Kind,
    Span,
    Suggestion,
    deadline_on,
    findings,
    overlaps,
    suggest,
)
from app.claims.rules.keys import title_hash
from app.claims.service.book import kinds
from app.classes import queries as classes
from app.kernel.clock import civil
from app.kernel.work import Work
from app.ledger import queries as ledger
from app.people import queries as people
from app.people.rules.facts import LeaveFact
from app.rulebook import service as rulebook
from app.rulebook.rules import Line, Requirement, RuleSet, takers

CHUNK = 400
Item = TypeVar("Item")
ZERO = Decimal(0)
FAR = timedelta(days=3660)


@dataclass
class Weighed:
    """What was found about one claim, and what its decision rests on."""

    findings: tuple[Finding, ...]
    suggestion: Suggestion | None
    book: RuleSet
    taken: dict[date, Decimal] = field(default_factory=dict)


@dataclass
class _Known:
    """Everything read once for all claims of a batch."""

    book: Book
    lines: Mapping[int, Sequence[ledger.StandingLine]]
    slots: Mapping[tuple[int, str], int]
    attended: Mapping[int, Sequence[classes.Attended]]
    leave: Mapping[int, Sequence[LeaveFact]]
    others: Mapping[int, Sequence[Any]]
    taken: Mapping[int, Mapping[date, Decimal]] = field(default_factory=dict)
    certificates: Mapping[str, set[int]] = field(default_factory=dict)
    looks: Mapping[tuple[int, int], set[str]] = field(default_factory=dict)
    seen: Mapping[str, set[tuple[int, int]]] = field(default_factory=dict)


def weigh(work: Work, claims: Sequence[Claim], subject: str | None = None) -> dict[UUID, Weighed]:
    """Findings of claims that have their dates and figures. The number of statements grows with hundreds of people only.

    `subject` is what is being certified where that is another than was claimed: the limits of the year are about it.
    """
    dated = [claim for claim in claims if claim.occurred_from is not None and claim.activity_key is not None]
    if not dated:
        return {}
    known = _known(work, dated)
    today = civil(work.now).date()
    books: dict[str, RuleSet] = {}
    return {claim.uid: _weighed(work, claim, known, today, books, subject) for claim in dated}


def entered(claim: Claim) -> Entered:
    """A claim as it was entered."""
    return Entered(claim.title, claim.occurred_from, claim.occurred_to, claim.hours_entered, claim.note, claim.values)


def book_for(work: Work, claim: Claim) -> RuleSet:
    """The rules in force when the activity ended, or today while that is not known."""
    return rules_on(work, claim.occurred_to or civil(work.now).date())


def rules_on(work: Work, day: date) -> RuleSet:
    """The college's rules on a day. Raises NoSuchRuleSet for a day before all of them."""
    return rulebook.in_force(work, work.settings.rule_set, day)


def _weighed(work: Work, claim: Claim, known: _Known, today: date, books: dict[str, RuleSet], subject: str | None) -> Weighed:
    assert claim.occurred_from is not None and claim.occurred_to is not None
    pin = claim.rule_set_version
    book = books.get(pin) or books.setdefault(pin, rulebook.used(work, pin) if pin else book_for(work, claim))
    kind = known.book.kinds[claim.kind]
    suggestion = suggest(kind, entered(claim), book)
    first, last, me = claim.occurred_from, claim.occurred_to, claim.person_id
    taken = {day: used for day, used in known.taken.get(me, {}).items() if first <= day <= last}
    others = [row for row in known.others.get(me, ()) if row.id != claim.id]
    own_lines = [line for line in known.lines.get(me, ()) if line.source_type != "claim"]
    looks = known.looks.get((me, claim.id), set())
    met = {key for look in looks for key in known.seen.get(look, ()) if key != (me, claim.id)}
    cap, used = limit_of_year(book, kind, claim, known.lines.get(me, ()), subject or claim.subject_certified)
    facts = Facts(
        today=today, occurred_from=first, occurred_to=last, is_exact=kind.is_exact, hours=claim.hours_claimed or ZERO,
        days=claim.days_claimed or ZERO, suggestion=suggestion, deadline_on=deadline_on(last, book.claim_deadline),
        beside=_beside(me, known, own_lines, others), same_titles=_same_titles(claim, others, own_lines), taken=taken,
        credited_seq=_credited(claim, known),
        has_live_twin=any(row.activity_key == claim.activity_key for row in others),
        certificate_elsewhere=bool(known.certificates.get(claim.certificate_key or "", set()) - {me}),
        files=sum(person_id == me for person_id, _id in met), files_elsewhere=sum(person_id != me for person_id, _id in met),
        cap=cap, year_hours=used,
    )  # fmt: skip
    return Weighed(findings(facts), suggestion, book, taken)


def _beside(person_id: int, known: _Known, lines: Sequence[ledger.StandingLine], others: Sequence[Any]) -> Beside:
    """The spans of these lines and of these other claims of a person, of his classes and of his leave."""
    return Beside(
        lines=[Span(one.occurred_from, one.occurred_to, one.title, one.off_post) for one in lines],
        classes=_classes(person_id, known, lines),
        leave=[Span(one.from_on, one.to_on or one.from_on + FAR) for one in known.leave.get(person_id, ())],
        claims=[Span(row.occurred_from, row.occurred_to, row.title, is_exact=known.book.kinds[row.kind].is_exact) for row in others],
    )


def _classes(person_id: int, known: _Known, lines: Sequence[ledger.StandingLine]) -> list[Span]:
    """The off-post classes the person is in that the ledger does not have already."""
    attended = known.attended.get(person_id, ())
    return [Span(one.from_on, one.to_on, one.title) for one in attended if not _is_posted(one, person_id, known, lines)]


def _is_posted(attended: classes.Attended, person_id: int, known: _Known, lines: Sequence[ledger.StandingLine]) -> bool:
    """Whether the ledger has the class already, as its own line or one of the same name and days: then that line is what is shown."""
    if (person_id, attended.activity_key) in known.slots:
        return True
    met = [one for one in lines if one.off_post and one.occurred_from <= attended.to_on and attended.from_on <= one.occurred_to]
    return any(title_hash(one.title) == title_hash(attended.title) for one in met)


def _credited(claim: Claim, known: _Known) -> int | None:
    """The line that credits the activity already; the claim's own line is none."""
    seq = known.slots.get((claim.person_id, claim.activity_key or ""))
    return None if claim.state == ClaimState.CERTIFIED and seq == claim.entry_seq else seq


def _same_titles(claim: Claim, others: Sequence[Any], lines: Sequence[ledger.StandingLine]) -> list[Span]:
    same = [Span(row.occurred_from, row.occurred_to, row.title) for row in others if row.title_hash == claim.title_hash]
    near = [line for line in lines if line.accounting_year == (claim.occurred_to or line.occurred_to).year]
    return same + [Span(one.occurred_from, one.occurred_to, one.title) for one in near if title_hash(one.title) == claim.title_hash]


def limit_of_year(
    book: RuleSet, kind: Kind, claim: Claim, lines: Sequence[ledger.StandingLine], certified: str | None = None
) -> tuple[Decimal | None, Decimal]:
    """The lowest yearly cap of the rules that is about such a line, and what of it is used, both in hours.

    The line is of the subject that is `certified`, which may be another than was claimed.
    """
    assert claim.occurred_from is not None and claim.occurred_to is not None
    mine = _line(kind, claim.values, claim.occurred_from, claim.occurred_to, claim.created_at, certified)
    caps = [cap for cap in book.caps if cap.per_year and cap.lines.picks(mine, claim.days_claimed or ZERO)]
    if not caps:
        return None, ZERO
    cap = min(caps, key=lambda one: one.hours)
    year = claim.occurred_to.year
    used = [one.hours for one in lines if one.accounting_year == year and cap.lines.picks(_as_line(one, claim), one.days)]
    return cap.hours, sum(used, ZERO)


@dataclass(frozen=True)
class Ahead:
    """What a form can say of a claim before it is handed in."""

    into: tuple[Requirement, ...]
    """The requirements of the actor that it would count into; none: it is only registered."""
    met: tuple[Finding, ...]
    """What else the actor has on the same days, to be explained."""


def ahead(work: Work, kind: Kind, given: Entered, book: RuleSet) -> Ahead:
    """The same as it will be found on handing in, of what is entered so far. Six statements at most."""
    facts = people.facts(work, work.person_id)
    day = given.occurred_to or given.occurred_from or civil(work.now).date()
    line = _line(kind, given.values, day, day, work.now)
    return Ahead(takers(book, people.as_person(facts), line, day), _met_by(work, kind, given, facts.leave))


def _met_by(work: Work, kind: Kind, given: Entered, leave: Sequence[LeaveFact]) -> tuple[Finding, ...]:
    first, last, me = given.occurred_from, given.occurred_to, work.person_id
    if not kind.is_exact or first is None or last is None or last < first:
        return ()
    attended = classes.attended(work, [me], first, last)
    since = min([first, *(one.from_on for one in attended.get(me, ()))])  # a class may be posted for other days of it
    lines = ledger.standing(work, [me], since, max([last, *(one.to_on for one in attended.get(me, ()))]))
    own = [line for line in lines.get(me, ()) if line.source_type != "claim"]
    slots = {(me, line.activity_key): line.seq for line in own if line.activity_key}
    known = _Known(book=kinds(work), lines=lines, slots=slots, attended=attended, leave={me: leave}, others=_others(work, [me]))
    return tuple(overlaps(first, last, _beside(me, known, own, known.others.get(me, ()))))


def _line(kind: Kind, values: Mapping[str, Any], first: date, last: date, at: datetime, certified: str | None = None) -> Line:
    """The line that a claim of this kind becomes."""
    return Line("claim", "credit", kind.category, first, last, at, off_post=kind.off_post, overseas=kind.overseas, delivery=kind.delivery,
                subject_kind=certified or kind.subject_of(values), **kind.axes_of(values, certified))  # fmt: skip


def _as_line(one: ledger.StandingLine, claim: Claim) -> Line:
    return Line(str(one.seq), "credit", one.category, one.occurred_from, one.occurred_to, claim.created_at, off_post=one.off_post,
                overseas=one.overseas, delivery=one.delivery, subject_kind=one.subject_kind)  # fmt: skip


def _known(work: Work, claims: Sequence[Claim]) -> _Known:
    ids = sorted({claim.person_id for claim in claims})
    first = min(claim.occurred_from for claim in claims if claim.occurred_from)
    last = max(claim.occurred_to for claim in claims if claim.occurred_to)
    since, until = date(first.year, 1, 1), date(last.year, 12, 31)
    looks, seen = _looks(work, claims)
    attended = classes.attended(work, ids, first, last)
    wanted = [(claim.person_id, claim.activity_key) for claim in claims if claim.activity_key]
    wanted += [(person_id, one.activity_key) for person_id, some in attended.items() for one in some]
    return _Known(
        book=kinds(work), lines=ledger.standing(work, ids, since, until), taken=ledger.days_taken(work, ids, first, last),
        slots=ledger.credited(work, wanted), attended=attended,
        leave=people.leave_of(work, ids), others=_others(work, ids),
        certificates=_certificates(work, claims), looks=looks, seen=seen,
    )  # fmt: skip


def _others(work: Work, ids: Sequence[int]) -> dict[int, list[Any]]:
    """Claims of these people that are open or certified."""
    statement = select(
        Claim.person_id, Claim.id, Claim.kind, Claim.title, Claim.title_hash, Claim.occurred_from, Claim.occurred_to, Claim.activity_key
    ).where(Claim.state.in_(LIVE))
    found: dict[int, list[Any]] = defaultdict(list)
    for chunk in _chunks(ids):
        for row in work.session.execute(statement.where(Claim.person_id.in_(chunk)).order_by(Claim.person_id, Claim.id)):
            found[row.person_id].append(row)
    return found


def _certificates(work: Work, claims: Sequence[Claim]) -> dict[str, set[int]]:
    """Who else has an open or certified claim of the same certificate."""
    keys = sorted({claim.certificate_key for claim in claims if claim.certificate_key})
    found: dict[str, set[int]] = defaultdict(set)
    for chunk in _chunks(keys):
        statement = select(Claim.certificate_key, Claim.person_id).where(Claim.certificate_key.in_(chunk), Claim.state.in_(LIVE))
        for key, person_id in work.session.execute(statement):
            found[key or ""].add(person_id)
    return found


def _looks(work: Work, claims: Sequence[Claim]) -> tuple[dict[tuple[int, int], set[str]], dict[str, set[tuple[int, int]]]]:
    """What the evidence of these claims shows, and in which handed-in claims of anybody each of it is found."""
    own: dict[tuple[int, int], set[str]] = defaultdict(set)
    wanted = {(claim.person_id, claim.id) for claim in claims}
    for chunk in _chunks(sorted({claim.person_id for claim in claims})):
        mine = select(ClaimEvidence.person_id, ClaimEvidence.claim_id, ClaimEvidence.look).where(ClaimEvidence.person_id.in_(chunk))
        for person_id, claim_id, look in work.session.execute(mine):
            if (person_id, claim_id) in wanted:
                own[person_id, claim_id].add(look)
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    joined = (Claim.person_id == ClaimEvidence.person_id) & (Claim.id == ClaimEvidence.claim_id)
    handed_in = Claim.state.not_in([ClaimState.DRAFT, ClaimState.WITHDRAWN])
    for looks in _chunks(sorted({look for some in own.values() for look in some})):
        anybody = select(ClaimEvidence.look, Claim.person_id, Claim.id).join(Claim, joined).where(ClaimEvidence.look.in_(looks), handed_in)
        for look, person_id, claim_id in work.session.execute(anybody):
            found[look].add((person_id, claim_id))
    return own, found


def _chunks(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
