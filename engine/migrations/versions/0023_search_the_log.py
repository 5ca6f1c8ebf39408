"""Indexes to search the log: events by time, and those about rules of policies"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("event_by_time", "event", ["at", "seq"])
    about = "type = 'policy.denied' OR (type = 'run.created' AND data LIKE '%\"exceptions\"%')"
    op.create_index("event_of_policy", "event", ["seq"], sqlite_where=sa.text(about))
