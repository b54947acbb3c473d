"""What was uploaded and what was made of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model
from app.media.rules import State


class Asset(Model):
    """One film or recording: the file as it came, where it stands in the pipeline, and its renditions.

    `segments` is rendition → list of [file, from_ms, to_ms], contiguous from 0 to `duration_ms`; files are relative to
    the asset's folder. `progress` is step or rendition → thousandths. `reason` and `reason_facts` tell a failure.
    """

    __tablename__ = "media_asset"
    __table_args__ = (
        Index("ix_media_asset_owner_id_created_at", "owner_id", "created_at"),
        Index("ix_media_asset_state", "state"),
        CheckConstraint("size >= 0 AND duration_ms >= 0", name="sizes"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(10), default="video")
    state: Mapped[State] = mapped_column(String(20))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    duration_ms: Mapped[int] = mapped_column(default=0)
    probed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    segments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    renditions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    notes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    reason: Mapped[str | None] = mapped_column(String(30))
    reason_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    log: Mapped[str | None] = mapped_column(Text)
    starts: Mapped[int] = mapped_column(default=0)
    poster: Mapped[str | None] = mapped_column(String(60))
    poster_at_ms: Mapped[int | None]
    sprite: Mapped[str | None] = mapped_column(String(60))
    captions_vtt: Mapped[str | None] = mapped_column(Text)
    chapters: Mapped[list[Any]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]


class Upload(Model):
    """One file on its way in (tus 1.0). `offset` bytes are safe on disk; after `expires_at` it is forgotten."""

    __tablename__ = "media_upload"
    __table_args__ = (CheckConstraint('0 <= "offset" AND "offset" <= length', name="offset"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("media_asset.id"), unique=True)
    length: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]
