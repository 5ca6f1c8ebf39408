"""When the first attempt of a step's round began, for retries with a deadline"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Steps under way have none: their deadline counts from their next attempt."""
    op.add_column("step_run", sa.Column("round_started_at", sa.BigInteger(), nullable=True))
