"""Finished courses that wait for a person, and those drawn for audit: held for ten seconds (keeping.py), then decided each by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import insert, select, tuple_
from sqlalchemy.exc import IntegrityError

from app.claims import service as claims
from app.desk.models import Held, HeldCourse, Sample
from app.desk.queries.courses import credits
from app.desk.rules import OF_SAMPLES, SampleState, Verb
from app.desk.service import sampling
from app.desk.service.keeping import CHUNK, ZERO, Asked, attempt, keep
from app.hours import service as hours
from app.hours.models import CreditState
from app.kernel.errors import Conflict, Forbidden, NotFound, Refusal
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people import queries as people

Key = tuple[int, int]
"""Person and version."""


class CourseHeld(Conflict):
    """Somebody decided this course a moment ago; it is carried out within seconds."""

    code, text = "credit_already_decided", _l("%(who)s decided on this course a moment ago. Nothing was changed.")


class CourseChanged(Conflict):
    """What was decided is not what stands there now."""

    code, text = "credit_changed", _l("The hours of this course were changed after this decision was made. Please look at it again.")


class NoCourse(Conflict):
    """None of the chosen courses can be decided."""

    code, text = "no_course_to_decide", _l("None of the chosen courses can be decided: %(why)s")


@dataclass(frozen=True)
class CourseLeft:
    """A course that was left out, with the stable code and the sentence of why."""

    key: Key
    code: str
    sentence: str


@dataclass(frozen=True)
class Decided:
    """How many were decided, and which were left out."""

    done: int
    left_out: tuple[CourseLeft, ...]


def certify_courses(work: Work, keys: Sequence[Key]) -> Decided:
    """Certify these; one's own, those of courses one made, and what somebody was quicker with are left out."""
    return _each(work, keys, partial(hours.certify_credit, work))


def decline_courses(work: Work, keys: Sequence[Key], reason: str) -> Decided:
    """Decline these with one reason; what cannot be is left out. ReasonMissing."""
    return _each(work, keys, partial(hours.decline_credit, work, reason=reason))


def hold_courses(work: Work, keys: Sequence[Key], asked: Asked) -> tuple[Held, tuple[CourseLeft, ...]]:
    """Try to certify or decline each of these, and keep what can be for ten seconds; the others are left out and named.

    NoCourse where nothing is left. ReasonMissing.
    """
    claims.refuse_too_many(len(keys))
    open_, chosen, left = _open(work, keys), [], []
    for key in dict.fromkeys(keys):
        try:
            attempt(work, partial(_verb(work, asked), *key))  # first: whom it is not shown is not told who decided on it either
            if key in open_:
                raise CourseHeld(who=open_[key])
        except (Conflict, Forbidden, NotFound) as refusal:
            left.append(CourseLeft(key, refusal.code, refusal.sentence))
        else:
            chosen.append(key)
    if not chosen:
        raise NoCourse(why=left[0].sentence if left else NotFound().sentence)
    held = _keep(work, asked, chosen)
    held.outcome = {**held.outcome, "left_out": [_told(one) for one in left]}
    return held, tuple(left)


def hold_sample(work: Work, key: Key, asked: Asked) -> Held:
    """Try what is found of a drawn course, and keep it for ten seconds. What cannot be is refused now; who was quicker is named."""
    attempt(work, partial(_verb(work, asked), *key))
    for who in _open(work, [key]).values():
        raise CourseHeld(who=who)
    return _keep(work, asked, [key])


def carried(work: Work, held: Held) -> dict[str, Any]:
    """Decide as was asked, but on nothing that was changed meanwhile; what came of it."""
    keys, asked = _keys(work, held), Asked(Verb(held.verb), reason=held.reason)
    changed = _changed(work, held, keys)
    if asked.verb in OF_SAMPLES:
        if changed:
            raise CourseChanged()
        _verb(work, asked)(*keys[0])
        return {"certified": 1, "left_out": []}
    before = [*held.outcome.get("left_out", ()), *(_told(CourseLeft(key, CourseChanged.code, CourseChanged().sentence)) for key in changed)]
    done = _each(work, [key for key in keys if key not in changed], _verb(work, asked))
    return {"certified": done.done, "left_out": [*before, *map(_told, done.left_out)]}


def all_left_out(work: Work, held: Held, refusal: Refusal) -> list[list[str]]:
    """Nothing was decided, for one reason."""
    return [_told(CourseLeft(key, refusal.code, refusal.sentence)) for key in _keys(work, held)]


