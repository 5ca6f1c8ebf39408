"""After a death of the process, each suspect has its trial; one that died twice has it alone."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Actor, StaticPeople, StepContext, Workflow
from engine.kernel.resilience.suspects import MAX_ROUNDS, Suspect, trial_groups
from engine.testing import Harness
from tests.engine.tampering import reseal

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
PEOPLE = StaticPeople(groups={"ops": ["U1"]})


def suspect(number: int, deaths: int = 1, began: int = 0) -> Suspect:
    return Suspect(f"run-{number}", "step", deaths, START + timedelta(seconds=began))


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 50)), max_size=100))
def test_every_suspect_is_tried_once_and_those_of_two_deaths_alone(found: list[tuple[int, int]]) -> None:
    suspects = [suspect(number, deaths, began) for number, (deaths, began) in enumerate(found)]
    groups = list(trial_groups(suspects))
    tried = [one for group in groups for one in group]
    assert sorted(tried, key=str) == sorted(suspects, key=str)
    assert all(len(group) == 1 for group in groups if any(one.alone for one in group))
    alone = [one for one in tried if one.alone]
    assert tried[: len(alone)] == alone, "first of all"
    assert alone == sorted(alone, key=lambda one: one.started_at, reverse=True)
    assert len(groups) - len(alone) <= MAX_ROUNDS
    if len(found) - len(alone) <= MAX_ROUNDS:
        assert all(len(group) == 1 for group in groups), "one by one"


def test_a_trial_is_longer_after_each_death_up_to_ten_minutes() -> None:
    windows = [suspect(1, deaths).window.total_seconds() for deaths in (1, 2, 3, 4, 8, 20, 900)]
    assert windows == [5, 10, 20, 40, 600, 600, 600]


def sleeping(steps: int) -> Workflow:
    flow = Workflow("flow", owner="@ops")

    async def act(ctx: StepContext) -> int:
        await ctx.sleep(15)
        return ctx.attempt

    for number in range(steps):
        flow.step(name=f"act_{number}")(act)
    return flow


async def killed(folder: Path, steps: int, deaths: int = 0) -> None:
    """Leave a database as a kill does while steps are executing. `deaths`: those before this one."""
    async with Harness(sleeping(steps), people=PEOPLE) as harness:
        await harness.start("flow")
        with (
            closing(sqlite3.connect(harness.folder / "signoff.db")) as source,
            closing(sqlite3.connect(folder / "signoff.db")) as copy,
        ):
            source.backup(copy)
            copy.execute("UPDATE step_run SET deaths = ?", (deaths,))
            copy.commit()
        shutil.copytree(harness.folder / "keys", folder / "keys")
    reseal(folder)


async def states(harness: Harness) -> Counter[str]:
    run = (await harness.runs("flow"))[0]
    return Counter(step.state for step in (await harness.state(run)).steps)


async def test_after_a_first_death_each_begins_when_the_one_before_has_gone_on_for_a_while(
    tmp_path: Path,
) -> None:
    await killed(tmp_path, steps=4)
    async with Harness(sleeping(4), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        assert await states(harness) == {"running": 1, "pending": 3}
        assert harness.engine.trials.endswith("now, 3 after that.")
        await harness.start("flow")
        executing = [one for run in await harness.runs("flow") for one in (await harness.state(run)).steps]
        assert Counter(one.state for one in executing)["running"] == 5, "other steps go on"
        await harness.advance("5s")
        await harness.advance("5s")
        await harness.advance("1m")
        assert harness.engine.trials == ""
        for run in await harness.runs("flow"):
            assert run.state == "succeeded"
            assert {one.deaths for one in (await harness.state(run)).steps} == {0}


async def test_after_a_second_death_nothing_else_starts_until_the_trial_is_over(tmp_path: Path) -> None:
    await killed(tmp_path, steps=2, deaths=1)
    async with Harness(sleeping(2), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        assert await states(harness) == {"running": 1, "pending": 1}
        second = await harness.start("flow")
        assert {one.state for one in (await harness.state(second)).steps} <= {"pending"}
        assert harness.engine.trials.endswith("1 after that. No other step starts meanwhile.")
        await harness.advance("9s")
        assert (await states(harness))["running"] <= 1
        await harness.advance("1s")
        await harness.advance("10s")
        await harness.advance("1m")
        assert {run.state for run in await harness.runs("flow")} == {"succeeded"}


@pytest.mark.parametrize(("steps", "asked"), [(1, 1), (3, 0)])
async def test_after_a_third_death_the_owner_is_asked_about_a_step_that_died_alone(
    tmp_path: Path, steps: int, asked: int
) -> None:
    await killed(tmp_path, steps=steps, deaths=2)
    async with Harness(sleeping(steps), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        assert len(await harness.requests()) == asked
        await harness.advance("5m")
        assert (await states(harness))["succeeded"] == steps - asked


async def test_suspects_of_a_cancelled_run_give_their_room_back(tmp_path: Path) -> None:
    await killed(tmp_path, steps=3, deaths=1)
    async with Harness(sleeping(3), people=PEOPLE, folder=tmp_path, parallel=3) as harness:
        await harness.run_until_idle()
        (run,) = await harness.runs("flow")
        await harness.engine.cancel(run.id, actor=Actor("cli", "t"))
        await harness.run_until_idle()
        assert harness.engine.trials == ""
        again = await harness.start("flow")
        assert {one.state for one in (await harness.state(again)).steps} == {"running"}


async def stopped(folder: Path, ages: list[str], steps: int = 1) -> list[int]:
    """Stop the engine while a long step is executing; return the owner's requests after each start.

    `ages`: for how long the step has executed at each stop.
    """
    flow = Workflow("flow", owner="@ops")

    async def act(ctx: StepContext) -> None:
        for _ in range(8 * 60):
            await ctx.sleep(60)

    for number in range(steps):
        flow.step(name=f"act_{number}")(act)
    asked: list[int] = []
    for age in ages:
        async with Harness(flow, people=PEOPLE, folder=folder) as harness:
            if not asked:
                await harness.start("flow")
            await harness.run_until_idle()
            asked.append(len(await harness.requests()))
            await harness.advance(age)
    return asked


@pytest.mark.parametrize(
    ("ages", "asked"),
    [
        (["2m"] * 8, 0),
        (["2m"] * 9, 1),
        (["90s", "3h", "2m"] * 3, 1),
        (["10s", "10s", "2m", "10s", "10s", "2m", "10s", "2m"], 0),
        (["10s"] * 5, 0),
        (["10s"] * 6, 1),
    ],
    ids=[
        "a long step", "eight stops", "eight stops at any time", "two early stops",
        "four early stops", "five early stops",
    ],
)  # fmt: skip
async def test_only_a_step_under_which_many_stops_came_in_a_row_is_blamed(
    tmp_path: Path, ages: list[str], asked: int
) -> None:
    assert (await stopped(tmp_path, ages))[-1] == asked


async def test_stops_blame_no_step_beside_which_another_was_executing(tmp_path: Path) -> None:
    assert (await stopped(tmp_path, ["20s"] * 6, steps=2))[-1] == 0


async def test_a_clean_stop_during_a_trial_leaves_a_suspect_for_the_next_start(tmp_path: Path) -> None:
    await killed(tmp_path, steps=2, deaths=1)
    for _ in range(2):
        async with Harness(sleeping(2), people=PEOPLE, folder=tmp_path) as harness:
            await harness.run_until_idle()
            assert await states(harness) == {"running": 1, "pending": 1}
            (run,) = await harness.runs("flow")
            assert {one.deaths for one in (await harness.state(run)).steps} == {2}
