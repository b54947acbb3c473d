"""My ledger and one of its lines, as pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import event

from app.ledger import service as ledger
from app.ledger.service import ports
from tests import make
from tests.ledger.build import line, training

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def reader(app, work_as):
    """A person whose requests need no sign-in."""
    with work_as() as work:
        person = make.person(work, "李学", at=make.unit(work, "市交通运输局"), rank="division")
    app.extensions["identify"] = lambda work, credentials: make.actor(person)
    app.extensions["password_gate"] = lambda endpoint: None
    return person.id


@pytest.fixture
def page(app, reader):
    def get(path):
        answer = app.test_client().get(path, headers={"Authorization": "Bearer x"})
        return answer.status_code, answer.get_data(as_text=True)

    return get


@pytest.fixture
def some_lines(work_as, reader):
    with work_as() as work:
        ledger.append(work, line(reader, 1, place=None))
        ledger.append(work, training(reader, 2, title="任职培训班", certified_by="市委组织部 陈证"))
        ledger.append(work, line(reader, 3, title="<b>危机管理</b>", hours=Decimal("0.5")))
        ledger.reverse(work, reader, 3, "第 2 讲由他人代学")
        ledger.append(work, line(reader, 4, accounting_year=2025))
        ledger.adjust(work, line(reader, 5, hours=Decimal(-1), activity_key=None), "关账后核减")


def test_a_year_shows_every_line_and_both_sides_of_a_reversal(page, some_lines):
    status, html = page("/ledger")
    assert status == 200
    assert "领导沟通技巧（1）" in html
    assert "冲销第 3 行：第 2 讲由他人代学" in html
    assert "已由第 4 行冲销" in html
    assert "&lt;b&gt;危机管理" in html
    assert "−0.5" in html
    assert "40.25 学时 · 5 天" in html
    assert "本年 5 行中有 0 行已签名封存" in html


def test_filters_narrow_the_table_and_its_sum(page, some_lines):
    html = page("/ledger?category=special_class")[1]
    assert "任职培训班" in html
    assert "领导沟通技巧（1）" not in html
    assert "40 学时 · 5 天" in html
    assert "当前显示 1 行" in html
    html = page("/ledger?kind=reversed")[1]
    assert "任职培训班" not in html
    assert ">0 学时" in html
    assert "当前显示 3 行" not in html
    assert "没有符合条件的记录" in page("/ledger?year=2025&kind=reversed")[1]
    assert page("/ledger?category=lunch&kind=x")[0] == 200


def test_another_year_has_its_own_lines(page, some_lines):
    html = page("/ledger?year=2025")[1]
    assert "领导沟通技巧（4）" in html
    assert "领导沟通技巧（1）" not in html


def test_a_year_without_lines_leads_to_the_courses(page, reader):
    html = page("/ledger")[1]
    assert "2026 年还没有入账记录" in html
    assert 'href="/courses"' in html


@pytest.mark.parametrize("year", ["x", "0", "99999", "-5", "２０２６"])
def test_a_year_that_is_none_is_not_found(page, reader, year):
    assert page(f"/ledger?year={year}")[0] == 404


def test_a_line_shows_what_was_entered_and_its_hashes(page, some_lines, work_as, reader):
    status, html = page("/ledger/1")
    assert status == 200
    for words in (
        "市交通运输局",
        "主任科员",
        "处级",
        "demo@1",
        "系统按规则自动认定",
        "胜任力培训",
        '2026-11-01</span> – <span class="num nowrap">2026-11-20',
        "待封存",
    ):
        assert words in html, words
    assert "市委组织部 陈证" in page("/ledger/2")[1]
    assert "0" * 64 in html


def test_a_sealed_line_shows_its_proof(page, some_lines, work_as):
    with work_as() as work:
        done = ledger.seal(work)
    html = page("/ledger/1")[1]
    assert done.root in html
    assert "已封存" in html
    assert "共 6 行）的第 0 号叶子" in html


def test_a_reversal_and_its_line_lead_to_each_other(page, some_lines):
    assert 'href="/ledger/4"' in page("/ledger/3")[1]
    html = page("/ledger/4")[1]
    assert 'href="/ledger/3"' in html
    assert "第 2 讲由他人代学" in html
    assert "关账后核减" in page("/ledger/6")[1]


def test_a_line_that_is_not_mine_is_not_found(page, some_lines, work_as):
    with work_as() as work:
        other = make.person(work, "周外")
        for n in range(9):
            ledger.append(work, line(other.id, n))
    assert page("/ledger/7")[0] == 404
    assert page("/ledger/0")[0] == 404


def test_the_evidence_comes_from_the_domain_that_has_it(page, some_lines, monkeypatch):
    asked = []

    def find(work, person_id, source_type, source_id):
        asked.append((person_id, source_type, source_id))
        return [ledger.Evidence("第 1 讲 倾听", (("已计入", "3:12 / 3:20"),), "/courses/x")] if source_type == "course" else []

    monkeypatch.setattr(ports, "_evidence", [lambda *_: (), find])
    html = page("/ledger/1")[1]
    assert "第 1 讲 倾听" in html
    assert "3:12 / 3:20" in html
    assert asked[0][1:] == ("course", "c1")


def test_ports_take_one_of_each(monkeypatch, work_as):
    monkeypatch.setattr(ports, "_evidence", [])
    monkeypatch.setattr(ports, "_papers", [])
    with work_as(write=False) as work:
        assert ledger.papers(work, 1, [1]) == {}
        ledger.set_papers(lambda work, person_id, seqs: {seqs[0]: "PC-1"})
        assert ledger.papers(work, 1, [1]) == {1: "PC-1"}
        assert ledger.papers(work, 1, []) == {}
        assert ledger.set_evidence(tuple) is ledger.set_evidence(tuple)
        assert ports._evidence == [tuple]


def test_lines_erased_by_law_say_so(page, some_lines, work_as, reader):
    with work_as() as work:
        ledger.erase_particulars(work, reader)
    assert "第 1 行" in page("/ledger")[1]
    html = page("/ledger/1")[1]
    assert "依申请删除" in html
    assert "主任科员" not in html


def test_the_pages_need_few_statements_however_many_lines(page, some_lines, work_as, reader, college):
    """≤ 10 SQL statements, the same with 6 or with 106 lines (decisions 29)."""

    def count(path):
        seen = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(college.engine, "before_cursor_execute", listen)
        page(path)
        event.remove(college.engine, "before_cursor_execute", listen)
        return len(seen)

    before = count("/ledger"), count("/ledger/1")
    with work_as() as work:
        ledger.append_many(work, [line(reader, n) for n in range(100, 200)])
    assert (count("/ledger"), count("/ledger/1")) == before
    assert max(before) <= 8


def test_nobody_signed_in_is_sent_to_the_door(app, reader):
    assert app.test_client().get("/ledger").status_code in (303, 401)


def test_the_page_reads_in_english(page, some_lines):
    html = page("/ledger?lang=en")[1]
    assert "My ledger" in html
    assert "takes back line 3" in html
