"""First tables of jobs.

Revision: 0002_jobs
Follows: 0001_kernel
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0002_jobs"
down_revision = "0001_kernel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs_job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("run_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs_job")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_job_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_jobs_job_uid")),
    )
    op.create_index("ix_jobs_job_state_lease_until", "jobs_job", ["state", "lease_until"], unique=False)
    op.create_index("ix_jobs_job_state_run_at", "jobs_job", ["state", "run_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_jobs_job_state_run_at", table_name="jobs_job")
    op.drop_index("ix_jobs_job_state_lease_until", table_name="jobs_job")
    op.drop_table("jobs_job")
