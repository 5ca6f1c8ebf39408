"""Queries of the elements of mapped steps: in pages, since there may be a hundred thousand."""

from engine.model.records.records import StepRecord
from engine.model.states import StepState
from engine.store.schema import rows
from engine.store.work import Connection


def elements(
    connection: Connection, run_id: str, step: str, state: StepState, after: int, limit: int
) -> list[StepRecord]:
    """Return elements in this state, in the order of the list, beginning behind the index `after`."""
    index = "CAST(substr(step, ?) AS INTEGER)"
    selected = connection.execute(
        f"SELECT * FROM step_run WHERE run_id = ? AND step > ? AND step < ? AND state = ? AND {index} > ? "  # noqa: S608
        f"ORDER BY {index} LIMIT ?",
        (run_id, f"{step}[", f"{step}\\", state, len(step) + 2, after, len(step) + 2, limit),
    )
    return [rows.step_record(row) for row in selected]
