"""Verbs of the bank; the only door for other domains."""

from app.bank.service.cards import add, change, move, mover, sound
from app.bank.service.exporting import WRITERS, export
from app.bank.service.importing import carry_out, correct, counts, examine, keep, leave_out, row_of, take_back
from app.bank.service.keys import Secret, secrets
from app.bank.service.likes import Alike, alike
from app.bank.service.reading import FORMATS
from app.bank.service.refusals import SENTENCES, Faulty, NotAQuestionFile
from app.bank.service.writing import create, retire, revise

__all__ = [
    "FORMATS",
    "SENTENCES",
    "WRITERS",
    "Alike",
    "Faulty",
    "NotAQuestionFile",
    "Secret",
    "add",
    "alike",
    "carry_out",
    "change",
    "correct",
    "counts",
    "create",
    "examine",
    "export",
    "keep",
    "leave_out",
    "move",
    "mover",
    "retire",
    "revise",
    "row_of",
    "secrets",
    "sound",
    "take_back",
]
