"""First tables of claims.

Revision: 0012_claims
Follows: 0011_hours
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.claims import triggers
from app.kernel import db

revision = "0012_claims"
down_revision = "0011_hours"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('claims_claim',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('uid', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('title_hash', sa.String(length=16), nullable=False),
    sa.Column('entered', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('occurred_from', sa.Date(), nullable=True),
    sa.Column('occurred_to', sa.Date(), nullable=True),
    sa.Column('hours_entered', db.ExactDecimal(precision=10, scale=2), nullable=True),
    sa.Column('hours_claimed', db.ExactDecimal(precision=10, scale=2), nullable=True),
    sa.Column('days_claimed', db.ExactDecimal(precision=10, scale=2), nullable=True),
    sa.Column('hours_suggested', db.ExactDecimal(precision=10, scale=2), nullable=True),
    sa.Column('suggestion', sa.JSON(), nullable=False),
    sa.Column('rule_set_version', sa.String(length=60), nullable=False),
    sa.Column('activity_key', sa.String(length=200), nullable=True),
    sa.Column('certificate_key', sa.String(length=200), nullable=True),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.Column('risk', sa.Integer(), nullable=False),
    sa.Column('submitted_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('checked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('checked_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('hours_certified', db.ExactDecimal(precision=10, scale=2), nullable=True),
    sa.Column('days_certified', db.ExactDecimal(precision=10, scale=2), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('entry_seq', sa.Integer(), nullable=True),
    sa.Column('created_at', db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('occurred_from <= occurred_to', name=op.f('ck_claims_claim_dates')),
    sa.ForeignKeyConstraint(['checked_by'], ['people_person.id'], name=op.f('fk_claims_claim_checked_by')),
    sa.ForeignKeyConstraint(['decided_by'], ['people_person.id'], name=op.f('fk_claims_claim_decided_by')),
    sa.ForeignKeyConstraint(['person_id', 'entry_seq'], ['ledger_entry.person_id', 'ledger_entry.seq'], name='fk_claims_claim_entry'),
    sa.ForeignKeyConstraint(['person_id'], ['people_person.id'], name=op.f('fk_claims_claim_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'id', name=op.f('pk_claims_claim')),
    sa.UniqueConstraint('uid', name=op.f('uq_claims_claim_uid'))
    )
    op.create_index('ix_claims_claim_certificate', 'claims_claim', ['certificate_key'], unique=False)
    op.create_index('ix_claims_claim_inbox', 'claims_claim', ['state', 'risk', 'due_on'], unique=False)
    op.create_index('uq_claims_claim_live', 'claims_claim', ['person_id', 'activity_key'], unique=True, sqlite_where=sa.text("state IN ('submitted', 'unit_checked', 'certified')"), postgresql_where=sa.text("state IN ('submitted', 'unit_checked', 'certified')"))
    op.create_table('claims_appeal',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('against', sa.String(length=12), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('filed_at', db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('heard_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('heard_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people_person.id'], name=op.f('fk_claims_appeal_decided_by')),
    sa.ForeignKeyConstraint(['heard_by'], ['people_person.id'], name=op.f('fk_claims_appeal_heard_by')),
    sa.ForeignKeyConstraint(['person_id', 'claim_id'], ['claims_claim.person_id', 'claims_claim.id'], name='fk_claims_appeal_claim'),
    sa.PrimaryKeyConstraint('person_id', 'claim_id', name=op.f('pk_claims_appeal'))
    )
    op.create_index('ix_claims_appeal_state', 'claims_appeal', ['state', 'due_on'], unique=False)
    op.create_table('claims_evidence',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('uid', sa.Uuid(), nullable=False),
    sa.Column('claim_id', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('look', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('added_at', db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id', 'claim_id'], ['claims_claim.person_id', 'claims_claim.id'], name='fk_claims_evidence_claim'),
    sa.PrimaryKeyConstraint('person_id', 'id', name=op.f('pk_claims_evidence')),
    sa.UniqueConstraint('person_id', 'claim_id', 'sha256', name=op.f('uq_claims_evidence_person_id_claim_id_sha256')),
    sa.UniqueConstraint('uid', name=op.f('uq_claims_evidence_uid'))
    )
    op.create_index('ix_claims_evidence_look', 'claims_evidence', ['look'], unique=False)
    op.create_table('claims_trail',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('by_name', sa.String(length=60), nullable=False),
    sa.Column('at', db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ip', sa.String(length=45), nullable=False),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people_person.id'], name=op.f('fk_claims_trail_by_id')),
    sa.ForeignKeyConstraint(['person_id', 'claim_id'], ['claims_claim.person_id', 'claims_claim.id'], name='fk_claims_trail_claim'),
    sa.PrimaryKeyConstraint('person_id', 'claim_id', 'n', name=op.f('pk_claims_trail'))
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    triggers.remove(op.get_bind())
    op.drop_table('claims_trail')
    op.drop_index('ix_claims_evidence_look', table_name='claims_evidence')
    op.drop_table('claims_evidence')
    op.drop_index('ix_claims_appeal_state', table_name='claims_appeal')
    op.drop_table('claims_appeal')
    op.drop_index('uq_claims_claim_live', table_name='claims_claim', sqlite_where=sa.text("state IN ('submitted', 'unit_checked', 'certified')"), postgresql_where=sa.text("state IN ('submitted', 'unit_checked', 'certified')"))
    op.drop_index('ix_claims_claim_inbox', table_name='claims_claim')
    op.drop_index('ix_claims_claim_certificate', table_name='claims_claim')
    op.drop_table('claims_claim')
