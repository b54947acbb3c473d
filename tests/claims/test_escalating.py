"""What is let pass goes before the organ above: once, with a notice to both, and only that may be decided there (domain.md §8, §9)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, event, select

from app.claims import jobs, service, words
from app.claims.models import ClaimTrail, Escalation, Notice
from app.claims.rules import Stage
from app.kernel.clock import midnight
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor, working
from app.people import service as people
from app.people.models import Person, RoleGrant
from app.people.service.passwords import hashed
from tests import make
from tests.claims import build

PASSWORD = hashed("Study-2026-demo")
ORGAN = "organization_dept"


class City:
    """A district with one officer who certifies, the city's officer above it, a unit, and two claimants."""

    def __init__(self, college):
        self.college, self.people, self.units = college, {}, {}
        with working(college, Actor.system("test")) as work:
            root = make.unit(work, "鹏城市", code="pc")
            party = make.unit(work, "市委组织部", parent=root, code="zzb", sector="party_mass")
            east, west = (
                make.unit(work, name, parent=root, code=code, level="district") for name, code in (("东区", "d1"), ("西区", "d2"))
            )
            office = make.unit(work, "东区教育局", parent=east, code="d1e", level="district", sector="government")
            self.units = {"office": office, "east": east, "west": west}
            for name, unit in (("cadre", office), ("unit", office), ("district", east), ("fellow", east), ("west", west), ("city", party)):
                self.people[name] = make.person(work, name, at=unit)
                make.account(work, self.people[name], name, PASSWORD)
            for name, role, over in (
                ("unit", "unit_admin", "unit_subtree"), ("district", ORGAN, "J9"), ("west", ORGAN, "J9"), ("city", ORGAN, "J1")
            ):  # fmt: skip
                make.grant(work, self.people[name], role, over)

    def actor(self, name):
        with working(self.college, Actor.system("test"), write=False) as work:
            return people.actor_for(work, self.people[name].id)

    def as_(self, name, *, write=True):
        return working(self.college, self.actor(name), write=write)

    def checked(self, **fields):
        uid = build.handed_in(self.college, self.actor("cadre"), **fields)
        with self.as_("unit") as work:
            service.pass_on(work, uid)
        return uid

    def appealed(self, **fields):
        """A claim that the district certified below what was claimed."""
        uid = self.checked(**fields)
        with self.as_("district") as work:
            service.certify(work, uid, hours=Decimal(30), reason="考察不计")
        with self.as_("cadre") as work:
            service.appeal(work, uid, "考察是课程的一部分")
        return uid

    def escalate(self):
        with working(self.college, Actor.system("claims")) as work:
            return service.escalate(work)

    def statements(self):
        """How many the job sends to the database."""
        seen = []

        def note(_connection, _cursor, statement, *_rest):
            seen.append(statement)

        event.listen(self.college.engine, "before_cursor_execute", note)
        jobs.escalate(self.college)
        event.remove(self.college.engine, "before_cursor_execute", note)
        return len(seen)

    def marks(self):
        with working(self.college, Actor.system("test"), write=False) as work:
            return [(row.stage, row.due_on, row.why) for row in work.session.scalars(select(Escalation))]

    def told(self):
        names = {person.id: name for name, person in self.people.items()}
        with working(self.college, Actor.system("test"), write=False) as work:
            return sorted(
                (names[row.person_id], str(row.stage), row.as_superior, row.count) for row in work.session.scalars(select(Notice))
            )

    def trail(self, uid):
        with working(self.college, Actor.system("test"), write=False) as work:
            claim = service.find(work, uid)
            mine = (ClaimTrail.person_id == claim.person_id, ClaimTrail.claim_id == claim.id)
            return list(work.session.scalars(select(ClaimTrail).where(*mine).order_by(ClaimTrail.n)))


@pytest.fixture
def city(college):
    return City(college)


def on(clock, day):
    """Noon of a civil day."""
    clock.at = midnight(day) + timedelta(hours=12)


def test_a_claim_is_put_above_the_day_after_its_last_and_once(city, clock):
    """Fifteen working days for the certifier; its last day is still in time, by the days of the city and not of UTC."""
    uid = city.checked()
    due = build.row(city.college, uid).due_on
    clock.at = midnight(due + timedelta(days=1)) - timedelta(seconds=1)
    assert city.escalate() == 0 and city.marks() == []
    clock.at = midnight(due + timedelta(days=1))
    assert city.escalate() == 1
    assert city.marks() == [("certify", due, "late")]
    assert city.told() == [("city", "certify", True, 1), ("district", "certify", False, 1)], "not the officer of another district"
    last = city.trail(uid)[-1]
    assert (last.act, last.by_id, last.by_name, last.state) == ("escalate", None, "", "unit_checked")
    assert words.escalated(last.figures) == f"应于 {due} 前办结，已提请上级处理。"
    assert (words.act(last.act, last.figures), words.act(last.act, {**last.figures, "above": False})) == ("提请上级", "逾期提醒")
    assert city.escalate() == 0 and len(city.told()) == 2, "nobody is told twice"


