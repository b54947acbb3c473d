"""The desk in the browser: scope, decisions that wait ten seconds, many at once, races, hearings (domain.md §8, §9)."""

from __future__ import annotations

from tests.people.build import people_at  # noqa: F401
