"""The question bank: cards, trail, imports, pictures; versions and keys that hold every kind of question.

Revision: 0021_bank
Follows: 0020_years

The tables of questions keep their names (docs/adr/0020) and only gain columns with a default, so filled databases of
either engine take this in one step and nothing is copied.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0021_bank"
down_revision = "0020_years"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bank_import",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_bank_import_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_import")),
        sa.UniqueConstraint("uid", name=op.f("uq_bank_import_uid")),
    )
    op.create_table(
        "bank_picture",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people_person.id"], name=op.f("fk_bank_picture_author_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_bank_picture")),
    )
    op.create_table(
        "bank_card",
        sa.Column("question_id", BIG, nullable=False, autoincrement=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("points", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("import_id", BIG, nullable=True),
        sa.Column("reviewed_by", BIG, nullable=True),
        sa.Column("moved_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reviewed_by IS NULL OR author_id IS NULL OR reviewed_by <> author_id", name=op.f("ck_bank_card_author_is_not_reviewer")),
        sa.ForeignKeyConstraint(["author_id"], ["people_person.id"], name=op.f("fk_bank_card_author_id")),
        sa.ForeignKeyConstraint(["import_id"], ["bank_import.id"], name=op.f("fk_bank_card_import_id")),
        sa.ForeignKeyConstraint(["question_id"], ["exams_question.id"], name=op.f("fk_bank_card_question_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["people_person.id"], name=op.f("fk_bank_card_reviewed_by")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_bank_card")),
    )
    op.create_table(
        "bank_band",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["exams_question.id"], name=op.f("fk_bank_band_question_id")),
        sa.PrimaryKeyConstraint("band", "question_id", name=op.f("pk_bank_band")),
    )
    op.create_table(
        "bank_trail",
        sa.Column("id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=True),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("who_id", BIG, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["exams_question.id"], name=op.f("fk_bank_trail_question_id")),
        sa.ForeignKeyConstraint(["version_id"], ["exams_question_version.id"], name=op.f("fk_bank_trail_version_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people_person.id"], name=op.f("fk_bank_trail_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_trail")),
    )
    op.create_table(
        "bank_import_row",
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("question_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["bank_import.id"], name=op.f("fk_bank_import_row_import_id")),
        sa.ForeignKeyConstraint(["question_id"], ["exams_question.id"], name=op.f("fk_bank_import_row_question_id")),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_bank_import_row")),
    )
    op.create_index(op.f("ix_bank_import_owner_id"), "bank_import", ["owner_id"], unique=False)
    op.create_index(op.f("ix_bank_card_author_id_question_id"), "bank_card", ["author_id", "question_id"], unique=False)
    op.create_index(op.f("ix_bank_card_fingerprint"), "bank_card", ["fingerprint"], unique=False)
    op.create_index(op.f("ix_bank_card_import_id"), "bank_card", ["import_id"], unique=False)
    op.create_index(op.f("ix_bank_card_state_question_id"), "bank_card", ["state", "question_id"], unique=False)
    op.create_index(op.f("ix_bank_card_topic_question_id"), "bank_card", ["topic", "question_id"], unique=False)
    op.create_index(op.f("ix_bank_band_question_id"), "bank_band", ["question_id"], unique=False)
    op.create_index(op.f("ix_bank_trail_question_id"), "bank_trail", ["question_id"], unique=False)
    op.create_index(op.f("ix_bank_import_row_import_id_is_good"), "bank_import_row", ["import_id", "is_good"], unique=False)
    version, key = "exams_question_version", "exams_question_key"
    op.add_column(version, sa.Column("shown", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column(version, sa.Column("competencies", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(version, sa.Column("difficulty", sa.Integer(), nullable=False, server_default="3"))
    op.add_column(version, sa.Column("source", sa.String(length=200), nullable=False, server_default=""))
    op.add_column(key, sa.Column("hidden", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("exams_question_key", "hidden")
    for name in ("source", "difficulty", "competencies", "shown"):
        op.drop_column("exams_question_version", name)
    for name in ("bank_import_row", "bank_trail", "bank_band", "bank_card", "bank_picture", "bank_import"):
        op.drop_table(name)
