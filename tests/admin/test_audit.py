"""What the auditor reads: who may, whose, page by page; whether the ledger holds, from what is stored (domain.md §9, issue 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.admin import queries, shell, words
from app.admin.queries import View, Wanted
from app.claims import service as claims
from app.desk.models import Sample
from app.hours.models import CourseCredit
from app.kernel.errors import NotFound
from app.kernel.work import Actor, working
from app.ledger import queries as ledger
from app.ledger import service as sealing
from app.ledger.service import checking
from app.years.service.trail import note
from tests import make
from tests.desk import build
from tests.desk.build import PASSWORD
from tests.hours.build import posted
from tests.house.test_statements import counted
from tests.learning.build import Study

SYSTEM = Actor.system("test")
NOT_AUDITORS = ("cadre", "unit", "city", "district", "officer")
ALL = Wanted()
ADDRESSES = ("/manage/audit", "/manage/audit.csv")


@pytest.fixture
def office(college: Any, clock: Any) -> build.Office:
    """The office with three auditors, of the whole city, of a district and of nobody, and claims that were decided on."""
    made = build.office(college)
    with working(college, SYSTEM) as work:
        root = make.unit(work, "审计处", code="sj")
        east = make.unit(work, "东区审计科", code="d1s", level="district", parent=work.session.merge(_unit(work, "d1")))
        for user_name, name, unit, jurisdiction in (
            ("auditor", "闻鉴", root, "city"), ("auditor-east", "闻东", east, "J9"), ("auditor-none", "闻无", root, "none"),
        ):  # fmt: skip
            made.people[user_name] = make.person(work, name, at=unit)
            make.account(work, made.people[user_name], user_name, PASSWORD)
            make.grant(work, made.people[user_name], "auditor", jurisdiction)
    for who in ("cadre", "east"):
        clock.at += timedelta(minutes=1)
        uid = made.checked(who, cert_no=who)
        with working(college, made.actor("city")) as work:
            claims.certify(work, uid, hours=claims.find(work, uid).hours_claimed, reason="材料齐全")
    clock.at += timedelta(minutes=1)
    with working(college, made.actor("city")) as work:
        claims.revoke(work, uid, "证书系伪造")
    return made


def _unit(work: Any, code: str) -> Any:
    from app.people.models import Unit

    return work.session.query(Unit).filter_by(code=code).one()


def deeds(office: build.Office, who: str, wanted: Wanted = ALL, size: int = 50, cursor: str | None = None) -> Any:
    with working(office.college, office.actor(who), write=False) as work:
        return queries.claim_deeds(work, wanted, cursor, size)


def told(found: Any) -> list[tuple[str, str]]:
    return [(one.act, one.name) for one in found.items]


def test_only_an_auditor_enters_and_nobody_else_is_shown_the_way(office: build.Office, client: Any) -> None:
    whom = office.people["cadre"].uid
    for who in NOT_AUDITORS:
        client.sign_in(who)
        for address in (*ADDRESSES, f"/manage/audit/people/{whom}", f"/manage/audit/people/{whom}/lines/1"):
            assert client.get(address).status_code == 403, (who, address)
        assert all(area.href != "/manage/audit" for area in shell.areas(office.actor(who)))
    client.sign_in("auditor")
    assert 'href="/manage/audit"' in client.get("/manage").text
    assert [client.get(address).status_code for address in ADDRESSES] == [200, 200]


def test_an_auditor_can_change_nothing(office: build.Office, client: Any) -> None:
    client.sign_in("auditor")
    for address in ADDRESSES:
        assert client.post(address, data={"csrf_token": client.csrf()}).status_code == 405


@pytest.mark.parametrize(
    ("who", "seen"), [("auditor", {"李学", "东方"}), ("auditor-east", {"东方"}), ("auditor-none", set()), ("city", set())]
)
def test_each_auditor_reads_of_those_whom_his_role_reaches(office: build.Office, who: str, seen: set[str]) -> None:
    """role × scope: the city, a district, nobody; an organ that certifies them all has no part in it."""
    drawn(office, "cadre", "east")
    with working(office.college, office.actor(who), write=False) as work:
        assert {one.name for one in queries.claim_deeds(work, Wanted()).items} == seen
        assert {one.name for one in queries.year_deeds(work, Wanted(View.YEARS)).items if one.person} == seen
        assert {one.name for one in queries.samples(work, Wanted(View.SAMPLES)).items} == seen
        assert sum(queries.sample_counts(work).values()) == len(seen)
        for name in ("cadre", "east"):
            if office.people[name].name in seen:
                assert queries.audited(work, office.people[name].uid).name in seen
            else:
                with pytest.raises(NotFound):
                    queries.audited(work, office.people[name].uid)


def drawn(office: build.Office, *whom: str) -> None:
    """A course of each was drawn for audit, and his year was decided on; the year itself was closed."""
    with working(office.college, SYSTEM) as work:
        _course, version, _lectures = make.course(work, work.session.merge(office.people["city"]))
        for name in whom:
            person = office.people[name].id
            work.session.add(
                CourseCredit(person_id=person, version_id=version.id, state="posted", hours=Decimal(2), title="公文写作", activity_key=name,
                             rule_set_version="demo@1", occurred_from=date(2026, 3, 2), occurred_to=date(2026, 3, 2), explanation=[],
                             credited_at=work.now)
            )  # fmt: skip
            work.session.flush()
            work.session.add(Sample(person_id=person, version_id=version.id, drawn_at=work.now))
            note(work, f"person:{person}:2025", "decided", "personal: 未参加", about=person)
        note(work, "year:2025", "closed")


def test_the_trail_says_who_did_what_with_how_many_hours_and_why(office: build.Office) -> None:
    found = deeds(office, "auditor")
    assert told(found) == [("revoke", "东方"), ("certify", "东方"), ("pass", "东方"), ("certify", "李学"), ("pass", "李学")]
    revoked, certified = found.items[0], found.items[1]
    assert (revoked.by_name, revoked.reason, revoked.certified) == ("柳定", "证书系伪造", None)
    assert certified.certified == certified.claimed
    assert (certified.unit, found.items[3].unit) == ("东区教育局", "市人事局")
    assert [one.entry_seq for one in found.items] == [2, 1, None, 1, None], "each deed leads to the line it wrote itself"


@pytest.mark.parametrize(
    ("wanted", "acts"),
    [
        (Wanted(kind="revoke"), ["revoke"]),
        (Wanted(officer="章总"), ["pass", "pass"]),
        (Wanted(officer="city", kind="certify"), ["certify", "certify"]),
        (Wanted(person="李学"), ["certify", "pass"]),
        (Wanted(person="cadre"), ["certify", "pass"]),
        (Wanted(unit="东区"), ["revoke", "certify", "pass"]),
        (Wanted(unit="rsj"), ["certify", "pass"]),
        (Wanted(unit="没有的单位"), []),
        (Wanted(person="没有的人"), []),
        (Wanted(since=date(2026, 11, 23)), []),
        (Wanted(until=date(2026, 11, 21)), []),
        (Wanted(since=date(2026, 11, 22), until=date(2026, 11, 22), kind="pass"), ["pass", "pass"]),
        (Wanted(kind="submit"), ["revoke", "certify", "pass", "certify", "pass"]),
    ],
)
def test_it_is_narrowed_by_person_unit_hand_day_and_deed(office: build.Office, wanted: Wanted, acts: Sequence[str]) -> None:
    assert [one.act for one in deeds(office, "auditor", wanted).items] == acts


def test_the_number_of_a_line_finds_its_person(office: build.Office) -> None:
    number = f"{office.people['cadre'].id}-1"
    assert {one.name for one in deeds(office, "auditor", Wanted(person=number)).items} == {"李学"}
    assert deeds(office, "auditor", Wanted(person="9" * 60)).items == ()


@pytest.mark.parametrize(("who", "offered"), [("auditor", True), ("auditor-east", False), ("auditor-none", False)])
def test_a_person_on_whom_nobody_decided_anything_is_found_by_name(office: build.Office, client: Any, who: str, offered: bool) -> None:
    whom = office.people["auditor-none"]
    client.sign_in(who)
    for said in (whom.name, "auditor-none", str(whom.id)):
        shown = client.get("/manage/audit", query_string={"person": said}).text
        assert (f"/manage/audit/people/{whom.uid}" in shown) is offered
        assert 'class="empty"' in shown


def test_pages_follow_one_another_without_gap_or_repetition(office: build.Office) -> None:
    drawn(office, "cadre", "east", "west")
    seen, cursor = [], None
    for _page in range(3):
        found = deeds(office, "auditor", size=2, cursor=cursor)
        seen, cursor = [*seen, *told(found)], found.next
    assert seen == told(deeds(office, "auditor"))
    assert cursor is None
    with working(office.college, office.actor("auditor"), write=False) as work:
        for read in (queries.samples, queries.year_deeds):
            first = read(work, Wanted(), None, 2)
            rest = read(work, Wanted(), first.next, 2)
            assert [*first.items, *rest.items] == list(read(work, Wanted(), None, 4).items)


def test_a_cursor_nobody_gave_out_is_refused(office: build.Office, client: Any) -> None:
    client.sign_in("auditor")
    assert client.get("/manage/audit?page=no").status_code == 422
    assert client.get("/manage/audit?view=none&since=nothing&kind=x").status_code == 200


def test_the_file_says_what_the_screen_says(office: build.Office, client: Any) -> None:
    drawn(office, "cadre")
    client.sign_in("auditor")
    content = client.get("/manage/audit.csv?kind=revoke").text
    assert "闻鉴" in content
    assert "证书系伪造" in content
    assert "材料齐全" not in content
    assert "未参加" in client.get("/manage/audit.csv?view=years").text
    assert "公文写作" in client.get("/manage/audit.csv?view=samples").text


def test_each_view_says_that_there_is_nothing(office: build.Office, client: Any) -> None:
    client.sign_in("auditor-none")
    for view in View:
        answer = client.get(f"/manage/audit?view={view}")
        assert answer.status_code == 200
        assert 'class="empty"' in answer.text


def test_a_line_opens_with_hash_and_proof_for_the_auditor_alone(office: build.Office, client: Any) -> None:
    whom = office.people["cadre"]
    with working(office.college, SYSTEM) as work:
        sealing.seal(work)
    with working(office.college, SYSTEM, write=False) as work:
        line = ledger.line(work, whom.id, 1)
    client.sign_in("auditor")
    page = client.get(f"/manage/audit/people/{whom.uid}").text
    assert line.hash in page  # the end of the chain
    shown = client.get(f"/manage/audit/people/{whom.uid}/lines/1").text
    assert line.hash in shown
    assert line.prev_hash in shown
    assert "/hours/claims/" not in shown
    assert client.get(f"/manage/audit/people/{whom.uid}/lines/99999999999").status_code == 404
    assert client.get(f"/manage/audit/people/{whom.uid}?year=20x6").status_code == 404
    client.sign_in("auditor-east")
    for address in (f"/manage/audit/people/{whom.uid}", f"/manage/audit/people/{whom.uid}/lines/1"):
        assert client.get(address).status_code == 404


def test_whether_the_ledger_holds_is_read_from_the_last_walk(office: build.Office, client: Any) -> None:
    client.sign_in("auditor")
    assert "尚未校验" in client.get("/manage/audit").text
    with working(office.college, SYSTEM) as work:
        sealing.seal(work)
    assert checking.check(office.college, SYSTEM).bad is None
    with working(office.college, SYSTEM, write=False) as work:
        found = ledger.health(work)
    assert (found.is_sound, found.lines, found.waiting) == (True, 3, 0)
    assert found.check is not None
    assert (found.check.lines, found.check.people, found.check.seals) == (3, 2, 1)
    assert "校验通过" in client.get("/manage/audit").text


def test_a_line_that_was_changed_is_named_on_the_page(office: build.Office, client: Any) -> None:
    """Negative control: a walk that finds something wrong is kept and shown, and no later reading of the page heals it."""
    with working(office.college, SYSTEM) as work:
        _tamper(work, office.people["cadre"].id)
    assert checking.check(office.college, SYSTEM).bad is not None
    client.sign_in("auditor")
    page = client.get("/manage/audit").text
    assert "校验不通过" in page
    assert f"person {office.people['cadre'].id} line 1" in page


def _tamper(work: Any, person_id: int) -> None:
    """Somebody with the keys of the database takes the trigger off, changes a line and puts it on again."""
    is_sqlite = work.session.get_bind().dialect.name == "sqlite"
    off = "DROP TRIGGER ledger_entry_no_update" if is_sqlite else "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_no_change"
    work.session.execute(text(off))
    work.session.execute(text("UPDATE ledger_entry SET hours = 99 WHERE person_id = :who"), {"who": person_id})
    if not is_sqlite:  # the database is that of the next test, too
        work.session.execute(text("ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_no_change"))


def test_seals_that_vanished_since_the_last_walk_are_noticed(office: build.Office) -> None:
    with working(office.college, SYSTEM) as work:
        sealing.seal(work)
    checking.check(office.college, SYSTEM)
    with working(office.college, SYSTEM, write=False) as work:
        found = ledger.health(work)
        shorter = ledger.Health(None, found.check, 3)
        assert found.is_sound
        assert shorter.is_sound is False
        assert words.sound(shorter)[1] == "c"


def test_a_seal_that_is_newer_than_the_last_walk_is_said_to_be(office: build.Office, client: Any, clock: Any) -> None:
    checking.check(office.college, SYSTEM)
    clock.at += timedelta(hours=1)
    with working(office.college, SYSTEM) as work:
        sealing.seal(work)
    client.sign_in("auditor")
    assert "最近一次封存晚于此次校验" in client.get("/manage/audit").text
    checking.check(office.college, SYSTEM)
    assert "最近一次封存晚于此次校验" not in client.get("/manage/audit").text


def test_a_new_line_waits_for_the_next_seal(office: build.Office, clock: Any) -> None:
    with working(office.college, SYSTEM) as work:
        sealing.seal(work)
    clock.at += timedelta(hours=1)
    with working(office.college, SYSTEM) as work:
        posted(work, work.session.merge(office.people["cadre"]), "讲座", "1", date(2026, 3, 1))
    with working(office.college, SYSTEM, write=False) as work:
        assert (ledger.health(work).waiting, ledger.health(work).lines) == (1, 4)


def test_the_study_behind_an_online_hour_says_what_was_credited_and_what_was_not(
    office: build.Office, client: Any, work_as: Any, clock: Any
) -> None:
    whom, study = office.people["cadre"], Study(work_as, clock)
    with work_as() as work:
        _course, version, lectures = make.course(work, work.session.merge(office.people["city"]))
        line = posted(work, work.session.merge(whom), "公文写作", "1", date(2026, 3, 1), source_id=str(version.uid))
    sitting = study.open(whom, lectures[0], ip="10.9.8.7")
    study.watch(sitting, 0, 15_000)
    study.beat(sitting, 15_000, 30_000, after=15, visible=False)
    address = f"/manage/audit/people/{whom.uid}/lines"
    client.sign_in("auditor")
    assert f"{address}/{line.seq}/study" in client.get(f"{address}/{line.seq}").text
    with counted(office.college) as seen:
        page = client.get(f"{address}/{line.seq}/study").text
    assert len(seen) <= 10
    assert ("10.9.8.7" in page, "0:15" in page, "页面未显示" in page) == (True, True, True)
    assert client.get(f"{address}/1/study").status_code == 404  # the line of a claim
    client.sign_in("auditor-east")
    assert client.get(f"{address}/{line.seq}/study").status_code == 404
    client.sign_in("city")
    assert client.get(f"{address}/{line.seq}/study").status_code == 403
