"""Objectives against runs that executed: what is measured, since when, and what a restart keeps."""

from datetime import timedelta
from typing import Any

import pytest

from engine import Health, Objective, Objectives, StaticPeople, Workflow
from engine.testing import Harness

STANDARD = Objectives(success="90%", p95="10s", recover="5m", decide="4h")
BROKEN: set[str] = set()


def flow(**options: Any) -> Workflow:
    wf = Workflow("load", owner="@platform", channel="#deploys", objectives=STANDARD, **options)

    @wf.step
    async def rows() -> str:
        if BROKEN:
            raise ValueError("The source is closed.")
        return "rows"

    return wf


@pytest.fixture(autouse=True)
def whole() -> None:
    BROKEN.clear()


async def measured(harness: Harness, name: str = "load") -> Health:
    found = await harness.engine.health(name)
    assert found is not None
    return found


def objective(health: Health, name: str) -> Objective:
    return next(each for each in health.objectives if each.name == name)


async def run(harness: Harness, *, broken: bool = False) -> None:
    if broken:
        BROKEN.add("load")
    else:
        BROKEN.clear()
    await harness.start("load")
    await harness.advance("1s")


async def test_time_to_recover_is_from_a_failure_to_the_next_success() -> None:
    async with Harness(flow(on_failure="fail")) as harness:
        await run(harness)
        await run(harness, broken=True)
        await harness.advance("10m")
        await run(harness, broken=True)
        found = objective(await measured(harness), "recover")
        assert (found.state, found.events) == ("at risk", 1)
        assert found.measured == pytest.approx(602, abs=10)
        await harness.advance("2m")
        await run(harness)
        found = objective(await measured(harness), "recover")
        assert (found.events, found.bad) == (1, 1)
        assert found.measured == pytest.approx(723, abs=10)


async def test_a_run_that_asks_its_owner_fails_when_it_asks() -> None:
    async with Harness(flow(), people=StaticPeople(groups={"platform": ["U1"]})) as harness:
        await run(harness, broken=True)
        found = await measured(harness)
        assert objective(found, "success").bad == 1
        await harness.advance("6m")
        assert objective(await measured(harness), "recover").bad == 1
        await run(harness)
        [request] = await harness.engine.requests()
        await harness.decide(request.id, "abort", as_user="U1")
        await harness.advance("1h")
        found = await measured(harness)
        # The end of the aborted run does not count again: it failed before the success.
        assert objective(found, "recover").events == 1
        assert (objective(found, "success").events, objective(found, "success").bad) == (2, 1)


@pytest.mark.long
async def test_what_was_counted_is_counted_the_same_after_hours_and_a_restart(tmp_path: Any) -> None:
    async with Harness(flow(on_failure="fail"), folder=tmp_path) as harness:
        for broken in (False, True, False, True, True, False):
            await run(harness, broken=broken)
            await harness.advance("50m")
            await measured(harness)
        counted = await measured(harness)
        at = harness.clock.now()
        assert {each.name: each.events for each in counted.objectives} == {
            "success": 6,
            "p95": 3,
            "recover": 2,
            "decide": 0,
        }
    async with Harness(flow(on_failure="fail"), folder=tmp_path, at=at) as harness:
        assert await measured(harness) == counted
        await harness.advance("31d")
        assert all(each.events == 0 for each in (await measured(harness)).objectives)


async def test_approvals_count_with_their_time_to_decide() -> None:
    wf = Workflow("ship", owner="@platform", objectives=Objectives(decide="4h"))
    go = wf.approval("go", ask="Ship?", approvers=["U1"], expires="8h")

    @wf.step(when=go.approved)
    async def release() -> str:
        return "out"

    async with Harness(wf, people=StaticPeople(groups={"platform": ["U1"]})) as harness:
        await harness.start("ship")
        await harness.advance("3h")
        [request] = await harness.engine.requests()
        await harness.decide(request.id, "approve", as_user="U1")
        await harness.start("ship")
        await harness.advance("5h")
        found = (await measured(harness, "ship")).worst
        assert (found.events, found.bad, found.state) == (2, 1, "at risk")
        await harness.advance("4h")  # it expires
        found = (await measured(harness, "ship")).worst
        assert (found.events, found.bad, found.measured) == (2, 1, 8 * 3600)


async def test_what_people_were_told_survives_a_restart_and_is_told_once(tmp_path: Any) -> None:
    async with Harness(flow(on_failure="fail"), folder=tmp_path) as harness:
        await run(harness, broken=True)
        await run(harness, broken=True)
        await harness.advance("3m")
        since = await harness.engine.objectives_since("load")
        assert set(since) == {"success"}
        at = harness.clock.now()
    async with Harness(flow(on_failure="fail"), folder=tmp_path, at=at) as harness:
        await harness.advance("3m")
        assert (await harness.engine.objectives_since("load"))["success"] == since["success"]
        events = await harness.engine.events.read(0, 1000)
        told = [event.data["about"] for event in events if event.type == "health.changed"]
        assert told == ["success", "recover"]
        assert harness.clock.now() - since["success"] > timedelta(minutes=5)
