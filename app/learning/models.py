"""What is kept of study. Every table grows with people and is keyed by person first (decisions 22)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model

PERSON = "people_person.id"
LECTURE = "catalogue_lecture.id"
VERSION = "catalogue_course_version.id"


class PlaySession(Model):
    """One opening of the player, for good: who, what, where, under which rule, and how it ended."""

    __tablename__ = "learning_play_session"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "uid"),
        Index("ix_learning_play_session_person_id_lecture_id", "person_id", "lecture_id"),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey(PERSON))
    uid: Mapped[UUID]
    lecture_id: Mapped[int] = mapped_column(BigId, ForeignKey(LECTURE))
    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("media_asset.id"))
    media_version: Mapped[str] = mapped_column(String(64))
    rule_set: Mapped[str] = mapped_column(String(60))
    opened_ms: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(120), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    door: Mapped[str] = mapped_column(String(24), default="")
    counts: Mapped[bool] = mapped_column(default=True)
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None] = mapped_column(String(12))  # closed | superseded


class PlayState(Model):
    """The one live session of a person, as the credit engine remembers it. A beat changes this row in place.

    `covered` repeats the coverage of the lecture being studied, `delivered` is what was sent to this session (decisions 6):
    the locked row holds all a beat needs, where a join would read other tables as they stood before the lock was granted
    (PostgreSQL, READ COMMITTED).
    """

    __tablename__ = "learning_play_state"
    __table_args__ = (
        PrimaryKeyConstraint("person_id"),
        ForeignKeyConstraint(["person_id", "session"], ["learning_play_session.person_id", "learning_play_session.uid"]),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey(PERSON))
    session: Mapped[UUID]
    lecture_id: Mapped[int] = mapped_column(BigId, ForeignKey(LECTURE))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VERSION))
    key: Mapped[bytes] = mapped_column(LargeBinary(16))
    duration_ms: Mapped[int]
    max_rate_permille: Mapped[int]
    daily_cap_ms: Mapped[int]
    required_ms: Mapped[int]
    counts: Mapped[bool]
    opened_ms: Mapped[int] = mapped_column(BigInteger)
    last_ms: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int]
    allowance_us: Mapped[int] = mapped_column(BigInteger)
    beats_ms: Mapped[int]
    day: Mapped[int]
    day_ms: Mapped[int]
    closed: Mapped[bool]
    kept: Mapped[int]
    journal: Mapped[bytes] = mapped_column(LargeBinary)
    covered: Mapped[bytes] = mapped_column(LargeBinary)
    position_ms: Mapped[int]
    served_ms: Mapped[int] = mapped_column(BigInteger)
    delivered: Mapped[bytes] = mapped_column(LargeBinary)


class Coverage(Model):
    """Which milliseconds of a lecture a person has been credited with; `intervals` as written by rules.spans."""

    __tablename__ = "learning_coverage"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "lecture_id"),
        Index("ix_learning_coverage_person_id_version_id", "person_id", "version_id"),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey(PERSON))
    lecture_id: Mapped[int] = mapped_column(BigId, ForeignKey(LECTURE))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VERSION))
    intervals: Mapped[bytes] = mapped_column(LargeBinary)
    covered_ms: Mapped[int]
    position_ms: Mapped[int] = mapped_column(default=0)
    completed_at: Mapped[datetime | None]


class Evidence(Model):
    """Some ten minutes of a session: accepted beats in the layout of rules.journal. Written once, never changed."""

    __tablename__ = "learning_evidence"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "session", "first_seq"),
        ForeignKeyConstraint(["person_id", "session"], ["learning_play_session.person_id", "learning_play_session.uid"]),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey(PERSON))
    session: Mapped[UUID]
    first_seq: Mapped[int]
    layout: Mapped[int] = mapped_column(default=1)
    entries: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]


class CourseProgress(Model):
    """How far a person is with one version of a course; completed once, and for good."""

    __tablename__ = "learning_course_progress"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "version_id"),
        Index("ix_learning_course_progress_person_id_last_at", "person_id", "last_at"),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey(PERSON))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VERSION))
    course_id: Mapped[int] = mapped_column(BigId, ForeignKey("catalogue_course.id"))
    last_lecture_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(LECTURE))
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    lectures_done: Mapped[int] = mapped_column(default=0)
    lectures_completed_at: Mapped[datetime | None]
    quiz_passed_at: Mapped[datetime | None]
    quiz_score: Mapped[Decimal | None]
    completed_at: Mapped[datetime | None]
