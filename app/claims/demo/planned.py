"""Claims of the demo accounts, in every state, through the services a person uses; evidence is drawn on the spot."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import select

from app.claims import service
from app.claims.models import Claim
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor, College, working

Find = Callable[[str], Actor]


@dataclass(frozen=True)
class Planned:
    """One claim: whose, of which kind, what was entered, and how far it went with which words."""

    who: str
    kind: str
    fields: dict[str, str]
    days_ago: int
    length: int
    until: str
    words: str = ""
    hours: str = ""


PLAN = (
    Planned(
        "section",
        "book",
        {"title": "基层治理案例选读", "author": "学习读本编写组", "publisher": "党建读物出版社", "pages": "272"},
        20,
        18,
        "submitted",
    ),
    Planned(
        "engineer",
        "certificate",
        {"title": "应急管理能力培训", "issuer": "省应急管理学院", "cert_no": "YJ-2026-00871", "printed_hours": "36"},
        40,
        5,
        "certified",
        "其中 6 学时为参观考察，按规定不计",
        "30",
    ),
    Planned(
        "section",
        "lecture",
        {"title": "基层治理专题报告会", "host": "市社科联", "speaker": "专题报告组", "minutes": "135"},
        12,
        1,
        "returned",
        "请补充盖章的会议通知",
    ),
    Planned("section", "field_study", {"title": "社区网格化管理调研", "place": "鹏东区三个社区"}, 9, 2, "draft"),
    Planned(
        "engineer",
        "online_elsewhere",
        {"title": "智能建造网上专题班", "issuer": "省专业技术人员继续教育平台", "cert_no": "WL-260431", "minutes": "450"},
        30,
        10,
        "unit_checked",
    ),
    Planned(
        "engineer",
        "teaching",
        {"title": "新进技术人员岗前讲座", "host": "鹏城投资集团", "minutes": "90"},
        26,
        1,
        "rejected",
        "本单位岗前业务辅导不计授课学时",
    ),
    Planned("engineer", "book", {"title": "经济学名著导读", "author": "名著导读编写组", "pages": "180"}, 60, 25, "withdrawn"),
    Planned(
        "engineer",
        "paper",
        {"title": "既有桥梁监测数据的应用", "journal": "市工程学会学报", "level": "city"},
        70,
        1,
        "revoked",
        "经查为合作者单独完成，本人未参与",
    ),
    Planned(
        "division",
        "central_group",
        {"title": "理论学习中心组第四次集体学习", "host": "市委政策研究室", "minutes": "180"},
        15,
        1,
        "submitted",
    ),
    Planned(
        "manager",
        "certificate",
        {"title": "企业合规管理师培训", "issuer": "省企业联合会", "cert_no": "HG-20260218", "printed_hours": "24"},
        25,
        4,
        "submitted",
    ),
    Planned("engineer", "degree", {"title": "鹏城大学 工程管理", "level": "master", "credits": "6"}, 50, 30, "draft"),
)
UNIT, OVERDUE, CERTIFIER = "unit-admin", "personnel", "city"
"""Nobody of the cast checks for the unit of `engineer`: his claims have been waiting too long, so the authority takes that step."""
WAITED = timedelta(days=32)
"""How long before today they were handed in; `section` begins with an empty ledger, so what is decided is the engineer's."""


def load_planned(college: College, find: Find, say: Callable[[str], None]) -> int:
    """Make the planned claims once; nothing where there are claims already."""
    with working(college, Actor.system("demo"), write=False) as work:
        if work.session.scalar(select(Claim.id).limit(1)) is not None:
            return 0
        today = work.now.date()
    made = 0
    for number, one in enumerate(PLAN):
        _carry_out(college, find, one, number, today)
        made += 1
    say(f"{made} 份演示账号的学时申报")
    return made


def _carry_out(college: College, find: Find, one: Planned, number: int, today: date) -> None:
    """One claim as far as it goes."""
    is_late = one.who == "engineer" and one.until not in ("draft", "submitted")
    filed = College(college.settings, college.engine, StoppedClock(college.clock.now() - WAITED)) if is_late else college
    last = today - timedelta(days=one.days_ago) - (WAITED if is_late else timedelta())
    first = last - timedelta(days=one.length - 1)
    fields = {**one.fields, "occurred_from": first.isoformat(), "occurred_to": last.isoformat(), "note": "材料附后，原件备查。"}
    claimant = find(one.who)
    picture = service.receive(college.settings, io.BytesIO(evidence(number)), f"证明材料{number + 1}.png")
    with working(filed, claimant) as work:
        uid = service.start(work, one.kind, fields).uid
        service.attach(work, uid, [picture])
        if one.until == "draft":
            return
        service.submit(work, uid)
    _decide(college, find, one, uid)


def _decide(college: College, find: Find, one: Planned, uid: UUID) -> None:
    """The steps of the others."""
    if one.until == "submitted":
        return
    if one.until == "withdrawn":
        with working(college, find(one.who)) as work:
            service.withdraw(work, uid)
        return
    with working(college, find(UNIT if one.who == "section" else OVERDUE)) as work:
        if one.until == "returned":
            service.give_back(work, uid, one.words)
            return
        service.pass_on(work, uid, "材料齐全")
    if one.until == "unit_checked":
        return
    with working(college, find(CERTIFIER)) as work:
        if one.until == "rejected":
            service.reject(work, uid, one.words)
        else:
            service.certify(work, uid, hours=Decimal(one.hours) if one.hours else None, reason=one.words or "材料属实")
    if one.until == "revoked":
        with working(college, find(CERTIFIER)) as work:
            service.revoke(work, uid, one.words)


def evidence(number: int) -> bytes:
    """A sheet with lines and a round seal, another one for each number."""
    sheet = Image.new("RGB", (900, 640), "#FDFCF7")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((24, 24, 876, 616), outline="#8A5A0B", width=4)
    pen.rectangle((300, 84, 600, 108), fill="#17212B")
    for row in range(9):
        pen.rectangle((96, 176 + row * 36, 400 + (row * 97 + number * 53) % 380, 188 + row * 36), fill="#BCC7D0")
    pen.ellipse((660, 440, 800, 580), outline="#B3372A", width=6)
    pen.regular_polygon((730, 510, 30), 5, rotation=number * 7, fill="#B3372A")
    kept = io.BytesIO()
    sheet.save(kept, "PNG", optimize=True)
    return kept.getvalue()
