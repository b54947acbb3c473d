"""What can be found: one row for each published course, lecture and passage of a transcript, with its words."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import JSON, Connection, Dialect, ForeignKey, Index, String, Table, Text, TypeDecorator, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model

MOST_PLACES = 16_383
"""PostgreSQL counts places up to here; what stands later shares the last one."""


class House(StrEnum):
    """Where something was found; each has its own list and its own pages."""

    COURSES = "courses"
    LECTURES = "lectures"
    TRANSCRIPTS = "transcripts"


class Words(TypeDecorator[Any]):
    """Words in their order: a tsvector with places on PostgreSQL, words with spaces between for FTS5 on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """TSVECTOR where there is one."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        """The words in the engine's own form. Each is of letters and digits only, so nothing needs escaping."""
        if value is None:
            return None
        if dialect.name != "postgresql":
            return " ".join(value)
        return " ".join(f"'{word}':{min(place, MOST_PLACES)}" for place, word in enumerate(value, 1))


class SearchDocument(Model):
    """One thing that can be found. Made anew when its course is published, gone when it is retired: never a truth of its own.

    `text` has the lines from which a stretch is shown; `marks` is, for a passage, [letter, millisecond] of each line.
    """

    __tablename__ = "search_document"
    __table_args__ = (Index("ix_search_document_house_version_id", "house", "version_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    house: Mapped[House] = mapped_column(String(12))
    course_id: Mapped[int] = mapped_column(BigId, ForeignKey("catalogue_course.id"), index=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("catalogue_course_version.id"))
    lecture_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("catalogue_lecture.id"), index=True)
    at_ms: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[list[Any]] = mapped_column(JSON, default=list)
    words: Mapped[Any] = mapped_column(Words, deferred=True)


SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_document', content_rowid='id',"
    " tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn'\")",
    "CREATE TRIGGER search_document_insert AFTER INSERT ON search_document BEGIN"
    " INSERT INTO search_index(rowid, words) VALUES (NEW.id, NEW.words); END",
    "CREATE TRIGGER search_document_delete AFTER DELETE ON search_document BEGIN"
    " INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', OLD.id, OLD.words); END",
    "CREATE TRIGGER search_document_update AFTER UPDATE OF words ON search_document BEGIN"
    " INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', OLD.id, OLD.words);"
    " INSERT INTO search_index(rowid, words) VALUES (NEW.id, NEW.words); END",
)
"""The index of SQLite follows its table by triggers, in the same transaction."""


POSTGRESQL = ("CREATE INDEX search_index_words ON search_document USING gin (words)",)


def install(connection: Connection) -> None:
    """Make the index of words in the engine's own way; migrations do not compare what is named search_index…"""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take it off again: only for a migration that goes down."""
    if connection.dialect.name == "sqlite":
        for what in ("insert", "delete", "update"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS search_document_{what}")
        connection.exec_driver_sql("DROP TABLE IF EXISTS search_index")


@event.listens_for(cast(Table, SearchDocument.__table__), "after_create")
def _after_create(_target: Table, connection: Connection, **_options: Any) -> None:
    """The same where a schema is created at once."""
    install(connection)
