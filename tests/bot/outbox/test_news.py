"""Channels that subscribed to a workflow get its news, one line each, where everybody may see the run."""

from pathlib import Path
from typing import Any

import pytest

from engine import Actor, NotPossible, Workflow
from tests.bot.outbox.alert_office import office

Local = Any
ALICE = Actor("slack", "U01ALICE")
DEPLOYS, PLANT = "C05DEPLOYS", "C03PLANT"


def ship(fails: bool = False) -> Workflow:
    wf = Workflow("ship", owner="@platform", channel="#deploys")

    @wf.step
    async def build() -> str:
        if fails:
            raise ConnectionError("no answer from <the> registry")
        return "1.4"

    wf.approval("go", ask="Ship {build}?", approvers=["@platform"], expires="4h", advisory=True)
    return wf


async def told(local: Local) -> list[str]:
    return [message["text"] for message in await local.messages(PLANT)]


async def test_a_channel_gets_the_kinds_that_it_wants(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship()) as team:
        await team.engine.subscriptions.add(PLANT, "ship", (), actor=ALICE)
        run = await team.harness.start("ship")
        await team.advance()
        started, waiting = await told(local)  # in the order in which they happened
        assert "*ship* was started by" in started
        assert "*ship* asks: Ship 1.4?" in waiting
        await team.engine.subscriptions.add(PLANT, "ship", ("failed",), actor=ALICE)
        await team.harness.decide("go", "approve", as_user="U01ALICE", run=run)
        await team.advance()
        assert len(await told(local)) == 2


async def test_the_end_of_a_run_is_one_line_with_a_link_to_its_message(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship()) as team:
        await team.engine.subscriptions.add(PLANT, "ship", ("done",), actor=ALICE)
        await team.harness.start("ship")
        await team.harness.decide("go", "approve", as_user="U01ALICE")
        await team.advance()
        (line,) = await local.messages(PLANT)
        assert "✅ *ship* is done" in line["text"]
        assert "|ship-" in str(line["blocks"])


async def test_the_same_failure_of_several_runs_is_one_line(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship(fails=True)) as team:
        await team.engine.subscriptions.add(PLANT, "ship", ("failed",), actor=ALICE)
        for _ in range(3):
            await team.harness.start("ship")
            await team.advance()
        (line,) = await told(local)
        assert "failed at *build*: no answer from &lt;the&gt; registry." in line


async def test_a_restart_tells_no_news_twice(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship()) as team:
        await team.engine.subscriptions.add(PLANT, "ship", ("started",), actor=ALICE)
        await team.harness.start("ship")
        await team.advance()
        await team.restart_outbox()
        await team.advance()
        assert len(await told(local)) == 1


async def test_a_subscription_that_ended_gets_nothing(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship()) as team:
        subscriptions = team.engine.subscriptions
        await subscriptions.add(PLANT, "ship", (), actor=ALICE)
        await subscriptions.remove([PLANT], "ship", actor=ALICE)
        await team.harness.start("ship")
        await team.advance()
        assert await told(local) == []
        assert await subscriptions.all() == ()
        told_types = [event.type for event in await team.engine.events.read(0)]
        assert "subscription.added" in told_types
        assert "subscription.removed" in told_types


async def test_a_question_that_was_answered_in_the_meantime_is_not_told(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship()) as team:
        await team.outbox.close(grace=0)
        await team.engine.subscriptions.add(PLANT, "ship", ("waiting",), actor=ALICE)
        await team.harness.start("ship")
        await team.harness.decide("go", "approve", as_user="U01ALICE")
        await team.harness.start("ship")
        await team.restart_outbox()
        await team.advance()
        assert ["asks" in line for line in await told(local)] == [True]  # of the second run


async def test_an_unknown_kind_is_refused(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, ship()) as team:
        with pytest.raises(NotPossible, match="There are: started, waiting, done, failed"):
            await team.engine.subscriptions.add(PLANT, "ship", ("begun",), actor=ALICE)
        assert await team.engine.subscriptions.all() == ()


async def test_the_end_of_a_run_replaces_a_beginning_that_was_not_told_yet(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, ship()) as team:
        await team.outbox.close(grace=0)
        await team.engine.subscriptions.add(PLANT, "ship", ("started", "done"), actor=ALICE)
        await team.harness.start("ship")
        await team.harness.decide("go", "approve", as_user="U01ALICE")
        await team.restart_outbox()
        await team.advance()
        (line,) = await told(local)
        assert "is done" in line


async def test_the_end_after_a_rejection_is_not_told_as_done(local: Local, tmp_path: Path) -> None:
    flow = Workflow("ship", owner="@platform", channel="#deploys")
    go = flow.approval("go", ask="Ship it?", approvers=["@platform"], expires="4h")

    @flow.step(when=go.approved)
    async def release() -> str:
        return "1.4"

    async with office(local, tmp_path, flow) as team:
        await team.engine.subscriptions.add(PLANT, "ship", ("done",), actor=ALICE)
        await team.harness.start("ship")
        await team.harness.decide("go", "reject", as_user="U01ALICE", comment="not at night")
        await team.advance()
        (line,) = await told(local)
        assert "⏭️ *ship* ended: *go* was rejected" in line
