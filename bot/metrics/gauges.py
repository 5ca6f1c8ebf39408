"""Values of the gauges, read when somebody asks for the metrics."""

from collections.abc import Awaitable, Callable, Mapping

from bot.metrics.instruments import Values
from engine import Engine

Problems = Callable[[], Awaitable[Mapping[str, str]]]


async def gauges(engine: Engine, problems: Problems) -> Values:
    """Return them. Where the database cannot be read, those of the process alone."""
    found = await problems()
    own: dict[str, Mapping[tuple[str, ...], float]] = {
        "signoff_ready": {(): float(not found)},
        "signoff_problem": {(name,): 1.0 for name in found},
        "signoff_leads": {(): 1.0},
    }
    if "database" in found:
        return own
    backlog, resources, workers = await engine.backlog(), await engine.resources(), await engine.workers()
    return own | {
        "signoff_runs": {(workflow, state): float(count) for workflow, state, count in backlog.runs},
        "signoff_requests_open": {
            (workflow, kind): float(count) for workflow, kind, count in backlog.requests
        },
        "signoff_messages_waiting": {(): float(backlog.messages)},
        "signoff_resource_in_use": {(each.name,): float(each.in_use) for each in resources},
        "signoff_resource_waiting": {(each.name,): float(each.waiting) for each in resources},
        "signoff_breaker_open": {
            (each.name,): float(each.breaker != "closed") for each in resources if each.breaker
        },
        "signoff_workers": {(): float(len(workers.workers))},
        "signoff_queue_waiting": {(queue.name,): float(queue.waiting) for queue in workers.queues},
    }
