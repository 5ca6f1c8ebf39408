"""What keeps a trigger from starting runs: a source that cannot be read, facts that do not fit"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedule", sa.Column("trouble", sa.Text(), nullable=True))
