"""Issuing and revoking, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.certificates import queries, service
from app.certificates.models import Certificate, CertificateCounter, CertificateNumber
from app.kernel.errors import NotFound
from app.kernel.work import Actor, Grant, working
from app.ledger import queries as lines
from app.ledger import service as ledger
from app.people.rules import Everyone
from tests import make
from tests.certificates.build import certificate
from tests.ledger.build import line, people


def test_a_certificate_says_what_the_line_says(work_as):
    with work_as() as work:
        person = make.person(work, "李学")
        made = certificate(work, person, hours=Decimal("1.5"))
        posted = lines.line(work, person.id, 1)
        assert (made.no, made.holder, made.title, made.hours) == ("PC-2026-000001", "李学", posted.title, Decimal("1.5"))
        assert (made.occurred_from, made.occurred_to, made.line_hash) == (posted.occurred_from, posted.occurred_to, posted.hash)
        assert (made.state, len(made.check_code)) == ("valid", 8)
        assert service.find(work, "PC-2026-000001") is made


def test_numbers_run_without_a_gap_even_over_acts_that_fail(work_as):
    with work_as() as work:
        person = make.person(work)
        certificate(work, person, 1)
    with pytest.raises(RuntimeError), work_as() as work:
        certificate(work, person, 2)
        raise RuntimeError("the act fails after the number was drawn")
    with work_as() as work:
        assert certificate(work, person, 2).no == "PC-2026-000002"
        assert work.session.get(CertificateCounter, 2026).last == 2


def test_every_year_counts_anew_by_the_civil_date(work_as, clock):
    with work_as() as work:
        person = make.person(work)
        certificate(work, person, 1)
    clock.at = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # 2027-01-01 00:00 in the city
    with work_as() as work:
        assert certificate(work, person, 2).no == "PC-2027-000001"


def test_numbers_drawn_at_once_are_all_different(college, work_as):
    with work_as() as work:
        persons = people(work, 8)

    def issue(person):
        with working(college, Actor.system("issuer")) as work:
            return certificate(work, person).no

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(issue, persons))
    assert numbers == [f"PC-2026-{n:06}" for n in range(1, 9)]


def test_a_line_has_one_certificate(work_as):
    with work_as() as work:
        made = certificate(work)
        with pytest.raises(service.AlreadyIssued) as refusal:
            service.issue(work, person_id=made.person_id, entry_seq=made.entry_seq)
        assert refusal.value.facts == {"no": made.no}
        assert len(work.session.scalars(select(CertificateNumber)).all()) == 1


def test_only_a_credit_that_stands_is_certified(work_as):
    """domain.md §7-6."""
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id))
        ledger.reverse(work, person.id, 1, "误录")
        for seq in (1, 2):
            with pytest.raises(service.NoLiveLine):
                service.issue(work, person_id=person.id, entry_seq=seq)
        with pytest.raises(NotFound):
            service.issue(work, person_id=person.id, entry_seq=3)


def test_a_line_taken_back_revokes_its_certificate_in_the_same_act(work_as, college):
    with work_as() as work:
        made = certificate(work)
    with work_as() as work:
        ledger.reverse(work, made.person_id, made.entry_seq, "由他人代学")
    with work_as() as work:
        now = work.session.get(Certificate, (made.person_id, made.entry_seq))
        assert (now.state, now.revoked_reason) == ("revoked", "由他人代学")
        assert now.revoked_at is not None
        assert not service.revoke(work, made.person_id, made.entry_seq, "again")
        assert ledger.papers(work, made.person_id, [made.entry_seq]) == {}


def test_taking_back_a_line_without_certificate_is_fine(work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id))
        ledger.reverse(work, person.id, 1, "误录")


def test_the_ledger_knows_the_certificates_of_lines(work_as, college):
    with work_as() as work:
        made = certificate(work)
        assert ledger.papers(work, made.person_id, [1, 2]) == {1: made.no}


def test_the_owner_and_staff_in_scope_see_it_and_nobody_else(work_as):
    with work_as() as work:
        owner, other = people(work, 2)
        made = certificate(work, owner)
    staff = Actor(person_id=other.id, actions=frozenset({"ledger.see"}), grants=(Grant("ledger.see", Everyone()),))
    for actor in (make.actor(owner), staff, Actor.system("x")):
        with work_as(actor, write=False) as work:
            assert queries.shown_to_reader(work, made.no).no == made.no
            assert queries.shown_to_reader(work, made.no.lower()).no == made.no
    unscoped = Actor(person_id=other.id, actions=frozenset({"ledger.see"}), grants=(Grant("ledger.see"),))
    for actor in (make.actor(other), unscoped):
        with work_as(actor, write=False) as work, pytest.raises(NotFound):
            queries.shown_to_reader(work, made.no)
    with work_as(make.actor(owner), write=False) as work, pytest.raises(NotFound):
        queries.shown_to_reader(work, "PC-2026-999999")


def test_the_public_sees_a_mask_and_nothing_more(work_as):
    with work_as() as work:
        made = certificate(work, make.person(work, "李晓岚"))
        shown = queries.public_view(work, made.no)
        assert (shown.name, shown.title, shown.hours, shown.state, shown.code) == ("李＊＊", made.title, made.hours, "valid", "none")
        assert "晓岚" not in repr(shown)
        assert made.check_code not in repr(shown)
        assert queries.public_view(work, made.no, made.check_code.lower()).code == "match"
        for code in ("AAAAAAAA", made.check_code[:-1], "＊"):
            with pytest.raises(NotFound):
                queries.public_view(work, made.no, code)
