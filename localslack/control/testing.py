"""Faults and delivery by hand, for tests."""

from difflib import get_close_matches

from localslack.api.registry import METHODS
from localslack.delivery.socket import REASONS, SocketMode
from localslack.errors import ControlError
from localslack.slack import Slack
from localslack.workspace.records import Json


async def fault(slack: Slack, body: Json) -> Json:
    method = body.get("method")
    if isinstance(method, str) and method not in (*METHODS, "*"):
        near = ", ".join(get_close_matches(method, METHODS, 2)) or "*"
        raise ControlError(
            "invalid_method", f"method {method!r} is none of the Web API here; did you mean {near}?"
        )
    armed = slack.faults.arm(body)
    return {"method": armed.method, "kind": armed.kind, "times": armed.times}


async def clear_faults(slack: Slack, body: Json) -> Json:
    slack.faults.armed.clear()
    return {}


def _socket(slack: Slack) -> SocketMode:
    if slack.socket is None:
        raise ControlError("no_socket_mode", "this local Slack delivers over HTTP")
    return slack.socket


async def disconnect(slack: Slack, body: Json) -> Json:
    reason = body.get("reason", "refresh_requested")
    if reason not in REASONS:
        raise ControlError("invalid_reason", f"reason {reason!r} is none of {', '.join(REASONS)}")
    return {"connections": await _socket(slack).disconnect(reason)}


async def drop(slack: Slack, body: Json) -> Json:
    return {"connections": await _socket(slack).drop()}


async def redeliver(slack: Slack, body: Json) -> Json:
    last = body.get("last")
    if last not in ("event", "interaction", "command"):
        raise ControlError("invalid_last", f"last {last!r} must be event, interaction or command")
    ack = await slack.events.redeliver(last)
    if ack is None:
        raise ControlError("nothing_to_redeliver", f"no {last} was sent since the start")
    return {"outcome": ack.outcome, "response": ack.body}


async def send_event(slack: Slack, body: Json) -> Json:
    """Any event of the manifest, as it is given (app_uninstalled, tokens_revoked, …)."""
    event = body.get("event")
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise ControlError("invalid_event", "event must be an object with a type")
    if not slack.events.emit(event["type"], {"event_ts": slack.workspace.timestamps.next(), **event}):
        raise ControlError("not_subscribed", f"the manifest's bot_events have no {event['type']}")
    return {}
