"""My record for programs (interfaces.md §4.3)."""

from __future__ import annotations

from typing import Any

from app.hours import queries
from app.kernel.web import SIGNED_IN, Routes
from app.kernel.work import Work
from app.people import queries as people
from app.rulebook.rules.showing import evaluation_json

routes = Routes("hours_api", __name__)


@routes.get("/api/v1/me", allow=SIGNED_IN, answers={200: dict})
def me(work: Work) -> dict[str, Any]:
    """Who I am, where I serve, and by which rules my year is judged."""
    today = queries.today(work)
    card = people.card(work, work.person_id, today)
    book = queries.book_of(work, today.year)
    return {
        "person": str(card.uid),
        "name": card.name,
        "unit": {"code": card.unit_code, "name": card.unit_name} if card.unit_id is not None else None,
        "post": card.post,
        "rank": card.rank_level,
        "position_class": card.position_class,
        "teams": [{"team": team.team, "tier": team.tier, "primary": team.is_primary} for team in card.teams],
        "year": today.year,
        "rule_set": book.id,
        "version": book.version,
    }


@routes.get("/api/v1/me/year/<int:year>", allow=SIGNED_IN, answers={200: dict})
def my_year(work: Work, year: int) -> dict[str, Any]:
    """Where I stand in a year: required, counted, short, and why."""
    return evaluation_json(queries.my_year(work, work.person_id, year).evaluation)
