"""The transcript: screen = export = interface = ledger, for random histories; what is printed, and what a cell may not do."""

from __future__ import annotations

import io
import random
import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from sqlalchemy import text

from app.ledger import service as ledger
from tests.hours import build

D = Decimal
ROW = re.compile(r'<tr[^>]*>\s*<td class="num"><a href="/ledger/(\d+)">.*?</tr>', re.S)
CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.S)


def shown(html: str) -> list[tuple[int, str, Decimal, Decimal, str]]:
    """The table of lines on the page: number, title, hours, days, state."""
    rows = []
    for found in ROW.finditer(html.partition('data-table="lines"')[2]):
        number, _day, title, _kind, hours, days, state = (unescape(re.sub(r"<[^>]+>", "", cell)) for cell in CELL.findall(found[0]))
        name = unescape(re.sub(r"<[^>]+>", "", CELL.findall(found[0])[2].partition("<br>")[0]))
        rows.append((int(number), name, figure(hours), figure(days), state.strip()))
        assert title.startswith(name)
    return rows


def figure(shown_as: str) -> Decimal:
    return D(shown_as.replace("−", "-").replace("学时", "").replace("天", "").strip())


def exported(content: bytes) -> tuple[list[tuple[int, str, Decimal, Decimal, str]], list[str], Any]:
    """The same of the workbook, with the hash of each line; and the row of the total."""
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(at for at, row in enumerate(rows) if row[0] == "序号")
    end = next(at for at in range(start, len(rows)) if rows[at][0] == "合计")
    lines = [(row[0], row[2], D(str(row[4])), D(str(row[5])), row[6]) for row in rows[start + 1 : end]]
    return lines, [row[10] for row in rows[start + 1 : end]], rows[end]


