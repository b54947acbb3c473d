"""Row visibility: a jurisdiction compiled to SQL, twin of `rules.jurisdiction.holds` (decisions 24)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Work
from app.people.models import Appointment, CadreTag, Person, TeamMembership, Unit
from app.people.rules import All, AnyOf, Everyone, Is, Leading, Nobody, Not, OneOf, Predicate, SomePost, Under
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


def visible(work: Work, action: str, person_id: Any) -> Condition:
    """The rows of people over whom the actor may do `action`; `person_id` is the column that names the person.

    A grant without a predicate reaches nobody: scope is data, never a default.
    """
    actor = work.actor
    if actor.is_system:
        return true()
    predicates = {grant.predicate for grant in actor.grants if grant.action == action and grant.predicate is not None}
    parts = [compiled(predicate, person_id, today(work)) for predicate in sorted(predicates, key=repr)]
    return or_(*parts) if parts else false()


def require_over(work: Work, action: str, person_id: int) -> None:
    """Refuse unless the actor may do `action` over this person: 403 without the action, 404 outside the scope."""
    if not work.may(action):
        raise Forbidden()
    if not may_over(work, action, person_id):
        raise NotFound()


def may_over(work: Work, action: str, person_id: int) -> bool:
    """Whether the actor may do `action` over this person."""
    if not work.may(action):
        return False
    statement = select(Person.id).where(Person.id == person_id, visible(work, action, Person.id))
    return work.session.execute(statement).first() is not None


def on_behalf(work: Work, action: str, person_id: int) -> str:
    """For whom the actor does `action` over this person: the name of who lent it; empty where it is his own to do."""
    held = [grant for grant in work.actor.grants if grant.action == action and grant.predicate is not None]
    lent = [grant for grant in held if grant.on_behalf]
    if not lent:
        return ""
    for grant in sorted(held, key=lambda grant: grant.on_behalf):
        condition = compiled(grant.predicate, Person.id, today(work))
        if work.session.execute(select(Person.id).where(Person.id == person_id, condition)).first() is not None:
            return grant.on_behalf
    return ""


def people_under(work: Work, action: str, most: int) -> list[int] | None:
    """The people in the units that the scope of `action` starts from: at least everybody in scope.

    None where some grant of the actor starts from no unit, or they are more than `most`. A quick way in for lists; the scope
    itself is `visible`, which is asked as well.
    """
    predicates = [grant.predicate for grant in work.actor.grants if grant.action == action and grant.predicate is not None]
    paths = [_path_of(predicate) for predicate in predicates]
    if work.actor.is_system or not paths or None in paths:
        return None
    under = or_(false(), *(_about_post(Under(path)) for path in paths if path is not None))
    found = select(_post.person_id).join(_unit, _unit.id == _post.unit_id).where(under, in_force(_post, today(work))).distinct()
    ids = list(work.session.scalars(found.limit(most + 1)))
    return None if len(ids) > most else ids


def _path_of(predicate: Predicate) -> str | None:
    """The unit that everybody under a predicate serves in or below; None if it does not say one."""
    match predicate:
        case Under(path, ""):
            return path
        case SomePost(part):
            return _path_of(part)
        case All(parts):
            return next((path for path in map(_path_of, parts) if path is not None), None)
        case _:
            return None


def compiled(predicate: Predicate, person_id: Any, on: date) -> Condition:
    """A bound predicate about a person as a condition on the column that names him."""
    match predicate:
        case Everyone():
            return true()
        case Nobody():
            return false()
        case Is(someone):
            return and_(person_id == someone)
        case All(parts):
            return and_(true(), *(compiled(part, person_id, on) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(compiled(part, person_id, on) for part in parts))
        case Not(part):
            return not_(compiled(part, person_id, on))
        case SomePost(part):
            return _some_post(_about_post(part), person_id, on)
        case OneOf(member, values):
            return _person_word(member, values, person_id, on)
        case _:
            raise TypeError(f"{predicate!r} is about a post, not about a person")


def _some_post(condition: Condition, person_id: Any, on: date) -> Condition:
    """Somebody has a post in force that meets the condition."""
    return exists(
        select(1).select_from(_post).join(_unit, _unit.id == _post.unit_id)
        .where(_post.person_id == person_id, in_force(_post, on), condition)
        .correlate_except(_post, _unit)
    )  # fmt: skip


def in_force(table: Any, on: date) -> Condition:
    """What holds on a day by the knowledge of today; both ends are inclusive."""
    return and_(table.superseded_at.is_(None), table.from_on <= on, or_(table.to_on.is_(None), table.to_on >= on))


def _person_word(member: str, values: frozenset[str], person_id: Any, on: date) -> Condition:
    listed = sorted(values)
    if member == "political":
        return _exists(_person, and_(_person.id == person_id, _person.political_status.in_(listed)))
    table: Any
    table, column = {
        "teams": (_team, _team.team),
        "tiers": (_team, _team.tier),
        "tags": (_tag, _tag.tag),
    }[member]
    return _exists(table, and_(table.person_id == person_id, in_force(table, on), column.in_(listed)))


def _exists(table: Any, condition: Condition) -> Condition:
    return exists(select(1).select_from(table).where(condition).correlate_except(table))


def _about_post(predicate: Predicate) -> Condition:
    """A predicate about one post as a condition on Appointment and Unit; what is unknown is never one of the values."""
    match predicate:
        case All(parts):
            return and_(true(), *(_about_post(part) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(_about_post(part) for part in parts))
        case Not(part):
            return not_(_about_post(part))
        case OneOf(member, values):
            column = _POST_COLUMNS[member]
            return and_(column.is_not(None), column.in_(sorted(values)))
        case Leading(flag):
            return _post.is_leading.is_(flag)
        case Under(path, ""):
            return or_(_unit.path == path, func.substr(_unit.path, 1, len(path) + 1) == f"{path}/")
        case _:
            raise TypeError(f"{predicate!r} is not about a post, or is not bound")
