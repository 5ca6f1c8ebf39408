"""Direct messages to the owner about a trigger that starts nothing, or whose facts do not fit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views.blocks import section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.text import count, safe
from bot.views.wording.times import dated, duration
from engine.text import without_folders


def trigger_message(event: Mapping[str, Any]) -> Message:
    """Say what is wrong with the trigger of this event, or that it works again."""
    data: Mapping[str, Any] = event["data"]
    workflow = safe(str(data["workflow"]), 80)
    trigger = safe(str(data.get("description") or data["key"]), 200)
    match event["type"]:
        case "trigger.failing":
            began = f" since {dated(datetime.fromisoformat(data['since']))}" if data.get("since") else ""
            head = f"{icons.AT_RISK} *{workflow}* gets no runs from its trigger {trigger}{began}"
            rest = "Signoff keeps trying, and then takes what has come meanwhile."
            text = f"{head}: {_reason(data['problem'])}. {rest}"
        case "trigger.restored":
            text = f"{icons.DONE} The trigger {trigger} of *{workflow}* works again{_after(event)}."
        case "trigger.fits":
            facts = count(int(data["misfits"]), "fact")
            text = (
                f"{icons.DONE} The facts of the trigger {trigger} of *{workflow}* fit again{_after(event)}. "
            )
            text += f"{facts} before did not, and started no run."
        case _:
            head = f"{icons.AT_RISK} The trigger {trigger} of *{workflow}* started no run, because the fact"
            rest = "Today, further ones are only counted in the list of triggers."
            text = f"{head} does not fit: {_reason(data['reason'])}. {rest}"
    return message(text, section(text))


def _reason(text: Any) -> str:
    return safe(without_folders(str(text)).rstrip("."), 500)


def _after(event: Mapping[str, Any]) -> str:
    if not (began := event["data"].get("since")):
        return ""
    lasted = datetime.fromisoformat(event["at"]) - datetime.fromisoformat(began)
    return f" after {duration(max(lasted.total_seconds(), 0))}"
