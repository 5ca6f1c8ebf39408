"""The nightly backup on the real engine, at virtual time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signoff.testing import Harness, StaticPeople
from workflows.nightly_backup import nightly_backup


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    people = StaticPeople(groups={"platform": ["U1"], "on-call": ["U2"]})
    async with Harness(nightly_backup, people=people, folder=tmp_path) as harness:
        yield harness


async def test_each_night_a_checked_copy_is_in_the_store(harness: Harness) -> None:
    await harness.advance("2d")
    first, second = await harness.runs("nightly-backup")
    assert (first.state, second.state) == ("succeeded", "succeeded")
    assert await harness.output(first, "report") == "240 orders in the store archive. 0 old copies removed."
    assert len(list((harness.folder / "data" / "backup" / "archive").iterdir())) == 2


async def test_a_store_that_does_not_answer_alerts_people_on_call_and_the_owner_can_reroute(
    harness: Harness,
) -> None:
    run = await harness.start("nightly-backup", {"store": "vault"})
    await harness.advance("10s")
    (request,) = await harness.requests()
    assert request.failure is not None
    assert request.failure.attempts == 3
    assert request.alert is not None
    assert (request.alert.channels, request.alert.held_until) == (("#incidents",), None)
    await harness.decide(request, "reroute", as_user="U1")
    assert await harness.output(run, "report") == "240 orders in the store spare. 0 old copies removed."


async def test_old_copies_that_cannot_be_removed_wait_for_the_morning(harness: Harness) -> None:
    await harness.advance("10h")  # 19:00
    run = await harness.start("nightly-backup", {"store": "attic"})
    (request,) = await harness.requests()
    assert request.alert is not None
    assert request.alert.channels == ("#deploys",)
    assert request.alert.held_until is not None
    assert request.alert.held_until.isoformat() == "2026-01-06T08:00:00+00:00"
    await harness.decide(request, "skip", as_user="U1")
    assert await harness.output(run, "report") == "240 orders in the store attic. Old copies were left."