def test_a_unit_that_is_late_is_told_and_so_is_the_authority(city, clock):
    uid = build.handed_in(city.college, city.actor("cadre"))
    due = build.row(city.college, uid).due_on
    on(clock, due + timedelta(days=1))
    assert city.escalate() == 1
    assert city.told() == [("district", "check", True, 1), ("unit", "check", False, 1)]
    with pytest.raises(NotFound), city.as_("city") as work:
        service.seen(work, uid)


def test_what_waits_anew_has_a_new_day(city, clock):
    uid = city.checked()
    on(clock, build.row(city.college, uid).due_on + timedelta(days=1))
    city.escalate()
    with city.as_("district") as work:
        service.give_back(work, uid, "请补充")
    with city.as_("cadre") as work:
        service.complete(work, uid)
        service.submit(work, uid)
    with city.as_("unit") as work:
        service.pass_on(work, uid)
    with pytest.raises(NotFound), city.as_("city") as work:
        service.reject(work, uid, "证书无效")
    on(clock, build.row(city.college, uid).due_on + timedelta(days=1))
    assert city.escalate() == 1 and [mark[0] for mark in city.marks()] == ["certify", "certify"]


def test_the_superior_decides_what_was_put_before_him_and_nothing_else(city, clock):
    late = city.checked()
    for act in (lambda work: service.certify(work, late), lambda work: service.seen(work, late)):
        with pytest.raises(NotFound), city.as_("city") as work:
            act(work)
    on(clock, build.row(city.college, late).due_on + timedelta(days=1))
    city.escalate()
    with pytest.raises(NotFound), city.as_("west") as work:
        service.certify(work, late)
    with city.as_("city") as work:
        service.certify(work, late, hours=Decimal(36), reason="代为认定")
    assert build.row(city.college, late).state == "certified"
    with pytest.raises(NotFound), city.as_("city") as work:
        service.revoke(work, late, "越权")
    with city.as_("city", write=False) as work:
        assert service.seen(work, late).uid == late, "what he decided stays readable"


def test_an_appeal_that_nobody_of_the_district_may_hear_goes_above_at_once(city):
    uid = city.appealed()
    with pytest.raises(Forbidden), city.as_("district") as work:
        service.hear(work, uid, hours=Decimal(36), reason="自己复核")
    with pytest.raises(NotFound), city.as_("city") as work:
        service.hear(work, uid, hours=Decimal(36), reason="尚未提请")
    assert city.escalate() == 1
    assert [(stage, why) for stage, _due, why in city.marks()] == [("appeal", "nobody")]
    assert city.told() == [("city", "appeal", True, 1), ("district", "appeal", False, 1)]
    with city.as_("city") as work:
        service.hear(work, uid, hours=Decimal(36), reason="课表载明考察")
    assert build.row(city.college, uid).hours_certified == 36


def test_a_second_officer_of_the_organ_hears_and_nothing_goes_above(city, work_as):
    with work_as() as work:
        make.grant(work, work.session.get_one(Person, city.people["fellow"].id), ORGAN, "J9")
    uid = city.appealed()
    assert city.escalate() == 0 and city.marks() == []
    with pytest.raises(NotFound), city.as_("city") as work:
        service.hear(work, uid, hours=None, reason="不是本级的")
    with city.as_("fellow") as work:
        service.hear(work, uid, hours=None, reason="维持")


def test_who_acts_by_the_authority_of_whoever_decided_does_not_hear(city):
    """Lending one's authority is no way round the two persons."""
    uid = city.appealed()
    with city.as_("district") as work:
        people.delegate(work, city.people["fellow"].id, date(2026, 11, 22), date(2026, 11, 30))
    with pytest.raises(Forbidden) as refused, city.as_("fellow") as work:
        service.hear(work, uid, hours=Decimal(36), reason="受托复核")
    assert refused.value.code == "claim_same_authority"
    assert city.escalate() == 1 and city.marks()[0][2] == "nobody"


