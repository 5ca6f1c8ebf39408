"""Limits of the SDK's loggers: no payload, no ticket, no token.

At DEBUG the SDK and Bolt write down whole payloads, with the codes that people type, addresses that answer in
our name, and the tickets of connections. So these loggers never go below INFO, whatever the level of ours.
"""

import logging
import re

from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped

_NEEDLESS = frozenset({warning_client_prioritized_and_token_skipped()})
"""Bolt reads SLACK_BOT_TOKEN by itself and warns that it does not use it: the client has it."""


class MaskingFilter(logging.Filter):
    """The SDK's errors name the socket's address, which is a ticket to our connection."""

    _SECRET = re.compile(r"((?:ticket|link_id|app_id)=)[^&\s'\"]+|\bx(?:ox[a-z]|app)-[\w-]+")

    def filter(self, record: logging.LogRecord) -> bool:
        if record.getMessage() in _NEEDLESS:
            return False
        record.msg = self._SECRET.sub(lambda match: f"{match[1] or ''}…", record.getMessage())
        record.args = ()
        if record.exc_info and record.levelno >= logging.ERROR:
            # Its text stands in the message already; the trace holds the address once more.
            record.exc_info = None
            record.exc_text = None
        return True


def quiet_logger(name: str) -> logging.Logger:
    """A logger for the SDK or for Bolt."""
    logger = logging.getLogger(name)
    logger.setLevel(max(logging.INFO, logging.getLogger().level))
    if not any(isinstance(each, MaskingFilter) for each in logger.filters):
        logger.addFilter(MaskingFilter())
    return logger


def quieten_sdk() -> None:
    """The loggers that the SDK and Bolt make by themselves."""
    for name in ("slack_sdk", "slack_bolt"):
        quiet_logger(name)
