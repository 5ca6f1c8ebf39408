"""Logs of the attempts of a run, from its events and from what executing steps report."""

from dataclasses import dataclass

from engine.model.definition.elements import node_of
from engine.model.records.records import RunDetail
from engine.model.runs.report import Progress
from engine.store import queries
from engine.store.store import Store


@dataclass(frozen=True, slots=True)
class AttemptLog:
    """Last lines that one attempt logged."""

    step: str
    attempt: int
    lines: tuple[str, ...]
    ended: bool
    """The attempt has ended, so that there will be no further ones."""
    progress: Progress | None = None
    """How far an attempt that executes has got."""


async def step_logs(store: Store, detail: RunDetail, step: str | None) -> list[AttemptLog]:
    """Return the logs of the attempts that logged something or tell how far they are, in the order of their
    starts."""
    run_id = detail.run.id
    logs: dict[tuple[str, int], AttemptLog] = {}
    started: dict[tuple[str, int], None] = {}
    for event in await store.read(queries.events_of_run, run_id):
        name, attempt = event.step or "", event.data.get("attempt", 0)
        if event.type == "step.started":
            started.setdefault((name, attempt))
        if lines := event.data.get("log"):
            started.setdefault((name, attempt))
            logs[name, attempt] = AttemptLog(name, attempt, tuple(lines), ended=True)
    current = {each.step: (each.attempt, each.state) for each in detail.steps}
    for report in await store.read(queries.reports, run_id, store.skip):
        key = report.step, report.attempt
        progress = detail.progress.get(report.step)
        if (report.log or progress) and key not in logs:
            # Of an element there is no record here: it may execute while its run does.
            now = current.get(report.step, (report.attempt, "running"))
            ended = detail.run.ended_at is not None or now != (report.attempt, "running")
            logs[key] = AttemptLog(*key, report.log, ended, None if ended else progress)
    return [logs[key] for key in started if key in logs and step in (None, key[0], node_of(key[0]))]
