"""Staff pages: people within one's scope, units."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.web import Routes, page
from app.kernel.work import Work
from app.people import queries
from app.people.actions import Action

routes = Routes("people_desk", __name__)


@routes.get("/manage/people", allow=Action.SEE)
def list_people(work: Work) -> ResponseReturnValue:
    """People one may see, found by name or unit."""
    words = queries.folded(request.args.get("q"))
    unit = queries.unit_by_uid(work, _uid(request.args["unit"])) if request.args.get("unit") else None
    found = queries.people(work, words, unit, request.args.get("page"))
    here = url_for(".list_people", q=words or None, unit=unit.uid if unit else None)
    return page("people/manage/people.html", people=found, words=words, unit=unit, here=here)


@routes.get("/manage/people/<uuid:uid>", allow=Action.SEE)
def show_person(work: Work, uid: UUID) -> ResponseReturnValue:
    """One person: posts, teams, tags, leave."""
    return page("people/manage/person.html", person=queries.person_page(work, uid))


@routes.get("/manage/units", allow=Action.SEE_UNITS)
def show_root(work: Work) -> ResponseReturnValue:
    """The top of the tree of units."""
    return page("people/manage/units.html", tree=queries.unit_page(work, None, _day()))


@routes.get("/manage/units/<uuid:uid>", allow=Action.SEE_UNITS)
def show_unit(work: Work, uid: UUID) -> ResponseReturnValue:
    """One unit, what lies below it, what it was called before."""
    return page("people/manage/units.html", tree=queries.unit_page(work, uid, _day()))


def _day() -> date | None:
    """The date asked for, or none."""
    words = request.args.get("on")
    if not words:
        return None
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise Invalid(_l("Give the date as 2026-11-22."), field="on") from error


def _uid(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError as error:
        raise Invalid(_l("This is not the address of a unit."), field="unit") from error
