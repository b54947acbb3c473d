"""First table of search, and its index of words.

Revision: 0013_search
Follows: 0012_claims

The index is empty after this step; `flask prepare` fills it, as does `flask search rebuild`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from app.search import models

revision = "0013_search"
down_revision = "0012_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("house", sa.String(length=12), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lecture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("words", models.Words(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["catalogue_course.id"], name=op.f("fk_search_document_course_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["catalogue_lecture.id"], name=op.f("fk_search_document_lecture_id")),
        sa.ForeignKeyConstraint(["version_id"], ["catalogue_course_version.id"], name=op.f("fk_search_document_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
    )
    op.create_index("ix_search_document_course_id", "search_document", ["course_id"], unique=False)
    op.create_index("ix_search_document_lecture_id", "search_document", ["lecture_id"], unique=False)
    op.create_index("ix_search_document_house_version_id", "search_document", ["house", "version_id", "id"], unique=False)
    models.install(op.get_bind())


def downgrade() -> None:
    models.remove(op.get_bind())
    op.drop_table("search_document")
