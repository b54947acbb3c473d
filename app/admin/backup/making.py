"""A backup of the open college: first the signed heads, then the rows as of one moment, then the files.

In this order each part holds whatever the one before it refers to: a head is kept outside only when its rows are
committed, and a file lies in its place before a row names it.
"""

from __future__ import annotations

import json
import os
import stat
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from app.admin import migrating
from app.admin.backup import rows
from app.admin.backup.archive import FORMAT, HEAD, MANIFEST, SIGNATURE, BadBackup, Writer, is_ordinary, message
from app.kernel.storage import sync_folder
from app.kernel.work import College
from app.ledger.service import keys, sealing

LEFT_OUT = ("SECRET_KEY and secret.key", "private keys of the ledger (keys/*.key)", "wake-ups of the job queue", "files of running jobs")
NOT_KEPT = ("work",)
"""Folders of MEDIA_DIR that belong to running jobs."""
KEPT = ("evidence", "fonts", "history", "pictures", "question-files", "rolls")
"""Folders of DATA_DIR whose files rows refer to, or that the operator put there. A new one has to be named here."""
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    path: Path
    files: int
    size: int
    key_id: str
    skipped: int


def create(college: College, out: Path, tell: Tell) -> Made:
    """Write a backup into the folder `out`, whole or not at all; people go on working meanwhile."""
    now = college.clock.now()
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"college-{now:%Y%m%dT%H%M%SZ}.tar"
    if target.exists():
        raise BadBackup(f"{target} is there already")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=out) as folder:
        part = Path(folder) / target.name
        with part.open("xb") as file:
            os.chmod(part, 0o600)
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                writer = Writer(tar, now.timestamp())
                skipped, key_id = _fill(college, writer, Path(folder), tell)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    sync_folder(out)
    return Made(target, len(writer.members), target.stat().st_size, key_id, skipped)


def _fill(college: College, writer: Writer, folder: Path, tell: Tell) -> tuple[int, str]:
    """All members in their order; how many files vanished or could not be held, and who signed."""
    settings = college.settings
    _unlisted(writer, HEAD, json.dumps(FORMAT).encode())
    key = keys.signing_key(settings)
    for name, content in _witnesses(college):
        writer.add_bytes(f"data/{name}", content)
    revision = _rows(college, writer, folder, tell)
    skipped = _files(settings.media_dir, "media", writer, tell)
    skipped += sum(_files(settings.data_dir / name, f"data/{name}", writer, tell) for name in KEPT)
    facts = {
        "made_at": college.clock.now().isoformat(), "engine": college.engine.dialect.name, "revision": revision,
        "left_out": LEFT_OUT, "members": [asdict(member) for member in writer.members],
    }  # fmt: skip
    manifest = json.dumps(facts, ensure_ascii=False, indent=0).encode()
    note = {"key_id": key.id, "public": key.private.public_key().public_bytes_raw().hex(), "signature": key.sign(message(manifest)).hex()}
    _unlisted(writer, MANIFEST, manifest)
    _unlisted(writer, SIGNATURE, json.dumps(note).encode())
    return skipped, key.id


def _unlisted(writer: Writer, name: str, content: bytes) -> None:
    """A member that is about the archive itself."""
    import io

    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(content), int(writer.moment), 0o600
    writer.tar.addfile(info, io.BytesIO(content))


def _witnesses(college: College) -> Iterator[tuple[str, bytes]]:
    """What a restored ledger is held against: the heads kept outside the database, and the public keys."""
    heads = sealing.heads_file(college.settings)
    if heads.exists():
        yield heads.name, heads.read_bytes()
    for path in sorted(keys.folder(college.settings).glob("ledger-*.pub")):
        yield f"keys/{path.name}", path.read_bytes()


def _rows(college: College, writer: Writer, folder: Path, tell: Tell) -> str:
    """The database; its revision."""
    place = folder / "database"
    place.mkdir()
    if college.engine.dialect.name == "sqlite":
        revision = rows.copy_sqlite(college.engine, place / rows.FILE)
    else:
        frozen = college.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with frozen.connect() as connection:
            revision = migrating.revision_of(connection)
            for name in rows.copy_postgresql(connection, place):
                tell(f"table {name}")
    if revision is None:
        raise BadBackup("the database has not been prepared; run `flask --app wsgi prepare` first")
    for path in sorted(place.iterdir()):
        with path.open("rb") as file:
            writer.add(f"database/{path.name}", file, path.stat().st_size)
        path.unlink()
    tell(f"database of revision {revision}")
    return revision


def _files(root: Path, room: str, writer: Writer, tell: Tell) -> int:
    """Every file under a folder but those of running jobs; how many were left out because they vanished or are no plain files."""
    skipped = done = 0
    for path in _walk(root):
        name = f"{room}/{path.relative_to(root).as_posix()}"
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            skipped += 1
            continue
        with os.fdopen(handle, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode) or not is_ordinary(name):
                skipped += 1
                continue
            writer.add(name, file, facts.st_size)
        done += 1
        if done % 500 == 0:
            tell(f"{done} files of {room}")
    tell(f"{done} files of {room}")
    return skipped


def _walk(root: Path) -> Iterator[Path]:
    """Files in order; hidden ones are half written, links are followed nowhere."""
    for here, folders, names in os.walk(root):
        top = Path(here) == root
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not (top and name in NOT_KEPT))
        yield from (Path(here) / name for name in sorted(names) if not name.startswith("."))
