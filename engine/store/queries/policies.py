"""Queries of policies: the runs that a replay judges, and the events of rules that applied."""

from datetime import datetime

from engine.model.records.records import EventRecord, RunRecord
from engine.store.queries.readable import Skip, filled, readable
from engine.store.schema import rows
from engine.store.work import Connection


def runs_since(
    connection: Connection, since: datetime, after: RunRecord | None, limit: int, skip: Skip | None = None
) -> list[RunRecord]:
    """Return runs created since then, oldest first, that come after `after`."""
    begin, id_ = (since, "") if after is None else (after.created_at, after.id)
    query = "SELECT * FROM run WHERE (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?"

    def fetch(number: int) -> tuple[list[RunRecord], int]:
        selected = connection.execute(query, (rows.micros(begin), id_, number)).fetchall()
        return readable(selected, rows.run_record, skip), len(selected)

    return filled(fetch, limit)


def count_started_before(connection: Connection, run: RunRecord, since: datetime) -> int:
    """Runs of the same workflow that were created since then, and before this one."""
    query = "SELECT count(*) FROM run WHERE workflow = ? AND created_at >= ? AND (created_at, id) < (?, ?)"
    values = (run.workflow, rows.micros(since), rows.micros(run.created_at), run.id)
    (count,) = connection.execute(query, values).fetchone()
    return int(count)


def policy_events(
    connection: Connection, since: datetime, limit: int, skip: Skip | None = None
) -> list[EventRecord]:
    """Return denials and starts with exceptions since then, newest first."""
    query = (
        "SELECT * FROM event WHERE at >= ? AND (type = 'policy.denied' OR (type = 'run.created' "
        "AND data LIKE '%\"exceptions\"%')) ORDER BY seq DESC LIMIT ?"
    )
    selected = connection.execute(query, (rows.micros(since), limit)).fetchall()
    return readable(selected, rows.event_record, skip)
