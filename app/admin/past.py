"""What a person of the demo city has studied in a year (domain.md §10.1). Pure: facts in, activities out.

Of the years 82 % reach every figure of the year, 12 % stay short (half of each figure at least), 6 % far short. Few lines
make a year: network hours come as online classes of 20 to 50 hours, centralised training as classes of whole days.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

MOST = 12
"""Activities of one year; a correction and an adjustment may come on top (0–14 lines)."""


class Outcome(StrEnum):
    """How a year is to end."""

    MET = "met"
    SHORT = "short"
    FAR = "far_short"


SHARES = {Outcome.MET: 82, Outcome.SHORT: 12, Outcome.FAR: 6}
EXTRAS = {"party_gov": 0.5, "enterprise": 0.3, "professional": 0.2}
"""Mean number of further activities in a year, by primary team."""


@dataclass(frozen=True)
class Kind:
    """One kind of training: its axes and the titles it goes by."""

    category: str
    framework: str
    titles: tuple[str, ...]
    subject_kind: str | None = None
    is_online: bool = False
    off_post: bool = False
    selection: str = "assigned"
    certified_by: str = ""
    """The organ that certified it; empty where the unit did in which the person served. What is online posted by itself."""


CLASS = Kind("special_class", "competence", ("依法行政专题班", "应急管理专题班", "公共政策专题研讨班", "窗口服务能力专题班"), off_post=True,
             certified_by="市委组织部")  # fmt: skip
MAIN = Kind("main_class", "loyalty", ("任职培训班", "业务骨干进修班", "党校进修班"), off_post=True, certified_by="市委组织部")
ONLINE = Kind(
    "online_course",
    "restraint",
    ("网上专题班：数字政务", "网上专题班：经济形势", "网上专题班：党规党纪", "网上专题班：科学素养"),
    is_online=True,
)
PUBLIC = Kind("online_course", "loyalty", ("公需科目：法治与诚信", "公需科目：数字素养", "公需科目：职业道德"), "public", is_online=True)
TRADE = Kind("special_class", "competence", ("专业技术研修班", "岗位新技术培训班", "行业规范研修班"), "professional", off_post=True,
             certified_by="市人事局")  # fmt: skip
TRADE_ONLINE = Kind("online_course", "competence", ("专业科目：新技术应用", "专业科目：质量与安全"), "professional", is_online=True)
CHOICE = Kind("online_course", "competence", ("选修课程：公文写作", "选修课程：心理调适"), "elective", is_online=True, selection="elective")
GROUP = Kind("central_group", "loyalty", ("中心组学习：法治建设", "中心组学习：调查研究"), certified_by="市委宣传部")
TALK = Kind("own_unit_class", "competence", ("单位讲座：业务规范", "单位讲座：安全知识", "单位讲座：廉洁教育"))


@dataclass(frozen=True)
class Need:
    """What the rules ask of a person in a year, as far as the plan has to know."""

    annual: bool = False
    leader: bool = False
    continuing: bool = False


@dataclass(frozen=True)
class Activity:
    """One finished activity: kind, title, first and last day, hours, and training days (none when online)."""

    kind: Kind
    title: str
    first: date
    last: date
    hours: float
    days: float


Part = tuple[Kind, float, float]


def outcomes(people: int, year: int, seed: int) -> list[Outcome]:
    """How the year ends for each of so many people: the shares by largest remainder, in an order drawn from the seed."""
    shares = [(outcome, *divmod(people * share, 100)) for outcome, share in SHARES.items()]
    counts = {outcome: floor for outcome, floor, _ in shares}
    for outcome, _, _ in sorted(shares, key=lambda share: -share[2])[: people - sum(counts.values())]:
        counts[outcome] += 1
    drawn = [outcome for outcome, count in counts.items() for _ in range(count)]
    Random(f"outcomes:{seed}:{year}").shuffle(drawn)  # noqa: S311  # a demo city, not a secret
    return drawn


def year_of(rng: Random, need: Need, team: str, outcome: Outcome, span: tuple[date, date]) -> Iterator[Activity]:
    """The activities of a year in the order of their days, each in its own part of the span."""
    parts = list(_parts(rng, need, outcome))
    rng.shuffle(parts)
    parts += [_extra(rng, team, outcome) for _ in range(_poisson(rng, EXTRAS.get(team, 0.2)))]
    parts = parts[:MOST]
    first, last = span
    whole = (last - first).days + 1
    for place, (kind, hours, days) in enumerate(parts):
        begin = first + timedelta(days=whole * place // len(parts))
        room = whole * (place + 1) // len(parts) - whole * place // len(parts)
        made = _dated(rng, kind, hours, days, begin, room)
        if made is not None:
            yield made


def _parts(rng: Random, need: Need, outcome: Outcome) -> Iterator[Part]:
    """Kind, hours and days of what a year is made of; a leader's classes run toward the figure of five years."""
    if need.leader:
        yield MAIN if rng.random() < 0.4 else CLASS, 0, {"met": rng.choice((14, 15)), "short": 8, "far_short": 3}[outcome]
    if need.annual:
        yield from _annual(rng, outcome)
    if need.annual or need.leader:
        yield from _network(rng, outcome)
    if need.continuing:
        yield from _continuing(rng, outcome)


