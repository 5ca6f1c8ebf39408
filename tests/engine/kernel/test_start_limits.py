"""Limits on the runs that one person or token may start: per minute, and not yet ended."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    Actor,
    Engine,
    EngineSettings,
    FakeClock,
    Gate,
    StartedRuns,
    StartLimits,
    StaticPeople,
    TooMany,
    Workflow,
)
from engine.kernel.schedules.start_limits import WINDOW, RecentStarts

ALICE, BOB = Actor("slack", "U01ALICE"), Actor("slack", "U02BOB")
CI, ROOT = Actor("api", "ci"), Actor("cli", "root")

waits = Workflow("waits", owner="@owners")
waits.approval("go", ask="Go?", approvers=["@owners"], expires="4h", advisory=True)
gate = Gate("release-gate", approvers=["@owners"], owner="@owners", expires="4h")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def engine(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Engine]:
    people = StaticPeople(groups={"owners": ["U01ALICE", "U02BOB"]})
    settings = EngineSettings(tmp_path, limits=StartLimits(per_minute=5, open_runs=8))
    opened = await Engine.open(tmp_path / "signoff.db", people=people, clock=clock, settings=settings)
    opened.register(waits)
    opened.register(gate)
    yield opened
    await opened.close(grace=0)


async def start(engine: Engine, actor: Actor, count: int) -> None:
    for _ in range(count):
        await engine.start("waits", actor=actor)


async def test_a_person_who_starts_too_many_runs_a_minute_is_told_when_to_try_again(
    engine: Engine, clock: FakeClock
) -> None:
    await start(engine, ALICE, 5)
    with pytest.raises(TooMany, match=r"You have started 5 runs.* Try again in 60 s\.") as told:
        await start(engine, ALICE, 1)
    assert told.value.retry_after == 60
    await start(engine, BOB, 5)
    clock.advance(timedelta(seconds=60))
    await start(engine, ALICE, 1)


async def test_a_person_with_too_many_unfinished_runs_starts_one_when_another_ended(
    engine: Engine, clock: FakeClock
) -> None:
    await start(engine, ALICE, 5)
    clock.advance(timedelta(minutes=1))
    await start(engine, ALICE, 3)
    with pytest.raises(TooMany, match="You have 8 unfinished runs, and the limit is 8"):
        await start(engine, ALICE, 1)
    (oldest, *_) = await engine.unfinished(StartedRuns(f"slack:{ALICE.id}"))
    await engine.cancel(oldest, actor=ALICE)
    await start(engine, ALICE, 1)


async def test_a_question_sent_again_is_answered_at_the_limit(engine: Engine) -> None:
    for number in range(5):
        await engine.start("release-gate", {"question": "Ship?"}, actor=CI, key=str(number))
    with pytest.raises(TooMany, match="The token ci has started 5 requests"):
        await engine.start("release-gate", {"question": "Ship?"}, actor=CI, key="5")
    again = await engine.start("release-gate", {"question": "Ship?"}, actor=CI, key="4")
    assert again.id == "release-gate-4"


async def test_the_command_line_has_no_limit(engine: Engine) -> None:
    await start(engine, ROOT, 12)


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 6))
def test_no_minute_has_more_starts_than_the_limit(gaps: list[int], per_minute: int) -> None:
    now, starts, times = timedelta(), RecentStarts(per_minute), []
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait = starts.wait(ALICE, now)
        if not wait:
            starts.count(ALICE, now)
            times.append(now)
        else:
            assert starts.wait(ALICE, now + wait - timedelta(milliseconds=1))
            assert not starts.wait(ALICE, now + wait)
    for time in times:
        assert sum(1 for other in times if time <= other < time + WINDOW) <= per_minute
