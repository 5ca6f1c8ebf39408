"""A flood of messages delays nobody else's questions: questions go first, and sources take turns."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.outbox.projector import run_wanted
from engine import Actor, Queue, Wanted

World = Any
ALICE, BOB = Actor("slack", "U01ALICE"), Actor("slack", "U02BOB")
SOON = 5.0
"""Seconds after which a question is before its approvers, whatever else waits."""


async def start(world: World, run_id: str, actor: Actor, *, asks: bool, home: str = "#deploys") -> None:
    world.run(run_id, home=home, actor=actor)
    await world.tell("run.started", run_id)
    if asks:
        world.ask(run_id, f"{run_id}.go")
        await world.tell("request.opened", run_id, f"{run_id}.go")


@pytest.mark.long
@pytest.mark.parametrize("asks", [False, True])
async def test_a_question_is_posted_soon_among_a_thousand_messages_of_another_person(
    world: World, asks: bool
) -> None:
    for number in range(500 if asks else 1000):
        await start(world, f"flood-{number:04d}", ALICE, asks=asks)
    await world.pass_time(10)
    await start(world, "release-bbbb", BOB, asks=True)
    await world.pass_time(SOON)
    assert "release-bbbb.go open" in world.slack.texts("C05DEPLOYS")
    assert len(world.slack.messages) < 30


async def test_a_question_is_posted_soon_among_the_news_of_a_hundred_people(world: World) -> None:
    for number in range(100):
        await start(world, f"news-{number:04d}", Actor("slack", f"U{number}"), asks=False)
    await world.pass_time(3)
    await start(world, "release-bbbb", BOB, asks=True)
    await world.pass_time(SOON)
    assert "release-bbbb.go open" in world.slack.texts("C05DEPLOYS")


@pytest.mark.long
async def test_a_question_in_another_channel_is_posted_soon_behind_five_thousand_open_ones(
    world: World,
) -> None:
    for number in range(2600):
        await start(world, f"flood-{number:04d}", ALICE, asks=True)
    await world.pass_time(2)
    await start(world, "release-bbbb", BOB, asks=True, home="#incidents")
    await world.pass_time(SOON)
    assert "release-bbbb.go open" in world.slack.texts("C02INCIDENTS")


class CountedReads:
    """Deliveries, and how many rows were asked for at most."""

    def __init__(self, deliveries: Any) -> None:
        self._deliveries, self.most = deliveries, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._deliveries, name)

    async def due(self, consumer: str, now: datetime, limit: int = 500) -> Any:
        self.most = max(self.most, limit)
        return await self._deliveries.due(consumer, now, limit)


@pytest.mark.long
async def test_a_question_is_posted_soon_behind_the_edits_of_a_thousand_messages(world: World) -> None:
    counted = world.deliveries = CountedReads(world.deliveries)
    runs = [world.run(f"open-{number:04d}", actor=ALICE) for number in range(1000)]
    wanted = [want for run in runs for want in run_wanted(world.details[run])]
    await counted.advance("slack", 0, wanted)
    for number, want in enumerate(wanted):
        world.slack.messages.append(
            {"channel": "C05DEPLOYS", "ts": f"{number}.1", "text": "", "versions": []}
        )
        await counted.sent(want.key, 1, {"channel": "C05DEPLOYS", "ts": f"{number}.1"})
    await counted.advance("slack", 0, wanted)
    await world.restart()
    await world.pass_time(3)
    await start(world, "release-bbbb", ALICE, asks=True)
    await world.pass_time(SOON)
    assert "release-bbbb.go open" in world.slack.texts("C05DEPLOYS")
    assert counted.most == 500, "edits that wait for their turn keep no other one back"


async def test_the_edits_of_a_place_hide_no_post_for_it(deliveries: Any) -> None:
    def want(run: str, rank: int) -> Wanted:
        target = {"channels": ["#deploys"], "workflow": "deploy", "run": run, "since": 0.0}
        return Wanted(f"run:{run}", "run", run, target, queue=Queue("#deploys", rank, "alice"))

    edits = [want(f"edit-{number}", 1) for number in range(20)]
    await deliveries.advance("slack", 0, edits)
    for number, edit in enumerate(edits):
        await deliveries.sent(edit.key, 1, {"channel": "C05DEPLOYS", "ts": f"{number}.1"})
    await deliveries.advance("slack", 0, [*edits, want("post", 4)])
    due = await deliveries.due("slack", datetime(2026, 1, 5, tzinfo=UTC), 10)
    assert len(due) == 10
    assert "run:post" in [delivery.key for delivery in due]


@pytest.mark.long
async def test_questions_that_are_refused_hide_no_other_one_of_their_channel(world: World) -> None:
    world.slack.channels["C05DEPLOYS"]["is_archived"] = True
    for number in range(520):
        await start(world, f"flood-{number:04d}", ALICE, asks=True)
    await world.pass_time(5)
    await start(world, "release-bbbb", BOB, asks=True, home="#incidents")
    await world.pass_time(SOON)
    assert "release-bbbb.go open" in world.slack.texts("C02INCIDENTS")


async def test_the_news_of_others_is_not_behind_that_of_a_flood(world: World) -> None:
    for number in range(20):
        await start(world, f"flood-{number:04d}", ALICE, asks=False)
    await start(world, "release-bbbb", BOB, asks=False)
    await world.pass_time(60)
    texts = world.slack.texts("C05DEPLOYS")
    assert len(texts) == len(set(texts)) == 21
    assert texts.index("release-bbbb v2") < 5


@pytest.mark.long
async def test_a_reminder_that_was_not_posted_in_time_gives_way_to_the_next_one(world: World) -> None:
    for number in range(40):
        await start(world, f"flood-{number:04d}", ALICE, asks=True)
    await world.pass_time(200)
    for reminder in (1, 2, 3):
        for number in range(40):
            run = f"flood-{number:04d}"
            await world.tell("request.reminded", run, f"{run}.go", reminder=reminder)
        await world.pass_time(20)
    await world.pass_time(300)
    reminders = [message for message in world.slack.messages if "reminded" in message["text"]]
    assert {message["thread_ts"] for message in reminders} == {
        message["ts"] for message in world.slack.messages if message["text"].endswith(".go open")
    }
    assert len(reminders) < 100
