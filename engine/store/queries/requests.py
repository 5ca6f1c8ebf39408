"""Queries of requests and their decisions."""

import sqlite3
from collections.abc import Sequence

from engine.model.records import DecisionRecord, RequestRecord
from engine.store.queries.runs import MAX_RUNS_COUNTED
from engine.store.schema import rows


def select_requests(
    connection: sqlite3.Connection, where: str, values: Sequence[object]
) -> list[RequestRecord]:
    selected = connection.execute(f"SELECT * FROM request WHERE {where}", values).fetchall()  # noqa: S608
    decisions: dict[str, list[DecisionRecord]] = {}
    run_of = {row["id"]: row["run_id"] for row in selected}
    for start in range(0, len(selected), 500):
        ids = [row["id"] for row in selected[start : start + 500]]
        marks = ", ".join("?" * len(ids))
        for row in connection.execute(
            f"SELECT * FROM decision WHERE request_id IN ({marks}) ORDER BY at, id",  # noqa: S608
            ids,
        ):
            record = rows.decision_record(row, run_of[row["request_id"]])
            decisions.setdefault(row["request_id"], []).append(record)
    return [rows.request_record(row, tuple(decisions.get(row["id"], ()))) for row in selected]


def earlier(connection: sqlite3.Connection, request: RequestRecord, limit: int) -> list[RequestRecord]:
    """Those of the same step that were decided before it was opened, newest first."""
    where = (
        "workflow = ? AND step = ? AND kind = ? AND opened_at < ? AND state IN ('decided', 'expired') "
        "ORDER BY opened_at DESC, id DESC LIMIT ?"
    )
    opened = rows.micros(request.opened_at)
    return select_requests(connection, where, (request.workflow, request.step, request.kind, opened, limit))


def request(connection: sqlite3.Connection, request_id: str) -> RequestRecord | None:
    selected = select_requests(connection, "id = ?", (request_id,))
    return selected[0] if selected else None


def requests(
    connection: sqlite3.Connection,
    state: str | None,
    run_id: str | None,
    limit: int,
    after: RequestRecord | None = None,
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
        values += [rows.micros(after.opened_at), after.id]
    return select_requests(
        connection, f"{' AND '.join(tests)} ORDER BY opened_at, id LIMIT ?", [*values, limit]
    )


def count_requests(connection: sqlite3.Connection, state: str) -> int:
    """Counted to `MAX_RUNS_COUNTED` + 1."""
    query = "SELECT count(*) FROM (SELECT 1 FROM request WHERE state = ? LIMIT ?)"
    (count,) = connection.execute(query, (state, MAX_RUNS_COUNTED + 1)).fetchone()
    return int(count)
