"""Executes attempts: async functions as tasks, sync ones in threads, so that neither stops the loop."""

import asyncio
import logging
import random
import threading
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from engine import faults
from engine.authoring.context import LONG_SLEEP_REMEDY, MAX_SLEEP_SECONDS, StepContext, long_sleep_problem
from engine.authoring.polling import NotYet
from engine.authoring.services import Registry
from engine.clock import Clock
from engine.compiler.nodes.row_check import RowCheck
from engine.compiler.nodes.step_code import StepCode
from engine.errors import ContractError, Fatal, RowsRejected, StoreBroken, StoreBusy, UnknownRun
from engine.kernel import run_transitions
from engine.kernel.live_run import LiveRun
from engine.kernel.resilience.failures import (
    StepLeft,
    failure_of,
    is_heavy,
    shortened_and_redacted,
    with_note,
    worth_retrying,
)
from engine.kernel.shapes import polls
from engine.model.records.records import StepRecord
from engine.model.records.request_parts import Failure
from engine.model.runs.quality import KeptRows
from engine.model.states import IllegalTransition
from engine.model.values.sizes import is_large
from engine.runtime.execution.attempt import Attempt, attempt_of
from engine.runtime.execution.attempt_runs import AttemptRuns
from engine.runtime.execution.checkpoints import Checkpoints
from engine.runtime.execution.child_processes import CHILDREN, Children, end_all, watch_children
from engine.runtime.execution.durable_writes import DurableWrites
from engine.runtime.execution.follow_ups import FollowUps
from engine.runtime.execution.isolation import (
    clear_frames,
    contain_tasks,
    contained,
    in_thread,
    left,
    result_of,
)
from engine.runtime.execution.notifications import Notifications
from engine.runtime.execution.overruns import DEAF, UNSTOPPABLE, Key, Overruns
from engine.runtime.execution.reports import AttemptReport, Reports
from engine.runtime.execution.secret_guard import refuse_secrets
from engine.runtime.process.activity import Activity
from engine.runtime.process.background import Background
from engine.runtime.process.executing import EXECUTING
from engine.runtime.process.process_state import ProcessState
from engine.runtime.runs.live_runs import Build
from engine.runtime.runs.slots import Slots
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store.work import Stale
from engine.vault import VAULT, Vault

log = logging.getLogger(__name__)

_MAX_POLL_TEXT = 200
_CANCEL_SECONDS = 1.0
"""Time that a cancelled step has for its cleanup."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Attempts that did not end in time when the engine closed.

    `ages`: the seconds for which each had executed when the engine began to close. `alone`: nothing else was
    executing then.
    """

    ages: Mapping[Key, float]
    alone: bool


