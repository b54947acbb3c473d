"""Pages of those who write: the quiz editor of the studio, and examinations with their papers."""

from app.exams.manage import papers, planning, quizzes
from app.exams.manage.routes import routes

__all__ = ["papers", "planning", "quizzes", "routes"]
