"""Is the log as it was written? Of everything, or of one run."""

import sqlite3

from engine.chain import Audit, Finding, Head, check, digest_of
from engine.receipts import Proof
from engine.store import rows


def audit(connection: sqlite3.Connection) -> Audit:
    """Every run's events against their chain. Reads the whole log, one run at a time, as of one moment."""
    connection.execute("BEGIN")
    try:
        return _audit(connection)
    finally:
        connection.execute("COMMIT")


def _audit(connection: sqlite3.Connection) -> Audit:
    found = Audit()
    heads: list[Head] = []
    for run_id, head, events, pruned in connection.execute(
        "SELECT id, head, events, 0 FROM run "
        "UNION ALL SELECT run_id, head, events, 1 FROM tombstone ORDER BY 1"
    ):
        heads.append(Head(run_id, head, events))
        rows_of = connection.execute(
            "SELECT * FROM event WHERE run_id = ? ORDER BY seq", (run_id,)
        ).fetchall()
        if pruned:
            found.pruned += 1
            found.findings += [
                Finding(run_id, row["n"], row["seq"], "is of a run that was pruned") for row in rows_of
            ]
            continue
        findings, unchained = check(heads[-1], rows_of)
        found.runs += 1
        found.events += len(rows_of)
        found.unchained += unchained
        found.findings += findings
    lost = connection.execute(
        "SELECT run_id, n, seq FROM event WHERE run_id IS NOT NULL AND run_id NOT IN "
        "(SELECT id FROM run UNION ALL SELECT run_id FROM tombstone)"
    )
    found.findings += [Finding(run_id, n, seq, "is of a run that is gone") for run_id, n, seq in lost]
    found.digest = digest_of(heads)
    return found


def proof(connection: sqlite3.Connection, run_id: str) -> Proof | None:
    """One run's log, checked."""
    connection.execute("BEGIN")
    try:
        run = connection.execute("SELECT head, events FROM run WHERE id = ?", (run_id,)).fetchone()
        found = connection.execute("SELECT * FROM event WHERE run_id = ? ORDER BY seq", (run_id,)).fetchall()
    finally:
        connection.execute("COMMIT")
    if run is None:
        return None
    head = Head(run_id, run["head"], run["events"])
    findings, _ = check(head, found)
    problems = [f"event {one.n} of the run {one.problem}" for one in findings]
    return Proof(head, [rows.event_record(row) for row in found], problems)
