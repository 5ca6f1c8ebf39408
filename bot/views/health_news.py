"""Messages about the health of a workflow: an objective, a long run, a schedule, an approval, silence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views import objectives
from bot.views.blocks import actions, section
from bot.views.command_replies import show_button
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.text import safe
from bot.views.wording.times import dated, duration
from engine import Objective

_FAST = 14.4
"""The burn rate from which a message names it in its first line."""


def health_message(event: Mapping[str, Any]) -> Message:
    """Say what is wrong with the workflow of this event, or that it is right again."""
    data: Mapping[str, Any] = event["data"]
    head, rest = _TEXTS[data["kind"]](data, datetime.fromisoformat(event["at"]))
    text = "\n".join(filter(None, [f"{_sign(data['state'])} {head}", rest]))
    workflow = str(data["workflow"])
    button = show_button("Health", f"health {workflow}", label=f"Health of {data['title']}")
    return message(text.replace("\n", " "), section(text), actions([button]))


def _sign(state: str) -> str:
    return {"missed": icons.FAILED, "at risk": icons.AT_RISK}.get(state, icons.DONE)


def _name(data: Mapping[str, Any]) -> str:
    return f"*{safe(data['title'], 100)}*"


def _objective(data: Mapping[str, Any], at: datetime) -> tuple[str, str]:
    objective = Objective(**data["found"])
    name, workflow = objectives.NAMES[objective.name].lower(), _name(data)
    match data["state"], data["before"]:
        case "recovered", before:
            lasted = duration((at - datetime.fromisoformat(data["since"])).total_seconds())
            return (
                f"{workflow} meets its objective again: {name}. It was {safe(before, 20)} for {lasted}.",
                "",
            )
        case "missed", _:
            verb = "misses its objective"
        case _, "missed":
            verb = "no longer misses its objective, which is still at risk"
        case _:
            verb = "may miss its objective"
    fast = " Its budget burns fast." if objective.burn_rate >= _FAST else ""
    return f"{workflow} {verb}: {name} {objectives.against(objective)}.{fast}", objectives.counts(objective)


def _run(data: Mapping[str, Any], at: datetime) -> tuple[str, str]:
    found = data["found"]
    took = duration((at - datetime.fromisoformat(found["started"])).total_seconds())
    usual = duration(found["usual"])
    return f"{_name(data)} takes far longer than usual: {safe(found['run'], 100)} executes for {took}.", (
        f"Usually a run takes {usual}. Its message shows the step that executes."
    )


def _schedule(data: Mapping[str, Any], at: datetime) -> tuple[str, str]:
    found = data["found"]
    schedule = f"{_name(data)}: the schedule {safe(found['description'], 200)}"
    if data["state"] == "recovered":
        return f"{schedule} fires again.", ""
    due = dated(datetime.fromisoformat(found["due"]))
    return f"{schedule} did not fire. It was due on {due}.", "`signoff doctor` names what keeps Signoff busy."


def _approval(data: Mapping[str, Any], at: datetime) -> tuple[str, str]:
    found = data["found"]
    step, run = safe(found["step"], 100), safe(found["run"], 100)
    head = f"{_name(data)}: nobody decided *{step}* of {run} within {duration(found['limit'])}."
    return head, f"It was asked on {dated(datetime.fromisoformat(found['opened']))}. Its buttons still work."


def _silence(data: Mapping[str, Any], at: datetime) -> tuple[str, str]:
    found = data["found"]
    if data["state"] == "recovered":
        return f"{_name(data)}: its triggers start runs again.", ""
    silent = duration((at - datetime.fromisoformat(found["last"])).total_seconds())
    head = f"{_name(data)}: no trigger started a run for {silent}."
    return head, f"One is expected at least every {duration(found['limit'])}."


_TEXTS = {
    "objective": _objective,
    "run": _run,
    "schedule": _schedule,
    "approval": _approval,
    "trigger": _silence,
}
