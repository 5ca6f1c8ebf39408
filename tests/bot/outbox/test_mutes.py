"""A muted failure posts nothing new until the mute ends, and is counted all the same."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, Alerts, AskOwner, Every, QuietHours, Workflow
from tests.bot.outbox.alert_office import office

Local = Any
ALICE = Actor("slack", "U01ALICE")
DEPLOYS, INCIDENTS = "C05DEPLOYS", "C02INCIDENTS"
HOUR = timedelta(hours=1)


def failing(**options: Any) -> Workflow:
    wf = Workflow("nightly", owner="@platform", channel="#deploys", **options)

    @wf.step
    async def load() -> str:
        raise ConnectionError("no answer from the warehouse")

    @wf.step
    async def tidy() -> str:
        raise ConnectionError("no space left")

    return wf


def one_step(**options: Any) -> Workflow:
    wf = Workflow("hourly", owner="@platform", channel="#deploys", **options)

    @wf.step
    async def load() -> str:
        raise ConnectionError("no answer from the warehouse")

    return wf


async def test_a_muted_card_says_who_muted_it_and_ends_by_itself(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, one_step()) as team:
        await team.harness.start("hourly")
        await team.advance()
        (request,) = await team.harness.requests()
        await team.engine.mutes.failure(request.id, HOUR, actor=ALICE)
        await team.advance()
        (card,) = await team.cards(DEPLOYS)
        assert "Muted by alice until" in str(card["blocks"])
        assert "Unmute" in str(card["blocks"])
        await team.advance("1h")
        (card,) = await team.cards(DEPLOYS)
        assert "Muted" not in str(card["blocks"])
        assert "Mute 1 h" in str(card["blocks"])
        assert await team.engine.mutes.all() == []


async def test_the_same_failure_after_an_answered_card_waits_for_the_end_of_the_mute(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, one_step(alerts=Alerts(to="U03CAROL"))) as team:
        await team.harness.start("hourly")
        await team.advance()
        (request,) = await team.harness.requests()
        await team.engine.mutes.failure(request.id, HOUR, actor=ALICE)
        await team.harness.decide("load", "abort", as_user="U01ALICE")
        for _ in range(3):
            await team.harness.start("hourly")
        await team.advance("30m")
        assert len(await team.cards(DEPLOYS)) == 1
        await team.restart_outbox()
        await team.advance("29m")
        assert len(await team.cards(DEPLOYS)) == 1
        await team.advance("1m")
        _, card = await team.cards(DEPLOYS)
        assert "failed at load in 3 runs" in card["text"]
        assert len(await local.direct("U03CAROL")) == 1  # of the first failure


async def test_a_person_who_retries_a_muted_failure_sees_that_it_failed_again(
    local: Local, tmp_path: Path
) -> None:
    quiet = Alerts(quiet_hours=QuietHours("10:00", "20:00", tz="UTC"))
    async with office(local, tmp_path, one_step(alerts=quiet)) as team:
        await team.harness.start("hourly")
        await team.advance()
        await team.advance("2h")
        (request,) = await team.harness.requests()
        await team.engine.mutes.failure(request.id, 2 * HOUR, actor=ALICE)
        await team.harness.decide("load", "retry", as_user="U01ALICE")
        await team.advance()
        _, card = await team.cards(DEPLOYS)
        assert "Unmute" in str(card["blocks"])
        assert "Retry" in str(card["blocks"])
        shown = next(block["fields"] for block in card["blocks"] if "fields" in block)
        (before,) = [field["text"] for field in shown if field["text"].startswith("*Failed before*")]
        assert before.endswith(", retried by alice")


async def test_another_failure_of_the_workflow_is_told_while_one_is_muted(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, failing()) as team:
        await team.harness.start("nightly")
        await team.advance()
        load, tidy = sorted(await team.harness.requests(), key=lambda request: request.step)
        await team.engine.mutes.failure(load.id, HOUR, actor=ALICE)
        for step in (load.step, tidy.step):
            await team.harness.decide(step, "skip", as_user="U01ALICE")
        await team.harness.start("nightly")
        await team.advance()
        cards = [card["text"] for card in await team.cards(DEPLOYS)]
        assert sum("failed at tidy" in text for text in cards) == 2
        assert sum("failed at load" in text for text in cards) == 1


async def test_unmuting_a_workflow_posts_what_waited(local: Local, tmp_path: Path) -> None:
    often = one_step(triggers=[Every("10m", quiet=True)])
    async with office(local, tmp_path, often) as team:
        await team.engine.mutes.workflow("hourly", 2 * HOUR, actor=ALICE)
        await team.advance("35m")
        assert await local.messages(DEPLOYS) == []
        assert len(await team.harness.requests()) >= 3
        await team.engine.mutes.unmute_workflow("hourly", actor=ALICE)
        await team.advance()
        (card,) = await team.cards(DEPLOYS)
        assert "runs" in card["text"]


async def test_an_approval_is_asked_while_its_workflow_is_muted(local: Local, tmp_path: Path) -> None:
    hourly = [Every("1h", quiet=True)]
    wf = Workflow("ship", owner="@platform", channel="#deploys", triggers=hourly)
    wf.approval("go", ask="Ship it?", approvers=["@platform"], expires="4h", advisory=True)
    async with office(local, tmp_path, wf) as team:
        await team.engine.mutes.workflow("ship", 3 * HOUR, actor=ALICE)
        await team.advance("1h")
        assert any("Ship it?" in message["text"] for message in await local.messages(DEPLOYS))


async def test_a_muted_failure_reminds_nobody(local: Local, tmp_path: Path) -> None:
    reminding = one_step(on_failure=AskOwner(remind_every="20m"))
    async with office(local, tmp_path, reminding) as team:
        await team.harness.start("hourly")
        await team.advance()
        (request,) = await team.harness.requests()
        await team.engine.mutes.failure(request.id, HOUR, actor=ALICE)
        await team.advance("50m")
        (card,) = await team.cards(DEPLOYS)
        assert await local.thread(DEPLOYS, card["ts"]) == []
        # The third reminder is due in the last minute of the mute, and goes out when the mute ends.
        await team.advance("9m 30s")
        await team.advance("10m")
        assert len(await local.thread(DEPLOYS, card["ts"])) == 1


@pytest.mark.parametrize("ends_early", [False, True])
async def test_the_end_of_a_mute_tells_once_in_each_place_which_failures_were_muted(
    local: Local, tmp_path: Path, ends_early: bool
) -> None:
    wf = failing(on_failure="fail", alerts=Alerts(to=["#incidents", "U03CAROL"]))
    async with office(local, tmp_path, wf) as team:
        await team.engine.mutes.workflow("nightly", HOUR, actor=ALICE)
        for _ in range(2):
            await team.harness.start("nightly")
        await team.advance()
        await team.restart_outbox()
        await team.harness.start("nightly")
        await team.advance("10m")
        assert await local.messages(INCIDENTS) == []
        assert await local.direct("U03CAROL") == []
        if ends_early:
            await team.engine.mutes.unmute_workflow("nightly", actor=ALICE)
            await team.advance()
        else:
            await team.engine.mutes.workflow("nightly", HOUR, actor=ALICE)  # it lasts longer
            await team.advance()
            await team.advance("55m")
            assert await local.messages(INCIDENTS) == []
            await team.advance("10m")
        (line,) = await local.messages(INCIDENTS)
        (word,) = await local.direct("U03CAROL")
        assert "nightly* failed 3 times while it was muted: *load* 3 times" in line["text"]
        assert word == line["text"]
        for words in ("Muted by alice", "Newest runs: nightly-"):
            assert words in str(line["blocks"])
        await team.harness.start("nightly")
        await team.advance()
        assert any("failed at load" in each["text"] for each in await local.messages(INCIDENTS))
        await team.advance("2h")
        assert sum("muted" in each["text"] for each in await local.messages(INCIDENTS)) == 1
