"""What the people of the demo city have studied before: classes, online classes and lectures, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.work import Actor, College, working
from app.ledger import service as ledger
from app.people.models import Account, Appointment, Person, TeamMembership
from app.rulebook import service as rulebook

FRESH = ("section", "sysadmin", "security", "auditor")
"""Accounts that begin with an empty record, so that a walk from the first lecture shows every step."""

BATCH = 200
YEARS_BACK = 2


@dataclass(frozen=True)
class Kind:
    """One kind of past training and how often it comes up."""

    category: str
    titles: tuple[str, ...]
    weight: int
    days: tuple[int, int]
    framework: str
    hours_per_day: int = 8
    is_online: bool = False


KINDS = (
    Kind("special_class", ("依法行政专题班", "应急管理专题班", "公共政策专题研讨班", "窗口服务能力专题班"), 4, (2, 5), "competence"),
    Kind("main_class", ("任职培训班", "业务骨干进修班"), 1, (5, 10), "loyalty"),
    Kind("central_group", ("中心组学习：法治建设", "中心组学习：调查研究"), 2, (1, 1), "loyalty", 4),
    Kind(
        "online_course",
        ("网上专题班：数字政务", "网上专题班：经济形势", "网上专题班：党规党纪", "网上专题班：科学素养"),
        6,
        (3, 6),
        "restraint",
        5,
        True,
    ),
    Kind("elective", ("选学课程：公文写作", "选学课程：调查研究方法"), 2, (1, 2), "competence"),
)


@dataclass(frozen=True)
class Learner:
    """A person as the generator sees him: since when, in which team."""

    person_id: int
    since: date
    team: str


def load_history(college: College, today: date, seed: int) -> int:
    """Post the past of everyone who is not FRESH, in batches of people. Returns how many lines."""
    with working(college, Actor.system("demo"), write=False) as work:
        known = _learners(work.session)
        pin = rulebook.rule_set(work.settings.rule_set, today).pin
    count = 0
    for start in range(0, len(known), BATCH):
        with working(college, Actor.system("demo")) as work:
            lines = [line for learner in known[start : start + BATCH] for line in past(learner, today, seed, pin)]
            count += ledger.append_many(work, lines)
    return count


def _learners(session: Session) -> list[Learner]:
    """Everyone in service with a primary post and team, but for the fresh accounts."""
    fresh = select(Account.person_id).where(Account.user_name.in_(FRESH))
    statement = (
        select(Person.id, Appointment.from_on, TeamMembership.team)
        .join(Appointment, (Appointment.person_id == Person.id) & Appointment.is_primary & Appointment.to_on.is_(None))
        .join(TeamMembership, (TeamMembership.person_id == Person.id) & TeamMembership.is_primary & TeamMembership.to_on.is_(None))
        .where(Person.id.not_in(fresh), Appointment.superseded_at.is_(None), TeamMembership.superseded_at.is_(None))
        .order_by(Person.id, Appointment.id)
    )
    found = {row[0]: Learner(row[0], row[1], row[2]) for row in session.execute(statement)}
    return list(found.values())


def past(learner: Learner, today: date, seed: int, pin: str) -> Iterator[ledger.NewLine]:
    """The lines of one person in order of time, never two on one day, none before he came or after today."""
    rng = Random(f"{seed}:{learner.person_id}")  # noqa: S311  # a demo city, not a secret
    diligence = rng.choices((0.4, 0.8, 1.0, 1.3), (8, 12, 50, 30))[0]
    for year in range(today.year - YEARS_BACK, today.year + 1):
        day = max(date(year, 1, 8), learner.since)
        end = min(date(year, 12, 20), today - timedelta(days=2))
        number = 0
        while (end - day).days > 12:
            day += timedelta(days=rng.randrange(10, 60))
            kind = rng.choices(KINDS, [k.weight for k in KINDS])[0]
            length = max(1, round(rng.randint(*kind.days) * diligence))
            last = day + timedelta(days=length - 1)
            if last > end:
                break
            number += 1
            yield _line(learner, kind, rng.choice(kind.titles), (day, last), f"demo:{learner.person_id}:{year}:{number}", pin)
            day = last


def _line(learner: Learner, kind: Kind, title: str, span: tuple[date, date], key: str, pin: str) -> ledger.NewLine:
    """One past class or course as a new line of the ledger."""
    days = (span[1] - span[0]).days + 1
    posted = datetime.combine(span[1], time(9), tzinfo=UTC)
    professional = learner.team == "professional"
    return ledger.NewLine(
        person_id=learner.person_id,
        category=kind.category,
        hours=Decimal(days * kind.hours_per_day),
        days=Decimal(0) if kind.is_online else Decimal(days) * kind.hours_per_day / 8,
        span_days=0 if kind.is_online else days,
        occurred_from=span[0],
        occurred_to=span[1],
        source_type="history",
        source_id=key,
        title=title,
        rule_set_version=pin,
        evidence=ledger.digest({"source": "demo", "key": key, "title": title}),
        activity_key=f"ext:{key}",
        framework=kind.framework,
        subject_kind=("professional" if kind.framework == "competence" else "public") if professional else None,
        selection="elective" if kind.category == "elective" else "assigned",
        delivery="online" if kind.is_online else "offline",
        off_post=not kind.is_online and kind.category != "central_group",
        certified_by="demo",
        posted_at=posted,
    )
