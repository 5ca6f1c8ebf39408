"""Messages about break-glass to everybody concerned. Pure."""

from collections.abc import Iterable

from bot.outbox.ports import Wanted
from bot.outbox.projector import TELLS, event_data, request_key
from engine import EventRecord, Queue, RequestRecord, RunDetail


def broken_at(event: EventRecord, detail: RunDetail) -> RequestRecord | None:
    """Return the request that one person approved alone."""
    return next((each for each in detail.requests if each.id == event.data["request"]), None)


def concerned(request: RequestRecord, owner: str) -> list[str]:
    """Return the references of those who are told: the approvers who were asked, and the owner."""
    quorums = [quorum for stage in request.policy.stages for quorum in stage.quorums]
    asked = [ref for quorum in quorums for ref in (*quorum.approvers, *quorum.former)]
    handed = [handover.to for handover in request.people.handovers]
    standing_in = [delegate.to for delegate in request.people.delegates]
    return list(dict.fromkeys([*asked, *request.policy.veto, *handed, *standing_in, owner]))


def told_of_break_glass(event: EventRecord, detail: RunDetail, people: Iterable[str]) -> list[Wanted]:
    """Return a word to each of these people, and to the workflow's channel if it was asked in another one."""
    request = broken_at(event, detail)
    if request is None:
        return []
    target = {"run": detail.run.id, "since": event.at.timestamp()}
    places: list[tuple[str, dict[str, object]]] = [(user, {**target, "user": user}) for user in people]
    channel = detail.workflow_channel
    if channel and request.channel not in (None, channel):
        places.append((channel, {**target, "channels": [channel]}))
    return [
        Wanted(
            f"glass:{event.seq}:{place}",
            "line",
            detail.run.id,
            where,
            event_data(event),
            Queue(place, TELLS, f"break-glass:{event.data['by']}", follows=request_key(request.id)),
        )
        for place, where in places
    ]
