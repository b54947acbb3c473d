"""Every bad archive is refused with a sentence, and changes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.admin.backup import archive, restoring
from app.admin.backup.archive import BadBackup
from app.ledger.service import keys
from tests.admin.build import QUIET, backed_up, run, state


def rewritten(path: Path, change: Callable[[str, tarfile.TarInfo, bytes], list[tuple[tarfile.TarInfo, bytes]]]) -> Path:
    """The archive with each member as `change` gives it back."""
    target = path.with_name("bad.tar")
    with tarfile.open(path) as old, tarfile.open(target, "w") as new:
        for info in old:
            for made, data in change(info.name, info, old.extractfile(info).read()):  # type: ignore[union-attr]
                if made.isreg():
                    made.size = len(data)
                new.addfile(made, io.BytesIO(data))
    return target


def kept(_name: str, info: tarfile.TarInfo, data: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
    return [(info, data)]


def cut(share: float) -> Callable[[Path], Path]:
    def make_it(path: Path) -> Path:
        held = path.read_bytes()
        target = path.with_name("bad.tar")
        target.write_bytes(held[: int(len(held) * share)])
        return target

    return make_it


def flipped(name: str) -> Callable[[Path], Path]:
    """One byte of a member is another."""

    def change(member: str, info: tarfile.TarInfo, data: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
        if member.startswith(name) and data:
            middle = len(data) // 2
            data = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        return [(info, data)]

    return lambda path: rewritten(path, change)


def renamed(to: str, kind: bytes = tarfile.REGTYPE) -> Callable[[Path], Path]:
    """A media file has another name, or is another kind of thing."""

    def change(member: str, info: tarfile.TarInfo, data: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
        if member == "media/blobs/ab/abcd":
            info.size, info.name, info.type, info.linkname = 0, to, kind, "" if kind == tarfile.REGTYPE else "/etc/passwd"
            data = data if kind == tarfile.REGTYPE else b""
        return [(info, data)]

    return lambda path: rewritten(path, change)


def without(name: str) -> Callable[[Path], Path]:
    return lambda path: rewritten(path, lambda member, info, data: [] if member == name else [(info, data)])


def twice(path: Path) -> Path:
    return rewritten(path, lambda member, info, data: [(info, data)] * (2 if member.startswith("media/") else 1))


def oversized(path: Path) -> Path:
    """A header that promises terabytes."""
    target = path.with_name("bad.tar")
    with tarfile.open(path) as old, target.open("wb") as file:
        info = old.getmember(archive.HEAD)
        file.write(info.tobuf() + archive_block(json.dumps(archive.FORMAT).encode()))
        huge = tarfile.TarInfo("media/huge")
        huge.size = 1 << 50
        file.write(huge.tobuf(tarfile.GNU_FORMAT) + b"\0" * 10_240)
    return target


def archive_block(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 512)


def plain_tar(path: Path) -> Path:
    target = path.with_name("bad.tar")
    with tarfile.open(target, "w") as new:
        new.addfile(tarfile.TarInfo("readme"), io.BytesIO())
    return target


def no_tar(path: Path) -> Path:
    target = path.with_name("bad.tar")
    target.write_bytes(b"PK\x03\x04 something else" * 100)
    return target


def newer(path: Path) -> Path:
    head = json.dumps({**archive.FORMAT, "version": 99}).encode()
    return rewritten(path, lambda member, info, data: [(info, head if member == archive.HEAD else data)])


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "cut in the first file": (cut(0.1), "cut off"),
    "cut in the middle": (cut(0.5), "cut off"),
    "cut before the list": (without(archive.MANIFEST), "cut off"),
    "cut before the signature": (without(archive.SIGNATURE), "cut off"),
    "a zip file": (no_tar, "not a backup"),
    "a tar of something else": (plain_tar, "not a backup"),
    "a later format": (newer, "format"),
    "a byte of the rows": (flipped("database/"), "SHA-256"),
    "a byte of a film": (flipped("media/blobs"), "SHA-256"),
    "a byte of the list": (flipped(archive.MANIFEST), "signature|damaged|list"),
    "a byte of the signature": (flipped(archive.SIGNATURE), "signature|damaged"),
    "a path upwards": (renamed("media/../../escaped"), "name"),
    "an absolute path": (renamed("/tmp/escaped"), "name"),
    "a hidden file": (renamed("media/.ssh"), "name"),
    "another room": (renamed("keys/ledger-current.key"), "name"),
    "a symbolic link": (renamed("media/blobs/ab/abcd", tarfile.SYMTYPE), "ordinary"),
    "a hard link": (renamed("media/blobs/ab/abcd", tarfile.LNKTYPE), "ordinary"),
    "a device": (renamed("media/blobs/ab/abcd", tarfile.CHRTYPE), "ordinary"),
    "a file twice": (twice, "ordinary"),
    "a file missing": (without("media/blobs/ab/abcd"), "list says"),
    "a file that is not listed": (renamed("media/blobs/ab/other"), "list says"),
    "terabytes in a header": (oversized, "damaged"),
}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("which", BAD)
def test_a_bad_archive_is_refused_and_changes_nothing(home: Flask, away: Flask, tmp_path: Path, which: str) -> None:
    spoil, said = BAD[which]
    bad = spoil(backed_up(home, tmp_path / "out"))
    before = state(away)
    result = run(away, *["backup", "restore", str(bad), "--verify"])
    assert result.exit_code == 1, result.output
    assert any(word in result.output for word in said.split("|")), result.output
    assert "Traceback" not in result.output
    assert state(away) == before
    assert not list(tmp_path.rglob("escaped"))


@pytest.mark.sqlite_only
def test_an_untouched_copy_is_taken(home: Flask, away: Flask, tmp_path: Path) -> None:
    """The control of the test above: rewriting alone spoils nothing."""
    good = rewritten(backed_up(home, tmp_path / "out"), kept)
    assert run(away, *["backup", "restore", str(good), "--verify"]).exit_code == 0


def resigned(app: Flask, path: Path, name: str, data: bytes, **facts: Any) -> Path:
    """The archive with another member or fact, its list and signature made to fit: by one who holds a key."""
    key = keys.signing_key(app.extensions["college"].settings)
    manifest: dict[str, Any] = {}

    def change(member: str, info: tarfile.TarInfo, held: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
        if member == name:
            held = data
        if member == archive.MANIFEST:
            manifest.update(json.loads(held) | facts)
            for one in manifest["members"]:
                if one["name"] == name:
                    one.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
            held = json.dumps(manifest).encode()
        if member == archive.SIGNATURE:
            public = key.private.public_key().public_bytes_raw().hex()
            message = archive.message(json.dumps(manifest).encode())
            held = json.dumps({"key_id": key.id, "public": public, "signature": key.sign(message).hex()}).encode()
        return [(info, held)]

    return rewritten(path, change)


def refused(app: Flask, path: Path, said: str, **options: Any) -> None:
    before = state(app)
    with pytest.raises(BadBackup, match=said):
        restoring.restore(app.extensions["college"], path, QUIET, **options)
    assert state(app) == before


def test_another_colleges_backup_is_foreign(home: Flask, away: Flask, tmp_path: Path) -> None:
    keys.signing_key(away.extensions["college"].settings)
    refused(away, backed_up(home, tmp_path / "out"), "another college")


def test_rows_that_are_no_colleges_are_refused(home: Flask, away: Flask, tmp_path: Path, database: str) -> None:
    path = backed_up(home, tmp_path / "out")
    name = "database/college.sqlite3" if database.startswith("sqlite") else "database/people_person"
    refused(away, resigned(home, path, name, b"1\tnonsense\n" * 100), "rows|database")
    refused(away, resigned(home, path, "", b"", revision="9999_later"), "does not know")
    refused(away, resigned(home, path, "", b"", engine="oracle"), "runs on")


def test_a_tampered_ledger_is_found_before_it_is_put_back(home: Flask, away: Flask, tmp_path: Path, database: str) -> None:
    with home.extensions["college"].engine.connect() as connection:
        if database.startswith("sqlite"):
            connection.exec_driver_sql("DROP TRIGGER ledger_entry_no_update")
        else:
            connection.exec_driver_sql("ALTER TABLE ledger_entry DISABLE TRIGGER ALL")
        connection.execute(text("UPDATE ledger_entry SET hours = hours + 1 WHERE person_id = 1 AND seq = 1"))
        if not database.startswith("sqlite"):
            connection.exec_driver_sql("ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_no_change")
            connection.exec_driver_sql("ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_no_truncate")
        else:
            from app.ledger import triggers

            connection.exec_driver_sql(triggers.sqlite_statements("ledger_entry")[0])
        connection.commit()
    path = backed_up(home, tmp_path / "out")
    refused(away, path, "not sound", verify=True)


@pytest.mark.sqlite_only
def test_tables_and_triggers_of_an_archive_are_never_used(home: Flask, away: Flask, tmp_path: Path) -> None:
    import sqlite3

    path = backed_up(home, tmp_path / "out")
    with tarfile.open(path) as tar:
        (tmp_path / "evil.sqlite3").write_bytes(tar.extractfile("database/college.sqlite3").read())  # type: ignore[union-attr]
    evil = sqlite3.connect(tmp_path / "evil.sqlite3")
    evil.execute("DROP TRIGGER ledger_entry_no_delete")
    evil.execute("CREATE TRIGGER mine AFTER INSERT ON people_person BEGIN DELETE FROM people_account; END")
    evil.commit()
    evil.close()
    restoring.restore(
        away.extensions["college"], resigned(home, path, "database/college.sqlite3", (tmp_path / "evil.sqlite3").read_bytes()), QUIET
    )
    with away.extensions["college"].engine.connect() as connection:
        names = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert "mine" not in names
    assert "ledger_entry_no_delete" in names


@pytest.mark.sqlite_only
def test_an_open_college_is_not_replaced(home: Flask, tmp_path: Path) -> None:
    import sqlite3

    path = backed_up(home, tmp_path / "out")
    college = home.extensions["college"]
    other = sqlite3.connect(str(college.engine.url.database))
    other.execute("SELECT count(*) FROM people_person").fetchone()
    refused(home, path, "is running", replace_all=True)
    other.close()
