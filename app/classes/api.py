"""Training classes for programs; the same rules and refusals as the pages under /manage/classes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from flask import request

from app.classes import queries, service, words
from app.classes.actions import Action
from app.classes.rules import ClassState, Terms
from app.kernel.clock import KNOWN_YEARS
from app.kernel.errors import Invalid
from app.kernel.fields import whole
from app.kernel.i18n import _l
from app.kernel.web import SIGNED_IN, Routes
from app.kernel.work import Work
from app.people import service as people
from app.people.rules.listed import MOST_ROWS

routes = Routes("classes_api", __name__)
Text = Annotated[str, msgspec.Meta(max_length=500)]
Code = Annotated[str, msgspec.Meta(max_length=60)]
Kind = Literal["dispatch", "main_class", "special_class", "elective", "overseas", "own_unit_class"]


class ClassTerms(msgspec.Struct, forbid_unknown_fields=True):
    """A class. `unit` is the code of the unit that organises it; both days are inclusive; `hours` and `days` are nominal.

    `off_post`: its members are there and nowhere else on these days. `place`: where they come to, at most 120 characters.
    """

    code: Code
    title: Text
    category: Kind
    unit: Code
    starts_on: date
    ends_on: date
    hours: Decimal = Decimal(0)
    days: Decimal = Decimal(0)
    off_post: bool = True
    place: Text = ""


class ClassTold(msgspec.Struct):
    """What everybody who may read of a class is told; `state` is planned, running, ended or cancelled."""

    uid: UUID
    code: str
    title: str
    category: str
    unit: str
    starts_on: date
    ends_on: date
    hours: Decimal
    days: Decimal
    off_post: bool
    state: str


class ClassShown(ClassTold):
    """A class as it stands; `unit` is the code of who organises it, `members` those who are in it."""

    members: int
    place: str


class ClassesShown(msgspec.Struct):
    """One page of classes, those that begin last first."""

    items: list[ClassShown]
    next: str | None


class Enrolment(msgspec.Struct, forbid_unknown_fields=True):
    """User names (staff numbers) of people within one's scope. `dry_run`: only say what would come of it."""

    people: Annotated[list[Code], msgspec.Meta(max_length=MOST_ROWS)]
    dry_run: bool = True


class RowLeftOut(msgspec.Struct):
    """Why a row (from 1) is left out: what stands there, a code, and its sentence."""

    row: int
    found: str
    code: str
    text: str


class Enrolled(msgspec.Struct):
    """What came of a list, or would: `fresh` come into the class, `same` are in it already."""

    rows: int
    fresh: int
    same: int
    faults: list[RowLeftOut]


class MemberShown(msgspec.Struct):
    """Somebody who is or was in a class; `withdrawn_on` is null while he is. `user_name` and `reason` of people of one's scope only."""

    person: UUID
    name: str
    unit: str
    user_name: str
    enrolled_on: date
    withdrawn_on: date | None
    reason: str


class MembersShown(msgspec.Struct):
    """One page of members in the order of enrolment; `unseen` are outside one's scope and not told of."""

    items: list[MemberShown]
    unseen: int
    next: str | None


class Withdrawal(msgspec.Struct, forbid_unknown_fields=True):
    """Why a member is withdrawn, at most 500 characters; it stays written."""

    reason: Text


class Withdrawn(msgspec.Struct):
    """A membership that ended."""

    person: UUID
    withdrawn_on: date
    reason: str


class OwnClassShown(ClassTold):
    """A class one is or was in. `unit` is the name of who organises it."""

    place: str
    enrolled_on: date
    withdrawn_on: date | None


class OwnClassesShown(msgspec.Struct):
    """The classes one is in (`ahead`, the next first), and a page of those that are past or that one was withdrawn from."""

    ahead: list[OwnClassShown]
    past: list[OwnClassShown]
    next: str | None


@routes.get("/api/v1/me/classes", allow=SIGNED_IN, answers={200: OwnClassesShown})
def my_classes(work: Work) -> OwnClassesShown:
    """The classes one is in, and those one was in."""
    past = queries.past(work, request.args.get("page"))
    return OwnClassesShown([_own(one) for one in queries.ahead(work)], [_own(one) for one in past.items], past.next)


