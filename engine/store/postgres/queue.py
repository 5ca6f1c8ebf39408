"""The tables of the queue for workers: Procrastinate's, and what an attempt is and who has it.

They hold nothing that is not in the records of runs too, so they are left out of copies of the database.
"""

from engine.errors import StoreBroken
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
  priority BIGINT NOT NULL, payload TEXT NOT NULL, job BIGINT,
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


def make_queue(connection: Connection) -> None:
    """Make the tables where there are none."""
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - half a second, of which most starts need none

    with connection.driver.transaction():
        (made,) = connection.execute("SELECT to_regclass('dispatched')").fetchone()
        if made is None and connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()[0]:
            raise StoreBroken(
                "The database has tables of Procrastinate that belong to another program. Give Signoff a "
                "database or a schema of its own."
            )
        if made is None:
            connection.driver.execute(SchemaManager.get_schema().encode())
            connection.driver.execute(_TABLES)
