"""The people, files and claims that tests of claims need."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PIL import Image

from app.claims import service
from app.claims.models import Claim
from app.kernel.work import Actor, College, working
from app.people.models import Person
from app.people.service.passwords import hashed
from tests import make

BOOK = {"title": "资治通鉴选读", "occurred_from": "2026-10-12", "occurred_to": "2026-11-06", "author": "读本编写组", "pages": "320"}
LECTURE = {"title": "宏观经济形势", "occurred_from": "2026-05-12", "occurred_to": "2026-05-12", "host": "市社科联", "minutes": "135"}
CERTIFICATE = {"title": "应急管理培训", "occurred_from": "2026-03-09", "occurred_to": "2026-03-13", "issuer": "省应急管理学院",
               "cert_no": "YJ-2026-00871", "printed_hours": "36"}  # fmt: skip
OVERSEAS = {
    "title": "城市治理研修团",
    "occurred_from": "2026-06-01",
    "occurred_to": "2026-06-05",
    "country": "新加坡",
    "approval": "外办〔2026〕8号",
}


@dataclass(frozen=True)
class Cast:
    """A claimant, his unit's administrator, two certifiers, and somebody of another unit."""

    cadre: Actor
    unit: Actor
    city: Actor
    other_city: Actor
    colleague: Actor


def cast(college: College) -> Cast:
    """Five people who may do what their office allows."""
    with working(college, Actor.system("test")) as work:
        office = make.unit(work)
        names = ("李学", "江查", "柳定", "段审", "何同")
        people = [make.person(work, name, at=office) for name in names]
    own = ("claims.file",)
    actions = (own, ("claims.file", "claims.check"), ("claims.file", "claims.certify"), ("claims.file", "claims.certify"), own)
    return Cast(*(make.actor(person, *may, ip="10.0.0.7", device="测试") for person, may in zip(people, actions, strict=True)))


def account(college: College, actor: Actor, user_name: str, *roles: tuple[str, str]) -> None:
    """The person can sign in, as a cadre and in these roles."""
    with working(college, Actor.system("test")) as work:
        person = work.session.get_one(Person, actor.person_id)
        make.account(work, person, user_name, hashed("Study-2026-demo"))
        for role, jurisdiction in roles:
            make.grant(work, person, role, jurisdiction)


def picture(colour: str = "teal", size: tuple[int, int] = (640, 480), kind: str = "PNG", **more: Any) -> bytes:
    """A small picture of one colour with a corner of another."""
    image = Image.new("RGB", size, colour)
    image.paste("white", (10, 10, size[0] // 2, size[1] // 3))
    kept = io.BytesIO()
    image.save(kept, kind, **more)
    return kept.getvalue()


def pdf(words: bytes = b"") -> bytes:
    """The smallest PDF that is one."""
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog" + words + b">>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def receive(college: College, content: bytes | None = None, name: str = "证书.png") -> service.Examined:
    """A file looked over and kept."""
    return service.receive(college.settings, io.BytesIO(picture() if content is None else content), name)


def draft(college: College, by: Actor, kind: str = "certificate", *, file: bytes | None = None, **fields: str) -> UUID:
    """A draft with one file; fields replace those of a good claim of the kind."""
    good = {"book": BOOK, "lecture": LECTURE, "certificate": CERTIFICATE, "overseas": OVERSEAS}.get(kind, {})
    kept = receive(
        college, picture(f"#{abs(hash((by.person_id, kind, str(sorted(fields.items()))))) % 0xFFFFFF:06x}") if file is None else file
    )
    with working(college, by) as work:
        uid = service.start(work, kind, {**good, **fields}).uid
        service.attach(work, uid, [kept])
    return uid


def handed_in(college: College, by: Actor, kind: str = "certificate", **more: Any) -> UUID:
    """A claim that waits for its unit."""
    uid = draft(college, by, kind, **more)
    with working(college, by) as work:
        service.submit(work, uid)
    return uid


def checked(college: College, of: Cast, kind: str = "certificate", **more: Any) -> UUID:
    """A claim that waits for certification."""
    uid = handed_in(college, of.cadre, kind, **more)
    with working(college, of.unit) as work:
        service.pass_on(work, uid)
    return uid


def row(college: College, uid: UUID) -> Claim:
    """The claim as it stands."""
    with working(college, Actor.system("test"), write=False) as work:
        return service.find(work, uid)
