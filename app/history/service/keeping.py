"""A file of past training between its examination and its import, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePath
from typing import IO, Any
from uuid import UUID

from sqlalchemy import delete, select, update

from app.history import queries
from app.history.actions import Action
from app.history.models import HistoryImport
from app.history.rules import ImportState
from app.history.service.examining import HistoryRefused, Origin, Progress, Report, digest_of, examine, post
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.storage import Storage
from app.kernel.work import Actor, College, Work, working
from app.ledger import queries as ledger_lines
from app.ledger import service as ledger
from app.people.rules.roll import Finding

KEPT = timedelta(days=7)
BATCH = 500


class AlreadyIn(Conflict):
    """The file was brought in before."""

    code, text = "history_already_in", _l("This training was brought in already.")


class FileGone(Gone):
    """The file has been waiting too long."""

    code, text = "history_file_gone", _l("The file is no longer kept. Please choose it again.")


class NotIn(Conflict):
    """There is nothing to take back."""

    code, text = "history_not_in", _l("Nothing of this file is in the ledger; there is nothing to take back.")


class OwnLines(Forbidden):
    """Nobody takes back what was credited to himself, whoever brought it in."""

    code, text = "history_own_lines", _l("Training of your own is among these lines. Somebody else has to take them back.")


class UndoReasonNeeded(Invalid):
    """Everybody concerned reads the reason."""

    code, text = "history_reason_needed", _l("Please give a reason of at most 500 signs; everybody concerned will read it.")


def lay_down(college: College, actor: Actor, file_name: str, stream: IO[bytes], progress: Progress | None = None) -> UUID:
    """Examine a file and keep it with its findings; nothing of it is brought in yet."""
    return _keep(college, actor, file_name, stream, examine(college, actor, stream, progress))


def _keep(college: College, actor: Actor, file_name: str, stream: IO[bytes], report: Report) -> UUID:
    """Keep a file with what was found in it."""
    digest = digest_of(stream)
    with working(college, actor) as work:
        _forget_old(work)
        name = PurePath(file_name.replace("\\", "/")).name[:200]
        kept = HistoryImport(uid=work.new_uid(), owner_id=actor.person_id, owner_name=actor.name[:60], file_name=name, digest=digest,
                             report=as_json(report), created_at=work.now)  # fmt: skip
        work.session.add(kept)
        stream.seek(0)
        with _store(work).writing(str(kept.uid)) as path, path.open("wb") as file:
            while chunk := stream.read(1 << 20):
                file.write(chunk)
    return kept.uid


def bring_in(college: College, actor: Actor, file_name: str, stream: IO[bytes], *, only_good: bool = False,
             progress: Progress | None = None) -> tuple[UUID | None, Report]:  # fmt: skip
    """Examine and bring in at once. Rows with errors stop it before anything is changed, unless `only_good`."""
    first = examine(college, actor, stream)
    if first.has_errors and not only_good:
        raise HistoryRefused(bad=first.bad, _report=first)
    if first.good == 0:
        return None, first
    uid = _keep(college, actor, file_name, stream, first)
    return uid, carry_out(college, actor, uid, only_good=True, progress=progress)


def report_of(refusal: HistoryRefused) -> Report:
    """The findings behind a refusal."""
    report = refusal.facts["_report"]
    assert isinstance(report, Report)
    return report


def own_import(work: Work, uid: UUID) -> HistoryImport:
    """One of one's own imports; somebody else's is not found. The college itself finds all."""
    found = work.session.scalar(select(HistoryImport).where(HistoryImport.uid == uid))
    if found is None or not (work.actor.is_system or found.owner_id == work.person_id):
        raise NotFound()
    return found


def seen_import(work: Work, uid: UUID) -> HistoryImport:
    """One's own import, or one of which lines are in and that concerns only persons over whom one might have brought it in oneself.

    So what somebody brought in who is away, or has left, can still be taken back by whoever has the same scope.
    """
    found = work.session.scalar(select(HistoryImport).where(HistoryImport.uid == uid, queries.seen(work)))
    if found is None:
        raise NotFound()
    return found


def carry_out(college: College, actor: Actor, uid: UUID, *, only_good: bool, progress: Progress | None = None) -> Report:
    """Bring a laid-down file in. An interrupted run may be repeated: it goes on behind what is in already."""
    with working(college, actor, write=False) as work:
        kept = own_import(work, uid)
        path = _store(work).path(str(kept.uid))
    if kept.state != ImportState.EXAMINED:
        raise AlreadyIn()
    origin = Origin(kept.id, str(kept.uid), kept.digest)
    try:
        with path.open("rb") as stream:
            if not only_good and (first := examine(college, actor, stream)).has_errors:
                raise HistoryRefused(bad=first.bad, _report=first)
            report = post(college, actor, stream, origin, progress)
    except FileNotFoundError as error:
        raise FileGone() from error
    report.done = True
    with working(college, actor) as work:
        done = update(HistoryImport).where(HistoryImport.id == kept.id, HistoryImport.state == ImportState.EXAMINED)
        if not changed_one(work.session, done.values(state=ImportState.DONE, report=as_json(report), done_at=work.now)):
            raise AlreadyIn()
        _store(work).delete(str(kept.uid))
    return report


def may_take_back(work: Work, uid: UUID, reason: str) -> HistoryImport:
    """The import that the actor may take back for this reason.

    Whoever brought it in may, and whoever else has all its persons in scope and is none of them (OwnLines); also where only
    a part of it came in. A line of a closed year refuses all of it.
    """
    if not reason.strip() or len(reason.strip()) > 500:
        raise UndoReasonNeeded(field="reason")
    if not work.may(Action.IMPORT):
        raise Forbidden()
    kept = seen_import(work, uid)
    years = queries.years(work, kept.id)
    if kept.state == ImportState.UNDONE or (kept.state == ImportState.EXAMINED and not years):
        raise NotIn()
    if not work.actor.is_system and queries.concerns(work, kept.id, work.person_id):
        raise OwnLines()
    shut = ledger.closed_years(work) & years
    if shut:
        raise ledger.YearClosed(year=min(shut))
    return kept


def take_back(college: College, actor: Actor, uid: UUID, reason: str, progress: Progress | None = None) -> int:
    """Take a whole import back by reversing each of its lines that still stands. Returns how many were reversed.

    Five hundred lines to a transaction; an interrupted run is repeated.
    """
    reason = reason.strip()
    with working(college, actor, write=False) as work:
        kept = may_take_back(work, uid, reason)
    count, row, gone = 0, 0, 0
    while True:
        with working(college, actor) as work:
            lines = queries.lines_after(work, kept.id, row, BATCH)
            standing = ledger_lines.credited(work, [(line.person_id, line.activity_key) for line in lines])
            ours = [line for line in lines if standing.get((line.person_id, line.activity_key)) == line.seq]
            count += ledger.append_many(
                work, [ledger.TakeBack(person_id=line.person_id, activity_key=line.activity_key, reason=reason) for line in ours]
            )
        gone += len(lines)
        if progress is not None:
            progress(gone)
        if len(lines) < BATCH:
            break
        row = lines[-1].row
    with working(college, actor) as work:
        mine = update(HistoryImport).where(HistoryImport.id == kept.id, HistoryImport.state != ImportState.UNDONE)
        undone = {"state": ImportState.UNDONE, "undone_at": work.now, "undone_by": actor.name[:60], "undo_reason": reason}
        if not changed_one(work.session, mine.values(**undone)):
            raise NotIn()
        _store(work).delete(str(kept.uid))
    return count


def as_json(report: Report) -> dict[str, Any]:
    """A report as it is kept: codes and cells, no sentences; those are the reader's language."""
    kept = {name: getattr(report, name) for name in ("rows", "good", "bad", "known", "persons", "hours", "more_findings", "done")}
    return kept | {"findings": [[f.row, f.column, f.code, f.found, f.expected, f.is_error] for f in report.findings]}


def from_json(kept: dict[str, Any]) -> Report:
    """The report again."""
    return Report(**{**kept, "findings": [Finding(*values) for values in kept["findings"]]})


def _store(work: Work) -> Storage:
    return Storage(work.settings.data_dir / "history")


def _forget_old(work: Work) -> None:
    """Drop files that have waited a week and of which nothing came in; they hold ID numbers.

    Where a part is in, the file stays until all of it is, or the part was taken back.
    """
    waiting = (HistoryImport.created_at < work.now - KEPT, HistoryImport.state == ImportState.EXAMINED)
    old = list(work.session.execute(select(HistoryImport.id, HistoryImport.uid).where(*waiting)))
    gone = [row for row in old if not queries.years(work, row.id)]
    for row in gone:
        _store(work).delete(str(row.uid))
    if gone:
        work.session.execute(delete(HistoryImport).where(HistoryImport.id.in_([row.id for row in gone])))
