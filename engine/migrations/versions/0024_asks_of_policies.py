"""The index of events about rules of policies also has those by which a rule asked people"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    about = (
        "type IN ('policy.asked', 'policy.denied') OR (type = 'run.created' AND data LIKE '%\"exceptions\"%')"
    )
    op.drop_index("event_of_policy", "event")
    op.create_index("event_of_policy", "event", ["seq"], sqlite_where=sa.text(about))
