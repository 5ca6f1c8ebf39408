"""Trials: after a death of the process, the steps that executed are tried again, apart from each other.

So are those of a stop that counts as a death. Which of them ended the process is not known. Each is a suspect
until its next attempt has ended or has gone on for a while. After a second death a suspect executes alone,
and only a step that dies alone is blamed.
"""

import asyncio
import logging
from collections.abc import Sequence

from engine.clock import Clock
from engine.errors import StoreBroken, StoreBusy, UnknownRun
from engine.kernel import run_transitions
from engine.kernel.resilience.suspects import Suspect, suspect_names, trial_groups
from engine.kernel.transition import Transition
from engine.model.records.change import Change
from engine.model.states import IllegalTransition
from engine.runtime.execution.runner import Runner
from engine.runtime.process.activity import Activity
from engine.runtime.process.background import Background
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.runs.slots import Slots

log = logging.getLogger(__name__)


class Trials:
    """Runs the trials. Suspects keep their slots. Other steps continue unless a suspect must be alone."""

    def __init__(
        self,
        runs: LiveRuns,
        runner: Runner,
        slots: Slots,
        clock: Clock,
        activity: Activity,
        background: Background,
    ) -> None:
        self._runs, self._runner, self._slots = runs, runner, slots
        self._clock, self._activity, self._background = clock, activity, background
        self._left: list[Suspect] = []
        self._now: list[Suspect] = []

    def text(self) -> str:
        """Return the notice that people read while suspects are tried; usually empty."""
        if not self._now:
            return ""
        after = f", {len(self._left)} after that" if self._left else ""
        others = " No other step starts meanwhile." if self._slots.closed else ""
        return (
            "Steps that were executing when the process ended are tried again separately: "
            f"{suspect_names(self._now)} now{after}.{others}"
        )

    def expect(self, suspects: Sequence[Suspect]) -> None:
        """Reserve slots for the suspects, before anything else starts."""
        self._left = list(suspects)
        self._slots.take(len(suspects))
        self._slots.closed = any(suspect.alone for suspect in suspects)
        if len(suspects) > 1:
            log.warning(
                "The process ended while %s were executing: each is tried again separately",
                suspect_names(suspects),
            )
        elif suspects:
            log.warning("The process ended while %s was executing: it is tried again", suspects[0])

    def start(self) -> None:
        """Try the suspects, one group after the other."""
        if self._left:
            self._background.start(
                self._try_all, "steps that were executing when the process ended were not tried again"
            )

    async def _try_all(self) -> None:
        try:
            for group in list(trial_groups(self._left)):
                if self._runs.halted:
                    break
                if not any(suspect.alone for suspect in group):
                    self._open()
                self._now, self._left = group, [suspect for suspect in self._left if suspect not in group]
                await asyncio.gather(*map(self._begin, group))
                await self._until_over(group)
        finally:
            self._slots.give(len(self._left))
            self._now, self._left = [], []
            self._open()

    def _open(self) -> None:
        self._slots.closed = False
        self._runs.release_slots(0)

    async def _begin(self, suspect: Suspect) -> None:
        def build(transition: Transition) -> Change:
            if self._runs.halted:
                raise IllegalTransition("the engine is closing")
            return run_transitions.put_on_trial(transition, suspect.step)

        try:
            await self._runs.apply(suspect.run_id, build)
        except (IllegalTransition, UnknownRun, StoreBroken, StoreBusy) as reason:
            log.info("%s is not tried again: %s", suspect, reason)
        finally:
            self._runs.release_slots(1)

    async def _until_over(self, group: Sequence[Suspect]) -> None:
        """Return when their attempts have ended, or have gone on for as long as a trial is."""
        ended = asyncio.ensure_future(
            self._runner.until_ended([(suspect.run_id, suspect.step) for suspect in group])
        )
        trial_duration = max(suspect.window for suspect in group)
        timer = asyncio.ensure_future(self._clock.sleep(trial_duration))
        try:
            with self._activity.parked():
                await asyncio.wait([ended, timer], return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            timer.cancel()
