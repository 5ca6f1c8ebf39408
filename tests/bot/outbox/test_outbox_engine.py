"""The outbox behind the real engine and before the local Slack: what people see is what the log says."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.renderer import Renderer
from bot.outbox.service import Outbox, OutboxParts
from bot.slack.people import SlackPeople
from bot.slack.web_api import CallTimeouts, SlackApi
from bot.views.message import Message
from engine import AskOwner, Delivery, Outcome, Retry, StaticPeople, Workflow
from engine.errors import Altered
from engine.testing import Harness
from tests.engine.tampering import execute

Local = Any
PEOPLE = StaticPeople(groups={"platform": ["U01ALICE"], "release-managers": ["U02BOB"]})


def deploy(failures: list[str]) -> Workflow:
    wf = Workflow("deploy", owner="@platform", channel="#deploys", on_failure=AskOwner())

    @wf.step(retry=Retry(attempts=2, delay="5s", jitter=0))
    async def build() -> str:
        if failures:
            raise ConnectionError(failures.pop(0))
        return "1.4.2"

    go_live = wf.approval(
        "go_live", ask="Ship {build}?", approvers=["@release-managers"], expires="4h", remind_every="1h",
        after=[build],
    )  # fmt: skip

    @wf.step(when=go_live.approved)
    async def release(build: str, go_live: Outcome) -> str:
        return build

    return wf


@dataclass
class Renders:
    """Messages in a few words, from the engine's records."""

    harness: Harness

    async def __call__(self, delivery: Delivery, *, plan: bool) -> Message | None:
        if delivery.kind == "run":
            return Message(f"run {(await self.harness.engine.detail(delivery.subject)).run.state}")
        if delivery.kind in ("request", "outcome"):
            request = await self.harness.engine.request(delivery.subject)
            assert request is not None
            return Message(f"{delivery.kind} {request.kind} {request.outcome or request.state}")
        return Message(f"{delivery.kind} {delivery.data['type']}")


class Bot:
    """Engine, outbox and Slack together; both clocks are the harness's."""

    def __init__(self, harness: Harness, api: SlackApi) -> None:
        self.harness, self.api = harness, api
        self.outbox = self._new()

    def _new(self) -> Outbox:
        engine = self.harness.engine
        return Outbox(
            OutboxParts(
                engine.events,
                engine.deliveries,
                engine,
                PEOPLE,
                self.api,
                Renders(self.harness),
                self.harness.clock,
            )
        )

    async def restart(self) -> None:
        await self.outbox.close(grace=0)
        self.outbox = self._new()
        await self.outbox.start()

    async def advance(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            await self.harness.advance(1)
            async with asyncio.timeout(10):
                await self.outbox.settled()


@pytest.fixture
async def api(local: Local) -> AsyncIterator[SlackApi]:
    timeouts = CallTimeouts(connect=2, answer=2, first_retry=0.01)
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url, timeouts=timeouts) as api:
        yield api


@pytest.fixture
def failures() -> list[str]:
    return []


@pytest.fixture
async def bot(api: SlackApi, tmp_path: Path, failures: list[str]) -> AsyncIterator[Bot]:
    async with Harness(deploy(failures), people=PEOPLE, folder=tmp_path) as harness:
        bot = Bot(harness, api)
        await bot.outbox.start()
        yield bot
        await bot.outbox.close(grace=0)


async def test_a_run_from_start_to_end(bot: Bot, local: Local) -> None:
    await bot.harness.start("deploy", as_user="U01ALICE")
    await bot.advance(3)
    assert await local.texts("C05DEPLOYS") == ["run waiting", "request approval open"]
    await bot.harness.decide("go_live", "approve", as_user="U02BOB")
    await bot.advance(5)
    run, request = await local.messages("C05DEPLOYS")
    assert [run["text"], request["text"]] == ["run succeeded", "request approval approved"]
    assert await local.thread("C05DEPLOYS", run["ts"]) == ["line request.decision"]
    assert await local.direct("U01ALICE") == ["outcome approval approved"]


