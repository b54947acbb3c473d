"""Pages of those who write and mark examinations."""

from app.exams.manage import marking, quiz
from app.exams.manage.routes import routes

__all__ = ["marking", "quiz", "routes"]
