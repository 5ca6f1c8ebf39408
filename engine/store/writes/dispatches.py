"""Writes of the queue for workers, in the transactions of the transitions. PostgreSQL only."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from engine.model.runs.dispatch import AttemptKey, Job
from engine.store.schema.statements import Many
from engine.store.work import Connection

Dispatches = Mapping[tuple[str, str], Job | None]
"""By run and step run; None: no worker executes it for us any more."""

_RECALL_JOBS = "DELETE FROM signoff_pgqueuer WHERE dedupe_key = ANY(?) AND status IN ('queued', 'picked')"
"""A worker locks the job first and the attempt second, and so must we."""
_RECALL = """
DELETE FROM dispatched USING unnest(CAST(? AS text[]), CAST(? AS text[])) AS gone (run_id, step)
WHERE dispatched.run_id = gone.run_id AND dispatched.step = gone.step
"""
_HAND_OVER = Many("INSERT INTO dispatched (run_id, step, attempt, queue, priority, payload) VALUES", 6)
"""Not with arrays: the driver takes long to put payloads into one."""
_WAITS = "SELECT 1 FROM dispatched WHERE run_id = ? AND step = ? AND attempt = ? AND worker IS NULL"
_NOTIFY = (
    "SELECT pg_notify('signoff_jobs_' || current_schema(), queue) FROM unnest(CAST(? AS text[])) AS queue"
)
_HEARD = "DELETE FROM worker_report WHERE number = ANY(?)"


def write(connection: Connection, dispatches: Dispatches, heard: Sequence[int]) -> None:
    """Enqueue attempts, take others back, and forget the reports that were carried out."""
    if heard:
        forget_reports(connection, heard)
    if dispatches:
        connection.execute(_RECALL_JOBS, ([f"{run_id}/{step}" for run_id, step in dispatches],))
        connection.execute(_RECALL, tuple(map(list, zip(*dispatches, strict=True))))
    if jobs := [job for job in dispatches.values() if job]:
        rows = [(*job.key, job.queue, job.priority, job.payload) for job in jobs]
        _HAND_OVER.execute(connection, rows)
        _enqueue(connection, rows)


def enqueue_again(connection: Connection, key: AttemptKey, queue: str, priority: int) -> None:
    """Enqueue an attempt whose job is gone, and which nobody took."""
    if connection.execute(_WAITS, key).fetchone():
        _enqueue(connection, [(*key, queue, priority)])


def forget_reports(connection: Connection, numbers: Sequence[int]) -> None:
    connection.execute(_HEARD, (list(numbers),))


def forget_worker(connection: Connection, worker: int, beat: int) -> bool:
    """Forget a worker. Return False, and keep it, where it gave a sign of life after that one."""
    return connection.execute("DELETE FROM worker WHERE id = ? AND beat = ?", (worker, beat)).rowcount == 1


def forget_silent_workers(connection: Connection, seconds: float) -> None:
    """Forget workers that gave no sign of life for so long and have no attempt."""
    connection.execute(
        "DELETE FROM worker WHERE seen_at < clock_timestamp() - make_interval(secs => CAST(? AS float8)) "
        "AND id NOT IN (SELECT worker FROM dispatched WHERE worker IS NOT NULL)",
        (seconds,),
    )


def _enqueue(connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
    """Enqueue a job for each attempt, and wake the workers of their queues."""
    from engine.store.postgres import jobs  # noqa: PLC0415 - an extra
    from engine.store.postgres.connection import Connection as ServerConnection  # noqa: PLC0415 - an extra

    driver = cast("ServerConnection", connection).driver
    queues = [row[3] for row in rows]
    jobs.enqueue(driver, [(row[0], row[1]) for row in rows], queues, [row[4] for row in rows])
    connection.execute(_NOTIFY, (sorted(set(queues)),))
