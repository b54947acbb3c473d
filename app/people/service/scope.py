"""Row visibility: a jurisdiction compiled to SQL, twin of `rules.jurisdiction.holds` (decisions 24)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from app.kernel.db import dialect, one_of
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Grant, Work
from app.people.models import Appointment, CadreTag, Person, TeamMembership, Unit
from app.people.rules import All, AnyOf, Everyone, Is, Leading, Nobody, Not, OneOf, Predicate, SomePost, Under
from app.people.rules.jurisdiction import is_under
from app.people.service.identity import today

Condition = ColumnElement[bool]

_post = aliased(Appointment, name="scope_post")
_unit = aliased(Unit, name="scope_unit")
_team = aliased(TeamMembership, name="scope_team")
_tag = aliased(CadreTag, name="scope_tag")
_person = aliased(Person, name="scope_person")
"""Tables under names of their own: the filtered statement may well read the same tables, and must not be mistaken for ours."""

_POST_COLUMNS: dict[str, Any] = {
    "rank": _post.rank_level,
    "position_class": _post.position_class,
    "unit_kind": _unit.kind,
    "sector": _unit.sector,
    "system_line": _unit.system_line,
    "level": _unit.level,
}
_ALONG_COLUMNS: dict[str, Any] = {**_POST_COLUMNS, "rank": _post.rank_level.concat("")}
"""The same where the person is known already: without the index by rank, which holds thousands of posts; what is unknown stays so."""


@dataclass(frozen=True)
class Scope:
    """Over whom somebody may do something on a day, as a value: statements built for it are kept under it.

    `by_kind` reaches further people, each for things of these kinds only; where no kind is asked about it reaches nobody.
    """

    predicates: tuple[Predicate, ...]
    on: date
    by_kind: tuple[tuple[tuple[str, ...], Predicate], ...] = ()


def scope_of(work: Work, action: str) -> Scope:
    """The people over whom the actor may do `action`. A grant without a predicate reaches nobody: scope is data, never a default."""
    actor = work.actor
    if actor.is_system:
        return Scope((Everyone(),), today(work))
    held = [grant for grant in actor.grants if grant.action == action and grant.predicate is not None]
    predicates = {grant.predicate for grant in held if not grant.kinds}
    by_kind = {(tuple(sorted(grant.kinds)), grant.predicate) for grant in held if grant.kinds}
    return Scope(tuple(sorted(predicates, key=repr)), today(work), tuple(sorted(by_kind, key=repr)))


def condition(scope: Scope, person_id: Any, kind: Any = None) -> Condition:
    """The rows of people within a scope; `person_id` is the column that names the person, `kind` the kind of the thing or its column."""
    return _of_kind(scope, kind, lambda predicate: compiled(predicate, person_id, scope.on))


def _of_kind(scope: Scope, kind: Any, whose: Callable[[Predicate], Condition]) -> Condition:
    """The people reached whatever the kind, and those reached for this one."""
    always = whose(AnyOf(scope.predicates))
    if kind is None or not scope.by_kind:
        return always
    if isinstance(kind, str):
        return or_(always, *(whose(predicate) for kinds, predicate in scope.by_kind if kind in kinds))
    return or_(always, *(and_(kind.in_(kinds), whose(predicate)) for kinds, predicate in scope.by_kind))


@lru_cache(maxsize=512)
def condition_along(scope: Scope, person_id: Any, kind: Any = None) -> Condition:
    """The same rows, asked one by one in the order in which they come.

    For statements that stop after a few rows of an index. Left to itself PostgreSQL first finds everybody in scope, which
    costs as much as the city is large; a question with an offset it can only ask of each row.
    """
    return _of_kind(scope, kind, lambda predicate: _combined(predicate, person_id, scope.on, _asked_along))


def visible(work: Work, action: str, person_id: Any, kind: Any = None) -> Condition:
    """The rows of people over whom the actor may do `action`; `person_id` is the column that names the person.

    What the actor may do with things of some kinds only counts where `kind` is said: one kind, or the column that has it.
    """
    return condition(scope_of(work, action), person_id, kind)


def require_over(work: Work, action: str, person_id: int, kind: str | None = None) -> None:
    """Refuse unless the actor may do `action` over this person: 403 without the action, 404 outside the scope."""
    if not work.may(action):
        raise Forbidden()
    if not may_over(work, action, person_id, kind):
        raise NotFound()


def may_over(work: Work, action: str, person_id: int, kind: str | None = None) -> bool:
    """Whether the actor may do `action` over this person, with a thing of this kind where there is one."""
    if not work.may(action):
        return False
    statement = select(Person.id).where(Person.id == person_id, visible(work, action, Person.id, kind))
    return work.session.execute(statement).first() is not None


def on_behalf(work: Work, action: str, person_id: int, kind: str | None = None, without: Collection[int | None] = ()) -> Grant | None:
    """The lent grant by which the actor does `action` over this person; None where it is his own to do.

    What is lent by one of `without` is not looked at: their authority was used before.
    """
    held = [grant for grant in work.actor.grants if grant.action == action and grant.predicate is not None]
    held = [grant for grant in held if (not grant.kinds or kind in grant.kinds) and not (grant.on_behalf and grant.lender_id in without)]
    if not any(grant.on_behalf for grant in held):
        return None
    for grant in sorted(held, key=lambda grant: grant.on_behalf):
        if _reaches(work, grant.predicate, person_id):
            return grant if grant.on_behalf else None
    return None


def lenders_over(work: Work, action: str, person_id: int, kind: str | None = None) -> frozenset[int | None]:
    """By whose authority the actor may do `action` over this person: None is his own, a number whoever lends it; empty without any."""
    held = [grant for grant in work.actor.grants if grant.action == action and grant.predicate is not None]
    held = [grant for grant in held if not grant.kinds or kind in grant.kinds]
    theirs = (grant for grant in held if _reaches(work, grant.predicate, person_id))
    return frozenset(grant.lender_id for grant in theirs)


def _reaches(work: Work, predicate: Predicate, person_id: int) -> bool:
    there = select(Person.id).where(Person.id == person_id, compiled(predicate, Person.id, today(work)))
    return work.session.execute(there).first() is not None


def people_under(work: Work, action: str, most: int) -> list[int] | None:
    """The people in the units that the scope of `action` starts from: at least everybody in scope.

    None where some grant of the actor starts from no unit, or they are more than `most`. A quick way in for lists; the scope
    itself is `visible`, which is asked as well.
    """
    scope = scope_of(work, action)
    paths = tuple(path_of(predicate) for predicate in (*scope.predicates, *(some for _kinds, some in scope.by_kind)))
    known = tuple(path for path in paths if path is not None)
    if not paths or len(known) < len(paths):
        return None
    ids = list(work.session.scalars(_serving_under(known, scope.on).limit(most + 1)))
    return None if len(ids) > most else ids


@lru_cache(maxsize=256)
def _serving_under(paths: tuple[str, ...], on: date) -> Any:
    """Those who serve in or below these units, or did last."""
    units = select(_unit.id).where(or_(false(), *(_about_post(Under(path)) for path in paths)))
    return select(_post.person_id).where(_post.unit_id.in_(units), counting(_post, on)).distinct()


def path_of(predicate: Predicate) -> str | None:
    """The unit that everybody under a predicate serves in or below; None if it does not say one."""
    match predicate:
        case Under(path, ""):
            return path
        case SomePost(part):
            return path_of(part)
        case All(parts):
            return next((path for path in map(path_of, parts) if path is not None), None)
        case _:
            return None


def unit_within(work: Work, action: str, path: str) -> bool:
    """Whether a unit lies where the actor's scope for `action` starts; a scope that starts from no unit reaches them all.

    Units name no person: a jurisdiction over persons of the whole city (J1) is one over its tree, one of a district over its branch.
    """
    if work.actor.is_system:
        return True
    own = [grant.predicate for grant in work.actor.grants if grant.action == action and grant.predicate is not None]
    tops = [path_of(predicate) for predicate in own if not _is_nobody(predicate)]
    return any(top is None or is_under(path, top) for top in tops)


def _is_nobody(predicate: Predicate) -> bool:
    """Whether a predicate holds for nobody whatever happens: that of a holder without a unit, for one."""
    match predicate:
        case Nobody() | AnyOf(()):
            return True
        case SomePost(part):
            return _is_nobody(part)
        case All(parts):
            return any(map(_is_nobody, parts))
        case _:
            return False


def within(work: Work, action: str, person_id: Any) -> Condition:
    """The same people as `visible`, found as sets before the rows are looked at.

    For statements over very many rows: each part of a predicate is asked once, not once for each row. Whoever asks about
    a few people is better served by `visible`. SQLite looks a row that is of nobody up in each set; there all of them are one.
    """
    scope = scope_of(work, action)
    sets = _sets_of(AnyOf(scope.predicates), scope.on) if dialect(work.session) == "sqlite" else []
    if len(sets) > 1:
        together: Condition = person_id.in_(sets[0].union_all(*sets[1:]))
        return together
    return compiled_as_set(AnyOf(scope.predicates), person_id, scope.on)


def _sets_of(predicate: Predicate, on: date) -> list[Any]:
    """Sets whose people together are those of whom a predicate holds; none where it names no people (everybody, all but some)."""
    if isinstance(predicate, SomePost | OneOf):
        return [_holders_of(predicate, on)]
    if isinstance(predicate, AnyOf):
        found = [_sets_of(part, on) for part in predicate.parts]
        return [one for sets in found for one in sets] if all(found) else []
    post = next((part for part in predicate.parts if isinstance(part, SomePost)), None) if isinstance(predicate, All) else None
    if post is None or not isinstance(predicate, All):
        return []
    return [_post_holders(post.part, on, [part for part in predicate.parts if part is not post])]


Leaf = Callable[[SomePost | OneOf, Any, date], Condition]


@lru_cache(maxsize=512)
def compiled(predicate: Predicate, person_id: Any, on: date) -> Condition:
    """A bound predicate about a person as a condition on the column that names him, asked row by row."""
    return _combined(predicate, person_id, on, _asked_of_row)


def compiled_as_set(predicate: Predicate, person_id: Any, on: date) -> Condition:
    """The same condition by sets of people that do not depend on the row."""
    return _combined(predicate, person_id, on, _asked_of_set)


def _combined(predicate: Predicate, person_id: Any, on: date, leaf: Leaf) -> Condition:
    match predicate:
        case Everyone():
            return true()
        case Nobody():
            return false()
        case Is(someone):
            return and_(person_id == someone)
        case All(parts):
            if leaf is _asked_of_set:
                return _all_of_set(parts, person_id, on)
            return and_(true(), *(_combined(part, person_id, on, leaf) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(_combined(part, person_id, on, leaf) for part in (parts if leaf is _asked_of_set else gathered(parts))))
        case Not(part):
            return not_(_combined(part, person_id, on, leaf))
        case SomePost() | OneOf():
            return leaf(predicate, person_id, on)
        case _:
            raise TypeError(f"{predicate!r} is about a post, not about a person")


def gathered(parts: Sequence[Predicate]) -> list[Predicate]:
    """The same alternatives with one question about posts: «some post is A, or some post is B» is «some post is A or B»."""
    flat = [one for part in parts for one in (gathered(part.parts) if isinstance(part, AnyOf) else [part])]
    posts = [one.part for one in flat if isinstance(one, SomePost)]
    if len(posts) < 2:
        return flat
    return [SomePost(AnyOf(tuple(posts))), *(one for one in flat if not isinstance(one, SomePost))]


def _asked_of_row(predicate: SomePost | OneOf, person_id: Any, on: date) -> Condition:
    return exists(_rows_about(predicate, person_id, on))


def _asked_along(predicate: SomePost | OneOf, person_id: Any, on: date) -> Condition:
    """The person is known by then: who is on a list, in a tier or of a rank is not looked for by it, which an index would invite to."""
    return exists(_rows_about(predicate, person_id, on, by_person=True).offset(0))


def _rows_about(predicate: SomePost | OneOf, person_id: Any, on: date, *, by_person: bool = False) -> Any:
    table, holder, condition = _holders(predicate, on, by_person=by_person)
    found = _joined(table, select(1)).where(holder == person_id, condition)
    return found.correlate_except(*(_post, _unit) if table is _post else (table,))


def _asked_of_set(predicate: SomePost | OneOf, person_id: Any, on: date) -> Condition:
    found: Condition = person_id.in_(_holders_of(predicate, on))
    return found


def _holders_of(predicate: SomePost | OneOf, on: date) -> Any:
    """Those of whom it holds, as a set."""
    if isinstance(predicate, SomePost):
        return _post_holders(predicate.part, on)
    table, holder, condition = _holders(predicate, on)
    return select(holder).select_from(table).where(condition).correlate(None)


def _all_of_set(parts: Sequence[Predicate], person_id: Any, on: date) -> Condition:
    """All of these by sets. Who is left out is asked of those who have the post, who are few, and not of everybody."""
    post = next((part for part in parts if isinstance(part, SomePost)), None)
    without = [part for part in parts if isinstance(part, Not)] if post else []
    others = [part for part in parts if part is not post and part not in without]
    holders = [person_id.in_(_post_holders(post.part, on, without))] if post else []
    return and_(true(), *holders, *(_combined(part, person_id, on, _asked_of_set) for part in others))


def _post_holders(part: Predicate, on: date, rest: Sequence[Predicate] = ()) -> Any:
    """Those who have a post that meets the condition, and of whom `rest` holds.

    What is asked of the unit alone chooses units first: they are few.
    """
    parts = part.parts if isinstance(part, All) else (part,)
    of_unit = [one for one in parts if _is_about_unit(one)]
    of_post = [one for one in parts if not _is_about_unit(one)]
    statement = select(_post.person_id).select_from(_post)
    if any(not _is_about_post_alone(one) for one in of_post):
        statement = statement.join(_unit, _unit.id == _post.unit_id)
    if of_unit:
        units = select(_unit.id).where(*(_about_post(one) for one in of_unit)).correlate(None)
        statement = statement.where(one_of(_post.unit_id, units))
    of_holder = (_combined(one, _post.person_id, on, _asked_of_set) for one in rest)
    return statement.where(counting(_post, on), *(_about_post(one) for one in of_post), *of_holder).correlate(None)


UNIT_WORDS = frozenset({"unit_kind", "sector", "system_line", "level"})


def _is_about_unit(part: Predicate) -> bool:
    return isinstance(part, Under) or (isinstance(part, OneOf) and part.member in UNIT_WORDS)


def _is_about_post_alone(part: Predicate) -> bool:
    return isinstance(part, Leading) or (isinstance(part, OneOf) and part.member not in UNIT_WORDS)


def _joined(table: Any, statement: Any) -> Any:
    return statement.select_from(table).join(_unit, _unit.id == _post.unit_id) if table is _post else statement.select_from(table)


def _holders(predicate: SomePost | OneOf, on: date, *, by_person: bool = False) -> tuple[Any, Any, Condition]:
    """The table that knows, its column that names the person, and what a row of it must be; somebody has such a row, or not."""
    match predicate:
        case SomePost(part):
            about = _about_post(part, _ALONG_COLUMNS if by_person else _POST_COLUMNS)
            return _post, _post.person_id, and_(counting(_post, on), about)
        case OneOf("political", values):
            return _person, _person.id, _person.political_status.in_(sorted(values))
        case OneOf(member, values):
            table: Any
            table, column = {"teams": (_team, _team.team), "tiers": (_team, _team.tier), "tags": (_tag, _tag.tag)}[member]
            word = func.coalesce(column, "") if by_person else column
            return table, table.person_id, and_(counting(table, on), word.in_(sorted(values)))


def counting(table: Any, on: date) -> Condition:
    """What says on a day in whose scope somebody is: what holds then, and of those without a post what held on the last day of one."""
    return and_(table.superseded_at.is_(None), table.from_on <= on, or_(table.counts_to.is_(None), table.counts_to >= on))


def in_force(table: Any, on: date) -> Condition:
    """What holds on a day by the knowledge of today; both ends are inclusive."""
    return and_(table.superseded_at.is_(None), table.from_on <= on, or_(table.to_on.is_(None), table.to_on >= on))


def _about_post(predicate: Predicate, columns: Mapping[str, Any] = _POST_COLUMNS) -> Condition:
    """A predicate about one post as a condition on Appointment and Unit; what is unknown is never one of the values."""
    match predicate:
        case All(parts):
            return and_(true(), *(_about_post(part, columns) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(_about_post(part, columns) for part in parts))
        case Not(part):
            return not_(_about_post(part, columns))
        case OneOf(member, values):
            column = columns[member]
            return and_(column.is_not(None), column.in_(sorted(values)))
        case Leading(flag):
            return _post.is_leading.is_(flag)
        case Under(path, ""):
            return or_(_unit.path == path, func.substr(_unit.path, 1, len(path) + 1) == f"{path}/")
        case _:
            raise TypeError(f"{predicate!r} is not about a post, or is not bound")
