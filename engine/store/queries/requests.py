"""Queries of requests and their decisions."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from engine.errors import Altered, UnreadableRun
from engine.model.records.records import RequestRecord
from engine.model.records.run_filter import ListPlace
from engine.store.queries.readable import Skip, filled, readable
from engine.store.queries.runs import MAX_RUNS_COUNTED
from engine.store.schema import rows
from engine.store.work import Connection


def select_requests(
    connection: Connection, where: str, values: Sequence[object], skip: Skip | None = None
) -> list[RequestRecord]:
    return readable(*_with_decisions(connection, where, values), skip)


def _with_decisions(
    connection: Connection, where: str, values: Sequence[object]
) -> tuple[list[rows.Row], Callable[[rows.Row], RequestRecord]]:
    """Return the rows of requests, and what makes a record of one with its decisions."""
    selected = connection.execute(f"SELECT * FROM request WHERE {where}", values).fetchall()  # noqa: S608
    decisions: list[rows.Row] = []
    for start in range(0, len(selected), 500):
        ids = [row["id"] for row in selected[start : start + 500]]
        marks = ", ".join("?" * len(ids))
        query = f"SELECT * FROM decision WHERE request_id IN ({marks}) ORDER BY at, id"  # noqa: S608
        decisions += connection.execute(query, ids)
    return selected, with_decisions(decisions)


def with_decisions(decisions: Iterable[rows.Row]) -> Callable[[rows.Row], RequestRecord]:
    """Return what makes a record of the row of a request. `decisions`: their rows, in order."""
    by_request: dict[str, list[rows.Row]] = {}
    for decision in decisions:
        by_request.setdefault(decision["request_id"], []).append(decision)

    def record(row: rows.Row) -> RequestRecord:
        decided = [rows.decision_record(each, row["run_id"]) for each in by_request.get(row["id"], ())]
        return rows.request_record(row, tuple(decided))

    return record


def earlier(
    connection: Connection, request: RequestRecord, limit: int, skip: Skip | None = None
) -> list[RequestRecord]:
    """Those of the same step that were decided before it was opened, newest first."""
    where = (
        "workflow = ? AND step = ? AND kind = ? AND opened_at < ? AND state IN ('decided', 'expired') "
        "ORDER BY opened_at DESC, id DESC LIMIT ?"
    )
    opened = rows.micros(request.opened_at)
    values = (request.workflow, request.step, request.kind, opened, limit)
    return select_requests(connection, where, values, skip)


def request(connection: Connection, request_id: str) -> RequestRecord | None:
    selected = select_requests(connection, "id = ?", (request_id,))
    return selected[0] if selected else None


def sent_back(connection: Connection, run_id: str) -> RequestRecord | None:
    """Return the request of a run with which an approver requested changes; the newest of several."""
    where = "run_id = ? AND outcome = 'changes_requested' ORDER BY opened_at DESC, id DESC LIMIT 1"
    selected = select_requests(connection, where, (run_id,))
    return selected[0] if selected else None


def requests(
    connection: Connection,
    state: str | None,
    run_id: str | None,
    limit: int,
    after: RequestRecord | ListPlace | None = None,
    skip: Skip | None = None,
) -> list[RequestRecord]:
    """Return requests, oldest first; with `after`, those that follow it in that order."""
    tests, values = ["1 = 1"], list[object]()
    if state is not None:
        tests.append("state = ?")
        values.append(state)
    if run_id is not None:
        tests.append("run_id = ?")
        values.append(run_id)
    if after is not None:
        tests.append("(opened_at, id) > (?, ?)")
        opened_at = after.created_at if isinstance(after, ListPlace) else after.opened_at
        values += [rows.micros(opened_at), after.id]
    where = f"{' AND '.join(tests)} ORDER BY opened_at, id LIMIT ?"

    def fetch(number: int) -> tuple[list[RequestRecord], int]:
        selected, record = _with_decisions(connection, where, [*values, number])
        return readable(selected, record, skip), len(selected)

    return filled(fetch, limit)


def requests_of_period(
    connection: Connection,
    since: datetime,
    until: datetime,
    limit: int,
    after: RequestRecord | None = None,
    skip: Skip | None = None,
) -> list[RequestRecord]:
    """Return requests that were open in the period, oldest first; with `after`, those that follow it."""
    opened_at, id_ = (rows.micros(after.opened_at), after.id) if after else (-1, "")
    where = (
        "opened_at < ? AND (ended_at IS NULL OR ended_at >= ?) AND (opened_at, id) > (?, ?) "
        "ORDER BY opened_at, id LIMIT ?"
    )

    def fetch(number: int) -> tuple[list[RequestRecord], int]:
        values = (rows.micros(until), rows.micros(since), opened_at, id_, number)
        selected, record = _with_decisions(connection, where, values)
        return readable(selected, record, skip), len(selected)

    return filled(fetch, limit)


EVERY = 2**53
"""As a limit: that of a list without one."""


def count_requests(connection: Connection, state: str) -> int:
    """Counted to `MAX_RUNS_COUNTED` + 1."""
    query = "SELECT count(*) FROM (SELECT 1 FROM request WHERE state = ? LIMIT ?)"
    (count,) = connection.execute(query, (state, MAX_RUNS_COUNTED + 1)).fetchone()
    return int(count)


def unreadable_runs(connection: Connection, keys: Collection[object]) -> list[str]:
    """Return the names of those of the runs whose row or one of whose requests cannot be read.

    `keys`: the ids as they are stored.
    """
    unreadable: dict[str, None] = {}

    def skip(error: Altered) -> None:
        if isinstance(error, UnreadableRun):
            unreadable[error.run_id] = None

    texts = rows.to_json([key for key in keys if isinstance(key, str)])
    chosen: list[tuple[str, object]] = [("{0} IN (SELECT value FROM json_each(?1))", texts)]
    chosen += [("{0} IS ?1 OR {0} IS CAST(?1 AS TEXT)", key) for key in keys if not isinstance(key, str)]
    for where, value in chosen:
        selected = connection.execute(f"SELECT * FROM run WHERE {where.format('id')}", (value,))  # noqa: S608
        readable(selected, rows.run_record, skip)
        select_requests(connection, where.format("run_id"), (value,), skip)
    return list(unreadable)
