"""The walking whole: an instructor uploads and a colleague publishes; a cadre studies in real time, passes, holds a certificate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.clips import make_clip
from tests.e2e.conftest import LiveCollege, Visit, Visitor
from tests.e2e.steps import SLOW, arrive, begin_lecture, open_course, press, says, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TITLE = "窗口沟通三句话"
UID = "[0-9a-f-]{36}"


def upload(visitor: Visitor, film: Path) -> None:
    """Through the drop zone, until the pipeline says that it can be published."""
    visitor.go("/studio/media")
    visitor.page.set_input_files("input[type=file][data-pick]", str(film))
    expect(visitor.page.locator("[data-files] li.now, [data-files] li.done").last).to_be_visible(timeout=SLOW)
    expect(visitor.page.locator("[data-files] ol > li").last).to_have_class("done", timeout=90_000)


def write_course(visitor: Visitor) -> str:
    """A course with one lecture; the uid of its draft."""
    page = visitor.page
    visitor.go("/studio/courses/new")
    write(page, title=TITLE, lecturer="顾怀瑾", summary="三句话，让来办事的人放心。", topics="沟通")
    page.select_option("[name=framework]", "competence")
    press(page, "保存课程")
    version = arrive(page, f"/studio/courses/({UID})$")[1]
    press(page, "添加一讲")
    arrive(page, "/lectures/new$")
    write(page, title="三句话怎么说")
    page.select_option("[name=asset]", page.locator("[name=asset] option", has_text="窗口沟通").get_attribute("value"))
    press(page, "保存本讲")
    arrive(page, f"/studio/courses/{version}$")
    says(page, "三句话怎么说")
    return version


def write_quiz(page: Page) -> None:
    """One true/false question; the right answer is 正确."""
    press(page, "编辑测验")
    arrive(page, "/quiz$")
    press(page, "开始编题")
    arrive(page, f"/studio/exams/{UID}$")
    press(page, re.compile("判断"))
    arrive(page, "kind=judge")
    write(page, stem="窗口沟通要先听清来意。", explanation="先听清来意，再说办法。")
    page.get_by_role("radio", name="正确").check()
    press(page, "保存题目")
    arrive(page, f"/studio/exams/{UID}$")
    says(page, "窗口沟通要先听清来意。")


def test_an_instructor_uploads_and_a_colleague_publishes(live: LiveCollege, visit: Visit, tmp_path: Path) -> None:
    instructor = visit("instructor")
    page = instructor.page
    upload(instructor, make_clip(tmp_path / "窗口沟通.mp4"))
    version = write_course(instructor)
    write_quiz(page)
    instructor.go(f"/studio/courses/{version}")
    press(page, "送审发布")
    says(page, "待发布")
    reviewer = visit("reviewer")
    reviewer.go("/manage/courses")
    press(reviewer.page, TITLE)
    arrive(reviewer.page, f"/manage/courses/{version}$")
    press(reviewer.page, "发布课程")
    says(reviewer.page, "0.25 学时")


def sit_quiz(page: Page) -> None:
    """Answer the one question, hand in, look at the result."""
    press(page, "开始作答")
    arrive(page, f"/exams/attempts/{UID}$")
    page.locator("label.opt", has_text="正确").click(timeout=SLOW)
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "ok", timeout=SLOW)
    page.locator("header [data-act=hand-in]").click()
    press(page.locator("dialog[open]"), "交卷")
    press(page.locator("dialog[open]"), "查看成绩")
    arrive(page, "/result$")
    says(page, "100")


def download(page: Page) -> bytes:
    """The certificate's PDF, through the button."""
    with page.expect_download(timeout=SLOW) as waiting:
        press(page, "下载 PDF")
    return Path(waiting.value.path()).read_bytes()


def test_a_cadre_studies_in_real_time_and_holds_a_certificate(live: LiveCollege, visit: Visit) -> None:
    """Follows the test above: the course it published is the one that is studied."""
    cadre = visit("section", accept_downloads=True)
    page = begin_lecture(cadre, TITLE)
    assert page.evaluate("document.querySelector('video').playbackRate") == 1
    expect(page.locator("[data-credit]")).to_contain_text("本讲已学完", timeout=75_000)
    press(page, "随堂测验")
    arrive(page, f"/exams/{UID}$")
    sit_quiz(page)
    cadre.go("/")
    says(page, "0.25")
    cadre.go("/ledger")
    press(page, TITLE)
    arrive(page, r"/ledger/\d+$")
    says(page, "0.25")
    page.locator("main a[href^='/certificates/']").first.click()
    number = arrive(page, r"/certificates/([\w-]+)$")[1]
    assert download(page).startswith(b"%PDF-")
    stranger = visit()
    stranger.go(f"/verify/{number}")
    says(stranger.page, TITLE)
    expect(stranger.page.locator("main")).not_to_contain_text("何若溪")
    assert open_course(cadre, TITLE).locator("main").get_by_text("已完成").first.is_visible()
