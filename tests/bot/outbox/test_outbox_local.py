"""The outbox on the local Slack over real sockets, with the faults that networks and Slack have."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

World = Any
Local = Any


async def test_run_approval_thread_and_word_to_the_requester(local_world: World, local: Local) -> None:
    run = local_world.run()
    local_world.ask(run)
    await local_world.tell("run.started", run)
    await local_world.tell("request.opened", run, "q1")
    await local_world.tell("step.retrying", run)
    await local_world.pass_time(3)
    local_world.decide(run)
    await local_world.tell("request.decision", run, "q1")
    await local_world.tell("request.decided", run, "q1")
    await local_world.pass_time(10)
    messages = await local.messages("C05DEPLOYS")
    assert [message["text"] for message in messages] == [f"{run} v6", "q1 decided"]
    assert await local.thread("C05DEPLOYS", messages[0]["ts"]) == [
        "line step.retrying",
        "line request.decision",
    ]
    assert await local.direct("U01ALICE") == ["outcome of q1"]


@pytest.mark.parametrize(
    "kind",
    [
        "disconnect_after",
        "disconnect_before",
        "internal_error",
        "internal_error_after",
        "http_500",
        "timeout",
    ],
)
async def test_a_fault_in_a_post_leaves_one_message(local_world: World, local: Local, kind: str) -> None:
    await local.fault("chat.postMessage", kind)
    run = local_world.run()
    local_world.ask(run)
    await local_world.tell("request.opened", run, "q1")
    await local_world.pass_time(30)
    assert sorted(await local.texts("C05DEPLOYS")) == [f"{run} v2", "q1 open"]


async def test_a_fault_in_a_line_and_in_a_direct_message_leaves_one_of_each(
    local_world: World, local: Local
) -> None:
    run = local_world.run()
    local_world.ask(run)
    await local_world.tell("request.opened", run, "q1")
    await local_world.settled()
    await local.fault("chat.postMessage", "disconnect_after", times=2)
    local_world.decide(run)
    await local_world.tell("request.decision", run, "q1")
    await local_world.tell("request.decided", run, "q1")
    await local_world.pass_time(30)
    root, _ = await local.messages("C05DEPLOYS")
    assert await local.thread("C05DEPLOYS", root["ts"]) == ["line request.decision"]
    assert await local.direct("U01ALICE") == ["outcome of q1"]


async def test_too_many_requests_are_waited_out(local_world: World, local: Local) -> None:
    await local.fault("chat.postMessage", "ratelimited", retry_after=7)
    run = local_world.run()
    await local_world.tell("run.started", run)
    await local_world.pass_time(6)
    assert await local.texts("C05DEPLOYS") == []
    await local_world.pass_time(2)
    assert await local.texts("C05DEPLOYS") == [f"{run} v2"]


@pytest.mark.parametrize("kind", ["disconnect_after", "internal_error", "http_500", "ratelimited"])
async def test_a_fault_in_an_update_ends_in_the_newest_version(
    local_world: World, local: Local, kind: str
) -> None:
    run = local_world.run()
    await local_world.tell("run.started", run)
    await local_world.settled()
    await local.fault("chat.update", kind)
    await local_world.tell("run.succeeded", run)
    await local_world.pass_time(30)
    assert await local.texts("C05DEPLOYS") == [f"{run} v3"]


async def test_a_restart_in_the_middle_of_a_post_leaves_one_message(local_world: World, local: Local) -> None:
    await local.fault("chat.postMessage", "disconnect_after")
    run = local_world.run()
    await local_world.tell("run.started", run)
    while not await local.calls("chat.postMessage"):
        await asyncio.sleep(0)
    await local_world.restart()
    await local_world.tell("run.succeeded", run)
    await local_world.pass_time(30)
    assert await local.texts("C05DEPLOYS") == [f"{run} v3"]


@pytest.mark.parametrize("local_world", [60], indirect=True)
@pytest.mark.parametrize(
    ("method", "event"), [("chat.postMessage", "run.started"), ("chat.update", "step.started")]
)
async def test_a_question_is_posted_while_another_call_for_its_channel_hangs(
    local_world: World, local: Local, method: str, event: str
) -> None:
    slow = local_world.run("deploy-slow")
    if method == "chat.update":
        await local_world.tell("run.started", slow)
        await local_world.settled()
    await local.fault(method, "timeout")
    await local_world.tell(event, slow)
    async with asyncio.timeout(10):
        while local.armed():
            await asyncio.sleep(0)
        ship = local_world.run("ship-bbbb")
        local_world.ask(ship)
        await local_world.tell("request.opened", ship, "q1")
        while "q1 open" not in await local.texts("C05DEPLOYS"):
            await asyncio.sleep(0)
    assert (await local.texts("C05DEPLOYS"))[-2:] == [f"{ship} v2", "q1 open"]
    hanging = await local_world.deliveries.get(f"run:{slow}")
    assert hanging.sent < hanging.wanted


@pytest.mark.parametrize("local_world", [60], indirect=True)
async def test_a_question_that_hangs_holds_up_the_next_one_for_seconds(
    local_world: World, local: Local
) -> None:
    async def ask(number: int) -> None:
        run = local_world.run(f"ship-{number}")
        local_world.ask(run, f"q{number}")
        await local_world.tell("request.opened", run, f"q{number}")

    await local.fault("chat.postMessage", "timeout", after=1)
    async with asyncio.timeout(10):
        await ask(1)
        while local.armed():
            await asyncio.sleep(0)
        await ask(2)
        assert await local.texts("C05DEPLOYS") == ["ship-1 v2"]
        local_world.clock.advance(timedelta(seconds=5))
        while "q2 open" not in await local.texts("C05DEPLOYS"):
            await asyncio.sleep(0)
    assert await local.texts("C05DEPLOYS") == ["ship-1 v2", "ship-2 v2", "q2 open"]


@pytest.mark.parametrize("local_world", [60], indirect=True)
async def test_a_line_that_hangs_is_overtaken_by_none_of_its_thread(local_world: World, local: Local) -> None:
    run = local_world.run()
    await local_world.tell("run.started", run)
    await local_world.settled()
    await local.fault("chat.postMessage", "timeout")
    await local_world.tell("step.retrying", run)
    async with asyncio.timeout(10):
        while local.armed():
            await asyncio.sleep(0)
        await local_world.tell("run.paused", run)
        await local_world.tell("run.started", local_world.run("ship-2"))
        local_world.clock.advance(timedelta(seconds=6))
        while "ship-2 v2" not in await local.texts("C05DEPLOYS"):
            await asyncio.sleep(0)
        local_world.clock.advance(timedelta(seconds=6))
        while (await local_world.deliveries.get(f"run:{run}")).sent < 3:
            await asyncio.sleep(0)
    root, _ = await local.messages("C05DEPLOYS")
    assert await local.thread("C05DEPLOYS", root["ts"]) == []


async def test_a_missing_channel_is_told_and_once_made_gets_its_message(
    local_world: World, local: Local
) -> None:
    run = local_world.run()
    local_world.ask(run, channel="#leads")
    await local_world.tell("request.opened", run, "q1")
    await local_world.pass_time(5)
    assert await local.direct("U01ALICE") == ["notice message.blocked channel_not_found"]
    assert await local.direct("U02BOB") == ["notice message.blocked channel_not_found"]
    made = await local.control("channel/create", name="leads", private=True, **{"as": "U01ALICE"})
    channel = made["channel"]["id"]
    await local.control("channel/invite", channel=channel, user="U0SIGNOFF")
    local_world.outbox.nudge(channel)
    await local_world.settled()
    assert await local.texts(channel) == ["q1 open"]


async def test_a_bot_that_was_thrown_out_says_so_and_posts_once_invited(
    local_world: World, local: Local
) -> None:
    await local.control("channel/archive", channel="C05DEPLOYS")
    run = local_world.run()
    local_world.ask(run, channel="#incidents")
    await local_world.tell("request.opened", run, "q1")
    await local_world.pass_time(5)
    assert await local.texts("C02INCIDENTS") == ["q1 open"]
    assert await local.direct("U01ALICE") == ["notice message.blocked is_archived"]


async def test_a_message_without_blocks_arrives(local_world: World, local: Local) -> None:
    run = local_world.run()
    local_world.ask(run)
    local_world.decide(run)
    await local_world.tell("request.expired", run, "q1")
    await local_world.pass_time(5)
    assert await local.direct("U01ALICE") == ["outcome of q1"]
