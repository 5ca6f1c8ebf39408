"""The side of the process that serves: it hands attempts over, and carries out what workers report."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import groupby

from pydantic import TypeAdapter

from engine.clock import Clock
from engine.errors import AlteredRun, ContractError, StoreBroken, StoreBusy, UnknownRun
from engine.kernel import run_transitions
from engine.kernel.live_run import LiveRun
from engine.kernel.resilience.failures import failure_of
from engine.kernel.transition import Transition
from engine.model.records.change import Change
from engine.model.runs.dispatch import (
    MAX_SILENCE_SECONDS,
    AttemptKey,
    Dispatched,
    WorkerReport,
    WorkerState,
)
from engine.model.runs.report import StepReport
from engine.model.states import IllegalTransition
from engine.runtime.dispatch.jobs import job_of, uses_of
from engine.runtime.dispatch.wire import ENDS, decode
from engine.runtime.execution.report_feed import ReportFeed
from engine.runtime.runs.live_runs import Build, LiveRuns
from engine.runtime.runs.resources import Resources
from engine.store import queries
from engine.store.store import Listening, Store

log = logging.getLogger(__name__)

_INTERVAL = timedelta(seconds=0.25)
"""Between two looks at the workers, and at reports of which no notice came."""
_SURVEY_INTERVAL = timedelta(seconds=5)
_FORGOTTEN_AFTER = timedelta(hours=1)
"""People see a silent worker in lists for so long."""
_MAX_REPORTS = 500
_MAX_DEATHS = 2 * run_transitions.MAX_CRASHES
"""A step that executed so often when its worker died is given up, also if others executed beside it."""
_REPORT = TypeAdapter(StepReport)


class Dispatcher:
    """Implements `engine.runtime.runs.live_runs.Dispatch` over the queue of a database on a server."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        feed: ReportFeed,
        resources: Resources,
        queues: frozenset[str],
        secrets: Collection[str] = (),
    ) -> None:
        """`secrets`: hidden in the failures that reports without a meaning lead to."""
        self._secrets = secrets
        self.queues = queues
        self._store, self._clock, self._feed, self._resources = store, clock, feed, resources
        self._untried: list[AttemptKey] = []
        """Attempts of dead workers whose next attempt is not made yet."""
        self._local: list[AttemptKey] = []
        """Attempts that waited for a worker, of queues that this process executes now."""
        self._uses: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}
        """By run and step run: the attempt that workers have, and the resources that it uses."""
        self._shown: set[AttemptKey] = set()
        """Attempts that may show something to people, which is removed with their end."""
        self._beats: dict[int, tuple[int, float]] = {}
        """By worker: the last sign of life that was seen, and when, in monotonic time."""
        self._unfetched: dict[AttemptKey, float] = {}
        self._waiting: set[str] = set()
        """Runs of which steps wait for a worker, as people were last told."""
        self.deserted: tuple[str, ...] = ()
        """A sentence for each queue in which steps wait although no worker executes them."""
        self._runs: LiveRuns | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._listening: Listening | None = None

    # As transitions are made

    def hand_over(self, state: LiveRun, change: Change) -> None:
        """Have this change enqueue the attempts that begin, and take back those that have ended."""
        run_id = state.run.id
        if self._uses:
            change.recalls = [
                step
                for step, record in change.steps.items()
                if (known := self._uses.get((run_id, step))) is not None
                and (record.state != "running" or record.attempt != known[0])
            ]
        for record in change.dispatches:
            job = job_of(state, record)
            change.jobs.append(job)
            self._uses[run_id, record.step] = record.attempt, uses_of(job.payload)

    def handed_over(self, change: Change) -> None:
        """Note that this change is durable."""
        again = {job.key[1] for job in change.jobs}
        for step in change.recalls:
            if step in again:
                continue
            attempt, uses = self._uses.get((change.run.id, step), (0, ()))
            record = change.steps[step]
            if attempt and attempt <= record.attempt:
                del self._uses[change.run.id, step]
                self._shown.discard((change.run.id, step, attempt))
                if uses and self._runs is not None:
                    self._runs.give_back((change.run.id, step, attempt), uses)

    # At the start

    async def adopt(self) -> None:
        """Learn which attempts workers have since before this process started."""
        for key, payload, queue, is_taken in await self._store.read(queries.dispatched_keys):
            uses = uses_of(payload)
            if queue in self.queues and not is_taken:
                self._local.append(key)
            self._uses[key[:2]] = key[2], uses
            self._shown.add(key)
            self._resources.hold(key, uses)

    def has(self, run_id: str, step: str, attempt: int) -> bool:
        """Return whether workers have this attempt."""
        return self._uses.get((run_id, step), (0, ()))[0] == attempt

    def start(self, runs: LiveRuns) -> None:
        self._runs = runs
        loop = asyncio.get_running_loop()

        def heard() -> None:
            with suppress(RuntimeError):  # the loop is gone
                loop.call_soon_threadsafe(self._wake.set)

        assert self._store.listen is not None
        self._listening = self._store.listen(heard)
        self._task = asyncio.create_task(self._main(runs))

    async def close(self) -> None:
        """Carry nothing out any more. What workers report meanwhile waits for the next start."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if self._listening is not None:
            await asyncio.to_thread(self._listening.close)

    async def _main(self, runs: LiveRuns) -> None:
        next_look = next_survey = 0.0
        while True:
            # Not wait_for: on Python 3.11 it loses a cancellation that comes together with the wake-up.
            with suppress(TimeoutError):
                async with asyncio.timeout(_INTERVAL.total_seconds()):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._carry_out_all(runs)
                if self._clock.monotonic() >= next_look:
                    await self._look(runs)
                    next_look = self._clock.monotonic() + _INTERVAL.total_seconds()
                if self._clock.monotonic() >= next_survey:
                    await self._survey()
                    next_survey = self._clock.monotonic() + _SURVEY_INTERVAL.total_seconds()
            except (StoreBusy, StoreBroken) as reason:
                log.info("workers are not heard now: %s", reason)
                self._beats.clear()
                self._unfetched.clear()
            except Exception:
                log.exception("what workers report was not carried out")

    async def state(self) -> WorkerState:
        """Return the workers, and the queues in which attempts wait for one."""
        return await self._store.read(queries.worker_state)

    # Reports

    async def _carry_out_all(self, runs: LiveRuns) -> None:
        after = 0
        while reports := await self._store.read(queries.worker_reports, after, _MAX_REPORTS):
            after = reports[-1].number
            by_run = sorted(reports, key=lambda report: (report.key[0], report.number))
            await asyncio.gather(
                *(self._carry_out_of_run(runs, list(each)) for _, each in groupby(by_run, lambda r: r.key[0]))
            )

    async def _carry_out_of_run(self, runs: LiveRuns, reports: list[WorkerReport]) -> None:
        for report in reports:
            try:
                await self._carry_out(runs, report)
            except AlteredRun as reason:
                log.info("a report of %s is not carried out: %s", report.key[0], reason)
                return
            except (IllegalTransition, UnknownRun, ContractError) as reason:
                log.info("a report of %s.%s changes nothing: %s", *report.key[:2], reason)
                await self._store.forget_reports([report.number])
            except (StoreBusy, StoreBroken):
                raise
            except Exception as error:
                log.exception("a report of %s.%s cannot be carried out", *report.key[:2])
                await self._give_up(runs, report, error)

    async def _give_up(self, runs: LiveRuns, report: WorkerReport, error: Exception) -> None:
        """Fail an attempt whose report makes no sense, so that it neither lasts forever nor stops others."""
        run_id, step, attempt = report.key
        fail = partial(
            run_transitions.fail,
            step=step,
            attempt=attempt,
            failure=failure_of(error, self._secrets),
            log=[],
            worth_retrying=False,
            chance=0.0,
        )
        with suppress(IllegalTransition, UnknownRun):
            await runs.apply(run_id, fail)
        await self._store.forget_reports([report.number])

    async def _carry_out(self, runs: LiveRuns, report: WorkerReport) -> None:
        run_id, step, attempt = report.key
        if report.kind == "report":
            if self.has(run_id, step, attempt):
                self._shown.add(report.key)
                await self._store.put_report(_REPORT.validate_json(report.payload))
                self._feed.add(run_id)
            await self._store.forget_reports([report.number])
            return
        transition = decode(report.kind, report.payload)

        def build(current: Transition) -> Change:
            change = transition(current)
            change.heard = (report.number,)
            return change

        shows = report.key in self._shown
        await runs.apply(run_id, build)
        if report.kind in ENDS:
            if shows:
                await self._store.drop_report(run_id, step, attempt)
                self._shown.discard(report.key)
            if runs.awaits_room:
                await runs.refill()

    # Workers

    async def _look(self, runs: LiveRuns) -> None:
        """Take attempts back from workers that are silent, and enqueue those again whose job is gone."""
        now, limit = self._clock.monotonic(), MAX_SILENCE_SECONDS
        while self._local:
            run_id, step, attempt = self._local[-1]
            with suppress(IllegalTransition, UnknownRun):
                await runs.apply(run_id, partial(run_transitions.give_back, step=step, attempt=attempt))
            self._local.pop()
        await self._try_again(runs)
        rows = await self._store.read(queries.unfinished_attempts)
        self._unfetched = {row.key: self._unfetched.get(row.key, now) for row in rows if row.worker is None}
        for row in rows:
            if row.worker is None and now - self._unfetched[row.key] > limit:
                await self._store.enqueue_again(row.key, row.queue, row.priority)
        taken = [row for row in rows if row.worker is not None]
        seen = {row.worker: row.beat for row in taken}
        self._beats = {
            worker: self._beats[worker] if self._beats.get(worker, (None,))[0] == beat else (beat, now)
            for worker, beat in seen.items()
            if worker is not None and beat is not None
        }
        for worker, beat in seen.items():
            if worker is None:
                continue
            silent = beat is None or now - self._beats[worker][1] > limit
            if silent:
                if beat is not None and not await self._store.forget_worker(worker, beat):
                    continue  # it has given a sign of life just now
                await self._take_back(runs, worker, [row for row in taken if row.worker == worker])

    async def _survey(self) -> None:
        """Learn which queues are deserted, tell which runs wait, and forget workers that are long dead."""
        state = await self.state()
        self.deserted = tuple(
            f"{queue.text} Start one: {queue.remedy}." if queue.remedy else queue.text
            for queue in state.queues
            if queue.is_deserted
        )
        waiting = await self._store.read(queries.runs_waiting_for_workers, _MAX_REPORTS)
        for run_id in waiting ^ self._waiting:
            self._feed.add(run_id)
        self._waiting = waiting
        if any(worker.silent > _FORGOTTEN_AFTER.total_seconds() for worker in state.workers):
            await self._store.forget_silent_workers(_FORGOTTEN_AFTER.total_seconds())

    async def _take_back(self, runs: LiveRuns, worker: int, rows: Collection[Dispatched]) -> None:
        """Try the attempts of a dead worker again. One whose end it had reported has ended."""
        lost = [row.key for row in rows if not row.reported]
        if lost:
            names = ", ".join(f"{step} of {run_id}" for run_id, step, _ in lost)
            log.warning("Worker %d gave no sign of life: its attempts are made again: %s", worker, names)
        for key in lost:
            try:
                await runs.apply(key[0], self._interrupt(key, alone=len(lost) == 1))
            except (IllegalTransition, UnknownRun) as reason:
                log.info("%s of %s is not tried again: %s", key[1], key[0], reason)
            else:
                self._untried.append(key)
        await self._try_again(runs)

    async def _try_again(self, runs: LiveRuns) -> None:
        while self._untried:
            run_id, step, _ = self._untried[-1]
            try:
                await runs.apply(run_id, partial(run_transitions.put_on_trial, step=step))
            except (IllegalTransition, UnknownRun) as reason:
                log.info("%s of %s is not tried again: %s", step, run_id, reason)
            self._untried.pop()

    def _interrupt(self, key: AttemptKey, *, alone: bool) -> Build:
        _, step, attempt = key

        def interrupt(transition: Transition) -> Change:
            record = transition.record(step)
            if record.state != "running" or record.attempt != attempt:
                raise IllegalTransition(f"attempt {attempt} no longer counts")
            blamed = alone or record.deaths + 1 >= _MAX_DEATHS
            return run_transitions.interrupt(transition, [step], crashed=True, alone=blamed)

        return interrupt
