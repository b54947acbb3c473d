"""Cheats in a real browser: whatever the page is made to claim, nothing is earned beyond real time, and honest play goes on.

Real time means the wall clock times the fastest rate of the rule set, from the press on play to the last look (INV-I1, I2).
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LiveCollege, Visit, Visitor
from tests.e2e.steps import SLOW, begin_lecture, counted, evidence, press, runs, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COURSE = "领导沟通技巧"
REFUSED = r"status of (409|403)"
"""The console says so of a beat out of turn, and of media of a session that another device took over."""
HONEST_LOSS_MS = 2_500
"""What may be missing of the first seconds after a cheat: a decoder comes down from sixteen times within a tenth of a second."""


@dataclass
class Study:
    """One person before one lecture, and the stretch of wall clock in which it was played."""

    visitor: Visitor
    page: Page
    lecture: str
    began: float

    @classmethod
    def begin(cls, visitor: Visitor, number: int = 1) -> Study:
        """Open the course, open that lecture, press play."""
        began = time.monotonic()
        page = begin_lecture(visitor, COURSE, number)
        return cls(visitor, page, page.url.rsplit("/", 1)[1], began)

    def earned_ms(self) -> int:
        """By the server's own receipt."""
        found = evidence(self.visitor, self.lecture)
        assert found["covered_ms"] == sum(end - start for start, end in found["covered"])
        return int(found["covered_ms"])

    def possible_ms(self) -> int:
        """What real time allows until now at the fastest rate of the rule set."""
        return int((time.monotonic() - self.began) * 1000 * 1.5)

    def film(self, act: str) -> Any:
        """Do something to the <video>, as the browser's console can."""
        return self.page.evaluate(f"() => {{ const film = document.querySelector('video'); {act} }}")

    def pause(self) -> None:
        """Pause, and wait until everything played has been told to the server."""
        self.page.evaluate(
            """() => new Promise(done => {
                const film = document.querySelector("video");
                if (film.paused) done();
                film.addEventListener("pause", () => done(), { once: true });
                film.pause();
            })"""
        )
        until(self.page, lambda: not self.kept()["items"], "everything is told")

    def plays_honestly(self, seconds: float = 4) -> None:
        """From here on the film runs, and what it shows is counted."""
        before, at = self.earned_ms(), self.film("film.pause(); film.playbackRate = 1; return film.currentTime")
        self.page.locator("[data-pc=toggle]").last.click(timeout=SLOW)
        runs(self.page, at + seconds)
        self.pause()
        until(self.page, lambda: self.earned_ms() - before > seconds * 1000 - HONEST_LOSS_MS, "honest play counts")
        assert self.earned_ms() <= self.possible_ms()

    def kept(self) -> dict[str, Any]:
        """What the player keeps in the tab: `chain` (session, number, token) and `items` (what no answer confirmed yet)."""
        found: dict[str, Any] = self.page.evaluate(
            "lecture => JSON.parse(sessionStorage.getItem(`beats:${lecture}`) || '{\"items\":[]}')", self.lecture
        )
        return found

    def send(self, session: str, body: dict[str, Any] | str) -> dict[str, Any]:
        """A beat by fetch from within the page: its cookies, its origin."""
        found: dict[str, Any] = self.page.evaluate(
            """async ([session, body]) => {
                const answer = await fetch(`/api/v1/play-sessions/${session}/beats`,
                    { method: "POST", headers: { "Content-Type": "application/json" }, body });
                return { status: answer.status, text: await answer.text() };
            }""",
            [session, body if isinstance(body, str) else json.dumps(body)],
        )
        return found


def test_a_jump_to_the_end_earns_only_what_was_played(live: LiveCollege, visit: Visit) -> None:
    study = Study.begin(visit("division"))
    study.film("film.currentTime = film.duration - 1")
    study.page.wait_for_function("() => document.querySelector('video').ended", timeout=SLOW)
    expect(study.page.locator("[data-cover]")).to_be_visible(timeout=SLOW)
    assert study.earned_ms() <= study.possible_ms()
    assert evidence(study.visitor, study.lecture)["completed_at"] is None
    press(study.page.locator("[data-cover]"), re.compile("补看"))
    runs(study.page)
    study.plays_honestly()


def test_a_film_at_sixteen_times_its_speed_earns_real_time(live: LiveCollege, visit: Visit) -> None:
    study = Study.begin(visit("bureau"))
    study.film("film.playbackRate = 16")
    study.page.wait_for_function("() => document.querySelector('video').playbackRate <= 1.5")  # the page itself would not have it
    study.film("addEventListener('ratechange', event => event.stopImmediatePropagation(), true); film.playbackRate = 16")
    runs(study.page, 20)
    study.pause()
    claimed = study.film("return film.currentTime * 1000")
    assert study.film("return film.playbackRate") == 16
    assert study.earned_ms() <= study.possible_ms()
    assert study.earned_ms() < claimed / 4
    study.plays_honestly()


