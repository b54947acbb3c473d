"""From facts as JSON (interfaces.md §5) to Facts; every malformed member is found, with its path. Pure.

Strict: an unknown member, a number where a decimal string is meant, a value outside its list is a finding, never guessed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .facts import Appointment, Event, Facts, Leave, Line, Membership, Person, Tag
from .faults import Fault, Path

DECIMAL = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,2})?")
TOKEN = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
MISSING = object()

UNIT_KINDS = (
    "city_organ", "district_organ", "subdistrict", "community", "municipal_soe", "district_soe", "private_enterprise",
    "hospital", "school", "institute", "other_public", "party_school", "stationed",
)  # fmt: skip
CATEGORIES = (
    "dispatch", "central_group", "main_class", "overseas", "special_class", "elective", "online_course", "self_study_claim",
    "own_unit_class", "teaching", "paper", "degree", "exam", "external",
)  # fmt: skip
EVENTS = ("recruited", "transferred_in", "promoted", "appraisal_basic", "new_leading_group", "retired", "left")
TIERS = ("ent_senior", "ent_middle", "ent_basic", "pro_senior", "pro_middle", "pro_junior")


class FactsFaults(ValueError):
    """Malformed facts: every finding, in order of the document."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Member:
    """One member of an object: how it is read, whether it must be there, what stands for it when it is not."""

    read: Callable[[Any], Any]
    needed: bool = False
    null: bool = True
    otherwise: Any = None


def word(value: Any) -> str:
    """Free text that identifies something."""
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise ValueError("a text of 1 to 200 characters")
    return value


def token(value: Any) -> str:
    """A code of lower-case letters, digits and underscores."""
    if not isinstance(value, str) or not TOKEN.fullmatch(value):
        raise ValueError("a code of lower-case letters, digits and underscores")
    return value


def one_of(*allowed: str) -> Callable[[Any], str]:
    """One of a closed list."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return value

    return read


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def amount(value: Any) -> Decimal:
    """Hours or days: a decimal string of up to two decimals, never a JSON number."""
    if not isinstance(value, str) or not DECIMAL.fullmatch(value):
        raise ValueError('a decimal string of up to two decimals, like "37.5"')
    return Decimal(value)


def whole(value: Any) -> int:
    """A whole number of calendar days; negative on reversals."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 100_000:
        raise ValueError("a whole number")
    return value


def year(value: Any) -> int:
    """A calendar year."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1990 <= value <= 2100:
        raise ValueError("a year from 1990 to 2100")
    return value


def day(value: Any) -> date:
    """A civil date, Asia/Shanghai."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError('a date like "2026-01-31"')
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"a date that exists, not {value}") from None


