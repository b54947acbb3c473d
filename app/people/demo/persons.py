"""Invents the people of the demo city, in batches, the same ones for the same scale, seed, overlap and day.

Names come from a product of surnames and given names (homonyms are wanted); ID numbers lie in a range that does not
exist and carry a wrong check digit, so that no one's number can occur. Shares of each state: domain.md §10.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from app.people.demo.cast import CAST, CastMember
from app.people.demo.census import STATIONED_FROM, Cell, Slot, slots, stationed
from app.people.demo.people_words import BORN, FEMALE, LATER_RANK, MALE, POSTS, SURNAMES, TAGS
from app.people.demo.tree import UnitPlan

STATES = {"leave": 0.015, "promoted": 0.03, "transferred": 0.04, "joined": 0.02, "retired": 0.025, "appraisal_basic": 0.003}
"""Shares of people in each state; nobody is in two."""

AWAY_ALL_YEAR = 3
"""Of those on leave the first and every so many after are away to study for the whole year, and so exempt in it."""

TAGGED = 0.16
"""Share of people on some list; all community staff are among them, as grass-roots cadres."""

COMMUNITY = "community.section"
BATCH = 4_000

Row = dict[str, Any]


@dataclass
class Batch:
    """Rows of some thousand people, table by table. `id`s count from 1; units are named by path."""

    persons: list[Row] = field(default_factory=list)
    appointments: list[Row] = field(default_factory=list)
    teams: list[Row] = field(default_factory=list)
    tags: list[Row] = field(default_factory=list)
    leave: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    cast: dict[str, int] = field(default_factory=dict)
    memberships: int = 0


def generate(units: Sequence[UnitPlan], scale: str, seed: int, overlap: int, today: date) -> Iterator[Batch]:
    """All people of a scale in batches.

    `overlap` memberships of the professional team are held by people of the other two teams instead of by people of
    their own (five sixths by enterprise people), so that many persons fewer hold the same number of memberships.
    """
    city = _City(units, scale, seed, overlap, today)
    batch = Batch()
    for number, slot in enumerate(city.slots):
        city.person(batch, number, slot)
        if len(batch.persons) >= BATCH:
            yield batch
            batch = Batch()
    if batch.persons:
        yield batch


def known_since(today: date) -> datetime:
    """When the college came to know the people: before the oldest year that the demo closes was over."""
    return datetime(today.year - 2, 1, 2, 1, tzinfo=UTC)


class _City:
    """One run of the generator: its random stream, and who has which state."""

    def __init__(self, units: Sequence[UnitPlan], scale: str, seed: int, overlap: int, today: date) -> None:
        self.random = Random(f"{scale}:{seed}:{overlap}:{today.isoformat()}")  # noqa: S311  # invented people, no secret
        self.today, self.away = today, 0
        self.recorded = known_since(today)
        self.units = {unit.path: unit for unit in units}
        self.by_name = {unit.name_zh: unit for unit in units}
        self.hosts = {cell: [unit for unit in units if cell.takes(unit)] for cell in {slot.cell for slot in slots(scale, units)}}
        everyone = _with_cast(slots(scale, units))
        self.slots, self.second = _overlapped(everyone, overlap, self.random)
        self.states = self._states()
        self.later = self._later()
        self.stationed = self._stationed(scale)
        others = [n for n, (place, _) in enumerate(self.slots) if place.cell.key != COMMUNITY]
        self.tagged = set(self.random.sample(others, round(len(self.slots) * TAGGED) - len(self.slots) + len(others)))

    def _states(self) -> dict[int, str]:
        """At least one person in each state, at every scale."""
        free = [n for n, (_, member) in enumerate(self.slots) if member is None]
        counts = {state: max(1, round(len(self.slots) * share)) for state, share in STATES.items()}
        chosen = self.random.sample(free, sum(counts.values()))
        found, at = {}, 0
        for state, count in counts.items():
            found.update(dict.fromkeys(chosen[at : at + count], state))
            at += count
        return found

    def _later(self) -> dict[int, CastMember]:
        """Which places those take over who came to the cast later: the last of the right cell, to which nothing happens if it can be."""
        found: dict[int, CastMember] = {}
        for member in (one for one in CAST if one.came_later):
            places = (n for n, (place, taken) in enumerate(self.slots) if taken is None and place.cell.key == member.cell)
            free = [n for n in places if n not in self.second and n not in found]
            found[max(free, key=lambda n: (self.states.get(n) != "retired", n not in self.states, n))] = member
        return found

    def person(self, batch: Batch, number: int, slot: tuple[Slot, CastMember | None]) -> None:
        """Add one person with posts, teams, tags, leave and events."""
        place, member = slot
        state = member.state if member else self.states.get(number, "")
        row = self._cast_row(number, member) if member else self._row(number, place.cell)
        batch.persons.append(row)
        if member:
            batch.cast[member.user_name] = row["id"]
        unit = self.by_name[member.unit] if member else place.unit
        since, until, turned = self._span(row["birth_on"], state, member is not None)
        if state == "retired":
            row["status"] = "retired"
        self._posts(batch, row["id"], place.cell, unit, member, (state, since, until, turned))
        self._teams(batch, number, row["id"], place.cell, member, (state, since, until, turned))
        self._lists(batch, number, row, place.cell, member, since)
        self._happenings(batch, row, state, turned)
        if number in self.later:
            self._take_over(batch, number, self.later[number])
        if number in self.stationed:
            self._station(batch, self.stationed[number])

    def _take_over(self, batch: Batch, number: int, member: CastMember) -> None:
        """The person just invented is this member of the cast; no draw of the random stream depends on it."""
        row, born = batch.persons[-1], date(member.born, 5, 4)
        row |= {"name": member.name, "sex": member.sex, "birth_on": born, "id_no": demo_id_no(number, member.sex, born),
                "political_status": member.political}  # fmt: skip
        batch.appointments[-1] |= {"unit": self.by_name[member.unit].path, "post": member.post, "rank_level": member.rank,
                                   "is_leading": member.is_leading, "position_class": member.position_class}  # fmt: skip
        batch.cast[member.user_name] = row["id"]

    def _stationed(self, scale: str) -> dict[int, tuple[UnitPlan, bool]]:
        """Which places of a cell serve in stationed units, evenly from all over it, and who is the first of his unit.

        Nobody of the cast, and nobody to whom something happens while there are others; no draw of the random stream
        depends on it.
        """
        hosts = [unit for unit in self.units.values() if unit.is_stationed]
        count = stationed(scale, len(hosts))
        free = [n for n, (place, member) in enumerate(self.slots)
                if place.cell.key == STATIONED_FROM and member is None and n not in self.later]  # fmt: skip
        quiet = [n for n in free if n not in self.states and n not in self.second]
        pool = quiet if len(quiet) >= count else sorted(free, key=lambda n: (self.states.get(n) == "retired", n not in quiet, n))[:count]
        chosen = [pool[at * len(pool) // count] for at in range(count)]
        return {n: (hosts[at % len(hosts)], at < len(hosts)) for at, n in enumerate(chosen)}

    @staticmethod
    def _station(batch: Batch, place: tuple[UnitPlan, bool]) -> None:
        """The person just invented serves in this stationed unit; the first of each is in the party, so that J4 has people."""
        unit, is_first = place
        row = batch.persons[-1]
        batch.appointments[-1]["unit"] = unit.path
        if is_first:
            row["political_status"] = "cpc"
            batch.tags = [tag for tag in batch.tags if (tag["person_id"], tag["tag"]) != (row["id"], "non_party")]

    def _row(self, number: int, cell: Cell) -> Row:
        pick = self.random
        sex = "F" if pick.random() < 0.38 else "M"
        youngest, oldest = BORN[cell.rank or cell.tier or ""]
        born = date(self.today.year - pick.randint(youngest, oldest), pick.randint(1, 12), pick.randint(1, 28))
        given = pick.choice(FEMALE if sex == "F" else MALE)
        weights = (72, 20, 4, 4) if cell.team == "party_gov" else (32, 58, 5, 5)
        political = pick.choices(("cpc", "masses", "democratic_party", "league"), weights)[0]
        return self._person_row(number, pick.choice(SURNAMES) + given, sex, born, political)

    def _cast_row(self, number: int, member: CastMember) -> Row:
        return self._person_row(number, member.name, member.sex, date(member.born, 5, 4), member.political)

    def _person_row(self, number: int, name: str, sex: str, born: date, political: str) -> Row:
        return {
            "id": number + 1, "uid": demo_uid(self.recorded, self.random), "name": name, "sex": sex, "birth_on": born,
            "id_no": demo_id_no(number, sex, born), "political_status": political, "status": "active",
            "created_at": self.recorded,
        }  # fmt: skip

    def _span(self, born: date, state: str, is_cast: bool) -> tuple[date, date | None, date]:
        """When the post began, when it ended if it did, and the day on which the state came about."""
        middle = date(self.today.year, 7, 1)
        turned = middle if is_cast else middle - timedelta(days=self.random.randint(-40, 60))
        if turned >= self.today - timedelta(days=10):
            turned = date(self.today.year - 1, 7, 1)
        if state == "joined":
            return turned, None, turned
        started = max(born.year + 22, self.today.year - self.random.randint(2, 14))
        since = date(min(started, self.today.year - 2), self.random.choice((3, 7, 9)), 1)
        return since, turned if state == "retired" else None, turned

    def _posts(
        self, batch: Batch, person: int, cell: Cell, unit: UnitPlan, member: CastMember | None,
        course: tuple[str, date, date | None, date],
    ) -> None:  # fmt: skip
        """The post held now, and the one before for those promoted or transferred during the year."""
        state, since, until, turned = course
        rank = member.rank if member else cell.rank
        post = member.post if member else self.random.choice(POSTS[(unit.kind, rank or cell.tier or "")])
        leading = member.is_leading if member else self._is_leading(rank, cell, post)
        kind = member.position_class if member else self._position_class(cell)
        row: Row = {"person_id": person, "unit": unit.path, "post": post, "rank_level": rank, "position_class": kind, "from_on": since,
                    "to_on": until, "is_primary": True, "is_leading": leading, "recorded_at": self.recorded}  # fmt: skip
        if state in ("promoted", "transferred"):
            before = {**row, "to_on": turned - timedelta(days=1)}
            if state == "promoted":
                level = rank or cell.tier or ""
                before |= {
                    "rank_level": LATER_RANK.get(rank or "", rank),
                    "post": POSTS[(unit.kind, LATER_RANK[level])][0],
                    "is_leading": False,
                }
            else:
                hosts = self.hosts[cell]
                before["unit"] = hosts[self.random.randrange(len(hosts))].path
            batch.appointments.append(before)
            row |= {"from_on": turned, "recorded_at": _noted(turned)}
        batch.appointments.append(row)

    def _is_leading(self, rank: str | None, cell: Cell, post: str) -> bool:
        if rank == "bureau" or cell.tier == "ent_senior":
            return "巡视" not in post and "顾问" not in post
        return rank == "division" and cell.key.startswith("street")

    def _position_class(self, cell: Cell) -> str:
        if cell.team != "party_gov":
            return "technical" if cell.team == "professional" else "general"
        return self.random.choices(("general", "technical", "enforcement"), (70, 12, 18))[0]

    def _teams(
        self, batch: Batch, number: int, person: int, cell: Cell, member: CastMember | None,
        course: tuple[str, date, date | None, date],
    ) -> None:  # fmt: skip
        """One primary team; further ones for people of two teams; the tier before a promotion."""
        state, since, until, turned = course
        row: Row = {"person_id": person, "team": cell.team, "tier": cell.tier, "is_primary": True, "from_on": since, "to_on": until,
                    "recorded_at": self.recorded}  # fmt: skip
        lower = LATER_RANK.get(cell.tier or "")
        if state == "promoted" and lower:
            batch.teams.append({**row, "tier": lower, "to_on": turned - timedelta(days=1)})
            row |= {"from_on": turned, "recorded_at": _noted(turned)}
        batch.teams.append(row)
        batch.memberships += 1
        second = list(member.more_teams) if member else []
        if number in self.second:
            second.append(("professional", self.second[number]))
        for team, tier in second:
            batch.teams.append({**row, "team": team, "tier": tier, "is_primary": False, "from_on": since})
            batch.memberships += 1

    def _lists(self, batch: Batch, number: int, row: Row, cell: Cell, member: CastMember | None, since: date) -> None:
        """Tags: those of the cast as written, community staff as grass-roots, a sixth of all others by chance."""
        tags = set(member.tags) if member else set()
        if number in self.tagged and not member:
            drawn = self.random.choice(TAGS[cell.team])
            tags.add("youth" if drawn == "women" and row["sex"] == "M" else drawn)
        if cell.key == COMMUNITY:
            tags.add("grassroots")
        if "non_party" in tags:
            row["political_status"] = "masses"
        for tag in sorted(tags):
            batch.tags.append({"person_id": row["id"], "tag": tag, "from_on": since, "to_on": None, "recorded_at": self.recorded})

    def _happenings(self, batch: Batch, who: Row, state: str, turned: date) -> None:
        """Leave, and the events that start an obligation."""
        person = who["id"]
        if state == "leave":
            reasons = ("maternity", "sick", "study") if who["sex"] == "F" else ("sick", "study")
            kind, until = self.random.choice(reasons), turned + timedelta(days=self.random.randint(60, 200))
            self.away += 1
            if self.away % AWAY_ALL_YEAR == 1:
                kind, turned, until = "study", date(self.today.year, 1, 1), date(self.today.year, 12, 31)
            batch.leave.append({"person_id": person, "kind": kind, "from_on": turned, "to_on": until, "recorded_at": _noted(turned)})
        kinds = {"promoted": "promoted", "transferred": "transferred_in", "joined": "recruited", "retired": "retired",
                 "appraisal_basic": "appraisal_basic"}  # fmt: skip
        if state not in kinds:
            return
        event: Row = {"person_id": person, "kind": kinds[state], "happened_on": turned, "probation_end": None, "post_start": None,
                      "recorded_at": _noted(turned)}  # fmt: skip
        if state == "joined":
            event |= {"probation_end": turned + timedelta(days=365), "post_start": turned}
        if state == "transferred":
            event["post_start"] = turned
        batch.events.append(event)


def _with_cast(places: list[Slot]) -> list[tuple[Slot, CastMember | None]]:
    """The places with the cast in some of them: in the first of the right cell, else of the same team."""
    found: list[tuple[Slot, CastMember | None]] = [(place, None) for place in places]
    for member in (one for one in CAST if not one.came_later):
        wanted = next((n for n, (place, taken) in enumerate(found) if taken is None and place.cell.key == member.cell), None)
        if wanted is None:
            raise LookupError(f"no place for {member.user_name} in {member.cell}")
        found[wanted] = (found[wanted][0], member)
    return found


def _overlapped(
    everyone: list[tuple[Slot, CastMember | None]], overlap: int, random: Random
) -> tuple[list[tuple[Slot, CastMember | None]], dict[int, str]]:
    """Take `overlap` professionals out and give their tier to others as a second team. Whoever asks for too many is refused."""
    if not overlap:
        return everyone, {}
    free = [n for n, (place, member) in enumerate(everyone) if member is None and place.cell.team == "professional"]
    enterprise = [n for n, (place, member) in enumerate(everyone) if member is None and place.cell.team == "enterprise"]
    party = [n for n, (place, member) in enumerate(everyone) if member is None and place.cell.team == "party_gov"]
    by_party = overlap // 6
    if overlap < 0 or overlap > len(free) or overlap - by_party > len(enterprise) or by_party > len(party):
        raise ValueError(f"overlap {overlap} is more than this scale holds")
    gone = random.sample(free, overlap)
    holders = random.sample(enterprise, overlap - by_party) + random.sample(party, by_party)
    tiers = {holder: str(everyone[leaver][0].cell.tier) for holder, leaver in zip(holders, gone, strict=True)}
    away = set(gone)
    kept = [n for n in range(len(everyone)) if n not in away]
    return [everyone[n] for n in kept], {at: tiers[n] for at, n in enumerate(kept) if n in tiers}


def demo_id_no(number: int, sex: str, born: date) -> str:
    """An 18-digit number in a region that does not exist (449…), with a check digit that is wrong on purpose."""
    head = f"449{number // 500:03}{born:%Y%m%d}{number % 500 * 2 + (sex == 'M'):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    right = sum(int(digit) * weight for digit, weight in zip(head, weights, strict=True)) % 11
    return head + "10X98765432"[(right + 1) % 11]


def _noted(day: date) -> datetime:
    """When something of that day was entered: in the evening, city time."""
    return datetime.combine(day, time(10), UTC)


def demo_uid(moment: datetime, random: Random) -> UUID:
    """A UUIDv7 out of the run's own random stream, so that two runs give the same."""
    value = (int(moment.timestamp() * 1000) << 80) | (0x7 << 76) | (random.getrandbits(12) << 64) | (0b10 << 62) | random.getrandbits(62)
    return UUID(int=value)
