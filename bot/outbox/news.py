"""News of workflows for the channels that subscribed to them. Pure; one line a news."""

from collections.abc import Iterable

from bot.outbox.ports import Wanted
from bot.outbox.projector import NEWS as RUNS
from bot.outbox.projector import Cards, event_data, run_key
from engine import EventRecord, Queue, RunDetail, Subscription

TYPE = "news"
_LAST = RUNS + 1
"""Rank: after everything that people must act on, and after the messages of runs."""
_KINDS = {"run.started": "started", "run.succeeded": "done", "run.failed": "failed"}


def news_of(event: EventRecord, detail: RunDetail, cards: Cards) -> str:
    """Return the kind of news that an event is; empty for none.

    No channel is told of a failure that is muted, or that joins the card of another run.
    """
    if event.type != "request.opened":
        return _KINDS.get(event.type, "")
    request = next((request for request in detail.requests if request.id == event.request_id), None)
    if request is None or request.kind == "clarification":
        return ""
    if request.kind == "approval":
        return "waiting"
    card = cards.get(request.id)
    return "" if card is not None and (card.mute or card.leader.id != request.id) else "failed"


def news(
    event: EventRecord, detail: RunDetail, cards: Cards, subscriptions: Iterable[Subscription]
) -> list[Wanted]:
    """Return a line for each channel that wants this news. The end of a run replaces an unsent beginning."""
    kind = news_of(event, detail, cards)
    run = detail.run
    if not kind:
        return []
    wanted = []
    for subscription in subscriptions:
        if subscription.workflow != run.workflow or kind not in subscription.kinds:
            continue
        channel = subscription.channel
        base = f"news:{channel}:{run.id}"
        # By their keys, lines that are due together go in this order.
        moment = f"2:{event.request_id}" if event.request_id else "1" if kind == "started" else "3"
        target = {"channels": [channel], "workflow": None, "run": run.id, "since": event.at.timestamp()}
        data = {**event_data(event), "type": TYPE, "news": kind, "channel": channel}
        earlier = f"{base}:1" if event.type in ("run.succeeded", "run.failed") else ""
        queue = Queue(channel, _LAST, f"news:{run.workflow}", follows=run_key(run.id))
        wanted.append(Wanted(f"{base}:{moment}", "line", run.id, target, data, queue, earlier))
    return wanted
