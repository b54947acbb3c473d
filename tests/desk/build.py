"""An office whose people decide on claims with the roles and jurisdictions that the college ships."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest

from app.claims import service as claims
from app.claims.models import Claim, ClaimTrail
from app.kernel.work import Actor, College, working
from app.people import service as people
from app.people.models import Person
from app.people.service.passwords import hashed
from app.rulebook import service as rulebook
from tests import make
from tests.claims import build

PASSWORD = hashed("Study-2026-demo")


@dataclass
class Office:
    """Units of the city and of two districts; who may do what there, by account."""

    college: College
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, user_name: str) -> Actor:
        """The person as he may act now."""
        with working(self.college, Actor.system("test"), write=False) as work:
            return people.actor_for(work, self.people[user_name].id, ip="10.0.0.7", device="测试")

    def waits(self, user_name: str, kind: str = "certificate", **fields: Any) -> UUID:
        """A claim of this person that waits for his unit."""
        return build.handed_in(self.college, self.actor(user_name), kind, **fields)

    def checked(self, user_name: str, kind: str = "certificate", **fields: Any) -> UUID:
        """A claim of this person that waits for certification."""
        uid = self.waits(user_name, kind, **fields)
        with working(self.college, Actor.system("test"), write=False) as work:
            actor = people.actor_for(work, self.people["admin"].id)
        with working(self.college, actor) as work:
            claims.pass_on(work, uid)
        return uid

    def row(self, uid: UUID) -> Claim:
        """The claim as it stands."""
        return build.row(self.college, uid)

    def trail(self, uid: UUID) -> list[ClaimTrail]:
        """What was done with it, the latest last."""
        with working(self.college, Actor.system("test"), write=False) as work:
            claim = claims.find(work, uid)
            return work.session.query(ClaimTrail).filter_by(person_id=claim.person_id, claim_id=claim.id).order_by(ClaimTrail.n).all()


def office(college: College) -> Office:
    """Claimants of one office, of another and of two districts; `admin` checks the whole city, `unit` his own office only."""
    made = Office(college)
    with working(college, Actor.system("test")) as work:
        root = make.unit(work, "鹏城市", code="pc")
        home = make.unit(work, "市人事局", parent=root, code="rsj", sector="government")
        other = make.unit(work, "市财政局", parent=root, code="czj", sector="government")
        districts = [make.unit(work, f"{name}区", parent=root, code=code, level="district") for name, code in (("东", "d1"), ("西", "d2"))]
        below = [make.unit(work, f"{one.name_zh}教育局", parent=one, code=f"{one.code}e", level="district") for one in districts]
        organs = make.unit(work, "东区委组织部", parent=districts[0], code="d1o", level="district")
        for user_name, name, unit, roles in (
            ("cadre", "李学", home, ()), ("colleague", "何同", home, ()), ("stranger", "陈外", other, ()),
            ("east", "东方", below[0], ()), ("west", "西门", below[1], ()),
            ("unit", "江查", home, (("unit_admin", "unit_subtree"),)), ("admin", "章总", root, (("unit_admin", "city"),)),
            ("city", "柳定", root, (("organization_dept", "city"),)), ("city2", "段审", root, (("organization_dept", "city"),)),
            ("district", "区管", organs, (("organization_dept", "J9"),)), ("helper", "代理", root, ()),
            ("officer", "安管", root, (("security_admin", "city"),)),
        ):  # fmt: skip
            person = made.people[user_name] = make.person(work, name, at=unit)
            make.account(work, person, user_name, PASSWORD)
            for role, jurisdiction in roles:
                make.grant(work, person, role, jurisdiction)
    return made


def grant(made: Office, user_name: str, role: str, jurisdiction: str) -> None:
    """One more role for somebody of the office."""
    with working(made.college, Actor.system("test")) as work:
        make.grant(work, work.session.get_one(Person, made.people[user_name].id), role, jurisdiction)


def courses_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule set says that courses wait for a person (`certify.online_course`)."""
    use = rulebook.use
    monkeypatch.setattr(
        rulebook, "use", lambda work, book: (use(work, book), replace(book, certify=replace(book.certify, online_course="manual")))[1]
    )
