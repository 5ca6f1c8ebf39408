"""Chains are sealed with the installation's key, and the log says by digest how rows stand"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is there already is sealed at the start, when the key is at hand."""
    op.add_column("run", sa.Column("seal", sa.String(), nullable=False, server_default=""))
    op.add_column("run", sa.Column("base", sa.Text(), nullable=True))
    op.add_column("event", sa.Column("rows", sa.Text(), nullable=True))
    op.add_column("definition", sa.Column("seal", sa.String(), nullable=False, server_default=""))
    op.add_column("code", sa.Column("seal", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "log",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
    )
    op.create_table(
        "pruned_event",
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("hash", sa.String(), nullable=False),
    )
