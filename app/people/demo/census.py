"""How many people of which kind serve in which units, at every scale (domain.md §10.1, decisions 31)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.people.demo.tree import UnitPlan

SCALES = {"xs": 188, "s": 1_880, "m": 18_800, "full": 188_000}


@dataclass(frozen=True)
class Cell:
    """One figure of the census: so many people of one rank or tier in units of one kind."""

    key: str
    full: int
    kinds: tuple[str, ...]
    team: str
    rank: str | None = None
    tier: str | None = None
    level: str = ""

    def takes(self, unit: UnitPlan) -> bool:
        """Whether people of this cell serve in that unit."""
        return not unit.hosts_nobody and unit.kind in self.kinds and self.level in ("", unit.level)


def _party(key: str, full: int, rank: str, kinds: str, level: str = "") -> Cell:
    return Cell(key, full, tuple(kinds.split()), "party_gov", rank=rank, level=level)


def _enterprise(key: str, kind: str, senior: int, middle: int, basic: int) -> list[Cell]:
    figures = (("ent_senior", senior), ("ent_middle", middle), ("ent_basic", basic))
    return [Cell(f"{key}.{tier}", full, (kind,), "enterprise", tier=tier) for tier, full in figures]


def _professional(key: str, kinds: str, senior: int, middle: int, junior: int) -> list[Cell]:
    figures = (("pro_senior", senior), ("pro_middle", middle), ("pro_junior", junior))
    return [Cell(f"{key}.{tier}", full, tuple(kinds.split()), "professional", tier=tier) for tier, full in figures]


CELLS: tuple[Cell, ...] = (
    _party("city.bureau", 620, "bureau", "city_organ"),
    _party("city.division", 3_400, "division", "city_organ"),
    _party("city.section", 15_000, "section_below", "city_organ"),
    _party("district.bureau", 240, "bureau", "district_organ", "district"),
    _party("district.division", 2_520, "division", "district_organ party_school", "district"),
    _party("district.section", 16_800, "section_below", "district_organ party_school", "district"),
    _party("street.division", 180, "division", "subdistrict"),
    _party("street.section", 7_200, "section_below", "subdistrict"),
    _party("community.section", 2_000, "section_below", "community"),
    _party("school.bureau", 40, "bureau", "party_school", "city"),
    *_enterprise("city_soe", "municipal_soe", 800, 1_600, 21_600),
    *_enterprise("district_soe", "district_soe", 480, 960, 12_960),
    *_enterprise("firm", "private_enterprise", 720, 1_440, 19_440),
    *_professional("hospital", "hospital", 4_000, 10_000, 11_000),
    *_professional("teaching", "school", 6_000, 15_000, 15_000),
    *_professional("institute", "institute", 1_500, 3_000, 3_000),
    *_professional("soe_title", "municipal_soe district_soe", 1_000, 3_000, 3_000),
    *_professional("public", "other_public", 500, 2_000, 2_000),
)


STATIONED_FROM = "city.section"
"""The cell that the people of stationed units are counted in, as their units are counted with the organs of the city."""

STATIONED = 200
"""People in stationed units at full scale: 40 in each of the five."""


def stationed(scale: str, units: int) -> int:
    """How many people of a scale serve in that many stationed units: in proportion, but somebody in each."""
    return max(units, round(STATIONED * SCALES[scale] / SCALES["full"]))


def apportion(scale: str) -> dict[str, int]:
    """People per cell at a scale: the same proportions, rounded by largest remainder so that the total is exact."""
    wanted = SCALES[scale]
    whole = sum(cell.full for cell in CELLS)
    shares = [(cell.key, *divmod(cell.full * wanted, whole)) for cell in CELLS]
    counts = {key: floor for key, floor, _ in shares}
    missing = wanted - sum(counts.values())
    for key, _, _ in sorted(shares, key=lambda share: (-share[2], share[0]))[:missing]:
        counts[key] += 1
    return counts


@dataclass(frozen=True)
class Slot:
    """A place for one person: the cell he is counted in, and the unit he serves in."""

    cell: Cell
    unit: UnitPlan


def slots(scale: str, units: Sequence[UnitPlan]) -> list[Slot]:
    """A place for each person of a scale, cell by cell, spread evenly over the units of the cell."""
    counts = apportion(scale)
    found = []
    for cell in CELLS:
        hosts = [unit for unit in units if cell.takes(unit)]
        count = counts[cell.key]
        found += [Slot(cell, hosts[place * len(hosts) // count]) for place in range(count)]
    return found
