"""Recovery: interrupted runs resume after a start, and stopped attempts are given back before an end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from engine import faults
from engine.errors import Altered, StoreBroken, StoreBusy, UnknownRun
from engine.kernel import run_transitions
from engine.kernel.resilience.suspects import (
    EARLY_STOP,
    MAX_EARLY_STOPS,
    MAX_STOPS,
    Suspect,
    stops_in_a_row,
)
from engine.kernel.transition import Transition
from engine.model.records.change import Change
from engine.model.records.records import StepRecord
from engine.model.states import IllegalTransition
from engine.runtime.execution.overruns import Key
from engine.runtime.execution.runner import Stopped
from engine.runtime.execution.trials import Trials
from engine.runtime.process.installation import StoredMapping
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)

_MAX_AT_ONCE = 500
_Elsewhere = Callable[[str, str, int], bool]
"""Takes a run, a step run and an attempt."""


async def recover(
    store: Store,
    runs: LiveRuns,
    workflows: WorkflowRegistry,
    trials: Trials,
    admit_next: Callable[[str], Awaitable[None]],
    elsewhere: _Elsewhere,
) -> None:
    """Runs that were executing execute again; runs that wait for people stay rows, and are not read.

    `elsewhere`: returns whether a worker has an attempt, which goes on then. Steps under which the process
    died wait for their trial; the others go on at once.
    """
    found = await store.read(queries.interrupted, store.skip)
    interrupted = [record for record in found if not _goes_on(record, elsewhere)]
    died = [record for record in interrupted if record.state == "running"]
    trials.expect([_suspect(record, record.started_at) for record in interrupted if record.started_at])
    resume = partial(_resume, alone=len(died) == 1, logs=await _logs(store, died), elsewhere=elsewhere)
    run_ids = await store.read(queries.run_ids, ["running", "compensating"])
    # A paused run may have been executing its last attempts.
    run_ids += sorted({record.run_id for record in interrupted} - set(run_ids))
    for start in range(0, len(run_ids), _MAX_AT_ONCE):
        await asyncio.gather(
            *(_go_on(runs, run_id, resume) for run_id in run_ids[start : start + _MAX_AT_ONCE])
        )
    trials.start()
    await go_on_with_code(store, runs, workflows, admit_next)


async def go_on_with_code(
    store: Store,
    runs: LiveRuns,
    workflows: WorkflowRegistry,
    admit_next: Callable[[str], Awaitable[None]],
) -> None:
    """Let runs go on that waited for code, and those that waited for their turn."""
    for wait in await store.read(queries.waits_of_kind, "code", store.skip):
        await _go_on(runs, wait.run_id, run_transitions.start_ready)
    for compiled in workflows.all():
        await admit_next(compiled.definition.name)
    await runs.refill()


def _suspect(record: StepRecord, started_at: datetime) -> Suspect:
    deaths = record.deaths + (record.state == "running")
    return Suspect(record.run_id, record.step, deaths, started_at)


async def _go_on(runs: LiveRuns, run_id: str, resume: Callable[[Transition], Change]) -> None:
    try:
        await runs.apply(run_id, resume)
        faults.reach("recovery.resumed")
    except (IllegalTransition, UnknownRun) as reason:
        log.info("%s does not go on: %s", run_id, reason)


_Logs = Mapping[str, Mapping[str, Sequence[str]]]
"""Logs of interrupted attempts, by run and step."""


async def _logs(store: Store, interrupted: Iterable[StepRecord]) -> _Logs:
    logs: dict[str, dict[str, Sequence[str]]] = {}
    attempts = {(record.run_id, record.step): record.attempt for record in interrupted}
    for run_id in dict.fromkeys(run_id for run_id, _ in attempts):
        for report in await store.read(queries.reports, run_id, store.skip):
            if attempts.get((run_id, report.step)) == report.attempt:
                logs.setdefault(run_id, {})[report.step] = report.log
    return logs


def _goes_on(record: StepRecord, elsewhere: _Elsewhere) -> bool:
    return record.state == "running" and elsewhere(record.run_id, record.step, record.attempt)


def _resume(transition: Transition, alone: bool, logs: _Logs, elsewhere: _Elsewhere) -> Change:
    executing = [
        step
        for step in transition.state.executing_steps()
        if not _goes_on(transition.record(step), elsewhere)
    ]
    if executing:
        kept = logs.get(transition.state.run.id)
        return run_transitions.interrupt(transition, executing, crashed=True, alone=alone, logs=kept)
    return run_transitions.start_ready(transition)


async def give_back(
    store: Store, runs: LiveRuns, early: StoredMapping, stops: StoredMapping, stopped: Stopped
) -> None:
    """Give back attempts that were stopped: they start again.

    They do not count as crashes, except those that were stopped once too often. `early` and `stops`: keep the
    early stops in a row, and all of them.
    """
    soon = [key for key, age in stopped.ages.items() if age < EARLY_STOP.total_seconds()]
    crashed = await _count_stops(early, soon, MAX_EARLY_STOPS, "soon after {} had started")
    crashed |= await _count_stops(stops, stopped.ages, MAX_STOPS, "while {} was executing")
    steps: dict[tuple[str, bool], list[str]] = {}
    for key in stopped.ages:
        steps.setdefault((key[0], key in crashed), []).append(key[1])
    records = [StepRecord(run_id, step, "running", attempt) for run_id, step, attempt in stopped.ages]
    logs = await _logs(store, records)
    for (run_id, is_crash), names in steps.items():
        interrupt = partial(
            run_transitions.interrupt,
            steps=names,
            crashed=is_crash,
            alone=is_crash and stopped.alone,
            logs=logs.get(run_id),
        )
        try:
            await runs.apply(run_id, interrupt)
        except (IllegalTransition, UnknownRun, StoreBusy) as reason:
            # At the next start they count as interrupted by a crash.
            log.info("%s was not interrupted: %s", run_id, reason)


async def _count_stops(kept: StoredMapping, stopped: Collection[Key], most: int, when: str) -> set[Key]:
    """Count these stopped attempts, and return those whose stops in a row are more than `most`: crashes."""
    names = {f"{key[1]} of {key[0]}": key for key in stopped}
    try:
        async with kept.changing() as change:
            counts = stops_in_a_row(change.mapping, names)
            change.mapping.clear()
            change.mapping.update(counts)
    except (Altered, StoreBusy, StoreBroken) as reason:
        log.warning("stops of the process under steps were not counted: %s", reason)
        return set()
    often = [name for name, count in counts.items() if count > most]
    for name in often:
        log.warning(
            "Signoff was stopped %d times in a row %s: this counts as a crash of it",
            counts[name],
            when.format(name),
        )
    return {names[name] for name in often}
