"""The address book of this package."""

from app.kernel.web import Routes

routes = Routes("exams_api", "app.exams.api")
