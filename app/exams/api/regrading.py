"""Regrading by program: who would change, then the commit of what was looked at; the same rules and refusals as the pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from flask import request

from app.exams import service
from app.exams.actions import Action
from app.exams.api.routes import routes
from app.exams.queries import regrades as queries
from app.exams.rules.regrading import How
from app.exams.service.refusals import NoSuchKey
from app.exams.service.regrading import page_of
from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.work import Work

SIZE = 200
LONGEST = 20_000
"""Characters of a correction in an address."""


class RegradeWanted(msgspec.Struct, forbid_unknown_fields=True):
    """What is done with a version of a question, and why; `digest` names the preview that was looked at.

    `right`, with `key` alone: of a choice the letters that are right; of blanks `{"add": […], "drop": […]}` for each; of a case
    `[part, right]` for each part that is corrected.
    """

    version: UUID
    how: How
    reason: Annotated[str, msgspec.Meta(max_length=2000)]
    digest: Annotated[str, msgspec.Meta(max_length=64)]
    right: Annotated[list[Any], msgspec.Meta(max_length=100)] = []


class ChangeShown(msgspec.Struct):
    """One sitting before and after; `name` and `unit` are null outside one's scope. `hours` are won, or lost below zero."""

    attempt: UUID
    name: str | None
    unit: str | None
    before: Decimal
    passed_before: bool
    after: Decimal
    passed_after: bool
    hours: Decimal


class RegradeSeen(msgspec.Struct):
    """Who would change: the sums of all, one page of them, and the digest that the commit names.

    `gained` come to pass, `lost` do no longer.
    """

    digest: str
    sittings: int
    changed: int
    gained: int
    lost: int
    items: list[ChangeShown]
    next: str | None


class Regraded(msgspec.Struct):
    """A regrade that was carried out: `gained` people have been given hours, from `lost` they have been taken back."""

    regrade: UUID
    sittings: int
    changed: int
    gained: int
    lost: int


@routes.get("/api/v1/exams/<uuid:uid>/regrades/preview", allow=Action.RELEASE, answers={200: RegradeSeen})
def preview_regrade(work: Work, uid: UUID) -> RegradeSeen:
    """Who would change by `?version=&how=full|out|key&right=` (as JSON); whoever looks is noted, and does not sit it."""
    exam = service.examination(work, uid)
    wish = _asked()
    version = queries.version(work, exam, wish.version)
    service.read_regrade(work, exam.id, version.question_id)
    seen = service.preview_regrade_of(work, exam, wish, version)
    found = page_of(seen.changes, request.args.get("page"), SIZE)
    cards = queries.named(work, list(dict.fromkeys(one.person_id for one in found.items)))
    items = [
        ChangeShown(
            one.attempt, card.name if (card := cards.get(one.person_id)) else None, card.unit_name if card else None, one.before,
            one.passed_before, one.judged.score, one.judged.passed, one.hours,
        )
        for one in found.items
    ]  # fmt: skip
    return RegradeSeen(seen.digest, len(seen.sittings), len(seen.changes), seen.gained, seen.lost, items, found.next)


def _asked() -> service.Wish:
    """What the address asks about."""
    given = request.args
    try:
        how, version = How(given.get("how", "")), UUID(given.get("version", ""))
    except ValueError as error:
        raise Invalid(_l("Choose what is done with the question."), field="how") from error
    if how is not How.KEY:
        return service.Wish(version, how)
    try:
        right = msgspec.json.decode(given.get("right", "")[:LONGEST], type=list[Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise NoSuchKey(field="right") from error
    return service.Wish(version, how, tuple(right))


def _weigh(work: Work, uid: UUID, body: RegradeWanted) -> service.Weighed:
    wish = service.Wish(body.version, body.how, tuple(body.right) if body.how is How.KEY else ())
    return service.weigh_regrade(work, uid, wish, body.reason, body.digest)


@routes.post(
    "/api/v1/exams/<uuid:uid>/regrades", allow=Action.RELEASE, body=RegradeWanted, answers={201: Regraded}, creates=True, ahead=_weigh
)
def commit_regrade(work: Work, uid: UUID, body: RegradeWanted, ready: service.Weighed) -> tuple[Regraded, int]:
    """Carry out what was looked at; 409 `regrade_moved` where results are others by now."""
    row = service.regrade(work, ready)
    return Regraded(row.uid, row.sittings, row.changed, row.gained, row.lost), 201
