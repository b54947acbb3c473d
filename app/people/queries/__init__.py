"""Reads about people: who is visible to whom, dated facts, cards, lists."""

from app.people.queries.accounts import (
    AccountRow,
    Door,
    GrantRow,
    Profile,
    account_of,
    accounts,
    choices,
    grants_of,
    masked_id_no,
    profile,
    sessions,
    tokens,
)
from app.people.queries.facts import PersonCard, card, cards, facts, facts_of, places_on
from app.people.queries.lists import PersonPage, UnitPage, UnitRow, folded, people, person_page, unit_by_uid, unit_page
from app.people.service.scope import compiled, in_force, may_over, require_over, visible

__all__ = [
    "AccountRow",
    "Door",
    "GrantRow",
    "PersonCard",
    "PersonPage",
    "Profile",
    "UnitPage",
    "UnitRow",
    "account_of",
    "accounts",
    "card",
    "cards",
    "choices",
    "compiled",
    "facts",
    "facts_of",
    "folded",
    "grants_of",
    "in_force",
    "masked_id_no",
    "may_over",
    "people",
    "person_page",
    "places_on",
    "profile",
    "require_over",
    "sessions",
    "tokens",
    "unit_by_uid",
    "unit_page",
    "visible",
]  # fmt: skip
