"""What the security administrator does for accounts: a first password, unlock, disable, roles (三员分立)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Actor, College, Work, working
from app.people.actions import Action
from app.people.models import Account, Person, RoleGrant, Unit
from app.people.rules.doors import user_key
from app.people.service import watch
from app.people.service.identity import today
from app.people.service.passwords import end_doors, hashed
from app.people.service.roles import charter
from app.people.service.scope import may_over

LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without letters that look alike when read out or written down."""


class NotOneself(Forbidden):
    """Nobody grants himself a role, or resets his own password as an officer."""

    code, text = "not_oneself", _l("Nobody may do this for himself. Another officer has to.")


class RolesExclude(Conflict):
    """The three officers exclude one another and all business roles."""

    code, text = "roles_exclude", _l("This role cannot be held together with: %(role)s.")


class UnknownRole(Invalid):
    """No such role or jurisdiction."""

    code, text = "unknown_role", _l("There is no such role or jurisdiction.")


class AlreadyHeld(Invalid):
    """The person holds this role over this jurisdiction."""

    code, text = "role_already_held", _l("This person holds this role over this jurisdiction already.")


class SecondOfficerNeeded(Conflict):
    """One officer alone gives nobody an officer's or another privileged role (L3-SMC1)."""

    code, text = "second_officer_needed", _l("This role is given by two officers: one asks, another confirms.")


class UserNameTaken(Invalid):
    """The user name is in use, or the person has one."""

    code, text = "user_name_taken", _l("This user name is in use, or the person has an account already.")


def account_named(work: Work, user_name: str) -> Account:
    """The account of a user name, in whatever spelling it was typed. Raises NotFound."""
    account = work.session.execute(select(Account).where(Account.user_name == user_key(user_name))).scalar_one_or_none()
    if account is None:
        raise NotFound(_l("There is no account with this user name."))
    return account


def open_account(work: Work, person_uid: UUID, user_name: str) -> Account:
    """An account without a password; a first one has to be issued. Raises NotFound, NotOneself, Invalid, UserNameTaken."""
    person_id = work.session.scalar(select(Person.id).where(Person.uid == person_uid))
    if person_id is None:
        raise NotFound()
    permit(work, person_id)
    key = user_key(user_name)
    if not key:
        raise Invalid(_l("Use letters, digits, - and _ without spaces."), field="user_name")
    taken = select(Account.id).where((Account.user_name == key) | (Account.person_id == person_id))
    if work.session.execute(taken).first():
        raise UserNameTaken(field="user_name")
    account = Account(person_id=person_id, user_name=key, password_hash=None, password_set_at=None, must_change=True, is_enabled=True)
    work.session.add(account)
    work.session.flush()
    return account


def issue_password(college: College, actor: Actor, user_name: str) -> str:
    """A first password by chance, told once, good for one sign-in; nobody chooses another's password (ASVS 6.4.6).

    It is hashed before the transaction begins. Raises NotFound, NotOneself, Forbidden.
    """
    fresh = "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
    secret = hashed(fresh)
    with working(college, actor) as work:
        account = account_named(work, user_name)
        unlock(work, account)
        given = update(Account).where(Account.id == account.id)
        work.session.execute(given.values(password_hash=secret, password_set_at=work.now, must_change=True))
        end_doors(work, account.id)
    return fresh


def unlock(work: Work, account: Account) -> None:
    """Open the door that failures have shut."""
    permit(work, account.person_id)
    watch.forgive(work, account.user_name)


def set_enabled(work: Work, account: Account, *, enabled: bool) -> None:
    """Shut an account, which ends its sessions at once, or open it again."""
    permit(work, account.person_id)
    changed_one(work.session, update(Account).where(Account.id == account.id).values(is_enabled=enabled))
    if not enabled:
        end_doors(work, account.id)


def grant_role(work: Work, person_id: int, role: str, jurisdiction: str, unit: Unit | None = None) -> RoleGrant:
    """Give a role over a jurisdiction from today on. Raises UnknownRole, RolesExclude, AlreadyHeld, NotOneself, SecondOfficerNeeded."""
    permit(work, person_id, Action.ROLES)
    if needs_second(work, role) and not work.actor.is_system:
        raise SecondOfficerNeeded()
    return give(work, person_id, role, jurisdiction, unit, by=work.actor.person_id)


def needs_second(work: Work, role: str) -> bool:
    """Whether a grant of this role waits for a second officer."""
    known = charter(work.settings.content_dir).roles
    return role in known and known[role].two_persons


def give(work: Work, person_id: int, role: str, jurisdiction: str, unit: Unit | None = None, *, by: int | None) -> RoleGrant:
    """Write a grant that may be. Raises UnknownRole, RolesExclude, AlreadyHeld."""
    check_grant(work, person_id, role, jurisdiction)
    row = RoleGrant(person_id=person_id, role=role, jurisdiction=jurisdiction, unit_id=unit.id if unit else None, from_on=today(work),
                    to_on=None, granted_by=by)  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row


def check_grant(work: Work, person_id: int, role: str, jurisdiction: str) -> None:
    """Refuse a grant that cannot be; the person is held until the end. What is lent for a while excludes as what is held."""
    known = charter(work.settings.content_dir)
    if role not in known.roles or known.roles[role].everyone or jurisdiction not in known.jurisdictions:
        raise UnknownRole(field="role")
    work.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    held = work.session.execute(
        select(RoleGrant.role, RoleGrant.jurisdiction).where(
            RoleGrant.person_id == person_id, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on >= today(work))
        )
    ).all()
    if other := known.excluding([name for name, _area in held], role):
        raise RolesExclude(role=known.roles[other].title)
    if (role, jurisdiction) in [(name, area) for name, area in held]:
        raise AlreadyHeld(field="role")


def withdraw_role(work: Work, person_id: int, grant_id: int) -> None:
    """End a grant of a person at once: its last day was yesterday. One that is not his, or has ended, is a Conflict."""
    permit(work, person_id, Action.ROLES)
    ended = update(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.person_id == person_id, RoleGrant.to_on.is_(None))
    if not changed_one(work.session, ended.values(to_on=today(work) - timedelta(days=1))):
        raise Conflict()


def permit(work: Work, person_id: int, action: Action = Action.ACCOUNTS) -> None:
    """Officers act within their jurisdiction and never on themselves."""
    if work.actor.is_system:
        return
    work.require(action)
    if work.actor.person_id == person_id:
        raise NotOneself()
    if not may_over(work, action, person_id):
        raise NotFound()
