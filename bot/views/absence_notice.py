"""Direct message about an absence that ended."""

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import section
from bot.views.message import Message, Names, message


def absence_message(event: Mapping[str, Any], reader: str, names: Names) -> Message:
    """Tell the person who is back, or their delegate, that the delegate no longer decides."""
    user, to = event["data"]["user"], event["data"]["to"]
    if reader == user:
        text = f"Your absence has ended. {names.person(to)} no longer decides for you."
    else:
        text = f"{names.person(user)} is back. You no longer decide for them."
    return message(text, section(text))