def moment(value: Any) -> datetime:
    """A moment with its offset, RFC 3339."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        raise ValueError('a moment like "2026-03-07T09:00:00Z"')
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"a moment that exists, not {value}") from None


def words(value: Any) -> tuple[str, ...]:
    """A list of ids."""
    if not isinstance(value, list):
        raise ValueError("a list of line ids")
    return tuple(word(one) for one in value)


SPAN = {"from": Member(day, needed=True, null=False), "to": Member(day)}
APPOINTMENT = SPAN | {
    "unit": Member(word),
    "unit_kind": Member(one_of(*UNIT_KINDS)),
    "rank": Member(one_of("bureau", "division", "section_below")),
    "position_class": Member(one_of("general", "technical", "enforcement")),
    "is_leading": Member(flag, null=False, otherwise=False),
}
TEAM = SPAN | {
    "team": Member(one_of("party_gov", "enterprise", "professional"), needed=True, null=False),
    "tier": Member(one_of(*TIERS)),
    "primary": Member(flag, null=False, otherwise=False),
}
TAG = SPAN | {"tag": Member(token, needed=True, null=False)}
EVENT = {
    "kind": Member(one_of(*EVENTS), needed=True, null=False),
    "on": Member(day, needed=True, null=False),
    "probation_end": Member(day),
    "post_start": Member(day),
}
LINE = {
    "id": Member(word, needed=True, null=False),
    "entry_kind": Member(one_of("credit", "reversal", "adjustment", "carry_in", "carry_out"), needed=True, null=False),
    "reverses": Member(word),
    "activity_key": Member(word),
    "category": Member(one_of(*CATEGORIES), needed=True, null=False),
    "class_type": Member(token),
    "subject_kind": Member(one_of("public", "professional", "elective")),
    "framework": Member(one_of("loyalty", "competence", "restraint")),
    "delivery": Member(one_of("online", "offline", "live", "broadcast", "blended")),
    "selection": Member(one_of("assigned", "elective")),
    "mandatory": Member(flag, null=False, otherwise=False),
    "off_post": Member(flag, null=False, otherwise=False),
    "overseas": Member(flag, null=False, otherwise=False),
    "occurred_from": Member(day, needed=True, null=False),
    "occurred_to": Member(day, needed=True, null=False),
    "posted_at": Member(moment, needed=True, null=False),
    "days": Member(amount),
    "hours": Member(amount),
    "span_days": Member(whole),
    "unit": Member(word),
    "level": Member(token),
    "accounting_year": Member(year),
    "list_year": Member(year),
    "result": Member(token),
    "institution_kind": Member(token),
    "nets": Member(words, otherwise=()),
}


def read_facts(data: Any) -> Facts:
    """Facts of one person. Raises FactsFaults with every finding."""
    faults: list[Fault] = []
    given = data if isinstance(data, dict) else {}
    if given is not data:
        raise FactsFaults([Fault((), "an object with rule_set, year, as_of, person, lines was expected")])
    _unknown((), given, ("rule_set", "year", "as_of", "person", "lines", "pending"), faults)
    head = {"rule_set": Member(word, True, False), "year": Member(year, True, False), "as_of": Member(day)}
    top = _record((), {key: given[key] for key in head if key in given}, head, faults)
    person = _person(given.get("person", MISSING), faults)
    lines = _lines("lines", given.get("lines", MISSING), faults)
    pending = _lines("pending", given.get("pending", []), faults)
    if not faults:
        _reversals(lines, faults)
    if faults:
        raise FactsFaults(faults)
    as_of = top["as_of"] or date(top["year"], 12, 31)
    return Facts(top["rule_set"], top["year"], as_of, person, lines, pending)


def _person(value: Any, faults: list[Fault]) -> Person:
    """The person object; its lists may be left out, nothing else may be in it."""
    if not isinstance(value, dict):
        faults.append(Fault(("person",) if value is not MISSING else (), "`person`: an object was expected"))
        return Person()
    lists = {"appointments": APPOINTMENT, "teams": TEAM, "tags": TAG, "leave": SPAN, "events": EVENT}
    _unknown(("person",), value, tuple(lists), faults)
    rows = {name: _rows(("person", name), value.get(name, []), members, faults) for name, members in lists.items()}
    for name in ("appointments", "teams", "tags", "leave"):
        for number, row in enumerate(rows[name]):
            if row["from"] and row["to"] and row["to"] < row["from"]:
                faults.append(Fault(("person", name, number, "to"), f"it ends before it begins ({row['from']})"))
    if faults:
        return Person()
    return Person(
        appointments=tuple(Appointment(**_span(row)) for row in rows["appointments"]),
        teams=tuple(Membership(**_span(row)) for row in rows["teams"]),
        tags=tuple(Tag(**_span(row)) for row in rows["tags"]),
        leave=tuple(Leave(**_span(row)) for row in rows["leave"]),
        events=tuple(Event(**row) for row in rows["events"]),
    )


def _span(row: Mapping[str, Any]) -> dict[str, Any]:
    """`from` and `to` under names Python allows."""
    renamed = {"from": "from_on", "to": "to_on"}
    return {renamed.get(name, name): value for name, value in row.items()}


def _lines(name: str, value: Any, faults: list[Fault]) -> tuple[Line, ...]:
    """Ledger lines; ids stand once, and an activity does not end before it begins."""
    if value is MISSING:
        faults.append(Fault((), f"`{name}`: a list was expected"))
        return ()
    before = len(faults)
    rows = _rows((name,), value, LINE, faults)
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if row["id"] in seen:
            faults.append(Fault((name, number, "id"), f"the id {row['id']} is used twice"))
        seen.add(row["id"])
        if row["occurred_from"] and row["occurred_to"] and row["occurred_to"] < row["occurred_from"]:
            faults.append(Fault((name, number, "occurred_to"), f"it ends before it begins ({row['occurred_from']})"))
        for key in ("hours", "days"):
            if row["entry_kind"] in {"credit", "carry_in"} and row[key] is not None and row[key] < 0:
                faults.append(Fault((name, number, key), f"a {row['entry_kind']} has no negative {key}"))
    return tuple(Line(**{**row, "nets": row["nets"] or ()}) for row in rows) if len(faults) == before else ()


def _reversals(lines: Sequence[Line], faults: list[Fault]) -> None:
    """A reversal names another line, once, and takes back exactly what it gave (INV domain 3, decision 15)."""
    known = {line.id: line for line in lines}
    undone: set[str] = set()
    for number, line in enumerate(lines):
        if line.entry_kind != "reversal":
            continue
        here: Path = ("lines", number)
        target = known.get(line.reverses or "")
        if line.reverses is None:
            faults.append(Fault(here, "a reversal must say which line it `reverses`"))
        elif line.reverses in undone:
            faults.append(Fault((*here, "reverses"), f"{line.reverses} is reversed twice"))
        elif target is not None and target.entry_kind == "reversal":
            faults.append(Fault((*here, "reverses"), "a reversal cannot be reversed"))
        undone.add(line.reverses or "")
        for key in ("hours", "days", "span_days"):
            mine, given = getattr(line, key), getattr(target, key, None)
            if mine is not None and (mine > 0 or (given is not None and mine != -given)):
                expected = f"-{given}" if given is not None else "a negative figure"
                faults.append(Fault((*here, key), f"a reversal takes back what was given: {expected} was expected"))


def _rows(path: Path, value: Any, members: Mapping[str, Member], faults: list[Fault]) -> list[dict[str, Any]]:
    """A list of objects."""
    if not isinstance(value, list):
        faults.append(Fault(path, f"`{path[-1]}`: a list was expected"))
        return []
    return [_record((*path, number), row, members, faults) for number, row in enumerate(value)]


def _record(path: Path, value: Any, members: Mapping[str, Member], faults: list[Fault]) -> dict[str, Any]:
    """One object: unknown members, missing ones and wrong values are findings; what is left out takes its default."""
    found: dict[str, Any] = {name: member.otherwise for name, member in members.items()}
    if not isinstance(value, dict):
        faults.append(Fault(path, "an object was expected"))
        return found
    _unknown(path, value, tuple(members), faults)
    for name, member in members.items():
        given = value.get(name, MISSING)
        if given is MISSING:
            if member.needed:
                faults.append(Fault(path, f"`{name}` is missing"))
        elif given is None and not member.null:
            faults.append(Fault((*path, name), f"`{name}`: null is not allowed"))
        elif given is not None:
            try:
                found[name] = member.read(given)
            except ValueError as error:
                faults.append(Fault((*path, name), f"`{name}`: {error} was expected"))
    return found


def _unknown(path: Path, value: Mapping[str, Any], allowed: Sequence[str], faults: list[Fault]) -> None:
    """Members nobody knows are refused, not ignored."""
    for name in value:
        if name not in allowed:
            faults.append(Fault((*path, name), f"`{name}` is not known here; known are {', '.join(allowed)}"))
