"""`kill -9` of the web process in the middle of study and of the worker in the middle of a transcode: nothing is lost."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.clips import make_clip
from tests.e2e.conftest import LiveCollege, Visit
from tests.e2e.steps import SLOW, begin_lecture, evidence, runs, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COURSE = "领导沟通技巧"
AWAY = "ERR_|Failed to fetch"
"""What the console says while the server is away."""
LEASE_SECONDS = 60
"""Longer than a job is held for a worker that no longer answers (app/jobs)."""


def test_a_killed_server_loses_no_credited_millisecond_and_the_player_goes_on(live: LiveCollege, visit: Visit) -> None:
    cadre = visit("section")
    cadre.forgive(AWAY)
    began = time.monotonic()
    page = begin_lecture(cadre, COURSE)
    lecture = page.url.rsplit("/", 1)[1]
    sync = page.locator("[data-sync]")
    acknowledged = 0
    for moment in (3, 6):
        runs(page, moment)
        page.evaluate("() => { const film = document.querySelector('video'); film.pause(); film.play(); }")  # a beat leaves …
        live.kill(live.web)  # … and the server dies with it, before or after its commit
        runs(page, moment + 1.5)
        page.evaluate("() => { const film = document.querySelector('video'); film.pause(); film.play(); }")
        expect(sync).to_have_attribute("data-state", "retry", timeout=SLOW)
        live.start_web()
        expect(sync).to_have_attribute("data-state", "ok", timeout=SLOW)
        credited = evidence(cadre, lecture)["covered_ms"]
        assert credited >= acknowledged
        acknowledged = credited
    runs(page, 10)
    shown = page.evaluate("() => { const film = document.querySelector('video'); film.pause(); return film.currentTime * 1000; }")
    until(page, lambda: evidence(cadre, lecture)["covered_ms"] >= shown - 1_000, "everything that was shown is credited")
    found = evidence(cadre, lecture)
    assert found["covered_ms"] <= (time.monotonic() - began) * 1000
    assert [start for start, _end in found["covered"]] == [0], "a hole where the server was away"


def jobs(live: LiveCollege, name: str) -> list[tuple[str, int]]:
    """State and number of attempts of all jobs of this name."""
    with sqlite3.connect(f"file:{live.folder}/var/college.sqlite3?mode=ro", uri=True) as database:
        return database.execute("SELECT state, attempt FROM jobs_job WHERE name = ? ORDER BY id", (name,)).fetchall()


def test_a_killed_worker_finishes_the_transcode_once_after_its_restart(live: LiveCollege, visit: Visit, tmp_path: Path) -> None:
    instructor = visit("instructor")
    page = instructor.page
    before = jobs(live, "media.encode")
    instructor.go("/studio/media")
    with page.expect_response(lambda answer: bool(answer.headers.get("upload-media")), timeout=SLOW) as finished:
        page.set_input_files("input[type=file][data-pick]", str(make_clip(tmp_path / "应急处置.mp4", 20, "1280x720")))
    uid = finished.value.headers["upload-media"]

    def medium() -> dict[str, Any]:
        found: dict[str, Any] = instructor.context.request.get(f"{live.url}/api/v1/media/{uid}").json()
        return found

    def half_done() -> bool:
        return any(0 < int(percent or 0) < 100 for percent in medium()["renditions"].values())

    until(page, half_done, "the ladder is being climbed", 60_000)
    live.kill(live.worker)
    assert medium()["state"] != "ready"
    assert [state for state, _attempt in jobs(live, "media.encode")[len(before) :]] == ["running"]
    live.move_clock(LEASE_SECONDS)
    live.start_worker()
    until(page, lambda: medium()["state"] == "ready", "the next worker finishes", 60_000)
    until(page, lambda: jobs(live, "media.encode")[len(before) :] == [("done", 2)], "once, at the second attempt")
    assert all(percent == 100 for percent in medium()["renditions"].values())
    expect(page.locator("[data-files]")).to_contain_text("可发布", timeout=SLOW)
