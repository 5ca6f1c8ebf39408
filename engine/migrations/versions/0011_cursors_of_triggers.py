"""Triggers keep their place in what they observe, and the facts that they have taken"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedule", sa.Column("cursor", sa.Text(), nullable=True))
    op.create_table(
        "trigger_fact",
        sa.Column("workflow", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("fact", sa.String(), primary_key=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("input", sa.Text(), nullable=True),
    )
    op.create_index("ix_trigger_fact_due_at", "trigger_fact", ["due_at"], unique=False)
