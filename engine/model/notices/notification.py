"""A message that a step posts with `ctx.notify`: its limits and its parts."""

from dataclasses import dataclass
from typing import Any

MAX_NOTIFICATIONS = 20
"""Messages that one attempt can post."""
MAX_TEXT = 10_000
MAX_BLOCKS = 20
MAX_BLOCK_TEXT = 3_000
MAX_ROWS = 99
MAX_COLUMNS = 10
MAX_CELL = 200


@dataclass(frozen=True, slots=True)
class Notification:
    """`to`: a channel, a group, a person, or a place outside Slack. `number`: the how-manieth there in this
    attempt.
    """

    to: str
    number: int
    text: str = ""
    blocks: tuple[dict[str, Any], ...] = ()
    """Layout blocks, whose texts are mrkdwn or plain text of the author."""
    table: tuple[tuple[str, ...], ...] = ()
    """Rows of cells; the first one is the head."""
    subject: str = ""
    """The subject of an e-mail; empty: its first line."""
