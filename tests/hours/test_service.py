"""A finished course becomes a ledger line and a certificate, once, in the transaction of the completion."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.catalogue.models import CourseVersion
from app.certificates.models import Certificate
from app.hours import queries, service
from app.hours.models import CourseCredit, CreditState
from app.kernel.errors import Conflict
from app.ledger import queries as ledger
from app.rulebook.models import UsedRuleSet
from app.rulebook.rules import Status
from app.rulebook.rules.model import Certify
from tests.hours import build

D = Decimal


@pytest.fixture
def manual(monkeypatch):
    """A city that certifies online courses by hand."""
    real = service.courses.rulebook.used
    monkeypatch.setattr(
        service.courses.rulebook, "used", lambda work, pin: replace(real(work, pin), certify=Certify(online_course="manual"))
    )


def test_a_finished_course_posts_its_frozen_hours_with_certificate_at_once(work_as):
    with work_as() as work:
        person = build.cadre(work)
        course, version, _ = build.course(work, person, "0.25", is_compulsory=True)
        build.begun(work, person, version, days_ago=3)
        build.completes(work, person, version, D("85"))
    with work_as(write=False) as work:
        (line,) = ledger.lines(work, person.id)
        assert (line.hours, line.days, line.category, line.delivery) == (D("0.25"), D(0), "online_course", "online")
        assert (line.activity_key, line.rule_set_version) == (f"course:{course.uid}@1:2023-2027", "demo@1")
        assert (line.occurred_from, line.occurred_to) == (date(2026, 11, 19), date(2026, 11, 22))
        assert (line.title, line.selection, line.axes, line.framework) == ("领导沟通技巧", "assigned", {"mandatory": True}, "competence")
        assert (line.unit_name, line.post, line.rank_level) == ("市人事局", "主任科员", "section_below")
        certificate = work.session.get_one(Certificate, (person.id, line.seq))
        assert (certificate.hours, certificate.title) == (D("0.25"), "领导沟通技巧")
        credit = work.session.get_one(CourseCredit, (person.id, version.id))
        assert (credit.state, credit.entry_seq) == (CreditState.POSTED, line.seq)
        assert credit.explanation[0]["code"] == "tier"
        assert work.session.get(UsedRuleSet, ("demo", 1)) is not None


def test_the_day_of_a_line_is_the_civil_day_of_the_city(work_as, clock):
    clock.at = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # 1 January 2027, 01:30 in the city
    with work_as() as work:
        person = build.cadre(work)
        _course, version, _ = build.course(work, person)
        build.completes(work, person, version)
        (line,) = ledger.lines(work, person.id)
        assert (line.occurred_to, line.accounting_year) == (date(2027, 1, 1), 2027)


def test_a_completion_told_twice_is_credited_once(work_as):
    with work_as() as work:
        person = build.cadre(work)
        _course, version, _ = build.course(work, person)
        first = service.credit_course(work, person.id, version.id)
        assert service.credit_course(work, person.id, version.id) is first
        assert len(ledger.lines(work, person.id)) == 1


def another(work, course, version, **more):
    """A later version of the same course."""
    values = {"number": 2, "major": 1, "title": version.title, "author_id": version.author_id, "created_at": work.now,
              "nominal_hours": D(1), "rule_set_version": "demo@1", "state": "published"} | more  # fmt: skip
    row = CourseVersion(uid=work.new_uid(), course_id=course.id, **values)
    work.session.add(row)
    work.session.flush()
    return row


def test_the_same_course_again_earns_nothing_and_says_why(work_as):
    with work_as() as work:
        person = build.cadre(work)
        course, version, _ = build.course(work, person)
        build.completes(work, person, version)
        credit = service.credit_course(work, person.id, another(work, course, version).id)
        assert (credit.state, credit.hours, credit.entry_seq) == (CreditState.DUPLICATE, D(0), None)
        assert credit.explanation[-1] == {"code": "duplicate", "of": "1"}
        assert len(ledger.lines(work, person.id)) == 1
        assert work.session.scalar(select(func.count()).select_from(Certificate)) == 1


def test_a_substantially_revised_version_counts_anew(work_as):
    with work_as() as work:
        person = build.cadre(work)
        course, version, _ = build.course(work, person)
        build.completes(work, person, version)
        credit = service.credit_course(work, person.id, another(work, course, version, major=2).id)
        assert (credit.state, credit.hours) == (CreditState.POSTED, D(1))


def test_without_frozen_hours_the_rule_is_asked(work_as):
    with work_as() as work:
        person = build.cadre(work)
        _course, version, _ = build.course(work, person, None, lectures=(1_800_000, 30_000))
        assert service.credit_course(work, person.id, version.id).hours == D("1.25")


def test_where_people_certify_the_hours_wait_and_count_nowhere(work_as, manual):
    with work_as() as work:
        person = build.cadre(work)
        _course, version, _ = build.course(work, person, "4")
        build.completes(work, person, version)
    with work_as(write=False) as work:
        assert ledger.lines(work, person.id) == []
        year = queries.my_year(work, person.id, 2026)
        assert year.evaluation.verdict("N3_network").figures[0].counted == 0
        assert year.ring is not None
        assert (year.ring.pending, year.ring.pending_share, year.ring.bar.share) == (D(4), D(8), D(0))
        assert [credit.title for credit in year.pending] == ["领导沟通技巧"]


def test_pending_hours_of_a_professional_stand_beside_the_total(work_as, manual):
    with work_as() as work:
        person = build.cadre(work, team="professional", tier="pro_senior", rank=None)
        _course, version, _ = build.course(work, person, "9", subject_kind="professional")
        build.completes(work, person, version)
        year = queries.my_year(work, person.id, 2026)
        assert year.ring is not None
        assert (year.ring.pending, year.ring.pending_share) == (D(9), D(10))


def test_a_course_that_does_not_exist_is_not_credited(work_as):
    with work_as() as work:
        person = build.cadre(work)
        with pytest.raises(Exception, match="not_found"):
            service.credit_course(work, person.id, 999_999)


def test_what_a_listener_refuses_undoes_the_whole_completion(work_as, monkeypatch):
    with work_as() as work:
        person = build.cadre(work)
        _course, version, _ = build.course(work, person)

    def refuse(*_arguments, **_named):
        raise Conflict()

    monkeypatch.setattr(service.courses.certificates, "issue", refuse)
    with pytest.raises(Conflict), work_as() as work:
        build.completes(work, person, version)
    with work_as(write=False) as work:
        assert ledger.lines(work, person.id) == []
        assert work.session.get(CourseCredit, (person.id, version.id)) is None


def test_a_year_is_judged_from_facts_and_lines(work_as):
    with work_as() as work:
        person = build.cadre(work)
        build.posted(work, person, "依法行政", "42.5", date(2026, 5, 4))
        build.posted(work, person, "专题研修", "40", date(2026, 6, 5), category="special_class", delivery="offline", off_post=True,
                     days=D(5), occurred_from=date(2026, 6, 1), span_days=5)  # fmt: skip
        year = queries.my_year(work, person.id, 2026)
        network, annual = year.evaluation.verdict("N3_network"), year.evaluation.verdict("N2_annual")
        assert (network.status, network.figures[0].counted, network.figures[0].shortfall) == (Status.NOT_YET_DUE, D("42.5"), D("7.5"))
        assert [row.counted for row in annual.figures] == [D(5), D(40)]
        assert year.ring is not None
        assert (year.ring.bar.verdict.id, year.ring.bar.share, year.ring.chart.pace) == ("N3_network", D(85), D("4.2"))
        assert [bar.verdict.id for bar in year.bars] == ["N2_annual", "N3_network"]
        assert year.ring.chart.columns[4].month.hours == D("42.5")


def test_a_professional_sees_the_total_in_the_ring_and_a_bar_for_each_subject(work_as):
    with work_as() as work:
        person = build.cadre(work, team="professional", tier="pro_senior", rank=None)
        build.posted(work, person, "公需课", "20", date(2026, 5, 4), subject_kind="public")
        build.posted(work, person, "自己选的课", "3", date(2026, 6, 4))
        year = queries.my_year(work, person.id, 2026)
        assert year.ring is not None
        assert (year.ring.bar.figure.is_total, year.ring.bar.figure.required, year.ring.bar.figure.counted) == (True, D(90), D(23))
        assert [(bar.figure.bucket, bar.figure.counted) for bar in year.bars] == [
            ("public", D(20)),
            ("professional", D(0)),
            ("elective", D(3)),
        ]


def test_a_person_without_requirements_has_no_ring(work_as):
    with work_as() as work:
        person = build.cadre(work, team="other")
        year = queries.my_year(work, person.id, 2026)
        assert (year.ring, year.bars) == (None, ())


def test_a_reversed_line_falls_out_of_the_year(work_as):
    from app.ledger.service import reverse

    with work_as() as work:
        person = build.cadre(work)
        entry = build.posted(work, person, "依法行政", "8", date(2026, 5, 4))
        reverse(work, person.id, entry.seq, "代学")
        year = queries.my_year(work, person.id, 2026)
        assert year.evaluation.verdict("N3_network").figures[0].counted == 0
        assert year.evaluation.verdict("N3_network").explanation[0].code == "reversed"
