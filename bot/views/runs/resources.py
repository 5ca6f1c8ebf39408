"""The resources that steps use: what is in use, who waits, and whether a circuit breaker is open."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import grey, section, table
from bot.views.message import Message, message
from bot.views.wording.text import some
from bot.views.wording.times import plain_moment
from engine import ResourceRecord

_MAX_RESOURCES = 50


def resources_answer(resources: Sequence[ResourceRecord], now: datetime) -> Message:
    if not resources:
        text = "No workflow that you can see uses a resource."
        return message(text, section(text))
    count = "1 resource" if len(resources) == 1 else f"{len(resources)} resources"
    rows = [
        [each.name, in_use(each), rate(each), breaker(each, now), str(each.waiting)] for each in resources
    ]
    left = len(resources) - _MAX_RESOURCES
    return message(
        f"{count}: " + some([each.name for each in resources], 10),
        section(f"*{count}*"),
        table([["Resource", "In use", "Rate", "Circuit breaker", "Waiting"], *rows[:_MAX_RESOURCES]]),
        grey(f"{left} not listed") if left > 0 else None,
    )


def in_use(resource: ResourceRecord) -> str:
    return f"{resource.in_use} of {resource.at_once}" if resource.at_once else str(resource.in_use)


def rate(resource: ResourceRecord) -> str:
    return f"{resource.rate_used} used of {resource.rate}" if resource.rate else "–"


def breaker(resource: ResourceRecord, now: datetime) -> str:
    if resource.opened_at is None:
        return resource.breaker or "–"
    return f"{resource.breaker} since {plain_moment(resource.opened_at, now)}"
