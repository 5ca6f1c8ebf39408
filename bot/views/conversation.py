"""The answer to what people write to the bot, in a direct message or with a mention."""

import html
import re
from collections.abc import Collection

from bot.views.blocks import section
from bot.views.message import Message, message
from bot.views.wording.text import cut_line, escape, safe

DECISION_WORDS = frozenset({
    "accept", "accepted", "agree", "approve", "approved", "confirm", "decline", "denied", "deny", "go",
    "lgtm", "n", "no", "nope", "ok", "okay", "reject", "rejected", "retry", "sure", "y", "yep",
    "yes", "+1", "-1",
    ":+1:", ":-1:", ":thumbsdown:", ":thumbsup:", ":white_check_mark:", ":x:",
})  # fmt: skip
"""Words with which people try to decide. They decide nothing: only a button names the request."""
_MENTION = re.compile(r"<[@#!][^>]*>")


def conversation_answer(typed: str, waiting: Message, command: str, commands: Collection[str]) -> Message:
    """Return what waits for the person, after a line about what was written. It decides nothing.

    `typed`: as Slack's event has it. `commands`: the subcommands of `command`.
    """
    words = html.unescape(_MENTION.sub(" ", typed)).split()
    head = _about(words, command, commands)
    return message(f"{head}\n{waiting.text}", section(head), *waiting.blocks[:49])


def _about(words: list[str], command: str, commands: Collection[str]) -> str:
    first = words[0].casefold().strip(".,!?") if words else ""
    names_a_run = len(words) > 1 and words[0].casefold() in commands
    if first in DECISION_WORDS and not names_a_run:
        return "*Writing decides nothing.* Press a button on the request that you mean."
    name = safe(command, 40)
    if first.removeprefix("/") in {*commands, command.removeprefix("/")}:
        rest = words[1:] if first.removeprefix("/") == command.removeprefix("/") else words
        meant = cut_line(" ".join([command, *rest]).replace("`", "'"), 200)
        return f"Signoff takes commands with `{name}`. Send `{escape(meant)}`."
    return f"Send `{name} help` to see what Signoff can do, or `{name} run` to start a workflow."
