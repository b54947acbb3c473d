"""The claims of the demo city: in every state, decided by the rules, the same for the same city (domain.md §10)."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from app.claims.demo import city, load_city
from app.claims.models import Appeal, Claim, ClaimEvidence, ClaimTrail
from app.kernel.work import Actor, working
from app.ledger.models import LedgerEntry
from app.ledger.service.verifying import verify
from app.people import queries as people
from app.people import service
from app.people.models import Account
from tests.people import build


def finder(college):
    def find(user_name):
        with working(college, Actor.system("test"), write=False) as work:
            return service.actor_for(work, work.session.scalars(select(Account.person_id).where(Account.user_name == user_name)).one())

    return find


def drawn_again(college, find):
    """What the generator would draw once more."""
    made = city._city(college, find, 7)
    with working(college, Actor.system("test"), write=False) as work:
        for person_id in city._whose(made):
            city._draw(work, made, person_id)
    return [(one.row["person_id"], one.row["title"], one.row["occurred_to"], one.fate, one.look) for one in made.drawn]


def test_every_state_occurs_and_every_rule_has_spoken(college):
    build.load(college)
    find = finder(college)
    plan = drawn_again(college, find)
    assert load_city(college, find, 7) == len(plan) == city.LEAST
    assert drawn_again(college, find) == plan
    with working(college, Actor.system("test"), write=False) as work:
        claims = list(work.session.scalars(select(Claim)))
        assert Counter((one.person_id, one.title) for one in claims) == Counter(one[:2] for one in plan)
        assert {str(one.state) for one in claims} == set(city.FATES)
        assert {bool(one.risk) for one in claims if one.state in ("submitted", "unit_checked")} == {True, False}
        for one in claims:
            hands = [who for who in (one.person_id, one.checked_by, one.decided_by) if who]
            assert len(set(hands)) == len(hands), "claimant, checker and certifier are three people"
            trail = list(work.session.scalars(select(ClaimTrail).where(ClaimTrail.claim_id == one.id).order_by(ClaimTrail.n)))
            assert [row.n for row in trail] == list(range(1, one.version + 1)) and trail[-1].state == one.state
            assert work.session.scalars(select(ClaimEvidence.id).where(ClaimEvidence.claim_id == one.id)).all()
            if one.entry_seq:
                assert work.session.get_one(LedgerEntry, (one.person_id, one.entry_seq)).hours == one.hours_certified
        checked = [(one.checked_by, one.person_id) for one in claims if one.checked_by]
        assert verify(work).bad is None
        assert work.session.scalars(select(Appeal)).all()
    for checked_by, person_id in checked:
        with working(college, build.actor(college, checked_by), write=False) as work:
            assert people.may_over(work, "claims.check", person_id), "whoever passed a claim is the unit's administrator"
    for name in city.CERTIFIERS:
        with working(college, find(name), write=False) as work:
            mine = people.within(work, "claims.certify", Claim.person_id)
            assert work.session.scalars(select(Claim.uid).where(Claim.state == "unit_checked", mine)).all(), name
