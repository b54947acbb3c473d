"""What may happen to a result after it is final: regrades, annulments, appeals, and the trail.

Revision: 0031_after_results
Follows: 0030_trail_by_person
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.exams import triggers
from app.kernel import db

revision = "0031_after_results"
down_revision = "0030_trail_by_person"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = db.UtcDateTime(timezone=True)
ATTEMPT = (["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"])
PERSON = ["people_person.id"]
OPEN = sa.text("state = 'proposed'")


def upgrade() -> None:
    op.add_column("exams_attempt", sa.Column("graded_at", WHEN, nullable=True))
    op.add_column("exams_attempt", sa.Column("is_forgiven", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE exams_attempt SET graded_at = submitted_at WHERE state = 'graded'")
    _regrades()
    _annulments()
    _appeals()
    triggers.install(op.get_bind())


def _regrades() -> None:
    op.create_table(
        "exams_regrade",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("exam_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("right", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("who_id", ID, nullable=True),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("sittings", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gained", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_regrade_exam_id")),
        sa.ForeignKeyConstraint(["version_id"], ["exams_question_version.id"], name=op.f("fk_exams_regrade_version_id")),
        sa.ForeignKeyConstraint(["who_id"], PERSON, name=op.f("fk_exams_regrade_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_regrade")),
        sa.UniqueConstraint("uid", name=op.f("uq_exams_regrade_uid")),
    )
    op.create_index("ix_exams_regrade_exam_id", "exams_regrade", ["exam_id"])
    op.create_table(
        "exams_result_trail",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("who_id", ID, nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(*ATTEMPT, name=op.f("fk_exams_result_trail_person_id_attempt_id")),
        sa.ForeignKeyConstraint(["who_id"], PERSON, name=op.f("fk_exams_result_trail_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_result_trail")),
    )
    op.create_index("ix_exams_result_trail_person_id_attempt_id", "exams_result_trail", ["person_id", "attempt_id"])


def _annulments() -> None:
    op.create_table(
        "exams_annulment",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("exam_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("grants_attempt", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", ID, nullable=False),
        sa.Column("proposed_at", WHEN, nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", WHEN, nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], PERSON, name=op.f("fk_exams_annulment_decided_by")),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_annulment_exam_id")),
        sa.ForeignKeyConstraint(*ATTEMPT, name=op.f("fk_exams_annulment_person_id_attempt_id")),
        sa.ForeignKeyConstraint(["proposed_by"], PERSON, name=op.f("fk_exams_annulment_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_annulment")),
        sa.UniqueConstraint("uid", name=op.f("uq_exams_annulment_uid")),
    )
    op.create_index("ix_exams_annulment_exam_id", "exams_annulment", ["exam_id"])
    op.create_index(
        "uq_exams_annulment_open", "exams_annulment", ["person_id", "attempt_id"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN
    )


def _appeals() -> None:
    op.create_table(
        "exams_appeal",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("exam_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("filed_at", WHEN, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", WHEN, nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], PERSON, name=op.f("fk_exams_appeal_decided_by")),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_appeal_exam_id")),
        sa.ForeignKeyConstraint(*ATTEMPT, name=op.f("fk_exams_appeal_person_id_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_appeal")),
        sa.UniqueConstraint("uid", name=op.f("uq_exams_appeal_uid")),
    )
    op.create_index("ix_exams_appeal_state_id", "exams_appeal", ["state", "id"])
    op.create_index("uq_exams_appeal_attempt", "exams_appeal", ["person_id", "attempt_id"], unique=True)
    op.create_table(
        "exams_appeal_mark",
        sa.Column("appeal_id", ID, nullable=False),
        sa.Column("sheet_id", ID, nullable=False),
        sa.Column("marker_id", ID, nullable=False),
        sa.Column("points", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["exams_appeal.id"], name=op.f("fk_exams_appeal_mark_appeal_id")),
        sa.ForeignKeyConstraint(["marker_id"], PERSON, name=op.f("fk_exams_appeal_mark_marker_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["exams_sheet.id"], name=op.f("fk_exams_appeal_mark_sheet_id")),
        sa.PrimaryKeyConstraint("appeal_id", "sheet_id", name=op.f("pk_exams_appeal_mark")),
    )


def downgrade() -> None:
    triggers.remove(op.get_bind())
    for name in ("exams_appeal_mark", "exams_appeal", "exams_annulment", "exams_result_trail", "exams_regrade"):
        op.drop_table(name)
    op.execute("UPDATE exams_attempt SET state = 'graded' WHERE state = 'annulled'")
    op.drop_column("exams_attempt", "is_forgiven")
    op.drop_column("exams_attempt", "graded_at")
