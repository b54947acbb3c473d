"""First tables of people.

Revision: 0004_people
Follows: 0003_rulebook
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0004_people"
down_revision = "0003_rulebook"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people_door_watch",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("shut_until", db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_people_door_watch")),
    )
    op.create_table(
        "people_person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("id_no_hash", sa.String(length=64), nullable=True),
        sa.Column("id_no_enc", sa.LargeBinary(), nullable=True),
        sa.Column("political_status", sa.String(length=20), nullable=False),
        sa.Column("establishment", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_person")),
        sa.UniqueConstraint("id_no_hash", name=op.f("uq_people_person_id_no_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_people_person_uid")),
    )
    op.create_index("ix_people_person_name", "people_person", ["name"], unique=False)
    op.create_table(
        "people_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("sector", sa.String(length=20), nullable=False),
        sa.Column("system_line", sa.String(length=30), nullable=False),
        sa.Column("is_stationed", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["people_unit.id"], name=op.f("fk_people_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_people_unit_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_people_unit_uid")),
    )
    op.create_index(op.f("ix_people_unit_parent_id"), "people_unit", ["parent_id"], unique=False)
    op.create_index("ix_people_unit_path", "people_unit", ["path"], unique=False)
    op.create_table(
        "people_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=True),
        sa.Column("password_set_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_account")),
        sa.UniqueConstraint("person_id", name=op.f("uq_people_account_person_id")),
        sa.UniqueConstraint("user_name", name=op.f("uq_people_account_user_name")),
    )
    op.create_table(
        "people_appointment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post", sa.String(length=80), nullable=False),
        sa.Column("rank_level", sa.String(length=20), nullable=True),
        sa.Column("position_class", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("is_leading", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_appointment_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_people_appointment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_appointment")),
    )
    op.create_index(op.f("ix_people_appointment_person_id"), "people_appointment", ["person_id"], unique=False)
    op.create_index("ix_people_appointment_unit_id_person_id", "people_appointment", ["unit_id", "person_id"], unique=False)
    op.create_table(
        "people_cadre_tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.String(length=30), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_cadre_tag_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_cadre_tag")),
    )
    op.create_index(op.f("ix_people_cadre_tag_person_id"), "people_cadre_tag", ["person_id"], unique=False)
    op.create_table(
        "people_leave",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["people_person.id"], name=op.f("fk_people_leave_approved_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_leave_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_leave")),
    )
    op.create_index(op.f("ix_people_leave_person_id"), "people_leave", ["person_id"], unique=False)
    op.create_table(
        "people_person_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("probation_end", sa.Date(), nullable=True),
        sa.Column("post_start", sa.Date(), nullable=True),
        sa.Column("recorded_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_person_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_person_event")),
    )
    op.create_index(op.f("ix_people_person_event_person_id"), "people_person_event", ["person_id"], unique=False)
    op.create_table(
        "people_role_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("jurisdiction", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["granted_by"], ["people_person.id"], name=op.f("fk_people_role_grant_granted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_role_grant_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_people_role_grant_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_role_grant")),
    )
    op.create_index(op.f("ix_people_role_grant_person_id"), "people_role_grant", ["person_id"], unique=False)
    op.create_index(
        "uq_people_role_grant_live",
        "people_role_grant",
        ["person_id", "role", "jurisdiction"],
        unique=True,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_table(
        "people_roll",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_people_roll_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_roll")),
        sa.UniqueConstraint("uid", name=op.f("uq_people_roll_uid")),
    )
    op.create_index(op.f("ix_people_roll_owner_id"), "people_roll", ["owner_id"], unique=False)
    op.create_table(
        "people_team_membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_team_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_team_membership")),
    )
    op.create_index(op.f("ix_people_team_membership_person_id"), "people_team_membership", ["person_id"], unique=False)
    op.create_table(
        "people_unit_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["people_unit.id"], name=op.f("fk_people_unit_history_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_people_unit_history_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_unit_history")),
    )
    op.create_index(op.f("ix_people_unit_history_unit_id"), "people_unit_history", ["unit_id"], unique=False)
    op.create_table(
        "people_api_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["people_account.id"], name=op.f("fk_people_api_token_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_people_api_token_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_people_api_token_uid")),
    )
    op.create_index(op.f("ix_people_api_token_account_id"), "people_api_token", ["account_id"], unique=False)
    op.create_table(
        "people_old_password",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("replaced_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["people_account.id"], name=op.f("fk_people_old_password_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_old_password")),
    )
    op.create_index(op.f("ix_people_old_password_account_id"), "people_old_password", ["account_id"], unique=False)
    op.create_table(
        "people_sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["people_account.id"], name=op.f("fk_people_sign_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_people_sign_in_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_people_sign_in_uid")),
    )
    op.create_index(op.f("ix_people_sign_in_account_id"), "people_sign_in", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_people_sign_in_account_id"), table_name="people_sign_in")
    op.drop_table("people_sign_in")
    op.drop_index(op.f("ix_people_old_password_account_id"), table_name="people_old_password")
    op.drop_table("people_old_password")
    op.drop_index(op.f("ix_people_api_token_account_id"), table_name="people_api_token")
    op.drop_table("people_api_token")
    op.drop_index(op.f("ix_people_unit_history_unit_id"), table_name="people_unit_history")
    op.drop_table("people_unit_history")
    op.drop_index(op.f("ix_people_team_membership_person_id"), table_name="people_team_membership")
    op.drop_table("people_team_membership")
    op.drop_index(op.f("ix_people_roll_owner_id"), table_name="people_roll")
    op.drop_table("people_roll")
    op.drop_index(
        "uq_people_role_grant_live",
        table_name="people_role_grant",
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.drop_index(op.f("ix_people_role_grant_person_id"), table_name="people_role_grant")
    op.drop_table("people_role_grant")
    op.drop_index(op.f("ix_people_person_event_person_id"), table_name="people_person_event")
    op.drop_table("people_person_event")
    op.drop_index(op.f("ix_people_leave_person_id"), table_name="people_leave")
    op.drop_table("people_leave")
    op.drop_index(op.f("ix_people_cadre_tag_person_id"), table_name="people_cadre_tag")
    op.drop_table("people_cadre_tag")
    op.drop_index("ix_people_appointment_unit_id_person_id", table_name="people_appointment")
    op.drop_index(op.f("ix_people_appointment_person_id"), table_name="people_appointment")
    op.drop_table("people_appointment")
    op.drop_table("people_account")
    op.drop_index("ix_people_unit_path", table_name="people_unit")
    op.drop_index(op.f("ix_people_unit_parent_id"), table_name="people_unit")
    op.drop_table("people_unit")
    op.drop_index("ix_people_person_name", table_name="people_person")
    op.drop_table("people_person")
    op.drop_table("people_door_watch")
