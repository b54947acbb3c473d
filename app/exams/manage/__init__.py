"""Pages of those who write, set up and mark examinations."""

from app.exams.manage import marking, notes, papers, planning, quiz, statistics
from app.exams.manage.routes import routes

__all__ = ["marking", "notes", "papers", "planning", "quiz", "routes", "statistics"]
