"""Effects of durable transitions: attempts start and stop, and waiting callers learn that a run has ended."""

import asyncio

from engine.errors import UnknownRun
from engine.kernel.live_run import LiveRun
from engine.model.records.change import Change
from engine.model.records.records import OWN_QUESTIONS, RunRecord, StepRecord
from engine.model.states import RUN_ENDED
from engine.runtime.process.alterations import Alterations
from engine.runtime.wiring import Parts
from engine.store import queries
from engine.store.event_log import EventLog


class RunEffects:
    """Implements `engine.runtime.runs.live_runs.Effects`, and hears of the store's events and damage."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._runs, self._runner = parts.execution.runs, parts.execution.runner
        self.events = EventLog(parts.base.store)
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends with an error when the database is damaged; the process should end then."""
        self.alterations = Alterations()
        self.serving = False
        self._ends: dict[str, asyncio.Future[RunRecord]] = {}
        self._runs.effects = self
        self._runs.on_altered = parts.base.store.on_altered = self.alterations.note
        self._runs.on_intact = parts.base.store.on_intact = self.alterations.settle
        parts.base.store.on_events = self.log_grew
        parts.base.store.on_broken(self.fail)

    def launch(self, state: LiveRun, step: StepRecord) -> None:
        if not self._runs.halted:
            self._runner.launch(state, step)

    def stop(self, run_id: str, step: str) -> None:
        self._runner.stop(run_id, step)

    def publish(self, change: Change) -> None:
        self.log_grew()
        if change.requests:
            requests = self._parts.requests
            requests.delegations.on_change(change)
            requests.time_zones.on_change(change)
            requests.approver_review.on_change(change)
            requests.grants.on_change(change)
        if change.waits:
            self._nudge_alarm(change)
        if change.tickets or change.resources:
            self._parts.timing.alarm.nudge(self._runs.next_moment())
        if change.run.state in RUN_ENDED:
            if change.run.actor.source == "schedule":
                self._restore_schedule(change.run)
            self._announce_end(change.run)
            if self.serving:
                if self._parts.base.workflows.candidates:
                    self._parts.canaries.judge_after(change.run)
                if change.run.trigger.startswith(OWN_QUESTIONS):
                    self._parts.thresholds.judge_after(change.run)
                    self._parts.break_glass.judge_after(change.run)
                self._parts.execution.admission.admit_after_end(change.run.workflow)

    def _nudge_alarm(self, change: Change) -> None:
        due = [wait.due_at for wait in change.waits.values() if wait and wait.due_at]
        if due:
            self._parts.timing.alarm.nudge(min(due))

    def _restore_schedule(self, run: RunRecord) -> None:
        """Let a schedule that was slowed down fire as usual after a success."""
        schedules = self._parts.timing.schedules
        if run.state != "succeeded":
            return
        if schedules.is_slowed(run.workflow, run.trigger):

            async def restore() -> None:
                self._parts.timing.alarm.nudge(await schedules.restore(run.workflow, run.trigger))

            self._parts.base.background.start(restore, f"restore the schedule of {run.workflow}")

    def fail(self, error: Exception) -> None:
        self._runs.halted = True
        if not self.failed.done():
            self.failed.set_exception(error)

    def log_grew(self) -> None:
        """Wake the readers of the event log."""
        self.events.grew()
        self._parts.timing.observers.notice()
        self._parts.records.checkpoint_writer.grew(serving=self.serving)

    async def until_ended(self, run_id: str) -> RunRecord:
        """Return the run when it has ended. Raises `UnknownRun`."""
        ended = self._ends.setdefault(run_id, asyncio.get_running_loop().create_future())
        if self._runs.state_of(run_id) is None:
            run = await self._parts.base.store.read(queries.run, run_id)
            if run is None:
                raise UnknownRun(f"There is no run {run_id}.")
            if run.state in RUN_ENDED:
                self._announce_end(run)
        return await asyncio.shield(ended)

    def close(self) -> None:
        self.failed.cancel()
        for ended in self._ends.values():
            ended.cancel()

    def _announce_end(self, run: RunRecord) -> None:
        ended = self._ends.pop(run.id, None)
        if ended is not None and not ended.done():
            ended.set_result(run)
