"""Builders of the tests of years: a small city in which one is short, the people who close, explain, decide and adopt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from app.compliance import service as compliance
from app.kernel.work import Actor, College, Grant, Work, working
from app.ledger import service as ledger
from app.people.rules import Everyone
from tests import make
from tests.ledger.build import line

SYSTEM = Actor.system("test")
JANUARY = datetime(2027, 1, 20, 2, 0, tzinfo=UTC)


@dataclass
class Small:
    """Two cadres: `met` has his 50 network hours and 12 days, `short` has 8 hours of a claim."""

    met: Any
    short: Any
    first: Actor
    second: Actor
    unit_admin: Actor
    authority: Actor


def actor(work: Work, name: str, *actions: str) -> Actor:
    """Somebody who may do these things over everybody."""
    me = make.person(work, name)
    return Actor(person_id=me.id, name=name, actions=frozenset(actions), grants=tuple(Grant(one, Everyone()) for one in actions))


def city(college: College) -> Small:
    """The small city, its year 2026 kept."""
    with working(college, SYSTEM) as work:
        unit = make.unit(work)
        met, short = make.person(work, "何达标", at=unit), make.person(work, "许未达", at=unit)
        for number in range(50):
            ledger.append(work, network(met.id, number))
        ledger.append(work, line(met.id, 90, category="special_class", activity_key="class:1", days=Decimal(12), span_days=12,
                                 hours=Decimal(96), occurred_from=date(2026, 3, 2), occurred_to=date(2026, 3, 17), off_post=True,
                                 delivery="offline"))  # fmt: skip
        ledger.append(work, line(short.id, 91, category="self_study_claim", activity_key="claim:book:1", hours=Decimal(8)))
        made = Small(
            met, short, actor(work, "经办甲", "years.close", "years.propose", "rulebook.propose", "reports.unit"),
            actor(work, "上级乙", "years.approve", "rulebook.adopt", "rulebook.propose"),
            actor(work, "单位丙", "years.explain"), actor(work, "部门丁", "years.decide", "years.explain"),
        )  # fmt: skip
    compliance.rebuild(college, 2026)
    return made


def network(person_id: int, number: int) -> ledger.NewLine:
    """One hour of network study."""
    return line(person_id, number, hours=Decimal(1), occurred_from=date(2026, 5, 1), occurred_to=date(2026, 5, 20))


def close(college: College, clock: Any, made: Small, year: int = 2026) -> None:
    """The year is closed by its two people on 20 January."""
    from app.years import service

    clock.at = JANUARY
    with working(college, made.first) as work:
        service.begin_closing(work, year)
    service.close(college, made.second, year)
