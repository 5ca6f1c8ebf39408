"""A remote MCP server behind the proxy: a real server of the SDK, real HTTP, and lines that are cut."""

import asyncio
import os
import socket
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.http.client import Client
from bot.http.listening import listening
from bot.mcp.proxy import remote_server
from bot.mcp.proxy.remote_options import remote_settings
from bot.mcp.proxy.remote_server import RemoteSettings
from engine.addresses import InsideNetwork, PublicResolver
from engine.permits.verify_permit import PermitRefused, tool_audience, verify_permit
from engine.tool_rules import read_tool_rules
from tests.bot.http.test_api import ROOT, Outside
from tests.bot.http.test_api import outside as outside
from tests.bot.mcp.proxied_agent import Agent
from tests.bot.mcp.remote_tools import Cutter, Tools, remote_agent

ALLOW = read_tool_rules('rules:\n  - tool: "*"\n    allow: It is a test.\n', "rules.yaml")


def at(port: int, **more: Any) -> RemoteSettings:
    return RemoteSettings(f"http://127.0.0.1:{port}/mcp", **more)


def client_of(outside: Outside, port: int = 0) -> Client:
    return Client(f"http://127.0.0.1:{port}" if port else outside.url, outside.token, between=0.05)


async def test_an_approved_call_reaches_a_remote_server_once_with_a_permit_for_it(outside: Outside) -> None:
    tools = Tools()
    async with (
        tools.serving(),
        remote_agent(
            client_of(outside), at(tools.port, headers={"Authorization": "Bearer hidden-value"}), name="crm"
        ) as agent,
    ):
        call = asyncio.create_task(agent.call("drop_table", name="orders"))
        id_ = await outside.opened()
        (request,) = await outside.engine.requests()
        (details,) = [each.value for each in request.shown if each.label == "Details"]
        url = f"http://127.0.0.1:{tools.port}/mcp"
        assert f"Address: {url}\n" in details
        assert "hidden-value" not in str(request)
        await outside.answer(id_, "approve")
        assert await call == (False, "dropped orders")
        assert tools.calls == [("drop_table", "orders")]
        assert all(headers["authorization"] == "Bearer hidden-value" for headers in tools.headers)
        # The permit in the call is for this address: for another server it is refused.
        (permit,) = tools.permits
        keys = await outside.engine.permits.keys()
        for server, accepted in ((url, True), ("https://mcp.example.com/mcp", False), ("crm", False)):
            try:
                verify_permit(
                    permit, keys=keys, issuer=keys["issuer"], audience=tool_audience(server, "drop_table"),
                    arguments='{"name":"orders"}', redeem=lambda claims, permit: True,
                    now=outside.clock.now().timestamp(),
                )  # fmt: skip
                found = True
            except PermitRefused:
                found = False
            assert found == accepted


async def test_an_approval_for_one_address_is_not_used_at_another(outside: Outside) -> None:
    one, two = Tools(), Tools()
    async with one.serving(), two.serving():
        async with remote_agent(client_of(outside), at(one.port), name="db", wait=0.2) as agent:
            assert "nobody has decided yet" in (await agent.call("drop_table", name="a"))[1]
        await outside.answer(await outside.opened(), "approve")
        async with remote_agent(client_of(outside), at(two.port), name="db", wait=0.2) as agent:
            assert "nobody has decided yet" in (await agent.call("drop_table", name="a"))[1]
            await outside.answer(await outside.opened(), "reject", "no")
        assert (one.calls, two.calls) == ([], [])


async def test_lines_that_are_cut_while_a_call_is_held_lose_nothing(outside: Outside) -> None:
    """An intermediary cuts the lines to the server and to Signoff. After an error, the agent asks again."""
    tools = Tools()
    signoff = Cutter(urlsplit(outside.url).port or 0)
    async with signoff.forwarding(), tools.serving(events=True):
        server, client = Cutter(tools.port), client_of(outside, signoff.port)
        async with server.forwarding(), remote_agent(client, at(server.port)) as agent:
            call = asyncio.create_task(agent.call("drop_table", name="orders"))
            id_ = await outside.opened()
            server.cut()
            signoff.cut()
            await outside.answer(id_, "approve")
            failed, text = await call
            if failed:  # the line was cut before the proxy knew of the request
                assert "was not called" in text
                failed, text = await agent.call("drop_table", name="orders")
            assert (failed, text) == (False, "dropped orders")
        assert tools.calls == [("drop_table", "orders")]


