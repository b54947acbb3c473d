"""Jurisdictions as predicates over persons: parsed from data, bound to their holder, judged here and in SQL. Pure.

A predicate speaks of a person (`team`, `tier`, `tag`, `political_in`, `self`) or, inside `post`, of one and the same
post in force (`rank_in`, `unit_under`, `unit_subtree`, `unit_kind_in`, `sector`, `system_line`, `level`, `is_leading`).
A word about posts that stands outside `post` means «some post in force». `all`, `any` and `not` combine either kind.
Whoever holds no post stands by the last one (rules/spells.py).
Two readers understand it: `holds` below, and the row filter in `app/people/service/scope.py`; one test holds both equal
(decisions 24, domain.md §9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.people.rules.facts import Post, Standing

POST_WORDS = {
    "rank_in": "rank",
    "unit_kind_in": "unit_kind",
    "sector": "sector",
    "system_line": "system_line",
    "level": "level",
    "position_class": "position_class",
}
"""Words that compare one member of a post with a list of values."""

PERSON_WORDS = {"team": "teams", "tier": "tiers", "tag": "tags", "political_in": "political"}
"""Words that compare a member of the person with a list of values."""

NO_LINE = frozenset({"", "general"})
"""Units of these belong to no line (条): their holders reach nobody by it."""

ANCHORS = ("unit", "district", "city")
"""What `unit_subtree` may start from: the holder's unit, or the district or city it lies in."""


class BadPredicate(ValueError):
    """A predicate that cannot be read; the message names the place in it."""


@dataclass(frozen=True)
class Everyone:
    """Holds for each person."""


@dataclass(frozen=True)
class Nobody:
    """Holds for no person."""


@dataclass(frozen=True)
class Is:
    """The person is this one; `None` stands for the holder until bound."""

    person_id: int | None


@dataclass(frozen=True)
class OneOf:
    """The named member is one of the values; a member that is a set shares one with them. Unknown is never one."""

    member: str
    values: frozenset[str]

    def __repr__(self) -> str:
        """The same words in every process: snapshots are kept under them."""
        return f"OneOf(member={self.member!r}, values=frozenset({{{', '.join(map(repr, sorted(self.values)))}}}))"


@dataclass(frozen=True)
class Leading:
    """The post is one of a leading group (post), as the flag says."""

    flag: bool


@dataclass(frozen=True)
class Under:
    """The unit of the post is this one or lies below it; `anchor` names a path still to be bound."""

    path: str
    anchor: str = ""


@dataclass(frozen=True)
class OwnLine:
    """The unit of the post is of the line (条) of the holder's own unit; to be bound."""


@dataclass(frozen=True)
class All:
    """Every part holds; none is true."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True)
class AnyOf:
    """Some part holds; none is false."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Predicate


@dataclass(frozen=True)
class SomePost:
    """One and the same post in force has all that the part asks."""

    part: Predicate


Predicate = Everyone | Nobody | Is | OneOf | Leading | Under | OwnLine | All | AnyOf | Not | SomePost


@dataclass(frozen=True)
class Holder:
    """Whose jurisdiction it is: binds `self`, `unit_subtree`, `own_line`. Path and line are empty where the holder has no unit."""

    person_id: int
    unit_path: str = ""
    system_line: str = ""

    def anchor(self, name: str) -> str:
        """The path an anchor stands for: the unit's own, its first two segments (district), its first (city)."""
        segments = self.unit_path.split("/")
        wanted = {"unit": len(segments), "district": 3, "city": 2}[name]
        return "/".join(segments[:wanted]) if self.unit_path else ""


def parse(source: Any, known: Mapping[str, Any], where: str = "predicate") -> Predicate:
    """Read a predicate from plain data; `known` holds named jurisdictions for `jurisdiction: J1`. Refuses by place."""
    return _person(source, known, where, ())


def _person(source: Any, known: Mapping[str, Any], where: str, seen: tuple[str, ...]) -> Predicate:
    """A predicate about a person."""
    word, value = _single(source, where)
    place = f"{where}.{word}"
    if word in ("all", "any"):
        parts = tuple(_person(part, known, f"{place}[{n}]", seen) for n, part in enumerate(_parts(value, place)))
        return All(parts) if word == "all" else AnyOf(parts)
    if word == "not":
        return Not(_person(value, known, place, seen))
    if word == "post":
        return SomePost(_post_predicate(value, place))
    if word == "jurisdiction":
        return _named(value, known, place, seen)
    if word in PERSON_WORDS:
        return OneOf(PERSON_WORDS[word], _values(value, place))
    plain: dict[str, Predicate] = {"everyone": Everyone(), "nobody": Nobody(), "self": Is(None)}
    if word in plain:
        _must_be_true(value, place)
        return plain[word]
    return SomePost(_post_predicate(source, where))