def test_an_appeal_that_is_late_goes_above(city, clock, work_as):
    with work_as() as work:
        make.grant(work, work.session.get_one(Person, city.people["fellow"].id), ORGAN, "J9")
    uid = city.appealed()
    with work_as(write=False) as work:
        due = service.appeal_of(work, service.find(work, uid)).due_on
    on(clock, due)
    assert city.escalate() == 0
    on(clock, due + timedelta(days=1))
    assert city.escalate() == 1 and city.marks() == [("appeal", due, "late")]
    assert [row[0] for row in city.told()] == ["city", "district", "fellow"]
    with city.as_("city") as work:
        service.hear(work, uid, hours=None, reason="维持")


def test_filing_an_appeal_calls_the_job_at_once(city, work_as):
    from app.jobs.models import Job

    city.appealed()
    with work_as(write=False) as work:
        assert list(work.session.scalars(select(Job.key).where(Job.name == "claims.escalate"))) == ["claims.escalate:appeal"]


def test_a_notice_is_shown_until_it_was_read(city, client, clock):
    uid = city.checked()
    on(clock, build.row(city.college, uid).due_on + timedelta(days=1))
    city.escalate()
    client.sign_in("city")
    page = client.get("/reminders").get_data(as_text=True)
    assert "下级逾期未认定，提请您处理的申报：1 件。" in page and 'href="/manage/hours?step=hear"' in page
    client.post("/reminders/read", data={"csrf_token": client.csrf("/account")})
    assert "提请您处理" not in client.get("/reminders").get_data(as_text=True)
    with city.as_("district", write=False) as work:
        assert [(stage, above, count) for stage, above, count, _since in service.notices(work)] == [(Stage.CERTIFY, False, 1)]


def test_whoever_gave_his_office_back_is_asked_for_nothing(city, client, clock, work_as):
    uid = city.checked()
    on(clock, build.row(city.college, uid).due_on + timedelta(days=1))
    city.escalate()
    client.sign_in("district")
    assert "1 件" in client.get("/reminders").text
    with work_as() as work:
        work.session.execute(delete(RoleGrant).where(RoleGrant.person_id == city.people["district"].id))
    assert "1 件" not in client.get("/reminders").text


def test_the_job_asks_no_more_where_more_may_decide_and_more_was_let_pass(city, clock, work_as):
    """A claim that is late and an appeal that nobody may hear; then two of each, with thirty officers and deputies more."""

    def join(n):
        for name, unit, role, over, lent_by in (
            ("unit", "office", "unit_admin", "unit_subtree", None), ("west", "west", ORGAN, "J9", None),
            ("deputy", "east", "deputy", "J9", city.people["district"].id),
        ):  # fmt: skip
            at = city.units[unit]
            city.people[f"{name}{n}"] = one = make.person(work, f"{name}{n}", at=at)
            make.account(work, one, f"{name}{n}", PASSWORD)
            work.session.add(
                RoleGrant(person_id=one.id, role=role, jurisdiction=over, from_on=make.DAY_ONE, granted_by=lent_by, unit_id=at.id)
            )

    with work_as() as work:
        join(0)
    late = city.checked(cert_no="一")
    on(clock, build.row(city.college, late).due_on + timedelta(days=1))
    city.appealed(cert_no="二")
    few = city.statements()
    assert sorted((stage, why) for stage, _due, why in city.marks()) == [("appeal", "nobody"), ("certify", "late")]
    with work_as() as work:
        for n in range(1, 11):
            join(n)
    waiting = [city.checked(cert_no=f"三{n}") for n in range(2)]
    on(clock, build.row(city.college, waiting[0]).due_on + timedelta(days=1))
    for n in range(2):
        city.appealed(cert_no=f"四{n}")
    assert city.statements() == few and len(city.marks()) == 6
    told = {row for row in city.told() if row[3] == 2}
    both = {(name, stage, False, 2) for name in ("district", *(f"deputy{n}" for n in range(11))) for stage in ("appeal", "certify")}
    assert told == both | {("city", "appeal", True, 2), ("city", "certify", True, 2)}, "no deputy hears what his lender decided"


def test_what_was_decided_while_the_job_prepared_is_left_alone(city, clock):
    uid, other = city.checked(cert_no="一"), city.checked(cert_no="二")
    on(clock, build.row(city.college, uid).due_on + timedelta(days=1))
    with working(city.college, Actor.system("claims"), write=False) as work:
        seats = service.Seats(work)
    with city.as_("district") as work:
        service.certify(work, uid, hours=Decimal(36), reason="证书载明")
    with working(city.college, Actor.system("claims")) as work:
        assert service.escalate(work, seats) == 1
    assert city.trail(uid)[-1].act == "certify" and city.trail(other)[-1].act == "escalate"
    assert build.row(city.college, other).version == city.trail(other)[-1].n
    with working(city.college, Actor.system("claims")) as work:
        assert service.escalate(work, seats) == 0, "put once, by whoever was first"
