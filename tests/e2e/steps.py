"""What people do in journeys, in their own words: press, fill, play, find a course. Waits look at the page, never at a clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visitor

SLOW = 30_000
"""Milliseconds that a page may take on a machine that is busy with other tests."""


def press(page: Page | Locator, words: str | re.Pattern[str]) -> None:
    """Press the first button or link with these words."""
    page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words)).first.click(timeout=SLOW)


def arrive(page: Page, address: str) -> re.Match[str]:
    """Wait until the page's address has this shape; its parts."""
    page.wait_for_url(re.compile(address), timeout=SLOW)
    found = re.search(address, page.url)
    assert found
    return found


def write(page: Page, **fields: str) -> None:
    """Write into the fields of a form, by their names."""
    for name, value in fields.items():
        page.locator(f"main [name={name}]").first.fill(value, timeout=SLOW)


def says(page: Page | Locator, text: str | re.Pattern[str], within: int = SLOW) -> None:
    """The page's main part comes to say this."""
    expect(page.locator("main") if isinstance(page, Page) else page).to_contain_text(text, timeout=within)


def open_course(visitor: Visitor, title: str) -> Page:
    """From the list of courses, as a learner finds it."""
    visitor.go(f"/courses?q={title}")
    visitor.page.locator("main a", has_text=title).first.click(timeout=SLOW)
    arrive(visitor.page, r"/courses/[0-9a-f-]{36}$")
    return visitor.page


def begin_lecture(visitor: Visitor, title: str, number: int = 1) -> Page:
    """Open that lecture of the course and press play; the film runs when this returns."""
    page = open_course(visitor, title)
    page.locator(".lectures a").nth(number - 1).click(timeout=SLOW)
    arrive(page, r"/lectures/")
    page.locator(".bigplay").click(timeout=SLOW)
    runs(page)
    return page


def runs(page: Page, beyond: float = 0.2) -> None:
    """The film has come past this second by itself."""
    page.wait_for_function(
        "beyond => { const film = document.querySelector('video'); return !film.paused && film.currentTime > beyond; }",
        arg=beyond,
        timeout=SLOW,
    )


def counted(page: Page) -> int:
    """Seconds that the page says are counted."""
    minutes, seconds = page.locator("[data-tot]").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


def evidence(visitor: Visitor, lecture: str) -> dict[str, Any]:
    """The server's own receipt of this person's study of a lecture."""
    answer = visitor.context.request.get(f"{visitor.base}/api/v1/lectures/{lecture}/evidence")
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()
    return found


def until(page: Page, true: Callable[[], bool], what: str, within: int = SLOW) -> None:
    """Look again, a fifth of a second apart, until something outside the page is so."""
    for _ in range(within // 200):
        if true():
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"it did not happen: {what}")
