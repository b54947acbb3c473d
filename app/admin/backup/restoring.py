"""A backup into an empty college, or in the place of one: all of it is checked before anything that was there is touched.

Unpack beside the target; hold every file against the signed list; fill tables that our own migrations make; verify the
ledger if asked; then move everything into place by renames, which are undone when a later one fails.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.admin import migrating
from app.admin.backup import rows
from app.admin.backup.archive import BadBackup, Reader, message
from app.admin.backup.making import KEPT
from app.kernel.db import make_engine
from app.kernel.work import Actor, College, Work
from app.ledger.rules.head import key_id
from app.ledger.service import keys, sealing, verifying
from app.media import places
from app.search import service as search

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What was put back. `newer_heads`: signed heads of the target that the backup does not reach."""

    made_at: str
    key_id: str
    is_known_key: bool
    files: int
    newer_heads: int
    kept: tuple[Path, ...]


@dataclass
class Plan:
    """A restore under way: where it unpacks to, and the renames it has made."""

    college: College
    data: Path
    media: Path
    suffix: str
    moved: list[tuple[Path, Path]] = field(default_factory=list)

    @property
    def kept(self) -> tuple[Path, ...]:
        """What was there before and now has another name."""
        return tuple(after for _before, after in self.moved if after.name.endswith(self.suffix))

    def move(self, before: Path, after: Path) -> None:
        """Rename, and remember it."""
        after.parent.mkdir(parents=True, exist_ok=True)
        before.rename(after)
        self.moved.append((before, after))

    def put(self, fresh: Path, target: Path) -> None:
        """Bring a file or folder into its place; what was there keeps beside it under another name."""
        if target.exists():
            self.move(target, target.with_name(f"{target.name}{self.suffix}"))
        self.move(fresh, target)

    def undo(self) -> None:
        """Take the renames back, the last one first."""
        for before, after in reversed(self.moved):
            after.rename(before)
        self.moved.clear()


def restore(college: College, path: Path, tell: Tell, *, verify: bool = False, replace_all: bool = False) -> Restored:
    """Put a backup in the place of this college's rows and files. Raises BadBackup, having changed nothing."""
    reader = Reader(path)
    try:
        _fits(college, reader)
        is_known = _signed_by_a_college(college, reader)
        if not replace_all:
            _must_be_empty(college)
        with _beside(college) as plan:
            _room(college, reader)
            reader.unpack(plan.data / "unpacked", _progress(tell))
            _sort(plan)
            done = _bring_in(plan, reader, tell, verify=verify, is_known=is_known)
    finally:
        reader.close()
    tell(f"search: {search.rebuild(college).documents} documents")
    return done


def _fits(college: College, reader: Reader) -> None:
    """Engine and revision are those of this code."""
    engine = college.engine.dialect.name
    if reader.facts["engine"] != engine:
        raise BadBackup(f"the backup is of {reader.facts['engine']}, this college runs on {engine} (DATABASE_URL)")
    if not migrating.is_known(reader.facts["revision"]):
        raise BadBackup(f"the backup is of revision {reader.facts['revision']}, which this version does not know; install the newer one")


def _signed_by_a_college(college: College, reader: Reader) -> bool:
    """The signature is good; whether its key is one this machine knows. A machine that has keys takes no other's backup."""
    signed, known = reader.signed, keys.public_keys(college.settings)
    if key_id(signed.public) != signed.key_id or not keys.signed_by(signed.public, signed.signature, message(signed.manifest)):
        raise BadBackup("the signature of the backup is not right: the list was changed or damaged")
    if known and signed.key_id not in known:
        raise BadBackup(
            f"the backup was signed by another college (key {signed.key_id}); if you trust it, put its"
            f" ledger-{signed.key_id}.pub into {keys.folder(college.settings)} first"
        )
    return signed.key_id in known


def _must_be_empty(college: College) -> None:
    with college.engine.connect() as connection:
        if not rows.is_empty(connection):
            raise BadBackup("the database is not empty; --replace puts the backup in its place")
    for root in (college.settings.media_dir, *(college.settings.data_dir / name for name in KEPT)):
        if root.is_dir() and any(not path.name.startswith(".") for path in root.iterdir()):
            raise BadBackup(f"{root} is not empty; --replace puts the backup in its place")


def _room(college: College, reader: Reader) -> None:
    needed = sum(member.size for member in reader.members)
    if places.free_bytes(college.settings.media_dir) < needed + places.RESERVE:
        raise BadBackup(f"the disk has no room for the {needed / 2**30:.1f} GiB of the backup")


@contextmanager
def _beside(college: College) -> Iterator[Plan]:
    """Two folders beside the target, on its own disks, gone at the end; renames are undone if anything fails."""
    token, settings = secrets.token_hex(4), college.settings
    plan = Plan(college, settings.data_dir / f".restore-{token}", settings.media_dir / f".restore-{token}", f".before-restore-{token}")
    try:
        for folder in (plan.data, plan.media):
            folder.mkdir(parents=True, mode=0o700)
        yield plan
    except BaseException:
        plan.undo()
        raise
    finally:
        for folder in (plan.data, plan.media):
            shutil.rmtree(folder, ignore_errors=True)


def _progress(tell: Tell) -> Callable[[int], None]:
    """Say every gigabyte."""
    seen = [0]

    def count(size: int) -> None:
        before = seen[0] >> 30
        seen[0] += size
        if seen[0] >> 30 > before:
            tell(f"{seen[0] >> 30} GiB unpacked")

    return count


