"""Examinations for programs: sitting (interfaces.md §4.2), and setting up."""

from app.exams.api import planning, rosters, sitting, statistics
from app.exams.api.routes import routes

__all__ = ["planning", "rosters", "routes", "sitting", "statistics"]
