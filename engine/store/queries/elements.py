"""Queries of the elements of mapped steps: in pages, since there may be a hundred thousand."""

from engine.model.records.records import StepRecord
from engine.model.states import StepState
from engine.store.schema import rows
from engine.store.work import Connection


def elements(
    connection: Connection, run_id: str, step: str, state: StepState, after: int, limit: int
) -> list[StepRecord]:
    """Return elements in this state, in the order of the list, beginning behind the index `after`.

    A name ends with the index, so shorter names are of smaller ones.
    """
    last = f"{step}[{after}]" if after >= 0 else ""
    selected = connection.execute(
        "SELECT * FROM step_run WHERE run_id = ? AND step > ? AND step < ? AND state = ? "
        "AND (length(step), step) > (?, ?) ORDER BY length(step), step LIMIT ?",
        (run_id, f"{step}[", f"{step}\\", state, len(last), last, limit),
    )
    return [rows.step_record(row) for row in selected]
