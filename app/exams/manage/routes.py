"""The door of those who write and mark examinations."""

from app.kernel.web import Routes

routes = Routes("exams_studio", __name__)
