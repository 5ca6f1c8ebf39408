"""A schedule whose runs keep failing is slowed down"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedule", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
