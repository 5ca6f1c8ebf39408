"""A run of many steps that ended shows its graph in the thread of its message, once."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.delivery_order import DeliveryOrder, RoundRobin
from bot.outbox.rate_limits import Pace
from bot.outbox.run_pictures import KIND, MIN_STEPS
from engine import Delivery, Every, Workflow
from tests.bot.outbox.alert_office import AlertOffice, office

Local = Any
DEPLOYS = "C05DEPLOYS"


def chain(steps: int = MIN_STEPS, **options: Any) -> Workflow:
    wf = Workflow("ship", owner="@platform", channel="#deploys", **options)
    before: list[Any] = []
    for number in range(steps):

        @wf.step(name=f"s{number}", after=before)
        async def step() -> None: ...

        before = [step]
    return wf


async def restart_with_pictures(team: AlertOffice) -> None:
    await team.outbox.close(grace=0)
    team.parts = {**team.parts, "pictures": True}
    await team.restart_outbox()


async def files(local: Local) -> list[dict[str, Any]]:
    found = []
    for message in await local.messages(DEPLOYS):
        assert not message.get("files"), "no picture stands in the channel itself"
        thread = await local.read("thread", channel=DEPLOYS, ts=message["ts"], **{"as": "U01ALICE"})
        found += [file for reply in thread["messages"] for file in reply.get("files") or []]
    return found


async def pictures(local: Local) -> list[dict[str, Any]]:
    """Return the messages with a file in the thread of the only message."""
    (message,) = await local.messages(DEPLOYS)
    thread = await local.read("thread", channel=DEPLOYS, ts=message["ts"], **{"as": "U01ALICE"})
    return [reply for reply in thread["messages"] if reply.get("files")]


async def test_a_run_that_ended_gets_one_picture_that_names_it(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, chain()) as team:
        await restart_with_pictures(team)
        run = await team.harness.start("ship")
        await team.advance()
        (file,) = await files(local)
        short = (await team.engine.detail(run.id)).run.short
        assert file["title"] == short
        (upload,) = await local.calls("files.getUploadURLExternal")
        assert f"Graph of {short}, a run of ship: done. 1. s0" in str(upload)
        (picture,) = await pictures(local)
        assert picture["text"] == f"Graph of {short}: done"
        assert (file["name"].startswith(short), file["name"].endswith(".png")) == (True, True)
        await team.restart_outbox()
        await team.advance()
        assert len(await files(local)) == 1


async def test_the_picture_of_a_rejected_run_says_so_after_the_decision(local: Local, tmp_path: Path) -> None:
    workflow = chain(MIN_STEPS - 1)
    go = workflow.approval("go", ask="Ship?", approvers=["U01ALICE"], expires="1h")

    @workflow.step(when=go.approved)
    async def release() -> None: ...

    async with office(local, tmp_path, workflow) as team:
        await restart_with_pictures(team)
        run = await team.harness.start("ship")
        await team.advance()
        (request,) = await team.harness.requests()
        await team.harness.decide(request, "reject", as_user="U01ALICE", comment="not today")
        await team.advance()
        short = (await team.engine.detail(run.id)).run.short
        messages = await local.messages(DEPLOYS)
        thread = await local.read("thread", channel=DEPLOYS, ts=messages[0]["ts"], **{"as": "U01ALICE"})
    *_, line, picture = [reply["text"] for reply in thread["messages"]]
    assert "rejected" in line
    assert picture == f"Graph of {short}: rejected"


async def test_a_short_run_gets_one_if_its_steps_branch(local: Local, tmp_path: Path) -> None:
    workflow = chain(2)

    @workflow.step
    async def beside() -> None: ...

    async with office(local, tmp_path, workflow) as team:
        await restart_with_pictures(team)
        await team.harness.start("ship")
        await team.advance()
        assert len(await files(local)) == 1


async def test_a_picture_whose_arrival_is_in_doubt_is_not_posted_again(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, chain()) as team:
        await restart_with_pictures(team)
        await local.fault("files.completeUploadExternal", "disconnect_after")
        await team.harness.start("ship")
        await team.advance("30s")
        assert len(await files(local)) == 1


async def test_a_picture_that_hangs_holds_up_no_other_message(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, chain(), answer_timeout=60) as team:
        await restart_with_pictures(team)
        await local.fault("files.completeUploadExternal", "timeout")
        for number in (1, 2):
            await team.harness.start("ship")
            async with asyncio.timeout(10):
                while sum("done" in text for text in await local.texts(DEPLOYS)) < number:
                    await team.harness.advance(1)
        assert await files(local) == []


def test_a_message_does_not_wait_for_the_picture_of_its_channel() -> None:
    def due(kind: str) -> Delivery:
        return Delivery(
            kind, "slack", kind, "r", {"channels": ["C1"]}, None, 1, 0, "idle", None, None, 0, "", 1
        )

    def order(**busy: float) -> DeliveryOrder:
        return DeliveryOrder(Pace(), RoundRobin(), datetime(2026, 1, 5, tzinfo=UTC), 0.0, {}, str, busy=busy)

    ((lane, _),) = order().next([due(KIND)]).go
    message = due("run")
    assert [each for _, each in order(**{lane: 5.0}).next([message]).go] == [message]


@pytest.mark.parametrize(
    "workflow", [chain(MIN_STEPS - 1), chain(triggers=[Every("5m", quiet=True)])], ids=["short", "quiet"]
)
async def test_short_runs_and_runs_without_a_message_get_none(
    local: Local, tmp_path: Path, workflow: Workflow
) -> None:
    async with office(local, tmp_path, workflow) as team:
        await restart_with_pictures(team)
        if not workflow.options.triggers:
            await team.harness.start("ship")
        await team.advance("6m")
        assert await files(local) == []


async def test_a_refusal_is_told_to_the_operator_once_and_to_nobody_else(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, chain()) as team:
        team.parts = {"operator": "U03CAROL"}
        await restart_with_pictures(team)
        await local.fault("files.completeUploadExternal", "error", error="file_uploads_disabled", times=9)
        for _ in range(2):
            await team.harness.start("ship")
            await team.advance()
        assert await files(local) == []
        (told,) = await local.direct("U03CAROL")
        assert "The picture of the graph of" in told
        assert await local.direct("U01ALICE") == []
        assert not await team.outbox.waiting()
