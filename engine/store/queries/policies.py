"""Queries of policies: the runs that a replay judges, and the events of rules that applied."""

from datetime import datetime

from engine.model.records.denied_step import DeniedStep
from engine.model.records.records import EventRecord, RunRecord
from engine.store.queries.readable import Skip, filled, readable
from engine.store.schema import columns, rows
from engine.store.schema.columns import OF_POLICY
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


def count_started_before(
    connection: Connection, run: RunRecord, since: datetime, first: RunRecord | None = None
) -> int:
    """Runs of the same workflow that were created since then, and before this one.

    `first`: count from this run of the workflow on, itself included; None: from the moment.
    """
    begin, id_ = (since, "") if first is None else (first.created_at, first.id)
    query = (
        "SELECT count(*) FROM run WHERE workflow = ? "
        "AND (created_at, id) >= (?, ?) AND (created_at, id) < (?, ?)"
    )
    values = (run.workflow, rows.micros(begin), id_, rows.micros(run.created_at), run.id)
    (count,) = connection.execute(query, values).fetchone()
    return int(count)


def policy_events(
    connection: Connection, since: datetime, limit: int, skip: Skip | None = None
) -> list[EventRecord]:
    """Return denials and starts with exceptions since then, newest first."""
    query = f"SELECT * FROM event WHERE at >= ? AND ({OF_POLICY}) ORDER BY seq DESC LIMIT ?"  # noqa: S608
    selected = connection.execute(query, (rows.micros(since), limit)).fetchall()
    return readable(selected, rows.event_record, skip)


def policy_page(
    connection: Connection, before: int | None, limit: int, skip: Skip | None = None
) -> tuple[list[tuple[EventRecord, DeniedStep | None]], int | None]:
    """Return a page of such events, newest first, each with how its step stands now, and the next place."""
    query = f"SELECT * FROM event WHERE ({OF_POLICY}) AND seq < ? ORDER BY seq DESC LIMIT ?"  # noqa: S608
    selected = connection.execute(query, (before or columns.MAX_COUNT, limit)).fetchall()
    found = readable(selected, rows.event_record, skip)
    last = int(selected[-1]["seq"]) if len(selected) == limit else None
    return [(event, _denied(connection, event)) for event in found], last


def _denied(connection: Connection, event: EventRecord) -> DeniedStep | None:
    """Return how a step that was denied stands; None for a start, and where its run is gone."""
    if event.type != "policy.denied" or event.run_id is None:
        return None
    query = (
        "SELECT run.ended_at, step_run.state FROM step_run JOIN run ON run.id = step_run.run_id "
        "WHERE step_run.run_id = ? AND step_run.step = ?"
    )
    row = connection.execute(query, (event.run_id, event.step)).fetchone()
    return None if row is None else DeniedStep(str(row["state"]), row["ended_at"] is not None)
