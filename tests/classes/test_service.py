"""Classes are entered, changed and cancelled by whose unit organises them; people come in within one's scope, and the past stays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.classes import queries, service
from app.classes.actions import Action
from app.classes.models import ClassMember, ClassTrail, TrainingClass
from app.kernel.clock import StoppedClock
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import College
from app.people.service import changing
from tests.classes import build
from tests.classes.build import FIRST, LAST, City, WorkAs


@pytest.fixture
def city(college: College) -> City:
    return City(college)


def codes(refused: pytest.ExceptionInfo[service.BadClass]) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in refused.value.found]


def listed_titles(work_as: WorkAs, actor: Any, **by: Any) -> list[str]:
    with work_as(actor, write=False) as work:
        return [one.row.title for one in queries.classes(work, **by).items]


# ── who keeps which classes (domain.md §9) ──────────────────────────────────

KEEPS = [
    ("市委组织部", "party", "organization_dept", "J1", {"party", "school", "gov", "hospital", "east", "west"}),
    ("区委组织部", "east", "organization_dept", "J9", {"east"}),
    ("市人事局", "gov", "personnel", "J5", {"gov"}),
    ("市委宣传部", "party", "party_line", "J2", {"party"}),
    ("主管部门", "gov", "managing_dept", "J6", {"gov"}),
    ("职能部门", "gov", "functional_dept", "line", {"gov"}),
    ("区政府部门", "east", "district_dept", "district_line", {"east"}),
    ("单位培训管理员", "hospital", "unit_admin", "unit_subtree", {"hospital"}),
    ("培训机构", "school", "school", "none", {"school"}),
]


@pytest.mark.parametrize(("organ", "at", "role", "jurisdiction", "kept"), KEEPS, ids=[row[0] for row in KEEPS])
def test_each_organ_enters_classes_of_the_units_it_keeps(
    work_as: WorkAs, city: City, organ: str, at: str, role: str, jurisdiction: str, kept: set[str]
) -> None:
    officer, entered = city.officer("officer", at, role, jurisdiction), set()
    for name, unit in city.units.items():
        try:
            build.entered(work_as, officer, code=f"K-{name}", unit=unit.code)
            entered.add(name)
        except service.BadClass as refusal:
            assert [(one.field, one.code) for one in refusal.found] == [("unit", "unit_foreign")]
    assert entered == kept, organ


@pytest.mark.parametrize(
    "role", ["cadre", "instructor", "reviewer", "finance", "ce_officer", "city_policy", "development", "class_teacher", "deputy",
             "sys_admin", "security_admin", "auditor"],
)  # fmt: skip
def test_nobody_else_enters_a_class(work_as: WorkAs, city: City, role: str) -> None:
    officer = city.officer("officer", "party", role, "city")
    with pytest.raises(Forbidden):
        build.entered(work_as, officer, unit="zzb")


SEES = [
    ("east", "organization_dept", "J9", {"党校的班", "东区的班"}),
    ("gov", "personnel", "J5", {"党校的班", "城管局的班"}),
    ("hospital", "unit_admin", "unit_subtree", {"医院的班"}),
    ("school", "school", "none", {"党校的班"}),
    ("party", "organization_dept", "J1", {"党校的班", "城管局的班", "医院的班", "东区的班", "西区的班"}),
]


@pytest.mark.parametrize(("at", "role", "jurisdiction", "seen"), SEES)
def test_who_dispatches_sees_the_classes_of_the_city_and_nobody_those_of_another_district(
    work_as: WorkAs, city: City, at: str, role: str, jurisdiction: str, seen: set[str]
) -> None:
    every = {"dx": "党校的班", "cg": "城管局的班", "yy": "医院的班", "d1-zzb": "东区的班", "d2-zzb": "西区的班"}
    rows = {title: build.entered(work_as, code=unit, title=title, unit=unit) for unit, title in every.items()}
    officer = city.officer("officer", at, role, jurisdiction)
    if role in ("organization_dept", "personnel"):  # those who dispatch see what the organs of the city organise, too
        seen = seen | {"城管局的班"}
    assert set(listed_titles(work_as, officer)) == seen
    for title, row in rows.items():
        with work_as(officer, write=False) as work:
            if title in seen:
                assert service.find(work, row.uid).row.title == title
            else:
                with pytest.raises(NotFound):
                    service.find(work, row.uid)


def test_a_class_of_another_unit_is_not_changed_by_who_may_send_people_to_it(work_as: WorkAs, city: City) -> None:
    row, east = build.entered(work_as), city.officer("east", "east", "organization_dept", "J9")
    for act in (lambda work: service.change(work, row.uid, build.terms(title="改名")), lambda work: service.cancel(work, row.uid, "不办")):
        with pytest.raises(service.NotYourClass), work_as(east) as work:
            act(work)


# ── a class ─────────────────────────────────────────────────────────────────


def test_every_fault_is_told_at_once_and_a_code_is_taken_once(work_as: WorkAs, city: City) -> None:
    officer = city.city()
    with pytest.raises(service.BadClass) as refused:
        build.entered(work_as, officer, code="", title="", unit="none", ends_on=date(2026, 11, 1))
    assert codes(refused) == [("code", "code_outside"), ("title", "title_outside"), ("ends_on", "days_backwards"), ("unit", "unit_unknown")]
    with pytest.raises(service.BadClass) as refused:
        build.entered(work_as, officer, unit="pc")
    assert codes(refused) == [("unit", "unit_whole")]
    with work_as(officer) as work:
        offered = [code for code, _name in queries.unit_codes(work, queries.reach(work))]
    assert ("zzb" in offered, "pc" in offered) == (True, False)
    build.entered(work_as, officer)
    other = build.entered(work_as, officer, code="B")
    for act in (lambda work: service.enter(work, build.terms()), lambda work: service.change(work, other.uid, build.terms())):
        with pytest.raises(service.BadClass) as refused, work_as(officer) as work:
            act(work)
        assert codes(refused) == [("code", "code_taken")]


def test_what_is_changed_is_kept_in_the_trail_with_what_stood_before(work_as: WorkAs, city: City) -> None:
    officer = city.city()
    row = build.entered(work_as, officer)
    for _again in range(2):
        with work_as(officer) as work:
            service.change(work, row.uid, build.terms(title="处级干部任职班", hours=Decimal(40)))
    with work_as(write=False) as work:
        lines = [(one.what, one.who_id, one.details) for one in work.session.scalars(select(ClassTrail).order_by(ClassTrail.id))]
    before = {"title": "处级干部进修班", "hours": "30.00"}
    assert lines == [("entered", officer.person_id, {}), ("changed", officer.person_id, {"before": before})], (
        "what changes nothing leaves no line"
    )


def test_a_class_is_cancelled_once_with_a_reason_and_then_stands_still(work_as: WorkAs, city: City) -> None:
    officer = city.city()
    row = build.entered(work_as, officer)
    with pytest.raises(service.BadClass) as refused, work_as(officer) as work:
        service.cancel(work, row.uid, " ")
    assert codes(refused) == [("reason", "reason_needed")]
    with work_as(officer) as work:
        service.cancel(work, row.uid, "场地未落实")
    for act in (
        lambda work: service.cancel(work, row.uid, "再次"), lambda work: service.change(work, row.uid, build.terms()),
        lambda work: service.enrol(work, row.uid, [("party-cadre",)]),
    ):  # fmt: skip
        with pytest.raises(service.ClassCancelled), work_as(officer) as work:
            act(work)


def test_what_has_ended_is_not_cancelled(work_as: WorkAs, city: City, clock: StoppedClock) -> None:
    officer = city.city()
    row = build.entered(work_as, officer)
    clock.at += timedelta(days=13)  # 5 December, the last day
    with work_as(officer, write=False) as work:
        assert service.find(work, row.uid).state == "running"
    clock.at += timedelta(days=1)
    with pytest.raises(service.ClassEnded), work_as(officer) as work:
        service.cancel(work, row.uid, "迟了")


def test_the_list_is_by_state_and_year_and_goes_on_where_a_page_ends(work_as: WorkAs, city: City) -> None:
    for number in range(30):
        first = date(2026, 1, 1) + timedelta(days=20 * number)
        build.entered(work_as, code=f"P{number:02}", title=f"班 {number:02}", starts_on=first, ends_on=first + timedelta(days=4))
    with work_as() as work:
        service.cancel(work, queries.classes(work).items[0].row.uid, "不办")
    with work_as(write=False) as work:
        page = queries.classes(work)
        rest = queries.classes(work, page=page.next)
        assert [one.row.code for one in (*page.items, *rest.items)] == [f"P{number:02}" for number in reversed(range(30))]
        assert (len(page.items), rest.next) == (24, None)
        counts, years = queries.tally(work)
        by_state = {state: len([one for one in (*page.items, *rest.items) if one.state == state]) for state in counts}
        assert counts == by_state and counts["cancelled"] == 1 and years == [2027, 2026]
        found = {state: {one.row.code for one in queries.classes(work, state).items} for state in counts}
        assert {state: len(some) for state, some in found.items()} == by_state
        assert [one.row.code for one in queries.classes(work, year=2027).items] == [f"P{at}" for at in range(29, 18, -1)]
        assert sum(queries.tally(work, 2027)[0].values()) == 11


def test_the_database_keeps_the_trail_as_it_was_written(work_as: WorkAs, city: City) -> None:
    row = build.entered(work_as)
    for statement in (update(ClassTrail).values(what="changed"), delete(ClassTrail)):
        with pytest.raises(DBAPIError), work_as() as work:
            work.session.execute(statement.where(ClassTrail.class_id == row.id))


# ── members ─────────────────────────────────────────────────────────────────


def test_people_outside_ones_scope_are_refused_by_row(work_as: WorkAs, city: City) -> None:
    row, east = build.entered(work_as), city.officer("east-officer", "east", "organization_dept", "J9")
    rows = [("用户名",), ("east-cadre",), ("west-cadre",), ("nobody",), ("EAST-cadre",), ("east-officer",)]
    with work_as(east, write=False) as work:
        tried = service.weigh(work, row.uid, rows)
    assert [one.word for one in tried.fresh] == ["east-cadre"]
    assert [(one.row, one.code) for one in tried.flaws] == [
        (3, "person_unknown"),
        (4, "person_unknown"),
        (5, "named_twice"),
        (6, "oneself"),
    ]
    with work_as(write=False) as work:
        assert queries.standing(work, row.id) == set(), "a trial keeps nothing"
    build.enrolled(work_as, row, "east-cadre", "west-cadre", actor=east)
    with work_as(write=False) as work:
        assert queries.standing(work, row.id) == {city.people["east"].id}
    again = build.enrolled(work_as, row, "east-cadre", actor=east)
    assert (len(again.fresh), again.same) == (0, 1)


def test_who_has_retired_is_still_of_ones_scope_and_is_not_enrolled(work_as: WorkAs, city: City) -> None:
    east = city.officer("east-officer", "east", "organization_dept", "J9")
    row = build.entered(work_as)
    build.enrolled(work_as, row, "east-cadre", actor=east)
    with work_as(east) as work:
        changing.retire(work, city.people["east"].uid, changing.LastDay.RETIRED, date(2026, 11, 20), "鹏组干〔2026〕19号")
    with work_as(east, write=False) as work:
        (shown,) = queries.members(work, row, Action.DISPATCH, is_own=False).items
    assert (shown.name, shown.unit_name) == ("east-cadre", "东区区委组织部"), "the unit he served in last"
    another = build.entered(work_as, code="CJ-2026-02")
    assert [one.code for one in build.enrolled(work_as, another, "east-cadre", actor=east).flaws] == ["person_unknown"]


def test_a_unit_enrols_its_own_people_in_its_own_class_and_a_school_sees_who_comes_without_enrolling_anybody(
    work_as: WorkAs, city: City
) -> None:
    admin = city.officer("admin", "hospital", "unit_admin", "unit_subtree")
    own = build.entered(work_as, admin, code="YY-1", unit="yy", category="own_unit_class")
    found = build.enrolled(work_as, own, "hospital-cadre", "gov-cadre", actor=admin)
    assert ([one.word for one in found.fresh], [one.code for one in found.flaws]) == (["hospital-cadre"], ["person_unknown"])
    school = city.officer("school", "school", "school", "none")
    row = build.entered(work_as, school)
    refused = build.enrolled(work_as, row, "school-cadre", actor=school)
    assert [(one.row, one.code) for one in refused.flaws] == [(1, "person_unknown")], "a school has no scope over people"
    build.enrolled(work_as, row, "party-cadre", actor=city.city())
    with work_as(school, write=False) as work:
        shown = queries.members(work, row, Action.PLAN, is_own=True).items
        assert not service.may_enrol(work, service.find(work, row.uid)), "no list is asked of who can enrol nobody"
    with work_as(admin, write=False) as work:
        assert service.may_enrol(work, service.find(work, own.uid))
    assert [(one.name, one.may_withdraw) for one in shown] == [("party-cadre", False)]


def test_names_of_people_outside_ones_scope_are_a_number(work_as: WorkAs, city: City) -> None:
    row = build.entered(work_as)
    build.enrolled(work_as, row, "east-cadre", "west-cadre", "party-cadre")
    east = city.officer("east-officer", "east", "organization_dept", "J9")
    with work_as(east, write=False) as work:
        shown = queries.members(work, row, Action.DISPATCH, is_own=False).items
        assert [one.name for one in shown] == ["east-cadre"]
        assert queries.counts(work, row, Action.DISPATCH, is_own=False) == queries.Counts(3, 0, 2)


def test_nobody_is_in_two_off_post_classes_on_one_day(work_as: WorkAs, city: City) -> None:
    """EX-E31: the rank of the dispatching organs is for a later register; until then the second enrolment is refused by row."""
    first = build.entered(work_as, starts_on=FIRST, ends_on=LAST)
    touching = build.entered(work_as, code="B", starts_on=LAST, ends_on=LAST + timedelta(days=3), days=Decimal(4))
    later = build.entered(work_as, code="C", starts_on=LAST + timedelta(days=1), ends_on=LAST + timedelta(days=3), days=Decimal(3))
    online = build.entered(work_as, code="D", off_post=False)
    build.enrolled(work_as, first, "party-cadre")
    assert [one.code for one in build.enrolled(work_as, touching, "party-cadre").flaws] == ["in_another_class"]
    assert [len(build.enrolled(work_as, row, "party-cadre").fresh) for row in (later, online)] == [1, 1]
    with work_as() as work:
        service.cancel(work, first.uid, "不办")
    with work_as() as work:
        service.withdraw(work, later.uid, city.people["party"].uid, "换班")
    assert len(build.enrolled(work_as, touching, "party-cadre").fresh) == 1, "neither a cancelled class nor one he withdrew from keeps him"


def test_who_withdraws_keeps_his_row_and_who_comes_again_gets_another(work_as: WorkAs, city: City, clock: StoppedClock) -> None:
    row, officer, person = build.entered(work_as), city.city(), city.people["party"]
    build.enrolled(work_as, row, "party-cadre", actor=officer)
    clock.at += timedelta(days=1)
    with pytest.raises(service.BadClass), work_as(officer) as work:
        service.withdraw(work, row.uid, person.uid, "")
    with work_as(officer) as work:
        service.withdraw(work, row.uid, person.uid, "工作需要")
    with pytest.raises(NotFound), work_as(officer) as work:
        service.withdraw(work, row.uid, person.uid, "再次")
    build.enrolled(work_as, row, "party-cadre", actor=officer)
    with work_as(write=False) as work:
        kept = [
            (one.enrolled_on, one.withdrawn_on, one.reason) for one in work.session.scalars(select(ClassMember).order_by(ClassMember.id))
        ]
        trail = [(one.what, one.details.get("count")) for one in work.session.scalars(select(ClassTrail).order_by(ClassTrail.id))]
    assert kept == [(date(2026, 11, 22), date(2026, 11, 23), "工作需要"), (date(2026, 11, 23), None, "")]
    assert trail == [("entered", None), ("enrolled", 1), ("withdrawn", 1), ("enrolled", 1)]


def test_nobody_withdraws_himself_or_somebody_of_another_scope(work_as: WorkAs, city: City) -> None:
    row, officer = build.entered(work_as), city.city()
    east = city.officer("east-officer", "east", "organization_dept", "J9")
    build.enrolled(work_as, row, "city", "west-cadre", "east-cadre")
    for actor, name in ((officer, "city"), (east, "west-cadre")):
        with work_as(write=False) as work:
            uid = next(one.uid for one in queries.members(work, row, Action.PLAN, is_own=True).items if one.name == name)
        with pytest.raises(NotFound), work_as(actor) as work:
            service.withdraw(work, row.uid, uid, "不来")
    with work_as(east) as work:
        service.withdraw(work, row.uid, city.people["east"].uid, "不来")


def test_a_list_without_people_or_with_too_many_is_refused(work_as: WorkAs, city: City) -> None:
    row = build.entered(work_as)
    for rows, code in (([], "list_empty"), ([(f"u{at}",) for at in range(5001)], "list_too_long")):
        with pytest.raises(service.BadClass) as refused, work_as() as work:
            service.weigh(work, row.uid, rows)
        assert codes(refused) == [("list", code)]


def test_twenty_who_enrol_one_person_in_two_classes_at_once_leave_him_in_one(work_as: WorkAs, city: City) -> None:
    rows = [build.entered(work_as, code=f"R{at}") for at in range(2)]
    start, failed = Barrier(20), []

    def enrol(at: int) -> None:
        start.wait()
        try:
            build.enrolled(work_as, rows[at % 2], "party-cadre")
        except Exception as error:  # whatever it is, the test must see it
            failed.append(error)

    threads = [Thread(target=enrol, args=(at,)) for at in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    with work_as(write=False) as work:
        assert len(list(work.session.scalars(select(ClassMember)))) == 1


def test_classes_are_found_by_code_or_title_within_ones_sight(work_as: WorkAs, city: City) -> None:
    rows = [build.entered(work_as), build.entered(work_as, code="W", title="西区的班", unit="d2-zzb"), build.entered(work_as, code="N2")]
    east = city.officer("east-officer", "east", "organization_dept", "J9")
    with work_as(east, write=False) as work:
        assert queries.named(work, "exams.assemble", ["CJ-2026-01", "W", "西区的班"]) == {"CJ-2026-01": rows[0].id}
        assert queries.named(work, "exams.assemble", ["处级干部进修班"]) == {"处级干部进修班": rows[2].id}, "of two of one title the later"
        assert [code for code, _title in queries.offered(work, "exams.assemble")] == ["N2", "CJ-2026-01"]
    with work_as(write=False) as work:
        assert work.session.get_one(TrainingClass, rows[1].id).title == "西区的班"


def test_no_change_of_days_puts_a_member_into_two_classes_at_once(city: City, work_as: WorkAs) -> None:
    first = build.entered(work_as, code="A")
    later = {"starts_on": LAST + timedelta(days=1), "ends_on": LAST + timedelta(days=3), "days": Decimal(3)}
    second = build.entered(work_as, code="B", **later)
    for row in (first, second):
        assert len(build.enrolled(work_as, row, "party-cadre").fresh) == 1
    with pytest.raises(service.BadClass) as refused, work_as() as work:
        service.change(work, second.uid, build.terms(code="B", days=Decimal(3), starts_on=LAST, ends_on=LAST + timedelta(days=2)))
    assert codes(refused) == [("ends_on", "members_elsewhere")]
    beside = {"starts_on": FIRST, "ends_on": LAST, "off_post": False}
    with work_as() as work:
        service.change(work, second.uid, build.terms(code="B", **beside))
    with pytest.raises(service.BadClass), work_as() as work:
        service.change(work, second.uid, build.terms(code="B", **beside | {"off_post": True}))
    with work_as(write=False) as work:
        row = work.session.get_one(TrainingClass, second.id)
        assert (row.starts_on, row.off_post) == (FIRST, False)


def test_a_school_is_told_name_and_unit_of_who_comes_and_neither_his_user_name_nor_why_he_left(city: City, work_as: WorkAs) -> None:
    """domain.md §9: of trainees name, unit and result only. Who answers for the people reads both."""
    school = city.officer("school", "school", "school", "none")
    row = build.entered(work_as, school)
    build.enrolled(work_as, row, "gov-cadre")
    with work_as() as work:
        service.withdraw(work, row.uid, city.people["gov"].uid, "因病")
    with work_as(school, write=False) as work:
        (shown,) = queries.members(work, row, Action.PLAN, is_own=True).items
        assert (shown.name, shown.unit_name, shown.user_name, shown.reason) == ("gov-cadre", "市城管局", "", "")
    officer = city.officer("officer", "gov", "personnel", "J5")
    with work_as(officer, write=False) as work:
        (shown,) = queries.members(work, row, Action.DISPATCH, is_own=False).items
        assert (shown.user_name, shown.reason) == ("gov-cadre", "因病")
