"""One person or token who calls too often is told when to try again, and the log tells it once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine import Actor, CallRates, Engine, EngineSettings, FakeClock
from engine.errors import TooMany

ANN, BOB, CI = Actor("slack", "U1"), Actor("slack", "U2"), Actor("api", "ci")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def engine(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Engine]:
    settings = EngineSettings(tmp_path, calls=CallRates(per_person=3, per_token=60))
    opened = await Engine.open(tmp_path / "signoff.db", clock=clock, settings=settings)
    yield opened
    await opened.close(grace=0)


async def refusals(engine: Engine) -> list[tuple[str, str]]:
    events = await engine.events.read(0, 100)
    return [(event.actor.source, event.actor.id) for event in events if event.type == "calls.limited"]


async def test_a_person_who_calls_too_often_is_told_when_to_try_again(
    engine: Engine, clock: FakeClock
) -> None:
    for _ in range(3):
        await engine.call_limits.count(ANN)
    with pytest.raises(TooMany, match=r"accepts 3 commands and clicks of one person a minute.* in 20 s"):
        await engine.call_limits.count(ANN)
    await engine.call_limits.count(BOB)
    clock.advance(timedelta(seconds=20))
    await engine.call_limits.count(ANN)
    with pytest.raises(TooMany):
        await engine.call_limits.count(ANN)


async def test_the_person_behind_a_token_gives_it_no_second_limit(engine: Engine) -> None:
    for number in range(60):
        await engine.call_limits.count(Actor("api", "ci", f"U{number}"))
    with pytest.raises(TooMany, match=r"accepts 60 requests of one token a minute.* in 1 s"):
        await engine.call_limits.count(CI)


async def test_refusals_are_told_in_the_log_once_a_minute_for_each_caller(
    engine: Engine, clock: FakeClock
) -> None:
    async def flood(actor: Actor) -> int:
        refused = 0
        for _ in range(200):
            try:
                await engine.call_limits.count(actor)
            except TooMany:
                refused += 1
        return refused

    assert await flood(ANN) == 197
    assert await flood(CI) == 140
    assert await refusals(engine) == [("slack", "U1"), ("api", "ci")]
    clock.advance(timedelta(seconds=59))
    assert await flood(ANN) > 190
    assert len(await refusals(engine)) == 2
    clock.advance(timedelta(seconds=2))
    assert await flood(ANN) > 190
    assert await refusals(engine) == [("slack", "U1"), ("api", "ci"), ("slack", "U1")]


async def test_the_command_line_has_no_limit(engine: Engine) -> None:
    for _ in range(1_000):
        await engine.call_limits.count(Actor("cli", "root"))
