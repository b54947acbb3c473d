"""Past training out of files: examined by row, posted once, told where it came from, taken back as a whole."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select, update

from app.history import queries, rules, service, words
from app.history.models import HistoryImport, HistoryLine
from app.history.service import HistoryRefused
from app.kernel.clock import StoppedClock
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor, College, working
from app.ledger import queries as ledger_lines
from app.ledger import service as ledger
from app.ledger.models import LedgerEntry
from app.people.models import Appointment
from app.people.service.sheets import NotASheet
from tests.history import build
from tests.history.build import csv, row, xlsx
from tests.ledger import build as ledger_build
from tests.people import build as people_build

SYSTEM = Actor.system("test")


def codes(report: service.Report) -> list[tuple[int, str]]:
    return [(finding.row, finding.code) for finding in report.findings]


def count(college: College) -> int:
    with working(college, SYSTEM, write=False) as work:
        return work.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def lines(college: College, person: Any) -> list[Any]:
    with working(college, SYSTEM, write=False) as work:
        return list(ledger_lines.lines(work, person.id))


@pytest.mark.parametrize("make", [csv, xlsx, lambda rows: csv(rows, "gb18030")])
def test_a_dry_run_changes_nothing_and_the_import_does_what_it_said(college: College, cast: list[Any], actor: Actor, make: Any) -> None:
    file = make([row(1), row(2), row(1, 培训名称="保密知识讲座", 开始日期="2024-05-06", 结束日期="2024-05-06", 学时=None, 培训天数="0.5")])
    said = service.examine(college, actor, file)
    assert (said.rows, said.good, said.bad, said.persons, said.hours, said.done) == (3, 3, 0, 2, "84", False)
    assert count(college) == 0
    uid, did = service.bring_in(college, actor, "past.csv", file)
    assert (did.good, did.hours, did.done) == (3, "84", True)
    posted = lines(college, cast[0])
    assert {(one.title, one.hours, one.days) for one in posted} == {
        ("处级干部进修班", Decimal(40), Decimal(5)),
        ("保密知识讲座", Decimal(4), Decimal("0.5")),
    }
    assert {(one.accounting_year, one.certified_by, one.source_type) for one in posted} == {(2024, "柳亦安", "history")}
    assert uid is not None


def test_each_line_names_file_row_and_importer(college: College, cast: list[Any], actor: Actor) -> None:
    file = csv([row(1), row(2)])
    uid, _ = service.bring_in(college, actor, "../../历史.csv", file)
    (line,) = lines(college, cast[1])
    assert line.source_id == f"{uid}:3"
    with working(college, SYSTEM, write=False) as work:
        (told,) = ledger.evidence(work, cast[1].id, line.source_type, line.source_id)
        kept = work.session.scalars(select(HistoryImport)).one()
        assert ledger.evidence(work, cast[1].id, "history", "demo:7:2025:1") == ()  # a past that no file brought in
    assert told.title == kept.file_name == "历史.csv"
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    assert ("SHA-256", digest) in told.facts
    assert (kept.digest, kept.owner_id, kept.owner_name) == (digest, actor.person_id, "柳亦安")


def test_the_same_file_again_credits_nothing(college: College, cast: list[Any], actor: Actor) -> None:
    file = csv([row(1), row(2)])
    service.bring_in(college, actor, "a.csv", file)
    with pytest.raises(HistoryRefused) as refused:
        service.bring_in(college, actor, "b.csv", file)
    assert codes(service.report_of(refused.value)) == [(2, "credited_already"), (3, "credited_already")]
    assert count(college) == 2


def test_only_the_good_rows_come_in_when_asked(college: College, cast: list[Any], actor: Actor) -> None:
    file = csv([row(1), row(2, 学时="四十"), row(3)])
    with pytest.raises(HistoryRefused):
        service.bring_in(college, actor, "a.csv", file)
    assert count(college) == 0
    _, report = service.bring_in(college, actor, "a.csv", file, only_good=True)
    assert (report.good, report.bad, codes(report)) == (2, 1, [(3, "not_a_figure")])
    assert count(college) == 2


def test_a_course_or_claim_that_is_credited_is_found_by_certificate_and_by_name_and_dates(
    college: College, cast: list[Any], actor: Actor
) -> None:
    with working(college, SYSTEM) as work:
        known = ledger_build.line(cast[0].id, 1, activity_key="ext:市人事局:gz2024001", occurred_from=date(2024, 1, 8),
                                  occurred_to=date(2024, 1, 8))  # fmt: skip
        ledger.append(work, known)
        named = ledger_build.line(cast[1].id, 2, title="处级干部进修班", occurred_from=date(2024, 3, 4), occurred_to=date(2024, 3, 8))
        ledger.append(work, named)
    report = service.examine(college, actor, csv([row(1, 主办单位="市人事局", 证书编号="GZ-2024-001"), row(2), row(3)]))
    assert codes(report) == [(2, "credited_already"), (3, "credited_already")]
    assert report.good == 1


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"姓名": "王大乙"}, "other_name"),
        ({"身份证号": people_build.id_no(77)}, "person_unknown"),
        ({"身份证号": 1.1e17}, "id_as_number"),
        ({"身份证号": None}, "person_missing"),
        ({"身份证号": people_build.id_no(1)[:-1] + "Z"}, "id_shape"),
        ({"培训类别": "郊游"}, "unknown_word"),
        ({"开始日期": 45355}, "date_as_number"),
        ({"开始日期": "三月四日"}, "not_a_date"),
        ({"开始日期": "2024-02-30"}, "no_such_day"),
        ({"结束日期": "2031-01-01"}, "day_out_of_range"),
        ({"结束日期": "2024-03-01"}, "ends_before"),
        ({"学时": None, "培训天数": None}, "figure_missing"),
        ({"学时": 0, "培训天数": 0}, "figure_missing"),
        ({"学时": 61}, "too_many_hours"),
        ({"学时": -1}, "not_a_figure"),
        ({"学时": 1.005}, "too_fine"),
        ({"培训天数": 6}, "too_many_days"),
        ({"证书编号": "A1"}, "issuer_missing"),
        ({"培训名称": "=SUM(A1)"}, "formula"),
        ({"培训名称": "<script>" * 20}, "too_long"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_by_its_cell(college: College, cast: list[Any], actor: Actor, cells: Any, code: str) -> None:
    report = service.examine(college, actor, xlsx([row(1, **cells), row(2)]))
    assert codes(report) == [(2, code)]
    assert (report.good, report.bad) == (1, 1)
    wrong, fix = words.told(report.findings[0])
    assert wrong and fix and "%(" not in wrong + fix


def test_twice_in_the_file_and_dates_that_are_used_up_are_found(college: College, cast: list[Any], actor: Actor) -> None:
    again = row(1, 培训名称="处级干部进修班 ")
    other = row(1, 培训名称="另一个班", 结束日期="2024-03-06", 培训天数=3, 学时=24)
    report = service.examine(college, actor, csv([row(1), again, other]))
    assert codes(report) == [(3, "training_twice"), (4, "days_taken")]


def test_nobody_brings_in_training_of_his_own_or_of_people_outside_his_jurisdiction(college: College, cast: list[Any]) -> None:
    actor = build.importer(college, "division")
    report = service.examine(college, actor, csv([row(1)]))
    assert codes(report) == [(2, "outside_scope")]
    own = Actor(person_id=cast[0].id, name=cast[0].name, actions=actor.actions, grants=build.importer(college).grants)
    assert codes(service.examine(college, own, csv([row(1), row(2)]))) == [(2, "own_training")]
    with pytest.raises(Forbidden):
        service.examine(college, Actor(person_id=cast[0].id, name="x"), csv([row(1)]))


def test_people_are_found_by_user_name_too(college: College, cast: list[Any], actor: Actor) -> None:
    from tests import make

    with working(college, SYSTEM) as work:
        make.account(work, cast[0], "wangxiaojia")
    report = service.examine(college, actor, csv([row(1, 身份证号=None, 用户名="WangXiaoJia"), row(2, 身份证号=None, 用户名="nobody")]))
    assert (report.good, codes(report)) == (1, [(3, "person_unknown")])


def test_a_title_above_the_heads_is_passed_over_and_merged_heads_are_named(college: College, cast: list[Any], actor: Actor) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["某单位 2024 年培训情况"])
    sheet.merge_cells("A1:L1")
    sheet.append(list(build.HEADS))
    sheet.append(row(1))
    assert service.examine(college, actor, saved(book)).good == 1
    sheet.cell(2, 2).value = None  # 姓名 reaches over two columns
    sheet.cell(2, 3).value = None
    sheet.merge_cells("A2:C2")
    report = service.examine(college, actor, saved(book))
    assert (report.rows, report.bad) == (0, 1)
    assert codes(report) == [(2, "missing_column")]


def saved(book: Workbook) -> io.BytesIO:
    kept = io.BytesIO()
    book.save(kept)
    kept.seek(0)
    return kept


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0old", b"\x00\x01\x02"])
def test_what_is_no_table_is_refused_with_a_sentence(college: College, cast: list[Any], actor: Actor, content: bytes) -> None:
    with pytest.raises(NotASheet):
        service.bring_in(college, actor, "a.xlsx", io.BytesIO(content)) if content != b"%PDF-1.7\n" else refuse_heads(
            college, actor, content
        )
    assert count(college) == 0


def refuse_heads(college: College, actor: Actor, content: bytes) -> None:
    """Text that is no table has no heads; it is refused by them."""
    with pytest.raises(HistoryRefused):
        service.bring_in(college, actor, "a.csv", io.BytesIO(content))
    raise NotASheet


def test_a_whole_import_is_taken_back_by_reversal_once(college: College, cast: list[Any], actor: Actor) -> None:
    uid, _ = service.bring_in(college, actor, "a.csv", csv([row(1), row(2), row(3)]))
    assert uid is not None
    with working(college, SYSTEM) as work:
        ledger.reverse(work, cast[2].id, 1, "单独更正")
    other = build.importer(college, "bureau")
    with pytest.raises(NotFound):
        service.take_back(college, other, uid, "不是他的")
    assert service.take_back(college, actor, uid, "文件有误") == 2
    for person in cast:
        sums = ledger_lines.totals(lines(college, person))
        assert (sums.whole.hours, sums.whole.days, sums.whole.lines) == (Decimal(0), Decimal(0), 2)
    with pytest.raises(service.NotIn):
        service.take_back(college, actor, uid, "再来一次")
    again, report = service.bring_in(college, actor, "a.csv", csv([row(1)]))
    assert report.good == 1 and again != uid


def test_an_import_is_taken_back_by_another_who_has_all_its_persons_in_scope_and_is_none_of_them(
    college: College, cast: list[Any], actor: Actor
) -> None:
    uid, _ = service.bring_in(college, actor, "a.csv", csv([row(1), row(2)]))
    assert uid is not None
    with working(college, SYSTEM) as work:
        post = work.session.scalars(select(Appointment).where(Appointment.person_id == cast[1].id)).one()
        rank, post.rank_level = post.rank_level, "bureau"
    some, all_ = build.importer(college, rank or ""), build.importer(college, rank or "", "bureau")
    with working(college, some, write=False) as work:
        assert not queries.imports(work, None).items
    with pytest.raises(NotFound):
        service.take_back(college, some, uid, "只管其中一人")
    with pytest.raises(service.OwnLines):
        service.take_back(college, replace(all_, person_id=cast[0].id, name=cast[0].name), uid, "自己也在其中")
    with working(college, all_, write=False) as work:
        assert [one.uid for one in queries.imports(work, None).items] == [uid]
    assert service.take_back(college, all_, uid, "文件有误") == 2
    with working(college, SYSTEM, write=False) as work:
        assert work.session.scalars(select(HistoryImport.undone_by)).one() == all_.name


def test_what_is_only_checked_is_nobody_elses_to_see_what_is_half_in_is(college: College, cast: list[Any], actor: Actor) -> None:
    uid = service.lay_down(college, actor, "a.csv", csv([row(1)]))
    half, _ = service.bring_in(college, actor, "b.csv", csv([row(2)]))
    with working(college, SYSTEM) as work:
        work.session.execute(update(HistoryImport).where(HistoryImport.uid == half).values(state="examined"))
    with working(college, build.importer(college), write=False) as work:
        assert [one.uid for one in queries.imports(work, None).items] == [half]
        with pytest.raises(NotFound):
            service.seen_import(work, uid)


def test_an_interrupted_import_goes_on_behind_what_is_in(
    college: College, cast: list[Any], actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.history.service import examining

    monkeypatch.setattr(examining, "BATCH", 1)
    uid = service.lay_down(college, actor, "a.csv", csv([row(1), row(2), row(3)]))

    def stop(rows: int) -> None:
        if rows == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.carry_out(college, actor, uid, only_good=False, progress=stop)
    assert count(college) == 2
    report = service.carry_out(college, actor, uid, only_good=True)
    assert (report.good, report.known, report.bad) == (1, 2, 0)
    assert count(college) == 3
    with working(college, SYSTEM, write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(HistoryLine)) == 3


@pytest.mark.parametrize("is_left", [False, True])
def test_a_file_of_which_a_part_is_in_is_kept_until_all_of_it_is_in_or_it_is_taken_back(
    college: College, cast: list[Any], actor: Actor, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock, is_left: bool
) -> None:
    """What waits untouched is dropped after a week; lines of a file that is gone could not be completed."""
    from app.history.service import examining

    monkeypatch.setattr(examining, "BATCH", 1)
    untouched = service.lay_down(college, actor, "a.csv", csv([row(1)]))
    uid = service.lay_down(college, actor, "b.csv", csv([row(1), row(2)]))

    def stop(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.carry_out(college, actor, uid, only_good=False, progress=stop)
    clock.at += timedelta(days=8)
    service.lay_down(college, actor, "c.csv", csv([row(3)]))
    with pytest.raises(NotFound):
        service.carry_out(college, actor, untouched, only_good=True)
    if is_left:  # the other officer has the same jurisdiction; of what waits untouched he sees nothing
        other = replace(actor, person_id=cast[2].id)
        with pytest.raises(NotFound):
            service.take_back(college, other, untouched, "文件有误")
        with pytest.raises(NotFound):
            service.carry_out(college, other, uid, only_good=True)
        assert service.take_back(college, other, uid, "文件有误") == 1
        with pytest.raises(service.AlreadyIn):
            service.carry_out(college, actor, uid, only_good=True)
    else:
        assert service.carry_out(college, actor, uid, only_good=True).known == 1
        assert service.take_back(college, actor, uid, "文件有误") == 2
    assert not (college.settings.data_dir / "history" / str(uid)).exists()
    assert not (college.settings.data_dir / "history" / str(untouched)).exists()


def test_rows_of_a_closed_year_are_left_to_an_adjustment(
    college: College, cast: list[Any], actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.ledger.service import years

    uid, _ = service.bring_in(college, actor, "a.csv", csv([row(1)]))
    monkeypatch.setattr(years, "_closed", [lambda _work: {2024}])
    assert codes(service.examine(college, actor, csv([row(2)]))) == [(2, "year_closed")]
    assert uid is not None
    with pytest.raises(ledger.YearClosed):
        service.take_back(college, actor, uid, "已结账")
    assert count(college) == 1


@pytest.mark.slow
def test_ten_thousand_rows_come_in_and_are_taken_back(college: College, actor: Actor) -> None:
    with working(college, SYSTEM) as work:
        build.cadres(work, 2_000)
    file = xlsx([row(n % 2_000 + 1, 培训名称=f"专题班第{n // 2_000}期", 开始日期=f"2024-0{n // 2_000 + 1}-10",
                     结束日期=f"2024-0{n // 2_000 + 1}-12", 培训天数=3, 学时=24) for n in range(10_000)])  # fmt: skip
    uid, report = service.bring_in(college, actor, "big.xlsx", file)
    assert (report.good, report.bad) == (10_000, 0)
    assert uid is not None
    assert service.take_back(college, actor, uid, "整批有误") == 10_000


def test_every_code_has_its_words() -> None:
    import inspect
    import re

    from app.history.service import placing

    source = inspect.getsource(rules) + inspect.getsource(placing)
    given = set(re.findall(r'"(\w+)"(?=[,)])', source)) & set(words.FINDINGS)
    assert given == set(words.FINDINGS)
