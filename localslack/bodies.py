"""Reading bodies of requests, and JSON, at every door of the local Slack."""

import json
import logging
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

MAX_DEPTH = 100
"""Levels; what is deeper could be read, and not be written again."""
MAX_DIGITS = 30
"""More digits make no number that anything here counts to."""


def parse_json(text: str) -> Any:
    """Return the value that a text stands for. Raises `ValueError`, also where it could not be sent on:
    halves of characters (a lone surrogate), and numbers that JSON has not (NaN)."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    level, depth = [value], 0
    while level := [inner for each in level for inner in _inside(each)]:
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError("it is nested too deeply")
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    return value


def whole_number(text: str) -> int | None:
    """Return the number that a text of digits stands for; None for any other text."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else None


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


class _WithoutCallers(logging.Filter):
    """Leaves out what aiohttp logs of requests that cannot be read and of callers that are gone."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, HttpProcessingError | web.RequestPayloadError | ConnectionError)


def http_logger() -> logging.Logger:
    """For aiohttp's server: a fault of the local Slack is logged, a broken request is only answered."""
    logger = logging.getLogger("localslack.http")
    if not logger.filters:
        logger.addFilter(_WithoutCallers())
    return logger


async def read_text(request: web.Request) -> str:
    """Return the body. Raises `ValueError` where it is not text in the encoding it names."""
    try:
        return await request.text()
    except LookupError:
        raise ValueError("its encoding is unknown") from None


async def read_form(request: web.Request) -> dict[str, str]:
    """Return the texts of a form. Raises `ValueError` where it is not one."""
    try:
        form = await request.post()
    except LookupError:
        raise ValueError("its encoding is unknown") from None
    return {key: value for key, value in form.items() if isinstance(value, str)}
