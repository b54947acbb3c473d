"""Examinations for programs: sitting (interfaces.md §4.2), setting up, and putting right."""

from app.exams.api import markers, planning, regrading, rosters, sitting, statistics
from app.exams.api.routes import routes

__all__ = ["markers", "planning", "regrading", "rosters", "routes", "sitting", "statistics"]
