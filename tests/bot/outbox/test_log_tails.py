"""Lines in a run's thread that follow the log of a step, with a real Slack and the virtual clock."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.background import BackgroundTasks
from bot.listeners import step_tails
from bot.listeners.context import Context
from bot.outbox.log_readers import LogReaders
from bot.outbox.renderer import Renderer
from bot.outbox.service import Outbox, OutboxParts
from bot.slack.call_results import CallResult
from bot.slack.people import SlackPeople
from bot.slack.web_api import CallTimeouts, SlackApi
from bot.views.message import Message
from engine import Actor, Group, People, PeopleUnavailable, StaticPeople, StepContext, Workflow
from engine.model.people import Person
from engine.testing import Harness

Local = Any
DEPLOYS = "C05DEPLOYS"
PEOPLE = StaticPeople(groups={"platform": ["U01ALICE"]})


def copying(lines: int = 1, seconds: int = 60, fails: bool = False, **roles: Any) -> Workflow:
    """`lines`: in each second."""
    flow = Workflow("copying", owner="@platform", channel="#deploys", **roles)

    @flow.step
    async def copy(ctx: StepContext) -> None:
        for second in range(1, seconds + 1):
            for number in range(lines):
                ctx.log(f"batch {second}.{number} <!channel>")
            await ctx.sleep(1)
        if fails:
            raise ValueError("the disk is full")

    return flow


class CountingApi(SlackApi):
    """Notes the edits of replies."""

    edits: list[Mapping[str, Any]]

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        if method == "chat.update":
            self.edits.append(arguments)
        return await super().write(method, arguments)


class Desk:
    """Engine, outbox and Slack together; both clocks are the harness's."""

    def __init__(
        self, harness: Harness, api: CountingApi, local: Local, people: People | None = None
    ) -> None:
        self.harness, self.api, self.local = harness, api, local
        self.people = people
        self.book = SlackPeople(api, harness.clock, team_id="T0LOCAL")
        self.run = ""
        self.outbox = self._new()

    def _new(self) -> Outbox:
        engine, clock = self.harness.engine, self.harness.clock
        render = Renderer(engine, engine.deliveries, self.book, self.api, clock, "signoff")
        logs = LogReaders(engine.audience, self.book.channels, self.people or self.book, engine.seen_by)
        parts = OutboxParts(
            engine.events, engine.deliveries, engine, PEOPLE, self.api, render, clock, log_readers=logs
        )
        return Outbox(parts)

    async def restart(self) -> None:
        await self.outbox.close(grace=0)
        self.outbox = self._new()
        await self.outbox.start()

    async def advance(self, seconds: int) -> None:
        for _ in range(seconds):
            await self.harness.advance(1)
            await self.outbox.settled()

    async def begin(self, flow: Workflow) -> None:
        self.harness.engine.register(flow)
        await self.outbox.start()
        self.run = (await self.harness.start("copying", as_user="U01ALICE")).id
        await self.advance(3)

    async def show_log(self, asker: str = "U01ALICE") -> Message | None:
        engine = self.harness.engine
        context = Context(
            engine, self.api, self.book, self.harness.clock, BackgroundTasks(), "/workflow",
            self.outbox.nudge, self.outbox.completeness.lacking, follow_logs=self.outbox.follow_logs,
        )  # fmt: skip
        answer = await step_tails.follow(context, await engine.detail(self.run), asker)
        await self.outbox.settled()
        return answer

    async def thread(self) -> list[str]:
        run, *_ = await self.local.messages(DEPLOYS)
        replies: list[str] = await self.local.thread(DEPLOYS, run["ts"])
        return replies

    async def blocks(self) -> str:
        """The blocks of the last edit."""
        return str(self.api.edits[-1]["blocks"])


@pytest.fixture
async def desk(local: Local, tmp_path: Path) -> AsyncIterator[Desk]:
    timeouts = CallTimeouts(connect=2, answer=2, first_retry=0.01)
    api = CountingApi(local.server.bot_token, base_url=local.server.api_url, timeouts=timeouts)
    api.edits = []
    async with api, Harness(people=PEOPLE, folder=tmp_path) as harness:
        desk = Desk(harness, api, local)
        yield desk
        await desk.outbox.close(grace=0)
        await desk.book.close()


