"""The life of an engine: it serves, is paused and resumed, and stops."""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

from engine.authoring.services import Registry
from engine.errors import Altered, NotPossible, StoreBroken, StoreBusy
from engine.model.definition.policies import PolicySet
from engine.model.people import ENGINE, Actor
from engine.model.records.change import EventDraft
from engine.runtime.execution import recovery
from engine.runtime.run_effects import RunEffects
from engine.runtime.runs.supersession import follow_policies, supersede
from engine.runtime.wiring import Parts
from engine.runtime.workflows.adoption import adopt
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store.maintenance.backups import paused_text

log = logging.getLogger(__name__)


class Lifecycle:
    """Starts and stops the parts of an engine in order."""

    def __init__(self, parts: Parts, effects: RunEffects) -> None:
        self._parts, self._effects = parts, effects
        self._store = parts.base.store
        self.paused = ""
        """The reason why nothing executes, with the remedy; usually empty."""
        self.resumed = asyncio.Event()

    async def read_pause(self) -> None:
        """Read from the database whether the installation is paused, and which workflows are."""
        self.paused = self._store.log_problem or await self._stored_pause()

    async def _stored_pause(self) -> str:
        try:
            await self._parts.base.pauses.read()
            return paused_text(await self._store.fact("paused"))
        except Altered as error:
            return f"Signoff is paused. {error}"

    def require_active(self) -> None:
        """Raise `NotPossible` while the installation is paused."""
        if self.paused:
            raise NotPossible(self.paused)

    async def serve(self) -> None:
        """Recover interrupted steps, then execute runs, end waits and fire schedules."""
        self.require_active()
        base, execution, timing = self._parts.base, self._parts.execution, self._parts.timing
        requests, admission = self._parts.requests, self._parts.execution.admission
        await timing.retention.look()
        await self._parts.thresholds.load()
        await self._parts.records.checkpoint_writer.write()
        for compiled in base.workflows.all():
            await admission.store_definition(compiled)
        await self._parts.canaries.load()
        await self._adopt()
        await timing.schedules.sync()
        await base.pauses.read()  # again, for a restored installation that was resumed meanwhile
        await self._parts.control.settle()
        await execution.resources.read()
        dispatcher = execution.dispatcher
        if dispatcher is not None:
            await dispatcher.adopt()
        execution.runs.halted = False
        self._effects.serving = True
        await recovery.recover(
            self._store,
            execution.runs,
            base.workflows,
            execution.trials,
            admission.admit_next,
            dispatcher.has if dispatcher is not None else lambda *_: False,
        )
        if dispatcher is not None:
            dispatcher.start(execution.runs)
        await self._review_code()
        self._parts.thresholds.judge_all()
        self._parts.break_glass.judge_all()
        self._parts.canaries.judge_all()
        execution.watchdog.start()
        execution.runner.process.start()
        base.background.start(self._store.examine, "whether the database file is whole")
        timing.alarm.start()
        timing.clock_jumps.start()
        timing.retention.start()
        await timing.observers.start()
        requests.delegations.start()
        requests.mutes.start()
        requests.grants.start()
        requests.time_zones.start()
        requests.approver_review.start()
        self._parts.health_news.start()
        self._parts.weekly_review.start()
        self._parts.checkpoints.start()

    async def replace(
        self,
        loaded: WorkflowRegistry,
        services: Registry,
        variables: Mapping[str, str],
        governed: tuple[PolicySet | None, Mapping[str, str]] | None = None,
    ) -> None:
        """Have the workflows of other files from now on, and do everything that follows from them.

        `governed`: the policies, and the variables that they read; None: those in use stay.

        What is recorded before the exchange is harmless without it, and the exchange is one act: a run or a
        click meets all of the earlier files or all of the new ones.
        """
        base = self._parts.base
        for compiled in loaded.all():
            await self._parts.execution.admission.store_definition(compiled)
        for value in variables.values():
            base.settings.vault.known.add(value)
        observed = self._parts.timing.schedules.all(), dict(base.settings.variables)
        difference = base.workflows.difference(loaded)
        base.workflows.take(loaded)
        await self._parts.thresholds.load()
        base.settings.take(services, variables)
        if governed is not None:
            base.policies.take(*governed)
        data = {kind: difference[kind] for kind in ("added", "changed", "removed")}
        await self._store.append(EventDraft("code.loaded", base.clock.now(), ENGINE, data=data))
        if self._effects.serving:
            await self._follow(observed != (self._parts.timing.schedules.all(), dict(variables)))

    async def _follow(self, triggers_changed: bool) -> None:
        """Do for replaced workflows what a start does."""
        base, execution, timing = self._parts.base, self._parts.execution, self._parts.timing
        execution.resources.declare()
        await self._parts.canaries.load()
        await self._adopt()
        await timing.schedules.sync()
        if triggers_changed:
            await timing.observers.close()
            await timing.observers.start()
        timing.alarm.look_again()
        await recovery.go_on_with_code(
            self._store, execution.runs, base.workflows, execution.admission.admit_next
        )
        await self._review_code()
        self._parts.canaries.judge_all()
        self._parts.break_glass.judge_all()
        self._parts.requests.approver_review.start()
        self._parts.health_news.start()

    async def _adopt(self) -> None:
        base = self._parts.base
        await adopt(self._store, base.workflows, base.clock.now())

    async def _review_code(self) -> None:
        """Ask again where approved code changed, and name the code that is missing."""
        base = self._parts.base
        await supersede(self._store, self._parts.execution.runs, base.workflows)
        follow = partial(follow_policies, self._store, self._parts.execution.runs, base.policies)
        base.background.start(follow, "whether the policies that ask people are in use")
        review = self._parts.records.code_review.review
        base.background.start(review, "whether the code that runs under way need is loaded")

    async def resume(self, actor: Actor) -> None:
        """End the pause of a restored installation. The caller then serves."""
        if not self.paused:
            raise NotPossible("This installation is not paused.")
        if self._store.log_problem:
            raise NotPossible(self._store.log_problem)
        resumed = EventDraft("installation.resumed", self._parts.base.clock.now(), actor)
        await self._store.note("paused", None, [resumed])
        self.paused = ""
        self.resumed.set()

    async def close(self, grace: float) -> None:
        """Stop every part. Attempts get `grace` seconds; longer ones start again at the next start."""
        execution, timing = self._parts.execution, self._parts.timing
        self._effects.serving = False
        execution.watchdog.close()
        await timing.observers.close()
        await timing.retention.close()
        await timing.clock_jumps.close()
        await timing.alarm.close()
        if execution.dispatcher is not None:
            await execution.dispatcher.close()
        execution.runs.halted = True
        stopped = await execution.runner.close(grace)
        execution.runner.process.close()
        if not self._effects.failed.done():
            await recovery.give_back(
                self._store, execution.runs, execution.early_stops, execution.stops, stopped
            )
        await execution.admission.close()
        await self._parts.base.background.close()
        self._effects.close()
        try:
            await self._parts.records.checkpoint_writer.close()
        except (StoreBusy, StoreBroken) as error:
            log.warning("the last checkpoint of the log could not be kept: %s", error)
        finally:
            await self._store.close(keep_claim=bool(execution.runner.left_behind))
