"""Whom of some people each of many actors reaches, judged here and not by the database: no statement for each actor.

The people are read once, as they stand today; the predicates are judged by `rules.jurisdiction.holds`, the twin of the row filter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from app.kernel.work import Actor, Grant, Work
from app.people.queries.facts import facts_of
from app.people.rules import Predicate, holds, standing, upward
from app.people.service.identity import today
from app.people.service.scope import path_of

Things = frozenset[tuple[int, str]]
"""Things of people: whose, and of which kind."""


class Reaching:
    """The scopes of many actors over the same things; three statements for each five hundred of their people."""

    def __init__(self, work: Work, things: Iterable[tuple[int, str]]) -> None:
        self._kinds: dict[int, set[str]] = defaultdict(set)
        for person_id, kind in things:
            self._kinds[person_id].add(kind)
        facts, on = facts_of(work, sorted(self._kinds)), today(work)
        self._people = {person_id: standing(one, on) for person_id, one in facts.items()}
        self._under: dict[str, set[int]] = defaultdict(set)
        for person_id, one in self._people.items():
            for path in {above for post in one.posts for above in upward(post.unit_path)}:
                self._under[path].add(person_id)
        self._known: dict[Predicate, frozenset[int]] = {}

    def of(self, actor: Actor, action: str) -> Things:
        """The things over which the actor may do it, as `visible` says; those of his own are none of them."""
        found: set[tuple[int, str]] = set()
        for grant in _held(actor, action):
            for person_id in self._whom(grant.predicate) - {actor.person_id}:
                found.update((person_id, kind) for kind in self._kinds[person_id] if not grant.kinds or kind in grant.kinds)
        return frozenset(found)

    def lenders_over(self, actor: Actor, action: str, person_id: int, kind: str) -> frozenset[int | None]:
        """By whose authority the actor may do it over one of these people, as `lenders_over` of the row filter says."""
        held = (grant for grant in _held(actor, action) if not grant.kinds or kind in grant.kinds)
        return frozenset(grant.lender_id for grant in held if person_id in self._whom(grant.predicate))

    def _whom(self, predicate: Predicate) -> frozenset[int]:
        """Those of whom a predicate holds; where it starts from a unit, only who serves there is asked about."""
        if predicate not in self._known:
            path = path_of(predicate)
            some = self._people if path is None else self._under.get(path, ())
            self._known[predicate] = frozenset(person_id for person_id in some if holds(predicate, self._people[person_id]))
        return self._known[predicate]


def _held(actor: Actor, action: str) -> list[Grant]:
    return [grant for grant in actor.grants if grant.action == action and grant.predicate is not None]
