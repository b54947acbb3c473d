"""What a claim and a table of past training say of a class reaches the rules: duties are met, subjects and lists count."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.claims import service as claims
from app.claims.rules.kinds import Book
from app.claims.service.book import load
from app.history import rules as history_rules
from app.history import service as history
from app.hours import queries as hours
from app.kernel.work import Actor, College, working
from app.ledger import queries as ledger
from app.people.models import Person
from app.people.service import changing
from app.rulebook.rules import Evaluation, Status
from app.rulebook.service import shelf
from app.years import words as years_words
from tests.claims import build
from tests.history import build as past
from tests.people import build as people_build

SYSTEM = Actor.system("test")
D = Decimal
CLASS = {"title": "新任处级干部任职培训班", "occurred_from": "2026-04-01", "occurred_to": "2026-05-08", "issuer": "省委党校",
         "cert_no": "RZ-2026-18", "class_type": "appointment", "result": "passed", "institution": "party_school"}  # fmt: skip


def promoted(college: College, person_id: int) -> None:
    """Head of division since February, by the service."""
    with working(college, SYSTEM) as work:
        person = work.session.get_one(Person, person_id)
        changing.promote(work, person.uid, changing.Terms("", "处长", "division", "general"), date(2026, 2, 2), "任字〔2026〕2号")


def evaluation(college: College, person_id: int, year: int = 2026) -> Evaluation:
    with working(college, SYSTEM, write=False) as work:
        return hours.my_year(work, person_id, year).evaluation


def duty(college: College, person_id: int, name: str) -> Status:
    (found,) = [one for one in evaluation(college, person_id).duties if one.id == name]
    return found.status


def certified(college: College, cast: build.Cast, kind: str, fields: dict[str, str], **verdict: Any) -> Any:
    """Claim → unit → authority, and the line it became."""
    proof = build.receive(college, build.picture(f"#{abs(hash(str(sorted(fields.items())))) % 0xFFFFFF:06x}"))
    with working(college, cast.cadre) as work:
        uid = claims.start(work, kind, fields).uid
        claims.attach(work, uid, [proof])
    with working(college, cast.cadre) as work:
        claims.submit(work, uid)
    with working(college, cast.unit) as work:
        claims.pass_on(work, uid)
    with working(college, cast.city) as work:
        claims.certify(work, uid, reason="材料属实", **verdict)
    with working(college, SYSTEM, write=False) as work:
        return ledger.lines(work, cast.cadre.person_id)[-1]


def test_a_claimed_appointment_class_meets_the_duty(college):
    cast = build.cast(college)
    promoted(college, cast.cadre.person_id)
    assert duty(college, cast.cadre.person_id, "appointment") is Status.NOT_YET_DUE
    certified(college, cast, "class_elsewhere", {**CLASS, "class_type": "refresher", "cert_no": "JX-1", "title": "进修班",
                                                 "occurred_from": "2026-06-01", "occurred_to": "2026-07-08"})  # fmt: skip
    assert duty(college, cast.cadre.person_id, "appointment") is Status.NOT_YET_DUE  # another class is no appointment training
    line = certified(college, cast, "class_elsewhere", CLASS)
    assert line.axes == {"class_type": "appointment", "result": "passed", "institution_kind": "party_school"}
    assert duty(college, cast.cadre.person_id, "appointment") is Status.MET


def test_an_imported_appointment_class_meets_the_duty(college):
    with working(college, SYSTEM) as work:
        person, _other, _third = past.cadres(work)
    promoted(college, person.id)
    heads = (*past.HEADS, "班次类型", "结业结果", "机构类型")
    good = past.row(1, 培训名称="任职培训班", 开始日期="2026-04-01", 结束日期="2026-05-08", 学时=None, 培训天数=30)
    file = people_build.as_csv([[*good, "任职培训", "合格", "党校"]], "utf-8", heads)
    _uid, report = history.bring_in(college, past.importer(college), "past.csv", file)
    assert list(report.findings) == []
    assert duty(college, person.id, "appointment") is Status.MET
    with working(college, SYSTEM, write=False) as work:
        (line,) = ledger.lines(work, person.id)
    assert line.axes == {"class_type": "appointment", "result": "passed", "institution_kind": "party_school"}


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (["公需科目", "2025"], []),
        (["公需科目", "2026年"], []),
        (["公需科目", "2024"], ["no_list"]),
        (["公需科目", "2027"], ["no_list"]),
        (["公需科目", "今年"], ["no_list"]),
        (["专业科目", "2026"], ["no_list"]),
    ],
)
def test_a_row_is_on_the_list_of_its_year_or_of_the_one_before(cells, codes):
    heads = {"name": "王小甲", "id_no": people_build.id_no(1), "title": "公需课", "category": "其他培训", "from_on": "2026-04-20",
             "to_on": "2026-04-20", "hours": 8, "subject_kind": cells[0], "list_year": cells[1]}  # fmt: skip
    activity, findings = history_rules.read_row(2, heads, date(2026, 11, 22))
    assert [one.code for one in findings] == codes
    assert codes or activity.axes == {"list_year": int(cells[1][:4])}


def professional(college: College, cast: build.Cast) -> None:
    """The claimant is a professional since the beginning."""
    with working(college, SYSTEM) as work:
        person = work.session.get_one(Person, cast.cadre.person_id)
        changing.join_team(work, person.uid, "professional", "pro_middle", date(2025, 1, 1), "职称证书", is_primary=True)


def public(college: College, person_id: int, year: int) -> Decimal:
    """What counts of the public subjects of a year."""
    (verdict,) = [one for one in evaluation(college, person_id, year).verdicts if one.requirement.id == "CPE"]
    return verdict.figures[0].counted


def listed(day: str, number: str, **more: str) -> dict[str, str]:
    return {"title": f"公需科目{number}", "occurred_from": day, "occurred_to": day, "issuer": "省人社厅", "cert_no": f"GX-{number}",
            "printed_hours": "10", "subject": "public", **more}  # fmt: skip


def test_a_public_subject_finished_by_the_end_of_april_counts_to_its_list(college, clock):
    """EX-E29, from the claim to the verdict."""
    clock.at = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
    cast = build.cast(college)
    professional(college, cast)
    line = certified(college, cast, "certificate", listed("2026-04-30", "1", list_year="2025"))
    assert (line.accounting_year, line.subject_kind, line.axes) == (2026, "public", {"list_year": 2025})
    assert (public(college, cast.cadre.person_id, 2025), public(college, cast.cadre.person_id, 2026)) == (10, 0)
    certified(college, cast, "certificate", listed("2026-05-06", "2", list_year="2025"))  # too late for 2025, on no list of 2026
    certified(college, cast, "certificate", listed("2026-05-07", "3"))
    assert (public(college, cast.cadre.person_id, 2025), public(college, cast.cadre.person_id, 2026)) == (10, 10)


@pytest.mark.parametrize(("subject", "year"), [("professional", "2026"), ("public", "2024"), ("public", "2027"), ("", "2026")])
def test_a_claim_on_a_list_that_cannot_be_is_refused(college, subject, year):
    cast = build.cast(college)
    with pytest.raises(claims.BadClaim) as refused, working(college, cast.cadre) as work:
        claims.start(work, "certificate", listed("2026-04-30", "1", subject=subject, list_year=year))
    assert refused.value.facts["faults"][0]["code"] == "no_list"


def test_the_claimant_says_the_subject_where_the_kind_lets_him(college):
    cast = build.cast(college)
    lecture = {**build.LECTURE, "minutes": "90"}
    assert certified(college, cast, "lecture", lecture).subject_kind == "elective"
    assert certified(college, cast, "lecture", {**lecture, "title": "公需讲座", "occurred_from": "2026-05-13", "occurred_to": "2026-05-13",
                                                "subject": "public"}).subject_kind == "public"  # fmt: skip


def test_whatever_shipped_rules_ask_of_a_line_can_be_said(college):
    """Every class, result, institution and level in a rule file stands in the kinds, the table of past training and the adjustment."""
    kinds: Book = load(college.settings.content_dir)
    claimed: dict[str, set[str]] = {}
    for kind in kinds.offered:
        for one in kind.fields:
            if one.axis:
                claimed.setdefault(one.axis, set()).update(one.choices)
    adjusted = {"class_type": years_words.CLASS_TYPES, "result": years_words.RESULTS, "institution_kind": years_words.INSTITUTIONS,
                "level": years_words.LEVELS}  # fmt: skip
    for axis in history_rules.AXES:
        known = set(history_rules.WORDS[axis].values())
        assert claimed[axis] == known == set(adjusted[axis])
    clauses = [clause for book in shelf().values() for clause in (
        *(one.evidence.clause for one in book.obligations), *(rule.lines.clause for rule in (*book.flats, *book.caps, *book.multipliers)),
    )]  # fmt: skip
    asked = {(name, value) for clause in clauses for name, values in clause if name in claimed for value in values}
    assert ("class_type", "appointment") in asked
    assert asked <= {(axis, value) for axis, values in claimed.items() for value in values}
