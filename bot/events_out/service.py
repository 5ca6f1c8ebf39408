"""Sends events to all targets of the settings."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.events_out.follower import Follower
from bot.events_out.places import Address, File, Place
from bot.events_out.specs import PREFIX, TargetSpec
from bot.settings.config import Settings
from engine import Clock, Engine, StoreBroken, StoreBusy
from engine.text import redacted

log = logging.getLogger(__name__)

_LOOK_AGAIN = timedelta(minutes=1)
"""Between two looks whether the place of a removed target was forgotten."""


class EventsOut:
    """`start` it once runs execute. Each target has its own place, so that none waits for another."""

    def __init__(self, engine: Engine, settings: Settings, clock: Clock) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._followers: list[Follower] = []
        self._places: list[Place] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._left: Sequence[str] = ()
        """The names of targets that are no longer in the file, and whose places are kept."""

    @property
    def problem(self) -> str:
        """Return which targets do not get their events, and which left their place behind; usually empty."""
        left = map(_left_behind, self._left)
        return ". ".join([*(each.problem for each in self._followers if each.problem), *left])

    async def start(self) -> None:
        """Begin to send. A new target gets the events from now on."""
        targets = self._settings.events_to.spec.targets if self._settings.events_to else []
        self._warn()
        await self._look_for_left()
        if self._left:
            self._tasks.append(asyncio.create_task(self._until_forgotten(), name="signoff-events-left"))
        for target in targets:
            follower = self._follower(target)
            await follower.begin()
            self._followers.append(follower)
            self._tasks.append(asyncio.create_task(follower.run(), name=f"signoff-events-{target.name}"))

    def _warn(self) -> None:
        if self._settings.events_to is not None:
            known = [workflow.name for workflow in self._engine.workflows()]
            for sentence in self._settings.events_to.unknown_workflows(known):
                log.warning("%s", sentence)

    async def _look_for_left(self) -> None:
        targets = self._settings.events_to.spec.targets if self._settings.events_to else []
        names = {target.name for target in targets}
        kept = [name.removeprefix(PREFIX) for name in await self._engine.deliveries.consumers(PREFIX)]
        self._left = [name for name in kept if name not in names]

    async def _until_forgotten(self) -> None:
        """Look again while a place is kept: another process may forget it."""
        while self._left:
            await self._clock.sleep(_LOOK_AGAIN)
            with suppress(StoreBroken, StoreBusy):
                await self._look_for_left()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for place in self._places:
            await place.close()

    def _follower(self, target: TargetSpec) -> Follower:
        assert self._settings.events_to is not None
        known = self._settings.vault.known
        place: Place
        if target.is_file:
            place = File(Path(target.to))
        else:
            secret = partial(self._settings.vault.find, target.secret)
            place = Address(target.to, secret, self._clock, private=target.private)
        self._places.append(place)
        source = self._settings.events_to.spec.source
        return Follower(self._engine, self._clock, target, place, source, lambda text: redacted(text, known))


def _left_behind(name: str) -> str:
    return (
        f"The event target {name} is no longer in the file of SIGNOFF_EVENTS_TO, and runs are kept for it. "
        f"Name it again, or forget its place: signoff events forget {name}"
    )
