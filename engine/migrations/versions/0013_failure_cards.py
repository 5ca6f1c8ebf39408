"""The same failure of the same step in many runs shares one card"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Requests that are open already keep the messages that they have."""
    op.create_table(
        "failure_card",
        sa.Column("request_id", sa.String(), primary_key=True),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("likeness", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
    )
    op.create_index(
        "failure_card_open",
        "failure_card",
        ["workflow", "step", "likeness"],
        sqlite_where=sa.text("is_open = 1"),
    )
    op.create_index("failure_card_by_card", "failure_card", ["card"])
