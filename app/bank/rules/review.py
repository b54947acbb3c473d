"""How a question of the bank moves: draft → in review → approved → retired; the author never passes his own. Pure."""

from __future__ import annotations

from dataclasses import dataclass

NEXT = {
    "draft": frozenset({"in_review", "retired"}),
    "in_review": frozenset({"approved", "draft"}),
    "approved": frozenset({"retired", "draft"}),
    "retired": frozenset({"draft"}),
}
"""Allowed moves."""

BY_REVIEWER = frozenset({("in_review", "approved"), ("in_review", "draft"), ("approved", "retired"), ("approved", "draft")})
"""Moves a reviewer may make with the question of somebody else."""
BY_AUTHOR = frozenset({("draft", "in_review"), ("draft", "retired"), ("in_review", "draft"), ("approved", "retired"), ("approved", "draft"),
                       ("retired", "draft")})  # fmt: skip
"""Moves an author may make with his own."""
NEEDS_REASON = frozenset({("in_review", "draft"), ("approved", "draft")})
"""Moves of a reviewer that say why."""


@dataclass(frozen=True)
class Mover:
    """Who moves a question: whether it is his own, and whether he may review."""

    is_author: bool
    is_reviewer: bool


def moves(state: str, who: Mover) -> frozenset[str]:
    """The states this person may bring the question to."""
    allowed = BY_AUTHOR if who.is_author else BY_REVIEWER if who.is_reviewer else frozenset()
    return frozenset(to for to in NEXT[state] if (state, to) in allowed)


def needs_reason(state: str, to: str, who: Mover) -> bool:
    """Whether this move must say why: a reviewer gives nothing back without a reason."""
    return not who.is_author and (state, to) in NEEDS_REASON
