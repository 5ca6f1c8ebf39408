"""The hook of Claude Code: it lets no call of a tool past rules and people.

Claude Code writes the call to standard input, and reads the answer from standard output. An exit code other
than 0 and 2 does not block the call, so every failure is an answer that denies. Source:
https://code.claude.com/docs/en/hooks (copies up to 2026-09-14).
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.errors import NotAsked
from bot.http.client import Client
from bot.terminal import printed
from bot.tool_calls.permission import NotApproved, Permission
from bot.tool_calls.tool_call import Server, ToolCall, question_of
from engine import SignoffError
from engine.exact_json import AmbiguousJson, canonical, exact, read_message
from engine.tool_rules import ToolRules, rule_on_call, tool_rules_of_file

SERVER = "claude-code"
"""The `server` of conditions."""
MAX_INPUT_BYTES = 1024 * 1024
_EVENT = "PreToolUse"
_TOOL = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_MAX_TEXT = 1000
_USE_SECONDS = 20.0
"""For the use of an approval that came when the time to wait was nearly over."""
_NOT_CALLED = "The tool was not called."


@dataclass(frozen=True, slots=True)
class HookSettings:
    """Gate and rules of a hook.

    `session`: replaces the session of Claude Code in the key of a request; `wait`: seconds for a decision.
    """

    gate: str
    rules: Path | None = None
    session: str = ""
    wait: float = 540.0


@dataclass(frozen=True, slots=True)
class HookCall:
    """A call that Claude Code is about to make, and the session that makes it."""

    call: ToolCall
    session: str


class WrongEvent(Exception):
    """The input is not a call of a tool. The text is for the person who configured the hook."""


class _Denied(Exception):
    """The call is denied. The text says why, for the agent."""


class _StillOpen(Exception):
    """Nobody has decided within the time that the hook waits. The text is whole."""


def run_hook(settings: HookSettings, client: Callable[[], Client]) -> int:
    """Answer the call on standard input. Return the exit code: 0 with an answer, 2 to block without one.

    `client`: makes the client. It may raise `NotAsked`, as for a missing token.
    """
    try:
        data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        print(asyncio.run(judged(settings, client, data)), flush=True)
    except WrongEvent as wrong:
        return _blocked(str(wrong))
    except BaseException as error:  # whatever it was: a hook that fails would allow the call
        return _blocked(f"The hook failed ({type(error).__name__}). {_NOT_CALLED}")
    return 0


def _blocked(why: str) -> int:
    print(f"signoff hook claude-code: {why}", file=sys.stderr)
    return 2


async def judged(settings: HookSettings, client: Callable[[], Client], data: bytes) -> str:
    """Return the answer to what Claude Code wrote. Raises `WrongEvent`."""
    try:
        return answer("allow", await _permitted(settings, client, read_call(data)))
    except (NotApproved, _StillOpen) as told:
        return answer("deny", str(told))
    except (_Denied, AmbiguousJson) as denied:
        problem = str(denied)
    except NotAsked as unasked:
        problem = f"Nobody could be asked: {printed(unasked)}"
    except SignoffError as mistake:
        problem = f"The hook cannot judge the call: {printed(mistake)}"
    return answer("deny", f"{problem} {_NOT_CALLED}")


def read_call(data: bytes) -> HookCall:
    """Return the call that Claude Code wrote.

    Raises `WrongEvent`, and `AmbiguousJson` or `_Denied` for a call that nobody can judge.
    """
    if len(data) > MAX_INPUT_BYTES:
        raise WrongEvent(f"The input is larger than {MAX_INPUT_BYTES} bytes, so nobody can be asked.")
    try:
        given = read_message(data.decode("utf-8"))
    except (ValueError, AmbiguousJson) as error:
        raise WrongEvent(f"The input is not one JSON object in UTF-8 ({printed(error)}).") from None
    event = given.get("hook_event_name")
    if event != _EVENT:
        raise WrongEvent(
            f"hook_event_name is {json.dumps(event, default=str)[:60]}. Name this hook under hooks.{_EVENT}."
        )
    tool, session, folder = (_text(given, name) for name in ("tool_name", "session_id", "cwd"))
    if not _TOOL.fullmatch(tool):
        raise _Denied(f"tool_name: {json.dumps(tool[:60])} is not the plain name of a tool.")
    arguments = given.get("tool_input")
    if not isinstance(arguments, dict):
        raise _Denied("tool_input: it is not an object.")
    server = Server(f"Claude Code in {folder}", (SERVER,))
    return HookCall(ToolCall(server, tool, canonical(exact(arguments, "tool_input"))), session)


def answer(decision: str, reason: str) -> str:
    """Return the answer of a hook about a call: `allow` or `deny`."""
    specific = {
        "hookEventName": _EVENT,
        "permissionDecision": decision,
        "permissionDecisionReason": reason,
    }
    return json.dumps({"hookSpecificOutput": specific})


async def _permitted(settings: HookSettings, client: Callable[[], Client], hook_call: HookCall) -> str:
    """Return why a call may be made. Raises `_Denied`, and what `Permission.obtain` raises."""
    call = hook_call.call
    rules = tool_rules_of_file(settings.rules) if settings.rules is not None else ToolRules()
    ruling = rule_on_call(rules, call.tool, SERVER, json.loads(call.arguments))
    if ruling.effect == "allow":
        return ruling.reason or "The rules allow the call."
    if ruling.effect == "deny":
        why = f" {ruling.reason}" if ruling.reason else ""
        raise _Denied(f"The rules deny this call.{why}")
    hook_call = replace(hook_call, call=replace(call, reason=ruling.reason))
    question = question_of(hook_call.call, settings.gate)
    return await _approved(settings, client(), hook_call, question)


async def _approved(
    settings: HookSettings, client: Client, hook_call: HookCall, question: Mapping[str, str]
) -> str:
    permission = Permission(client, f"{SERVER} {settings.session or hook_call.session}")
    loop, asked = asyncio.get_running_loop(), ""
    end = loop.time() + settings.wait

    async def waiting(request: str) -> None:
        nonlocal asked
        asked = request

    try:
        async with asyncio.timeout_at(end) as limit:

            def using(begins: bool) -> None:
                limit.reschedule(max(end, loop.time() + _USE_SECONDS) if begins else end)

            await permission.obtain(hook_call.call, question, waiting, using)
    except TimeoutError:
        request = f" Request {asked}." if asked else ""
        raise _StillOpen(
            f"The call waits for people, and nobody has decided yet. {_NOT_CALLED} Make the same call again, "
            f"with exactly the same arguments, to wait on; nobody is asked twice.{request}"
        ) from None
    return f"People approved exactly this call at {printed(settings.gate)}."


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > _MAX_TEXT:
        raise _Denied(f"{name}: Claude Code passes a text of at most {_MAX_TEXT} characters.")
    return value
