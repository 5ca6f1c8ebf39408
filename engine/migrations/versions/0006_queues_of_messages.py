"""Messages say where they queue, so that a flood of some delays no others"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("lane", "source", "inside", "follows"):
        op.add_column("delivery", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("rank", sa.Integer(), nullable=False, server_default="5"))
    op.execute(
        "UPDATE delivery SET "
        "lane = coalesce(json_extract(target, '$.channels[0]'), json_extract(target, '$.user'), ''), "
        "inside = coalesce(json_extract(target, '$.thread_of'), ''), "
        "follows = CASE WHEN kind = 'request' AND json_extract(target, '$.thread_of') IS NULL "
        "THEN coalesce('run:' || json_extract(target, '$.run'), '') ELSE '' END, "
        "rank = CASE kind WHEN 'request' THEN 1 WHEN 'line' THEN 3 WHEN 'run' THEN 4 "
        "WHEN 'full' THEN 2 WHEN 'notice' THEN 2 WHEN 'outcome' THEN 2 ELSE 5 END "
        "WHERE sent < wanted"
    )
    op.execute(
        "UPDATE delivery SET rank = 1 WHERE kind = 'run' AND ref IS NULL AND key IN "
        "(SELECT follows FROM delivery WHERE sent < wanted AND follows <> '')"
    )
