"""What may be done with examinations. Roles list these in content/roles.toml."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """One permission each; a role grants some of them over a jurisdiction."""

    SIT = "exams.sit"
    """Sit an exam that one is eligible for. Every person holds it."""

    AUTHOR = "exams.author"
    """Write the closing quizzes of one's own courses."""

    ASSEMBLE = "exams.assemble"
    """Set up examinations of one's own and their papers, up to the check that lets somebody else open them."""

    OPEN = "exams.open"
    """See the examinations of everybody; open those that somebody else set up, and close them."""

    MARK = "exams.mark"
    """Mark written answers."""

    RELEASE = "exams.release"
    """Release results."""
