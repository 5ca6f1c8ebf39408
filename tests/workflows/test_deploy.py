"""The deploy workflow on the real engine, at virtual time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine import InvalidInput, StaticPeople
from engine.testing import Bench
from workflows.deploy import deploy


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    people = StaticPeople(groups={"release-managers": ["U1", "U2"]})
    async with Bench(deploy, people=people, folder=tmp_path) as bench:
        yield bench


async def test_an_approved_release_goes_live(bench: Bench) -> None:
    run = await bench.start("deploy", {"version": "1.4.2"}, as_user="U1")
    assert (await bench.answer("go_live", "approve", as_user="U1", run=run)).code == "self_approval"
    await bench.decide("go_live", "approve", as_user="U2", run=run)
    assert await bench.output(run, "release") == {"artifact": "billing-1.4.2.txt", "by": ["U2"]}
    assert await bench.output(run, "announce") == "billing 1.4.2 is live."
    live = (bench.folder / "data" / "production" / "billing").read_text()
    assert live.startswith("billing-1.4.2.txt ")


async def test_four_hours_of_silence_are_a_no(bench: Bench) -> None:
    run = await bench.start("deploy", {"version": "1.4.2"})
    await bench.advance("4h")
    assert await bench.output(run, "stand_down") == "nobody answered in time"
    assert await bench.output(run, "announce") == "billing 1.4.2 was not shipped."
    assert not (bench.folder / "data" / "production").exists()


async def test_one_at_a_time(bench: Bench) -> None:
    first = await bench.start("deploy", {"version": "1.4.2"})
    second = await bench.start("deploy", {"version": "1.4.3"})
    assert (await bench.state(second)).run.state == "pending"
    await bench.decide("go_live", "reject", as_user="U1", comment="not today", run=first)
    assert (await bench.state(second)).run.state == "waiting"


async def test_a_version_is_three_numbers(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match=r'version: "1\.4" does not fit\. Three numbers'):
        await bench.start("deploy", {"version": "1.4"})