async def test_retries_and_a_failure_are_told_once_each(bot: Bot, local: Local, failures: list[str]) -> None:
    failures += ["down", "still down"]
    await bot.harness.start("deploy", as_user="U01ALICE")
    await bot.advance(20)
    run, request = await local.messages("C05DEPLOYS")
    assert request["text"] == "request failure open"
    await bot.harness.decide("build", "abort", as_user="U01ALICE")
    await bot.advance(5)
    run, request = await local.messages("C05DEPLOYS")
    assert [run["text"], request["text"]] == ["run failed", "request failure abort"]
    assert await local.thread("C05DEPLOYS", run["ts"]) == [
        "line step.retrying", "line step.waiting", "line request.decision",
    ]  # fmt: skip


async def test_a_reminder_and_an_end_nobody_decided(bot: Bot, local: Local) -> None:
    await bot.harness.start("deploy", as_user="U01ALICE")
    await bot.advance(2)
    await bot.harness.advance("1h")
    await bot.advance(2)
    _, request = await local.messages("C05DEPLOYS")
    assert await local.thread("C05DEPLOYS", request["ts"]) == ["line request.reminded"]
    await bot.harness.advance("3h")
    await bot.advance(30)
    run, request = await local.messages("C05DEPLOYS")
    assert request["text"] == "request approval expired"
    assert await local.thread("C05DEPLOYS", run["ts"]) == ["line request.expired"]


@pytest.mark.parametrize("kind", ["disconnect_after", "disconnect_before", "internal_error"])
async def test_restarts_and_faults_at_every_post_leave_one_of_each(bot: Bot, local: Local, kind: str) -> None:
    await local.fault("chat.postMessage", kind, times=4)
    await bot.harness.start("deploy", as_user="U01ALICE")
    for _ in range(4):
        await bot.advance(3)
        await bot.restart()
    await bot.harness.decide("go_live", "approve", as_user="U02BOB")
    await bot.advance(3)
    await bot.restart()
    await bot.advance(20)
    run, request = await local.messages("C05DEPLOYS")
    assert [run["text"], request["text"]] == ["run succeeded", "request approval approved"]
    assert await local.thread("C05DEPLOYS", run["ts"]) == ["line request.decision"]
    assert await local.direct("U01ALICE") == ["outcome approval approved"]


async def test_events_of_an_outage_are_shown_when_the_bot_is_back(bot: Bot, local: Local) -> None:
    await bot.outbox.close()
    for _ in range(3):
        await bot.harness.start("deploy", as_user="U01ALICE")
    await bot.restart()
    await bot.advance(10)
    assert sorted(await local.texts("C05DEPLOYS")) == ["request approval open"] * 3 + ["run waiting"] * 3


async def test_no_event_is_skipped_where_another_program_moved_the_place_in_the_log(
    bot: Bot, local: Local, tmp_path: Path
) -> None:
    await bot.outbox.close()
    await bot.harness.start("deploy", as_user="U01ALICE")
    bot.harness.engine.deliveries.places.clear()  # as a process that starts
    execute(tmp_path / "signoff.db", "INSERT OR REPLACE INTO consumer VALUES ('slack', 99999)")
    with pytest.raises(Altered, match="99999, which is not a place in it"):
        await bot.restart()
    execute(tmp_path / "signoff.db", "UPDATE consumer SET cursor = 0")
    await bot.restart()
    await bot.advance(3)
    assert await local.texts("C05DEPLOYS") == ["run waiting", "request approval open"]


