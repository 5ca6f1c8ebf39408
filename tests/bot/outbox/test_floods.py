"""A flood of messages delays nobody else's questions: questions go first, and sources take turns."""

from typing import Any

import pytest

from engine import Actor

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