def _post_predicate(source: Any, where: str) -> Predicate:
    """A predicate about one post."""
    word, value = _single(source, where)
    place = f"{where}.{word}"
    if word in ("all", "any"):
        parts = tuple(_post_predicate(part, f"{place}[{n}]") for n, part in enumerate(_parts(value, place)))
        return All(parts) if word == "all" else AnyOf(parts)
    if word == "not":
        return Not(_post_predicate(value, place))
    if word in POST_WORDS:
        return OneOf(POST_WORDS[word], _values(value, place))
    if word == "is_leading" and isinstance(value, bool):
        return Leading(value)
    if word == "own_line":
        _must_be_true(value, place)
        return OwnLine()
    if word == "unit_under" and isinstance(value, str) and value.startswith("/"):
        return Under(value.rstrip("/"))
    if word == "unit_subtree" and value in ANCHORS:
        return Under("", anchor=value)
    raise BadPredicate(f"{place}: not a word about a post, or not a value for it: {value!r}")


def _named(name: Any, known: Mapping[str, Any], where: str, seen: tuple[str, ...]) -> Predicate:
    """Another jurisdiction by name; a circle is refused."""
    if name in seen:
        raise BadPredicate(f"{where}: {' → '.join((*seen, str(name)))} goes in a circle")
    if name not in known:
        raise BadPredicate(f"{where}: there is no jurisdiction {name!r}")
    return _person(known[name], known, str(name), (*seen, str(name)))


def _single(source: Any, where: str) -> tuple[str, Any]:
    if not isinstance(source, Mapping) or len(source) != 1:
        raise BadPredicate(f"{where}: expected one word with its value, found {source!r}")
    ((word, value),) = source.items()
    return str(word), value


def _parts(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BadPredicate(f"{where}: expected a list of predicates")
    return value


def _values(value: Any, where: str) -> frozenset[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed or not all(isinstance(item, str) for item in listed):
        raise BadPredicate(f"{where}: expected a name or a list of names, found {value!r}")
    return frozenset(listed)


def _must_be_true(value: Any, where: str) -> None:
    if value is not True:
        raise BadPredicate(f"{where}: expected true")


def bind(predicate: Predicate, holder: Holder) -> Predicate:
    """The predicate with `self`, `unit_subtree`, `own_line` filled in; a holder without a unit or line reaches no unit by it."""
    match predicate:
        case All(parts):
            return All(tuple(bind(part, holder) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(bind(part, holder) for part in parts))
        case Not(part):
            return Not(bind(part, holder))
        case SomePost(part):
            return SomePost(bind(part, holder))
        case Is(None):
            return Is(holder.person_id)
        case Under("", anchor) if anchor:
            path = holder.anchor(anchor)
            return Under(path) if path else AnyOf(())
        case OwnLine():
            line = holder.system_line
            return AnyOf(()) if line in NO_LINE else OneOf("system_line", frozenset({line}))
        case _:
            return predicate


def holds(predicate: Predicate, person: Standing) -> bool:
    """Whether a bound predicate holds for a person as he stands."""
    match predicate:
        case Everyone():
            return True
        case Nobody():
            return False
        case All(parts):
            return all(holds(part, person) for part in parts)
        case AnyOf(parts):
            return any(holds(part, person) for part in parts)
        case Not(part):
            return not holds(part, person)
        case SomePost(part):
            return any(_holds_for_post(part, post) for post in person.posts)
        case Is(person_id):
            return person.person_id == person_id
        case OneOf(member, values):
            return _shares(getattr(person, member), values)
        case _:
            raise BadPredicate(f"{predicate!r} is about a post, not about a person")


def _holds_for_post(predicate: Predicate, post: Post) -> bool:
    match predicate:
        case All(parts):
            return all(_holds_for_post(part, post) for part in parts)
        case AnyOf(parts):
            return any(_holds_for_post(part, post) for part in parts)
        case Not(part):
            return not _holds_for_post(part, post)
        case OneOf(member, values):
            return _shares(getattr(post, member), values)
        case Leading(flag):
            return post.is_leading == flag
        case Under(path, ""):
            return is_under(post.unit_path, path)
        case _:
            raise BadPredicate(f"{predicate!r} is not about a post, or is not bound")


def is_under(path: str, root: str) -> bool:
    """Whether a unit path is `root` or lies below it; `/sz/fut` does not rule `/sz/futian`."""
    return path == root or path.startswith(f"{root}/")


def upward(path: str) -> list[str]:
    """The paths from the root down to a unit, its own the last."""
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(1, len(parts))]


def _shares(found: str | frozenset[str] | None, values: frozenset[str]) -> bool:
    if found is None:
        return False
    return found in values if isinstance(found, str) else not values.isdisjoint(found)
