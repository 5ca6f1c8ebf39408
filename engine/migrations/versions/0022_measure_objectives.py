"""Indexes for the objectives of workflows: runs by their end, approvals and failures by their times"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "run_by_end",
        "run",
        ["workflow", "ended_at", "state", "started_at"],
        sqlite_where=sa.text("ended_at IS NOT NULL"),
    )
    op.create_index("request_by_end", "request", ["workflow", "kind", "ended_at", "state", "opened_at"])
    op.create_index("request_by_opening", "request", ["workflow", "kind", "opened_at"])
