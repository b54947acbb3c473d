"""Bringing in people: idempotent, one person once, within one's jurisdiction, all or only the good rows."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from app.kernel.errors import Forbidden
from app.kernel.work import Actor, College, working
from app.people import queries, words
from app.people.models import Account, Appointment, Person, PersonEvent, TeamMembership
from app.people.service import importing, placing, reports
from app.people.service.importing import Report, RollRefused, bring_in, examine
from tests.people import build
from tests.people.build import HEADS, as_csv, as_xlsx, id_no, row

SYSTEM = Actor.system("test")


@pytest.fixture
def loaded(college: College) -> College:
    build.load(college)
    return college


def codes(report: Report) -> list[tuple[int, str]]:
    return [(finding.row, finding.code) for finding in report.findings]


def counts(college: College) -> tuple[int, ...]:
    with working(college, write=False) as work:
        return tuple(work.session.scalar(select(func.count()).select_from(table)) or 0
                     for table in (Person, Appointment, TeamMembership, Account, PersonEvent))  # fmt: skip


def facts_by_id(college: College, number: int) -> Any:
    with working(college, SYSTEM, write=False) as work:
        digest = placing.seal(work.settings.secret_key).hashed(id_no(number))
        return queries.facts(work, work.session.scalars(select(Person.id).where(Person.id_no_hash == digest)).one())


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_a_dry_run_changes_nothing_and_the_import_does_what_it_said(loaded: College, make: Any) -> None:
    file = make([row(1), row(2, 姓名="李华", 用户名="LiHua", 标签="后备、青年"), row(3, 队伍="专业技术人员", 职务层次=None, 层次="高级")])
    before = counts(loaded)
    said = examine(loaded, SYSTEM, file)
    assert (said.rows, said.good, said.created, said.bad, said.done) == (3, 3, 3, 0, False)
    assert counts(loaded) == before
    did = bring_in(loaded, SYSTEM, file)
    assert (did.created, did.done) == (3, True)
    assert counts(loaded) == tuple(a + b for a, b in zip(before, (3, 3, 3, 1, 0), strict=True))
    known = facts_by_id(loaded, 2)
    assert {tag.tag for tag in known.tags} == {"reserve", "youth"}
    assert known.appointments[0].rank == "section_below"


class Counted(io.BytesIO):
    """A file that knows how many bytes were asked of it."""

    given = 0

    def read1(self, size: int | None = -1, /) -> bytes:
        return self._noted(super().read1(size))

    def read(self, size: int | None = -1, /) -> bytes:
        return self._noted(super().read(size))

    def _noted(self, found: bytes) -> bytes:
        self.given += len(found)
        return found


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_no_row_is_read_twice_and_what_was_found_stays_found(loaded: College, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """PERF-G11: the import costs one reading of the file, whatever its pieces; notes of the head row and bad rows are told as ever."""
    monkeypatch.setattr(importing, "BATCH", 7)
    rows = [row(n, 标签="女干部") for n in range(1, 20)] + [row(20, 单位="市委宣传步"), row(21, 任职日期="昨天")]
    once, whole = (Counted(make(rows, heads=[*HEADS, "政治表现"]).getvalue()) for _ in range(2))
    said = examine(loaded, SYSTEM, once)
    did = bring_in(loaded, SYSTEM, whole, only_good=True)
    assert (whole.given, did.created, did.rows, did.bad) == (once.given, 19, 21, 2)
    assert did.findings == said.findings
    assert [code for _, code in codes(did)] == ["unknown_column", "unit_unknown", "not_a_date"]


def test_the_same_file_again_changes_nothing(loaded: College) -> None:
    rows = [row(n, 标签="女干部") for n in range(1, 30)]
    bring_in(loaded, SYSTEM, as_csv(rows))
    before = counts(loaded)
    again = bring_in(loaded, SYSTEM, as_csv(reversed(rows)))
    assert (again.created, again.changed, again.unchanged) == (0, 0, 29)
    assert counts(loaded) == before


def test_one_natural_person_is_entered_once(loaded: College) -> None:
    """ATK-A31: the same ID number twice in a file, or under another name."""
    bring_in(loaded, SYSTEM, as_csv([row(1)]))
    report = examine(loaded, SYSTEM, as_csv([row(1, 姓名="王小朋"), row(2), row(2, 姓名="另一人"), row(1, 身份证号=id_no(1).lower())]))
    assert codes(report) == [(2, "id_of_other_name"), (4, "twice_in_file"), (5, "twice_in_file")]
    assert report.created == 1


def test_a_bad_row_stops_everything_unless_only_the_good_are_wanted(loaded: College) -> None:
    file = as_csv([row(1), row(2, 单位="市委宣传步"), row(3)])
    before = counts(loaded)
    with pytest.raises(RollRefused) as refusal:
        bring_in(loaded, SYSTEM, file)
    report = importing.report_of(refusal.value)
    assert codes(report) == [(3, "unit_unknown")]
    assert report.findings[0].expected == "市委宣传部"
    assert counts(loaded) == before
    assert bring_in(loaded, SYSTEM, file, only_good=True).created == 2


def test_a_missing_column_is_told_at_once(loaded: College) -> None:
    report = examine(loaded, SYSTEM, as_csv([["王小明"]], heads=["姓名"]))
    assert {code for _, code in codes(report)} == {"missing_column"}
    assert report.has_errors
    assert examine(loaded, SYSTEM, as_csv([], heads=[])).has_errors


def test_a_later_post_follows_the_present_one(loaded: College) -> None:
    bring_in(loaded, SYSTEM, as_csv([row(1)]))
    change = row(1, 单位="市人事局", 职务="副处长", 职务层次="处级", 任职日期="2026-08-01")
    assert bring_in(loaded, SYSTEM, as_csv([change])).changed == 1
    known = facts_by_id(loaded, 1)
    assert [(post.from_on, post.to_on, post.rank) for post in known.appointments] == [
        (date(2020, 3, 1), date(2026, 7, 31), "section_below"), (date(2026, 8, 1), None, "division"),
    ]  # fmt: skip
    assert {event.kind for event in known.events} == {"promoted", "transferred_in"}
    assert bring_in(loaded, SYSTEM, as_csv([change])).unchanged == 1


def test_a_correction_of_the_same_day_supersedes_and_keeps_what_was_known(loaded: College) -> None:
    bring_in(loaded, SYSTEM, as_csv([row(1)]))
    with working(loaded, write=False) as work:
        then = work.now
    loaded.clock.at = then.replace(hour=9)  # type: ignore[attr-defined]  # a stopped clock
    bring_in(loaded, SYSTEM, as_csv([row(1, 职务="主任科员")]))
    assert [post.post for post in facts_by_id(loaded, 1).appointments] == ["主任科员"]
    with working(loaded, SYSTEM, write=False) as work:
        latest = select(Appointment.person_id).where(Appointment.post == "主任科员").order_by(Appointment.id.desc())
        person = work.session.scalars(latest).first()
        known = queries.facts(work, person or 0, known_at=then)
    assert [post.post for post in known.appointments] == ["科员"]


def test_an_older_post_than_the_known_one_is_refused(loaded: College) -> None:
    bring_in(loaded, SYSTEM, as_csv([row(1)]))
    report = examine(loaded, SYSTEM, as_csv([row(1, 职务="办事员", 任职日期="2019-01-01")]))
    assert codes(report) == [(2, "older_than_known")]


def test_a_change_of_team_and_tier_follows_too(loaded: College) -> None:
    enterprise = {"队伍": "企业经营管理人员", "职务层次": None, "单位": "鹏城投资集团"}
    bring_in(loaded, SYSTEM, as_csv([row(1, 层次="基层", **enterprise)]))
    bring_in(loaded, SYSTEM, as_csv([row(1, 层次="中层", 任职日期="2026-05-01", 职务="部门经理", **enterprise)]))
    known = facts_by_id(loaded, 1)
    assert [(team.tier, team.to_on) for team in known.teams] == [("ent_basic", date(2026, 4, 30)), ("ent_middle", None)]


def test_user_names_are_one_persons_and_one_spelling(loaded: College) -> None:
    bring_in(loaded, SYSTEM, as_csv([row(1, 用户名="Wang")]))
    report = examine(loaded, SYSTEM, as_csv([row(2, 用户名="ｗａｎｇ"), row(3, 用户名="neu"), row(4, 用户名="NEU"), row(1, 用户名="other"),
                                             row(5, 用户名="DIVISION")]))  # fmt: skip
    assert codes(report) == [(2, "user_name_taken"), (4, "user_name_twice"), (5, "has_other_user_name"), (6, "user_name_taken")]
    assert bring_in(loaded, SYSTEM, as_csv([row(2, 用户名="li")])).created == 1
    with working(loaded, write=False) as work:
        account = work.session.scalars(select(Account).where(Account.user_name == "li")).one()
    assert account.password_hash is None
    assert account.must_change


def test_nobody_brings_in_people_outside_his_jurisdiction(loaded: College) -> None:
    with working(loaded, write=False) as work:
        cast = dict(work.session.execute(select(Account.user_name, Account.person_id)).all())
    admin = build.actor(loaded, cast["unit-admin"])
    report = examine(loaded, admin, as_csv([row(1), row(2, 单位="市人事局"), row(3, 单位="鹏东区委宣传部")]))
    assert codes(report) == [(3, "outside_scope"), (4, "outside_scope")]
    bring_in(loaded, SYSTEM, as_csv([row(9, 单位="市人事局")]))
    pulled_in = examine(loaded, admin, as_csv([row(9, 任职日期="2026-01-01")]))
    assert codes(pulled_in) == [(2, "outside_scope")]
    with pytest.raises(Forbidden):
        examine(loaded, build.actor(loaded, cast["section"]), as_csv([row(1)]))


def test_two_units_of_one_name_need_the_code(loaded: College) -> None:
    with working(loaded, SYSTEM) as work:
        from tests import make

        make.unit(work, "市委宣传部", code="second")
    report = examine(loaded, SYSTEM, as_csv([row(1), row(2, 单位="second")]))
    assert codes(report) == [(2, "unit_ambiguous")]


def test_two_imports_at_once_enter_a_person_once(loaded: College, monkeypatch: pytest.MonkeyPatch) -> None:
    """A race between look-up and insert ends at the unique hash, with nothing half written."""
    honest = placing._known
    monkeypatch.setattr(placing, "_known", lambda work, hashes: {})
    bring_in(loaded, SYSTEM, as_csv([row(1)]))
    before = counts(loaded)
    with pytest.raises(placing.TakenMeanwhile) as refusal:
        bring_in(loaded, SYSTEM, as_csv([row(2), row(1)]))
    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert counts(loaded) == before
    monkeypatch.setattr(placing, "_known", honest)
    assert bring_in(loaded, SYSTEM, as_csv([row(2), row(1)])).created == 1


def test_an_interrupted_import_goes_on_where_it_stopped(loaded: College, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 4)
    rows = [row(n) for n in range(1, 11)]

    def stop(done: int) -> None:
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(loaded, SYSTEM, as_csv(rows), progress=stop)
    report = bring_in(loaded, SYSTEM, as_csv(rows))
    assert (report.created, report.unchanged) == (2, 8)


def test_statements_do_not_grow_with_the_rows_of_a_batch(loaded: College) -> None:
    def used(file: io.BytesIO) -> int:
        found = []
        note = lambda *_: found.append(1)  # noqa: E731  # a counter
        event.listen(loaded.engine, "before_cursor_execute", note)
        bring_in(loaded, SYSTEM, file)
        event.remove(loaded.engine, "before_cursor_execute", note)
        return len(found)

    few = used(as_csv([row(n) for n in range(1, 4)]))
    assert used(as_csv([row(n) for n in range(100, 500)])) == few


def test_a_report_keeps_the_first_findings_and_counts_the_rest(loaded: College, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "SHOWN", 5)
    report = examine(loaded, SYSTEM, as_csv([row(n, 姓名="") for n in range(1, 10)]))
    assert (len(report.findings), report.more_findings, report.bad) == (5, 4, 9)


def test_a_title_may_stand_above_the_heads_and_rows_keep_their_numbers(loaded: College) -> None:
    """A roll as it is kept in offices: a merged title, a line with the unit, then the heads."""
    blank: list[Any] = [None] * len(HEADS)
    file = as_xlsx([["单位：市委宣传部", *blank[1:]], list(HEADS), row(1), row(2, 单位="没有的单位", 任职日期=datetime(2031, 1, 1))],
                   ["人员花名册", *blank[1:]])  # fmt: skip
    said = examine(loaded, SYSTEM, file)
    assert (said.rows, said.created) == (2, 1)
    assert [(one.row, one.code, one.found) for one in said.findings] == [(5, "day_out_of_range", "2031-01-01")]
    nowhere = examine(loaded, SYSTEM, as_xlsx([row(2, 单位="没有的单位")], HEADS)).findings
    assert [(one.code, words.told(one)[1]) for one in nowhere] == [("unit_unknown", "请填写单位全称或编码。")]
