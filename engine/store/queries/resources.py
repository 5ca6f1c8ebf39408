"""Queries of resources, and of the steps that wait for them."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import Altered
from engine.model.runs.resources import Resource, ResourceSpec
from engine.store.queries.readable import Skip, readable
from engine.store.schema import rows
from engine.store.work import Connection


@dataclass(frozen=True, slots=True)
class QueuedStep:
    """A step that waits for its resources."""

    run_id: str
    step: str
    definition: str
    """Digest of the definition that says which."""
    since: datetime
    priority: int


def resources(connection: Connection, skip: Skip | None = None) -> list[Resource]:
    """Return every resource. `skip`: takes note of those whose row cannot be read; they are marked."""
    return [_read_or_marked(row, skip) for row in connection.execute("SELECT * FROM resource ORDER BY name")]


def _read_or_marked(row: rows.Row, skip: Skip | None) -> Resource:
    try:
        return rows.resource_of(row)
    except Altered as error:
        if skip is not None:
            skip(error)
        return Resource(ResourceSpec(name=rows.named(row["name"])), is_unreadable=True)


def queued_steps(connection: Connection, skip: Skip | None = None) -> list[QueuedStep]:
    """Return every step that waits for its resources, in the order in which they began to."""
    selected = connection.execute(
        "SELECT step_run.* FROM step_run JOIN run ON run.id = run_id "
        "WHERE queued_at IS NOT NULL AND run.ended_at IS NULL ORDER BY queued_at, run_id, step"
    ).fetchall()

    def record(row: rows.Row) -> QueuedStep:
        step = rows.step_record(row)
        assert step.queued_at is not None
        run = rows.run_record(connection.execute("SELECT * FROM run WHERE id = ?", (step.run_id,)).fetchone())
        return QueuedStep(step.run_id, step.step, run.definition, step.queued_at, run.priority)

    return readable(selected, record, skip)
