"""Changes of closed years, and trials of rules, for programs: by the rules and with the refusals of the pages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from flask import request

from app.hours.queries import book_of
from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.quantity import hours_text
from app.kernel.web import SIGNED_IN, Routes
from app.kernel.work import Work
from app.ledger.rules.posting import Category
from app.years import queries, rules, service
from app.years.actions import Action
from app.years.models import RuleChange, YearChange
from app.years.queries import tried

routes = Routes("years_api", __name__)
AXES = ("class_type", "result", "institution_kind", "level", "list_year")
# Limits are told here and held by the service, whose refusal names the field in the language of the caller.
Title = Annotated[str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": rules.TITLE})]
Reason = Annotated[str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": rules.REASON})]
Answer = Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": rules.REASON})]
Days = Annotated[int, msgspec.Meta(extra_json_schema={"minimum": -rules.MOST_DAYS, "maximum": rules.MOST_DAYS})]
List = Annotated[int, msgspec.Meta(extra_json_schema={"minimum": rules.LIST_YEARS[0], "maximum": rules.LIST_YEARS[1]})]
Seq = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class ProposeAdjustment(msgspec.Struct, forbid_unknown_fields=True):
    """A signed line of the closed year in which its training ended; what is left out is as usual for its category.

    `hours` and `days` have at most two decimals; at most 24 hours for each day from `occurred_from`, and no more is taken away
    than the lines of the category come to in the year; `span_days` are calendar days, where the dates do not say them.
    """

    person: UUID
    title: Title
    category: Category
    occurred_on: date
    hours: Decimal
    reason: Reason
    occurred_from: date | None = None
    days: Decimal = Decimal(0)
    off_post: bool = False
    span_days: Days | None = None
    delivery: rules.Delivery | None = None
    subject_kind: rules.Subject | None = None
    list_year: List | None = None
    class_type: rules.ClassType | None = None
    result: rules.Result | None = None
    institution_kind: rules.Institution | None = None
    level: rules.Level | None = None


class ProposeReversal(msgspec.Struct, forbid_unknown_fields=True):
    """A line of a closed year to be taken back, by its number among the lines of the person."""

    person: UUID
    line: Seq
    reason: Reason


class DecideChange(msgspec.Struct, forbid_unknown_fields=True):
    """What the second person says; a refusal needs an answer."""

    decision: Literal["approve", "refuse"]
    answer: Answer = ""


class ChangeShown(msgspec.Struct):
    """A change of a closed year as it stands. `line` is to be taken back; `entry` was posted, once it is approved."""

    change: UUID
    year: int
    kind: rules.ChangeKind
    state: rules.ProposalState
    person: UUID
    name: str
    line: int | None
    claim: UUID | None
    title: str
    category: str
    occurred_from: date | None
    occurred_on: date | None
    hours: str
    days: str
    span_days: int
    off_post: bool
    delivery: str | None
    subject_kind: str | None
    axes: dict[str, str | int | bool]
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: str
    entry: str | None


class ChangeList(msgspec.Struct):
    """A page of changes, those that wait first."""

    items: list[ChangeShown]
    next: str | None


@routes.get("/api/v1/years/<int:year>/changes", allow=SIGNED_IN, answers={200: ChangeList})
def list_changes(work: Work, year: int) -> ChangeList:
    """Changes of a closed year about people within one's scope. 403 without a part in them."""
    work.require_one(Action.PROPOSE, Action.APPROVE)
    book_of(work, year)
    found = queries.changes(work, year, request.args.get("page"))
    return ChangeList([_shown(row) for row in found.items], found.next)


@routes.get("/api/v1/years/changes/<uuid:uid>", allow=SIGNED_IN, answers={200: ChangeShown})
def show_change(work: Work, uid: UUID) -> ChangeShown:
    """One of them; 404 outside one's scope."""
    work.require_one(Action.PROPOSE, Action.APPROVE)
    return _shown(queries.change(work, uid))


@routes.post("/api/v1/years/changes/adjustments", allow=Action.PROPOSE, body=ProposeAdjustment, answers={201: ChangeShown}, creates=True)
def propose_adjustment(work: Work, body: ProposeAdjustment) -> tuple[ChangeShown, int]:
    """Propose a signed line in a closed year; a second person decides."""
    person_id, _name = queries.person_in_scope(work, body.person)
    figures = service.Figures(
        body.occurred_on, body.title, body.category, body.hours, body.days, body.off_post, body.occurred_from, body.span_days,
        body.delivery, body.subject_kind, {name: said for name in AXES if (said := getattr(body, name)) is not None},
    )  # fmt: skip
    return _shown_of(work, service.propose_adjustment(work, person_id, figures, body.reason)), 201


@routes.post("/api/v1/years/changes/reversals", allow=Action.PROPOSE, body=ProposeReversal, answers={201: ChangeShown}, creates=True)
def propose_reversal(work: Work, body: ProposeReversal) -> tuple[ChangeShown, int]:
    """Propose to take a line of a closed year back; a second person decides."""
    person_id, _name = queries.person_in_scope(work, body.person)
    return _shown_of(work, service.propose_reversal(work, person_id, body.line, body.reason)), 201


@routes.post(
    "/api/v1/years/changes/<uuid:uid>/decisions", allow=Action.APPROVE, body=DecideChange, answers={200: ChangeShown}, creates=True
)
def decide_change(work: Work, uid: UUID, body: DecideChange) -> ChangeShown:
    """The second person's step: post what was proposed, and the year is restated; or refuse it."""
    verb: Any = {"approve": service.approve, "refuse": service.refuse}[body.decision]
    return _shown_of(work, verb(work, uid, body.answer))


