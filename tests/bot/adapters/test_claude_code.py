"""Claude Code calls its hook before each tool: real processes, real HTTP, real kill -9."""

import asyncio
import io
import json
import os
import re
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.claude_code import SERVER, HookSettings, WrongEvent, judged, read_call
from bot.cli.main import main
from bot.http.client import Client
from engine.tool_rules import rule_on_call, tool_rules_of_file
from tests.bot.http.test_api import ROOT, Outside
from tests.bot.http.test_api import outside as outside

GUIDE = ROOT / "docs/guides/agent-frameworks.md"
RULES = """
rules:
  - tool: [Read, Grep]
    allow: Reading changes nothing.
  - tool: Bash
    when: arguments.command.startsWith("rm ")
    deny: Nobody removes files.
"""


def event(tool: str = "Bash", **changes: Any) -> dict[str, Any]:
    """The input of the hook, as the reference of Claude Code describes it."""
    return {
        "session_id": "s-1",
        "transcript_path": "/srv/sessions/s-1.jsonl",
        "cwd": "/srv/app",
        "permission_mode": "default",
        "hook_event_name": "PreToolUse",
        "tool_name": tool,
        "tool_input": {"command": "make deploy", "description": "Deploy"},
        "tool_use_id": "toolu_01",
        **changes,
    }


async def started(outside: Outside) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "hook", "claude-code", "--gate", "release-gate"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            "SIGNOFF_URL": outside.url,
            "SIGNOFF_TOKEN": outside.token,
            "PYTHONPATH": str(ROOT),
        },
    )


def told(written: str | bytes) -> tuple[str, str]:
    """Return the decision of a hook, and its reason."""
    specific = json.loads(written)["hookSpecificOutput"]
    assert specific["hookEventName"] == "PreToolUse"
    return specific["permissionDecision"], specific["permissionDecisionReason"]


async def hook(
    outside: Outside, given: dict[str, Any], rules: Path | None = None, wait: float = 60.0
) -> tuple[str, str]:
    settings = HookSettings("release-gate", rules, wait=wait)
    client = partial(Client, outside.url, outside.token)
    return told(await judged(settings, client, json.dumps(given).encode()))


async def test_a_hook_that_is_killed_finds_its_request_again(outside: Outside) -> None:
    killed, given = await started(outside), json.dumps(event()).encode()
    assert killed.stdin is not None
    killed.stdin.write(given)
    killed.stdin.close()
    id_ = await outside.opened()
    killed.kill()
    await killed.wait()
    (request,) = await outside.engine.requests()
    (details,) = [each.value for each in request.shown if each.label == "Details"]
    assert "Claude Code in /srv/app" in details
    assert '"command": "make deploy"' in details
    await outside.answer(id_, "approve")
    again = await started(outside)
    written, complained = await again.communicate(given)
    assert (again.returncode, complained) == (0, b"")
    assert told(written) == ("allow", "People approved exactly this call at release-gate.")


async def test_an_approval_is_used_once_and_for_exactly_its_call(outside: Outside) -> None:
    decision, reason = await hook(outside, event(), wait=0.5)
    id_ = await outside.opened()
    assert decision == "deny"
    assert f"nobody is asked twice. Request {id_}" in reason
    await outside.answer(id_, "approve")
    for other in (
        event(tool_input={"command": "make deploy --now", "description": "Deploy"}),
        event(session_id="s-2"),
        event(cwd="/srv/other"),
        event("Bash2"),
    ):
        assert (await hook(outside, other, wait=0.5))[0] == "deny"
    assert (await hook(outside, event(tool_use_id="toolu_02")))[0] == "allow"
    assert (await hook(outside, event(tool_use_id="toolu_02"), wait=0.5))[0] == "deny"
    assert len(await outside.engine.requests()) == 5


