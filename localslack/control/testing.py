"""Faults and delivery by hand, for tests."""

from difflib import get_close_matches

from localslack.api.registry import METHODS
from localslack.delivery.socket import MAX_CONNECTIONS, REASONS, SocketMode
from localslack.errors import ControlError
from localslack.faults import UPLOAD
from localslack.slack import Slack
from localslack.workspace.records import Json


async def fault(slack: Slack, body: Json) -> Json:
    method = body.get("method")
    if isinstance(method, str) and method not in (*METHODS, "*", UPLOAD):
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
    return {"connections": await _socket(slack).drop(keep=bool(body.get("keep", False)))}


async def ghosts(slack: Slack, body: Json) -> Json:
    """`{"count": 3}`: so many dead connections are registered; 0 ends them."""
    count = body.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MAX_CONNECTIONS:
        raise ControlError(
            "invalid_count", f"count {count!r} must be a whole number from 0 to {MAX_CONNECTIONS}"
        )
    _socket(slack).keep_ghosts(count)
    return {"registered": _socket(slack).registered}


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


_REVOKED_BY = {"tokens_revoked": "token_revoked", "app_uninstalled": "account_inactive", "": "token_revoked"}


async def revoke_token(slack: Slack, body: Json) -> Json:
    """End the bot token: the event first, then every call is refused and every connection is closed.

    `sockets: false` leaves Socket Mode alone, as when only the bot token was revoked; `token: "app"` ends the
    app-level token alone.
    """
    if body.get("token") == "app":
        return await _revoke_app_token(slack, str(body.get("error", "token_revoked")))
    event = body.get("event", "tokens_revoked")
    if not isinstance(event, str) or event not in _REVOKED_BY:
        allowed = ", ".join(name or "an empty text for none" for name in _REVOKED_BY)
        raise ControlError("invalid_event", f"event {event!r} is none of {allowed}")
    error, sockets = body.get("error", _REVOKED_BY[event]), body.get("sockets", True)
    if not isinstance(error, str) or not error:
        raise ControlError("invalid_error", f"error {error!r} must be the code to answer with")
    if event:
        payload: Json = {"type": event, "event_ts": slack.workspace.timestamps.next()}
        if event == "tokens_revoked":
            payload["tokens"] = {"oauth": [], "bot": [slack.workspace.app.bot_user]}
        slack.events.emit(event, payload)
        await slack.events.sent()
    slack.refused_tokens["bot"] = error
    closed = 0
    if sockets:
        slack.refused_tokens["app"] = "invalid_auth"
        closed = await slack.socket.disconnect("link_disabled") if slack.socket is not None else 0
    return {"error": error, "connections": closed}


async def _revoke_app_token(slack: Slack, error: str) -> Json:
    slack.refused_tokens["app"] = error
    return {"error": error, "connections": await _socket(slack).disconnect("link_disabled")}


async def restore_token(slack: Slack, body: Json) -> Json:
    """Let the tokens work again, as after a new installation of the app with the same ones."""
    slack.refused_tokens.clear()
    return {}


async def edit_window(slack: Slack, body: Json) -> Json:
    """How long messages can be changed: `{"seconds": 0}` closes at once, null leaves them open forever."""
    seconds = body.get("seconds")
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float)):
        raise ControlError("invalid_seconds", f"seconds {seconds!r} must be a number, or null")
    slack.edit_window = seconds
    return {"seconds": seconds}


async def refuse_blocks(slack: Slack, body: Json) -> Json:
    """Let this workspace take no block of these types in a message, as one that has no such blocks yet."""
    types = body.get("types")
    if not isinstance(types, list) or not all(isinstance(each, str) for each in types):
        raise ControlError("invalid_types", f"types {types!r} must be a list of types of blocks")
    slack.refused_blocks = set(types)
    return {"types": sorted(slack.refused_blocks)}
