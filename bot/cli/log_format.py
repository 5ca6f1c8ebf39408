"""Log of the process: lines for people, or JSON for programs. Credentials are hidden in both."""

import logging
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.settings.config import Settings
from bot.settings.engine_settings import secrets
from bot.terminal import printed, printed_lines
from engine.text import redacted
from engine.tracing import executing

_MAX_LINE_LENGTH, _MAX_RAW_LENGTH = 10_000, 20_000
"""Characters of a line in the log, and those in which credentials are looked for."""
_MAX_TRACEBACK_LINES = 300
_PLACE = ("run", "step", "trace")
"""Attributes of a record that say where in a run it belongs."""


class AddsPlace(logging.Filter):
    """Add to each record the run, the step and the trace of the code that logs it, where it is a step's."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "run") and (now := executing()) is not None:
            record.run, record.step, record.trace = now.run_id, now.step, now.trace_id
        return True


class Formatter(logging.Formatter):
    """Hide credentials in the log: what a step raised may stand there, with its traceback."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record), self._secrets)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = self._shortened(record.message)
        return printed(f"{super().formatMessage(record)}{_suffix(record)}")

    def formatException(self, ei: Any) -> str:
        lines = super().formatException(ei).split("\n")[-_MAX_TRACEBACK_LINES:]
        return "\n".join(f"  {printed(self._shortened(line))}" for line in lines)

    def formatStack(self, stack_info: str) -> str:
        return "\n".join(f"  {line}" for line in printed_lines(stack_info))

    def _shortened(self, line: str) -> str:
        """Return a line whose length does not hold up the process: 20 MB would take ten seconds."""
        if len(line) <= _MAX_LINE_LENGTH:
            return line
        shown = redacted(line[:_MAX_RAW_LENGTH], self._secrets)[:_MAX_LINE_LENGTH]
        return f"{shown}… ({len(line):,} characters in all)"


def _suffix(record: logging.LogRecord) -> str:
    return "".join(f" {name}={value}" for name in _PLACE if (value := getattr(record, name, "")))


class JsonFormatter(Formatter):
    """One JSON object a line: `time`, `level`, `logger`, `message`.

    It has `run`, `step`, `trace` and `exception` where there are any.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._text(record.getMessage()),
        }
        entry |= {name: str(value) for name in _PLACE if (value := getattr(record, name, ""))}
        if record.exc_info and record.exc_info[0] is not None:
            entry["exception"] = self._text(self.formatException(record.exc_info))
        return orjson.dumps(entry).decode()

    def _text(self, text: str) -> str:
        shown = redacted(self._shortened(text), self._secrets)
        return shown.encode("utf-8", "backslashreplace").decode()


def write_log(settings: Settings) -> None:
    """Write the log of this process to standard error."""
    handler = logging.StreamHandler()
    formatter = JsonFormatter if settings.log_format == "json" else Formatter
    for value in secrets(settings):
        settings.vault.known.add(value)
    handler.setFormatter(formatter(settings.vault.known))
    handler.addFilter(AddsPlace())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
