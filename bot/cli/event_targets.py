"""Requests of the command line about the targets of events: see `bot.cli.handlers`."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.events_out.specs import PREFIX
from engine import Actor, Engine, NotPossible

JSON = dict[str, Any]
Values = Mapping[str, Any]
_POSITION = re.compile(r"[0-9]{1,18}")


async def event_targets(engine: Engine, values: Values, user: str) -> JSON:
    """How far each target has the log. `waiting_since`: the time of the first event that it does not have."""
    newest = await engine.events.newest()
    places = await engine.deliveries.consumers(PREFIX)
    targets = [
        {
            "name": name.removeprefix(PREFIX),
            "place": place,
            "behind": max(0, newest - place),
            "waiting_since": since.isoformat() if since is not None else None,
        }
        for name, (place, since) in places.items()
    ]
    return {"targets": targets, "newest": newest}


async def forget_event_target(engine: Engine, values: Values, user: str) -> JSON:
    """Forget the place of a target that is no longer in the settings."""
    name = values["name"]
    if PREFIX + name in engine.deliveries.places:
        raise NotPossible(
            f"{name} still gets events. Remove it from the file of SIGNOFF_EVENTS_TO, and start Signoff "
            "again."
        )
    places = await engine.deliveries.consumers(PREFIX)
    if PREFIX + name not in places:
        known = ", ".join(each.removeprefix(PREFIX) for each in places)
        remedy = f"Name one of these: {known}." if known else "No target has a place yet."
        raise NotPossible(f"No event target called {name:.64} has a place. {remedy}")
    await engine.deliveries.forget(PREFIX + name)
    return {"name": name}


async def skip_event(engine: Engine, values: Values, user: str) -> JSON:
    """Never send one event to one target; the log records who decided so, and why."""
    name, reason = values["name"], values["reason"].strip()
    if not _POSITION.fullmatch(values["cursor"]):
        raise NotPossible(f"{values['cursor']:.40} is not the position of an event. Write a whole number.")
    seq = int(values["cursor"])
    if not reason:
        raise NotPossible("Give the reason, which the log records.")
    places = await engine.deliveries.consumers(PREFIX)
    if PREFIX + name not in places:
        raise NotPossible(f"No event target called {name:.64} has a place.")
    place = places[PREFIX + name][0]
    if seq <= place:
        raise NotPossible(f"The place of {name} is {place}, so it is past the event {seq}.")
    if seq > await engine.events.newest():
        raise NotPossible(f"The log has no event {seq} yet.")
    actor = Actor("cli", user, values.get("as_user"))
    await engine.skipped_events.skip(name, seq, place, actor=actor, reason=reason)
    return {"name": name, "event": seq}


EVENT_TARGETS: Mapping[str, Callable[[Engine, Values, str], Awaitable[JSON]]] = {
    act.__name__: act for act in (event_targets, forget_event_target, skip_event)
}
