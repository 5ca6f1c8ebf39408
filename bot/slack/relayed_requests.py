"""Requests of Slack's on their way from one process to another, and the answers on their way back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest

MAX_REQUEST_LENGTH = 1_000_000
_HEADERS = ("content-type", "x-slack-retry-num", "x-slack-retry-reason")
"""Signatures stay behind: the process that took a request has verified it."""


@dataclass(frozen=True, slots=True)
class Relayed:
    """A request that is relayed. `name`: Slack's name of this act. `lasting`: it counts however late."""

    name: str
    text: str
    lasting: bool


def relayed(request: AsyncBoltRequest) -> Relayed:
    """Return what is relayed of a request."""
    body = {key: value for key, value in request.body.items() if key != "token"}
    headers = {name: list(request.headers[name]) for name in _HEADERS if name in request.headers}
    return Relayed(_name(body, headers), json.dumps([body, headers]), body.get("type") == "block_actions")


def as_request(text: str) -> AsyncBoltRequest:
    """Return a relayed request as Bolt takes it. Raises `ValueError`."""
    body, headers = json.loads(text)
    return AsyncBoltRequest(body=body, headers=headers, mode="socket_mode")


def as_text(response: BoltResponse) -> str:
    """Return an answer as it is relayed."""
    return json.dumps([response.status, response.headers, response.body])


def as_response(text: str) -> BoltResponse:
    """Return a relayed answer as Bolt gave it."""
    status, headers, body = json.loads(text)
    return BoltResponse(status=status, headers=headers, body=body)


def _name(body: Mapping[str, Any], headers: Mapping[str, Any]) -> str:
    """Return a name that the same act has again. Slack sends an event again that was refused: a new act.

    The number of a repetition is not signed, so the name of a person's act does not depend on it.
    """
    if act := body.get("trigger_id"):
        return hashlib.sha256(json.dumps([body.get("type"), act]).encode()).hexdigest()
    act = body.get("event_id") or uuid4().hex
    text = json.dumps([body.get("type"), act, headers.get("x-slack-retry-num")])
    return hashlib.sha256(text.encode()).hexdigest()
