"""Questions as files: what an actor may see, in the format he asks for, with what it cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.bank.queries import lists
from app.bank.queries.lists import Wanted
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.formats import excel, gift, moodle, qti_out
from app.bank.rules.formats.common import MOST_QUESTIONS, Written
from app.bank.service import pictures, placing
from app.bank.service.refusals import FormatUnknown
from app.kernel.work import Work

Writer = Callable[[Sequence[QuestionDraft], Mapping[str, bytes]], Written]
WRITERS: dict[str, tuple[Writer, str, str]] = {
    "excel": (excel.write, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "gift": (gift.write, "txt", "text/plain"),
    "moodle": (moodle.write, "xml", "application/xml"),
    "qti": (qti_out.write, "zip", "application/zip"),
}
"""Each format: its writer, the ending of its files, their type."""


def export(work: Work, wanted: Wanted, form: str) -> tuple[Written, str, str, int]:
    """The file, its ending, its type, and how many questions were asked for."""
    if form not in WRITERS:
        raise FormatUnknown(field="format")
    writer, ending, media_type = WRITERS[form]
    drafts = placing.told(work, lists.drafts(work, wanted, MOST_QUESTIONS))
    return writer(drafts, pictures.contents(work.settings, drafts)), ending, media_type, len(drafts)
