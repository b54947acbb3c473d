"""Verbs of the bank; the only door for other domains."""

from app.bank.service.cards import add, change, examined, move, mover, sound
from app.bank.service.correcting import correct_key
from app.bank.service.examining import Looked, examine, keep, look_over
from app.bank.service.exporting import WRITERS, export
from app.bank.service.files import find as kept_file
from app.bank.service.files import forget_old as forget_old_files
from app.bank.service.holds import set_asked
from app.bank.service.importing import bring_in, carry_out, correct, counts, leave_out, row_of, take_back, waiting
from app.bank.service.keys import Secret, secrets
from app.bank.service.likes import Alike, alike
from app.bank.service.moving import MovedMany, move_chosen, move_import
from app.bank.service.pictures import MOST_BYTES, Kept, contents, receive
from app.bank.service.pictures import find as picture
from app.bank.service.pictures import note as note_pictures
from app.bank.service.placing import lectures, offered, settled, told, where
from app.bank.service.practising import give_to_practice, keep_for_exams
from app.bank.service.reading import FORMATS
from app.bank.service.reads import read_key, read_keys, set_read
from app.bank.service.refusals import SENTENCES, Faulty, NotAQuestionFile, QuestionsRefused
from app.bank.service.returning import is_marked
from app.bank.service.returning import workbook as corrections
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
    "Looked",
    "MovedMany",
    "NotAQuestionFile",
    "QuestionsRefused",
    "Secret",
    "Use",
    "add",
    "alike",
    "bring_in",
    "carry_out",
    "change",
    "contents",
    "correct",
    "correct_key",
    "corrections",
    "counts",
    "create",
    "examine",
    "examined",
    "export",
    "forget_old_files",
    "give_to_practice",
    "is_marked",
    "keep",
    "keep_for_exams",
    "kept_file",
    "leave_out",
    "lectures",
    "look_over",
    "move",
    "move_chosen",
    "move_import",
    "mover",
    "note_pictures",
    "offered",
    "picture",
    "read_key",
    "read_keys",
    "receive",
    "retire",
    "revise",
    "row_of",
    "secrets",
    "set_asked",
    "set_read",
    "set_uses",
    "settled",
    "sound",
    "take_back",
    "told",
    "uses",
    "waiting",
    "where",
]