async def test_a_place_in_the_log_that_is_set_back_repeats_no_message(
    bot: Bot, local: Local, tmp_path: Path
) -> None:
    await bot.harness.start("deploy", as_user="U01ALICE")
    await bot.advance(5)
    await bot.harness.decide("go_live", "approve", as_user="U02BOB")
    await bot.advance(20)

    async def messages() -> list[list[str]]:
        first, *_ = posted = await local.messages("C05DEPLOYS")
        thread = await local.thread("C05DEPLOYS", first["ts"])
        return [[message["text"] for message in posted], thread, await local.direct("U01ALICE")]

    before = await messages()
    execute(tmp_path / "signoff.db", "UPDATE consumer SET cursor = 0")
    assert "slack has read the log (consumer.cursor) is 0" in await bot.harness.engine.altered_records()
    bot.harness.engine.deliveries.places.clear()  # as a process that starts
    await bot.restart()
    for said in (await bot.harness.engine.alteration(), await bot.harness.engine.altered_records()):
        assert "Signoff goes on after event" in said
    await bot.advance(20)
    assert await messages() == before
    await bot.harness.start("deploy", as_user="U01ALICE")
    await bot.advance(5)
    assert len(await local.texts("C05DEPLOYS")) == len(before[0]) + 2
    assert await bot.harness.engine.altered_records() == ""


async def test_with_the_bots_own_words(bot: Bot, local: Local, failures: list[str]) -> None:
    """The real renderer: every kind of message is taken by a Slack that is strict about blocks."""
    failures += ["the <gateway> is down", "still down"]
    engine = bot.harness.engine
    book = SlackPeople(bot.api, bot.harness.clock, team_id="T0LOCAL")
    renders = Renderer(engine, engine.deliveries, book, bot.api, bot.harness.clock, "signoff")
    await bot.outbox.close()
    parts = OutboxParts(engine.events, engine.deliveries, engine, book, bot.api, renders, bot.harness.clock)
    bot.outbox = Outbox(parts)
    await bot.outbox.start()
    await bot.harness.start("deploy", as_user="U01ALICE")
    await bot.advance(15)
    await bot.harness.decide("build", "retry", as_user="U01ALICE")
    await bot.advance(5)
    await bot.harness.advance("1h")
    await bot.advance(2)
    await bot.harness.decide("go_live", "approve", as_user="U02BOB", comment="go <!channel>")
    await bot.advance(10)
    run, failure, approval = await local.messages("C05DEPLOYS")
    assert "done" in run["text"]
    assert "failed at build" in failure["text"]
    assert "Approved" in approval["text"]
    assert "<!channel>" not in str([run, failure, approval])
    lines = await local.thread("C05DEPLOYS", run["ts"])
    assert len(lines) == 4
    assert "Still waiting for" in (await local.thread("C05DEPLOYS", approval["ts"]))[0]
    (word,) = await local.direct("U01ALICE")
    assert "Approved" in word
    assert await bot.outbox.waiting() == []


async def test_an_owner_reads_the_exact_remedy(bot: Bot, local: Local) -> None:
    engine = bot.harness.engine
    book = SlackPeople(bot.api, bot.harness.clock, team_id="T0LOCAL")
    renders = Renderer(engine, engine.deliveries, book, bot.api, bot.harness.clock, "signoff")
    await bot.outbox.close()
    parts = OutboxParts(engine.events, engine.deliveries, engine, book, bot.api, renders, bot.harness.clock)
    bot.outbox = Outbox(parts)
    await local.control("channel/archive", channel="C05DEPLOYS")
    await bot.outbox.start()
    await bot.harness.start("deploy", as_user="U01ALICE")
    await bot.advance(5)
    assert all("#deploys is archived. Unarchive it" in text for text in await local.direct("U01ALICE"))
    assert len(await local.direct("U01ALICE")) == 1


async def _with_own_words(bot: Bot) -> None:
    """Start a new outbox with the real renderer, as a restart does."""
    engine = bot.harness.engine
    book = SlackPeople(bot.api, bot.harness.clock, team_id="T0LOCAL")
    renders = Renderer(engine, engine.deliveries, book, bot.api, bot.harness.clock, "signoff")
    await bot.outbox.close()
    parts = OutboxParts(engine.events, engine.deliveries, engine, book, bot.api, renders, bot.harness.clock)
    bot.outbox = Outbox(parts)
    await bot.outbox.start()


