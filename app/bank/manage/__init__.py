"""Pages of the bank: questions, and imports."""

from app.bank.manage import imports, questions
from app.bank.manage.doors import routes

__all__ = ["imports", "questions", "routes"]
