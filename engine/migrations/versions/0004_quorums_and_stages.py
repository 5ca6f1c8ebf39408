"""Decisions say at which stage they were made, as a member of what, and which values they gave"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decision", sa.Column("stage", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("decision", sa.Column("member_of", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("decision", sa.Column("value", sa.Text(), nullable=True))
