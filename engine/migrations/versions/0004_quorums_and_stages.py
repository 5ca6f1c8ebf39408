"""Decisions say at which stage they were made, and as a member of what"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decision", sa.Column("stage", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("decision", sa.Column("member_of", sa.Text(), nullable=False, server_default="[]"))
