"""Queries of the runs that results of steps asked for."""

from engine.model.runs.follow_up import FollowUp
from engine.store.schema import rows
from engine.store.work import Connection


def follow_ups(connection: Connection, run_id: str) -> list[FollowUp]:
    """The runs that follow a run, in the order in which they were asked for."""
    selected = connection.execute("SELECT * FROM follow_up WHERE run_id = ? ORDER BY at, rowid", (run_id,))
    return [rows.follow_up_record(row) for row in selected]


def follow_up(connection: Connection, id_: str) -> FollowUp | None:
    row = connection.execute("SELECT * FROM follow_up WHERE id = ?", (id_,)).fetchone()
    return None if row is None else rows.follow_up_record(row)
