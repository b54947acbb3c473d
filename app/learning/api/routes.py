"""The address book of this package."""

from app.kernel.web import Routes

routes = Routes("learning_api", "app.learning.api")