def edits_of_log(desk: Desk) -> list[str]:
    return [str(edit["text"]) for edit in desk.api.edits if "Log of" in edit["text"]]


async def test_the_line_follows_the_step_and_tells_how_it_ended(desk: Desk) -> None:
    await desk.begin(copying())
    answer = await desk.show_log()
    assert answer is not None
    assert "now follows the log of *copy*" in answer.text
    await desk.advance(20)
    (line,) = await desk.thread()
    assert "Log of *copy* · running" in line
    assert "batch 2" in line or "batch 1" in line
    assert "<!channel>" not in line
    edits = len(edits_of_log(desk))
    assert 3 <= edits <= 5, "one edit every five seconds"
    await desk.advance(60)
    (line,) = await desk.thread()
    assert "Log of *copy* · done: batch 60.0" in line
    ended = len(edits_of_log(desk))
    await desk.advance(60)
    assert len(edits_of_log(desk)) == ended, "it stays as it is"


async def test_the_end_of_a_failed_step_is_told_on_the_line(desk: Desk) -> None:
    await desk.begin(copying(seconds=10, fails=True))
    await desk.show_log()
    await desk.advance(30)
    line = next(text for text in await desk.thread() if "Log of" in text)
    assert "batch 10.0" in line
    assert "running" not in line


async def test_two_clicks_post_one_line(desk: Desk) -> None:
    await desk.begin(copying())
    await desk.show_log()
    again = await desk.show_log()
    assert again is not None
    assert "already follows the log of *copy*" in again.text
    await desk.advance(15)
    assert len(await desk.thread()) == 1


@pytest.mark.parametrize("kind", ["", "disconnect_after", "internal_error"])
async def test_a_restart_continues_the_line_and_repeats_nothing(desk: Desk, local: Local, kind: str) -> None:
    await desk.begin(copying())
    if kind:
        await local.fault("chat.postMessage", kind, times=1)
    await desk.show_log()
    for _ in range(4):
        await desk.restart()
        await desk.advance(5)
    (line,) = await desk.thread()
    assert "running: batch 2" in line or "running: batch 1" in line
    await desk.outbox.close(grace=0)
    await desk.harness.advance(60)
    await desk.restart()
    await desk.advance(10)
    (line,) = await desk.thread()
    assert "Log of *copy* · done: batch 60.0" in line, "it ended while the process was away"


async def test_a_flood_of_lines_is_bounded(desk: Desk) -> None:
    await desk.begin(copying(lines=500))
    await desk.show_log()
    await desk.advance(30)
    assert len(edits_of_log(desk)) <= 7
    assert "more lines above" in await desk.blocks()
    assert len(await desk.blocks()) < 4000
    assert await desk.outbox.waiting() == []


async def test_a_silent_step_needs_no_edit(desk: Desk) -> None:
    await desk.begin(copying(lines=0))
    await desk.show_log()
    await desk.advance(30)
    assert len(edits_of_log(desk)) <= 1
    (line,) = await desk.thread()
    assert "Log of *copy* · running (" in line


async def test_a_line_that_people_delete_is_not_posted_again(desk: Desk) -> None:
    await desk.begin(copying())
    await desk.show_log()
    row = (await desk.harness.engine.deliveries.find(subject=desk.run, kind="tail"))[0]
    await desk.api.write("chat.delete", {"channel": DEPLOYS, "ts": row.ref["ts"]})
    await desk.advance(20)
    assert await desk.thread() == []
    assert await desk.show_log() is None, "the answer is to the person alone"


async def test_without_a_thread_that_takes_posts_the_answer_is_to_the_person_alone(
    desk: Desk, local: Local
) -> None:
    await local.control("channel/archive", channel=DEPLOYS)
    await desk.begin(copying())
    assert await desk.show_log() is None
    assert await desk.harness.engine.deliveries.find(subject=desk.run, kind="tail") == []


async def test_no_log_comes_to_a_channel_whose_readers_may_not_see_the_run(desk: Desk) -> None:
    await desk.begin(copying())
    engine = desk.harness.engine
    detail = await engine.detail(desk.run)
    key = f"run:{desk.run}"
    row = await engine.deliveries.get(key)
    assert row is not None
    await engine.deliveries.sent(key, row.wanted, {**row.ref, "channel": "C0NOBODYKNOWS"})
    assert detail.run.ended_at is None
    assert await desk.show_log() is None, "nobody knows who reads the channel"


