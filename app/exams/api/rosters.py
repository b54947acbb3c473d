"""The roster of an examination by program: lists that are tried first, units, and lists taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from app.exams import service
from app.exams.actions import Action
from app.exams.api.planning import Code, Few
from app.exams.api.routes import routes
from app.exams.service import PLAN_SENTENCES
from app.kernel.work import Work
from app.people.rules.listed import MOST_ROWS


class ListedPerson(msgspec.Struct, forbid_unknown_fields=True):
    """A row of a list; without minutes somebody keeps those he has."""

    user_name: Code
    extra_minutes: Few | None = None


class RosterList(msgspec.Struct, forbid_unknown_fields=True):
    """People for the roster. `dry_run`: only say what would come of it."""

    rows: Annotated[list[ListedPerson], msgspec.Meta(max_length=MOST_ROWS)]
    dry_run: bool = True


class RosterUnit(msgspec.Struct, forbid_unknown_fields=True):
    """The code of a unit; everybody who serves in it or below it today, within one's scope."""

    unit: Code


class RowFault(msgspec.Struct):
    """Why a row (from 1; 0 where a unit was put on) is left out: what stands there, a code, and its sentence."""

    row: int
    found: str
    code: str
    text: str


class RosterFound(msgspec.Struct):
    """What came of a list, or would: `fresh` come on the roster, `changed` get other minutes, `same` are on it as they are."""

    rows: int
    fresh: int
    changed: int
    same: int
    faults: list[RowFault]


class ListUndone(msgspec.Struct):
    """How many stand as they did before the list, and how many of it stay."""

    undone: int
    stay: int


@routes.post("/api/v1/exams/<uuid:uid>/roster/lists", allow=Action.ASSEMBLE, body=RosterList, answers={200: RosterFound})
def list_people(work: Work, uid: UUID, body: RosterList) -> RosterFound:
    """Put the good rows of a list on the roster in one turn, or try it."""
    rows = [(one.user_name, "" if one.extra_minutes is None else str(one.extra_minutes)) for one in body.rows]
    return _found(service.weigh_list(work, uid, rows) if body.dry_run else service.bring_in_list(work, uid, rows))


@routes.post("/api/v1/exams/<uuid:uid>/roster/units", allow=Action.ASSEMBLE, body=RosterUnit, answers={200: RosterFound})
def list_unit(work: Work, uid: UUID, body: RosterUnit) -> RosterFound:
    """Put a unit with those below it on the roster."""
    return _found(service.add_unit(work, uid, body.unit))


@routes.post("/api/v1/exams/<uuid:uid>/roster/lists/<int:number>/undo", allow=Action.ASSEMBLE, answers={200: ListUndone})
def undo_list(work: Work, uid: UUID, number: int) -> ListUndone:
    """Take back the n-th list or unit; who has begun stays."""
    return ListUndone(*service.undo_list(work, uid, number))


def _found(found: service.WeighedList) -> RosterFound:
    faults = [RowFault(one.row, one.found, one.code, str(PLAN_SENTENCES[one.code])) for one in found.flaws]
    return RosterFound(found.rows, found.fresh, found.changed, found.same, faults)