TITLES = ["城市更新", "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "<b>粗</b>", "a" * 80, "读《论语》", "\t=2"]


def random_history(work: Any, person: Any, seed: int) -> None:
    """Up to twelve lines of three years: courses, classes, adjustments, some of them taken back."""
    chance = random.Random(seed)
    for number in range(chance.randint(0, 12)):
        on = date(chance.choice([2025, 2026, 2026]), chance.randint(1, 12), chance.randint(1, 28))
        is_class = chance.random() < 0.4
        span = chance.randint(0, 3) if is_class else 0
        more: dict[str, Any] = {"activity_key": f"x:{seed}:{number}", "occurred_from": on - timedelta(days=span)}
        if is_class:
            more |= {"category": chance.choice(["special_class", "own_unit_class"]), "delivery": "offline", "off_post": True,
                     "days": D(chance.choice(["0", "0.5"])), "span_days": span + 1}  # fmt: skip
        hours = str(D(chance.randint(1, 4000)) / 100)
        line = build.posted(work, person, chance.choice(TITLES), hours, on, subject_kind=chance.choice([None, "public"]), **more)
        if chance.random() < 0.3:
            ledger.reverse(work, person.id, line.seq, reason="代学")


@pytest.mark.parametrize("seed", range(12))
def test_screen_export_interface_and_ledger_say_the_same(client, work_as, seed):
    with work_as() as work:
        person = build.cadre(work)
        random_history(work, person, seed)
    client.sign_in("lixue")
    for year in (2025, 2026):
        html = client.get(f"/hours/transcript?year={year}").get_data(as_text=True)
        lines, hashes, total = exported(client.get(f"/hours/transcript.xlsx?year={year}").data)
        api, judged = client.get(f"/api/v1/me/ledger?year={year}").json, client.get(f"/api/v1/me/year/{year}").json
        with work_as(write=False) as work:
            stored = [tuple(row) for row in work.session.execute(text(
                "SELECT e.seq, p.title, e.hours, e.days, e.hash FROM ledger_entry e JOIN ledger_particulars p "
                "ON p.person_id = e.person_id AND p.seq = e.seq WHERE e.person_id = :p AND e.accounting_year = :y ORDER BY e.seq"),
                {"p": person.id, "y": year})]  # fmt: skip
            scale = D(100) if work.session.get_bind().dialect.name == "sqlite" else D(1)
        known = [(seq, title, D(hours) / scale, D(days) / scale) for seq, title, hours, days, _hash in stored]
        assert [row[:4] for row in shown(html)] == known
        assert [row[:4] for row in lines] == known
        assert [row[4] for row in lines] == [row[4] for row in shown(html)]
        assert [(one["seq"], one["title"], D(one["hours"]), D(one["days"])) for one in api["entries"]] == known
        assert hashes == [one["hash"] for one in api["entries"]] == [bytes(row[4]).hex() for row in stored]
        hours = sum((row[2] for row in known), D(0))
        assert D(api["totals"]["hours"]) == hours
        if known:
            assert D(str(total[4])) == hours
            assert figure(re.findall(r'ts-total"><span>合计</span><span class="num">(.*?)[ <]', html)[0]) == hours
        needs = [need for need in judged["requirements"] if need["status"] != "not_applicable"]
        assert [one for need in needs for one in as_list(need["counted"])] == counted_of(html)
        assert needs


def as_list(counted: str | list[str]) -> list[str]:
    """A single figure as a list of one, as several alternatives are."""
    return counted if isinstance(counted, list) else [counted]


def counted_of(html: str) -> list[str]:
    """What counted toward each figure of the requirements, as the page has it, in its order."""
    table = html.partition('id="t-need"')[2].partition("</table>")[0].partition("<tbody>")[2]
    return [one for row in table.split("</tr>")[:-1] for one in re.findall(r"[\d.]+", re.sub(r"<[^>]+>", "", CELL.findall(row)[3]))]


def test_a_line_and_its_reversal_both_stand_and_the_total_is_what_remains(client, work_as):
    with work_as() as work:
        person = build.cadre(work)
        line = build.posted(work, person, "代学的课", "8", date(2026, 5, 1))
        build.posted(work, person, "自己学的课", "30", date(2026, 6, 1))
        ledger.reverse(work, person.id, line.seq, reason="代学")
    client.sign_in("lixue")
    html = client.get("/hours/transcript").get_data(as_text=True)
    assert [(row[2], row[4]) for row in shown(html)] == [(D(8), "已由第 3 行冲销"), (D(30), "已认定"), (D(-8), "冲销第 1 行")]
    assert "30 学时</span>" in html.replace("\n", "")


@pytest.mark.sqlite_only
def test_no_cell_of_the_workbook_is_a_formula(client, work_as):
    with work_as() as work:
        person = build.cadre(work, name="=HYPERLINK(1)")
        for number, title in enumerate(TITLES):
            build.posted(work, person, title, "1", date(2026, 5, 1), activity_key=f"t:{number}")
    client.sign_in("lixue")
    sheet = load_workbook(io.BytesIO(client.get("/hours/transcript.xlsx").data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(cell.quotePrefix for cell in cells if isinstance(cell.value, str))
    assert {"=1+1", "@SUM(A1)", "=HYPERLINK(1)"} <= {cell.value for cell in cells}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("query", ["year=2026", "year=2026&period=cycle", "year=2025"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pdf_prints_every_history(client, work_as, query, language):
    with work_as() as work:
        person = build.cadre(work, name="何若溪")
        for number in range(40):
            build.posted(work, person, TITLES[number % 7] * 3, "1.25", date(2026, 1 + number % 11, 2), activity_key=f"t:{number}")
    client.sign_in("lixue")
    answer = client.get(f"/hours/transcript.pdf?{query}&lang={language}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert pages(answer.data) >= (2 if "2026" in query else 1)
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].isascii()
    years = "2023-2027" if "cycle" in query else query.removeprefix("year=")
    assert f'filename="record-{years}.pdf"' in answer.headers["Content-Disposition"], "the whole period"


HEADS = {
    "zh": (("要求", "期间", "应达", "已计入", "尚缺", "结果"), ("序号", "日期", "学习内容", "类别", "学时", "天数", "状态")),
    "en": (("Requirement", "Period", "To reach", "Counted", "Short of it", "Verdict"),
           ("Line no.", "Date", "What was studied", "Category", "Hours", "Days", "State")),
}  # fmt: skip


@pytest.mark.sqlite_only
@pytest.mark.parametrize("language", HEADS)
def test_no_head_of_a_printed_table_runs_into_the_next(client, work_as, language):
    with work_as() as work:
        build.posted(work, build.cadre(work), "网课", "12", date(2026, 6, 5))
    client.sign_in("lixue")
    paper = PdfDocument(client.get(f"/hours/transcript.pdf?year=2026&lang={language}").data)[0].get_textpage()
    for heads in HEADS[language]:
        boxes = [places(paper, head) for head in heads]
        (row,) = set.intersection(*({round(box[1]) for box in found} for found in boxes))
        spans = [next((left, right) for left, bottom, right in found if round(bottom) == row) for found in boxes]
        assert [head for head, (_, end), (begin, _) in zip(heads, spans, spans[1:], strict=False) if end > begin] == []


def places(paper: Any, words: str) -> list[tuple[float, float, float]]:
    """Where words stand on a page: left, baseline, right."""
    search, found = paper.search(words, match_case=True), []
    while at := search.get_next():
        first, last = paper.get_charbox(at[0], loose=True), paper.get_charbox(at[0] + at[1] - 1, loose=True)
        found.append((first[0], first[1], last[2]))
    return found


def pages(content: bytes) -> int:
    """Pages of a PDF, by the number its tree states."""
    found = re.search(rb"/Count (\d+)", content)
    assert found is not None
    return int(found[1])


@pytest.mark.sqlite_only
def test_the_transcript_names_person_unit_rules_moment_and_proof(client, work_as):
    with work_as() as work:
        person = build.cadre(work, name="何若溪")
        line = build.posted(work, person, "城市更新", "2", date(2026, 5, 1))
        end = line.hash.hex() if isinstance(line.hash, bytes) else line.hash
    client.sign_in("lixue")
    html = client.get("/hours/transcript").get_data(as_text=True)
    for words in ("何若溪", "市人事局", "demo@1", "2026-11-22 10:00", end, "0 / 1", "2026-01-01 至 2026-12-31"):
        assert words in html, words
    cycle = client.get("/hours/transcript?period=cycle").get_data(as_text=True)
    assert "2023-01-01 至 2027-12-31" in cycle


@pytest.mark.sqlite_only
@pytest.mark.parametrize("query", ["year=1999", "year=2027", "year=2099", "period=week", "year=2031&period=cycle", "year=20x6"])
def test_a_period_that_is_none_is_not_found(client, work_as, query):
    with work_as() as work:
        build.cadre(work)
    client.sign_in("lixue")
    assert {client.get(f"/hours/transcript{suffix}?{query}").status_code for suffix in ("", ".pdf", ".xlsx")} == {404}


@pytest.mark.sqlite_only
def test_nobody_gets_a_transcript_without_signing_in(client):
    assert {client.get(f"/hours/transcript{suffix}").status_code for suffix in ("", ".pdf", ".xlsx")} == {303}
