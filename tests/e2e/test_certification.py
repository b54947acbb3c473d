"""A claim from the desk of who read a book to the ledger: proved, passed, certified below the claim, appealed, heard by somebody else."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LiveCollege, Visit, Visitor
from tests.e2e.steps import SLOW, arrive, press, says, until, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TITLE = "基层社会治理十讲"
WHY = "其中 6 学时为泛读，按规定不计"


def photographed(folder: Path) -> Path:
    """A certificate as a telephone takes it: turned, and with the place beside the picture."""
    sheet = Image.new("RGB", (1600, 1200), "#d9d4c8")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((160, 120, 1440, 1080), fill="#fdfcf7", outline="#8a5a0b", width=8)
    pen.ellipse((1140, 780, 1340, 980), outline="#b3372a", width=12)
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = 1, "PHONE-OF-THE-CADRE"
    sheet.save(folder / "证书.jpg", "JPEG", exif=tags)
    return folder / "证书.jpg"


def test_a_book_is_claimed_passed_certified_below_the_claim_appealed_and_heard(live: LiveCollege, visit: Visit, tmp_path: Path) -> None:
    cadre = visit("section")
    address = _claim(cadre, photographed(tmp_path))
    uid = address.rpartition("/")[2]
    _pass(visit("unit-admin"), uid)
    city = visit("city")
    city.forgive(r"status of 4(03|22)")
    _certify(city, uid)
    _read_why_and_appeal(cadre, address)
    _not_by_who_decided(city, uid)
    _office(visit("security"), "division")
    _hear(visit("division"), uid)
    cadre.go(address)
    says(cadre.page.locator("#appeal"), "予以支持")
    says(cadre.page, "证书与笔记齐全，予以认定 36 学时")
    cadre.go("/ledger")
    says(cadre.page, TITLE)


def _claim(cadre: Visitor, photo: Path) -> str:
    """The form of a book, its hours as read, the photograph; handed in. Its address."""
    page = cadre.page
    cadre.go("/hours/claims/new/book")
    ended = date.today() - timedelta(days=5)
    write(page, title=TITLE, occurred_from=str(ended - timedelta(days=20)), occurred_to=str(ended), author="学习读本编写组", pages="360",
          hours="36", note="两册合计，笔记附后。")  # fmt: skip
    page.locator("input[type=file][name=evidence]").first.set_input_files(photo)
    page.locator("button[name=then][value=submit]").click(timeout=SLOW)
    arrive(page, r"/hours/claims/[0-9a-f-]{36}$")
    says(page, "待单位初审")
    return page.url.removeprefix(cadre.base)


def _pass(unit: Visitor, uid: str) -> None:
    """The unit opens it from its own list, sees the picture and lets it pass."""
    page = unit.page
    unit.go("/manage/hours?step=check")
    page.locator("a.who", has_text="何若溪").last.click(timeout=SLOW)
    unit.go(f"/manage/hours/{uid}?step=check")
    says(page.locator(".ev"), TITLE)
    picture = page.locator(".ev-img img").first
    expect(picture).to_be_visible()
    page.wait_for_function("() => document.querySelector('.ev-img img').naturalWidth > 300")
    content = page.request.get(unit.base + str(picture.get_attribute("src"))).body()
    assert b"PHONE-OF-THE-CADRE" not in content
    page.locator("button[name=verb][value=pass]").click(timeout=SLOW)
    _entered(unit, f"/manage/hours/{uid}?step=check", "单位初审通过")


def _certify(city: Visitor, uid: str) -> None:
    """The authority sees the difference marked and certifies 30 of 36, after it was asked for a reason."""
    page = city.page
    city.go(f"/manage/hours/{uid}")
    says(page.locator(".cmp td.diff").first, "36")
    page.fill("#hours", "30")
    expect(page.locator("[data-hours-said]")).to_have_text("30")
    expect(page.locator("#reason")).to_have_value("")
    page.locator("button[name=verb][value=certify]").click(timeout=SLOW)
    expect(page.locator("#reason-err")).to_be_visible()
    expect(page.locator("#hours")).to_have_value("30")
    page.fill("#reason", WHY)
    page.locator("button[name=verb][value=certify]").click(timeout=SLOW)
    expect(page.locator("[data-undo]").first).to_be_visible()
    _entered(city, f"/manage/hours/{uid}?tab=done", WHY)


def _entered(who: Visitor, path: str, words: str) -> None:
    """After its ten seconds the decision stands in the record of the claim."""

    def stands() -> bool:
        who.go(path)
        return who.page.locator(".ev .trail", has_text=words).count() > 0

    until(who.page, stands, f"{words} is in the record", within=60_000)


def _read_why_and_appeal(cadre: Visitor, address: str) -> None:
    """The person reads what was certified and why, and appeals in his own words."""
    page = cadre.page
    cadre.go(address)
    says(page, re.compile(r"申报\s*36\s*学时，认定\s*30\s*学时|认定了?\s*30"))
    says(page, WHY)
    page.fill("#why", "两册均为精读，笔记可证，请复核")
    press(page, "提交申诉")
    says(page.locator("#appeal"), "两册均为精读")


def _not_by_who_decided(city: Visitor, uid: str) -> None:
    """Who decided finds the appeal in the list, but not the buttons."""
    city.go("/manage/hours?tab=appeals")
    says(city.page, TITLE)
    city.go(f"/manage/hours/{uid}?tab=appeals")
    says(city.page.locator(".ev"), "两册均为精读")
    expect(city.page.locator("button[name=verb][value=grant]")).to_have_count(0)


def _office(security: Visitor, user_name: str) -> None:
    """A second certifier: the security administrator gives somebody else the office."""
    page = security.page
    security.go(f"/manage/accounts?q={user_name}")
    page.locator("main a", has_text=user_name).first.click(timeout=SLOW)
    page.select_option("select[name=role]", "organization_dept")
    page.select_option("select[name=jurisdiction]", "J1")
    press(page, "授予角色")
    says(page, "组织部门")


def _hear(second: Visitor, uid: str) -> None:
    """Somebody who had no part in it hears the appeal and grants it, with his reason."""
    page: Page = second.page
    second.go(f"/manage/hours/{uid}?tab=appeals")
    page.fill("#h-hours", "36")
    page.fill("#h-reason", "证书与笔记齐全，予以认定 36 学时")
    page.locator("button[name=verb][value=grant]").click(timeout=SLOW)
    expect(page.locator("[data-undo]").first).to_be_visible(timeout=SLOW)
    _entered(second, f"/manage/hours/{uid}?tab=done", "证书与笔记齐全")


def _in_sight(page: Page) -> None:
    """The buttons of the decision stand wholly on the screen, without scrolling."""
    button = page.locator("button[name=verb][value=return]")
    expect(button).to_be_visible(timeout=SLOW)
    box = button.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 900 and page.evaluate("scrollY") == 0, box


def test_the_next_decision_stays_in_sight_while_the_last_one_can_be_undone(visit: Visit) -> None:
    city = visit("city")
    page = city.page
    city.go("/manage/hours")
    page.locator("a.who").first.click(timeout=SLOW)
    _in_sight(page)
    page.fill("#reason", "请补充原件")
    page.locator("button[name=verb][value=return]").click(timeout=SLOW)
    expect(page.locator("[data-undo]").first).to_be_visible(timeout=SLOW)
    _in_sight(page)
    page.locator("[data-undo] button").first.click(timeout=SLOW)
    says(page, "已撤销")
    _in_sight(page)


def test_the_whole_page_is_chosen_on_a_telephone(visit: Visit) -> None:
    city = visit("city", width=390, height=844)
    city.go("/manage/hours?chip=clean")
    city.page.get_by_text("选择整页").click(timeout=SLOW)
    boxes = city.page.locator("input[name=claim]")
    expect(boxes.first).to_be_checked()
    assert boxes.count() == city.page.locator("input[name=claim]:checked").count() > 0
