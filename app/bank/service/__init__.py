"""Verbs of the bank; the only door for other domains."""

from app.bank.service.keys import Secret, secrets
from app.bank.service.refusals import SENTENCES, Faulty
from app.bank.service.writing import create, retire, revise

__all__ = ["SENTENCES", "Faulty", "Secret", "create", "retire", "revise", "secrets"]
