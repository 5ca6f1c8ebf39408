"""The proxy fails where nobody foresaw it: the agent is told of its call, and the exit code is 1."""

import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.http.client import Client
from bot.mcp.proxy import proxy as module
from bot.mcp.proxy.proxy import Proxy, ProxySettings, run_proxy
from bot.mcp.proxy.server_link import LocalServer
from engine.tool_rules import tool_rules_of_file

SERVER = Path(__file__).with_name("tool_server.py")


def settings_of(tmp_path: Path) -> ProxySettings:
    (tmp_path / "rules.yaml").write_text("rules:\n  - tool: read_note\n    allow: Reading changes nothing.\n")
    command = [sys.executable, str(SERVER), str(tmp_path / "calls"), str(tmp_path / "go")]
    return ProxySettings(command, tool_rules_of_file(tmp_path / "rules.yaml"), "release-gate", name="db")


async def answer_of(settings: ProxySettings, message: dict[str, Any]) -> dict[str, Any]:
    """Send one call to a proxy in this process, and return its answer."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*settings.command, stdin=pipe, stdout=pipe)
    output = io.BytesIO()
    proxy = Proxy(settings, Client("http://127.0.0.1:9", "t"), LocalServer(process), output)
    server = asyncio.create_task(proxy.serve_server())
    await proxy.serve_agent(io.BytesIO(json.dumps(message).encode() + b"\n"))
    async with asyncio.timeout(30):
        while not output.getvalue():
            await asyncio.sleep(0.02)
    await proxy.close()
    process.kill()
    await process.wait()
    await server
    answer: dict[str, Any] = json.loads(output.getvalue())
    return answer


def call_of(tool: str, **more: Any) -> dict[str, Any]:
    params = {"name": tool, "arguments": {"name": "a"}, **more}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def failing(*_: Any, **__: Any) -> Any:
    raise LookupError("nobody foresaw this")


async def test_a_failure_before_the_call_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "rule_on_call", failing)
    result = (await answer_of(settings_of(tmp_path), call_of("read_note")))["result"]
    assert result["isError"]
    assert "The tool was not called." in result["content"][0]["text"]
    assert "nobody foresaw" not in str(result)
    assert not (tmp_path / "calls").exists()


async def test_a_failure_during_the_call_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Awaitable[dict[str, Any]]] = Proxy._request

    async def request(self: Proxy, method: str, params: str) -> dict[str, Any]:
        answer = await real(self, method, params)
        return failing() if method == "tools/call" else answer

    monkeypatch.setattr(Proxy, "_request", request)
    result = (await answer_of(settings_of(tmp_path), call_of("read_note")))["result"]
    assert result["isError"]
    assert "not known whether the tool did" in result["content"][0]["text"]
    assert "was not called" not in str(result)
    assert (tmp_path / "calls").exists()


def test_a_proxy_that_fails_does_not_end_as_if_all_was_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def serve_agent(*_: Any) -> None:
        failing()

    monkeypatch.setattr(Proxy, "serve_agent", serve_agent)
    assert run_proxy(settings_of(tmp_path), Client("http://127.0.0.1:9", "t")) == 1
    assert "The proxy failed (LookupError)." in capsys.readouterr().err
