"""A roll between its examination and its import: the file waits in the storage, the findings beside it."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import PurePath
from typing import IO, Any
from uuid import UUID

from sqlalchemy import delete, select, update

from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Gone, NotFound
from app.kernel.i18n import _l
from app.kernel.storage import Storage
from app.kernel.work import Actor, College, Work, working
from app.people.models import Roll
from app.people.rules.roll import COLUMNS, REQUIRED, WORDS, Finding
from app.people.service.importing import Report, bring_in, examine

KEPT = timedelta(days=7)


class AlreadyIn(Conflict):
    """The roll was brought in before."""

    code, text = "roll_already_in", _l("These people were brought in already.")


class FileGone(Gone):
    """The file has been waiting too long."""

    code, text = "roll_file_gone", _l("The file is no longer kept. Please choose it again.")


def lay_down(college: College, actor: Actor, file_name: str, stream: IO[bytes]) -> UUID:
    """Examine a file and keep it with its findings; nothing of it is brought in yet."""
    report = examine(college, actor, stream)
    with working(college, actor) as work:
        _forget_old(work)
        roll = Roll(uid=work.new_uid(), owner_id=work.person_id, file_name=PurePath(file_name.replace("\\", "/")).name[:200],
                    report=as_json(report), created_at=work.now)  # fmt: skip
        work.session.add(roll)
        stream.seek(0)
        with _store(work).writing(str(roll.uid)) as path, path.open("wb") as file:
            while chunk := stream.read(1 << 20):
                file.write(chunk)
    return roll.uid


def own_roll(work: Work, uid: UUID) -> Roll:
    """One of one's own rolls; somebody else's is not found."""
    roll = work.session.execute(select(Roll).where(Roll.uid == uid, Roll.owner_id == work.person_id)).scalar_one_or_none()
    if roll is None:
        raise NotFound()
    return roll


def carry_out(college: College, actor: Actor, uid: UUID, *, only_good: bool) -> Report:
    """Bring a laid-down roll in. An interrupted run may be repeated: what is in already is found unchanged."""
    with working(college, actor, write=False) as work:
        roll = own_roll(work, uid)
        path = _store(work).path(str(roll.uid))
    if roll.state == "done":
        raise AlreadyIn()
    try:
        with path.open("rb") as stream:
            report = bring_in(college, actor, stream, only_good=only_good)
    except FileNotFoundError as error:
        raise FileGone() from error
    with working(college, actor) as work:
        done = update(Roll).where(Roll.id == roll.id, Roll.state == "examined")
        if not changed_one(work.session, done.values(state="done", report=as_json(report), done_at=work.now)):
            raise AlreadyIn()
        _store(work).delete(str(roll.uid))
    return report


def as_json(report: Report) -> dict[str, Any]:
    """A report as it is kept: codes and cells, no sentences; those are the reader's language."""
    return {
        "rows": report.rows, "good": report.good, "bad": report.bad, "created": report.created, "changed": report.changed,
        "unchanged": report.unchanged, "more_findings": report.more_findings, "done": report.done,
        "findings": [[f.row, f.column, f.code, f.found, f.expected, f.is_error] for f in report.findings],
    }  # fmt: skip


def from_json(kept: dict[str, Any]) -> Report:
    """The report again."""
    return Report(**{**kept, "findings": [Finding(*values) for values in kept["findings"]]})


def template() -> bytes:
    """An empty workbook with the columns, text cells where digits matter, and a sheet that explains."""
    from openpyxl import Workbook  # a large library, for those who ask for the template
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "人员"
    for at, (name, aliases) in enumerate(COLUMNS.items(), 1):
        cell = sheet.cell(1, at, aliases[0] + ("*" if name in REQUIRED else ""))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E4EFF8")
        sheet.column_dimensions[get_column_letter(at)].width = 22 if name in ("id_no", "unit") else 14
        form = "yyyy-mm-dd" if name in ("since", "birth_on") else "@"
        for row in range(2, 502):
            sheet.cell(row, at).number_format = form
    sheet.freeze_panes = "B2"
    _explain(book.create_sheet("填写说明"))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _explain(sheet: Any) -> None:
    """What may stand in each column."""
    sheet.append(["列", "是否必填", "填写说明"])
    more = {"id_no": "18 位公民身份号码，单元格须为文本格式", "unit": "单位全称或单位编码", "since": "如 2020-03-01",
            "birth_on": "可不填，以身份证号为准", "user_name": "可不填；填写后由管理员发放初始密码", "name": "与身份证一致"}  # fmt: skip
    for name, aliases in COLUMNS.items():
        first: dict[str, str] = {}
        for word, code in WORDS.get(name, {}).items():
            first.setdefault(code, word)
        sheet.append([aliases[0], "必填" if name in REQUIRED else "选填", more.get(name) or "、".join(first.values())])
    for column, width in (("A", 14), ("B", 10), ("C", 70)):
        sheet.column_dimensions[column].width = width


def _store(work: Work) -> Storage:
    return Storage(work.settings.data_dir / "rolls")


def _forget_old(work: Work) -> None:
    """Drop files that have waited a week; they hold ID numbers."""
    old = list(work.session.execute(select(Roll.id, Roll.uid).where(Roll.created_at < work.now - KEPT, Roll.state == "examined")).all())
    for _id, uid in old:
        _store(work).delete(str(uid))
    if old:
        work.session.execute(delete(Roll).where(Roll.id.in_([row.id for row in old])))
