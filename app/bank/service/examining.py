"""What a file of questions comes to: its pictures, its places, what is like it in the bank; kept as an import, or only told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.bank.actions import Action
from app.bank.models import BankImport as Import
from app.bank.models import ImportRow, ImportState
from app.bank.rules import packed, places
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.findings import Finding, Read, Reading, Unreadable
from app.bank.service import files, likes, pictures, placing, reading
from app.bank.service.refusals import NotAQuestionFile
from app.bank.words import file_sentence
from app.kernel import bulk
from app.kernel.errors import Invalid, Refusal
from app.kernel.work import Actor, College, Work, working
from config import Settings

Receive = Callable[[Settings, bytes], pictures.Kept]
"""How a picture is taken: `pictures.receive` keeps it, `pictures.measure` only says what it would be."""


@dataclass(frozen=True)
class Looked:
    """What was found in a file: its format, and its questions in order, those before it that are none first."""

    format: str
    rows: Sequence[Read]

    @property
    def good(self) -> int:
        """Questions that can be brought in."""
        return sum(one.is_good for one in self.rows)

    @property
    def bad(self) -> int:
        """Rows with errors."""
        return len(self.rows) - self.good


def read_file(college: College, content: bytes, wanted: str, receive: Receive) -> tuple[str, Reading, list[pictures.Kept]]:
    """Format and questions of a file, and its pictures as `receive` took them. Raises NotAQuestionFile."""
    try:
        found, read = reading.read(content, wanted)
    except Unreadable as error:
        raise NotAQuestionFile(field="file", sentence=file_sentence(str(error)), reason=str(error)) from error
    return found, read, _pictures(college, read, receive)


def examine(college: College, actor: Actor, content: bytes, *, wanted: str = "auto", file_name: str = "") -> UUID:
    """Read a file, hold its questions against the rules and the bank, and keep what was found. Changes nothing in the bank."""
    found, read, kept = read_file(college, content, wanted, pictures.receive)
    with working(college, actor) as work:
        pictures.note(work, kept)
        laid = keep(work, found, read, file_name)
        if read.all_findings():
            files.keep(work, laid, content)
        return laid.uid


def look_over(college: College, actor: Actor, content: bytes, *, wanted: str = "auto") -> Looked:
    """What `examine` would find, row by row; nothing is kept, of the pictures neither."""
    found, read, made = read_file(college, content, wanted, pictures.measure)
    with working(college, actor, write=False) as work:
        work.require(Action.AUTHOR)
        return against_bank(work, found, read, {one.sha256 for one in made})


def _pictures(college: College, read: Reading, receive: Receive) -> list[pictures.Kept]:
    """Make the pictures of a file anew, outside any transaction; the drafts name what came of it, and errors say what was not taken."""
    made: dict[str, pictures.Kept | Refusal] = {}
    for at, one in enumerate(read.questions):
        if one.draft is None:
            continue
        told: list[Finding] = []
        for draft in (one.draft, *one.draft.parts):
            if draft.picture is not None and draft.picture.sha256 in read.pictures and draft.picture.sha256 not in made:
                made[draft.picture.sha256] = _received(college, receive, read.pictures[draft.picture.sha256])
        parts = [_remade(made, told, one.row, part) for part in one.draft.parts]
        whole = _remade(made, told, one.row, one.draft)
        read.questions[at] = Read(one.row, replace(whole, parts=tuple(parts)), (*one.findings, *told))
    return [one for one in made.values() if isinstance(one, pictures.Kept)]


def _remade(made: dict[str, pictures.Kept | Refusal], told: list[Finding], row: int, draft: QuestionDraft) -> QuestionDraft:
    """The same with the name its picture has in the bank; one that the file only names is looked for there (`_known`)."""
    name = draft.picture.sha256 if draft.picture is not None else ""
    if draft.picture is None or name not in made:
        return draft
    found = made[name]
    if isinstance(found, Refusal):
        told.append(Finding(row, "picture", "picture_not_taken", found.code))
        return replace(draft, picture=None)
    return replace(draft, picture=replace(draft.picture, sha256=found.sha256))


def _received(college: College, receive: Receive, content: bytes) -> pictures.Kept | Refusal:
    try:
        return receive(college.settings, content)
    except Invalid as refusal:
        return refusal


def keep(work: Work, found: str, read: Reading, file_name: str = "") -> Import:
    """Lay an examined file down with one row for each question."""
    return lay(work, against_bank(work, found, read), file_name)


def against_bank(work: Work, found: str, read: Reading, coming: Collection[str] = ()) -> Looked:
    """Every question held against the places, pictures and questions of the bank; pictures that are `coming` count as there."""
    return Looked(found, with_likes(work, _known(work, placed(work, read.rows()), coming)))


def lay(work: Work, looked: Looked, file_name: str) -> Import:
    """Keep what was found as an import that can be corrected and carried out."""
    work.require(Action.AUTHOR)
    kept = Import(uid=work.new_uid(), owner_id=work.person_id, format=looked.format, file_name=file_name[-120:],
                  state=ImportState.EXAMINED, created_at=work.now)  # fmt: skip
    work.session.add(kept)
    work.session.flush()
    with bulk.undisturbed():
        rows = [_as_row(kept.id, at, one) for at, one in enumerate(looked.rows, 1)]
        bulk.put(work.session, ImportRow.__table__, rows)
    return kept


def placed(work: Work, reads: Sequence[Read]) -> list[Read]:
    """The same with the lectures their places name, or an error where there is no such place."""
    named = {at: one.draft for at, one in enumerate(reads) if one.draft is not None and one.draft.place is not None}
    made = list(reads)
    for at, (draft, wrong) in zip(named, placing.settled(work, list(named.values())), strict=True):
        assert draft.place is not None
        told = (Finding(reads[at].row, wrong.field, wrong.code, places.said(draft.place), wrong.limit),) if wrong else ()
        made[at] = replace(reads[at], draft=draft, findings=(*reads[at].findings, *told))
    return made


def _known(work: Work, reads: Sequence[Read], coming: Collection[str]) -> list[Read]:
    """The same with an error where a file names a picture that the bank does not have."""
    named = {at: [part.picture for part in (one.draft, *one.draft.parts) if part.picture] for at, one in enumerate(reads) if one.draft}
    known = pictures.are_known(work, (one for some in named.values() for one in some)).union(coming)
    made = list(reads)
    for at, some in named.items():
        if unknown := [one.sha256 for one in some if one.sha256 not in known]:
            told = Finding(reads[at].row, "picture", "picture_unknown", unknown[0])
            made[at] = replace(reads[at], findings=(*reads[at].findings, told))
    return made


def _as_row(import_id: int, number: int, read: Read) -> dict[str, Any]:
    return {
        "import_id": import_id, "number": number, "line": read.row, "is_good": read.is_good,
        "draft": packed.as_json(read.draft) if read.draft else None, "findings": [one.as_json() for one in read.findings],
        "question_id": None,
    }  # fmt: skip


def with_likes(work: Work, reads: Sequence[Read]) -> list[Read]:
    """The same with a note where the bank, or the file itself before it, has the question already."""
    good = {at: one.draft for at, one in enumerate(reads) if one.is_good and one.draft is not None}
    in_bank = likes.alike_many(work, list(good.values()))
    first: dict[str, int] = {}
    made = list(reads)
    for (at, draft), found in zip(good.items(), in_bank, strict=True):
        read, words = made[at], likes.fingerprint(draft)
        notes = []
        if words in first:
            notes.append(Finding(read.row, "stem", "same_in_file", str(first[words]), is_error=False))
        elif found:
            best = max(found.values())
            notes.append(Finding(read.row, "stem", "same_in_bank" if best == 100 else "near_in_bank", f"{best}%", is_error=False))
        first.setdefault(words, read.row)
        made[at] = replace(read, findings=(*read.findings, *notes))
    return made
