"""A signed checkpoint of the log in a channel, from which a person can copy it."""

import json
from collections.abc import Mapping
from typing import Any

from bot.views.blocks import grey, section
from bot.views.message import Message, message
from bot.views.wording.text import code, count


def checkpoint_message(event: Mapping[str, Any]) -> Message:
    """Show how long the log is, its digest, and the whole document."""
    document = event["data"]["document"]
    content = document["checkpoint"]
    head = f"*Checkpoint of the log:* {count(content['events'], 'event')}, digest `{content['digest'][:16]}…`"
    return message(
        head,
        section(head),
        section(code(json.dumps(document, indent=1)), "document"),
        grey(
            "To compare the log with it, save the text above as a file, then: "
            "signoff audit verify --checkpoint FILE"
        ),
    )
