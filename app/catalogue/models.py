"""What is taught: courses, their immutable published versions, lectures in order, topics."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, PrimaryKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model


class Framework(StrEnum):
    """The plan's three frameworks; every course has exactly one (REQ-C01)."""

    LOYALTY = "loyalty"
    COMPETENCE = "competence"
    RESTRAINT = "restraint"


class VersionState(StrEnum):
    """Where a version of a course stands; the full review path comes between submitted and published."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETIRED = "retired"


class LectureKind(StrEnum):
    """How a lecture is given."""

    VIDEO = "video"
    AUDIO = "audio"
    ARTICLE = "article"


class Course(Model):
    """One course under a stable code; what it says lives in its versions."""

    __tablename__ = "catalogue_course"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    framework: Mapped[Framework] = mapped_column(String(20))
    is_featured: Mapped[bool] = mapped_column(default=False)
    levels: Mapped[list[Any]] = mapped_column(JSON, default=list)
    position_classes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    teams: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The elective menu by rank × position class × team (REQ-R19); an empty list names everybody."""
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    current_version_id: Mapped[int | None] = mapped_column(BigId, index=True)
    """The published version, or none. Without a foreign key: versions refer to their course, and no cycle is worth an ALTER."""
    created_at: Mapped[datetime]


class CourseVersion(Model):
    """One version of a course. From publication on it never changes; its hours are frozen with their rule."""

    __tablename__ = "catalogue_course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        Index("ix_catalogue_course_version_state_published_at", "state", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    course_id: Mapped[int] = mapped_column(BigId, ForeignKey("catalogue_course.id"))
    number: Mapped[int] = mapped_column(default=1)
    major: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    objectives: Mapped[list[Any]] = mapped_column(JSON, default=list)
    lecturer: Mapped[str] = mapped_column(String(60), default="")
    is_compulsory: Mapped[bool] = mapped_column(default=False)
    subject_kind: Mapped[str | None] = mapped_column(String(20))
    list_years: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """Years on whose lists of public subjects it stands; for the list of a year it may be finished until the grace after it (EX-E29)."""
    state: Mapped[VersionState] = mapped_column(String(20), default=VersionState.DRAFT)
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    publisher_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    nominal_ms: Mapped[int] = mapped_column(default=0)
    nominal_hours: Mapped[Decimal | None]
    lecture_count: Mapped[int] = mapped_column(default=0)
    rule_set_version: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]


class Lecture(Model):
    """One lecture of a version, in its place. `duration_ms` is the probed length of its media."""

    __tablename__ = "catalogue_lecture"
    __table_args__ = (Index("ix_catalogue_lecture_version_id_position", "version_id", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("catalogue_course_version.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[LectureKind] = mapped_column(String(20), default=LectureKind.VIDEO)
    asset_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("media_asset.id"), index=True)
    duration_ms: Mapped[int] = mapped_column(default=0)
    is_mandatory: Mapped[bool] = mapped_column(default=True)
    summary: Mapped[str] = mapped_column(Text, default="")
    chapters: Mapped[list[Any]] = mapped_column(JSON, default=list)


class Topic(Model):
    """A subject under a framework, in both languages."""

    __tablename__ = "catalogue_topic"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    framework: Mapped[Framework] = mapped_column(String(20))


class CourseTopic(Model):
    """A course treats a topic."""

    __tablename__ = "catalogue_course_topic"
    __table_args__ = (PrimaryKeyConstraint("course_id", "topic_id"),)

    course_id: Mapped[int] = mapped_column(BigId, ForeignKey("catalogue_course.id"))
    topic_id: Mapped[int] = mapped_column(BigId, ForeignKey("catalogue_topic.id"), index=True)
