"""Grants and agents: what one covers goes through without a person, and the agent gives it back."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.views.requests.grant import use_words
from engine import GrantUse
from tests.bot.http.test_api import Outside
from tests.bot.http.test_gate_grants import GIVER, QUESTION, answer, given, grants_call
from tests.bot.http.test_gate_grants import outside as outside
from tests.bot.mcp.proxied_agent import Agent, proxied
from tests.bot.mcp.test_agents import agent as own_agent
from tests.bot.mcp.test_agents import call, text_of

LASTS = timedelta(minutes=30)


async def test_an_agent_lists_the_grants_for_its_requests_and_gives_one_back(outside: Outside) -> None:
    grant = await given(outside, 3)
    await answer(outside)
    async with own_agent(outside) as client:
        (listed,) = (await call(client, "list_grants"))["grants"]
        assert (listed["id"], listed["by"], listed["uses"], listed["used"]) == (grant, "U1", 3, 1)
        asked = await call(client, "request_approval", **QUESTION, wait_seconds=5)
        assert (asked["state"], asked["by"]) == ("approved", ["U1"])
        for tool, arguments, problem in (
            ("give_back_grant", {"id": "../approvals"}, "'../approvals' is not the id of a grant"),
            ("give_back_grant", {}, "id: is missing. Pass it: The id that list_grants returned."),
            ("list_grants", {"gate": "x"}, 'There is no argument "gate". The arguments are: none.'),
        ):
            assert problem in text_of(await client.call_tool(tool, arguments))
        assert (await call(client, "give_back_grant", id=grant))["id"] == grant
        assert await call(client, "list_grants") == {"grants": []}
        refused = await client.call_tool("give_back_grant", {"id": grant})
        assert "has no grant with this id" in text_of(refused)
        assert (await call(client, "request_approval", **QUESTION))["state"] == "open"


async def test_a_call_that_a_grant_covers_is_made_without_a_person(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path, "--wait", "1s") as agent:
        grant = await granted(outside, agent, uses=2)
        assert await agent.call("drop_table", name="orders") == (False, "done drop_table")
        (use,) = await uses_of(outside, grant)
        assert (use.by, use.number, use.uses) == ("U1", 1, 2)
        assert f"Grant {grant}, use 1 of 2" in use_words(use, outside.clock.now())

        look_alikes = ("order", "orders ", "orders\u200b", "\u043erders", "Orders")
        calls: list[tuple[str, dict[str, Any]]] = [("drop_table", {"name": name}) for name in look_alikes]
        calls += [("hang", {"name": "orders"}), ("drop_table", {"name": "orders", "count": 1})]
        await asks(outside, agent, *calls)
        assert len(agent.made()) == 2

        # Another notation of the same arguments is the same call.
        await agent.raw_call("drop_table", '{ "name" : "\\u006frders" }')
        assert (len(agent.made()), len(await uses_of(outside, grant))) == (3, 2)
        await asks(outside, agent, ("drop_table", {"name": "orders"}))


@pytest.mark.long
async def test_a_call_is_asked_about_again_when_its_grant_is_over(outside: Outside, tmp_path: Path) -> None:
    async with proxied(outside, tmp_path, "--wait", "1s") as agent:
        orders = ("drop_table", {"name": "orders"})
        grant = await granted(outside, agent, uses=3)
        await agent.call("drop_table", name="orders")
        await outside.engine.grants.revoke(grant, actor=GIVER)
        await asks(outside, agent, orders)

        grant = await granted(outside, agent, uses=3)
        assert (await grants_call(outside, "DELETE", f"/{grant}"))[0] == 200
        await asks(outside, agent, orders)

        await granted(outside, agent, uses=3)
        await agent.call("drop_table", name="orders")
        assert len(agent.made()) == 5
        outside.clock.advance(LASTS)
        await asks(outside, agent, orders)
        assert len(agent.made()) == 5


async def granted(outside: Outside, agent: Agent, uses: int) -> str:
    """Approve a call of drop_table on orders with a grant, once it is made; return the grant."""
    task = asyncio.create_task(agent.call("drop_table", name="orders"))
    run_id = await outside.opened()
    reply = await outside.engine.grant(f"{run_id}.decision", uses, LASTS, actor=GIVER)
    assert reply.grant is not None
    assert await task == (False, "done drop_table")
    return reply.grant.id


async def uses_of(outside: Outside, grant: str) -> list[GrantUse]:
    """Return what the log says of uses of a grant."""
    events = [event for event in await outside.engine.events.read(0) if event.type == "grant.used"]
    uses = []
    for event in events:
        run_id = event.data["approved"].removesuffix(".decision")
        (request,) = (await outside.engine.detail(run_id)).requests
        (decision,) = request.decisions
        use = request.grant_of(decision)
        assert use is not None
        uses += [use] if use.grant == grant else []
    return uses


async def asks(outside: Outside, agent: Agent, *calls: tuple[str, dict[str, Any]]) -> None:
    """Require that each call opens a request of its own, and is not made."""
    before = len(await outside.engine.requests())
    answers = await asyncio.gather(*(agent.raw_call(tool, json.dumps(args)) for tool, args in calls))
    assert all("nobody has decided yet" in json.dumps(each) for each in answers), answers
    assert len(await outside.engine.requests()) == before + len(calls)
