"""The bank at 20,000 questions: files read and refused, ten thousand rows looked over and brought in, its list."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

from sqlalchemy import func, select

from app.bank import service
from app.bank.models import Card
from app.bank.queries import lists
from app.bank.queries.lists import Wanted
from app.bank.rules.findings import Unreadable
from app.bank.rules.formats import excel, gift
from app.bank.rules.formats.table import COLUMNS
from app.bank.service import reading
from app.kernel.work import Actor, College, working
from app.people import service as people
from app.people.models import Account
from bench.figures import Figure
from bench.servers import Server

ROWS, GIFT = 10_000, 1_000
BOMB = b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "ha">' + b"".join(b'<!ENTITY a%d "&a;&a;">' % at for at in range(40)) + b"]><quiz/>"
LOOKS = (Wanted(), Wanted(words="数据第 77"), Wanted(kind="single", difficulty=3), Wanted(topic="知识点 3"), Wanted(state="approved"))


def bank(server: Server) -> list[Figure]:
    """1,000 GIFT questions ≤ 1 s; 10,000 rows of Excel ≤ 20 s with findings, good or broken (issue 3)."""
    assert server.college is not None
    college = server.college
    with working(college, Actor.system("bench"), write=False) as work:
        person_id = work.session.scalars(select(Account.person_id).where(Account.user_name == "instructor")).one()
        actor = people.actor_for(work, person_id)
    text = "\n\n".join(f"::{at}:: 公共数据第 {at} 题 {{=甲{at} ~乙{at} ~丙 ~丁####见第 {at} 讲}}" for at in range(GIFT))
    found = [_timed("1,000 GIFT questions read", lambda: len(gift.read(text).questions), 1)]
    found.append(_timed("an entity bomb refused", lambda: _refused(BOMB), 1))
    found.append(_timed("an XML file of 200 MB refused", lambda: _refused(b"<quiz>" + b" " * (200 * 1024 * 1024)), 1))
    good, broken = _workbook("A"), _workbook("Z9")
    found.append(_timed("10,000 broken rows of Excel looked over", lambda: service.examine(college, actor, broken), 20))
    for turn in ("first", "second"):
        uid = []
        found.append(
            _timed(
                f"10,000 rows of Excel looked over, {turn} time", lambda kept=uid: kept.append(service.examine(college, actor, good)), 20
            )
        )  # type: ignore[misc]
        found.append(_timed(f"and brought in, {turn} time", lambda kept=uid: _carry_out(college, actor, kept[0]), 20))  # type: ignore[misc]
    with working(college, actor, write=False) as work:
        size = work.session.scalar(select(func.count()).select_from(Card))
        for wanted in LOOKS:
            began = time.perf_counter()
            lists.questions(work, wanted)
            found.append(Figure("bank", f"a page of {size} questions {wanted}", (time.perf_counter() - began) * 1000, 100, "ms"))
    return found


def _timed(what: str, act: Callable[[], object], limit: float) -> Figure:
    began = time.perf_counter()
    act()
    return Figure("bank", what, time.perf_counter() - began, limit, "s")


def _refused(content: bytes) -> None:
    try:
        reading.read(content)
    except Unreadable:
        return
    raise AssertionError("was read")


def _workbook(answer: str) -> bytes:
    """Ten thousand single-choice questions that share their beginning, as a teacher's do."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([words[0] for words in COLUMNS.values()])
    assert excel.template()
    for at in range(ROWS):
        stem = f"关于公共数据第 {at} 条规定，下列说法正确的是（{at * 7919 % 10007}）。"
        cells = {"kind": "单选题", "stem": stem, "option_a": f"甲{at}", "option_b": f"乙{at}", "option_c": "丙", "option_d": "丁",
                 "answer": answer, "points": 2, "topic": f"知识点 {at % 40}", "difficulty": at % 5 + 1}  # fmt: skip
        sheet.append([cells.get(name) for name in COLUMNS])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _carry_out(college: College, actor: Actor, uid: object) -> None:
    with working(college, actor) as work:
        service.carry_out(work, uid)  # type: ignore[arg-type]
