"""Reading bodies of requests, and JSON, at every door of the local Slack."""

import json
from typing import Any

from aiohttp import web

MAX_DEPTH = 100
"""Levels; what is deeper could be read, and not be written again."""


def parse_json(text: str) -> Any:
    """Return the value that a text stands for. Raises `ValueError`."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    level, depth = [value], 0
    while level := [inner for each in level for inner in _inside(each)]:
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError("it is nested too deeply")
    return value


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


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
