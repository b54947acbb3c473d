"""What may be done with people, units and accounts. Roles list these in content/roles.toml."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """One permission each; a role grants some of them over a jurisdiction."""

    SEE = "people.see"
    """Read persons, posts and teams within the jurisdiction."""

    SEE_UNITS = "people.see_units"
    """Read the tree of units, which names no person."""

    EDIT_UNITS = "people.edit_units"
    """Create, rename, move and close units."""

    IMPORT = "people.import"
    """Bring persons in from a workbook."""

    EDIT = "people.edit"
    """Appoint, promote, transfer and end; teams, lists and retirement; never oneself."""

    LEAVE = "people.leave"
    """Enter and end leave; never one's own."""

    ACCOUNTS = "people.accounts"
    """Unlock accounts, end sessions, give a first password; never read or choose a lasting one."""

    ROLES = "people.roles"
    """Grant and withdraw roles; never to oneself."""

    CONFIRM_ROLES = "people.confirm_roles"
    """Confirm or refuse, as the second officer, the grant of an officer's or another privileged role."""
