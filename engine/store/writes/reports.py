"""Writes what executing steps report. No transition depends on it, so the log does not cover it."""

from engine.model.runs.report import StepReport
from engine.store.schema import rows, statements
from engine.store.work import Connection


def put(connection: Connection, report: StepReport) -> None:
    """Write the newest report of a step, in place of the one before."""
    connection.execute(statements.PUT_REPORT, rows.report_values(report))


def drop(connection: Connection, run_id: str, step: str, attempt: int) -> None:
    """Remove the report of an attempt whose end is recorded with its log."""
    connection.execute(
        "DELETE FROM step_report WHERE run_id = ? AND step = ? AND attempt = ?", (run_id, step, attempt)
    )
