"""Officers' and other privileged roles are given by two officers: one asks, another confirms or refuses, neither for himself (L3-SMC1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.kernel.db import changed_one
from app.kernel.errors import Conflict
from app.kernel.i18n import _l, locale_code
from app.kernel.work import Work
from app.people.actions import Action
from app.people.models import Account, Person, RoleGrant, RoleRequest
from app.people.service.accounts import NotOneself, check_grant, give, needs_second, permit
from app.people.service.roles import charter


class AskedAlready(Conflict):
    """The same grant waits already."""

    code, text = "role_asked_already", _l("This role has been asked for already; a second officer has to confirm it.")


class RequestDecided(Conflict):
    """Another officer was quicker, or there is no such request."""

    code, text = "role_request_decided", _l("This request has been decided already. Nothing was changed.")


class NotPrivileged(Conflict):
    """A role that one officer gives."""

    code, text = "role_needs_no_second", _l("This role needs no second officer.")


@dataclass(frozen=True)
class Waiting:
    """A grant that waits for a second officer."""

    id: int
    person_id: int
    name: str
    user_name: str
    role: str
    jurisdiction: str
    asked_by: str
    asked_by_id: int | None
    asked_at: datetime


def ask_role(work: Work, person_id: int, role: str, jurisdiction: str) -> RoleRequest:
    """Ask that a privileged role be given. Raises what granting it would raise, NotPrivileged, AskedAlready."""
    permit(work, person_id, Action.ROLES)
    check_grant(work, person_id, role, jurisdiction)
    if not needs_second(work, role):
        raise NotPrivileged()
    row = RoleRequest(person_id=person_id, role=role, jurisdiction=jurisdiction, state="open", asked_by=work.actor.person_id,
                      asked_at=work.now, decided_by=None, decided_at=None)  # fmt: skip
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError as error:
        raise AskedAlready() from error
    return row


def confirm_role(work: Work, request_id: int) -> RoleGrant:
    """The second officer gives the role: neither who asked, nor whose role it is. It is checked anew."""
    row = _decided(work, request_id, "granted")
    return give(work, row.person_id, row.role, row.jurisdiction, by=row.asked_by)


def refuse_role(work: Work, request_id: int) -> None:
    """The second officer, or who asked, lets it be."""
    _decided(work, request_id, "refused")


def waiting_roles(work: Work, person_id: int | None = None) -> list[Waiting]:
    """Grants that wait, the first asked first; of one person if he is named."""
    asker = aliased(Person)
    statement = (
        select(RoleRequest, Person.name, Account.user_name, asker.name)
        .join(Person, Person.id == RoleRequest.person_id).outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(asker, asker.id == RoleRequest.asked_by).where(RoleRequest.state == "open").order_by(RoleRequest.id).limit(200)
    )  # fmt: skip
    if person_id is not None:
        statement = statement.where(RoleRequest.person_id == person_id)
    known, english = charter(work.settings.content_dir), locale_code() == "en"
    return [
        Waiting(row.id, row.person_id, name, user_name or "", _title(known.roles, row.role, english),
                _title(known.jurisdictions, row.jurisdiction, english), by or "", row.asked_by, row.asked_at)
        for row, name, user_name, by in work.session.execute(statement)
    ]  # fmt: skip


def _decided(work: Work, request_id: int, state: str) -> RoleRequest:
    """Move an open request, once, by whoever may."""
    work.require(Action.CONFIRM_ROLES)
    row = work.session.get(RoleRequest, request_id, populate_existing=True)
    if row is None:
        raise RequestDecided()
    me = work.actor.person_id
    if me == row.person_id or (state == "granted" and me == row.asked_by):
        raise NotOneself()
    mine = update(RoleRequest).where(RoleRequest.id == request_id, RoleRequest.state == "open")
    if not changed_one(work.session, mine.values(state=state, decided_by=me, decided_at=work.now)):
        raise RequestDecided()
    work.session.refresh(row)
    return row


def _title(known: Any, name: str, english: bool) -> str:
    one = known.get(name)
    return name if one is None else str(one.title_en if english else one.title)
