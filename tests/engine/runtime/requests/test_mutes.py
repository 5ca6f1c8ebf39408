"""The owner and the operator mute failures; a mute is durable and ends by itself."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine import Actor, NotAllowed, NotPossible, Person, StaticPeople, UnknownRun, Workflow
from engine.testing import Harness

HOUR = timedelta(hours=1)
ALICE, BOB = Actor("slack", "U01ALICE"), Actor("slack", "U02BOB")
PEOPLE = StaticPeople(people=[Person("U02BOB", "Bob")], groups={"platform": ["U01ALICE"]})


def sync() -> Workflow:
    wf = Workflow("sync", owner="@platform", channel="#deploys")

    @wf.step
    async def fetch() -> str:
        raise ConnectionError("no answer from 10.0.0.7")

    return wf


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with Harness(sync(), people=PEOPLE, folder=tmp_path) as harness:
        yield harness


async def test_a_mute_is_recorded_with_the_person_and_ends_by_itself(harness: Harness) -> None:
    muted = await harness.engine.mutes.workflow("sync", HOUR, actor=ALICE)
    assert (muted.by, muted.until - muted.at) == (ALICE, HOUR)
    await harness.advance("59m")
    assert await harness.engine.mutes.all() == [muted]
    await harness.advance("2m")
    assert await harness.engine.mutes.all() == []
    events = await harness.engine.events.read(0)
    told = [(event.type, event.actor.id) for event in events if "muted" in event.type]
    assert told == [("failure.muted", "U01ALICE"), ("failure.unmuted", "engine")]


async def test_a_mute_outlasts_a_restart_and_ends_when_its_time_was_over(tmp_path: Path) -> None:
    async with Harness(sync(), people=PEOPLE, folder=tmp_path) as first:
        await first.engine.mutes.workflow("sync", HOUR, actor=ALICE)
        clock = first.clock
    async with Harness(sync(), people=PEOPLE, folder=tmp_path, clock=clock) as second:
        assert len(await second.engine.mutes.all()) == 1
        await second.advance("61m")
        assert await second.engine.mutes.all() == []
        assert (await second.engine.audit()).findings == []


async def test_a_run_mutes_the_failure_that_it_has_and_no_other(harness: Harness) -> None:
    run = await harness.start("sync")
    (mute,) = await harness.engine.mutes.run(run.id, HOUR, actor=ALICE)
    assert (mute.step, mute.request) == ("fetch", f"{run.id}.fetch.1")
    card = await harness.engine.failure_cards.of(mute.request)
    assert card is not None
    assert card.mute == mute
    assert await harness.engine.failure_cards.muted("sync") is None
    await harness.engine.mutes.unmute_run(run.id, actor=ALICE)
    assert await harness.engine.mutes.all() == []


async def test_only_the_owner_and_the_operator_mute(harness: Harness) -> None:
    run = await harness.start("sync")
    (request,) = await harness.requests()
    mutes = harness.engine.mutes
    with pytest.raises(NotAllowed, match="Only the owner, @platform, can mute sync"):
        await mutes.workflow("sync", HOUR, actor=BOB)
    with pytest.raises(NotAllowed, match="Only the owner, @platform, can mute failures of sync"):
        await mutes.run(run.id, HOUR, actor=BOB)
    await mutes.failure(request.id, HOUR, actor=ALICE)
    for act in (mutes.unmute_failure(request.id, actor=BOB), mutes.unmute_workflow("sync", actor=BOB)):
        with pytest.raises(NotAllowed):
            await act


async def test_what_cannot_be_muted_is_refused_with_the_reason(harness: Harness) -> None:
    mutes = harness.engine.mutes
    for span in (timedelta(seconds=59), timedelta(days=8)):
        with pytest.raises(NotPossible, match="from one minute to seven days"):
            await mutes.workflow("sync", span, actor=ALICE)
    with pytest.raises(NotPossible, match="None of its failures is muted"):
        await mutes.unmute_workflow("sync", actor=ALICE)
    with pytest.raises(UnknownRun):
        await mutes.run("sync-nowhere", HOUR, actor=ALICE)
    run = await harness.start("sync")
    await harness.decide("fetch", "abort", as_user="U01ALICE")
    with pytest.raises(NotPossible, match="has no failure that waits"):
        await mutes.run(run.id, HOUR, actor=ALICE)
