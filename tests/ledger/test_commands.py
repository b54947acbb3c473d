"""`flask ledger …`: exit status, the name of the first bad line, progress beside the result."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from app.ledger import service as ledger
from app.ledger import triggers
from tests import make
from tests.ledger.build import line


@pytest.fixture
def run(app, college):
    return lambda *words: app.test_cli_runner().invoke(args=["ledger", *map(str, words)])


@pytest.fixture
def person_id(work_as):
    with work_as() as work:
        person = make.person(work)
        for n in range(3):
            ledger.append(work, line(person.id, n))
    return person.id


def test_verify_tells_what_it_saw(run, person_id):
    done = run("verify")
    assert (done.exit_code, done.stdout) == (0, "OK 3 lines of 1 people, 0 sealed under 0 signed heads\n")
    run("seal")
    assert "3 sealed under 1 signed heads" in run("verify", "--quiet").stdout


def test_verify_names_the_first_bad_line_and_fails(run, person_id, work_as):
    with work_as() as work:
        triggers.remove(work.session.connection())
        work.session.execute(text("UPDATE ledger_entry SET source_id = 'other' WHERE seq = 2"))
        triggers.install(work.session.connection())
    done = run("verify")
    assert done.exit_code == 1
    assert f"BAD person {person_id} line 2:" in done.stderr
    assert done.stdout == ""


def test_verify_counts_lines_erased_by_law(run, person_id, work_as):
    with work_as() as work:
        ledger.erase_particulars(work, person_id)
    assert "particulars of 3 lines erased by law" in run("verify").stdout


def test_progress_goes_beside_the_result(run, person_id, monkeypatch):
    monkeypatch.setattr("app.ledger.service.walking.PROGRESS_EVERY", 1)
    monkeypatch.setattr("app.ledger.service.exporting.PROGRESS_EVERY", 2)
    assert "3 lines verified" in run("verify").stderr
    assert run("verify", "--quiet").stderr == ""


def test_seal_says_when_nothing_waits(run, person_id):
    first, second = run("seal"), run("seal")
    assert "3 lines sealed, tree of 3, root " in first.stderr
    assert second.stdout == "nothing waits to be sealed\n"


def test_export_seals_first_so_that_nothing_can_be_cut_off(run, person_id, tmp_path):
    done = run("export", "--out", tmp_path / "a" / "b")
    assert (done.exit_code, done.stdout) == (0, f"3 lines and 1 signed heads in {tmp_path / 'a' / 'b'}\n")
    assert json.loads((tmp_path / "a/b/heads.jsonl").read_text())["size"] == 3


def test_export_can_leave_lines_unsealed(run, person_id, tmp_path, monkeypatch):
    monkeypatch.setattr("app.ledger.service.exporting.PROGRESS_EVERY", 2)
    done = run("export", "--no-seal", "--out", tmp_path)
    assert "3 lines and 0 signed heads" in done.stdout
    assert "2 lines written" in done.stderr
    assert run("export").exit_code == 2


def test_a_new_key_is_named(run, person_id):
    run("seal")
    first, second = run("rotate-key").stdout, run("rotate-key").stdout
    assert first.startswith("signing with ")
    assert first != second
    assert run("verify").exit_code == 0
