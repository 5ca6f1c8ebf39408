"""Events that the operator skips for a consumer of the log that always refuses them."""

from collections.abc import Collection
from typing import Any

from engine.errors import NotPossible
from engine.model.people import Actor
from engine.runtime.process.installation import StoredMapping

_MAX_SKIPPED = 100
"""Events that one consumer skips and has not passed yet."""


class SkippedEvents:
    """Positions of events by the name of the consumer, as a fact of the installation."""

    def __init__(self, fact: StoredMapping) -> None:
        self._fact = fact

    async def of(self, name: str) -> Collection[int]:
        skipped: list[Any] = (await self._fact.read()).get(name, [])
        return skipped

    async def skip(self, name: str, seq: int, place: int, *, actor: Actor, reason: str) -> None:
        """Skip one event. `place`: the last event that the consumer has. Raises `NotPossible`."""
        async with self._fact.changing() as change:
            kept = [each for each in change.mapping.get(name, ()) if each > place and each != seq]
            if len(kept) >= _MAX_SKIPPED:
                raise NotPossible(f"{name} skips {len(kept)} events already. Correct the target.")
            change.mapping[name] = [*kept, seq]
            change.record("target.skipped", actor, target=name, event=seq, reason=reason)
