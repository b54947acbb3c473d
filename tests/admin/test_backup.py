"""Backup of an open college and its restore, on both engines."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.admin.backup import making, restoring
from app.admin.backup.archive import BadBackup
from app.kernel.work import Actor, working
from app.ledger import service as ledger
from app.ledger.service import keys, sealing
from app.people.models import Person
from app.search.models import House
from app.search.queries import search
from tests import make
from tests.admin.build import QUIET, backed_up, content, files, migrated, run, state
from tests.ledger.build import line


def test_what_was_backed_up_comes_back_whole(home: Flask, away: Flask, tmp_path: Path) -> None:
    path = backed_up(home, tmp_path / "out")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in (tmp_path / "out").iterdir()] == [path.name]
    here, there = home.extensions["college"], away.extensions["college"]
    told: list[str] = []
    done = restoring.restore(there, path, told.append, verify=True)
    assert content(there) == content(here)
    assert files(there.settings.media_dir) == {
        "blobs/ab/abcd": b"film" * 1000, "hls/01890000-0000-7000-8000-000000000000/360p/0.m4s": b"segment", "uploads/u.bin": b"",
    }  # fmt: skip
    assert (there.settings.data_dir / "evidence/ab/abcd.view").read_bytes() == b"a certificate of elsewhere"
    assert (there.settings.data_dir / "history/01/0190").read_bytes() == b"past training that waits"
    assert keys.public_keys(there.settings) == keys.public_keys(here.settings)
    assert sealing.heads_file(there.settings).read_bytes() == sealing.heads_file(here.settings).read_bytes()
    assert not done.is_known_key
    assert any("lines of 5 people" in one for one in told)
    assert run(away, *["ledger", "verify"]).exit_code == 0


def test_a_restored_college_goes_on(home: Flask, away: Flask, tmp_path: Path) -> None:
    restoring.restore(away.extensions["college"], backed_up(home, tmp_path / "out"), QUIET)
    with working(away.extensions["college"], Actor.system("test")) as work:
        person = make.person(work, "新来")
        ledger.append(work, line(person.id))
        assert [len(page.items) for page in search(work, "调研", House.COURSES).houses.values()] == [1]
    with away.extensions["college"].engine.connect() as connection:
        with pytest.raises(Exception, match="only grows"):
            connection.exec_driver_sql("DELETE FROM ledger_entry")


def test_no_secret_is_in_a_backup(home: Flask, tmp_path: Path) -> None:
    settings = home.extensions["college"].settings
    (settings.data_dir / "secret.key").write_text("the-secret-of-this-machine")
    private = (keys.folder(settings) / keys.CURRENT).read_bytes()
    held = backed_up(home, tmp_path / "out").read_bytes()
    for secret in (private, b"the-secret-of-this-machine", settings.secret_key.encode(), b"root:"):
        assert secret not in held
    assert (keys.folder(settings) / f"ledger-{keys.signing_key(settings).id}.pub").read_bytes() in held


def test_a_full_college_is_replaced_only_when_told(home: Flask, tmp_path: Path) -> None:
    college = home.extensions["college"]
    path = backed_up(home, tmp_path / "out")
    before = content(college)
    with working(college, Actor.system("test")) as work:
        ledger.append(work, line(make.person(work, "后来").id))
        work.session.flush()
        ledger.seal(work)
    (college.settings.media_dir / "blobs/ab/later").write_bytes(b"later")
    (college.settings.media_dir / "blobs/link").unlink()
    after = state(home)
    with pytest.raises(BadBackup, match="not empty"):
        restoring.restore(college, path, QUIET)
    assert state(home) == after
    done = restoring.restore(college, path, QUIET, verify=True, replace_all=True)
    assert content(college) == before
    assert done.is_known_key
    assert done.newer_heads == 1
    assert done.kept
    assert "blobs/ab/later" not in files(college.settings.media_dir)


def test_writers_go_on_and_nothing_acknowledged_before_is_missing(home: Flask, away: Flask, tmp_path: Path) -> None:
    """EX: what was acknowledged before the backup began is in it; what is in it was acknowledged; both are sound chains."""
    college = home.extensions["college"]
    acknowledged: list[tuple[int, int]] = []
    begun, stop = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def write(person_id: int) -> None:
        n = 100
        try:
            while not stop.is_set():
                n += 1
                with working(college, Actor.system("writer")) as work:
                    ledger.append(work, line(person_id, n))
                acknowledged.append((person_id, n))
                if n % 5 == 0:
                    with working(college, Actor.system("writer")) as work:
                        ledger.seal(work)
                if len(acknowledged) > 20:
                    begun.set()
        except BaseException as error:
            failed.append(error)
            begun.set()

    with working(college, Actor.system("test")) as work:
        ids = [person.id for person in work.session.query(Person).order_by(Person.id).limit(3)]
    threads = [threading.Thread(target=write, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    try:
        assert begun.wait(60)
        first = set(acknowledged)
        path = backed_up(home, tmp_path / "out")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed
    last = set(acknowledged)
    restoring.restore(away.extensions["college"], path, QUIET, verify=True)
    with away.extensions["college"].engine.connect() as connection:
        found = {
            (row[0], int(row[1].removeprefix("c"))) for row in connection.execute(text("SELECT person_id, source_id FROM ledger_entry"))
        }
    restored = {one for one in found if one[1] > 100}
    assert first <= restored <= last
    assert len(first) > 20


def test_a_college_that_was_never_prepared_is_not_backed_up(away: Flask, tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match="prepare"):
        making.create(away.extensions["college"], tmp_path / "out", QUIET)
    assert list((tmp_path / "out").iterdir()) == []
    migrated(away.extensions["college"])
    assert making.create(away.extensions["college"], tmp_path / "out", QUIET).path.exists()


@pytest.mark.sqlite_only
def test_the_commands_say_what_they_do(home: Flask, away: Flask, tmp_path: Path) -> None:
    made = run(home, *["backup", "create", "--out", str(tmp_path / "out")])
    assert made.exit_code == 0, made.output
    assert "SECRET_KEY" in made.output
    assert "database of revision" in made.stderr
    again = run(home, *["backup", "create", "--out", str(tmp_path / "out")])
    assert again.exit_code == 1
    (path,) = (tmp_path / "out").iterdir()
    done = run(away, *["backup", "restore", str(path), "--verify"])
    assert done.exit_code == 0, done.output
    assert "compare the key" in done.output
