"""The weekly review of failures in a channel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views.blocks import actions, grey, section
from bot.views.command_replies import show_button
from bot.views.message import Message, Names, message
from bot.views.wording import icons
from bot.views.wording.text import count, safe
from bot.views.wording.times import duration
from engine import is_group, is_on_call

_MAX_ASKED = 5


def asked_in(event: Mapping[str, Any]) -> list[str]:
    """Return the references of the people whom the review names."""
    return [ref for workflow in event["data"]["workflows"] for ref in workflow["asked"][:_MAX_ASKED]]


def review_message(event: Mapping[str, Any], names: Names) -> Message:
    """Say what failed in a week, how long it took, who was asked, and what is still open."""
    data: Mapping[str, Any] = event["data"]
    since, until = (datetime.fromisoformat(data[name]) for name in ("since", "until"))
    week = f"{since:%-d %B} to {until:%-d %B}"
    failed = sum(each["runs"] for each in data["workflows"])
    workflows = len(data["workflows"]) + data["more"]
    head = f"*Review of the week {week}:* "
    if not workflows:
        head = f"{icons.DONE} {head}no run failed, and no failure waits for an answer."
    else:
        head = f"{head}{count(failed, 'run')} of {count(workflows, 'workflow')} failed."
    notes = [f"and {count(data['more'], 'more workflow')}"] if data["more"] else []
    # A number, or silence where there is none, would tell that private workflows exist.
    notes.append("Workflows with may_see are never listed here")
    return message(
        head,
        section(head),
        *(section(_workflow(each, names), f"week:{number}") for number, each in enumerate(data["workflows"])),
        grey(*notes),
        actions([show_button("Health", "health"), show_button("Failed runs", "runs state=failed")]),
    )


def _workflow(each: Mapping[str, Any], names: Names) -> str:
    waits = each["open_failures"]
    sign = icons.FAILED if waits else icons.DONE
    lines = [f"{sign} *{safe(each['title'], 100)}* {count(each['runs'], 'run')} failed"]
    if each["runs"]:
        lines[0] += f" and took {duration(each['seconds'])} in all"
    steps = [f"{safe(step, 60)} ({number})" for step, number in each["steps"]]
    parts = [f"at {', '.join(steps)}"] if steps else []
    if each["asked"]:
        asked = [_name(ref, names) for ref in each["asked"][:_MAX_ASKED]]
        more = len(each["asked"]) - _MAX_ASKED
        parts.append(f"asked: {', '.join(asked)}" + (f" and {more} more" if more > 0 else ""))
    still = [count(waits, "failure")] if waits else []
    if each["open_approvals"]:
        still.append(count(each["open_approvals"], "approval"))
    parts.append(f"still open: {' and '.join(still)}" if still else "nothing is open")
    return "\n".join([*lines, " · ".join(parts)])


def _name(ref: str, names: Names) -> str:
    """Return who was asked without notifying anybody."""
    return safe(ref, 80) if is_group(ref) and not is_on_call(ref) else names.ref(ref)
