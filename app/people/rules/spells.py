"""Until when dated rows say in whose scope a person is. Pure.

Whoever holds no post on a day stands as he stood on the last day on which he held one: his last unit, rank, teams and lists still say
who is responsible for his record (history follows the person, domain.md §6). Whoever took another post stands by that one alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

Spell = tuple[date, date | None]
"""First and last day, both inclusive; no last day means for ever."""


def without_post(posts: Iterable[Spell]) -> list[tuple[date, date | None]]:
    """The times without a post after one: the last day on which one was held, and the last day of the time; none where it goes on."""
    found: list[tuple[date, date | None]] = []
    reached: date | None = None
    for since, until in sorted(posts, key=lambda spell: spell[0]):
        if reached is not None and since > reached + timedelta(days=1):
            found.append((reached, since - timedelta(days=1)))
        if until is None:
            return found
        reached = until if reached is None else max(reached, until)
    return found if reached is None else [*found, (reached, None)]


def counts_to(spell: Spell, gaps: Sequence[tuple[date, date | None]]) -> date | None:
    """The last day on which a post, team or list counts: its own, or that of the times without a post which began while it held."""
    since, until = spell
    if until is None:
        return None
    ends = [last for eve, last in gaps if since <= eve <= until]
    return None if None in ends else max([until, *(last for last in ends if last is not None)])
