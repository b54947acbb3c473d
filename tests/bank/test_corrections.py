"""A bad import goes back to be corrected: his own workbook with its faulty cells red, or a list of what was found (issue 3)."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from app.bank import service
from app.bank.rules.formats import marked
from app.bank.service import files
from app.kernel.errors import NotFound
from app.kernel.work import Actor, College
from tests.bank import build
from tests.bank.build import WorkAs

HEADS = ("题型", "题干", "选项A", "选项B", "选项C", "答案", "分值", "难度", "知识点", "案例编号")
ROWS = (
    ("单选题", "好的一题", "甲", "乙", "丙", "A", 2, 3, "会议", ""),
    ("单选题", "答案没有", "甲", "乙", "丙", "", 2, 3, "会议", ""),
    ("单选题", "答案出界", "甲", "乙", "", "C", 2, 3, "会议", ""),
    ("选择判断", "题型不识", "甲", "乙", "丙", "A", 2, 3, "会议", ""),
    ("单选题", "分值不识", "甲", "乙", "丙", "A", "两分多", 3, "会议", ""),
    ("单选题", "难度不识", "甲", "乙", "丙", "A", 2, "十分难", "会议", ""),
    ("单选题", "选项相同", "甲", "甲", "丙", "A", 2, 3, "会议", ""),
    ("判断题", "真假不识", "", "", "", "大概", 2, 3, "会议", ""),
    ("单选题", "", "甲", "乙", "丙", "A", 2, 3, "会议", ""),
    ("案例分析题", "一份材料", "", "", "", "", "", 3, "会议", "案1"),
    (),
    ("单选题", "好的小题", "甲", "乙", "丙", "A", 2, 3, "", "案1"),
    ("多选题", "只对一项", "甲", "乙", "丙", "A", 2, 3, "", "案1"),
)
FAULTY = {"F3", "F4", "A5", "G6", "H7", "C8", "D8", "E8", "F9", "B10", "F14"}


def workbook(rows: Any = ROWS, change: Any = None) -> bytes:
    """A workbook of an author, with a remark and a style of his own."""
    book = Workbook()
    sheet: Any = book.active
    for cells in (HEADS, *rows):
        sheet.append(list(cells))
    sheet["B1"].comment, sheet["B1"].font = Comment("我自己的批注", "王讲"), Font(bold=True)
    if change:
        change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def given_back(college: College, actor: Actor, uid: Any) -> Any:
    return load_workbook(io.BytesIO(service.corrections(college, actor, uid)[0]), rich_text=True).worksheets[0]


def red(sheet: Any) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == marked.RED}


def test_his_workbook_comes_back_with_each_faulty_cell_red_and_said(college: College, work_as: WorkAs) -> None:
    actor = build.author(work_as)
    sheet = given_back(college, actor, service.examine(college, actor, workbook(), file_name="题.xlsx"))
    assert red(sheet) == FAULTY
    for place in FAULTY:
        assert re.fullmatch(r".+\n(现为：.+\n)?应为：.+\n改法：.+", sheet[place].comment.text, re.DOTALL), place
    assert "现为：两分多\n应为：0.01–100\n改法：2" in sheet["G6"].comment.text
    assert sheet["B1"].comment.text == "我自己的批注" and sheet["B1"].font.bold and sheet["B2"].value == "好的一题"


def test_what_was_corrected_in_it_is_read_without_a_finding_and_its_marks_are_gone(college: College, work_as: WorkAs) -> None:
    actor = build.author(work_as)
    sheet = given_back(college, actor, service.examine(college, actor, workbook(), file_name="题.xlsx"))
    for place, value in {"F3": "B", "F4": "B", "A5": "单选题", "G6": 2, "H7": 4, "D8": "乙", "F9": "对", "B10": "补上题干"}.items():
        sheet[place].value = value
    kept = io.BytesIO()
    sheet.parent.save(kept)
    uid = service.examine(college, actor, kept.getvalue(), file_name="题.xlsx")
    assert red(given_back(college, actor, uid)) == {"F14"} and given_back(college, actor, uid)["F3"].comment is None
    sheet["F14"].value = "AB"
    kept = io.BytesIO()
    sheet.parent.save(kept)
    uid = service.examine(college, actor, kept.getvalue(), file_name="题.xlsx")
    with work_as(actor) as work:
        assert service.carry_out(work, uid) == 10


def test_it_is_found_from_its_page_by_whoever_brought_it_and_by_nobody_else(client: FlaskClient, college: College, work_as: WorkAs) -> None:
    from tests.bank.test_views import _enter, _post

    _enter(client, work_as, "instructor")
    here = _post(client, "/studio/bank/imports", file=(io.BytesIO(workbook()), "题.xlsx"), format="auto").location
    page = client.get(here).get_data(as_text=True)
    assert f"{here}/findings.xlsx" in page and "下载标出错误的原表" in page
    answer = client.get(f"{here}/findings.xlsx")
    assert answer.status_code == 200 and red(load_workbook(io.BytesIO(answer.data)).worksheets[0]) == FAULTY
    for role, name, status in (("instructor", "李出", 404), ("reviewer", "赵审", 403), (None, "张学", 403)):
        _enter(client, work_as, role, name)
        assert client.get(f"{here}/findings.xlsx").status_code == status
    with pytest.raises(NotFound):
        service.corrections(college, build.author(work_as, "钱出"), UUID(here.rsplit("/", 1)[-1]))


TEXT = "1、地球是圆的。（√）\n2、没有答案\nA、一\nB、=1+1\n"
CSV = "题型,题干,选项A,选项B,答案\n单选题,没有答案,一,=1+1,\n"
GIFT = "::好:: 地球是圆的 {T}\n\n::坏:: 没有答案 =1+1 {~一 ~二\n"
XML = (
    "<quiz><question type='multichoice'><questiontext><text>没有答案 =1+1</text></questiontext>"
    "<answer fraction='0'><text>一</text></answer></question></quiz>"
)


@pytest.mark.parametrize("content", [TEXT, CSV, GIFT, XML], ids=["text", "csv", "gift", "moodle"])
def test_of_another_file_the_findings_come_as_a_list_with_the_text_they_are_about(college: College, work_as: WorkAs, content: str) -> None:
    actor = build.author(work_as)
    sheet = given_back(college, actor, service.examine(college, actor, content.encode(), file_name="题.txt"))
    heads, *rows = list(sheet.iter_rows())
    assert [cell.value for cell in heads] == ["行", "列", "检查结果", "现为", "应为", "改法", "原文"]
    assert rows and all(row[0].value and row[2].value and row[4].value and row[5].value for row in rows)
    assert any("没有答案" in str(row[6].value) and "好" not in str(row[6].value) for row in rows)
    assert all(cell.data_type != "f" for row in rows for cell in row)


def test_a_file_is_kept_until_it_is_brought_in_and_a_week_at_most(college: College, work_as: WorkAs) -> None:
    actor, root = build.author(work_as), college.settings.data_dir / "question-files"
    uid = service.examine(college, actor, workbook(), file_name="题.xlsx")
    assert [path.name for path in root.rglob("*") if path.is_file()] == [str(uid)]
    with work_as(actor) as work:
        service.carry_out(work, uid)
    assert [path for path in root.rglob("*") if path.is_file()] == []
    assert given_back(college, actor, uid)["A1"].value == "行"
    service.examine(college, actor, workbook(ROWS[:1]), file_name="好.xlsx")  # its only finding: the bank has it by now
    today = college.clock.now().date()
    assert files.forget_old(college.settings, today + timedelta(days=7)) == 0
    assert files.forget_old(college.settings, today + timedelta(days=9)) == 1
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_nothing_is_kept_of_a_file_without_findings(college: College, work_as: WorkAs) -> None:
    service.examine(college, build.author(work_as), workbook(ROWS[:1]), file_name="好.xlsx")
    assert not (college.settings.data_dir / "question-files").exists()


def test_a_workbook_that_would_hold_a_worker_up_is_listed(college: College, work_as: WorkAs, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = build.author(work_as)
    uid = service.examine(college, actor, workbook(), file_name="题.xlsx")
    monkeypatch.setattr(marked, "MOST_UNPACKED", 1000)
    assert given_back(college, actor, uid)["A1"].value == "行"


def test_a_picture_that_would_have_to_be_decoded_is_never_opened() -> None:
    kept = io.BytesIO(workbook())
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr("xl/media/image1.png", b"BM" + bytes(100))
    with pytest.raises(marked.NotMarked):
        marked.mark(kept.getvalue(), [])


def test_a_last_cell_far_below_and_merged_cells_are_no_matter(college: College, work_as: WorkAs) -> None:
    def far(book: Any) -> None:
        book.active["Z200000"].font = Font(bold=True)
        book.active.merge_cells("G6:G7")

    actor = build.author(work_as)
    assert red(given_back(college, actor, service.examine(college, actor, workbook(change=far), file_name="题.xlsx"))) >= {"F3", "G6"}
