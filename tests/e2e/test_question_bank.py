"""An instructor brings in a workbook with ten mistakes, corrects them in the page, a colleague passes, he proves a paper by blueprint."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.bank.test_pictures import chart
from tests.e2e.conftest import LiveCollege, Visit, Visitor
from tests.e2e.steps import SLOW, arrive, says, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOPIC = "河湖巡查"
HEADINGS = ("题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "分值", "难度", "知识点")
FOUR = ("一次", "两次", "三次", "四次")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("单选题", "一级河段每周至少巡查几次？", *FOUR, "C", 2, 2),
    ("单选题", "二级河段每周至少巡查几次？", *FOUR, "", 2, 2),
    ("单选题", "三级河段每周至少巡查几次？", *FOUR, "E", 2, 2),
    ("单选题", "水库每日至少巡查几次？", "一次", "一次", "三次", "四次", "A", 2, 2),
    ("单选题", "汛期每日至少巡查几次？", *FOUR, "B", "两分", 2),
    ("多选题", "巡查记录应当写明哪些内容？", "时间", "河段", "发现的问题", "天气预报来源", "A", 4, 3),
    ("判断题", "巡查可以由他人代签。", "", "", "", "", "也许", 1, 1),
    ("单选题", "", "立即上报", "次月上报", "年底上报", "不必上报", "A", 2, 1),
    ("判断题", "发现排污应当当天上报。", "", "", "", "", "对", 1, "很多"),
    ("连线题", "巡查结束后首先做什么？", "上传记录", "休息", "换岗", "开会", "A", 2, 1),
    ("单选题", "岸线杂物由谁清理？", "责任单位", "", "过路群众", "记者", "A", 2, 2),
    ("判断题", "巡查发现的问题应当销号管理。", "", "", "", "", "对", 1, 1),
    ("多选题", "下列情形应当立即报告的有哪些？", "堤坝渗水", "大面积死鱼", "水位正常", "护栏缺失", "ABD", 4, 3),
)
"""Ten of these thirteen rows cannot be brought in as they stand."""
MENDED: tuple[dict[str, str], ...] = (
    {"right": "b"}, {"right": "a"}, {"option_b": "两次"}, {"points": "2"}, {"right": "c"}, {"truth": "false"},
    {"stem": "发现堤坝渗水应当何时上报？"}, {"difficulty": "1"}, {}, {"option_b": "巡查人员本人"},
)  # fmt: skip
"""What is put right in each of them, in the order of the file."""


def workbook(folder: Path) -> Path:
    """The workbook as a teacher fills it in."""
    book = Workbook()
    book.active.append(HEADINGS)
    for row in ROWS:
        book.active.append([*row, TOPIC])
    book.save(folder / "河湖巡查试题.xlsx")
    return folder / "河湖巡查试题.xlsx"


def test_ten_mistakes_are_put_right_passed_and_become_a_paper(live: LiveCollege, visit: Visit, tmp_path: Path) -> None:
    teacher = visit("instructor")
    teacher.forgive(r"status of 422")
    address = _examined(teacher, workbook(tmp_path))
    _put_right(teacher)
    teacher.page.locator("form[action$='/carry-out'] button").click(timeout=SLOW)
    says(teacher.page, "13 道题已作为草稿进入题库")
    teacher.go(f"/studio/bank?import={address}")
    questions = [str(one.get_attribute("href")) for one in teacher.page.locator("main td a.who").all()]
    assert len(questions) == len(ROWS)
    _picture(teacher, questions[0], tmp_path)
    for question in questions:
        _moved(teacher, question, "in_review")
    reviewer = visit("reviewer")
    for question in questions:
        _moved(reviewer, question, "approved")
    exam = _proved(teacher)
    office = visit("city")
    office.go(exam)
    says(office.page, "已核查，待开放")

    office.page.locator("form:has(input[name=to][value=open]) button").click(timeout=SLOW)
    _confirmed(office.page)
    says(office.page, "考试已开放")


def _examined(teacher: Visitor, file: Path) -> str:
    """The file is looked over: ten rows to put right, three good ones. The name of the import."""
    teacher.go("/studio/bank/imports")
    teacher.page.locator("input[type=file][name=file]").set_input_files(file)
    teacher.page.locator("form[enctype='multipart/form-data'] button[type=submit]").first.click(timeout=SLOW)
    uid = arrive(teacher.page, r"/imports/([0-9a-f-]{36})$")[1]
    figures = teacher.page.locator(".stats")
    says(figures, re.compile(r"13.*3.*10", re.DOTALL))
    says(teacher.page, "答案")
    return uid


def _put_right(teacher: Visitor) -> None:
    """One after the other, with what was found beside the form, on to the next until none is left."""
    page = teacher.page
    page.locator("main td a.btn").first.click(timeout=SLOW)
    for number, fields in enumerate(MENDED):
        arrive(page, r"/rows/\d+$")
        before = page.url
        expect(page.locator(".note-o")).to_be_visible()
        _fill(page, fields)
        page.locator("button[name=then][value=next]").click(timeout=SLOW)
        page.wait_for_url(lambda url, old=before: url != old, timeout=SLOW)
        assert "/rows/" in page.url or number == len(MENDED) - 1
    says(page.locator(".stats"), re.compile(r"13.*13.*0", re.DOTALL))


def _fill(page: Page, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        control = page.locator(f"main form [name={name}]")
        if name in ("right", "truth"):
            page.locator(f"main form [name={name}][value={value}]").check(timeout=SLOW)
        elif name == "difficulty":
            control.select_option(value)
        else:
            control.fill(value, timeout=SLOW)


def _picture(teacher: Visitor, question: str, folder: Path) -> None:
    """A picture is chosen, seen before it is sent, kept with its words, and shown with the question."""
    page = teacher.page
    (folder / "chart.png").write_bytes(chart())
    teacher.go(f"{question}/edit")
    page.locator("details:has(input[name=picture]) summary").click(timeout=SLOW)
    page.locator("input[name=picture]").set_input_files(folder / "chart.png")
    expect(page.locator("#picture-look")).to_be_visible()
    page.locator("button[type=submit]", has_text="保存").first.click(timeout=SLOW)
    says(page, "请用文字说明图片内容")
    write(page, alt="柱形图：一根蓝色的柱子")
    page.locator("button[type=submit]", has_text="保存").first.click(timeout=SLOW)
    arrive(page, r"/questions/[0-9a-f-]{36}$")
    shown = page.locator("main .q-pic img")
    expect(shown).to_have_attribute("alt", "柱形图：一根蓝色的柱子")
    page.wait_for_function("() => document.querySelector('main .q-pic img').naturalWidth === 320")


def _moved(who: Visitor, question: str, to: str) -> None:
    """The question is handed in, or passed."""
    who.go(question)
    who.page.locator(f"form:has(input[name=to][value={to}]) button").first.click(timeout=SLOW)
    who.page.wait_for_load_state()
    says(who.page.locator("body"), {"in_review": "待审核", "approved": "已通过"}[to])


def _proved(teacher: Visitor) -> str:
    """Terms, a blueprint that asks for too much, one the bank can fill, the check. The address of the examination."""
    page = teacher.page
    teacher.go("/manage/exams/new")
    write(page, title="河湖巡查结业考试", limit_minutes="30")
    page.locator("main [name=release_policy]").select_option("full_at_once")
    page.locator("main form button[type=submit]").last.click(timeout=SLOW)
    uid = arrive(page, r"/manage/exams/([0-9a-f-]{36})/paper")[1]
    for at, (kind, count, points) in enumerate((("single", "50", "2"), ("multiple", "2", "5"), ("judge", "3", "2"))):
        page.locator("select[name=topic]").nth(at).select_option(TOPIC)
        page.locator("select[name=kind]").nth(at).select_option(kind)
        page.locator("input[name=count]").nth(at).fill(count)
        page.locator("input[name=points]").nth(at).fill(points)
    says(page.locator("[data-feasible]"), re.compile(r"42|缺|不足"))
    page.locator("input[name=count]").nth(0).fill("7")
    page.locator("main form button[type=submit]:not([name])").last.click(timeout=SLOW)
    says(page.locator("body"), "组卷蓝图已保存")
    teacher.go(f"/manage/exams/{uid}/preview")
    expect(page.locator("main .q")).to_have_count(12)
    teacher.go(f"/manage/exams/{uid}")
    page.locator("form:has(input[name=to][value=checked]) button").click(timeout=SLOW)
    says(page, "核查通过")
    expect(page.locator("form:has(input[name=to][value=open])")).to_have_count(0)
    return f"/manage/exams/{uid}"


def _confirmed(page: Page) -> None:
    """The question that is asked before it is opened."""
    sure = page.locator("dialog[open] button[value=yes], dialog[open] .btn-p, dialog[open] .btn-d")
    if sure.count():
        sure.first.click(timeout=SLOW)
