"""Requests of the command line about subscriptions: see `bot.cli.handlers`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.cli import serializers
from bot.cli.serializers import JSON
from engine import Actor, Engine

Values = Mapping[str, Any]


async def subscriptions(engine: Engine, values: Values, user: str) -> JSON:
    return {"subscriptions": [serializers.subscription(each) for each in await engine.subscriptions.all()]}


async def subscribe(engine: Engine, values: Values, user: str) -> JSON:
    actor, workflow = Actor("cli", user, values.get("as_user")), engine.workflow(values["workflow"]).name
    added = await engine.subscriptions.add(values["channel"], workflow, values["kinds"], actor=actor)
    return serializers.subscription(added)


async def unsubscribe(engine: Engine, values: Values, user: str) -> JSON:
    actor = Actor("cli", user, values.get("as_user"))
    await engine.subscriptions.remove([values["channel"]], values["workflow"], actor=actor)
    return {"workflow": values["workflow"], "channel": values["channel"]}


SUBSCRIBING: Mapping[str, Callable[[Engine, Values, str], Awaitable[JSON]]] = {
    act.__name__: act for act in (subscriptions, subscribe, unsubscribe)
}
