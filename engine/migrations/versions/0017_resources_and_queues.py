"""Resources that steps wait for, and the priority and key by which runs wait for their turn"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resource",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("half_opens_at", sa.BigInteger(), nullable=True),
    )
    op.add_column("run", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("concurrency_key", sa.String(), nullable=False, server_default=""))
    op.add_column("step_run", sa.Column("queued_at", sa.BigInteger(), nullable=True))
    op.create_index("step_queued", "step_run", ["queued_at"], sqlite_where=sa.text("queued_at IS NOT NULL"))