def test_a_forged_beat_with_the_pages_own_token_earns_real_time(live: LiveCollege, visit: Visit) -> None:
    study = Study.begin(visit("manager"))
    study.visitor.forgive(REFUSED)
    runs(study.page, 3)
    study.pause()
    chain = study.kept()["chain"]
    duration = int(study.film("return film.duration * 1000"))
    forged = {
        "seq": chain["seq"] + 1, "token": chain["token"], "from_ms": 0, "to_ms": duration, "rate": 1.0, "state": "ended", "visible": True,
    }  # fmt: skip
    answer = study.send(chain["session"], forged)
    assert answer["status"] == 200, answer
    assert {"not_delivered", "faster_than_clock"} & {one["reason"] for one in json.loads(answer["text"])["excluded"]}
    assert study.earned_ms() <= study.possible_ms() < duration
    guess = forged | {"seq": chain["seq"] + 2, "token": "A" * 20}
    assert study.send(chain["session"], guess)["status"] == 409
    study.film("film.play()")
    runs(study.page, 5)
    study.film("film.pause()")  # the player's own token is used up: it says so, and begins anew when asked
    press(study.page.locator("[data-cover]"), "继续播放")
    runs(study.page, 5)
    study.plays_honestly()


def test_a_replayed_beat_is_answered_again_and_earns_nothing(live: LiveCollege, visit: Visit) -> None:
    visitor = visit("engineer")
    visitor.forgive(REFUSED)
    with visitor.page.expect_request(re.compile("/beats$"), timeout=2 * SLOW) as waiting:
        study = Study.begin(visitor)
        runs(study.page, 3)
        study.film("film.pause()")
    beat = waiting.value
    first = beat.response()
    assert first is not None and first.status == 200 and beat.post_data
    study.pause()
    before, session = study.earned_ms(), beat.url.split("/")[-2]
    answers = [study.send(session, beat.post_data) for _ in range(5)]
    assert answers == [{"status": 200, "text": first.text()}] * 5
    assert study.earned_ms() == before <= study.possible_ms()
    another = study.send(session, beat.post_data.replace('"rate":1,', '"rate":1.5,'))
    assert (another["status"], study.earned_ms()) == (409, before)
    study.plays_honestly()


def test_a_second_device_takes_over_and_the_two_never_earn_at_once(live: LiveCollege, visit: Visit) -> None:
    first = Study.begin(visit("retraining"), 1)
    first.visitor.forgive(REFUSED)
    runs(first.page, 3)
    second = Study.begin(visit("retraining"), 2)
    expect(second.page.locator("[data-told]")).to_contain_text("接过来", timeout=SLOW)
    at_takeover = first.earned_ms()
    runs(second.page, 4)
    first.film("film.pause()")
    expect(first.page.locator("[data-cover]")).to_contain_text("继续学习", timeout=SLOW)
    second.pause()
    assert first.earned_ms() == at_takeover
    assert first.earned_ms() + second.earned_ms() <= first.possible_ms()
    press(first.page.locator("[data-cover]"), "在这里继续")
    runs(first.page)
    first.plays_honestly()
    assert counted(first.page) >= 2


HURRIED = """(() => {
    const [date, mark, day, now] = [Date.now(), performance.now(), Date.now, performance.now.bind(performance)];
    Date.now = () => date + 10 * (day() - date);
    performance.now = () => mark + 10 * (now() - mark);
    for (const name of ["setTimeout", "setInterval"]) {
        const real = window[name];
        window[name] = (act, delay = 0, ...rest) => real(act, delay / 10, ...rest);
    }
})()"""
"""Every clock and timer a page has runs ten times as fast (ATK-A48)."""
SEEMING = """(() => {
    Object.defineProperty(document, "hidden", { get: () => false });
    Object.defineProperty(document, "visibilityState", { get: () => "visible" });
    document.hasFocus = () => true;
    for (const name of ["visibilitychange", "blur", "pagehide"]) addEventListener(name, event => event.stopImmediatePropagation(), true);
})()"""
"""The page never learns that nobody looks at it (ATK-A49)."""


@pytest.mark.parametrize(("user_name", "script"), [("finance", HURRIED), ("personnel", SEEMING)], ids=["clocks", "visibility"])
def test_a_page_that_is_lied_to_earns_real_time(live: LiveCollege, visit: Visit, user_name: str, script: str) -> None:
    visitor = visit(user_name)
    visitor.forgive(r"status of (409|403|429)")
    visitor.page.add_init_script(script)
    study = Study.begin(visitor)
    study.film("film.playbackRate = 1.5; film.playbackRate = 16")
    runs(study.page, 8)
    study.film("film.pause()")
    until(study.page, lambda: study.earned_ms() > 0, "something is counted")
    assert study.earned_ms() <= study.possible_ms()


def test_one_browser_is_one_person_at_a_time(live: LiveCollege, visit: Visit) -> None:
    """ATK-A50: whoever signs in second in the same browser ends the study of the first."""
    visitor = visit("manager")
    visitor.forgive(r"status of (40[0-9]|429)")
    study = Study.begin(visitor)
    runs(study.page, 3)
    study.pause()
    before = study.earned_ms()
    second = Visitor(visitor.context, visitor.context.new_page(), visitor.base)
    second.context.clear_cookies()
    second.sign_in("section")
    study.film("film.play()")
    expect(study.page.locator("[data-cover]")).to_be_visible(timeout=SLOW)
    study.page.close()
    second.context.clear_cookies()
    second.sign_in("manager")
    assert evidence(second, study.lecture)["covered_ms"] == before
