"""Query of one event, held against the seal of its chain."""

from engine.audit.hash_chain import Head, leads_to
from engine.audit.seal import Seal
from engine.errors import UnknownRun
from engine.model.records.records import EventRecord
from engine.store.log.tail import Tail
from engine.store.schema import columns, rows
from engine.store.work import Connection


def recorded_event(connection: Connection, seq: int, seal: Seal) -> EventRecord | None:
    """Return the event with this number as it was recorded; None where the log does not have it so.

    It reads the chain from this event on. Events from before there were seals, and those that an operator
    accepted, count as they are. Raises `UnknownRun` where its run was pruned.
    """
    if not 0 < seq <= columns.MAX_COUNT:
        return None
    connection.execute("BEGIN")
    try:
        row = connection.execute("SELECT * FROM event WHERE seq = ?", (seq,)).fetchone()
        if row is None:
            _check_kept(connection, seq)
            return None
        return rows.event_record(row) if _is_recorded(connection, row, seal) else None
    finally:
        connection.execute("COMMIT")


def _check_kept(connection: Connection, seq: int) -> None:
    if connection.execute("SELECT 1 FROM pruned_event WHERE seq = ?", (seq,)).fetchone():
        raise UnknownRun(f"The run of event {seq} was deleted after its retention period.")


def _is_recorded(connection: Connection, row: rows.Row, seal: Seal) -> bool:
    stored = Tail.read(connection)
    if stored is None or not stored[0].sealed(stored[1], seal):
        return False
    tail = stored[0]
    if row["seq"] <= tail.since:
        return True
    head = _head(connection, row["run_id"], tail, seal)
    if head is None:
        return False
    before = connection.execute(
        "SELECT hash FROM event WHERE run_id IS ? AND seq < ? AND n = ? ORDER BY seq DESC LIMIT 1",
        (row["run_id"], row["seq"], row["n"] - 1 if isinstance(row["n"], int) else None),
    ).fetchone()
    later = connection.execute(
        "SELECT * FROM event WHERE run_id IS ? AND seq > ? ORDER BY seq", (row["run_id"], row["seq"])
    )
    return leads_to(head, row, str(before["hash"]) if before else "", later, tail.since)


def _head(connection: Connection, run_id: str | None, tail: Tail, seal: Seal) -> Head | None:
    """Return the newest of a chain as it is sealed; None where the seal does not fit."""
    if run_id is None:
        return Head("", tail.head, tail.events)
    run = connection.execute("SELECT head, events, seal FROM run WHERE id = ?", (run_id,)).fetchone()
    if run is None or not seal.holds(run["seal"], "run", run_id, run["head"], run["events"]):
        return None
    return Head(run_id, run["head"], run["events"])
