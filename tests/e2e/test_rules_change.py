"""A rule version changes: checked by line, tried on everybody, the difference read, then adopted by a second person."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from app.kernel.clock import CIVIL_ZONE
from tests.e2e.conftest import ROOT, LiveCollege, Visit
from tests.e2e.steps import SLOW, arrive, press, says, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHIPPED = (ROOT / "content" / "rules" / "demo@1.yaml").read_text(encoding="utf-8")


def next_version(text: str = SHIPPED) -> str:
    """The shipped rules as version 2 that asks for sixty network hours."""
    found = text.replace("version: 1\n", "version: 2\n", 1).replace("{hours: 50}", "{hours: 60}", 1)
    assert "{hours: 60}" in found
    return found


def hand_in(page: Page, text: str) -> None:
    """Propose a rule file for the whole of this year."""
    page.set_input_files("main input[type=file]", {"name": "demo@2.yaml", "mimeType": "application/yaml", "buffer": text.encode()})
    page.locator("main [name=from_on]").fill(f"{datetime.now(CIVIL_ZONE):%Y}-01-01")
    page.locator("main [name=reason]").fill("提高网络自学要求")
    press(page, "检查并试算")


def test_the_difference_is_read_before_a_second_person_adopts_it(live: LiveCollege, visit: Visit) -> None:
    """A mistake is named by its line; the sound file is tried; who proposes cannot adopt; who adopts reads first."""
    first = visit("personnel")
    first.forgive(r"422")
    page = first.page
    first.go("/manage/rules")
    broken = next_version().replace("period: year\n", "period: decade\n", 1)
    hand_in(page, broken)
    line = broken[: broken.index("period: decade")].count("\n") + 1
    says(page, "现行规则继续有效")
    expect(page.locator("main tbody td").first).to_have_text(str(line))
    says(page, '"decade" 不在可选值之内')
    hand_in(page, next_version())
    arrive(page, r"/manage/rules/[0-9a-f-]{36}$")
    address = page.url.removeprefix(live.url)
    says(page, "requirements.N3_network.need.all_of[0].hours")
    _tried(page)
    expect(page.get_by_role("button", name="采用")).to_have_count(0)

    second = visit("city")
    page = second.page
    second.go(f"{address}?turn=larger")
    says(page, "网络自学")
    further = int(page.locator(".stat", has_text="缺额扩大").locator("b").inner_text())
    assert int(page.locator(".stat", has_text="转为未达标").locator("b").inner_text()) > 0
    assert 0 < len(_names(page)) < further  # by name those of one's jurisdiction, the figure of everybody
    second.go(address)
    reader = visit("section").page
    assert _version(reader, live) == "demo@1"
    press(page, "采用")
    press(page.locator("dialog[open]"), "采用")
    says(page.locator("body"), "已采用 demo@2")
    until(reader, lambda: _version(reader, live) == "demo@2", "the new version is in force", 2 * SLOW)
    says(reader, re.compile(r"网络自学[\s\S]*/ 30 学时"))  # sixty a year, of somebody who joined in July


def _names(page: Page) -> list[str]:
    """Everybody on the list, page after page."""
    found = page.locator("main table").last.locator("tbody tr td:first-child").all_inner_texts()
    following = page.locator("a[rel=next]")
    if not following.count():
        return found
    following.click(timeout=SLOW)
    arrive(page, r"page=")
    return found + _names(page)


def _tried(page: Page) -> None:
    """Come back until the rules have been tried on everybody."""
    for _ in range(60):
        if page.locator(".stat").count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("the rules were not tried")


def _version(page: Page, live: LiveCollege) -> str:
    """The version that my hours are figured by."""
    page.goto(f"{live.url}/hours")
    found = re.search(r"demo@\d", page.locator("main").inner_text())
    assert found
    return found[0]