async def test_a_server_that_is_started_again_while_a_call_is_held_gets_it_once(outside: Outside) -> None:
    tools = Tools()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(AsyncExitStack())
        await first.enter_async_context(tools.serving())
        agent = await stack.enter_async_context(remote_agent(client_of(outside), at(tools.port)))
        call = asyncio.create_task(agent.call("drop_table", name="orders"))
        id_ = await outside.opened()
        await first.aclose()
        await outside.answer(id_, "approve")
        async with tools.serving():
            assert await call == (False, "dropped orders")
            assert tools.calls == [("drop_table", "orders")]


async def test_an_answer_whose_line_is_cut_is_fetched_and_the_call_is_made_once(outside: Outside) -> None:
    tools = Tools()
    async with tools.serving(events=True):
        server = Cutter(tools.port)
        async with server.forwarding(), remote_agent(client_of(outside), at(server.port), ALLOW) as agent:
            arguments, meta = {"name": "a"}, {"progressToken": "p"}
            call = agent.request("tools/call", name="slow", arguments=arguments, _meta=meta)
            called = asyncio.create_task(call)
            await agent.notified.wait()  # the stream began, so it can be resumed
            server.cut()
            tools.go.set()
            assert "slow a" in str(await called)
            assert tools.calls == [("slow", "a")]


@pytest.mark.parametrize("json_response", [False, True])
async def test_an_answer_that_cannot_be_fetched_is_told_as_unknown_and_nothing_is_repeated(
    outside: Outside, json_response: bool
) -> None:
    tools = Tools()
    async with tools.serving(json_response=json_response):
        server = Cutter(tools.port)
        async with server.forwarding(), remote_agent(client_of(outside), at(server.port), ALLOW) as agent:
            call = asyncio.create_task(agent.call("slow", name="a"))
            await tools.began.wait()
            server.cut()
            failed, text = await call
            assert (failed, "It is not known whether" in text) == (True, True)
            tools.go.set()
            assert await agent.call("slow", name="b") == (False, "slow b")
            assert tools.calls == [("slow", "a"), ("slow", "b")]


async def test_an_agent_whose_own_line_is_cut_asks_again_and_gets_the_answer(outside: Outside) -> None:
    tools = Tools()
    async with tools.serving():
        async with remote_agent(client_of(outside), at(tools.port)) as agent:
            call = asyncio.create_task(agent.call("drop_table", name="orders"))
            id_ = await outside.opened()
            call.cancel()
        await outside.answer(id_, "approve")
        async with remote_agent(client_of(outside), at(tools.port)) as agent:
            assert await agent.call("drop_table", name="orders") == (False, "dropped orders")
        assert tools.calls == [("drop_table", "orders")]


