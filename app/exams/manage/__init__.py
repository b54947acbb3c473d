"""Pages of those who write, set up and mark examinations."""

from app.exams.manage import files, incidents, markers, marking, notes, papers, planning, quiz, regrading, roster, statistics
from app.exams.manage.routes import routes

__all__ = ["files", "incidents", "markers", "marking", "notes", "papers", "planning", "quiz", "regrading", "roster", "routes", "statistics"]
