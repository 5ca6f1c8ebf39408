"""Pure: the permit that a program wants for the use of its approval.

A permit is for what approvers read, and nothing else: for a call of a tool the question is made again from
the call, and must be the one that was asked.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.http.refusal import Refusal
from bot.tool_calls.tool_call import TOOL_NAME, Server, ToolCall, question_of
from engine import DEFAULT_LIFETIME, MAX_LIFETIME, PermitSubject
from engine.exact_json import AmbiguousJson, canonical, exact, read_message
from engine.permits.verify_permit import tool_audience

_SHOWN_AT_A_GATE = ("question", "details", "link", "on_behalf_of")
_CALL_FIELDS = {"server", "tool", "arguments", "command", "url", "reason"}


def permit_wanted(body: dict[str, Any]) -> tuple[PermitSubject, timedelta] | None:
    """Take `permit` out of the body of a use. Return what the permit is for, and how long it is valid.

    `{"expires": seconds, "call": …}`; without a call the permit is for the gate and the question.
    Raises `Refusal`.
    """
    wanted = body.pop("permit", None)
    if wanted is None:
        return None
    if not isinstance(wanted, dict) or set(wanted) - {"expires", "call"}:
        raise Refusal(
            400, 'It is not an object like {"expires": 300}. Its fields are: expires, call.', "permit"
        )
    try:
        subject = _of_gate(body) if wanted.get("call") is None else _of_call(wanted["call"], body)
    except AmbiguousJson as error:
        raise Refusal(400, str(error), "permit") from None
    return subject, _lifetime(wanted.get("expires"))


def _lifetime(value: Any) -> timedelta:
    if value is None:
        return DEFAULT_LIFETIME
    most = int(MAX_LIFETIME.total_seconds())
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise Refusal(400, f"Pass a whole number of seconds from 1 to {most}.", "permit.expires")
    return timedelta(seconds=value)


def _of_gate(body: Mapping[str, Any]) -> PermitSubject:
    arguments = canonical(exact({name: body[name] for name in _SHOWN_AT_A_GATE if body.get(name)}, "permit"))
    return PermitSubject(f"gate:{body.get('gate')}", _sha256(arguments))


def _of_call(given: Any, body: Mapping[str, Any]) -> PermitSubject:
    if not isinstance(given, dict) or set(given) - _CALL_FIELDS:
        fields = ", ".join(sorted(_CALL_FIELDS))
        raise Refusal(400, f"It is not an object with the fields: {fields}.", "permit.call")
    texts = {name: given.get(name, "") for name in ("server", "tool", "arguments", "url", "reason")}
    command = given.get("command", [])
    if not all(isinstance(each, str) for each in texts.values()) or not isinstance(command, list):
        raise Refusal(400, "A value has another type. Pass texts, and a list as command.", "permit.call")
    if not TOOL_NAME.fullmatch(texts["tool"]):
        raise Refusal(400, "It is not a name that MCP allows.", "permit.call.tool")
    try:
        arguments = canonical(exact(read_message(texts["arguments"])))
    except ValueError:
        raise Refusal(400, "Pass a JSON object as a text.", "permit.call.arguments") from None
    server = Server(texts["server"], tuple(map(str, command)), texts["url"])
    call = ToolCall(server, texts["tool"], arguments, texts["reason"])
    asked = question_of(call, str(body.get("gate")))
    if any(body.get(name, "") != asked.get(name, "") for name in ("gate", *_SHOWN_AT_A_GATE)):
        raise Refusal(409, "Approvers read another call, so there is no permit for this one.", "permit.call")
    return PermitSubject(tool_audience(server.identity, texts["tool"]), _sha256(arguments))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
