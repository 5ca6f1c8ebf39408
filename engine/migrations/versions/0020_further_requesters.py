"""Further requesters: the people besides its requester whose input a run carries"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("further_requesters", sa.Text(), nullable=True))