def _annual(rng: Random, outcome: Outcome) -> Iterator[Part]:
    """Twelve days of centralised training, in one class or two."""
    if outcome is Outcome.MET:
        for days in (12,) if rng.random() < 0.7 else rng.choice(((10, 5), (7, 5), (5, 8))):
            yield CLASS, 0, days
    elif outcome is Outcome.SHORT:
        yield CLASS, 0, rng.randint(7, 10)
    elif rng.random() < 0.6:
        yield CLASS, 0, rng.randint(2, 5)


def _network(rng: Random, outcome: Outcome) -> Iterator[Part]:
    """Fifty network hours, in one online class or two."""
    if outcome is Outcome.MET:
        if rng.random() < 0.7:
            yield ONLINE, 50, 0
        else:
            first = rng.randint(22, 30)
            yield ONLINE, first, 0
            yield ONLINE, 50 - first + rng.randint(0, 6), 0
    elif outcome is Outcome.SHORT:
        yield ONLINE, rng.randint(28, 44), 0
    elif rng.random() < 0.5:
        yield ONLINE, 20, 0


def _continuing(rng: Random, outcome: Outcome) -> Iterator[Part]:
    """Public, professional and own subjects: 30, 42 and 18 hours; who is short lacks public hours at least."""
    if outcome is Outcome.FAR:
        if rng.random() < 0.7:
            yield CHOICE, rng.randint(20, 24), 0
        return
    is_met = outcome is Outcome.MET
    yield PUBLIC, rng.randint(30, 36) if is_met else rng.randint(16, 26), 0
    if rng.random() < 0.5:
        yield TRADE, 0, 6 if is_met else rng.randint(3, 5)
    else:
        yield TRADE_ONLINE, rng.randint(42, 50) if is_met else rng.randint(24, 40), 0
    yield CHOICE, rng.randint(20, 24), 0


def _extra(rng: Random, team: str, outcome: Outcome) -> Part:
    """A half day that moves nobody over a limit: the group of leaders for who has met it anyway, a talk for the others."""
    if outcome is Outcome.MET and team == "party_gov" and rng.random() < 0.5:
        return GROUP, 4, 0.5
    return TALK, rng.choice((2, 3, 4)), 0.5


def _dated(rng: Random, kind: Kind, hours: float, days: float, begin: date, room: int) -> Activity | None:
    """The activity within `room` days from `begin`, classes from a Monday on where they fit; None where there is no room."""
    if kind.is_online:
        length = min(rng.randint(12, 30), room)
        first = begin + timedelta(days=rng.randint(0, room - length))
        return Activity(kind, rng.choice(kind.titles), first, first + timedelta(days=length - 1), hours, 0)
    whole = math.ceil(days)
    length = whole + (whole - 1) // 5 * 2
    monday = begin + timedelta(days=-begin.weekday() % 7)
    weeks = (room - (monday - begin).days - length) // 7
    if weeks < 0:
        monday, weeks = begin, 0
    if length > room:
        return None
    first = monday + timedelta(days=7 * rng.randint(0, weeks))
    return Activity(kind, rng.choice(kind.titles), first, first + timedelta(days=length - 1), hours or whole * 8, days)


def _poisson(rng: Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average."""
    left, count = rng.random(), 0
    chance = math.exp(-mean)
    while left > chance and count < MOST:
        left -= chance
        count += 1
        chance *= mean / count
    return count


def need_of(team_names: Sequence[str], rank: str | None) -> Need:
    """What the rules of the demo ask of somebody in these teams at this rank (N1, N2, N3, CPE of demo@1)."""
    party = "party_gov" in team_names
    leader = party and rank in ("bureau", "division")
    return Need(
        annual=(party and not leader) or "enterprise" in team_names, leader=leader and "enterprise" not in team_names,
        continuing="professional" in team_names,
    )  # fmt: skip