@pytest.mark.parametrize(
    ("choice", "words"),
    [("reject", "was rejected by U1. The reason: not today"), ("", "expired. Nobody rejected it.")],
)
async def test_the_agent_is_told_what_became_of_its_request(
    outside: Outside, choice: str, words: str
) -> None:
    call = asyncio.create_task(hook(outside, event()))
    id_ = await outside.opened()
    if choice:
        await outside.answer(id_, choice, "not today")
    else:
        outside.clock.advance(timedelta(hours=1))
    decision, reason = await call
    assert decision == "deny"
    assert words in reason


async def test_rules_allow_and_deny_without_people(outside: Outside, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES)
    read = event("Read", tool_input={"file_path": "/srv/app/a.py"})
    remove = event(tool_input={"command": "rm -rf build"})
    assert await hook(outside, read, rules) == ("allow", "Reading changes nothing.")
    assert await hook(outside, remove, rules) == (
        "deny",
        "The rules deny this call. Nobody removes files. The tool was not called.",
    )
    rules.write_text("rules: 7")
    decision, reason = await hook(outside, read, rules)
    assert decision == "deny"
    assert "rules is 7" in reason
    assert await outside.engine.requests() == []


class Input:
    """Standard input."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize(
    ("data", "options", "code", "words"),
    [
        (b"{", [], 2, "not one JSON object"),
        (event(hook_event_name="PostToolUse"), [], 2, "Name this hook under hooks.PreToolUse"),
        (event(), ["--wait", "soon"], 2, "--wait soon"),
        (event(), [], 0, "SIGNOFF_TOKEN is not set"),
        (event(), ["--rules", "none.yaml"], 0, "cannot be read"),
        (event("Bash; true"), [], 0, "plain name"),
    ],
)
def test_whatever_goes_wrong_the_call_is_not_allowed(
    data: bytes | dict[str, Any],
    options: list[str],
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("SIGNOFF_TOKEN", raising=False)
    monkeypatch.setattr("sys.stdin", Input(data if isinstance(data, bytes) else json.dumps(data).encode()))
    assert main(["hook", "claude-code", "--gate", "release-gate", *options]) == code
    written, complained = capsys.readouterr()
    if code:
        assert written == ""
        assert words in complained
    else:
        decision, reason = told(written)
        assert decision == "deny"
        assert words in reason


async def test_without_the_server_the_call_is_denied(outside: Outside) -> None:
    outside.url = "http://127.0.0.1:1"
    decision, reason = await hook(outside, event())
    assert decision == "deny"
    assert reason.startswith("Nobody could be asked: http://127.0.0.1:1/api/approvals could not be reached")
    assert reason.endswith("The tool was not called.")


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"\xff", b'{"hook_event_name":"PreToolUse","hook_event_name":"Stop"}', b"[" * 99]
)
def test_input_of_another_kind_blocks(data: bytes) -> None:
    with pytest.raises(WrongEvent):
        read_call(data)


@pytest.mark.parametrize(
    "changes",
    [{"tool_input": []}, {"cwd": ""}, {"session_id": None}, {"tool_input": {"a": "\0"}}, {"tool_name": 7}],
)
def test_a_call_that_people_could_misread_is_denied(changes: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=next(iter(changes))) as refused:
        read_call(json.dumps(event(**changes)).encode())
    assert not isinstance(refused.value, WrongEvent)


def test_the_rules_and_settings_of_the_guide_are_valid(tmp_path: Path) -> None:
    blocks = re.findall(r"```(json|yaml) title=[^\n]*\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    (settings,) = [json.loads(text) for kind, text in blocks if kind == "json"]
    (rules,) = [text for kind, text in blocks if kind == "yaml"]
    (named,) = settings["hooks"]["PreToolUse"][0]["hooks"]
    assert named["onFailure"] == "block"
    assert named["command"].startswith("signoff hook claude-code --gate agent-gate --rules ")
    file = tmp_path / "rules.yaml"
    file.write_text(rules)
    read = tool_rules_of_file(file)
    calls = {"make test": "allow", "make test; true": "ask", "git push --force": "deny"}
    for command, effect in calls.items():
        assert rule_on_call(read, "Bash", SERVER, {"command": command}).effect == effect
