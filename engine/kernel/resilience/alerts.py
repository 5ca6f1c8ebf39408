"""Pure: where the news of a failed step goes, and how long quiet hours hold it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.kernel.schedules.working_hours import period_end
from engine.model.definition.spec import AlertSpec, Definition, NodeSpec, StepSpec
from engine.model.notices.alert import Alert
from engine.model.records.records import RequestRecord, StepRecord


def alert_spec(definition: Definition, node: NodeSpec) -> AlertSpec | None:
    """Return the rules for when this node fails for good; None where nothing was declared."""
    return (node.alerts if isinstance(node, StepSpec) else None) or definition.alerts


def alert_of(
    definition: Definition, node: NodeSpec, now: datetime, expires_at: datetime | None
) -> Alert | None:
    """Return the alert of a failure.

    `expires_at`: the end of the question to the owner; None: nobody is asked.
    """
    spec = alert_spec(definition, node)
    if spec is None:
        return None
    refs = spec.to.get(spec.severity, ())
    channels = tuple(ref for ref in refs if ref.startswith("#"))
    return Alert(
        spec.severity,
        channels,
        tuple(ref for ref in refs if not ref.startswith("#")),
        quiet_until(spec, now, expires_at),
    )


def quiet_until(spec: AlertSpec, now: datetime, expires_at: datetime | None) -> datetime | None:
    """Return the end of the quiet hours for which news of this failure waits; None: it does not wait.

    A question that would end before anybody read it does not wait.
    """
    if spec.quiet is None or spec.severity == "high":
        return None
    end = period_end(now, spec.quiet)
    return None if end is None or (expires_at is not None and expires_at <= end) else end


def alerted_references(definition: Definition) -> list[str]:
    """Return every channel, group and person that hears of a failure of the workflow."""
    specs = [definition.alerts, *(node.alerts for node in definition.nodes if isinstance(node, StepSpec))]
    routes = [refs for spec in specs if spec for refs in spec.to.values()]
    return list(dict.fromkeys(ref for refs in routes for ref in refs))


def held_until(
    definition: Definition,
    nodes: Mapping[str, NodeSpec],
    steps: Iterable[StepRecord],
    requests: Iterable[RequestRecord],
) -> datetime | None:
    """Return until when news of a run's failures waits; None where something of it does not wait."""
    requests = list(requests)
    ends = [request.alert.held_until if request.alert else None for request in requests]
    asked = {request.step for request in requests}
    for step in steps:
        if step.state == "failed" and step.step in nodes and step.step not in asked and step.ended_at:
            spec = alert_spec(definition, nodes[step.step])
            ends.append(quiet_until(spec, step.ended_at, None) if spec else None)
    return None if None in ends else min(filter(None, ends), default=None)
