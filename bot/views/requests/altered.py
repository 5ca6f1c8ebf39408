"""Warnings on messages about a run whose rows do not match the log."""

from bot.views.blocks import section
from bot.views.message import Block, Message, message
from bot.views.requests.full_content import File
from bot.views.wording import icons
from bot.views.wording.text import safe

_WARNING = "This does not match the log. Do not rely on it."
_MAX_BLOCKS = 50
"""Slack's limit for one message."""


def mark(altered: str) -> str:
    """Return the warning in mrkdwn; empty if the rows match the log."""
    return f"{icons.FAILED} *{_WARNING}* {safe(altered, 600)}" if altered else ""


def marked_block(altered: str) -> Block | None:
    """Return the warning as the block above the others."""
    return section(mark(altered)) if altered else None


def marked_message(shown: Message, altered: str) -> Message:
    """Return the message below its warning."""
    if not altered:
        return shown
    return message(f"{mark(altered)}\n{shown.text}", marked_block(altered), *shown.blocks[: _MAX_BLOCKS - 1])


def marked_file(file: File, altered: str) -> File:
    """Return the file with the warning as its first line."""
    if not altered:
        return file
    head = f"{_WARNING} {altered}\n\n".encode()
    return File(file.name, f"{_WARNING} {file.title}", head + file.content, file.as_posts)
