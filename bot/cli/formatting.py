"""Moments, durations, states and people as the command line says them: the words of Slack's messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.terminal import printed
from bot.views.wording import icons
from bot.views.wording.text import cut
from bot.views.wording.text import one_line as _one_line
from bot.views.wording.times import duration

STYLES = {
    "running": "blue",
    "waiting": "yellow",
    "paused": "yellow",
    "compensating": "yellow",
    "succeeded": "green",
    "failed": "red",
    "retrying": "yellow",
    "polling": "blue",
}
PAUSED = f"{icons.PAUSED} paused"
_SHOWN = {**icons.STEP, **icons.RUN}


def plain(value: Any) -> str:
    """Text from people or payloads on one line, without what would steer a terminal."""
    return printed(value)


def one_line(value: Any, longest: int = 100) -> str:
    return cut(_one_line(value), longest) if str(value) else ""


def sign(state: str) -> str:
    return _SHOWN.get(state, icons.PENDING)


def state(name: str, reason: str = "", refusal: str = "", waits_for: Sequence[str] = ()) -> str:
    """A run's state. One that succeeded for a reason, or after a refusal, went without steps.

    `waits_for`: the people who decide on its failed step.
    """
    if waits_for and name != "paused":
        return f"{icons.FAILED} failed, waits for {plain(' or '.join(waits_for[:3]))}"
    skips = ", with skipped steps" if name == "succeeded" and reason else ""
    if refusal:
        skips = f", approval {refusal}"
    return f"{run_sign(name, reason, refusal)} {name}{skips}"


def run_words(run: dict[str, Any]) -> str:
    """The same of a run as JSON, also from a serving process of an earlier release."""
    waits_for = run.get("failure_waits_for", ())
    return state(run["state"], run["reason"], run.get("refusal", ""), waits_for)


def run_sign(name: str, reason: str, refusal: str = "") -> str:
    return icons.run_state(name, reason, refusal)[0] if name in icons.RUN else sign(name)


def clock(text: str | None) -> str:
    """A moment in this machine's zone."""
    return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M:%S") if text else ""


def upcoming(trigger: dict[str, Any]) -> str:
    """When a trigger fires next; empty where its workflow is paused."""
    return "" if trigger.get("paused") else clock(trigger["next_fire_at"])


def took(started: str | None, ended: str | None) -> str:
    if not started or not ended:
        return ""
    return duration((datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds())


def actor(value: dict[str, Any]) -> str:
    """`bob on the command line as U02BOB`; a Slack user id stands alone."""
    if value["source"] == "cli":
        name = f" as {plain(value['as'])}" if value["as"] else ""
        return f"{plain(value['id'])} on the command line{name}"
    if value["source"] in ("schedule", "webhook", "event", "file", "query"):
        return f"{value['source']} {plain(value['id'])}"
    return plain(value["id"])
