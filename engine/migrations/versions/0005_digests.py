"""Decisions say by a digest what they cover, and on whose behalf they were made;
requests are found by their step"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decision", sa.Column("digest", sa.String(), nullable=False, server_default=""))
    op.create_index("request_by_step", "request", ["workflow", "step", "opened_at"])
    op.add_column("decision", sa.Column("on_behalf", sa.String(), nullable=False, server_default=""))
