"""Queries of resources, and of the steps that wait for them."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from engine.model.resources import Resource
from engine.store.schema import rows


@dataclass(frozen=True, slots=True)
class QueuedStep:
    """A step that waits for its resources."""

    run_id: str
    step: str
    definition: str
    """Digest of the definition that says which."""
    since: datetime
    priority: int


def resources(connection: sqlite3.Connection) -> list[Resource]:
    selected = connection.execute("SELECT * FROM resource ORDER BY name")
    return [rows.resource_of(row) for row in selected]


def queued_steps(connection: sqlite3.Connection) -> list[QueuedStep]:
    """Return every step that waits for its resources, in the order in which they began to."""
    selected = connection.execute(
        "SELECT run_id, step, definition, queued_at, priority FROM step_run JOIN run ON run.id = run_id "
        "WHERE queued_at IS NOT NULL AND run.ended_at IS NULL ORDER BY queued_at, run_id, step"
    )
    found = []
    for run_id, step, definition, queued_at, priority in selected:
        since = rows.moment(queued_at)
        assert since is not None
        found.append(QueuedStep(run_id, step, definition, since, priority))
    return found
