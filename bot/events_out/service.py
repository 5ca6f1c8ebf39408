"""Sends events to all targets of the settings."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bot.events_out.follower import Follower
from bot.events_out.places import Address, File, Place
from bot.events_out.specs import PREFIX, TargetSpec
from bot.settings.config import Settings
from engine import Clock, Engine
from engine.text import redacted


class EventsOut:
    """`start` it once runs execute. Each target has its own place, so that none waits for another."""

    def __init__(self, engine: Engine, settings: Settings, clock: Clock) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._followers: list[Follower] = []
        self._places: list[Place] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._left: Sequence[str] = ()

    @property
    def problem(self) -> str:
        """Return which targets do not get their events, and which left their place behind; usually empty."""
        return ". ".join([*(each.problem for each in self._followers if each.problem), *self._left])

    async def start(self) -> None:
        """Begin to send. A new target gets the events from now on."""
        targets = self._settings.events_to.spec.targets if self._settings.events_to else []
        kept = await self._engine.deliveries.consumers(PREFIX)
        names = {PREFIX + target.name for target in targets}
        self._left = [_left_behind(name.removeprefix(PREFIX)) for name in kept if name not in names]
        for target in targets:
            follower = self._follower(target)
            await follower.begin()
            self._followers.append(follower)
            self._tasks.append(asyncio.create_task(follower.run(), name=f"signoff-events-{target.name}"))

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
