"""The contract of an on-call source, and the errors and bounds that all sources share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

MAX_BYTES = 2_000_000
"""Longest answer of a source, and the longest calendar."""
MAX_PEOPLE = 50
"""Most people on call at a time: a source that names more is asked for something else than a shift."""


class OnCallFailed(Exception):
    """A source cannot say who is on call. The text is a sentence for people, without a secret."""


class Source(Protocol):
    """Says who is on call for one schedule."""

    async def on_call(self, at: datetime) -> Sequence[str]:
        """Return a Slack user id, an e-mail address, or the source's own name of each person on call.

        Empty: nobody is on call. Raises `OnCallFailed`.
        """


def moment(value: Any, source: str) -> datetime | None:
    """Return a moment in an answer; None: it has none. Raises `OnCallFailed` for an invalid one."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise OnCallFailed(f"{source} sent an invalid moment.") from None
    if at.tzinfo is None:
        raise OnCallFailed(f"{source} sent a moment without a time zone.")
    return at


def covers(start: datetime | None, end: datetime | None, at: datetime) -> bool:
    """Return whether a shift has begun and has not ended. None: it has no such bound."""
    return (start is None or start <= at) and (end is None or at < end)
