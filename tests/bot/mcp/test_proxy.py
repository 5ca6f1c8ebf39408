"""An agent calls the tools of an MCP server through the proxy: real processes, real HTTP, real kill -9."""

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from mcp.client.client import Client as SdkClient
from mcp.client.stdio import StdioServerParameters

from bot.http.client import Client
from engine.permits.verify_permit import redeem_at, tool_audience, verify_permit
from tests.bot.http.test_api import ROOT, Outside
from tests.bot.http.test_api import outside as outside
from tests.bot.mcp.proxied_agent import proxied, told

CALL = (
    '{"jsonrpc":"2.0","id":77,"method":"tools/call","params":{"name":"drop_table","arguments":{"name":"a"}}}'
)


async def decide(outside: Outside, choice: str, comment: str = "") -> None:
    await outside.answer(await outside.opened(), choice, comment)


async def test_an_approved_call_is_made_with_what_people_saw(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path) as agent:
        call = asyncio.create_task(agent.raw_call("drop_table", '{"name":"or\\u0064ers\\u200b","count":1e0}'))
        id_ = await outside.opened()
        (request,) = await outside.engine.requests()
        (details,) = [each.value for each in request.shown if each.label == "Details"]
        assert "Call drop_table of db?" in request.ask
        assert '"count": 1,\n  "name": "orders\\u200b"' in details
        assert agent.made() == []
        await outside.answer(id_, "approve")
        assert told(await call) == (False, "done drop_table")
        assert agent.made() == [["drop_table", {"count": 1, "name": "orders\u200b"}, False]]
    (permit,) = agent.log.with_suffix(".permits").read_text().split()
    keys = await outside.engine.permits.keys()
    claims = await asyncio.to_thread(
        verify_permit,
        permit,
        keys=keys,
        issuer=keys["issuer"],
        audience=tool_audience("db", "drop_table"),
        arguments='{"name":"orders\u200b","count":1}',
        redeem=redeem_at(outside.url),
        now=outside.clock.now().timestamp(),
    )
    assert (claims["approvers"], claims["jti"]) == (["U1"], id_)


async def test_rules_allow_and_deny_without_people(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path, odd=("secret_key",)) as agent:
        listed = (await agent.request("tools/list"))["result"]["tools"]
        assert [tool["name"] for tool in listed] == ["read_note", "drop_table", "hang"]
        assert await agent.call("read_note", name="a") == (False, "done read_note")
        for tool in ("drop_table", "secret_key"):
            failed, text = await agent.call(tool, name="users")
            assert failed
            assert "rules of the proxy deny" in text
        assert [made[0] for made in agent.made()] == ["read_note"]
        assert await outside.engine.requests() == []


@pytest.mark.parametrize(
    ("choice", "words"),
    [("reject", "was rejected by U1. The reason: not today"), ("", "expired. Nobody rejected it.")],
)
async def test_an_agent_is_told_what_became_of_its_request(
    outside: Outside, tmp_path: Path, choice: str, words: str
) -> None:
    async with proxied(outside, tmp_path) as agent:
        call = asyncio.create_task(agent.call("drop_table", name="orders"))
        id_ = await outside.opened()
        if choice:
            await outside.answer(id_, choice, "not today")
        else:
            outside.clock.advance(timedelta(hours=1))
        failed, text = await call
        assert failed
        assert words in text
        assert await agent.call("drop_table", name="orders") == (True, text)
        assert agent.made() == []
        outside.clock.advance(timedelta(minutes=11))
        again = asyncio.create_task(agent.call("drop_table", name="orders"))
        assert await outside.opened() != id_
        await decide(outside, "approve")
        assert await again == (False, "done drop_table")


async def test_an_agent_that_does_not_wait_finds_its_request_again(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path, "--wait", "1s") as agent:
        for _ in range(2):
            failed, text = await agent.call("drop_table", name="orders")
            assert failed
            assert "nobody has decided yet" in text
        (request,) = await outside.engine.requests()
        await outside.answer(request.run_id, "approve")
        calls = [
            agent.raw_call("drop_table", text)
            for text in ('{"name":"orders"}', '{ "name" : "\\u006frders" }')
        ]
        for answer in await asyncio.gather(*calls):
            assert told(answer)[1] == "done drop_table"
        assert len(agent.made()) == 1
        failed, text = await agent.call("drop_table", name="orders")
        assert "nobody has decided yet" in text
        assert len(await outside.engine.requests()) == 1
        assert len(agent.made()) == 1


