"""Steps say how often the process died while they, and perhaps others, were executing"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("step_run", sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))
