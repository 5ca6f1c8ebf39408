"""Parts of answers to Slack that are given without a listener."""

import json
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse


def as_json(content: Mapping[str, Any]) -> BoltResponse:
    """Return an answer whose body is JSON."""
    return BoltResponse(status=200, headers={"content-type": "application/json"}, body=json.dumps(content))


def first_input(body: Mapping[str, Any]) -> str:
    """Return the id of the first field of the window that was submitted; empty without one."""
    blocks = (body.get("view") or {}).get("blocks") or ()
    return next((str(block.get("block_id") or "") for block in blocks if block.get("type") == "input"), "")
