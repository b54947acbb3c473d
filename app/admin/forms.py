"""What the address of the auditor's page says, read with care."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from app.admin.queries import View, Wanted
from app.kernel.fields import day
from app.people.queries import folded


def wanted(given: MultiDict[str, str]) -> Wanted:
    """What is asked for; a word that means nothing narrows nothing."""
    view = given.get("view", "")
    person, unit, officer = (folded(given.get(name)) for name in ("person", "unit", "officer"))
    of_view = View(view) if view in set(View) else View.CLAIMS
    return Wanted(of_view, person, unit, officer, day(given.get("since")), day(given.get("until")), given.get("kind", "")[:12])


def address(asked: Wanted, **other: Any) -> dict[str, Any]:
    """The words of the address, without those that say nothing; `other` replaces some."""
    said: dict[str, Any] = {
        "view": asked.view if asked.view is not View.CLAIMS else None, "person": asked.person, "unit": asked.unit, "officer": asked.officer,
        "since": asked.since and asked.since.isoformat(), "until": asked.until and asked.until.isoformat(), "kind": asked.kind,
    }  # fmt: skip
    return {name: str(value) for name, value in {**said, **other}.items() if value}