async def test_elements_of_a_mapped_step_are_shown_to_the_person_alone(desk: Desk) -> None:
    flow = Workflow("copying", owner="@platform", channel="#deploys")

    @flow.step
    async def sizes() -> list[int]:
        return [1, 2]

    @flow.step(each="sizes")
    async def send(size: int, ctx: StepContext) -> None:
        ctx.log(f"sending {size}")
        for _ in range(60):
            await ctx.sleep(1)

    await desk.begin(flow)
    assert await desk.show_log() is None


async def test_nothing_follows_a_run_that_ended(desk: Desk) -> None:
    await desk.begin(copying(seconds=1))
    await desk.advance(10)
    assert await desk.show_log() is None


async def test_a_line_holds_up_no_other_line_of_its_thread(desk: Desk) -> None:
    await desk.begin(copying())
    await desk.show_log()
    await desk.advance(1)
    await desk.harness.engine.cancel(desk.run, actor=Actor("slack", "U01ALICE"))
    await desk.advance(2)
    assert any("Cancelled" in text for text in await desk.thread())


WITHHELD = "The log is no longer shown here"
BOTH = ("U01ALICE", "U02BOB")


class ChangingPeople(StaticPeople):
    """People whose channel, membership and reachability change while a step executes."""

    readers: tuple[str, ...] = BOTH
    guests: tuple[str, ...] = ()
    away = False

    async def person(self, user_id: str) -> Person:
        if self.away:
            raise PeopleUnavailable("Slack does not answer.")
        return Person(user_id, user_id, outside=user_id in self.guests)

    async def resolve(self, ref: str) -> Person | Group:
        if ref == "#deploys":
            return Group("C05DEPLOYS", "#deploys", frozenset(self.readers))
        return await super().resolve(ref)


@pytest.fixture
async def private(local: Local, tmp_path: Path) -> AsyncIterator[tuple[Desk, ChangingPeople]]:
    """A run that only Alice and Bob may see, and a line that Bob wanted."""
    timeouts = CallTimeouts(connect=2, answer=2, first_retry=0.01)
    api = CountingApi(local.server.bot_token, base_url=local.server.api_url, timeouts=timeouts)
    api.edits = []
    people = ChangingPeople(groups={"platform": ["U01ALICE"]})
    async with api, Harness(people=people, folder=tmp_path, conceals=True) as harness:
        desk = Desk(harness, api, local, people)
        await desk.begin(copying(may_see=list(BOTH)))
        assert await desk.show_log("U02BOB") is not None
        await desk.advance(6)
        yield desk, people
        await desk.outbox.close(grace=0)
        await desk.book.close()


async def test_a_log_goes_away_when_a_reader_of_the_channel_may_not_see_the_run(
    private: tuple[Desk, ChangingPeople],
) -> None:
    desk, people = private
    assert "batch" in (await desk.thread())[0]
    people.readers = (*BOTH, "U03CAROL")
    await desk.advance(6)
    (line,) = await desk.thread()
    assert line.startswith(WITHHELD)
    assert "batch" not in await desk.blocks()
    edits = len(desk.api.edits)
    await desk.restart()
    await desk.advance(80)
    assert (await desk.thread())[0].startswith(WITHHELD), "it stays so when the step ends"
    assert not any("batch" in str(edit) for edit in desk.api.edits[edits:])


async def test_a_log_goes_away_when_the_person_who_asked_loses_access(
    private: tuple[Desk, ChangingPeople],
) -> None:
    desk, people = private
    people.guests = ("U02BOB",)
    await desk.advance(6)
    assert (await desk.thread())[0].startswith(WITHHELD)
    answer = await desk.show_log("U01ALICE")
    assert answer is not None
    assert "now follows" in answer.text
    await desk.advance(6)
    (line,) = await desk.thread()
    assert "running: batch" in line, "another person may see it"


async def test_a_log_stands_still_while_nobody_can_say_who_may_read_it(
    private: tuple[Desk, ChangingPeople],
) -> None:
    desk, people = private
    before = await desk.thread()
    people.away = True
    await desk.advance(12)
    assert await desk.thread() == before
    people.away = False
    await desk.advance(6)
    (line,) = await desk.thread()
    assert "running: batch" in line
    assert [line] != before
