"""Plain builder functions with defaults: the few rows that most tests need. No factory library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.catalogue.models import Course, CourseVersion, Lecture
from app.kernel.work import Actor, Grant, Work
from app.media.models import Asset
from app.people.models import Account, Appointment, Person, RoleGrant, TeamMembership, Unit
from app.people.rules import Everyone

DAY_ONE = date(2020, 1, 1)


def unit(
    work: Work, name: str = "市人事局", *, parent: Unit | None = None, code: str = "", kind: str = "city_organ", **fields: Any
) -> Unit:
    """A unit under `parent`, with its path."""
    uid = work.new_uid()
    code = code or f"u{uid.hex[-8:]}"
    row = Unit(
        uid=uid,
        code=code,
        name_zh=name,
        name_en=fields.pop("name_en", name),
        kind=kind,
        level=fields.pop("level", "city"),
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else ''}/{code}",
        valid_from=DAY_ONE,
        valid_to=None,
        **fields,
    )
    work.session.add(row)
    work.session.flush()
    return row


def person(
    work: Work,
    name: str = "李学",
    *,
    at: Unit | None = None,
    rank: str | None = "section_below",
    team: str = "party_gov",
    tier: str | None = None,
    since: date = DAY_ONE,
    **fields: Any,
) -> Person:
    """A person with one appointment and one team."""
    row = Person(uid=work.new_uid(), name=name, sex=fields.pop("sex", "F"), created_at=work.now, **fields)
    work.session.add(row)
    work.session.flush()
    at = at or unit(work)
    post = Appointment(person_id=row.id, unit_id=at.id, post="主任科员", rank_level=rank, from_on=since, recorded_at=work.now)
    membership = TeamMembership(person_id=row.id, team=team, tier=tier, from_on=since, recorded_at=work.now)
    work.session.add_all([post, membership])
    work.session.flush()
    return row


def account(work: Work, of: Person, user_name: str = "lixue", password_hash: str | None = None, **fields: Any) -> Account:
    """An account; without a hash nobody can sign in by password."""
    row = Account(person_id=of.id, user_name=user_name, password_hash=password_hash, password_set_at=work.now, **fields)
    work.session.add(row)
    work.session.flush()
    return row


def grant(work: Work, to: Person, role: str, jurisdiction: str = "self") -> RoleGrant:
    """A role over a jurisdiction, from the first day on."""
    row = RoleGrant(person_id=to.id, role=role, jurisdiction=jurisdiction, from_on=DAY_ONE)
    work.session.add(row)
    work.session.flush()
    return row


def actor(of: Person, *actions: str, sign_in_id: int | None = 1, **fields: Any) -> Actor:
    """The person as an actor with the given actions, without going through sign-in."""
    return Actor(
        person_id=of.id,
        account_id=fields.pop("account_id", None),
        name=of.name,
        sign_in_id=sign_in_id,
        actions=frozenset(actions),
        grants=tuple(Grant(action, Everyone()) for action in actions),
        **fields,
    )


def asset(work: Work, owner: Person, duration_ms: int = 30_000, **fields: Any) -> Asset:
    """A ready film of one rendition in segments of four seconds (no bytes behind it)."""
    step = 4_000
    spans = [[f"360p/{n}.m4s", at, min(at + step, duration_ms)] for n, at in enumerate(range(0, duration_ms, step))]
    row = Asset(
        uid=work.new_uid(),
        owner_id=owner.id,
        file_name=fields.pop("file_name", "lecture.mp4"),
        kind=fields.pop("kind", "video"),
        state=fields.pop("state", "ready"),
        duration_ms=duration_ms,
        size=1000,
        segments={"360p": spans},
        created_at=work.now,
        captions_vtt=fields.pop("captions_vtt", "WEBVTT\n"),
        **fields,
    )
    work.session.add(row)
    work.session.flush()
    return row


def course(
    work: Work,
    owner: Person,
    lectures: Sequence[int] = (30_000,),
    *,
    state: str = "published",
    framework: str = "competence",
    **fields: Any,
) -> tuple[Course, CourseVersion, list[Lecture]]:
    """A course with one version and lectures of the given lengths in milliseconds."""
    uid = work.new_uid()
    course = Course(uid=uid, code=fields.pop("code", f"C{uid.hex[-8:]}"), framework=framework, owner_id=owner.id, created_at=work.now)
    work.session.add(course)
    work.session.flush()
    version = CourseVersion(
        uid=work.new_uid(),
        course_id=course.id,
        title=fields.pop("title", "领导沟通技巧"),
        summary="一门课程",
        lecturer="王讲",
        state=state,
        author_id=owner.id,
        created_at=work.now,
        published_at=work.now,
        lecture_count=len(lectures),
        nominal_ms=sum(lectures),
        nominal_hours=fields.pop("nominal_hours", None),
        rule_set_version="demo@1",
        **fields,
    )
    work.session.add(version)
    work.session.flush()
    if state == "published":
        course.current_version_id = version.id
    rows = []
    for number, length in enumerate(lectures, 1):
        film = asset(work, owner, length)
        rows.append(
            Lecture(
                uid=work.new_uid(), version_id=version.id, position=number, title=f"第 {number} 讲", asset_id=film.id, duration_ms=length
            )
        )
    work.session.add_all(rows)
    work.session.flush()
    return course, version, rows
