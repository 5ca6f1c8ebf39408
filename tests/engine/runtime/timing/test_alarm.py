"""The one alarm: whatever is due rings, also what is committed while it looks."""

import asyncio
from datetime import UTC, datetime, timedelta

from engine.clock import FakeClock
from engine.runtime.process.activity import Activity
from engine.runtime.timing.alarm import Alarm

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


async def test_a_wait_committed_during_a_look_rings_too() -> None:
    clock, activity = FakeClock(NOON), Activity()
    rows = [NOON + timedelta(seconds=1)]
    rung: list[datetime] = []

    async def next_due() -> datetime | None:
        found = min(rows, default=None)
        if found is None and not rung[1:]:
            # The answer is on its way when a row is committed that it doesn't know.
            rows.append(NOON + timedelta(seconds=5))
            alarm.nudge(rows[0])
        await asyncio.sleep(0)
        return found

    async def ring(now: datetime) -> None:
        rung.append(now)
        rows[:] = [row for row in rows if row > now]

    alarm = Alarm(clock, activity, next_due, ring)
    alarm.start()
    for seconds in (1, 5):
        await activity.idle()
        assert clock.next_wake() == NOON + timedelta(seconds=seconds)
        clock.move_to(NOON + timedelta(seconds=seconds))
    await activity.idle()
    assert [moment - NOON for moment in rung] == [timedelta(seconds=1), timedelta(seconds=5)]
    await alarm.close()
