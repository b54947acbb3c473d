"""Reads about people: who is visible to whom, dated facts, cards, lists."""

from app.people.queries.facts import PersonCard, card, cards, facts, facts_of
from app.people.queries.scope import compiled, in_force, may_over, require_over, visible

__all__ = ["PersonCard", "card", "cards", "compiled", "facts", "facts_of", "in_force", "may_over", "require_over", "visible"]
