"""What is known of a person or a unit, row by row, with what the reader may change, and who changed what before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, or_, select, union_all

from app.kernel.errors import NotFound
from app.kernel.i18n import locale_code
from app.kernel.work import Work
from app.people import words
from app.people.actions import Action
from app.people.models import Account, Appointment, CadreTag, Leave, PeopleTrail, Person, PersonEvent, TeamMembership, Unit, UnitHistory
from app.people.queries.accounts import masked_id_no
from app.people.service.identity import today
from app.people.service.scope import visible

MOST = 50
SUGGESTED = 100


@dataclass(frozen=True)
class Small:
    """A list, a leave or an event of a person."""

    id: int
    word: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True)
class PersonPage:
    """One person as the staff see him, by the knowledge of today, the latest first; and what the reader may change."""

    person: Person
    user_name: str
    id_no: str
    may_edit: bool
    may_leave: bool
    posts: tuple[tuple[Appointment, Unit], ...]
    teams: tuple[TeamMembership, ...]
    tags: tuple[Small, ...]
    leave: tuple[Small, ...]
    events: tuple[Small, ...]
    trail: tuple[PeopleTrail, ...]
    today: date

    @property
    def present(self) -> tuple[Appointment, Unit] | None:
        """The primary post in force, else the latest that began."""
        known = [(post, unit) for post, unit in self.posts if post.is_primary and post.from_on <= self.today]
        return next((one for one in known if one[0].to_on is None or one[0].to_on >= self.today), known[0] if known else None)

    @property
    def gone_on(self) -> date | None:
        """The last day of whoever serves no longer, where it was entered or came with him."""
        return next((one.from_on for one in self.events if one.word in ("retired", "left")), None)

    @property
    def line(self) -> str:
        """Unit and post in one line."""
        if self.present is None:
            return ""
        post, unit = self.present
        return " · ".join(part for part in (unit_name(unit), post.post) if part)


def unit_name(unit: Unit) -> str:
    """The unit's name in the reader's language."""
    return unit.name_en if locale_code() == "en" and unit.name_en else unit.name_zh


def person_page(work: Work, uid: UUID) -> PersonPage:
    """A person within one's scope, in five statements; outside of it there is nothing at that address."""
    another = Person.id != (work.actor.person_id or 0)
    may = [case((another & visible(work, action, Person.id), 1), else_=0).label(action.name) for action in (Action.EDIT, Action.LEAVE)]
    statement = (
        select(Person, Account.user_name, *may)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.uid == uid, or_(*(visible(work, action, Person.id) for action in (Action.SEE, Action.EDIT, Action.LEAVE))))
    )
    found = work.session.execute(statement).first()
    if found is None:
        raise NotFound()
    person, user_name, may_edit, may_leave = found
    posts = select(Appointment, Unit).join(Unit, Unit.id == Appointment.unit_id).where(*_known(Appointment, person.id))
    teams = select(TeamMembership).where(*_known(TeamMembership, person.id))
    small = _small_things(work, person.id)
    return PersonPage(
        person, user_name or "", masked_id_no(work, person.id_no_enc), bool(may_edit), bool(may_leave),
        tuple((post, unit) for post, unit in work.session.execute(posts.order_by(Appointment.from_on.desc(), Appointment.id.desc()))),
        tuple(work.session.scalars(teams.order_by(TeamMembership.from_on.desc(), TeamMembership.id.desc()))),
        small.get("tag", ()), small.get("leave", ()), small.get("event", ()), _trail(work, PeopleTrail.person_id == person.id), today(work),
    )  # fmt: skip


def _known(table: Any, person_id: int) -> tuple[Any, ...]:
    return table.person_id == person_id, table.superseded_at.is_(None)


def _small_things(work: Work, person_id: int) -> dict[str, tuple[Small, ...]]:
    """Lists, leave and events, in one statement."""
    parts = (
        select(literal("tag").label("what"), CadreTag.id, CadreTag.tag, CadreTag.from_on.label("since"), CadreTag.to_on)
        .where(*_known(CadreTag, person_id)),
        select(literal("leave"), Leave.id, Leave.kind, Leave.from_on, Leave.to_on).where(*_known(Leave, person_id)),
        select(literal("event"), PersonEvent.id, PersonEvent.kind, PersonEvent.happened_on, PersonEvent.happened_on)
        .where(*_known(PersonEvent, person_id)),
    )  # fmt: skip
    found: dict[str, tuple[Small, ...]] = {}
    rows: list[Any] = sorted(work.session.execute(union_all(*parts)), key=lambda row: (row.since, row.id), reverse=True)
    for what, id_, word, since, until in rows:
        found[what] = (*found.get(what, ()), Small(id_, word, since, until))
    return found


def unit_trail(work: Work, unit_id: int) -> tuple[PeopleTrail, ...]:
    """Who changed what about a unit, the newest first."""
    return _trail(work, PeopleTrail.unit_id == unit_id)


def _trail(work: Work, subject: Any) -> tuple[PeopleTrail, ...]:
    return tuple(work.session.scalars(select(PeopleTrail).where(subject).order_by(PeopleTrail.id.desc()).limit(MOST)))


def names_in_trail(work: Work, trail: Iterable[PeopleTrail]) -> dict[str, str]:
    """How the units that a trail names in Chinese are called in English, where they are; for readers of English only.

    A former name has the English one of its time.
    """
    if locale_code() != "en":
        return {}
    said = {str(kept.get(field, "")) for row in trail for kept in (row.before, row.after) for field in words.UNITS}
    wanted = {name for names in said for name in names.split("、") if name}
    if not wanted:
        return {}
    named = [select(table.name_zh, table.name_en).where(table.name_zh.in_(wanted), table.name_en != "") for table in (UnitHistory, Unit)]
    return {zh: en for table in named for zh, en in work.session.execute(table)}


def units_beside(work: Work, path: str) -> list[tuple[str, str]]:
    """Units of the same branch as suggestions for a form: (name, code)."""
    branch = "/".join(path.split("/")[:3])
    near = select(Unit).where(Unit.valid_to.is_(None), or_(Unit.path == branch, func.substr(Unit.path, 1, len(branch) + 1) == f"{branch}/"))
    return [(unit_name(unit), unit.code) for unit in work.session.scalars(near.order_by(Unit.path).limit(SUGGESTED))]
