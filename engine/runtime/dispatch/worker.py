"""A worker: a process that executes attempts of the queues that it is given, and plans nothing."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from engine.clock import Clock
from engine.kernel import run_transitions
from engine.model.runs.dispatch import AttemptKey
from engine.runtime.dispatch.jobs import sent_of
from engine.runtime.dispatch.remote_runs import RemoteRuns
from engine.runtime.execution.reports import Reports
from engine.runtime.execution.runner import Runner
from engine.runtime.process.activity import Activity
from engine.runtime.process.background import Background
from engine.runtime.process.watchdog import Watchdog
from engine.runtime.runs.slots import Slots
from engine.runtime.settings import EngineSettings
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store.postgres import require_driver

log = logging.getLogger(__name__)


class Worker:
    """Executes attempts from the queues of a database on a server."""

    def __init__(
        self,
        address: str,
        workflows: WorkflowRegistry,
        settings: EngineSettings,
        clock: Clock,
        queues: Sequence[str],
        name: str,
    ) -> None:
        """`settings.parallel`: the number of attempts that execute at once. `name`: as people read it."""
        require_driver()
        from engine.store.postgres.worker_line import Presence, WorkerLine  # noqa: PLC0415 - an extra

        self._workflows, self._settings, self._clock = workflows, settings, clock
        versions = [f"{each.definition.name} {each.definition.digest()[:8]}" for each in workflows.all()]
        presence = Presence(name, tuple(queues), settings.parallel, tuple(sorted(versions)))
        self._line = WorkerLine(address, presence, self._execute, self._recall)
        self._runs = RemoteRuns(self._line)
        activity = Activity()
        background = Background(activity, clock)
        reports = Reports(self._runs, clock, activity, background, settings.secrets)
        self._runner = Runner(
            self._runs,
            workflows,
            clock,
            Slots(settings.parallel),
            activity,
            settings.registry,
            settings.data_dir,
            reports,
            settings.vault,
        )
        self._background = background
        self._watchdog = Watchdog(_ending(self._runner, settings.dead_loop))
        self._lacking: set[tuple[str, str]] = set()

    async def open(self) -> None:
        """Take attempts. Raises `StoreBusy` and `StoreBroken`."""
        self._watchdog.start()
        self._runner.process.start()
        await self._line.open()

    async def secret_problems(self) -> list[str]:
        """Return a sentence for each secret that its steps would not get."""
        return await asyncio.to_thread(self._settings.vault.problems, self._workflows.secrets())

    async def close(self, grace: float) -> None:
        """Take no further attempt, give those under way `grace` seconds, and give back the others."""
        await self._line.drain()
        self._watchdog.close()
        stopped = await self._runner.close(grace)
        for run_id, step, attempt in stopped.ages:
            give_back = partial(run_transitions.give_back, step=step, attempt=attempt)
            self._runs.post(run_id, give_back, lambda _: None)
        self._runner.process.close()
        await self._background.close()
        await self._line.close()

    async def _execute(self, payload: str) -> bool:
        """Execute an attempt. Return False where its code is not loaded here."""
        sent = sent_of(payload)
        compiled = self._workflows.get(sent.workflow)
        attempt = sent.attempt(compiled)
        if compiled is None or attempt.code is None:
            if (sent.workflow, attempt.node.name) not in self._lacking:
                self._lacking.add((sent.workflow, attempt.node.name))
                log.warning(
                    "This worker has other code for %s in %s than the process that serves, so it leaves the "
                    "step to other workers. Give it the same workflow files.",
                    attempt.node.name,
                    sent.workflow,
                )
            return False
        if sent.window_end is not None and self._clock.now() >= sent.window_end:
            give_back = partial(run_transitions.give_back, step=sent.step, attempt=sent.number)
            await self._runs.apply(sent.run_id, give_back)
            return True
        self._runs.begin(sent, compiled.definition)
        try:
            await asyncio.wait([self._runner.begin(attempt)])
        finally:
            self._runs.end(sent)
        return True

    def _recall(self, key: AttemptKey) -> None:
        """Stop an attempt that no longer counts."""
        self._runner.stop(*key)


def _ending(runner: Runner, dead: Callable[[str], None] | None) -> Callable[[str], None] | None:
    """Return what ends the processes of steps before `dead` ends this one."""
    if dead is None:
        return None

    def end(why: str) -> None:
        try:
            runner.end_children()
        finally:
            dead(why)

    return end
