"""Lists that stay quick with a million runs, tombstones of pruned runs, facts about the installation"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("tail", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE run SET tail = substr(id, -4)")
    op.create_index("run_by_tail", "run", ["tail"])
    op.drop_index("run_under_way", "run")
    op.create_index("run_by_workflow_and_state", "run", ["workflow", "state", "created_at", "id"])
    op.create_table(
        "tombstone",
        sa.Column("run_id", sa.String(), primary_key=True),
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("pruned_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
