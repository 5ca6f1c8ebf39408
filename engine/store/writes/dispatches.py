"""Writes of the queue for workers, in the transactions of the transitions. PostgreSQL only."""

import json
from collections.abc import Mapping, Sequence

from engine.model.runs.dispatch import TASK, AttemptKey, Job
from engine.store.work import Connection

Dispatches = Mapping[tuple[str, str], Job | None]
"""By run and step run; None: no worker executes it for us any more."""

_RECALL = """
WITH gone AS (DELETE FROM dispatched WHERE run_id = ? AND step = ? RETURNING job, worker)
DELETE FROM procrastinate_jobs WHERE id IN (SELECT job FROM gone) AND (
  status = 'todo' OR NOT EXISTS (SELECT FROM worker JOIN gone ON worker.id = gone.worker))
"""
_DEFER = f"""
(procrastinate_defer_jobs_v1(ARRAY[ROW(?, '{TASK}', ?, NULL, NULL, CAST(? AS jsonb), NULL)
  ::procrastinate_job_to_defer_v1]))[1]
"""
_ENQUEUE = f"""
INSERT INTO dispatched (run_id, step, attempt, queue, priority, payload, job)
SELECT ?, ?, ?, ?, ?, ?, {_DEFER}
"""
_AGAIN = f"""
UPDATE dispatched SET job = {_DEFER} WHERE run_id = ? AND step = ? AND attempt = ? AND worker IS NULL
"""  # noqa: S608
_HEARD = "DELETE FROM worker_report WHERE number = ?"


def write(connection: Connection, dispatches: Dispatches, heard: Sequence[int]) -> None:
    """Enqueue attempts, take others back, and forget the reports that were carried out."""
    connection.executemany(_HEARD, [(number,) for number in heard])
    connection.executemany(_RECALL, list(dispatches))
    for job in filter(None, dispatches.values()):
        values = (*job.key, job.queue, job.priority, job.payload)
        connection.execute(_ENQUEUE, (*values, job.queue, job.priority, _arguments(job.key)))


def enqueue_again(connection: Connection, key: AttemptKey, queue: str, priority: int) -> None:
    """Enqueue an attempt whose job is gone, and which nobody took."""
    connection.execute(_AGAIN, (queue, priority, _arguments(key), *key))


def forget_reports(connection: Connection, numbers: Sequence[int]) -> None:
    connection.executemany(_HEARD, [(number,) for number in numbers])


def forget_worker(connection: Connection, worker: int, beat: int) -> bool:
    """Forget a worker. Return False, and keep it, where it gave a sign of life after that one."""
    return connection.execute("DELETE FROM worker WHERE id = ? AND beat = ?", (worker, beat)).rowcount == 1


def _arguments(key: AttemptKey) -> str:
    return json.dumps({"run_id": key[0], "step": key[1], "attempt": key[2]})


def forget_silent_workers(connection: Connection, seconds: float) -> None:
    """Forget workers that gave no sign of life for so long and have no attempt."""
    connection.execute(
        "DELETE FROM worker WHERE seen_at < clock_timestamp() - make_interval(secs => CAST(? AS float8)) "
        "AND id NOT IN (SELECT worker FROM dispatched WHERE worker IS NOT NULL)",
        (seconds,),
    )