async def test_a_redirect_is_not_followed(outside: Outside) -> None:
    tools = Tools()

    async def redirect(_: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(f"http://127.0.0.1:{tools.port}/mcp")

    app = web.Application()
    app.router.add_post("/mcp", redirect)
    async with tools.serving(), listening(app, "127.0.0.1", 0) as port:
        async with remote_agent(client_of(outside), at(port), ALLOW) as agent:
            answer = await agent.request("tools/list")
            assert "redirects" in answer["error"]["message"]
            assert "was not called" in (await agent.call("drop_table", name="a"))[1]
        assert (tools.calls, tools.headers) == ([], [])


async def test_a_server_that_cannot_be_reached_is_told(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_server, "MAX_OUTAGE_SECONDS", 0.0)
    async with remote_agent(client_of(outside), at(9), ALLOW) as agent:
        failed, text = await agent.call("drop_table", name="a")
        assert (failed, text) == (True, "The server cannot be reached. The tool was not called.")


@pytest.mark.parametrize("host", ["10.1.2.3", "169.254.169.254", "[fd00::1]", "2130706433", "0x7f.1"])
async def test_a_server_inside_the_network_is_refused_unless_allowed(outside: Outside, host: str) -> None:
    async with remote_agent(client_of(outside), RemoteSettings(f"https://{host}/mcp"), ALLOW) as agent:
        failed, text = await agent.call("drop_table", name="a")
        assert failed
        assert "inside this machine's networks" in text


class Names(AbstractResolver):
    """A name server of an attacker, which gives one answer after another."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if not (addresses := self.answers.pop(0)):
            raise OSError(None, "the name is unknown")
        common = {"hostname": host, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [ResolveResult(host=address, **common) for address in addresses]  # type: ignore[typeddict-item]

    async def close(self) -> None: ...


async def test_a_name_that_leads_inside_the_network_later_is_refused(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, inside = ["93.184.216.34"], ["127.0.0.1"]
    resolver = PublicResolver(names=Names(public, inside, public + inside))
    assert [found["host"] for found in await resolver.resolve("mcp.example.com", 443)] == public
    for _ in range(2):
        with pytest.raises(InsideNetwork):
            await resolver.resolve("mcp.example.com", 443)
    monkeypatch.setattr(remote_server, "RETRY_SECONDS", 0.0)
    tools, names = Tools(), Names(*[[], inside] * 3)
    async with tools.serving():
        # Names are looked up for each connection, also where an earlier try failed.
        settings = RemoteSettings(f"http://mcp.example.com:{tools.port}/mcp")
        async with remote_agent(client_of(outside), settings, ALLOW, names=names) as agent:
            failed, text = await agent.call("drop_table", name="a")
        assert (failed, "inside this machine's networks" in text) == (True, True)
        assert (tools.headers, tools.calls) == ([], [])


async def test_the_command_calls_a_remote_server_with_the_secret_that_it_names(
    outside: Outside, tmp_path: Path
) -> None:
    (tmp_path / "MCP_TOKEN").write_text("a-long-secret-value")
    tools = Tools()
    async with tools.serving():
        options = ["--gate", "release-gate", "--url", outside.url, "--name", "crm",
                   "--server", f"http://127.0.0.1:{tools.port}/mcp",
                   "--header-secret", "Authorization=Bearer MCP_TOKEN"]  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "mcp", "proxy", *options),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "SIGNOFF_TOKEN": outside.token, "SIGNOFF_SECRETS_DIR": str(tmp_path),
                 "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        agent = Agent(process, tmp_path / "calls", tmp_path / "go")
        info = {"name": "t", "version": "1"}
        await agent.request("initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo=info)
        call = asyncio.create_task(agent.call("drop_table", name="orders"))
        await outside.answer(await outside.opened(), "approve")
        assert await call == (False, "dropped orders")
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), 30) == 0
        await agent.ended()
        assert (tools.calls, len(tools.permits[0].split("."))) == ([("drop_table", "orders")], 3)
        assert {headers["authorization"] for headers in tools.headers} == {"Bearer a-long-secret-value"}


@pytest.mark.parametrize(
    ("url", "headers", "words"),
    [
        ("http://mcp.example.com/mcp", (), "is not encrypted"),
        ("https://user:pass@mcp.example.com/mcp", (), "is not an address"),
        ("ftp://mcp.example.com", (), "is not an address"),
        (
            "https://mcp.example.com/mcp?token=ghp_0123456789abcdefghijABCDEFGHIJ012345",
            (),
            "has a credential",
        ),
        ("https://mcp.example.com/mcp", ("Authorization",), "the name of a secret"),
        ("https://mcp.example.com/mcp", ("Host=MCP_TOKEN",), "the name of a secret"),
        ("https://mcp.example.com/mcp", ("X-Key=two\nlines",), "the name of a secret"),
        ("https://mcp.example.com/mcp", ("X-Key=MCP_LINES",), "more than one line"),
    ],
)
def test_an_address_or_a_header_that_is_unsafe_is_refused(
    url: str, headers: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCP_LINES", "first line\nsecond line")
    with pytest.raises(ValueError, match=words):
        remote_settings(url, headers, private=False)


def test_the_secret_of_a_header_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "MCP_TOKEN").write_text("a-long-secret-value")
    monkeypatch.setenv("SIGNOFF_SECRETS_DIR", str(tmp_path))
    found = remote_settings("https://mcp.example.com/mcp", ["Authorization=Bearer MCP_TOKEN"], private=False)
    assert found.headers == {"Authorization": "Bearer a-long-secret-value"}
