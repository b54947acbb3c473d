"""First tables of years, and the rule sets that were adopted.

Revision: 0020_years
Follows: 0019_history
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from app.kernel import db
from app.years import triggers

revision = "0020_years"
down_revision = "0019_history"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rulebook_adopted',
    sa.Column('rule_set_id', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('adopted_at', db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.String(length=60), nullable=False),
    sa.Column('adopted_by', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('rule_set_id', 'version', name=op.f('pk_rulebook_adopted'))
    )
    op.create_table('years_report',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('issue', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('rule_set_version', sa.String(length=64), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('issued_at', db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('issued_by', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('year', 'issue', name=op.f('pk_years_report'))
    )
    op.create_table('years_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('uid', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=True),
    sa.Column('category', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('hours', db.ExactDecimal(precision=10, scale=2), nullable=False),
    sa.Column('days', db.ExactDecimal(precision=10, scale=2), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=True),
    sa.Column('off_post', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('proposed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('proposed_at', db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('entry_seq', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['people_person.id'], name=op.f('fk_years_change_decided_by')),
    sa.ForeignKeyConstraint(['person_id'], ['people_person.id'], name=op.f('fk_years_change_person_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people_person.id'], name=op.f('fk_years_change_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_years_change')),
    sa.UniqueConstraint('uid', name=op.f('uq_years_change_uid'))
    )
    op.create_index(op.f('ix_years_change_person_id'), 'years_change', ['person_id'], unique=False)
    op.create_index('ix_years_change_state', 'years_change', ['state', 'id'], unique=False)
    op.create_table('years_incompletion',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('proposed', sa.String(length=16), nullable=True),
    sa.Column('proposed_text', sa.String(length=500), nullable=False),
    sa.Column('proposed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=16), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_name', sa.String(length=60), nullable=False),
    sa.Column('decided_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['people_person.id'], name=op.f('fk_years_incompletion_decided_by')),
    sa.ForeignKeyConstraint(['person_id'], ['people_person.id'], name=op.f('fk_years_incompletion_person_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people_person.id'], name=op.f('fk_years_incompletion_proposed_by')),
    sa.PrimaryKeyConstraint('person_id', 'year', name=op.f('pk_years_incompletion'))
    )
    op.create_table('years_rule_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('uid', sa.Uuid(), nullable=False),
    sa.Column('pin', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('against', sa.String(length=64), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('proposed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('proposed_name', sa.String(length=60), nullable=False),
    sa.Column('proposed_at', db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('tried_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_name', sa.String(length=60), nullable=False),
    sa.Column('decided_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people_person.id'], name=op.f('fk_years_rule_change_decided_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people_person.id'], name=op.f('fk_years_rule_change_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_years_rule_change')),
    sa.UniqueConstraint('uid', name=op.f('uq_years_rule_change_uid'))
    )
    op.create_table('years_trail',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('act', sa.String(length=20), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('by_name', sa.String(length=60), nullable=False),
    sa.Column('at', db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people_person.id'], name=op.f('fk_years_trail_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_years_trail'))
    )
    op.create_index('ix_years_trail_subject', 'years_trail', ['subject', 'id'], unique=False)
    op.create_table('years_year',
    sa.Column('scope', sa.String(length=20), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('opened_at', db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closing_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closing_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('restated_at', db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('open', 'closing', 'closed', 'restated')", name=op.f('ck_years_year_state')),
    sa.ForeignKeyConstraint(['closed_by'], ['people_person.id'], name=op.f('fk_years_year_closed_by')),
    sa.ForeignKeyConstraint(['closing_by'], ['people_person.id'], name=op.f('fk_years_year_closing_by')),
    sa.PrimaryKeyConstraint('scope', 'year', name=op.f('pk_years_year'))
    )
    op.create_table('years_rule_effect',
    sa.Column('change_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('requirement', sa.String(length=40), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('turn', sa.String(length=6), nullable=False),
    sa.Column('state_before', sa.String(length=8), nullable=False),
    sa.Column('state_after', sa.String(length=8), nullable=False),
    sa.Column('missing_before', sa.Integer(), nullable=False),
    sa.Column('missing_after', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['years_rule_change.id'], name=op.f('fk_years_rule_effect_change_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people_person.id'], name=op.f('fk_years_rule_effect_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['people_unit.id'], name=op.f('fk_years_rule_effect_unit_id')),
    sa.PrimaryKeyConstraint('change_id', 'person_id', 'requirement', name=op.f('pk_years_rule_effect'))
    )
    op.create_index('ix_years_rule_effect_turn', 'years_rule_effect', ['change_id', 'turn', 'person_id'], unique=False)
    for table in triggers.KEYS:
        triggers.install(op.get_bind(), table)


def downgrade() -> None:
    triggers.remove(op.get_bind())
    op.drop_index('ix_years_rule_effect_turn', table_name='years_rule_effect')
    op.drop_table('years_rule_effect')
    op.drop_table('years_year')
    op.drop_index('ix_years_trail_subject', table_name='years_trail')
    op.drop_table('years_trail')
    op.drop_table('years_rule_change')
    op.drop_table('years_incompletion')
    op.drop_index('ix_years_change_state', table_name='years_change')
    op.drop_index(op.f('ix_years_change_person_id'), table_name='years_change')
    op.drop_table('years_change')
    op.drop_table('years_report')
    op.drop_table('rulebook_adopted')
