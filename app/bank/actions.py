"""What may be done with the bank. Roles list these in content/roles.toml."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """One permission each; a role grants some of them over a jurisdiction."""

    OPEN = "bank.open"
    """Enter the bank; what is seen there follows from the other two."""

    AUTHOR = "bank.author"
    """Write questions of one's own, bring them in from files, take them out again."""

    REVIEW = "bank.review"
    """Read what others handed in, pass it or give it back; retire what no longer holds."""
