"""How a polling step is checked again: from what the author wrote to checked numbers."""

from typing import Any

from engine.authoring.nodes import Node
from engine.authoring.polling import Poll
from engine.compiler.definition.checks import Checks
from engine.model.definition.spec import PollSpec
from engine.model.values.durations import MIN_SECONDS


def poll_spec(checks: Checks, node: Node, poll: Any) -> PollSpec | None:
    """Return the checked poll, None for a step that does not poll; mistakes are among the checks' errors."""
    if poll is None:
        return None
    if not isinstance(poll, Poll):
        checks.error(f"poll is {poll!r}.", 'Write poll=Poll(deadline="2h").', node)
        return None
    values = {"deadline": poll.deadline, "delay": poll.delay, "max_delay": poll.max_delay}
    durations: dict[str, float] = {}
    for name, value in values.items():
        if value is None:
            checks.error(f"Poll's {name} is None.", f'Give a duration such as {name}="10m".', node)
        elif (duration := checks.duration(value, f"Poll's {name}", node, MIN_SECONDS)) is not None:
            durations[name] = duration
    backoff: Any = poll.backoff
    if not isinstance(backoff, int | float) or isinstance(backoff, bool) or not 1 <= backoff <= 1000:
        checks.error(f"Poll(backoff={backoff!r}).", "Give a number from 1 to 1000.", node)
        return None
    if len(durations) < len(values):
        return None
    for name, limit in (("delay", "max_delay"), ("delay", "deadline")):
        if durations[name] > durations[limit]:
            checks.error(
                f"Poll's {name} is {values[name]!r}, which is more than its {limit} {values[limit]!r}.",
                f"Give a longer {limit}, or a shorter {name}.",
                node,
            )
            return None
    return PollSpec(**durations, backoff=float(backoff))
