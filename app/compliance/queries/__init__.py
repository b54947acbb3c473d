"""Reads about compliance: figures by unit, people behind them, one person's year, reminders."""

from app.compliance.queries.filters import Filters, Reach, reach, read_filters
from app.compliance.queries.overview import Overview, Share, overview
from app.compliance.queries.people import PersonRow, count, everybody, listed, pending_reminders, person_year, to_remind, unmet

__all__ = [
    "Filters", "Overview", "PersonRow", "Reach", "Share", "count", "everybody", "listed", "overview", "pending_reminders",
    "person_year", "reach", "read_filters", "to_remind", "unmet",
]  # fmt: skip
