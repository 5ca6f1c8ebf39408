"""The virtual clock: time that passes, and a time of day that jumps."""

import asyncio
from datetime import timedelta

from engine.clock import FakeClock

HOUR = timedelta(hours=1)


async def test_a_jump_wakes_civil_sleepers_and_no_duration() -> None:
    clock = FakeClock()
    civil = asyncio.create_task(clock.sleep_until(clock.now() + HOUR))
    lasting = asyncio.create_task(clock.sleep(HOUR))
    await asyncio.sleep(0)
    clock.jump(24 * HOUR)
    await civil
    assert clock.monotonic() == 0
    assert clock.next_wake() == clock.now() + HOUR
    clock.jump(-26 * HOUR)
    clock.advance(HOUR)
    await lasting
    assert clock.monotonic() == 3600


async def test_moving_to_a_time_that_is_past_takes_no_duration_back() -> None:
    clock = FakeClock()
    clock.advance(HOUR)
    clock.move_to(clock.now() - 2 * HOUR)
    assert clock.monotonic() == 3600
