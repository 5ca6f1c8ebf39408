"""The resources that steps use: what is in use, who waits, and whether a circuit breaker is open."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import grey, section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.text import count, safe, some
from bot.views.wording.times import moment
from engine import ResourceRecord

_MAX_RESOURCES, _PER_BLOCK = 50, 10


def resources_answer(resources: Sequence[ResourceRecord], now: datetime) -> Message:
    """Return a line for each resource; a table of them does not fit on a phone."""
    if not resources:
        text = "No workflow that is visible here uses a resource."
        return message(text, section(text))
    head = count(len(resources), "resource")
    lines = [_line(each, now) for each in resources[:_MAX_RESOURCES]]
    left = len(resources) - _MAX_RESOURCES
    return message(
        f"{head}: " + some([safe(each.name, 80) for each in resources], 10),
        section(f"*{head}*"),
        *[section("\n".join(lines[at : at + _PER_BLOCK])) for at in range(0, len(lines), _PER_BLOCK)],
        grey(f"{left:,} more are not listed. The command line lists all: signoff resources.")
        if left > 0
        else None,
    )


def _line(resource: ResourceRecord, now: datetime) -> str:
    """`• *bank* · 1 of 2 in use · 3 steps wait · circuit breaker closed`; mrkdwn."""
    parts = [f"*{safe(resource.name, 80)}*", f"{_in_use(resource)} in use"]
    if resource.waiting:
        parts.append(f"{count(resource.waiting, 'step')} {'waits' if resource.waiting == 1 else 'wait'}")
    if resource.rate:
        parts.append(f"rate {resource.rate_used} of {safe(resource.rate, 40)}")
    if resource.breaker:
        since = f" since {moment(resource.opened_at, now)}" if resource.opened_at is not None else ""
        parts.append(f"circuit breaker {resource.breaker}{since}")
    sign = icons.AT_RISK if resource.opened_at is not None else "•"
    return f"{sign} {' · '.join(parts)}"


def _in_use(resource: ResourceRecord) -> str:
    return f"{resource.in_use} of {resource.at_once}" if resource.at_once else str(resource.in_use)
