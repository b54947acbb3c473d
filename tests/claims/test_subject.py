"""The certifier may find another subject of continuing education than was claimed: with a reason, in the line, told to the person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from app.claims import service
from app.claims.models import Claim, ClaimTrail
from app.claims.service.refusals import BadVerdict
from app.claims.service.weighing import limit_of_year, rules_on
from app.ledger import queries as ledger
from app.rulebook.rules import read_rule_set
from app.rulebook.service import shelf, use
from tests.claims import build


@pytest.fixture
def cast(college):
    return build.cast(college)


def lines(work_as, actor):
    with work_as(write=False) as work:
        return ledger.lines(work, actor.person_id)


def test_another_subject_needs_a_reason_and_stands_in_line_and_trail(college, cast, work_as):
    uid = build.checked(college, cast, subject="public", list_year="2026")
    with pytest.raises(BadVerdict) as refused, work_as(cast.city) as work:
        service.certify(work, uid, subject="professional")
    assert refused.value.facts["why"] == "reason_needed"
    with work_as(cast.city) as work:
        service.certify(work, uid, subject="professional", reason="不在公需科目目录内")
    (posted,) = lines(work_as, cast.cadre)
    assert (posted.subject_kind, posted.axes) == ("professional", {}), "what is not public stands on no list"
    claim = build.row(college, uid)
    assert (claim.subject_certified, claim.values["subject"]) == ("professional", "public")
    with work_as(write=False) as work:
        last = work.session.query(ClaimTrail).filter_by(person_id=claim.person_id, claim_id=claim.id).order_by(ClaimTrail.n.desc()).first()
    assert (last.act, last.figures["subject"], last.reason) == ("certify", "professional", "不在公需科目目录内")


def test_the_subject_claimed_is_no_change_and_needs_no_reason(college, cast, work_as):
    uid = build.checked(college, cast, subject="public", list_year="2026")
    with work_as(cast.city) as work:
        service.certify(work, uid, subject="public")
    (posted,) = lines(work_as, cast.cadre)
    assert (posted.subject_kind, posted.axes, build.row(college, uid).subject_certified) == ("public", {"list_year": 2026}, None)


@pytest.mark.parametrize("subject", ["loyalty", "PUBLIC", "public "])
def test_what_is_no_subject_is_refused(college, cast, work_as, subject):
    uid = build.checked(college, cast)
    with pytest.raises(BadVerdict) as refused, work_as(cast.city) as work:
        service.certify(work, uid, subject=subject, reason="改科目")
    assert refused.value.facts["field"] == "subject" and lines(work_as, cast.cadre) == []


def test_an_appeal_keeps_the_subject_that_was_certified(college, cast, work_as):
    uid = build.checked(college, cast, "book")
    with work_as(cast.city) as work:
        service.certify(work, uid, hours=Decimal(10), subject="professional", reason="专业书籍")
    with work_as(cast.cadre) as work:
        service.appeal(work, uid, "少认了学时")
    with work_as(cast.other_city) as work:
        service.hear(work, uid, hours=Decimal(16), reason="属实")
    assert [(one.hours, one.subject_kind) for one in lines(work_as, cast.cadre)][-1] == (16, "professional")


def test_the_page_of_the_person_says_which_subject_was_claimed_and_which_certified(college, cast, work_as, client):
    uid = build.checked(college, cast, subject="public", list_year="2026")
    with work_as(cast.city) as work:
        service.certify(work, uid, subject="elective", reason="属个人选修")
    build.account(college, cast.cadre, "lixue")
    client.sign_in("lixue")
    assert "认定科目为个人选修，申报为公需科目。" in client.get(f"/hours/claims/{uid}").get_data(as_text=True)


def test_the_limit_of_the_year_is_that_of_the_subject_certified(college, cast, work_as):
    row = build.row(college, build.checked(college, cast, subject="public", list_year="2026"))
    shipped = shelf()["demo@1"]
    book = read_rule_set({**shipped.body, "caps": [{"subject_kind": "elective", "per": "year", "hours": 10}]}, "0" * 64)
    with work_as(write=False) as work:
        kind = service.kinds(work).kinds[row.kind]
    assert [limit_of_year(book, kind, row, (), subject)[0] for subject in (None, "professional", "elective")] == [None, None, 10]


def test_who_certifies_another_subject_weighs_that_one(college, cast, work_as):
    uid = build.checked(college, cast, subject="public", list_year="2026")
    with work_as(cast.city, write=False) as work:
        book = rules_on(work, date(2026, 3, 13))
        body = {**book.body, "version": 99, "caps": [{"subject_kind": "elective", "per": "year", "hours": 10}]}
    with work_as() as work:
        pinned = use(work, read_rule_set(body, "9" * 64))
        claim = service.find(work, uid)
        work.session.execute(update(Claim).where(Claim.uid == uid).values(rule_set_version=pinned.pin))
        work.session.expire(claim)
    with work_as(cast.city) as work:
        service.certify(work, uid, subject="elective", reason="属个人选修")
    assert "over_cap" in [one["code"] for one in build.row(college, uid).findings]
