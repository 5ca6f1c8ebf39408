"""The door of observers: the triggers there are, whether one is on, and how runs start."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.clock import Clock
from engine.errors import AlteredRun, InvalidInput, NotPossible, OverlapSkipped, TooMany
from engine.kernel.schedules import source_health
from engine.model.definition.trigger_spec import FactSpec, ObservedSpec, TriggerSpec
from engine.model.people import Actor
from engine.model.values.json_safe import storable_text
from engine.triggers.fact import Fact, Taken
from engine.triggers.health import TriggerHealth

log = logging.getLogger(__name__)


class Activity(Protocol):
    """The count of work under way, for which tests and a clean shutdown wait."""

    def enter(self) -> None: ...

    def leave(self) -> None: ...

    def parked(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class Door:
    """`triggers`: all of them, each with its workflow. `take`: as `Intake.take`. `requesters_of`: everybody
    whose input the run of an id carries."""

    triggers: Callable[[], Sequence[tuple[str, TriggerSpec]]]
    enabled: Callable[[str, FactSpec], Awaitable[bool]]
    take: Callable[[str, FactSpec, Fact], Awaitable[Taken]]
    activity: Activity
    requesters_of: Callable[[str], Awaitable[tuple[Actor, ...]]]
    health: TriggerHealth
    clock: Clock

    async def observe(self, workflow: str, spec: FactSpec, fact: Fact, place: str = "") -> bool:
        """Take a fact, and return whether the trigger's place was written with its run.

        A fact that does not fit is refused for good. Raises `TooMany` for one that a limit keeps from
        starting its run: it stays at its source. `place`: where it is, for people.
        """
        try:
            return (await self.take(workflow, spec, fact)).noted
        except OverlapSkipped as error:
            log.info("%s: %s", workflow, error)
        except (InvalidInput, NotPossible) as error:
            await self.refuse(workflow, spec, error, place)
        return False

    async def refuse(
        self, workflow: str, spec: FactSpec, error: AlteredRun | InvalidInput | NotPossible, place: str = ""
    ) -> None:
        """Record that a fact starts no run, for good."""
        reason = storable_text(f"{place}: {error}" if place else str(error))
        log.warning("%s is not started by its trigger %s: %s", workflow, spec.key, reason)
        await self.health.refused(workflow, spec.key, reason)

    async def hold(self, workflow: str, spec: ObservedSpec, error: TooMany, moved: bool) -> datetime:
        """Record that a limit keeps the facts of a trigger waiting, and return when to try again.

        `moved`: whether some of them were taken since the last try.
        """
        problem = f"too many runs: {str(error).rstrip('.')}"
        await self.health.failing(workflow, spec, problem)
        since = None if moved else await self.health.since(workflow, spec.key)
        return source_health.next_try(since, self.clock.now())