class Runner:
    """Executes the attempts of this process."""

    def __init__(
        self,
        runs: AttemptRuns,
        workflows: WorkflowRegistry,
        clock: Clock,
        slots: Slots,
        activity: Activity,
        registry: Registry,
        data_dir: Path,
        reports: Reports,
        vault: Vault,
        outside: Callable[[str], str] | None = None,
    ) -> None:
        """`vault`: resolves the secrets of steps. What it knows is hidden in their errors and log lines.

        `outside`: returns why nothing can be sent to an address outside Slack.
        """
        self._outside = outside
        self._runs, self._workflows, self._clock = runs, workflows, clock
        self._slots, self._activity = slots, activity
        self._registry, self._data_dir, self._reports = registry, data_dir, reports
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._stopped: set[Key] = set()
        self._holding_slot: set[Key] = set()
        """Attempts whose slot was not released yet."""
        self._in_threads: set[Key] = set()
        self._thread_names: dict[Key, str] = {}
        self.left_behind: list[str] = []
        """Steps that still execute after `close`."""
        self.overruns = Overruns(clock, slots, activity)
        self._background = Background(activity, clock)
        self._random = random.Random()  # noqa: S311 - jitter
        self._abandoned = False
        self._vault, self._secrets = vault, vault.known
        self._children: dict[Key, Children] = {}
        self.process = ProcessState(self._executing)
        contain_tasks(asyncio.get_running_loop())
        watch_children()

    def launch(self, state: LiveRun, record: StepRecord) -> None:
        """Execute an attempt whose start is durable."""
        run, workflows = state.run, self._workflows
        compiled = workflows.of_run(run) if workflows.candidates else workflows.get(run.workflow)
        self.begin(attempt_of(state, record, compiled), state)

    def begin(self, attempt: Attempt, state: LiveRun | None = None) -> "asyncio.Task[None]":
        """Execute an attempt. `state`: its run, where this process has it in memory."""
        key = attempt.key
        self._activity.enter()
        # Not by the loop's factory, which is for the tasks that steps make.
        task = asyncio.Task(self._guarded(attempt, state), name=f"{attempt.run_id}.{attempt.step}")
        self._tasks[key] = task
        self._children[key] = Children()
        self._holding_slot.add(key)
        task.add_done_callback(lambda _: self._ended(key))
        if attempt.node.uses:
            task.add_done_callback(lambda _: self._runs.give_back(key, attempt.node.uses))
        return task

    def stop(self, run_id: str, step: str, attempt: int | None = None) -> None:
        """Stop the attempt of a step whose run has ended. `attempt`: this one alone."""
        for key, task in self._tasks.items():
            if key[:2] != (run_id, step) or attempt not in (None, key[2]):
                continue
            self._stopped.add(key)
            if key not in self._in_threads:
                task.cancel()
            watch = partial(self._watch_stopped, key, task, self._children[key])
            self._background.start(watch, f"{step} of {run_id} was stopped")

    async def _watch_stopped(self, key: Key, task: "asyncio.Task[None]", children: Children) -> None:
        """End the attempt's processes, and report an attempt that does not stop and keeps its slot."""
        if key not in self._in_threads:
            await asyncio.wait([task], timeout=_CANCEL_SECONDS)
        children.end()
        if not task.done():
            why = UNSTOPPABLE if key in self._in_threads else DEAF
            await self._overrun(key, f"cancelled, but its function is still executing: {why}")

    def _stop(self, key: Key, task: "asyncio.Task[None]") -> None:
        self._stopped.add(key)
        self._children[key].end()
        task.cancel()

    async def until_ended(self, steps: Collection[tuple[str, str]]) -> None:
        """Return when none of these steps, each a run's id and a name, is executing here."""
        while tasks := [task for key, task in self._tasks.items() if key[:2] in steps]:
            await asyncio.wait(tasks)

    async def close(self, grace: float) -> "Stopped":
        """Give attempts `grace` seconds to end, then stop them."""
        ages = {key: self.overruns.age(key) for key in self._tasks}
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=grace)
        self._abandoned = True
        unfinished = {key: task for key, task in self._tasks.items() if not task.done()}
        for key, task in unfinished.items():
            self._stop(key, task)
        if unfinished:
            children = [self._children[key] for key in unfinished]
            await asyncio.wait(list(unfinished.values()), timeout=_CANCEL_SECONDS)
            for processes in children:
                processes.kill()
        threads = {thread.name for thread in threading.enumerate()}
        for key, task in unfinished.items():
            if not task.done() or self._thread_names.get(key) in threads:
                self.left_behind.append(f"{key[1]} of {key[0]}")
        return Stopped({key: ages.get(key, 0.0) for key in unfinished}, alone=len(ages) == 1)

    def end_children(self) -> None:
        """End the processes of all attempts. Called from another thread when the event loop is dead."""
        end_all(list(self._children.values()))

    def _ended(self, key: Key) -> None:
        del self._tasks[key], self._children[key]
        if key in self._holding_slot:
            # It was stopped, perhaps before its first line.
            self._forget(key)
            self._runs.release_slots(1)
        self._stopped.discard(key)
        self._activity.leave()

    async def _guarded(self, attempt: Attempt, state: LiveRun | None) -> None:
        """Nobody awaits an attempt: one that ends by a mistake of the engine must not seem to run forever."""
        try:
            await self._perform(attempt, state)
        except Exception as error:
            log.exception("the end of %s.%s was lost", attempt.run_id, attempt.step)
            await self._record_trouble(attempt, failure_of(error, self._secrets))

    async def _perform(self, attempt: Attempt, state: LiveRun | None) -> None:
        EXECUTING.set(attempt)
        VAULT.set(self._vault)
        CHILDREN.set(self._children[attempt.key])
        report = AttemptReport(attempt.key, self._reports.touched)
        try:
            record = state.record(attempt.step) if state is not None else None
            if record is not None and record.state != "running":
                # What ended it is on its way to the disk. If that is refused, the attempt goes on.
                await self._runs.settled(attempt.run_id)
            build = await self._outcome(attempt, report)
        except asyncio.CancelledError:
            await self._reports.close(report, recorded=False)
            return
        finally:
            report.check = None  # it logs to the report: the two would keep its rows until a collection
            self.process.restore_after_step()
        self._forget(attempt.key)
        self._slots.give()
        await self._record(attempt, build)
        if report.due or report.written:
            await self._reports.close(report, recorded=True)
        if self._runs.awaits_room:
            await self._runs.refill()

    def _executing(self) -> str:
        return ", ".join(f"{step} of {run_id}" for run_id, step, _ in self._tasks) or "no step"

    def _forget(self, key: Key) -> None:
        """Forget an attempt whose function has ended, or that nobody awaits any more."""
        if not self._abandoned:
            self._thread_names.pop(key, None)
        self._holding_slot.discard(key)
        self._in_threads.discard(key)
        self.overruns.end(key)

    async def _overrun(self, key: Key, why: str) -> None:
        """Let people read why an attempt still executes, and stop waiting for it."""
        if key in self.overruns or self._abandoned:
            return
        run_id, step, number = key

        log.warning("%s.%s: %s", run_id, step, why)
        build = partial(run_transitions.overrun, step=step, attempt=number, reason=why)
        with suppress(IllegalTransition, UnknownRun, StoreBroken, StoreBusy):
            await self._runs.apply(run_id, build)
        self.overruns.mark(key, why)

    async def _outcome(self, attempt: Attempt, report: AttemptReport) -> Build:
        """Execute the attempt, and return the transition that records its end."""
        began, code = self.overruns.begin(attempt.key), attempt.code
        if code is None:  # other files were loaded since: it starts again, and is verified against them
            return partial(run_transitions.give_back, step=attempt.step, attempt=attempt.number)
        try:
            faults.reach("attempt.started")
            if self._vault.asks:
                await self._vault.refresh(attempt.workflow)
            execute = self._with_context if code.takes_ctx else self._execute
            result = await execute(attempt, code, report)
            if code.row is not None:
                result = await _fitting(result, code, report)
            large, encode = is_large(result), partial(code.encode, result)
            output = await _beside_loop(encode) if large else encode()
            if self._secrets.names:
                guard = partial(refuse_secrets, output, f"The output of {attempt.step}", self._secrets)
                await _beside_loop(guard) if large else guard()
            faults.reach("attempt.executed")
        except Exception as error:
            if isinstance(error, NotYet) and attempt.node.poll is not None:
                return await self._not_yet(attempt, error, report)
            consequence = code.rules.consequence(error)
            failure = await _failure(error, self._secrets)
            clear_frames(error)
            return partial(
                run_transitions.fail,
                step=attempt.step,
                attempt=attempt.number,
                failure=with_note(failure, consequence.note, self._secrets) if consequence.note else failure,
                log=await self._reports.log_lines(report),
                worth_retrying=not isinstance(error, NotYet)
                and worth_retrying(error, None if consequence.action == "retry" else code.retry_on),
                chance=self._random.random(),
                consequence=consequence,
                kept=await _kept(error, code, report, self._secrets),
            )
        return partial(
            run_transitions.succeed,
            step=attempt.step,
            attempt=attempt.number,
            output=output,
            log=await self._reports.log_lines(report) if report.lines else [],
            seconds=self._clock.monotonic() - began,
            quality=report.check.report if report.check is not None else None,
            asked=report.asked or (),
        )

    async def _not_yet(self, attempt: Attempt, answer: NotYet, report: AttemptReport) -> Build:
        """Return the transition that records a check of a step that is not ready."""
        return partial(
            polls.not_yet,
            step=attempt.step,
            attempt=attempt.number,
            text=shortened_and_redacted(" ".join(answer.text.split()), _MAX_POLL_TEXT, self._secrets),
            after=answer.after,
            log=await self._reports.log_lines(report),
        )

    async def _record(self, attempt: Attempt, build: Build) -> None:
        """Hand the result to the store, without waiting. The steps that follow start when it is durable."""
        try:
            if not self._runs.post(attempt.run_id, build, partial(self._refused, attempt, build)):
                await self._runs.apply(attempt.run_id, build)
            faults.reach("attempt.recorded")
        except (IllegalTransition, UnknownRun) as reason:
            log.info("%s.%s: %s", attempt.run_id, attempt.step, reason)
        except (StoreBroken, StoreBusy):
            log.exception("the result of %s.%s was not stored", attempt.run_id, attempt.step)
        except Exception as error:
            log.exception("the result of %s.%s could not be stored", attempt.run_id, attempt.step)
            await self._record_trouble(attempt, failure_of(error, self._secrets))

    def _refused(self, attempt: Attempt, build: Build, error: Exception | None) -> None:
        """Record a refused result again, on the current rows, or else as a failure."""
        if error is None:
            return

        async def again() -> None:
            if isinstance(error, Stale):
                await self._record(attempt, build)
            else:
                await self._record_trouble(attempt, failure_of(error, self._secrets))

        where = f"{attempt.run_id}.{attempt.step}"
        log.error("the result of %s was not stored: %s", where, error, exc_info=error)
        if not isinstance(error, StoreBroken | StoreBusy):
            self._background.start(again, f"the result of {where} was not stored")

    async def _record_trouble(self, attempt: Attempt, failure: Failure) -> None:
        """Record the step as failed if its result can't be recorded: it must not seem to run forever."""
        build = partial(
            run_transitions.fail,
            step=attempt.step,
            attempt=attempt.number,
            failure=failure,
            log=[],
            worth_retrying=False,
            chance=0.0,
        )
        with suppress(IllegalTransition, UnknownRun, StoreBroken, StoreBusy):
            await self._runs.apply(attempt.run_id, build)

    async def _with_context(self, attempt: Attempt, code: StepCode, report: AttemptReport) -> Any:
        kept = attempt.checkpoints
        writes = DurableWrites(self._runs, attempt.run_id, attempt.step)
        checkpoints = Checkpoints(writes, attempt.step, attempt.number, kept, self._secrets)
        notify = Notifications(writes, attempt.step, attempt.number, self._secrets, self._outside)
        report.check = RowCheck(attempt.step, code.quality, report.log)
        context = self._context(attempt, report, report.check, checkpoints, notify)
        result = await self._execute(attempt, code, report, context)
        await writes.settled()
        return result

    async def _execute(
        self, attempt: Attempt, code: StepCode, report: AttemptReport, context: StepContext | None = None
    ) -> Any:
        check_arguments = partial(code.arguments, attempt.input, attempt.outputs, context)
        is_aside = is_large(attempt.input, *attempt.outputs.values())
        arguments = await _beside_loop(check_arguments) if is_aside else check_arguments()
        if code.is_async and attempt.seconds is None:
            return await self._awaited(attempt, code.function(**arguments))
        if code.is_async:
            work: asyncio.Future[Any] = asyncio.ensure_future(contained(code.function(**arguments), attempt))
        else:
            self._in_threads.add(attempt.key)
            self._thread_names[attempt.key] = attempt.idempotency_key
            work = in_thread(lambda: code.function(**arguments), name=attempt.idempotency_key)
        try:
            await self._until(work, attempt.seconds)
        except asyncio.CancelledError:
            work.cancel()
            raise
        if work.done():
            return result_of(work)
        limit = attempt.limit
        late = f"still executing after {limit}"
        if not code.is_async:
            # It was never told to stop, so its result is whole, and trying again would do it twice.
            await self._overrun(attempt.key, f"{late}: {UNSTOPPABLE}")
            await asyncio.wait([work])
            report.log(f"It ended after {limit}.")
            return result_of(work)
        work.cancel()
        # What the step still does while it is being cancelled belongs to this attempt.
        await asyncio.wait([work], timeout=_CANCEL_SECONDS)
        self._children[attempt.key].end()
        if not work.done():
            await self._overrun(attempt.key, f"{late}: {DEAF}")
            await asyncio.wait([work])
        raise TimeoutError(attempt.overdue)

    async def _awaited(self, attempt: Attempt, work: Awaitable[Any]) -> Any:
        """In the attempt's own task: one less to make, to switch to and to be woken by for most steps."""
        try:
            return await work
        except asyncio.CancelledError:
            if attempt.key in self._stopped:
                raise
            raise StepLeft("The step was cancelled from within.") from None
        except Exception:
            raise
        except BaseException as error:
            raise left(error) from error

    async def _until(self, work: "asyncio.Future[Any]", timeout: float | None) -> None:
        """Return when the work is done, or its time by the clock is over."""
        if timeout is None:
            await asyncio.wait([work])
            return
        timer = asyncio.ensure_future(self._clock.sleep(timedelta(seconds=timeout)))
        try:
            await asyncio.wait([work, timer], return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()

    def _context(
        self,
        attempt: Attempt,
        report: AttemptReport,
        check: RowCheck,
        checkpoints: Checkpoints,
        notify: Notifications,
    ) -> StepContext:
        report.asked = []

        async def sleep(seconds: float) -> None:
            if seconds > MAX_SLEEP_SECONDS:
                raise Fatal(f"{long_sleep_problem(seconds)} {LONG_SLEEP_REMEDY}")
            with self._activity.parked():
                await self._clock.sleep(timedelta(seconds=seconds))

        return StepContext(
            run_id=attempt.run_id,
            workflow=attempt.workflow,
            step=attempt.step,
            attempt=attempt.number - attempt.checks,
            idempotency_key=attempt.idempotency_key,
            actor=attempt.actor,
            data_dir=self._data_dir,
            now=self._clock.now,
            log=report.log,
            progress=report.report_progress,
            sleep=sleep,
            service=self._registry.get,
            checkpoint=checkpoints.save,
            checkpoints=checkpoints,
            rows=check.rows,
            follow_up=FollowUps(attempt.key, self._workflows, report.asked, self._secrets),
            notify=notify,
            trace_id=attempt.trace_id,
            traceparent=attempt.traceparent,
            shutting_down=lambda: self._abandoned,
            feedback=attempt.feedback,
        )


async def _failure(error: Exception, secrets: Collection[str]) -> Failure:
    if isinstance(error, NotYet):
        text = 'The step raised NotYet, but it has no deadline. Give the step poll=Poll(deadline="2h").'
        return Failure("NotYet", text)
    failure = partial(failure_of, error, secrets)
    return await in_thread(failure, name="signoff-failure") if is_heavy(error) else failure()


async def _fitting(result: Any, code: StepCode, report: AttemptReport) -> list[Any]:
    """Return the rows of a step's result that fit. Raises `RowsRejected` beyond its quality."""
    report.check = report.check or RowCheck(code.step, code.quality, report.log)
    unique = code.quality.unique if code.quality is not None else ""
    check = partial(report.check.rows, result, code.row, unique)
    try:
        return await _beside_loop(check) if is_large(result) else check()
    except RowsRejected as error:
        error.fitting = report.check.fitting
        raise


async def _kept(
    error: Exception, code: StepCode, report: AttemptReport, secrets: Collection[str]
) -> KeptRows | None:
    """Return the rows that the owner may accept; None where none fits, or follow-up runs would be lost."""
    if not isinstance(error, RowsRejected) or not error.fitting or report.asked:
        return None
    if report.check is None or report.check.report is None:
        return None
    encode = partial(code.encode, list(error.fitting))
    with suppress(ContractError):
        output = await _beside_loop(encode) if is_large(error.fitting) else encode()
        refuse_secrets(output, "The rows", secrets)
        return KeptRows(output, report.check.report.summary)
    return None


async def _beside_loop(work: Callable[[], Any]) -> Any:
    """Check or encode large values in a thread: the loop goes on between their parts."""
    return await in_thread(work, name="signoff-values")