def _sort(plan: Plan) -> None:
    """Media to the disk they will lie on; a copy where that is another one."""
    unpacked = plan.data / "unpacked"
    for path in sorted((unpacked / "media").iterdir()) if (unpacked / "media").is_dir() else []:
        shutil.move(path, plan.media / path.name)
    (unpacked / "data").mkdir(exist_ok=True)


def _bring_in(plan: Plan, reader: Reader, tell: Tell, *, verify: bool, is_known: bool) -> Restored:
    """Rows into fresh tables, the checks, then all into place; the database last."""
    filled = _filled_sqlite if plan.college.engine.dialect.name == "sqlite" else _filled_postgresql
    with filled(plan, reader.facts["revision"]) as connection:
        tell("rows taken over")
        if verify:
            _verify(plan, reader, connection, tell)
        newer = _heads_beyond(plan)
        _place_files(plan)
        connection.commit()
    return Restored(reader.facts["made_at"], reader.signed.key_id, is_known, len(reader.members), newer, plan.kept)


@contextmanager
def _filled_sqlite(plan: Plan, revision: str) -> Iterator[Connection]:
    """A fresh database file with the rows of the backup; takes its place at the end."""
    plan.college.engine.dispose()
    target = Path(plan.college.engine.url.database or "")
    if target.exists():
        _close(target)
    fresh = plan.data / "fresh.sqlite3"
    engine = make_engine(f"sqlite:///{fresh}")
    try:
        with engine.connect() as connection:
            migrating.upgrade(connection, revision)
            connection.commit()
        with engine.connect() as connection:
            rows.fill_sqlite(connection, plan.data / "unpacked" / "database" / rows.FILE)
        with engine.connect() as connection:
            migrating.upgrade(connection)
            connection.commit()
            yield connection
    except SQLAlchemyError as error:
        raise BadBackup(f"the rows of the backup cannot be taken over: {error}") from error
    finally:
        _fold(engine)
    if target.exists():
        _close(target)
    plan.put(fresh, target)


def _fold(engine: Any) -> None:
    """Bring the write-ahead log into the file."""
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.connection.driver_connection.execute("PRAGMA journal_mode=DELETE")
    engine.dispose()


def _close(target: Path) -> None:
    """Fold the log of the database that was there; refused while anybody has it open."""
    import sqlite3

    with sqlite3.connect(target, timeout=1, isolation_level=None) as old:
        try:
            old.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise BadBackup("the college is running; stop its web server and worker first") from error
    old.close()


@contextmanager
def _filled_postgresql(plan: Plan, revision: str) -> Iterator[Connection]:
    """One transaction that takes the old tables away and brings the new ones; the caller commits it."""
    with plan.college.engine.connect() as connection:
        try:
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            rows.clear_postgresql(connection)
            migrating.upgrade(connection, revision)
            rows.fill_postgresql(connection, plan.data / "unpacked" / "database")
            migrating.upgrade(connection)
            yield connection
        except SQLAlchemyError as error:
            raise BadBackup(f"the rows of the backup cannot be taken over: {error}") from error


def _verify(plan: Plan, reader: Reader, connection: Connection, tell: Tell) -> None:
    """The ledger against the heads and keys of the backup, and the files as they now lie on the disk."""
    settings = replace(plan.college.settings, data_dir=plan.data / "unpacked" / "data")
    with Session(connection, join_transaction_mode="rollback_only") as session:
        session.connection()  # joins the transaction of the restore
        work = Work(session, Actor.system("restore"), plan.college.clock.now(), replace(plan.college, settings=settings))
        report = verifying.verify(work, lambda lines: tell(f"{lines} lines verified"))
        if report.bad is not None:
            raise BadBackup(f"the ledger in the backup is not sound: {report.bad}")
        tell(f"ledger: {report.lines} lines of {report.people} people, {report.sealed} sealed under {report.seals} signed heads")
    for number, member in enumerate((one for one in reader.members if not one.name.startswith("database/")), 1):
        room, _, name = member.name.partition("/")
        if places.digest((plan.media if room == "media" else settings.data_dir) / name) != member.sha256:
            raise BadBackup(f"{member.name} was not written as it stands in the backup")
        if number % 1000 == 0:
            tell(f"{number} files verified")


def _heads_beyond(plan: Plan) -> int:
    """How many heads this machine has signed that the backup does not know: what was posted since is lost."""
    ours, theirs = sealing.heads_file(plan.college.settings), plan.data / "unpacked" / "data" / sealing.HEADS_FILE
    known = set(theirs.read_text("ascii").splitlines()) if theirs.exists() else set()
    return len(set(ours.read_text("ascii").splitlines()) - known) if ours.exists() else 0


def _place_files(plan: Plan) -> None:
    """Media, evidence, heads and public keys into place; keys that are there stay."""
    settings, data = plan.college.settings, plan.data / "unpacked" / "data"
    os.sync()
    for old in [path for path in settings.media_dir.iterdir() if not path.name.startswith(".")]:
        plan.move(old, settings.media_dir / f".{old.name}{plan.suffix}")
    for fresh in sorted(plan.media.iterdir()):
        plan.move(fresh, settings.media_dir / fresh.name)
    for name in KEPT:
        if (settings.data_dir / name).exists():
            plan.move(settings.data_dir / name, settings.data_dir / f".{name}{plan.suffix}")
        if (data / name).exists():
            plan.move(data / name, settings.data_dir / name)
    if (data / sealing.HEADS_FILE).exists():
        plan.put(data / sealing.HEADS_FILE, sealing.heads_file(settings))
    for fresh in sorted((data / "keys").glob("ledger-*.pub")) if (data / "keys").is_dir() else []:
        if not (keys.folder(settings) / fresh.name).exists():
            plan.move(fresh, keys.folder(settings) / fresh.name)
