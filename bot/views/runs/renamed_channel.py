"""The direct message about a channel that a workflow file names by the name that it had before."""

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import grey, section
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.channels import reference
from bot.views.wording.text import safe


def renamed_channel_message(notice: Mapping[str, Any]) -> Message:
    """Say where messages go now, and what to change. `notice`: `workflow`, `name` and `channel` (its id)."""
    workflow, name = safe(str(notice["workflow"]), 80), safe(str(notice["name"]), 80)
    channel = str(notice["channel"])
    text = (
        f"{icons.AT_RISK} The file of *{workflow}* names the channel {name}, which was renamed to "
        f"{reference(channel)}. Signoff posts there.\n*What to do:* write the new name in the workflow file. "
        f"If another channel gets the name {name}, Signoff posts in neither."
    )
    unknown = str(notice.get("owner_unknown", ""))
    why = f"You get this as the operator. The owner could not be found: {safe(unknown, 300)}"
    return message(text, section(text), grey(why) if notice.get("role") == "operator" else None)
