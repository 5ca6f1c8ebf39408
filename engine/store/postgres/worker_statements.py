"""Statements of a worker, in the dialect of PostgreSQL. Each is a transaction of its own.

A worker that freezes between two of them therefore holds no lock for which others wait.
"""

from engine.store.postgres.jobs import TABLE
from engine.store.postgres.listener import CHANNEL

TAKE = f"""
WITH job AS (
  DELETE FROM {TABLE} WHERE queue_manager_id = %s
  RETURNING headers->>'run_id' AS run_id, headers->>'step' AS step, entrypoint AS queue)
UPDATE dispatched d SET worker = %s, taken_at = clock_timestamp()
FROM job WHERE d.run_id = job.run_id AND d.step = job.step AND d.queue = job.queue AND d.worker IS NULL
  AND EXISTS (SELECT FROM worker WHERE id = %s)
  AND NOT EXISTS (SELECT FROM run WHERE run.id = d.run_id AND state = 'paused')
RETURNING d.priority, d.queued_at, d.run_id, d.step, d.attempt, d.payload
"""  # noqa: S608
"""A step of a paused run does not begin: the process that serves enqueues it again until it is resumed."""
BACK = "UPDATE dispatched SET worker = NULL WHERE run_id = %s AND step = %s AND attempt = %s AND worker = %s"
_UNREPORTED = """NOT EXISTS (
  SELECT FROM worker_report r WHERE r.run_id = d.run_id AND r.step = d.step AND r.attempt = d.attempt
  AND r.kind IN ('succeed', 'fail', 'not_yet', 'give_back'))
"""
UNTOUCHED_BACK = f"""
UPDATE dispatched d SET worker = NULL
WHERE run_id = %s AND step = %s AND attempt = %s AND worker = %s AND {_UNREPORTED}
"""  # noqa: S608
ALL_UNTOUCHED_BACK = f"UPDATE dispatched d SET worker = NULL WHERE worker = %s AND {_UNREPORTED}"  # noqa: S608
"""A worker that leaves has reported the end of every attempt that it began."""
REPORT = f"""
WITH told AS (
  INSERT INTO worker_report (uid, run_id, step, attempt, kind, payload)
  SELECT uid, run_id, step, attempt, kind, report.payload
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[])
    WITH ORDINALITY AS report (uid, run_id, step, attempt, kind, payload, place)
  JOIN dispatched d USING (run_id, step, attempt)
  WHERE d.worker = %s ORDER BY place
  ON CONFLICT (uid) DO UPDATE SET uid = excluded.uid RETURNING uid)
SELECT uid, pg_notify({CHANNEL}, '') FROM told
"""  # noqa: S608
"""Reports get their numbers in the order in which they are given."""
OURS = "SELECT run_id, step, attempt FROM dispatched WHERE worker = %s"
REGISTER = "INSERT INTO worker (name, queues, parallel, workflows) VALUES (%s, %s, %s, %s) RETURNING id"
BEAT = """
UPDATE worker SET beat = beat + 1, seen_at = clock_timestamp(), draining = %s WHERE id = %s RETURNING beat
"""
