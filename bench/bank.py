"""The bank at 20,000 questions: files read and refused, ten thousand rows looked over and brought in, its list."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, update

from app.bank import service
from app.bank.models import Card, CardState
from app.bank.queries import lists
from app.bank.queries.lists import Wanted
from app.bank.rules.answers import Kind
from app.bank.rules.findings import Unreadable
from app.bank.rules.formats import excel, gift
from app.bank.rules.formats.table import COLUMNS
from app.bank.service import reading
from app.exams import service as exams
from app.exams.models import Exam, ExamState
from app.exams.queries import drawing
from app.exams.rules.blueprint import Row
from app.exams.rules.sessions import Terms
from app.exams.rules.timing import ReleasePolicy
from app.exams.service import papering, refusals
from app.kernel.work import Actor, College, Work, working
from app.people import service as people
from app.people.models import Account
from bench.figures import Figure
from bench.servers import Server

ROWS, GIFT, DRAWS = 10_000, 1_000, 40
BOMB = b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "ha">' + b"".join(b'<!ENTITY a%d "&a;&a;">' % at for at in range(40)) + b"]><quiz/>"
LOOKS = (Wanted(), Wanted(words="数据第 77"), Wanted(kind="single", difficulty=3), Wanted(topic="知识点 3"), Wanted(state="approved"))


def bank(server: Server, rows: int = ROWS) -> list[Figure]:
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
    limit = 20 * max(rows / ROWS, 0.1)
    good, broken = _workbook("A", rows), _workbook("Z9", rows)
    found.append(_timed(f"{rows:,} broken rows of Excel looked over", lambda: service.examine(college, actor, broken), limit))
    for turn in ("first", "second"):
        found += _brought_in(college, actor, good, f"{rows:,} rows of Excel looked over, {turn} time", limit)
    with working(college, actor, write=False) as work:
        size = work.session.scalar(select(func.count()).select_from(Card))
        for wanted in LOOKS:
            began = time.perf_counter()
            lists.questions(work, wanted)
            found.append(Figure("bank", f"a page of {size} questions {wanted}", (time.perf_counter() - began) * 1000, 100, "ms"))
    return [*found, *_drawing(college, person_id)]


def _brought_in(college: College, actor: Actor, good: bytes, what: str, limit: float) -> list[Figure]:
    """Good rows: looked over, then brought in."""
    uids: list[UUID] = []
    looked = _timed(what, lambda: uids.append(service.examine(college, actor, good)), limit)
    return [looked, _timed(f"{what}, and brought in", lambda: _carry_out(college, actor, uids[0]), limit)]


def _drawing(college: College, instructor: int) -> list[Figure]:
    """A paper of 100 questions drawn from all that were brought in, for a candidate, with everything a start reads (issue 3: ≤ 30 ms)."""
    with working(college, Actor.system("bench")) as work:
        work.session.execute(update(Card).values(state=CardState.APPROVED))
        names = {"personnel": 0, "section": 0}
        for name in names:
            names[name] = work.session.scalars(select(Account.person_id).where(Account.user_name == name)).one()
        sets_up, sits, wrote = (people.actor_for(work, one) for one in (names["personnel"], names["section"], instructor))
    with working(college, sets_up) as work:
        exam = exams.plan_exam(work, Terms("从两万题中抽一百题", 120, release_policy=ReleasePolicy.FULL_AT_ONCE))
        exams.set_blueprint(work, exam.uid, [Row("", Kind.SINGLE, 80, Decimal(1)), Row("知识点 3", Kind.SINGLE, 20, Decimal(1))])
        exams.move_exam(work, exam.uid, "checked")
        work.session.execute(update(Exam).where(Exam.id == exam.id).values(state=ExamState.OPEN))
    middle, cpu = _middle(college, sits, exam.uid)
    found = [Figure("bank", f"a paper of 100 drawn, middle of {DRAWS}", middle, 30, "ms", f"{cpu:.1f} ms of CPU")]
    began = time.perf_counter()
    with working(college, wrote, write=False) as work, suppress(refusals.KnowsThePaper):
        papering.paper_of(work, _entry(work, exam.uid), b"key", "none")
    return [*found, Figure("bank", "and refused to who wrote most of them", (time.perf_counter() - began) * 1000, 100, "ms")]


def _entry(work: Work, uid: UUID) -> drawing.Entry:
    entry = drawing.entry(work, uid)
    assert entry is not None
    return entry


def _middle(college: College, actor: Actor, uid: UUID) -> tuple[float, float]:
    """Milliseconds of the middle draw, each in a transaction of its own, and of CPU on average."""
    times, spent = [], time.process_time()
    for at in range(DRAWS):
        began = time.perf_counter()
        with working(college, actor, write=False) as work:
            assert len(papering.paper_of(work, _entry(work, uid), f"key {at}".encode(), f"attempt {at}").lines) == 100
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), (time.process_time() - spent) * 1000 / DRAWS


def _timed(what: str, act: Callable[[], object], limit: float) -> Figure:
    began, spent = time.perf_counter(), time.process_time()
    act()
    return Figure("bank", what, time.perf_counter() - began, limit, "s", f"{time.process_time() - spent:.1f} s of CPU in this process")


def _refused(content: bytes) -> None:
    try:
        reading.read(content)
    except Unreadable:
        return
    raise AssertionError("was read")


def _workbook(answer: str, rows: int) -> bytes:
    """So many single-choice questions that share their beginning, as a teacher's do."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([words[0] for words in COLUMNS.values()])
    assert excel.template()
    for at in range(rows):
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
