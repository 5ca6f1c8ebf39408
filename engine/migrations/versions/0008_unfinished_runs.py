"""Unfinished runs are counted for each person and token, which may have only so many"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("run_unfinished", "run", ["actor"], sqlite_where=sa.text("ended_at IS NULL"))
