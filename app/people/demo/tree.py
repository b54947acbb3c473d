"""The organisation tree of the demo city: 1,807 units, always the same; `xs` is one branch of sixty of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.people.demo import names


@dataclass(frozen=True)
class UnitPlan:
    """One unit of the demo city; `parent` is the path above it."""

    path: str
    name_zh: str
    name_en: str
    kind: str
    level: str
    sector: str = "other"
    system_line: str = ""
    hosts_nobody: bool = False
    """A unit that was added to a branch later: nobody is invented for it, so that everybody stays who and where he is."""

    @property
    def is_stationed(self) -> bool:
        """Whether it belongs to the nation or the province and only stands in the city (REQ-A16)."""
        return self.kind == "stationed"

    @property
    def code(self) -> str:
        """The path with dashes: unique, and readable in a workbook."""
        return self.path.strip("/").replace("/", "-")

    @property
    def parent(self) -> str:
        """The path of the unit above; empty for the city."""
        return self.path.rpartition("/")[0]


ROOT = UnitPlan("/pc", "鹏城市", "Pengcheng", "city", "city")


def full_tree() -> list[UnitPlan]:
    """All 1,807 units, parents before children (domain.md §10.1)."""
    units = [ROOT, *_city_organs(), *_city_enterprises(), *_city_public()]
    for number in range(1, 7):
        units += _district(number)
    return units


def tree(scale: str) -> list[UnitPlan]:
    """The units of a scale: all of them from `s` up, one branch at `xs` (decisions 31)."""
    units = full_tree()
    if scale != "xs":
        return units
    later = [replace(unit, hosts_nobody=True) for unit in units if unit.path in _BRANCH_LATER]
    return [unit for unit in units if _in_branch(unit)] + later


def _city_organs() -> Iterable[UnitPlan]:
    number = 0
    for sector, organs in (("party_mass", names.PARTY_ORGANS), ("government", names.GOVERNMENT_ORGANS), ("other", names.OTHER_ORGANS)):
        for zh, en, line in organs:
            number += 1
            kind = "party_school" if zh in names.SCHOOLS_OF_THE_CITY else "stationed" if zh in names.STATIONED else "city_organ"
            yield UnitPlan(f"/pc/o{number:03}", zh, f"Pengcheng {en}", kind, "city", sector, line)


def _city_enterprises() -> Iterable[UnitPlan]:
    for number in range(40):
        trade_zh, trade_en = names.TRADES[number % 20]
        zh, en = (("集团", "Group"), ("股份公司", "Company"))[number // 20]
        yield UnitPlan(f"/pc/e{number + 1:02}", f"鹏城{trade_zh}{zh}", f"Pengcheng {trade_en} {en}", "municipal_soe", "city",
                       "enterprise", "state_assets")  # fmt: skip


def _city_public() -> Iterable[UnitPlan]:
    """Hospitals, institutes and public bodies of the city itself; each district has some of its own."""
    for number in range(1, 21):
        yield UnitPlan(f"/pc/h{number:02}", f"市第{_numeral(number)}人民医院", f"Pengcheng Hospital No. {number}", "hospital", "city",
                       "public", "health")  # fmt: skip
    for number in range(30):
        word, kind = names.INSTITUTES[number % 15], ("院", "所")[number // 15]
        yield UnitPlan(f"/pc/i{number + 1:02}", f"市{word}{kind}", f"Pengcheng Research Institute {number + 1}", "institute", "city",
                       "public", "science")  # fmt: skip
    for number in range(40):
        word, place = names.PUBLIC_BODIES[number % 10], names.PLACES[number // 10][0]
        zh = f"市{word}" if number < 10 else f"市{place}{word}"
        yield UnitPlan(f"/pc/p{number + 1:02}", zh, f"Pengcheng Public Institution {number + 1}", "other_public", "city", "public", "civil")


def _district(number: int) -> list[UnitPlan]:
    """One district: itself, 50 organs, 10 subdistricts with their communities, and the bodies it runs."""
    zh, en = names.DISTRICTS[number - 1]
    root = f"/pc/d{number}"
    units = [UnitPlan(root, f"{zh}区", f"{en} District", "district", "district")]
    at = 0
    by_sector = (("party_mass", names.DISTRICT_PARTY), ("government", names.DISTRICT_GOVERNMENT), ("other", names.DISTRICT_OTHER))
    for sector, organs in by_sector:
        for organ_zh, organ_en, line in organs:
            at += 1
            kind = "party_school" if organ_zh == "区委党校" else "district_organ"
            units.append(UnitPlan(f"{root}/o{at:02}", f"{zh}{organ_zh}", f"{en} {organ_en}", kind, "district", sector, line))
    for street in range(10):
        units += _subdistrict(root, (number - 1) * 10 + street, street + 1)
    return units + _district_bodies(root, zh, en, number)


def _subdistrict(root: str, place: int, street: int) -> list[UnitPlan]:
    """A subdistrict and its six or seven communities: 400 in the whole city."""
    zh, en = names.PLACES[place]
    path = f"{root}/s{street:02}"
    units = [UnitPlan(path, f"{zh}街道", f"{en} Subdistrict", "subdistrict", "street", "government", "general")]
    for community in range(7 if place % 3 != 2 else 6):
        word_zh, word_en = names.PLACES[(place * 7 + community * 11 + 5) % 60]
        units.append(UnitPlan(f"{path}/c{community + 1}", f"{zh}街道{word_zh}社区", f"{word_en} Community, {en}", "community",
                              "community", "party_mass", "general"))  # fmt: skip
    return units


def _district_bodies(root: str, zh: str, en: str, number: int) -> list[UnitPlan]:
    """What a district runs besides its organs: 10 enterprises, 60 private firms, 5 hospitals, 50 schools, 10 others."""
    units = []
    for at in range(10):
        trade_zh, trade_en = names.TRADES[(at * 3 + number) % 20]
        units.append(UnitPlan(f"{root}/e{at + 1:02}", f"{zh}{trade_zh}公司", f"{en} {trade_en} Company", "district_soe", "district",
                              "enterprise", "state_assets"))  # fmt: skip
    for at in range(60):
        word, word_en = names.PLACES[(at * 7 + number * 13) % 60]
        firm, firm_en = names.FIRMS[(at + number) % 12]
        units.append(UnitPlan(f"{root}/f{at + 1:02}", f"{zh}{word}{firm}公司", f"{en} {word_en} {firm_en} Ltd", "private_enterprise",
                              "district", "enterprise", "trade"))  # fmt: skip
    for at in range(5):
        kind = ("人民医院", "中医院", "妇幼保健院", "慢性病防治院", "康复医院")[at]
        units.append(UnitPlan(f"{root}/h{at + 1}", f"{zh}区{kind}", f"{en} Hospital No. {at + 1}", "hospital", "district", "public",
                              "health"))  # fmt: skip
    for at in range(50):
        word, word_en = names.PLACES[(at + number * 10) % 60]
        kind_zh, kind_en = (("小学", "Primary School"), ("中学", "Secondary School"), ("实验学校", "Experimental School"))[at % 3]
        units.append(UnitPlan(f"{root}/x{at + 1:02}", f"{zh}区{word}{kind_zh}", f"{word_en} {kind_en}, {en}", "school", "district",
                              "public", "education"))  # fmt: skip
    for at, word in enumerate(names.PUBLIC_BODIES):
        units.append(UnitPlan(f"{root}/p{at + 1:02}", f"{zh}区{word}", f"{en} Public Institution {at + 1}", "other_public", "district",
                              "public", "civil"))  # fmt: skip
    return units


_BRANCH = {
    "/pc": 0,
    "/pc/d1": 0,
    "/pc/o": 6,  # party organs 1–6; government organs are listed below
    "/pc/e": 3,
    "/pc/h": 1,
    "/pc/i": 2,
    "/pc/p": 1,
    "/pc/d1/o": 4,
    "/pc/d1/s": 3,
    "/pc/d1/e": 2,
    "/pc/d1/f": 6,
    "/pc/d1/h": 2,
    "/pc/d1/x": 6,
    "/pc/d1/p": 2,
}
"""How many of each kind of unit the branch has: the first ones."""

_BRANCH_LATER = frozenset(["/pc/o010", "/pc/o062", "/pc/o064", "/pc/o076"])  # 驻鹏单位工委、鹏城海关、边检总站、海事局

_BRANCH_MORE = frozenset(
    [f"/pc/o{n:03}" for n in (29, 30, 31, 32, 33, 34, 35, 36)]  # 人事、财政、发改、国资、贸工、劳动、文化、城管
    + [f"/pc/d1/o{n:02}" for n in (13, 14, 15, 16)]  # 区人事、财政、教育、城管
    + [f"/pc/d1/s0{street}/c{community}" for street in (1, 2, 3) for community in (1, 2, 3)]
)


def _in_branch(unit: UnitPlan) -> bool:
    if unit.path in _BRANCH_MORE or unit.path in ("/pc", "/pc/d1"):
        return True
    stem = unit.path.rstrip("0123456789")
    number = unit.path[len(stem) :]
    return bool(number) and int(number) <= _BRANCH.get(stem, 0)


def _numeral(number: int) -> str:
    """A number below a hundred in Chinese."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
