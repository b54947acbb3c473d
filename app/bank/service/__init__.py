"""Verbs of the bank; the only door for other domains."""

from app.bank.service.cards import add, change, move, mover, sound
from app.bank.service.correcting import correct_key
from app.bank.service.exporting import WRITERS, export
from app.bank.service.holds import set_asked
from app.bank.service.importing import carry_out, correct, counts, examine, keep, leave_out, row_of, take_back
from app.bank.service.keys import Secret, secrets
from app.bank.service.likes import Alike, alike
from app.bank.service.pictures import MOST_BYTES, Kept, contents, receive
from app.bank.service.pictures import find as picture
from app.bank.service.pictures import note as note_pictures
from app.bank.service.placing import offered, settled, told, where
from app.bank.service.practising import give_to_practice, keep_for_exams
from app.bank.service.reading import FORMATS
from app.bank.service.refusals import SENTENCES, Faulty, NotAQuestionFile
from app.bank.service.uses import Use, set_uses, uses
from app.bank.service.writing import create, retire, revise

__all__ = [
    "FORMATS",
    "MOST_BYTES",
    "SENTENCES",
    "WRITERS",
    "Alike",
    "Faulty",
    "Kept",
    "NotAQuestionFile",
    "Secret",
    "Use",
    "add",
    "alike",
    "carry_out",
    "change",
    "contents",
    "correct",
    "correct_key",
    "counts",
    "create",
    "examine",
    "export",
    "give_to_practice",
    "keep",
    "keep_for_exams",
    "leave_out",
    "move",
    "mover",
    "note_pictures",
    "offered",
    "picture",
    "receive",
    "retire",
    "revise",
    "row_of",
    "secrets",
    "set_asked",
    "set_uses",
    "settled",
    "sound",
    "take_back",
    "told",
    "uses",
    "where",
]