async def test_a_client_that_cancels_a_call_gets_its_result_later(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path) as agent:
        call = asyncio.create_task(agent.call("hang", name="a"))
        await decide(outside, "approve")
        await agent.until_made(1)
        agent.cancel()
        call.cancel()
        again = asyncio.create_task(agent.call("hang", name="a"))
        agent.go.touch()
        assert await again == (False, "done hang")
        assert len(agent.made()) == 1


async def test_killed_between_approval_and_call_it_is_made_once_by_the_next(
    outside: Outside, tmp_path: Path
) -> None:
    async with proxied(outside, tmp_path) as agent:
        call = asyncio.create_task(agent.call("drop_table", name="orders"))
        id_ = await outside.opened()
        agent.kill()
        call.cancel()
    await outside.answer(id_, "approve")
    async with proxied(outside, tmp_path) as agent:
        assert await agent.call("drop_table", name="orders") == (False, "done drop_table")
        assert len(agent.made()) == 1


async def test_killed_after_the_use_it_is_never_made_twice(
    outside: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, held = asyncio.Event(), asyncio.Event()
    real = outside.engine.use_approval

    async def use_and_hold(run_id: str, key: str, **more: object) -> None:
        await real(run_id, key, **more)  # type: ignore[arg-type]
        used.set()
        await held.wait()

    async with proxied(outside, tmp_path) as agent:
        monkeypatch.setattr(outside.engine, "use_approval", use_and_hold)
        call = asyncio.create_task(agent.call("drop_table", name="orders"))
        id_ = await outside.opened()
        await outside.answer(id_, "approve")
        await used.wait()
        agent.kill()
        call.cancel()
    monkeypatch.undo()
    held.set()
    async with proxied(outside, tmp_path) as agent:
        again = asyncio.create_task(agent.call("drop_table", name="orders"))
        assert await outside.opened() != id_
        assert agent.made() == []
        await decide(outside, "approve")
        assert await again == (False, "done drop_table")
        assert len(agent.made()) == 1


async def test_killed_during_the_call_it_is_never_made_twice(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path) as agent:
        call = asyncio.create_task(agent.call("hang", name="a"))
        id_ = await outside.opened()
        await outside.answer(id_, "approve")
        await agent.until_made(1)
        agent.kill()
        call.cancel()
    async with proxied(outside, tmp_path) as agent:
        again = asyncio.create_task(agent.call("hang", name="a"))
        assert await outside.opened() != id_
        assert len(agent.made()) == 1
        again.cancel()


AMBIGUOUS = [
    ('{"name":"a","name":"b"}', "the key is like"),
    ('{"name":"a","Name":"b"}', "the key is like"),
    ('{"name":"a","n\\u0061me":"b"}', "the key is like"),
    ('{"name":"a\\u0000b"}', "NUL"),
    ('{"name":"\\ud800"}', "half a character"),
    ('{"name":"a","count":9007199254740993}', "is beyond"),
    ('{"name":"a","count":1e400}', "is beyond"),
    ('{"name":"a","count":0.10000000000000000555}', "would be rounded"),
    ('{"name":"a","count":NaN}', "is not a number"),
    ('{"name":7}', "arguments.name"),
    ('{"name":"a","other":1}', "other"),
    ('{"name":"' + "x" * 3000 + '"}', "cannot be approved"),
]
AROUND = [
    CALL.replace("tools/call", "tools/call "),
    CALL.replace("tools/call", "Tools/Call"),
    '{"jsonrpc":"2.0","id":77,"method":"ping","Method":"tools/call","params":{"name":"drop_table"}}',
    '{"jsonrpc":"2.0","id":77,"method":"ping","method":"tools/call","params":{"name":"drop_table"}}',
    '{"jsonrpc":"2.0","id":77,"method":"tools/call","params":{"name":"drop_table","task":{"ttl":1}}}',
    '{"jsonrpc":"2.0","id":77,"method":"ping","METHOD ":"tools/call"}',
    '{"jsonrpc":"2.0","id":"signoff:1","method":"ping"}',
]


async def test_arguments_with_two_meanings_are_refused(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path) as agent:
        for arguments, words in AMBIGUOUS:
            answer = await agent.raw_call("drop_table", arguments)
            assert words in json.dumps(answer)
            assert "error" in answer or answer["result"]["isError"]
        assert agent.made() == []
        assert await outside.engine.requests() == []


async def test_a_tool_with_an_odd_name_is_not_called(outside: Outside, tmp_path: Path) -> None:
    rules = 'default: allow\nrules:\n  - tool: "drop_*"\n    deny: Never.\n'
    async with proxied(outside, tmp_path, rules=rules, odd=("drop_table ", "Drop_Table")) as agent:
        for tool in ("Drop_Table", "drop_table", "drop_table ", "drop_table\u200b", "drop_table\n", "none"):
            failed, text = await agent.call(tool, name="users")
            assert failed
            assert "has no tool" in text
        assert agent.made() == []


async def test_no_message_goes_around_the_rules(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path) as agent:
        for number, line in enumerate(AROUND, 100):
            id_ = f"signoff:{number}" if "signoff" in line else number
            changed = line.replace('"id":77', f'"id":{number}').replace("signoff:1", f"signoff:{number}")
            assert "error" in await agent.send(changed, id_)
        assert agent.made() == []


async def test_a_batch_is_refused(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path) as agent:
        answer = await agent.send(f"[{CALL}]")
        assert "Batches" in answer["error"]["message"]
        assert agent.made() == []


async def test_an_approval_is_for_its_own_arguments_server_and_session(
    outside: Outside, tmp_path: Path
) -> None:
    async with proxied(outside, tmp_path, "--wait", "1s") as agent:
        await agent.call("drop_table", name="orders")
    (request,) = await outside.engine.requests()
    await outside.answer(request.run_id, "approve")
    async with proxied(outside, tmp_path, "--wait", "1s") as agent:
        await agent.call("drop_table", name="orders ")
        await agent.call("drop_table", name="orders", count=1)
        await agent.call("hang", name="orders")
    for options in (("--session", "b"), ("--name", "other")):
        async with proxied(outside, tmp_path, "--wait", "1s", *options) as agent:
            assert "nobody has decided" in (await agent.call("drop_table", name="orders"))[1]
            assert agent.made() == []
    assert len(await outside.engine.requests()) == 5


async def test_nothing_is_called_while_signoff_cannot_be_reached(outside: Outside, tmp_path: Path) -> None:
    outside.url = "http://127.0.0.1:9"
    async with proxied(outside, tmp_path) as agent:
        failed, text = await agent.call("drop_table", name="orders")
        assert failed
        assert "Nobody could be asked" in text
        assert agent.made() == []


async def test_a_client_that_wants_it_is_told_of_progress(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path, "--wait", "1s") as agent:
        await agent.request(
            "tools/call", name="drop_table", arguments={"name": "a"}, _meta={"progressToken": "p"}
        )
        (told_of,) = agent.notifications
        assert told_of["method"] == "notifications/progress"
        assert told_of["params"]["progressToken"] == "p"
        assert "Waiting for an approval" in told_of["params"]["message"]


async def test_an_approval_used_by_another_program_is_asked_again(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path, "--wait", "1s") as agent:
        await agent.call("drop_table", name="orders")
        (request,) = await outside.engine.requests()
        await outside.answer(request.run_id, "approve")
        detail = await outside.engine.detail(request.run_id)
        question = {name: value for name, value in detail.run.input.items() if value}
        body = {"gate": "release-gate", **question}
        await asyncio.to_thread(Client(outside.url, outside.token).use, request.run_id, body, "theirs")
        assert "nobody has decided" in (await agent.call("drop_table", name="orders"))[1]
        assert agent.made() == []


async def test_the_client_and_the_server_of_the_sdk_work_through_the_proxy(
    outside: Outside, tmp_path: Path
) -> None:
    (tmp_path / "server.py").write_text(
        "from mcp.server.mcpserver import MCPServer\n"
        "server = MCPServer('notes')\n"
        "@server.tool()\n"
        "def add_note(name: str, count: float = 1) -> str:\n"
        "    return f'added {name} {count}'\n"
        "server.run()\n"
    )
    own = ["-m", "bot", "mcp", "proxy", "--gate", "release-gate", "--url", outside.url, "--wait", "1s"]
    environment = {**os.environ, "SIGNOFF_TOKEN": outside.token, "PYTHONPATH": str(ROOT)}
    parameters = StdioServerParameters(
        command=sys.executable,
        args=[*own, "--", sys.executable, str(tmp_path / "server.py")],
        env=environment,
    )
    async with SdkClient(parameters) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["add_note"]
        waits = await client.call_tool("add_note", {"name": "a", "count": 2.5})
        assert waits.is_error
        (request,) = await outside.engine.requests()
        assert f"Call add_note of {Path(sys.executable).name}?" in request.ask
        assert str(tmp_path) not in str(request.shown)
        await outside.answer(request.run_id, "approve")
        done = await client.call_tool("add_note", {"count": 2.5, "name": "a"})
        assert not done.is_error
        assert "added a 2.5" in str(done.content)
