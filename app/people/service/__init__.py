"""What may be done about people and accounts; the only door for other domains."""

from app.people.service.accounts import (
    account_named,
    grant_role,
    issue_password,
    needs_second,
    open_account,
    set_enabled,
    unlock,
    withdraw_role,
)
from app.people.service.delegating import Delegation, delegate, delegations, end_delegation, fellows
from app.people.service.doors import SignedIn
from app.people.service.identity import (
    PasswordChangeRequired,
    actor_for,
    device_label,
    holders,
    holding,
    identify,
    may_enter,
    password_gate,
    today,
)
from app.people.service.passwords import end_doors
from app.people.service.placing import PeopleChanged, PersonMoved
from app.people.service.requesting import ask_role, confirm_role, refuse_role, waiting_roles
from app.people.service.roles import Charter, charter
from app.people.service.scope import may_over, require_over, visible
from app.people.service.units import create_unit, move_unit, rename_unit, unit_by_code
from app.people.service.watch import SignInRefused

__all__ = [
    "Charter",
    "Delegation",
    "PasswordChangeRequired",
    "PeopleChanged",
    "PersonMoved",
    "SignInRefused",
    "SignedIn",
    "account_named",
    "actor_for",
    "ask_role",
    "charter",
    "confirm_role",
    "create_unit",
    "delegate",
    "delegations",
    "device_label",
    "end_delegation",
    "end_doors",
    "fellows",
    "grant_role",
    "holders",
    "holding",
    "identify",
    "issue_password",
    "may_enter",
    "may_over",
    "move_unit",
    "needs_second",
    "open_account",
    "password_gate",
    "refuse_role",
    "rename_unit",
    "require_over",
    "set_enabled",
    "today",
    "unit_by_code",
    "unlock",
    "visible",
    "waiting_roles",
    "withdraw_role",
]