@pytest.mark.parametrize("restarted", [False, True])
async def test_the_owner_reads_that_people_are_asked_once_the_channel_is_back(
    bot: Bot, local: Local, restarted: bool
) -> None:
    await _with_own_words(bot)
    await local.control("channel/archive", channel="C05DEPLOYS")
    await bot.harness.start("deploy", as_user="U01ALICE")
    await bot.advance(5)
    (blocked,) = await local.direct("U01ALICE")
    assert "so nobody is asked yet" in blocked
    await local.control("channel/unarchive", channel="C05DEPLOYS")
    if restarted:
        await _with_own_words(bot)
    bot.outbox.nudge()
    await bot.advance(60)
    (corrected,) = await local.direct("U01ALICE")
    assert "could not be posted at first. It was posted at" in corrected
    assert "and people are asked now. What was in the way: #deploys is archived" in corrected
    assert "nobody is asked" not in corrected
    await bot.harness.decide("go_live", "approve", as_user="U02BOB")
    await bot.advance(10)
    assert (await local.direct("U01ALICE"))[0] == corrected, "it is edited once"


async def test_the_owner_is_told_again_where_the_channel_is_archived_again(bot: Bot, local: Local) -> None:
    await _with_own_words(bot)
    for number in (1, 2):
        await local.control("channel/archive", channel="C05DEPLOYS")
        await bot.harness.start("deploy", as_user="U01ALICE")
        await bot.advance(5)
        told = await local.direct("U01ALICE")
        assert ["nobody is asked yet" in text for text in told] == [False] * (number - 1) + [True]
        await local.control("channel/unarchive", channel="C05DEPLOYS")
        bot.outbox.nudge()
        await bot.advance(60)
    assert all("people are asked now" in text for text in await local.direct("U01ALICE"))


async def test_the_line_in_the_thread_says_that_people_are_asked_now(bot: Bot, local: Local) -> None:
    leads = Workflow("lead", owner="U01ALICE", channel="#deploys")
    leads.approval("go", ask="Go?", approvers=["U02BOB"], channel="#leads", expires="4h", advisory=True)
    bot.harness.engine.register(leads)
    await _with_own_words(bot)
    await bot.harness.start("lead", as_user="U01ALICE")
    await bot.advance(90)
    (run,) = await local.messages("C05DEPLOYS")
    (line,) = await local.thread("C05DEPLOYS", run["ts"])
    assert "so nobody is asked yet" in line
    made = await local.control("channel/create", name="leads", private=True, **{"as": "U01ALICE"})
    channel = made["channel"]["id"]
    await local.control("channel/invite", channel=channel, user="U0SIGNOFF")
    bot.outbox.nudge(channel)
    await bot.advance(60)
    assert len(await local.texts(channel)) == 1
    (line,) = await local.thread("C05DEPLOYS", run["ts"])
    assert "and people are asked now. What was in the way: " in line


async def test_a_parent_and_its_child_link_to_each_other(bot: Bot, local: Local) -> None:
    engine = bot.harness.engine
    book = SlackPeople(bot.api, bot.harness.clock, team_id="T0LOCAL")
    renders = Renderer(engine, engine.deliveries, book, bot.api, bot.harness.clock, "signoff")
    await bot.outbox.close()
    parts = OutboxParts(engine.events, engine.deliveries, engine, book, bot.api, renders, bot.harness.clock)
    bot.outbox = Outbox(parts)
    await bot.outbox.start()
    release = Workflow("release", owner="@platform", channel="#deploys")
    release.child("deployed", "deploy")
    engine.register(release)
    await bot.harness.start("release", as_user="U01ALICE")
    await bot.advance(15)
    parent, child, _ = [str(message) for message in await local.messages("C05DEPLOYS")]
    assert "runs <http" in parent
    assert "part of <http" in child
