"""What an address asks of the bank's lists, for pages and programs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import request

from app.bank.queries.lists import Wanted
from app.kernel.errors import NotFound

LONGEST_WORDS = 60


def wanted() -> Wanted:
    """What the address narrows a list to."""
    asked = request.args
    level = asked.get("difficulty", "")
    return Wanted(
        asked.get("q", "")[:LONGEST_WORDS], asked.get("state", ""), asked.get("kind", ""), asked.get("topic", "")[:LONGEST_WORDS],
        int(level) if level in ("1", "2", "3", "4", "5") else None, asked.get("mine") == "1", asked_uid(asked.get("import", "")),
    )  # fmt: skip


def asked_uid(text: str) -> UUID | None:
    """A name in an address; one that is none belongs to nothing."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound() from error


def asked_moment(text: str) -> datetime | None:
    """A moment that a page gave out and gets back; whatever else stands there is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def address(chosen: Wanted) -> dict[str, str]:
    """The same as the arguments of an address."""
    found = {"q": chosen.words, "state": chosen.state, "kind": chosen.kind, "topic": chosen.topic, "mine": "1" if chosen.mine else "",
             "difficulty": str(chosen.difficulty or ""), "import": str(chosen.import_uid or "")}  # fmt: skip
    return {name: value for name, value in found.items() if value}
