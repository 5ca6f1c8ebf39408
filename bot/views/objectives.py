"""Objectives of a workflow in words: target, what was measured, budget and burn rate; mrkdwn."""

from collections.abc import Mapping
from datetime import datetime

from bot.views.wording import icons
from bot.views.wording.text import count
from bot.views.wording.times import at, duration
from engine import Health, Objective

COLORS: Mapping[str, tuple[str, str]] = {
    "green": (icons.DONE, "healthy"),
    "amber": (icons.AT_RISK, "needs a look"),
    "red": (icons.FAILED, "failing"),
    "unknown": (icons.PENDING, "nothing measured yet"),
}
"""By color: the sign and the word of a workflow's health."""
NAMES: Mapping[str, str] = {
    "success": "Success",
    "p95": "Duration",
    "recover": "Time to recover",
    "decide": "Time to decide",
}
SIGNS: Mapping[str, str] = {
    "no data": icons.PENDING,
    "met": icons.DONE,
    "at risk": icons.AT_RISK,
    "missed": icons.FAILED,
}
_EVENTS: Mapping[str, tuple[str, str]] = {
    "success": ("run", "failed"),
    "p95": ("run", "took longer"),
    "recover": ("failure", "took longer"),
    "decide": ("approval", "took longer"),
}


def reason(objective: Objective) -> str:
    """Return the state of an objective as one reason among others: `success is missed: 91.2% of 99%`."""
    return f"{NAMES[objective.name].lower()} is {objective.state}: {against(objective)}"


def against(objective: Objective) -> str:
    """`91.2% of 99%`, `12 min of 10 min`."""
    target = value(objective, objective.target)
    if objective.measured is None:
        return f"nothing measured yet, target {target}"
    return f"{value(objective, objective.measured)} against a target of {target}"


def value(objective: Objective, number: float) -> str:
    if objective.name != "success":
        return duration(number)
    # Rounded down: 98.996% is below a target of 99%.
    return f"{int(number * 100 + 1e-6) / 100:g}%"


def budget(objective: Objective) -> str:
    """`40% of its budget is left`; a budget that is spent says so."""
    if not objective.events:
        return ""
    if objective.budget_left < 0:
        return "its budget is spent"
    return f"{objective.budget_left * 100:.0f}% of its budget is left"


def burn(objective: Objective) -> str:
    """Return how fast the budget burned in the last hours; empty where it did not."""
    return f"burn rate {objective.burn_rate:.1f}" if objective.burn_rate else ""


def line(objective: Objective, since: datetime | None, now: datetime) -> str:
    """Return everything about an objective, in two lines."""
    name, sign = f"*{NAMES[objective.name]}*", SIGNS[objective.state]
    if not objective.events:
        return f"{sign} {name} {against(objective)}"
    state = f"{objective.state} since {at(since, now).removeprefix('at ')}" if since else objective.state
    head = f"{sign} {name} {state}: {against(objective)}"
    return f"{head}\n{counts(objective)}"


def counts(objective: Objective) -> str:
    """`3 of 120 runs failed · its budget is spent · burn rate 2.1`."""
    event, bad = _EVENTS[objective.name]
    counted = f"{objective.bad:,} of {count(objective.events, event)} {bad}"
    return " · ".join(filter(None, [counted, budget(objective), burn(objective)]))


def window_words(health: Health) -> str:
    days = health.worst.window / 86_400
    return f"Measured over {count(int(days), 'day') if days.is_integer() else duration(health.worst.window)}."
