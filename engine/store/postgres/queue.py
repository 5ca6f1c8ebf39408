"""The tables of the queue for workers: PgQueuer's, and what an attempt is and who has it.

They hold nothing that is not in the records of runs too, so they are left out of copies of the database.
"""

from engine.store.postgres.connection import Connection

_TABLES = """
CREATE TABLE worker (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL, queues TEXT NOT NULL,
  parallel BIGINT NOT NULL, workflows TEXT NOT NULL, draining BOOLEAN NOT NULL DEFAULT false,
  beat BIGINT NOT NULL DEFAULT 0, started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  seen_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE dispatched (
  run_id TEXT NOT NULL, step TEXT NOT NULL, attempt BIGINT NOT NULL, queue TEXT NOT NULL,
  priority BIGINT NOT NULL, payload TEXT NOT NULL,
  queued_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(), worker BIGINT, taken_at TIMESTAMPTZ,
  PRIMARY KEY (run_id, step)
);
CREATE INDEX dispatched_worker ON dispatched (worker) WHERE worker IS NOT NULL;
CREATE INDEX dispatched_queue ON dispatched (queue, queued_at) WHERE worker IS NULL;
CREATE TABLE worker_report (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, uid TEXT NOT NULL UNIQUE, run_id TEXT NOT NULL,
  step TEXT NOT NULL, attempt BIGINT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL
);
CREATE INDEX worker_report_step ON worker_report (run_id, step);
"""
_WAITING = "SELECT run_id, step, queue, priority FROM dispatched WHERE worker IS NULL"


def make_queue(connection: Connection) -> None:
    """Make the tables where there are none, and enqueue what waits in Procrastinate, the earlier queue."""
    if connection.execute("SELECT to_regclass('signoff_pgqueuer')").fetchone()[0]:
        return
    from engine.store.postgres import jobs  # noqa: PLC0415 - a quarter of a second, which most starts save

    with connection.driver.transaction():
        if connection.execute("SELECT to_regclass('dispatched')").fetchone()[0] is None:
            connection.driver.execute(_TABLES)
        connection.driver.execute(jobs.definition().encode())
        waiting = connection.execute(_WAITING).fetchall()
        if waiting:
            run_ids, steps, queues, priorities = map(list, zip(*waiting, strict=True))
            jobs.enqueue(connection.driver, list(zip(run_ids, steps, strict=True)), queues, priorities)
