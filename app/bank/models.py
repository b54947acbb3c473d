"""Questions, their versions and their keys.

What a candidate may see (QuestionVersion) and what stays secret (QuestionKey) are two tables, so that code that serves
papers cannot leak a key it never loads (INV-I18). The tables keep the names they had while they belonged to `exams`
(docs/adr/0020).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.rules.answers import Kind
from app.bank.rules.scoring import PartialCredit
from app.kernel.db import BigId, Model


class Question(Model):
    """One question under a stable id; its words live in versions. A retired one stays readable in old papers."""

    __tablename__ = "exams_question"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    current_version_id: Mapped[int | None] = mapped_column(BigId)
    """The version in use. Without a foreign key: versions refer to their question, and no cycle is worth an ALTER."""
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class QuestionVersion(Model):
    """The words of a question at one time. Never changed and never deleted: papers refer to it (INV-I16).

    `options` is a list of [option, text]; `points` is public, the key is not. `lecture_id` and `at_second` say where
    the answer is taught.
    """

    __tablename__ = "exams_question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question.id"))
    number: Mapped[int]
    kind: Mapped[Kind] = mapped_column(String(10))
    stem: Mapped[str] = mapped_column(Text)
    options: Mapped[list[Any]] = mapped_column(JSON)
    keeps_order: Mapped[bool] = mapped_column(default=False)
    points: Mapped[Decimal]
    topic: Mapped[str] = mapped_column(String(60), default="")
    lecture_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("catalogue_lecture.id", ondelete="SET NULL"), index=True)
    at_second: Mapped[int | None]
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    created_at: Mapped[datetime]
    shown: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """The rest of what a candidate sees: number of blanks, longest text, picture, table, parts (rules/packed.py)."""
    competencies: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    difficulty: Mapped[int] = mapped_column(default=3, server_default="3")
    source: Mapped[str] = mapped_column(String(200), default="", server_default="")


class QuestionKey(Model):
    """The secret half of a version: right options, partial credit, explanation."""

    __tablename__ = "exams_question_key"

    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question_version.id"), primary_key=True)
    right: Mapped[list[Any]] = mapped_column(JSON)
    partial: Mapped[PartialCredit] = mapped_column(String(10), default=PartialCredit.NONE)
    explanation: Mapped[str] = mapped_column(Text, default="")
    hidden: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """The rest of the key: what each blank takes, rubric, sample answer, keys of parts (rules/packed.py)."""


class CardState(StrEnum):
    """Where a question of the bank stands; see rules/review.py for the moves."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    RETIRED = "retired"


class Card(Model):
    """What the bank finds a question by: a copy of its present version's metadata, its state, and who passed it.

    A question without a card belongs to the closing quiz of a course and is in no list of the bank. `words` is the stem
    folded for searching; `fingerprint` is equal for questions that say the same.
    """

    __tablename__ = "bank_card"
    __table_args__ = (
        Index("ix_bank_card_state_question_id", "state", "question_id"),
        Index("ix_bank_card_author_id_question_id", "author_id", "question_id"),
        Index("ix_bank_card_topic_question_id", "topic", "question_id"),
        CheckConstraint("reviewed_by IS NULL OR author_id IS NULL OR reviewed_by <> author_id", name="author_is_not_reviewer"),
    )

    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question.id"), primary_key=True, autoincrement=False)
    state: Mapped[CardState] = mapped_column(String(10), default=CardState.DRAFT)
    kind: Mapped[Kind] = mapped_column(String(10))
    topic: Mapped[str] = mapped_column(String(60), default="")
    difficulty: Mapped[int]
    points: Mapped[Decimal]
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    words: Mapped[str] = mapped_column(Text)
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("bank_import.id"), index=True)
    reviewed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    moved_at: Mapped[datetime]


class Band(Model):
    """One of six numbers of a stem; near duplicates share at least one (rules/likeness.py)."""

    __tablename__ = "bank_band"
    __table_args__ = (PrimaryKeyConstraint("band", "question_id"),)

    band: Mapped[int] = mapped_column(BigInteger)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question.id"), index=True)


class Trail(Model):
    """What happened to a question of the bank: written, handed in, approved, given back, retired. Only added to."""

    __tablename__ = "bank_trail"
    __table_args__ = (Index("ix_bank_trail_who_id_question_id", "who_id", "question_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("exams_question_version.id"))
    what: Mapped[str] = mapped_column(String(20))
    who_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]


class ImportState(StrEnum):
    """Where an import stands."""

    EXAMINED = "examined"
    DONE = "done"
    UNDONE = "undone"


class BankImport(Model):
    """One file, or one pasted text, of questions: examined first, then brought in, in one turn or more, perhaps taken back whole."""

    __tablename__ = "bank_import"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    format: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[ImportState] = mapped_column(String(10), default=ImportState.EXAMINED)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportRow(Model):
    """One question of an import as it was read, with what was found wrong; correctable until it is brought in.

    `draft` is the question as far as it could be read (rules/packed.py), `findings` a list of rules/findings.py.
    """

    __tablename__ = "bank_import_row"
    __table_args__ = (PrimaryKeyConstraint("import_id", "number"), Index("ix_bank_import_row_import_id_is_good", "import_id", "is_good"))

    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_import.id"))
    number: Mapped[int]
    line: Mapped[int]
    is_good: Mapped[bool]
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    findings: Mapped[list[Any]] = mapped_column(JSON)
    question_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("exams_question.id"))


class BankPicture(Model):
    """A picture of a stem, made anew when it came in and kept under the SHA-256 of what is shown."""

    __tablename__ = "bank_picture"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    created_at: Mapped[datetime]


class PictureGiver(Model):
    """Who brought a picture in: he sees it before any question shows it."""

    __tablename__ = "bank_picture_giver"
    __table_args__ = (PrimaryKeyConstraint("sha256", "person_id"),)

    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("bank_picture.sha256"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))


class PictureUse(Model):
    """Which version of a question shows which picture: whoever may see the one may see the other."""

    __tablename__ = "bank_picture_use"
    __table_args__ = (PrimaryKeyConstraint("sha256", "version_id"),)

    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("bank_picture.sha256"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question_version.id"), index=True)


class ForPractice(Model):
    """A question that everybody may practise with its answer; all others are kept for examinations.

    The two never meet: what is here is drawn for no examination (app/exams/queries/drawing.py), and what an examination
    may still ask does not come here (app/bank/service/practising.py).
    """

    __tablename__ = "bank_practice"

    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question.id"), primary_key=True, autoincrement=False)
    opened_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    opened_at: Mapped[datetime]
