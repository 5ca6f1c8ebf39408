"""Compare two failures: of the same failure people are asked once. Pure."""

import hashlib
import re

from engine.model.notices.alert import Alert
from engine.model.records.request_parts import Failure

_MAX_COMPARED = 500
_VARYING = re.compile(
    r"""
    [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}  # a UUID
    | 0x[0-9a-f]+
    | \b(?=[0-9a-f]*[0-9])[0-9a-f]{7,}\b  # a digest, an id
    | \d+
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Parts of a message that differ between two runs of the same failure: counts, ids, times, ports."""


_GAVE_UP = re.compile(r" ?Gave up after [^.]*\.$")
"""The sentence that a step whose deadline was over adds to its last error."""


def normalized(message: str) -> str:
    """Return the message without its numbers, ids and digests, on one line."""
    return " ".join(_VARYING.sub("#", _GAVE_UP.sub("", message)).split())[:_MAX_COMPARED]


def likeness(failure: Failure, channel: str | None, alert: Alert | None = None) -> str:
    """Return a digest that the failures on one card share.

    `channel`: where the run was asked for. People of one channel do not read about runs of another one.
    `alert`: where the news of it goes; a failure with other addressees has a card of its own.
    """
    route = (alert.severity, *alert.channels, *alert.people) if alert else ()
    parts = "\0".join((failure.kind, normalized(failure.message), channel or "", *route))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]
