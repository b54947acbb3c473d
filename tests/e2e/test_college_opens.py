"""The walking whole: an instructor uploads and publishes, a cadre studies in real time, passes, and holds a certificate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.clips import make_clip

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TITLE = "窗口沟通三句话"


def fill(page: Page, name: str, value: str) -> None:
    """Write into the field of that name."""
    page.locator(f"[name={name}]").first.fill(value)


def press(page: Page, words: str) -> None:
    """Press the one visible button or link with these words."""
    page.locator("main").get_by_role("button", name=words).or_(page.locator("main").get_by_role("link", name=words)).first.click()


def upload(page: Page, base: str, film: Path) -> None:
    """Through the drop zone, until the pipeline says that it can be published."""
    page.goto(f"{base}/studio/media")
    page.set_input_files("input[type=file][data-pick]", str(film))
    expect(page.locator("[data-files]")).to_contain_text(re.compile("可发布"), timeout=90_000)


def write_quiz(page: Page, base: str, version: str) -> None:
    """One true/false question; the right answer is 正确."""
    page.goto(f"{base}/studio/courses/{version}/quiz")
    if page.locator("main form [name=pass_mark]").count():
        press(page, re.compile("测验|保存"))
    press(page, re.compile("判断"))
    fill(page, "stem", "窗口沟通要先听清来意。")
    page.locator("input[type=radio], input[type=checkbox]").first.check()
    fill(page, "explanation", "先听清来意，再说办法。")
    press(page, re.compile("保存"))


def test_an_instructor_uploads_and_a_colleague_publishes(live, visit, tmp_path) -> None:
    instructor = visit("instructor")
    page = instructor.page
    upload(page, live.url, make_clip(tmp_path / "窗口沟通.mp4"))
    page.goto(f"{live.url}/studio/courses/new")
    for name, value in {"title": TITLE, "lecturer": "顾怀瑾", "summary": "三句话，让来办事的人放心。", "topics": "沟通"}.items():
        fill(page, name, value)
    page.select_option("[name=framework]", "competence")
    press(page, "保存课程")
    version = page.url.rsplit("/", 1)[1]
    press(page, "添加一讲")
    fill(page, "title", "三句话怎么说")
    page.select_option("[name=asset]", label="窗口沟通.mp4")
    press(page, "保存本讲")
    expect(page.locator("main")).to_contain_text("三句话怎么说")
    write_quiz(page, live.url, version)
    page.goto(f"{live.url}/studio/courses/{version}")
    press(page, "送审发布")
    expect(page.locator("main")).to_contain_text("待发布")
    reviewer = visit("reviewer")
    reviewer.go(f"/manage/courses/{version}")
    press(reviewer.page, "发布课程")
    expect(reviewer.page.locator("main")).to_contain_text("0.25 学时")


def test_a_cadre_studies_in_real_time_and_holds_a_certificate(live, visit) -> None:
    cadre = visit("section")
    page = cadre.page
    cadre.go("/courses?q=窗口沟通")
    page.locator("main a", has_text=TITLE).first.click()
    press(page, re.compile("开始第 1 讲"))
    page.locator("[data-pc=play]").first.click()
    expect(page.locator(".credit")).to_contain_text(re.compile("0:(2[7-9]|30) / 0:30"), timeout=75_000)
    page.wait_for_timeout(1000)
    cadre.go("/courses?q=窗口沟通")
    page.locator("main a", has_text=TITLE).first.click()
    press(page, re.compile("测验"))
    if "/exams/attempts/" not in page.url:
        press(page, re.compile("开始"))
    page.locator("label.opt", has_text="正确").first.click()
    expect(page.locator("[data-saved]")).to_contain_text("已", timeout=10_000)
    page.locator("[data-act=hand-in]").first.click()
    page.locator("dialog[open]").get_by_role("button", name=re.compile("交卷")).click()
    page.locator("dialog[open]").get_by_role("link", name=re.compile("看结果|结果")).or_(
        page.locator("dialog[open]").get_by_role("button", name=re.compile("看结果|结果"))
    ).first.click()
    expect(page.locator("main")).to_contain_text(re.compile("通过|合格"))
    cadre.go("/")
    expect(page.locator("main")).to_contain_text("0.25")
    cadre.go("/ledger")
    expect(page.locator("main")).to_contain_text(TITLE)
    page.locator("main a[href^='/ledger/']", has_text=TITLE).first.click()
    number = re.search(r"/certificates/([\w-]+)", page.content())
    assert number, "the line does not name its certificate"
    answer = cadre.context.request.get(f"{live.url}/certificates/{number[1]}.pdf")
    assert answer.body()[:5] == b"%PDF-"
    stranger = visit()
    stranger.go(f"/verify/{number[1]}")
    expect(stranger.page.locator("main")).to_contain_text(TITLE)
    expect(stranger.page.locator("main")).not_to_contain_text("何若溪")