def _verb(work: Work, asked: Asked) -> Callable[[int, int], object]:
    """The verb of hours or of the samples behind a decision."""
    match asked.verb:
        case Verb.CERTIFY_COURSES:
            return partial(hours.certify_credit, work)
        case Verb.DECLINE:
            return partial(hours.decline_credit, work, reason=asked.reason)
        case Verb.TAKE_BACK:
            return partial(sampling.take_back, work, reason=asked.reason)
        case _:
            return partial(sampling.find_right, work)


def _each(work: Work, keys: Sequence[Key], decide: Callable[[int, int], object]) -> Decided:
    claims.refuse_too_many(len(keys))
    done, left = 0, []
    for key in keys:
        try:
            with work.session.begin_nested():
                decide(*key)
            done += 1
        except (Conflict, Forbidden, NotFound) as refusal:
            left.append(CourseLeft(key, refusal.code, refusal.sentence))
    return Decided(done, tuple(left))


def _keep(work: Work, asked: Asked, keys: Sequence[Key]) -> Held:
    """The held row with one row for each course: whoever else holds one of them was quicker."""
    chosen = {key: hours.credit_of(work, *key) for key in keys}
    title = chosen[keys[0]].title if len(keys) == 1 else ""
    total = sum((credit.hours for credit in chosen.values()), ZERO)
    versions = {_name(key): _stamp(credit) for key, credit in chosen.items()}
    held = keep(work, asked, count=len(keys), title=title, hours=total, versions=versions)
    rows = [{"held_id": held.id, "person_id": person, "version_id": version, "is_open": True} for person, version in keys]
    try:
        with work.session.begin_nested():
            work.session.execute(insert(HeldCourse), rows)
    except IntegrityError as error:
        for who in _open(work, keys).values():
            raise CourseHeld(who=who) from error
        raise Conflict() from error
    return held


def _open(work: Work, keys: Sequence[Key]) -> dict[Key, str]:
    """Which of these somebody has decided a moment ago, and who."""
    found: dict[Key, int] = {}
    statement = select(HeldCourse.person_id, HeldCourse.version_id, Held.by_id).join(Held, Held.id == HeldCourse.held_id)
    for start in range(0, len(keys), CHUNK):
        some = tuple_(HeldCourse.person_id, HeldCourse.version_id).in_(keys[start : start + CHUNK])
        rows = work.session.execute(statement.where(HeldCourse.is_open, some))
        found |= {(row.person_id, row.version_id): row.by_id for row in rows}
    names = people.cards(work, set(found.values())) if found else {}
    return {key: names[by].name for key, by in found.items()}


def _changed(work: Work, held: Held, keys: Sequence[Key]) -> list[Key]:
    """Courses that still wait, but not as they stood when they were decided; what no longer waits is told by the verb."""
    kept = held.outcome.get("versions", {})
    waits = _waiting_samples if held.verb in OF_SAMPLES else _waiting_courses
    now = waits(work, keys)
    return [key for key in keys if key in now and now[key] != kept.get(_name(key))]


def _waiting_courses(work: Work, keys: Sequence[Key]) -> dict[Key, str]:
    return {key: _stamp(one) for key, one in credits(work, keys).items() if one.state == CreditState.PENDING}


def _waiting_samples(work: Work, keys: Sequence[Key]) -> dict[Key, str]:
    drawn = (work.session.get(Sample, key, populate_existing=True) for key in keys)
    open_ = [(one.person_id, one.version_id) for one in drawn if one is not None and one.state == SampleState.OPEN]
    return {key: _stamp(one) for key, one in credits(work, open_).items()}


def _stamp(credit: Any) -> str:
    """How a credit stands: whatever changes of it makes another stamp."""
    return f"{credit.state} {credit.hours:.2f} {credit.entry_seq} {credit.rule_set_version}"


def _keys(work: Work, held: Held) -> list[Key]:
    mine = select(HeldCourse.person_id, HeldCourse.version_id).where(HeldCourse.held_id == held.id)
    return [(row.person_id, row.version_id) for row in work.session.execute(mine.order_by(HeldCourse.person_id, HeldCourse.version_id))]


def _name(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def _told(left: CourseLeft) -> list[str]:
    return [_name(left.key), left.code, left.sentence]
