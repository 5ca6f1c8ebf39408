"""Queries of what executing steps report."""

from engine.model.runs.report import StepReport
from engine.store.queries.readable import Skip, readable
from engine.store.schema import rows
from engine.store.work import Connection


def reports(connection: Connection, run_id: str, skip: Skip | None = None) -> list[StepReport]:
    """Return the newest report of each step of a run that has one."""
    selected = connection.execute("SELECT * FROM step_report WHERE run_id = ?", (run_id,))
    return readable(selected, rows.report_record, skip)


def reports_of_executing(connection: Connection, run_id: str, skip: Skip | None = None) -> list[StepReport]:
    """Return the reports of the attempts of a run that execute now, those of elements among them."""
    selected = connection.execute(
        "SELECT step_report.* FROM step_report JOIN step_run USING (run_id, step, attempt) "
        "WHERE run_id = ? AND step_run.state = 'running'",
        (run_id,),
    )
    return readable(selected, rows.report_record, skip)
