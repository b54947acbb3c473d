"""The demo's training classes: planned, running, ended and cancelled ones, entered and filled by the organs that would (domain.md §10.3).

None of the off-post ones lies on days on which the demo has claims, so that those stay what they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select, true

from app.classes import service
from app.classes.models import TrainingClass
from app.classes.rules import Terms
from app.kernel.work import Actor, College, working
from app.people.demo.cast import CAST
from app.people.models import Account, Appointment, Person, Unit
from app.people.queries import in_force, visible
from app.people.service import today

Acting = Callable[[str], Actor]
ONLINE = "网上专题班：数字政务"
"""The class whose members sit an examination (content/exams/exams.yaml)."""


@dataclass(frozen=True)
class Planned:
    """One class: who enters it, when it is (days from today), and who sends how many of which rank to it."""

    code: str
    title: str
    category: str
    by: str
    unit: str
    first: int
    last: int
    hours: int
    days: int
    sent: tuple[tuple[str, str, int], ...] = ()
    """Officer, rank of those he sends (empty for any), how many at `xs`."""
    cast: tuple[str, ...] = ()
    """Demo accounts among the members."""
    off_post: bool = True
    cancelled: str = ""
    place: str = ""


CLASSES = (
    Planned("CJ", "处级干部进修班", "main_class", "school", "市委党校", -460, -449, 60, 10,
            (("city", "division", 8), ("personnel", "division", 6), ("district", "division", 4)), ("division",),
            place="市委党校 1 号楼 201 教室"),
    Planned("DW", "单位业务骨干培训", "own_unit_class", "unit-admin", "市委宣传部", -75, -74, 12, 2,
            (("unit-admin", "", 6),), ("section",), off_post=False,
            place="市委宣传部 8 楼会议室"),
    Planned("WZ", ONLINE, "special_class", "city", "市委组织部", -20, 40, 50, 0,
            (("city", "", 8), ("personnel", "section_below", 8)), ("section", "division"), off_post=False),
    Planned("CR", "初任培训班", "main_class", "school", "市委党校", 14, 25, 72, 10,
            (("personnel", "section_below", 10), ("district", "section_below", 6)), ("section",),
            place="市委党校 2 号楼报告厅"),
    Planned("QR", "鹏东区科级干部任职培训班", "special_class", "district", "鹏东区委组织部", 30, 34, 30, 5,
            (("district", "section_below", 8),),
            place="鹏东区委党校 305 教室"),
    Planned("ZQ", "中青年干部培训班", "main_class", "school", "市委党校", 50, 110, 300, 45,
            (("city", "division", 4), ("district", "division", 4)), ("division",),
            place="市委党校主楼"),
    Planned("ZT", "依法行政专题班", "special_class", "urban", "市城管局", 7, 9, 18, 3, cancelled="与全市依法行政轮训合并举办"),
)  # fmt: skip
MORE = {"xs": 1, "s": 2, "m": 4, "full": 5}
"""How many times as many members at each scale; about fifty fill a class."""


def load(college: College, scale: str, acting: Acting, say: Callable[[str], object]) -> None:
    """Every class that is not there yet, with its members."""
    with working(college, Actor.system("demo"), write=False) as work:
        known, day = set(work.session.scalars(select(TrainingClass.code))), today(work)
        rows = work.session.execute(select(Unit.name_zh, Unit.code).where(Unit.name_zh.in_({one.unit for one in CLASSES})))
        units = {row.name_zh: row.code for row in rows}
    for one in CLASSES:
        if (code := code_of(one, day)) not in known and one.unit in units:
            _load(college, one, code, units[one.unit], day, MORE[scale], acting)
    say(f"培训班：{len(CLASSES)} 个")


def code_of(one: Planned, day: date) -> str:
    """The code of a class: its letters and the year in which it begins."""
    return f"{one.code}-{(day + timedelta(one.first)).year}-01"


def _load(college: College, one: Planned, code: str, unit: str, day: date, times: int, acting: Acting) -> None:
    first, last = day + timedelta(one.first), day + timedelta(one.last)
    terms = Terms(code, one.title, one.category, unit, first, last, Decimal(one.hours), Decimal(one.days), one.off_post,
                  one.place)  # fmt: skip
    with working(college, acting(one.by)) as work:
        uid = service.enter(work, terms).uid
    with working(college, acting(one.sent[0][0] if one.sent else one.by)) as work:
        mine = select(Account.person_id).where(Account.user_name.in_(one.cast)).order_by(Account.person_id)
        service.keep(work, service.find(work, uid).row, list(work.session.scalars(mine)))
    for officer, rank, count in one.sent:
        with working(college, acting(officer)) as work:
            found = service.find(work, uid)
            of_rank = Appointment.rank_level == rank if rank else true()
            cast = select(Account.person_id).where(Account.user_name.in_([member.user_name for member in CAST]))
            some = select(Person.id).join(Appointment, Appointment.person_id == Person.id)
            some = some.where(of_rank, Appointment.is_primary, in_force(Appointment, day), Person.status == "active")
            some = some.where(Person.id.not_in(cast), visible(work, found.action, Person.id))
            service.keep(work, found.row, list(work.session.scalars(some.order_by(Person.id).limit(count * times))))
    if one.cancelled:
        with working(college, acting(one.by)) as work:
            service.cancel(work, uid, one.cancelled)
