"""Trusted study for programs: play sessions and receipts, courses, and the media of a session."""

from app.learning.api import delivery, study
from app.learning.api.routes import routes

__all__ = ["delivery", "routes", "study"]
