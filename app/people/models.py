"""People and where they serve: units, persons, appointments, teams, tags, leave, accounts, grants."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, event, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model
from app.people import triggers


def _own_end(context: DefaultExecutionContext) -> date | None:
    """What a new row counts to until its person's rows are settled."""
    given: Any = context
    found: date | None = given.get_current_parameters().get("to_on")
    return found


class Unit(Model):
    """An organisation of the city as it stands now; UnitHistory keeps what it was called and where it hung before.

    `path` is made of codes from the root down, `/pc/d1/o7`; `sector` is the 口 (party_mass, government, other) and
    `system_line` the 条 (publicity, personnel, health, …).
    """

    __tablename__ = "people_unit"
    __table_args__ = (Index("ix_people_unit_path", "path"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(30))
    level: Mapped[str] = mapped_column(String(20))
    sector: Mapped[str] = mapped_column(String(20), default="")
    system_line: Mapped[str] = mapped_column(String(30), default="")
    is_stationed: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_unit.id"), index=True)
    path: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class UnitHistory(Model):
    """One spell of a unit under one name and parent; reports as of a past day read these."""

    __tablename__ = "people_unit_history"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_unit.id"), index=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160))
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_unit.id"))
    path: Mapped[str] = mapped_column(String(300))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class Person(Model):
    """One natural person. The ID number is kept encrypted and as a keyed hash, so that nobody is here twice."""

    __tablename__ = "people_person"
    __table_args__ = (Index("ix_people_person_name", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(60))
    sex: Mapped[str] = mapped_column(String(1), default="")
    birth_on: Mapped[date | None]
    id_no_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    id_no_enc: Mapped[bytes | None] = mapped_column(LargeBinary)
    political_status: Mapped[str] = mapped_column(String(20), default="")
    establishment: Mapped[str] = mapped_column(String(20), default="staff")
    status: Mapped[str] = mapped_column(String(20), default="active")
    origin: Mapped[str] = mapped_column(String(20), default="three_teams")
    created_at: Mapped[datetime]


class Appointment(Model):
    """One post held by a person in a unit over a time. Valid time and recorded time are kept apart.

    `counts_to` is the last day on which the row says in whose scope the person is: its own last day, or beyond it that of the time
    without any post that followed (rules/spells.py); none where that goes on. The service keeps it, here and in teams and lists.
    """

    __tablename__ = "people_appointment"
    __table_args__ = (
        Index("ix_people_appointment_unit_id_person_id", "unit_id", "person_id"),
        Index("ix_people_appointment_rank_level", "rank_level", "superseded_at", "from_on", "counts_to", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_unit.id"))
    post: Mapped[str] = mapped_column(String(80), default="")
    rank_level: Mapped[str | None] = mapped_column(String(20))
    position_class: Mapped[str] = mapped_column(String(20), default="general")
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    counts_to: Mapped[date | None] = mapped_column(default=_own_end)
    is_primary: Mapped[bool] = mapped_column(default=True)
    is_leading: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class TeamMembership(Model):
    """A person in one of the three teams; several at once are possible, exactly one is primary on a day."""

    __tablename__ = "people_team_membership"
    __table_args__ = (Index("ix_people_team_membership_tier", "tier", "superseded_at", "from_on", "counts_to", "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    team: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str | None] = mapped_column(String(20))
    is_primary: Mapped[bool] = mapped_column(default=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    counts_to: Mapped[date | None] = mapped_column(default=_own_end)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class CadreTag(Model):
    """A list a person stands on: reserve, youth, grassroots, …"""

    __tablename__ = "people_cadre_tag"
    __table_args__ = (Index("ix_people_cadre_tag_tag", "tag", "superseded_at", "from_on", "counts_to", "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    tag: Mapped[str] = mapped_column(String(30))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    counts_to: Mapped[date | None] = mapped_column(default=_own_end)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Leave(Model):
    """Approved full-time leave."""

    __tablename__ = "people_leave"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    to_on: Mapped[date]
    approved_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class PersonEvent(Model):
    """What happened to a person that a rule may ask for: recruited, promoted, transferred_in, appraisal_basic, …"""

    __tablename__ = "people_person_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    happened_on: Mapped[date]
    probation_end: Mapped[date | None]
    post_start: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Account(Model):
    """How a person signs in. The user name is unique after normalisation (NFKC, case folded)."""

    __tablename__ = "people_account"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), unique=True)
    user_name: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(160))
    password_set_at: Mapped[datetime | None]
    must_change: Mapped[bool] = mapped_column(default=False)
    is_enabled: Mapped[bool] = mapped_column(default=True)


class OldPassword(Model):
    """A hash that was in use before, so that it is not chosen again (profile mlps3)."""

    __tablename__ = "people_old_password"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_account.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(160))
    replaced_at: Mapped[datetime]


class DoorWatch(Model):
    """Failed sign-ins of late under one user name or from one address, the same row for every door (THR-T22).

    A name that nobody bears is counted like any other, so that a lock does not tell who has an account.
    """

    __tablename__ = "people_door_watch"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime]
    shut_until: Mapped[datetime | None]


class SignIn(Model):
    """One browser signed in; revoking it ends it at the next request."""

    __tablename__ = "people_sign_in"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(120))
    ip: Mapped[str] = mapped_column(String(45))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiToken(Model):
    """One program signed in for a person; only the hash of the token is kept."""

    __tablename__ = "people_api_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(120))
    ip: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Roll(Model):
    """One file of people that was examined and perhaps brought in; the file itself waits in the storage until then."""

    __tablename__ = "people_roll"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="examined")
    report: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class RoleGrant(Model):
    """A role held by a person over a jurisdiction (content/roles.toml, content/jurisdictions.yaml).

    `unit_id` is where `unit_subtree` starts; without one it starts at the unit where the holder serves.
    """

    __tablename__ = "people_role_grant"
    __table_args__ = (
        Index("uq_people_role_grant_live", "person_id", "role", "jurisdiction", unique=True, sqlite_where=text("to_on IS NULL"),
              postgresql_where=text("to_on IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    jurisdiction: Mapped[str] = mapped_column(String(40))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_unit.id"))
    granted_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))


class RoleRequest(Model):
    """A grant of a privileged role that waits for a second officer, or what became of it (L3-SMC1)."""

    __tablename__ = "people_role_request"
    __table_args__ = (
        Index("uq_people_role_request_open", "person_id", "role", "jurisdiction", unique=True, sqlite_where=text("state = 'open'"),
              postgresql_where=text("state = 'open'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    jurisdiction: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="open")
    asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    decided_at: Mapped[datetime | None]


class PeopleTrail(Model):
    """Who changed what is known of a person or a unit, when, from which day on, on what basis. Only grows (triggers.py).

    `before` and `after` hold names and codes as they were known then; empty where something began or ended.
    """

    __tablename__ = "people_trail"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (unit_id IS NULL)", name="subject"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_unit.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    basis: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]


event.listen(PeopleTrail.__table__, "after_create", triggers.after_create)