def _own(one: queries.OwnClass) -> OwnClassShown:
    row = one.row
    return OwnClassShown(row.uid, row.code, row.title, row.category, one.unit_name, row.starts_on, row.ends_on, row.hours, row.days,
                         row.off_post, str(one.state), row.place, one.enrolled_on, one.withdrawn_on)  # fmt: skip


@routes.get("/api/v1/classes", allow=Action.PLAN, answers={200: ClassesShown})
def list_classes(work: Work) -> ClassesShown:
    """Training classes one sees; `state` and `year` narrow the list."""
    state, year = request.args.get("state", ""), request.args.get("year", "")
    if state and state not in set(ClassState):
        raise Invalid(_l("A state is planned, running, ended or cancelled."), field="state")
    number = whole(year, 4)
    if year and number not in KNOWN_YEARS:
        raise Invalid(_l("A year lies between 2000 and 2100."), field="year")
    found = queries.classes(work, state, number, request.args.get("page"))
    return ClassesShown([_shown(one) for one in found.items], found.next)


def _shown(one: queries.ClassRow) -> ClassShown:
    row = one.row
    return ClassShown(row.uid, row.code, row.title, row.category, one.unit_code, row.starts_on, row.ends_on, row.hours, row.days,
                      row.off_post, str(one.state), one.members, row.place)  # fmt: skip


@routes.post("/api/v1/classes", allow=Action.PLAN, body=ClassTerms, answers={201: ClassShown}, creates=True)
def enter_class(work: Work, body: ClassTerms) -> tuple[ClassShown, int]:
    """Enter a class of a unit whose classes one keeps; 422 `bad_class` names every field that cannot be so."""
    terms = Terms(body.code.strip(), body.title.strip(), body.category, body.unit.strip(), body.starts_on, body.ends_on, body.hours,
                  body.days, body.off_post, body.place.strip())  # fmt: skip
    found = service.find(work, service.enter(work, terms).uid)
    return _shown(queries.ClassRow(found.row, found.unit_name, found.unit.code, 0, found.state)), 201


@routes.post("/api/v1/classes/<uuid:uid>/members", allow=Action.PLAN, body=Enrolment, answers={200: Enrolled})
def enrol_people(work: Work, uid: UUID, body: Enrolment) -> Enrolled:
    """Enrol the good rows of a list in a class in one turn, or try it."""
    rows = [(name,) for name in body.people]
    found = service.weigh(work, uid, rows) if body.dry_run else service.enrol(work, uid, rows)
    faults = [RowLeftOut(one.row, one.found, one.code, str(words.SENTENCES[one.code])) for one in found.flaws]
    return Enrolled(found.rows, len(found.fresh), found.same, faults)


@routes.get("/api/v1/classes/<uuid:uid>/members", allow=Action.PLAN, answers={200: MembersShown})
def list_members(work: Work, uid: UUID) -> MembersShown:
    """Who is and was in a class: people of one's scope, in a class of one's own unit everybody."""
    found = service.find(work, uid)
    page = queries.members(work, found.row, found.action, is_own=found.is_own, page=request.args.get("page"))
    items = [MemberShown(one.uid, one.name, one.unit_name, one.user_name, one.enrolled_on, one.withdrawn_on, one.reason)
             for one in page.items]  # fmt: skip
    return MembersShown(items, queries.counts(work, found.row, found.action, is_own=found.is_own).unseen, page.next)


@routes.post("/api/v1/classes/<uuid:uid>/members/<uuid:person>/withdraw", allow=Action.PLAN, body=Withdrawal, answers={200: Withdrawn})
def withdraw_member(work: Work, uid: UUID, person: UUID, body: Withdrawal) -> Withdrawn:
    """Withdraw a member of one's scope, with the reason; 404 for whoever does not stand in the class."""
    service.withdraw(work, uid, person, body.reason)
    return Withdrawn(person, people.today(work), body.reason.strip())
