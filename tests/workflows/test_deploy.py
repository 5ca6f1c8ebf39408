"""The deploy workflow on the real engine, at virtual time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signoff.testing import Harness, InvalidInput, StaticPeople
from workflows.deploy import deploy


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    people = StaticPeople(groups={"release-managers": ["U1", "U2"], "platform": ["U3"]})
    async with Harness(deploy, people=people, folder=tmp_path) as harness:
        yield harness


async def test_an_approved_release_goes_live(harness: Harness) -> None:
    run = await harness.start("deploy", {"version": "1.4.2"}, as_user="U1")
    assert (await harness.try_decide("go_live", "approve", as_user="U1", run=run)).code == "self_approval"
    await harness.decide("go_live", "approve", as_user="U2", run=run)
    assert await harness.output(run, "release") == {"artifact": "billing-1.4.2.txt", "by": ["U2"]}
    assert await harness.output(run, "announce") == "billing 1.4.2 is live."
    live = (harness.folder / "data" / "production" / "billing").read_text()
    assert live.startswith("billing-1.4.2.txt ")


async def test_four_hours_of_silence_are_a_no(harness: Harness) -> None:
    run = await harness.start("deploy", {"version": "1.4.2"})
    await harness.advance("4h")
    assert await harness.output(run, "stand_down") == "nobody answered in time"
    assert await harness.output(run, "announce") == "billing 1.4.2 was not shipped."
    assert not (harness.folder / "data" / "production").exists()


async def test_the_platform_team_can_decide_after_an_hour(harness: Harness) -> None:
    await harness.start("deploy", {"version": "1.4.2"})
    await harness.advance("1h")
    assert (await harness.requests())[0].approvers == ("@release-managers", "@platform")


async def test_one_at_a_time(harness: Harness) -> None:
    first = await harness.start("deploy", {"version": "1.4.2"})
    second = await harness.start("deploy", {"version": "1.4.3"})
    assert (await harness.state(second)).run.state == "pending"
    await harness.decide("go_live", "reject", as_user="U1", comment="not today", run=first)
    assert (await harness.state(second)).run.state == "waiting"


async def test_a_version_is_three_numbers(harness: Harness) -> None:
    with pytest.raises(InvalidInput, match=r'version: "1\.4" does not fit\. Give: Three numbers'):
        await harness.start("deploy", {"version": "1.4"})
