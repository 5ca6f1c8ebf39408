"""Chain the events of a run by hash"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Events that are there already stay unchained: nobody can say any more what they were."""
    op.add_column("run", sa.Column("head", sa.String(), nullable=False, server_default=""))
    op.add_column("run", sa.Column("events", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("event", sa.Column("n", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("hash", sa.String(), nullable=True))
