"""Who is short in a district: found by the figures, reminded, handed out as a workbook; the person reads it at home."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LiveCollege, Visit, Visitor
from tests.e2e.steps import SLOW, arrive, press, says

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_who_is_short_in_a_district_is_found_reminded_and_handed_out(live: LiveCollege, visit: Visit, tmp_path: Path) -> None:
    """From a figure to the people behind it; all who still serve reminded, and the same list as a workbook.

    The administrator is a cadre of the district himself, is short himself, and so among those who read it at home.
    """
    district = visit("district", accept_downloads=True)
    page = district.page
    district.go("/manage/compliance")
    says(page, "已全部达标")
    figure = page.locator(".stat", has_text="未到期").locator("a")
    count = int(figure.inner_text())
    figure.click(timeout=SLOW)
    arrive(page, r"/manage/compliance/people\?.*status=not_yet_due")
    rows = page.locator("main tbody tr")
    names = rows.locator("a.who").all_inner_texts()
    assert len(names) == count
    assert "段承泽" in names
    serving = rows.filter(has_not_text="不再在职")
    reminded = serving.count()
    assert 0 < reminded < count
    press(page, "提醒全部名单")
    press(page.locator("dialog[open]"), "提醒全部名单")
    says(page.locator("body"), f"已提醒 {reminded} 人")
    expect(serving.first.locator("td").last).not_to_have_text("–")
    with page.expect_download(timeout=SLOW) as waiting:
        page.locator("a[href*='people.xlsx']").click()
    waiting.value.save_as(tmp_path / "short.xlsx")
    sheet = load_workbook(tmp_path / "short.xlsx").active
    assert [row[0] for row in sheet.iter_rows(values_only=True)][-count:] == names
    _read_at_home(page, district)
    other = visit("section")
    other.go("/reminders")
    expect(other.page.locator("main")).not_to_contain_text("提醒您")


def _read_at_home(page: Page, person: Visitor) -> None:
    """The reminder stands above his year until he says that he has read it."""
    person.go("/")
    told = page.locator("section.reminders")
    says(told, "段承泽")
    press(told, "知道了")
    page.wait_for_load_state()
    person.go("/")
    expect(page.locator("main h1").first).to_be_visible()
    expect(told).to_have_count(0)
