"""What was found in an import as a workbook to correct it by: his own with its faulty cells marked, or a list of the findings."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from app.bank import words
from app.bank.actions import Action
from app.bank.models import BankImport, ImportRow
from app.bank.queries.lists import own_import
from app.bank.rules import packed
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.formats import common, marked
from app.bank.service import files, reading
from app.bank.service.refusals import SENTENCES
from app.kernel.i18n import _
from app.kernel.work import Actor, College, working
from app.kernel.workbook import Sheet
from app.people.service import sheets

Rows = Sequence[Row[int, list[Any], dict[str, Any] | None]]
TEXTS = ("text", "gift", "aiken")
ORIGINAL = 2000
"""Characters of the original text that stand beside a finding."""


def workbook(college: College, actor: Actor, uid: UUID) -> tuple[bytes, str]:
    """The workbook and its name; it is made outside any transaction."""
    with working(college, actor, write=False) as work:
        work.require(Action.AUTHOR)
        kept = own_import(work, uid)
        found = select(ImportRow.line, ImportRow.findings, ImportRow.draft).where(ImportRow.import_id == kept.id)
        rows = work.session.execute(found.order_by(ImportRow.line, ImportRow.number)).all()
        path = files.find(work.settings, kept, work.now)
    content = path.read_bytes() if path is not None else b""
    name = _("%(name)s – to correct", name=PurePath(kept.file_name).stem or _("Questions")) + ".xlsx"
    if kept.format == "excel" and content:
        try:
            return marked.mark(content, list(_marks(rows))), name
        except marked.NotMarked:
            content = b""
    return _listed(college, actor, kept, rows, content), name


def is_marked(kept: BankImport, has_file: object) -> bool:
    """Whether one's own workbook comes back, and not a list."""
    return kept.format == "excel" and bool(has_file)


def _marks(rows: Rows) -> Iterator[marked.Mark]:
    for _line, findings, _draft in rows:
        for one in findings:
            told = words.told(one, SENTENCES)
            yield marked.Mark(told.row, one[1], words.remark(told), told.is_error)


def _listed(college: College, actor: Actor, kept: BankImport, rows: Rows, content: bytes) -> bytes:
    """A line for each finding, with the text it was found in."""
    sheet = Sheet(_("What was found"), actor.name, college.clock.now(), (8, 18, 40, 30, 40, 40, 80), frozen=1)
    heads = (_("Row"), _("Column"), _("What was found"), _("It says"), _("Should be"), _("Fix"), _("Original text"))
    sheet.row(*heads, bold=True)
    texts = _originals(kept, rows, content)
    for (_line, findings, _draft), original in zip(rows, texts, strict=True):
        for one in findings:
            told = words.told(one, SENTENCES)
            sheet.row(told.row, told.column, told.text, told.found, told.expected, told.fix, original)
    return sheet.saved()


def _originals(kept: BankImport, rows: Rows, content: bytes) -> list[str]:
    """The text of each question as the file has it, or as it was read where the file has no lines or is gone."""
    if content and kept.format in TEXTS:
        lines = reading.decoded(content).replace("\r\n", "\n").split("\n")
        ends = [*(row.line for row in rows[1:]), len(lines) + 1]
        return ["\n".join(lines[row.line - 1 : max(end - 1, row.line)])[:ORIGINAL].strip() for row, end in zip(rows, ends, strict=True)]
    if content and kept.format == "csv":
        table = dict(enumerate(sheets.rows(io.BytesIO(content)), 1))
        return [" | ".join(str(cell) for cell in table.get(row.line, ()) if cell not in (None, ""))[:ORIGINAL] for row in rows]
    return [_said(packed.from_json(row.draft)) if row.draft else "" for row in rows]


def _said(draft: QuestionDraft) -> str:
    options = [f"{letter}、{one.text}" for letter, one in zip(common.LETTERS, draft.options, strict=False)]
    return "\n".join((draft.stem, *options))[:ORIGINAL]
