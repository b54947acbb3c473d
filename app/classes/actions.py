"""What may be done with training classes. Roles list these in content/roles.toml."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """One permission each; a role grants some of them over a jurisdiction (domain.md §9: the columns Plan and Dispatch)."""

    PLAN = "classes.plan"
    """Keep the classes that one's unit or one below it organises: enter, change, cancel; members out of the jurisdiction."""

    OVERSEE = "classes.oversee"
    """Keep those of every unit where the jurisdiction lies: the whole city, or one district."""

    DISPATCH = "classes.dispatch"
    """Send people of the jurisdiction to classes of the city's organs and party schools."""
