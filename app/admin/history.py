"""Posts the past of the demo city: two closed years and the current one, the same for the same arguments (domain.md §10.1).

Through the bulk door of the ledger, some thousand people to a transaction; `past` says who studied what. What a thousand did is
thought out while the thousand before is written (reckoning.py); the collector of cycles finds nothing worth its time all the while.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.admin.past import CLASS, SHARES, Activity, Kind, Outcome, need_of, outcomes, year_of
from app.admin.reckoning import behind
from app.kernel.bulk import undisturbed
from app.kernel.work import Actor, College, Work, working
from app.ledger import service as ledger
from app.people import queries as people
from app.people.models import Account, Appointment, TeamMembership
from app.rulebook import service as rulebook

FRESH = ("section", "sysadmin", "security", "auditor")
"""Accounts that begin with an empty record, so that a walk from the first lecture shows every step."""

BATCH = 1_000
"""People to a transaction."""
YEARS_BACK = 2
REVERSALS, ADJUSTMENTS = 4, 2
"""Lines in a thousand that take another back, and that adjust a closed year."""
SLIP = Kind("own_unit_class", "competence", ("单位讲座：业务规范",))
AMENDMENT = Kind("own_unit_class", "competence", ("核定调整：单位讲座",), certified_by="市委组织部")

Progress = Callable[[int, int, int], None]
Team = tuple[str, bool, date, date | None]


@dataclass(frozen=True)
class Learner:
    """A person as the generator sees him: in service from … to …."""

    person_id: int
    since: date
    until: date | None

    def serves(self, first: date, last: date) -> bool:
        """Whether the whole span is within his service."""
        return self.since <= first and (self.until is None or last <= self.until)


@dataclass
class Past:
    """What one run needs to know of all: the day, the rules of each year, how the years of the next ones end."""

    today: date
    seed: int
    pins: dict[int, str]
    drawn: dict[int, Iterator[Outcome]]
    lines: int = 0
    reversals: int = 0
    adjustments: int = 0

    @property
    def closed(self) -> int:
        """The oldest closed year: the one that slips and adjustments are about."""
        return self.today.year - YEARS_BACK


def load_history(college: College, today: date, seed: int, progress: Progress | None = None) -> int:
    """Post the past of everyone who is not FRESH; `progress` is told people, all people and lines. Returns how many lines."""
    with working(college, Actor.system("demo"), write=False) as work:
        known = _learners(work.session)
        past = _past(work, known, today, seed)
    with undisturbed(), behind(college) as then:
        for start in range(0, len(known), BATCH):
            some = known[start : start + BATCH]
            with working(college, Actor.system("demo"), write=False) as work:
                lines = list(_lines_of(work, past, some))
            then(_post, college, lines)
            if progress is not None:
                progress(start + len(some), len(known), past.lines)
    return past.lines


def _post(college: College, lines: list[ledger.Item]) -> None:
    with working(college, Actor.system("demo")) as work:
        ledger.append_many(work, lines)


def _learners(session: Session) -> list[Learner]:
    """Everyone who ever had a primary post, but for the fresh accounts."""
    fresh = select(Account.person_id).where(Account.user_name.in_(FRESH))
    until = func.max(func.coalesce(Appointment.to_on, date.max))
    statement = (
        select(Appointment.person_id, func.min(Appointment.from_on), until)
        .where(Appointment.is_primary, Appointment.superseded_at.is_(None), Appointment.person_id.not_in(fresh))
        .group_by(Appointment.person_id).order_by(Appointment.person_id)
    )  # fmt: skip
    return [Learner(person, since, None if last == date.max else last) for person, since, last in session.execute(statement)]


def _past(work: Work, known: Sequence[Learner], today: date, seed: int) -> Past:
    years = range(today.year - YEARS_BACK, today.year + 1)
    pins = {year: rulebook.rule_set(work.settings.rule_set, date(year, 12, 31)).pin for year in years}
    drawn = {}
    for year in years:
        whole = sum(learner.serves(*_assessed(year, today)) for learner in known)
        drawn[year] = iter(outcomes(whole, year, seed))
    return Past(today, seed, pins, drawn)


def _assessed(year: int, today: date) -> tuple[date, date]:
    """The days on which somebody must have served for the year to count for him as a whole."""
    return date(year, 1, 1), min(date(year, 12, 31), today)


def _lines_of(work: Work, past: Past, some: Sequence[Learner]) -> Iterator[ledger.Item]:
    """The lines of a batch of people."""
    ids = [learner.person_id for learner in some]
    posts, teams = people.posts_of(work, ids), _teams(work, ids)
    for learner in some:
        writer = _Writer(past, learner.person_id, posts[learner.person_id])
        rng = Random(f"{past.seed}:{learner.person_id}")  # noqa: S311  # a demo city, not a secret
        for year in sorted(past.pins):
            _write_year(writer, rng, learner, teams[learner.person_id], year)
        past.lines += len(writer.items)
        yield from writer.items


def _teams(work: Work, ids: Sequence[int]) -> dict[int, list[Team]]:
    """The teams of these people over time."""
    columns = (TeamMembership.person_id, TeamMembership.team, TeamMembership.is_primary, TeamMembership.from_on, TeamMembership.to_on)
    found: dict[int, list[Team]] = defaultdict(list)
    for start in range(0, len(ids), 500):
        chosen = select(*columns).where(TeamMembership.person_id.in_(ids[start : start + 500]), TeamMembership.superseded_at.is_(None))
        for person_id, team, is_primary, since, until in work.session.execute(chosen.order_by(TeamMembership.id)):
            found[person_id].append((team, is_primary, since, until))
    return found


def _write_year(writer: _Writer, rng: Random, learner: Learner, teams: Sequence[Team], year: int) -> None:
    """One year of one person, as far as it lies before today; slips and adjustments in the oldest closed year."""
    past = writer.past
    first, last = _assessed(year, past.today)
    day = min(last, learner.until or last)
    if learner.since > last or day < first:
        return
    outcome = next(past.drawn[year]) if learner.serves(first, last) else rng.choices(list(SHARES), list(SHARES.values()))[0]
    held = [team for team in teams if team[2] <= day and (team[3] is None or day <= team[3])] or list(teams)
    post, _unit = writer.posts.on(day)
    need = need_of([team[0] for team in held], post.rank if post else None)
    main = next((team[0] for team in held if team[1]), "")
    span = max(date(year, 1, 8), learner.since), date(year, 12, 18)
    end = min(past.today - timedelta(days=3), learner.until or date.max)
    done = [activity for activity in year_of(rng, need, main, outcome, span) if activity.last <= end] if span[0] < span[1] else []
    for activity in done:
        writer.credit(activity, year)
    if year == past.closed and done:
        writer.amend(done[-1])


@dataclass
class _Writer:
    """One person's lines as they come."""

    past: Past
    person_id: int
    posts: people.Posts
    items: list[ledger.Item] = field(default_factory=list)

    def credit(self, activity: Activity, year: int) -> str:
        """A finished activity; the key it goes by."""
        key = f"demo:{self.person_id}:{year}:{len(self.items) + 1}"
        self.items.append(self._line(activity, key, year, datetime.combine(activity.last, time(9), UTC)))
        return f"ext:{key}"

    def amend(self, after: Activity) -> None:
        """What the shares of the whole ledger still lack: a line entered twice and taken back, an adjustment."""
        past, year = self.past, self.past.closed
        written = past.lines + len(self.items)
        if past.reversals * 1000 < written * REVERSALS:
            past.reversals += 1
            slip = Activity(SLIP, SLIP.titles[0], after.first, after.last, 4, 0)
            key = self.credit(slip, year)
            moment = datetime.combine(after.last + timedelta(days=1), time(3), UTC)
            _post, unit_name = self.posts.on(after.last)
            self.items.append(ledger.TakeBack(person_id=self.person_id, activity_key=key, reason="重复录入", posted_at=moment,
                                              certified_by=_certifier(SLIP, unit_name), salt=self._salt(f"back:{key}")))  # fmt: skip
        if past.adjustments * 1000 < written * ADJUSTMENTS:
            past.adjustments += 1
            change = Activity(AMENDMENT, AMENDMENT.titles[0], after.last, after.last, (2, -1)[past.adjustments % 2], 0)
            key = f"demo:{self.person_id}:{year}:{len(self.items) + 1}"
            line = self._line(change, key, year, datetime.combine(date(year + 1, 1, 20), time(3), UTC), is_credit=False)
            self.items.append(ledger.Adjustment(line=line, reason="年度核定调整"))

    def _line(self, activity: Activity, key: str, year: int, moment: datetime, *, is_credit: bool = True) -> ledger.NewLine:
        kind = activity.kind
        post, unit_name = self.posts.on(activity.last)
        return ledger.NewLine(
            person_id=self.person_id,
            category=kind.category,
            hours=_figure(activity.hours),
            days=_figure(activity.days),
            span_days=0 if kind.is_online or not activity.days else (activity.last - activity.first).days + 1,
            occurred_from=activity.first,
            occurred_to=activity.last,
            source_type="history",
            source_id=key,
            title=activity.title,
            rule_set_version=self.past.pins[year],
            evidence=ledger.digest({"source": "demo", "key": key, "title": activity.title}),
            activity_key=f"ext:{key}" if is_credit else None,
            framework=kind.framework,
            subject_kind=kind.subject_kind,
            selection=kind.selection,
            delivery="online" if kind.is_online else "offline",
            off_post=kind.off_post,
            certified_by=_certifier(kind, unit_name),
            place=ledger.Place(post.unit_id, unit_name, post.post, post.rank or "") if post else ledger.Place(),
            posted_at=moment,
            salt=self._salt(key),
        )

    def _salt(self, key: str) -> bytes:
        return hashlib.blake2b(f"{self.past.seed}:{key}".encode(), digest_size=16).digest()


def _certifier(kind: Kind, unit_name: str) -> str:
    """Who certified an activity: nobody what is online (the rules did), an organ, or the unit itself."""
    return "auto" if kind.is_online else kind.certified_by or unit_name or CLASS.certified_by


@lru_cache(maxsize=512)
def _figure(value: float) -> Decimal:
    """Whole hours and half days, exactly."""
    return Decimal(str(value))
