"""Pure: who may see a run, with its input, results, logs and requests. Every door asks `may_see`.

Without `may_see=` on the workflow: the members of the run's own channel, and every full member of the
workspace where that channel is public, as Slack shows it to them. A channel in which only its approval is
asked adds nobody: its readers read the message of the approval. In any case: the requester, the approvers,
those who decided, the owner, the people in
`may_operate` and the operator.
"""

from collections.abc import Iterable

from engine.kernel.roles import is_private, watching
from engine.model.definition.spec import Definition
from engine.model.people import Actor
from engine.model.records.records import RequestRecord, RunRecord


def audience_references(
    run: RunRecord, definition: Definition, requests: Iterable[RequestRecord]
) -> tuple[str, ...]:
    """Return the references whose members may see the run, the cheapest to look up first."""
    requests = list(requests)
    refs = [*watching(definition), *(ref for request in requests for ref in _asked_references(request))]
    refs += [] if is_private(definition) else [_channel_ref(run.channel or definition.channel)]
    return tuple(dict.fromkeys(filter(None, refs)))


def channel_reference(run: RunRecord, definition: Definition) -> str:
    """Return the channel whose readers may see the run; empty if the workflow has `may_see`."""
    return "" if is_private(definition) else _channel_ref(run.channel or definition.channel)


def asking_references(run: RunRecord, definition: Definition, request: RequestRecord) -> tuple[str, ...]:
    """Return the channels in which the request is asked. Their readers read its message."""
    channels = (request.channel or definition.channel or run.channel, *request.further_channels)
    return tuple(dict.fromkeys(filter(None, map(_channel_ref, channels))))


def may_see(
    viewer: Actor,
    run: RunRecord,
    requests: Iterable[RequestRecord],
    operator: str | None,
) -> bool:
    """Return whether the viewer takes part in the run. Members of its `audience_references` may see it too.

    The command line is the operator's. A token sees the runs that it started, and none of its holder's.
    """
    if viewer.source in ("cli", "engine"):
        return True
    if viewer.source != "slack":
        return (viewer.source, viewer.id) == (run.actor.source, run.actor.id)
    return (
        viewer.id == operator
        or viewer.id in run.actor.names
        or any(viewer.id in _participant_ids(request) for request in requests)
    )


def _asked_references(request: RequestRecord) -> list[str]:
    """Return the references of the people who may answer, also alone or before a reassignment."""
    quorums = [quorum for stage in request.policy.stages for quorum in stage.quorums]
    glass = request.policy.break_glass
    return [
        *(ref for asked_quorum in quorums for ref in (*asked_quorum.approvers, *asked_quorum.former)),
        *request.policy.veto,
        *(glass.people if glass is not None else ()),
    ]


def _participant_ids(request: RequestRecord) -> set[str]:
    """Return the ids of the people who decided, of those they represented, and of the delegates."""
    ids = {delegate.to for delegate in request.people.delegates} | {
        decision.on_behalf for decision in request.decisions
    }
    return ids.union(*(decision.actor.names for decision in request.decisions))


def _channel_ref(channel: str | None) -> str:
    """Return `#name` for a name, `#C05DEPLOYS` for an id, nothing for a direct message."""
    if not channel or channel.startswith("D"):
        return ""
    return channel if channel.startswith("#") else f"#{channel}"
