"""Removes finished runs that are old enough, a portion at a time, and leaves a tombstone for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.audit.seal import Seal
from engine.model.people import ENGINE
from engine.model.records.change import EventDraft
from engine.model.states import RUN_ENDED
from engine.store.log import row_digests
from engine.store.log.tail import Tail
from engine.store.queries.consumers import TELEMETRY
from engine.store.schema import rows
from engine.store.work import Connection

MAX_PORTION = 50
"""Runs looked at in one transaction: some milliseconds, in which other writes wait."""

_KEPT = "run_id, workflow, state, head, events, created_at, ended_at, pruned_at"

Place = tuple[int, str]
"""`created_at` and id: where a sweep has got to."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Result of one portion. `next`: where the sweep continues; None: it reached the end."""

    pruned: int
    next: Place | None


def prune(connection: Connection, before: datetime, now: datetime, after: Place, seal: Seal) -> Portion:
    """Take the next runs in the order of their creation, and remove those that ended before `before`.

    A run stays while a consumer has not read all its events, a message of it is not delivered, its message is
    the card of failures that are open, or another run has still to be told, started or stopped because of it.
    The export of traces keeps no run.
    """
    cutoff = rows.micros(before)
    looked_at = connection.execute(
        "SELECT id, created_at, ended_at, state FROM run WHERE (created_at, id) > (?, ?) AND created_at < ? "
        "ORDER BY created_at, id LIMIT ?",
        (*after, cutoff, MAX_PORTION),
    ).fetchall()
    old = [
        row["id"]
        for row in looked_at
        if row["state"] in RUN_ENDED and row["ended_at"] is not None and row["ended_at"] < cutoff
    ]
    delivered = [id_ for id_ in old if not _is_owed(connection, id_)]
    _remove(connection, delivered, now, seal)
    last = looked_at[-1] if len(looked_at) == MAX_PORTION else None
    return Portion(len(delivered), (last["created_at"], last["id"]) if last else None)


_OWED = (
    f"SELECT 1 FROM consumer WHERE name <> '{TELEMETRY}' AND cursor < "  # noqa: S608
    "(SELECT coalesce(max(seq), 0) FROM event WHERE run_id = ?1)",
    "SELECT 1 FROM delivery WHERE sent < wanted AND state <> 'dead' AND subject IN "
    "(SELECT ?1 UNION ALL SELECT id FROM request WHERE run_id = ?1)",
    "SELECT 1 FROM wait WHERE run_id = ?1 AND kind IN ('child', 'report', 'follow_up')",
    # Its message is the card on which requests of other runs are still open.
    "SELECT 1 FROM failure_card WHERE is_open = 1 AND card IN "
    "(SELECT id FROM request WHERE run_id = ?1 AND kind = 'failure')",
)
"""Rows for which a run is still needed."""


def _is_owed(connection: Connection, run_id: str) -> bool:
    """Return whether something outside the run still has to come of it."""
    return any(connection.execute(f"{query} LIMIT 1", (run_id,)).fetchone() for query in _OWED)


def _remove(connection: Connection, run_ids: Sequence[str], now: datetime, seal: Seal) -> None:
    if not run_ids:
        return
    these = f"({', '.join('?' * len(run_ids))})"
    requests = f"(SELECT id FROM request WHERE run_id IN {these})"  # noqa: S608
    kept = f"SELECT id, workflow, state, head, events, created_at, ended_at, ? FROM run WHERE id IN {these}"  # noqa: S608
    connection.execute(f"INSERT INTO tombstone ({_KEPT}) {kept}", (rows.micros(now), *run_ids))
    connection.execute(
        f"INSERT INTO pruned_event SELECT seq, coalesce(hash, '') FROM event WHERE run_id IN {these}",  # noqa: S608
        run_ids,
    )
    tail = Tail.load(connection, seal)
    tombstones = dict(row_digests.tombstones(connection, f"run_id IN {these}", run_ids))
    tail.tell(connection, EventDraft("runs.pruned", now, ENGINE, data={"runs": len(run_ids)}), tombstones)
    tail.save(connection, seal)
    for table, where in (
        ("delivery", f"subject IN {these}"),
        ("delivery", f"subject IN {requests}"),
        # What a mute held back names the newest of its runs.
        (
            "delivery",
            "subject >= 'mute:' AND subject < 'mute;' AND sent >= wanted "
            f"AND CASE WHEN json_valid(target) THEN json_extract(target, '$.run') IN {these} END",
        ),
        ("decision", f"request_id IN {requests}"),
        ("failure_card", f"run_id IN {these}"),
        ("request", f"run_id IN {these}"),
        ("wait", f"run_id IN {these}"),
        ("checkpoint", f"run_id IN {these}"),
        ("step_report", f"run_id IN {these}"),
        ("signal", f"run_id IN {these}"),
        ("follow_up", f"run_id IN {these}"),
        ("step_run", f"run_id IN {these}"),
        ("event", f"run_id IN {these}"),
        ("run", f"id IN {these}"),
    ):
        connection.execute(f"DELETE FROM {table} WHERE {where}", run_ids)  # noqa: S608
