"""Queries of the queue for workers. PostgreSQL only."""

import json
from collections import Counter, defaultdict

from engine.model.runs.dispatch import (
    AttemptKey,
    Dispatched,
    QueueRecord,
    WorkerRecord,
    WorkerReport,
    WorkerState,
)
from engine.model.runs.relay import ServingRecord
from engine.store.work import Connection

_ENDS = "('succeed', 'fail', 'not_yet', 'give_back')"


def dispatched_keys(connection: Connection) -> list[tuple[AttemptKey, str, str, bool]]:
    """Return every attempt for workers, with its payload, its queue, and whether a worker took it."""
    found = connection.execute(
        "SELECT run_id, step, attempt, payload, queue, worker IS NOT NULL FROM dispatched"
    )
    return [(tuple(key), payload, queue, is_taken) for *key, payload, queue, is_taken in found]


_LONG = "worker IS NULL AND queued_at < clock_timestamp() - interval '1 second'"
"""Attempts that wait for so long that people should read what for."""


def waiting_for_workers(connection: Connection, run_id: str) -> dict[str, str]:
    """Return the queues of the steps of a run that wait for a worker, by step run."""
    found = connection.execute(f"SELECT step, queue FROM dispatched WHERE run_id = ? AND {_LONG}", (run_id,))  # noqa: S608
    return dict(found.fetchall())


def runs_waiting_for_workers(connection: Connection, limit: int) -> set[str]:
    """Return the runs of which steps wait for a worker."""
    found = connection.execute(f"SELECT DISTINCT run_id FROM dispatched WHERE {_LONG} LIMIT ?", (limit,))  # noqa: S608
    return {run_id for (run_id,) in found}


def unfinished_attempts(connection: Connection) -> list[Dispatched]:
    """Return the attempts that a worker took, and those whose job is gone though no worker has them."""
    found = connection.execute(
        f"""SELECT d.run_id, d.step, d.attempt, d.queue, d.priority, d.worker, w.beat,
          EXISTS (SELECT FROM worker_report r WHERE r.run_id = d.run_id AND r.step = d.step
            AND r.attempt = d.attempt AND r.kind IN {_ENDS})
        FROM dispatched d LEFT JOIN worker w ON w.id = d.worker
        WHERE d.worker IS NOT NULL OR NOT EXISTS (SELECT FROM signoff_pgqueuer
          WHERE dedupe_key = d.run_id || '/' || d.step AND status IN ('queued', 'picked'))"""  # noqa: S608
    )
    return [
        Dispatched((run_id, step, attempt), queue, priority, worker, beat, reported)
        for run_id, step, attempt, queue, priority, worker, beat, reported in found
    ]


def worker_reports(connection: Connection, after: int, limit: int) -> list[WorkerReport]:
    """Return the reports that are not carried out yet, in order, that come after that number."""
    found = connection.execute(
        "SELECT number, run_id, step, attempt, kind, payload FROM worker_report WHERE number > ? "
        "ORDER BY number LIMIT ?",
        (after, limit),
    )
    return [
        WorkerReport(number, (run_id, step, attempt), kind, payload)
        for number, run_id, step, attempt, kind, payload in found
    ]


def worker_state(connection: Connection) -> WorkerState:
    """Return the workers, the oldest first, and the queues in which attempts wait."""
    executing = defaultdict(list)
    for worker, run_id, step in connection.execute(
        "SELECT worker, run_id, step FROM dispatched WHERE worker IS NOT NULL ORDER BY taken_at"
    ):
        executing[worker].append((run_id, step))
    found = connection.execute(
        "SELECT id, name, queues, parallel, started_at, "
        "EXTRACT(EPOCH FROM clock_timestamp() - seen_at)::float8, draining, workflows FROM worker ORDER BY id"
    )
    workers = tuple(
        WorkerRecord(
            name, tuple(json.loads(queues)), parallel, started_at, max(silent, 0.0), draining,
            tuple(json.loads(workflows)), len(executing[id_]), tuple(executing[id_]),
        )
        for id_, name, queues, parallel, started_at, silent, draining, workflows in found
    )  # fmt: skip
    alive = [each for each in workers if each.state == "alive"]
    has, idle = (
        Counter(queue for each in some for queue in each.queues)
        for some in (alive, [each for each in alive if not each.busy])
    )
    waiting = connection.execute(
        "SELECT queue, count(*), EXTRACT(EPOCH FROM clock_timestamp() - min(queued_at))::float8 "
        "FROM dispatched WHERE worker IS NULL GROUP BY queue ORDER BY queue"
    )
    queues = (
        QueueRecord(name, number, max(since, 0.0), has[name], idle[name]) for name, number, since in waiting
    )
    return WorkerState(workers, tuple(queues), serving(connection))


def serving(connection: Connection) -> tuple[ServingRecord, ...]:
    """Return the processes that serve, the oldest first."""
    found = connection.execute(
        "SELECT name, leads, started_at, EXTRACT(EPOCH FROM clock_timestamp() - seen_at)::float8 "
        "FROM serving ORDER BY id"
    )
    return tuple(
        ServingRecord(name, leads, started_at, max(silent, 0.0)) for name, leads, started_at, silent in found
    )
