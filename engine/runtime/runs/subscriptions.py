"""Subscriptions: channels that get the news of workflows. They are a fact of the installation."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.clock import Clock
from engine.errors import Altered, NotPossible
from engine.model.notices.subscription import NEWS, Subscription
from engine.model.people import Actor, identify
from engine.runtime.access.act_limits import ActLimits
from engine.runtime.process.installation import StoredMapping
from engine.runtime.settings import EngineSettings
from engine.store.store import Store

log = logging.getLogger(__name__)

_CHANNEL = re.compile(r"#[\w-]+|[CG][A-Z0-9]{2,}")
MAX_SUBSCRIPTIONS = 100
"""Workflows of which one channel gets the news."""


class Subscriptions:
    """Keeps them. Those who call it check who may, and what the channel may read. Raises `NotPossible`."""

    def __init__(self, store: Store, clock: Clock, settings: EngineSettings, act_limits: ActLimits) -> None:
        self._clock, self._settings, self._act_limits = clock, settings, act_limits
        self._fact = StoredMapping(store, "subscriptions", clock)
        self._known: tuple[Subscription, ...] | None = None

    async def all(self) -> tuple[Subscription, ...]:
        """Return the subscriptions, by channel and workflow. None hold where another program changed them."""
        if self._known is None:
            try:
                async with self._fact.unchanged():  # a change that is being written counts
                    self._known = _read(await self._fact.read())
            except Altered as error:
                log.error("No channel gets news: %s", error)
                return ()
        return self._known

    async def add(
        self, channel: str, workflow: str, kinds: Sequence[str] = (), *, actor: Actor
    ) -> Subscription:
        """Send the news of a workflow to a channel. No `kinds`: all of them. It replaces an earlier one."""
        actor = identify(actor, self._settings.cli_users)
        if not _CHANNEL.fullmatch(channel):
            raise NotPossible(f"{channel:.80} is not a channel. Write it as #name or as its id (C…).")
        if unknown := [kind for kind in kinds if kind not in NEWS]:
            raise NotPossible(
                f"There is no kind of news called {unknown[0]:.40}. There are: {', '.join(NEWS)}."
            )
        chosen = tuple(kind for kind in NEWS if not kinds or kind in kinds)
        added = Subscription(channel, workflow, chosen, actor, self._clock.now())
        self._act_limits.count(actor, "subscriptions")
        async with self._fact.changing() as change:
            others = [each for each in _read(change.mapping) if each.channel == channel]
            if len(others) >= MAX_SUBSCRIPTIONS and added.key not in change.mapping:
                raise NotPossible(f"A channel gets the news of {MAX_SUBSCRIPTIONS} workflows at most.")
            change.mapping[added.key] = _stored(added)
            change.record("subscription.added", actor, channel=channel, workflow=workflow, kinds=list(chosen))
        self._known = None
        return added

    async def remove(self, channels: Sequence[str], workflow: str, *, actor: Actor) -> None:
        """End a subscription. `channels`: the names under which the channel may have been subscribed."""
        actor = identify(actor, self._settings.cli_users)
        await self._drop(
            lambda each: each.channel in channels and each.workflow == workflow,
            f"This channel gets no news of {workflow}.",
            actor,
        )

    async def _drop(self, ends: Callable[[Subscription], bool], nothing: str, actor: Actor) -> None:
        async with self._fact.changing() as change:
            ended = [each for each in _read(change.mapping) if ends(each)]
            if not ended:
                raise NotPossible(nothing)
            for each in ended:
                del change.mapping[each.key]
                change.record("subscription.removed", actor, channel=each.channel, workflow=each.workflow)
        self._known = None


def _read(stored: Mapping[str, Any]) -> tuple[Subscription, ...]:
    return tuple(
        Subscription(
            value["channel"],
            value["workflow"],
            tuple(value["kinds"]),
            Actor(*value["by"]),
            datetime.fromisoformat(value["at"]),
        )
        for _, value in sorted(stored.items())
    )


def _stored(subscription: Subscription) -> dict[str, Any]:
    by = subscription.by
    return {
        "channel": subscription.channel,
        "workflow": subscription.workflow,
        "kinds": list(subscription.kinds),
        "by": [by.source, by.id, by.as_user],
        "at": subscription.at.isoformat(),
    }
