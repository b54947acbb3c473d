"""What a shape cannot say about a rule file: names that do not exist, days no calendar has, words used twice. Pure.

Shape (which keys, which types) is the business of content/rules/schema.json and is checked before.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from .model import Measure

Path = tuple[str | int, ...]
SHARES = (("recognition", "cap_share"), ("class_rules", "leave_limit"))
"""Shares that stand once in a rule set."""


class Fault(ValueError):
    """A rule file that cannot mean anything: where (keys and positions) and what was expected."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything about a body of valid shape that cannot mean anything, in order of the keys below."""
    yield from _date_faults(body)
    yield from _share_faults(body)
    yield from _requirement_faults(body)
    yield from _bucket_faults(body)
    yield from _name_faults(body)
    tiers = [(name, row["tiers"]) for name, row in body.get("conversion", {}).items() if isinstance(row, dict) and "tiers" in row]
    for name, rows in tiers:
        yield from _tier_faults(name, rows)


def _date_faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Days that no calendar has, and periods that end before they begin."""
    for key in ("effective", "cycle"):
        if key not in body:
            continue
        days: list[date] = []
        for end in ("from", "to"):
            value = body[key][end]
            if value is None:
                days.append(date.max)
            elif _is_day(value):
                days.append(date.fromisoformat(value))
            else:
                yield Fault((key, end), f"no calendar has the day {value}")
        if len(days) == 2 and days[0] > days[1]:
            yield Fault((key, "to"), f"{key} ends before it begins ({body[key]['from']})")
    single: list[tuple[Path, Any]] = [
        (("obligations", place, "from"), row.get("from")) for place, row in enumerate(body.get("obligations", ()))
    ]
    single += [(("deadlines", name), value) for name, value in body.get("deadlines", {}).items()]
    for path, value in single:
        if isinstance(value, str) and len(value) == len("2026-01-31") and not _is_day(value):
            yield Fault(path, f"no calendar has the day {value}")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _share_faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    """A share is at most the whole; of nothing watched nobody has finished a course; a range runs upwards."""
    named: list[tuple[Path, Any]] = [((key, name), body.get(key, {}).get(name)) for key, name in SHARES]
    named += [(("substitution", place, "cap_share"), row["cap_share"]) for place, row in enumerate(body.get("substitution", ()))]
    for place, row in enumerate(body.get("kpi", ())):
        named += [(("kpi", place, name), row.get(name)) for name in ("at_least", "about")]
        low, high = row.get("between", ("0", "1"))
        named += [(("kpi", place, "between", 0), low), (("kpi", place, "between", 1), high)]
        if Fraction(low) > Fraction(high):
            yield Fault(("kpi", place, "between"), f"a range from low to high was expected, not {low} to {high}")
    for path, value in named:
        if value is not None and Fraction(value) > 1:
            yield Fault(path, f"a share of at most one was expected, not {value}")
    if Fraction(body.get("conversion", {}).get("coverage_required", "1")) == 0:
        yield Fault(("conversion", "coverage_required"), "a share above nought was expected")


def _requirement_faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Thresholds must name one measure and buckets that exist; cycles need a cycle; names stand once."""
    seen: set[str] = set()
    for number, row in enumerate(body["requirements"]):
        here: Path = ("requirements", number)
        if row["id"] in seen:
            yield Fault((*here, "id"), f"the name {row['id']} is used twice")
        seen.add(row["id"])
        if row["period"] == "cycle" and "cycle" not in body:
            yield Fault((*here, "period"), "the rule set has no `cycle`")
        if "bucket" in row and row["bucket"] not in body["buckets"]:
            yield Fault((*here, "bucket"), _no_bucket(row["bucket"], body))
        way = next(iter(row["need"]))
        for position, need in enumerate(row["need"][way]):
            yield from _need_faults((*here, "need", way, position), need, row, body)


def _need_faults(here: Path, need: Mapping[str, Any], row: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Fault]:
    """One threshold: exactly one measure, and lines it is about."""
    if sum(1 for measure in Measure if measure in need) != 1:
        yield Fault(here, "exactly one of months, days, hours, credits was expected")
    if "months" in need and "days_per_month" not in body["units"]:
        yield Fault((*here, "months"), "months need `days_per_month` among the units")
    if "bucket" in need and "total" in need:
        yield Fault(here, "either `bucket` or `total` was expected, not both")
    if "bucket" in need and need["bucket"] not in body["buckets"]:
        yield Fault((*here, "bucket"), _no_bucket(need["bucket"], body))
    if "bucket" not in need and "total" not in need and "bucket" not in row:
        yield Fault(here, "a `bucket` or `total` was expected, here or on the requirement")
    for position, name in enumerate(need["total"] if isinstance(need.get("total"), list) else ()):
        if name not in body["buckets"]:
            yield Fault((*here, "total", position), _no_bucket(name, body))


def _bucket_faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Buckets that other blocks refer to must exist."""
    for key, ends in (("overflow", ("from", "to")), ("grace", ("bucket",)), ("carry_over", ("to",))):
        for number, row in enumerate(body.get(key, ())):
            for end in ends:
                if row[end] not in body["buckets"]:
                    yield Fault((key, number, end), _no_bucket(row[end], body))
    for number, row in enumerate(body.get("overflow", ())):
        if row["from"] == row["to"]:
            yield Fault(("overflow", number, "to"), "another bucket was expected than the one that flows over")
    if len(body.get("carry_over", ())) > 1:
        yield Fault(("carry_over", 1), "one entry was expected: an excess is carried to one bucket")


def _name_faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Requirements that supplements fill must exist; obligations stand once, and a returning one is for someone."""
    ids = {row["id"] for row in body["requirements"]}
    groups: list[tuple[Path, Any]] = [(("substitution", number), row) for number, row in enumerate(body.get("substitution", ()))]
    groups += [(("recognition",), body["recognition"])] if "recognition" in body else []
    for here, row in groups:
        for position, name in enumerate(row["into"]):
            if name not in ids:
                yield Fault((*here, "into", position), f"there is no requirement {name}; there are {', '.join(sorted(ids))}")
    seen: set[str] = set()
    for number, row in enumerate(body.get("obligations", ())):
        if row["id"] in seen | ids:
            yield Fault(("obligations", number, "id"), f"the name {row['id']} is used twice")
        seen.add(row["id"])
        if "every" in row and "who" not in row:
            yield Fault(("obligations", number), "an obligation that returns needs `who`")


def _tier_faults(name: str, rows: list[Mapping[str, Any]]) -> Iterator[Fault]:
    """Tiers run from long to short and the last takes the rest, so that every length has one."""
    bounds = [row.get("at_least_minutes", row.get("over_minutes")) for row in rows]
    for number, row in enumerate(rows):
        here = ("conversion", name, "tiers", number)
        if "at_least_minutes" in row and "over_minutes" in row:
            yield Fault(here, "either `at_least_minutes` or `over_minutes` was expected, not both")
        if (bounds[number] is None) != (number == len(rows) - 1):
            yield Fault(here, "every tier but the last needs a bound, and the last has none")
        if number and None not in (bounds[number], bounds[number - 1]) and bounds[number] >= bounds[number - 1]:
            yield Fault(here, "tiers were expected from long to short")


def _no_bucket(name: str, body: Mapping[str, Any]) -> str:
    return f"there is no bucket {name}; there are {', '.join(body['buckets'])}"
