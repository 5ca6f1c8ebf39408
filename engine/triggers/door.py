"""The door of observers: the triggers there are, whether one is on, and how runs start."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from engine.model.people import Actor
from engine.model.trigger_spec import FactSpec, TriggerSpec
from engine.triggers.fact import Fact, Taken
from engine.triggers.health import TriggerHealth


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