@routes.post("/api/v1/years/changes/<uuid:uid>/withdrawals", allow=Action.PROPOSE, answers={200: ChangeShown}, creates=True)
def withdraw_change(work: Work, uid: UUID) -> ChangeShown:
    """Whoever proposed a change takes it back while nobody has decided; 403 for others."""
    return _shown_of(work, service.withdraw(work, uid))


def _shown_of(work: Work, change: YearChange) -> ChangeShown:
    return _shown(queries.change(work, change.uid))


def _shown(row: queries.ChangeRow) -> ChangeShown:
    it = row.change
    return ChangeShown(
        it.uid, it.year, it.kind, it.state, row.person, row.name, it.seq, it.claim_uid, it.title, it.category, it.occurred_from,
        it.occurred_on, hours_text(it.hours), hours_text(it.days), it.span_days, it.off_post, it.delivery, it.subject_kind, it.axes,
        it.reason, row.proposer, it.proposed_at, row.decider, it.decided_at, it.answer,
        None if it.entry_seq is None else f"{it.person_id}-{it.entry_seq}",
    )  # fmt: skip


class TurnHeads(msgspec.Struct):
    """How many people take which turn in one requirement, or in one unit; `joined` units with few people are told together."""

    name: str
    unmet: int
    larger: int
    met: int
    smaller: int
    joined: int


class RuleChangeShown(msgspec.Struct):
    """A new version of the rules. Of the trial `summary` tells people: judged, those who take each turn, and those unchanged.

    `gains` are `met` or `smaller`, `loses` are `unmet` or `larger`; null and empty before it is tried.
    """

    change: UUID
    version: str
    against: str
    from_on: date
    state: rules.ProposalState
    reason: str
    proposed_by: str
    proposed_at: datetime
    tried_at: datetime | None
    summary: dict[str, int]
    by_requirement: list[TurnHeads] | None = None
    by_unit: list[TurnHeads] | None = None
    """Both of everybody; null in lists."""


class RuleChangeList(msgspec.Struct):
    """Changes of rules, the newest first."""

    items: list[RuleChangeShown]
    next: str | None


class EffectFigure(msgspec.Struct):
    """One figure of a requirement; `bucket` is empty where there is one figure, or of the total."""

    bucket: str
    measure: str
    required: str
    counted: str
    shortfall: str


class EffectSide(msgspec.Struct):
    """Where the person stands under one version; `missing` in thousandths of what is required."""

    state: str
    missing: int
    figures: list[EffectFigure]


class Effect(msgspec.Struct):
    """One person in one requirement, before and after."""

    person: UUID
    name: str
    unit: str
    requirement: str
    turn: rules.Turn
    before: EffectSide
    after: EffectSide


class EffectList(msgspec.Struct):
    """A page of people of one's jurisdiction who take a turn."""

    items: list[Effect]
    next: str | None


@routes.get("/api/v1/rules/changes", allow=SIGNED_IN, answers={200: RuleChangeList})
def list_rule_changes(work: Work) -> RuleChangeList:
    """New versions of the rules between upload and adoption. 403 without a part in them."""
    work.require_one(Action.PROPOSE_RULES, Action.ADOPT)
    return RuleChangeList([_version(one) for one in tried.rule_changes(work)], None)


@routes.get("/api/v1/rules/changes/<uuid:uid>", allow=SIGNED_IN, answers={200: RuleChangeShown})
def show_rule_change(work: Work, uid: UUID) -> RuleChangeShown:
    """One of them, with what its trial came to by requirement and by unit."""
    work.require_one(Action.PROPOSE_RULES, Action.ADOPT)
    change = service.find_rules(work, uid)
    shown = _version(change)
    shown.by_requirement = [_heads(one) for one in tried.by_requirement(work, change.id)]
    shown.by_unit = [_heads(one) for one in tried.by_unit(work, change.id)]
    return shown


@routes.get("/api/v1/rules/changes/<uuid:uid>/effects", allow=SIGNED_IN, answers={200: EffectList})
def list_effects(work: Work, uid: UUID) -> EffectList:
    """Who of one's jurisdiction takes a turn (`turn`: unmet, larger, met or smaller), with the figures before and after."""
    work.require_one(Action.PROPOSE_RULES, Action.ADOPT)
    change = service.find_rules(work, uid)
    asked = request.args.get("turn", rules.Turn.UNMET)
    if asked not in rules.LISTED:
        raise Invalid(_l("Choose one of: %(known)s.", known=", ".join(rules.LISTED)), field="turn")
    found = tried.effects(work, change.id, rules.Turn(asked), request.args.get("page"))
    return EffectList([_effect(row) for row in found.items], found.next)


def _version(it: RuleChange) -> RuleChangeShown:
    return RuleChangeShown(it.uid, it.pin, it.against, it.from_on, it.state, it.reason, it.proposed_name, it.proposed_at, it.tried_at,
                           dict(it.summary))  # fmt: skip


def _heads(it: tried.Balance) -> TurnHeads:
    return TurnHeads(it.name, it.unmet, it.larger, it.met, it.smaller, it.joined)


def _effect(row: tried.EffectRow) -> Effect:
    it = row.effect
    sides = ((it.state_before, it.missing_before, it.figures_before), (it.state_after, it.missing_after, it.figures_after))
    before, after = (EffectSide(state, missing, [EffectFigure(*one) for one in figures or ()]) for state, missing, figures in sides)
    return Effect(row.person, row.name, row.unit, it.requirement, it.turn, before, after)
