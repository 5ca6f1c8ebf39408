"""Add what 0001, 0004 and 0005 lack in files that had them before those migrations were edited"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    inspector = sa.inspect(op.get_bind())
    columns = {each["name"] for each in inspector.get_columns("decision")}
    if "value" not in columns:
        op.add_column("decision", sa.Column("value", sa.Text(), nullable=True))
    if "on_behalf" not in columns:
        op.add_column("decision", sa.Column("on_behalf", sa.String(), nullable=False, server_default=""))
    if not _has_index(inspector, "request", "request_by_step"):
        op.create_index("request_by_step", "request", ["workflow", "step", "opened_at"])
    if not _has_index(inspector, "run", "run_by_actor"):
        op.create_index("run_by_actor", "run", ["actor", "created_at", "id"])


def _has_index(inspector: sa.Inspector, table: str, name: str) -> bool:
    return any(each["name"] == name for each in inspector.get_indexes(table))
