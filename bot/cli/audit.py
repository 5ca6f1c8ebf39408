"""Requests of the command line about the records: verify, export, list and sum up the log."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.cli import serializers
from engine import Engine, EventFilter

JSON = dict[str, Any]
Values = Mapping[str, Any]
_REVIEWED = timedelta(days=30)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def audit(engine: Engine, values: Values, user: str) -> JSON:
    """Is everything as it was written? `marks`: checkpoints whose signature was verified."""
    return serializers.audit(await engine.audit(values.get("marks", ())))


async def checkpoint(engine: Engine, values: Values, user: str) -> JSON:
    """Return a signed checkpoint of the log."""
    return await engine.receipts.checkpoint(engine.clock.now())


async def export(engine: Engine, values: Values, user: str) -> JSON:
    """Return the signed statement about the events of a period."""
    return await engine.receipts.export(*_period(engine, values), engine.clock.now())


async def export_page(engine: Engine, values: Values, user: str) -> JSON:
    """Return the next records behind the event `after`, up to the event `last`."""
    return {"records": await engine.receipts.export_page(values["after"], values["last"])}


async def events(engine: Engine, values: Values, user: str) -> JSON:
    """Return the newest events that fit, newest first; with `before`, those before that event."""
    run, (since, until) = values.get("run"), _period(engine, values)
    wanted = EventFilter(
        run_id=(await engine.find_run(run)).id if run else None,
        workflow=values.get("workflow"),
        person=values.get("person"),
        types=tuple(values.get("types") or ()),
        since=since,
        until=until,
    )
    found = await engine.find_events(wanted, values["limit"], values.get("before"))
    return {"events": [serializers.found_event(event) for event in found]}


def _period(engine: Engine, values: Values) -> tuple[datetime | None, datetime | None]:
    """Return from when until when; each is given as a moment, or as a number of seconds before now."""

    def moment(given: str | float | None) -> datetime | None:
        if given is None:
            return None
        if isinstance(given, str):
            return datetime.fromisoformat(given)
        return engine.clock.now() - timedelta(seconds=given)

    period = values["period"]
    return moment(period.get("since")), moment(period.get("until"))


async def audit_review(engine: Engine, values: Values, user: str) -> JSON:
    """Return how approvals were asked and decided in a period; by default the last 30 days."""
    since, until = _period(engine, values)
    end = until or engine.clock.now()
    begin = since or max(end, _EPOCH + _REVIEWED) - _REVIEWED
    return serializers.review(await engine.audit_review(begin, end))


AUDIT: Mapping[str, Callable[[Engine, Values, str], Awaitable[JSON]]] = {
    act.__name__: act for act in (audit, checkpoint, export, export_page, events, audit_review)
}
