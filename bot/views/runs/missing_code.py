"""The direct message about code that runs under way need and that is not loaded."""

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import grey, section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.text import safe
from engine import MissingCode
from engine.text import count

_MAX_STEPS = 10


def missing_code_message(notice: Mapping[str, Any]) -> Message:
    """Say which runs wait for which code, and what to do. `notice`: the event, and who gets the message."""
    data: Mapping[str, Any] = notice["data"]
    missing = [MissingCode(**{**step, "named": tuple(step["named"])}) for step in data["steps"]]
    workflow = safe(str(data["workflow"]), 80)
    head = f"{icons.AT_RISK} *{workflow}* has runs that cannot end with the code that is loaded now."
    lines = [f"• {safe(each.sentence, 600)}" for each in missing[:_MAX_STEPS]]
    if len(missing) > _MAX_STEPS:
        left = len(missing) - _MAX_STEPS
        lines.append(f"• {count(left, 'more step is', 'more steps are')} missing.")
    todo = f"*What to do:* {' '.join(dict.fromkeys(each.remedy for each in missing))}"
    return message(
        f"{head} {safe(missing[0].sentence, 600)}",
        section("\n".join([head, *lines, todo])),
        _why(str(notice.get("owner_unknown", ""))) if notice.get("role") == "operator" else None,
    )


def _why(owner_unknown: str) -> dict[str, Any]:
    if owner_unknown:
        return grey(f"You get this as the operator. The owner could not be found: {safe(owner_unknown, 300)}")
    return grey("You get this as the operator.")
