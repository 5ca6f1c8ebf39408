"""The week before the first start of a demo: real runs of a schedule, over time that is moved on.

Without it the charts of a new demo would be empty.
"""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.demo.clock import DemoClock, Moves
from bot.settings.config import Settings
from bot.settings.engine_settings import LoadedWorkflows, engine_settings, register
from engine import Actor, Engine, StaticPeople
from engine.database import FileLock

log = logging.getLogger(__name__)

WORKFLOW = "nightly-backup"
_WEEK = timedelta(days=7)
_FAILING_NIGHT, _FAILING_INPUT = 2, {"store": "attic"}
"""After that night a store refuses a second run. Nobody decides about it, so the run fails."""
_ENDED = ("succeeded", "failed", "cancelled")
_POLL_SECONDS, _MAX_SECONDS = 0.02, 20.0


async def execute_past_week(settings: Settings, loaded: LoadedWorkflows, now: datetime) -> None:
    """Execute the schedule's runs of the last seven days, where the folder has no database yet.

    It does nothing for workflows of the user's own. `settings`: of the demo, without Slack.
    """
    if not settings.database.is_missing or WORKFLOW not in loaded.names():
        return
    movable = Moves()
    clock = DemoClock(movable)
    movable.move((now - _WEEK - clock.now()).total_seconds())
    # The other workflows are left for the first start, which decides about their schedules.
    alone = replace(loaded, workflows=[each for each in loaded.workflows if each.name == WORKFLOW])
    chosen = replace(engine_settings(settings, alone), schedules=True)
    lock = FileLock(settings.database.place)
    lock.take()
    try:
        people = StaticPeople(groups=settings.groups)
        engine = await Engine.open(
            settings.database.address, clock=clock, people=people, settings=chosen, lock=lock
        )
        try:
            register(engine, alone)
            await engine.serve()
            async with asyncio.timeout(_MAX_SECONDS):
                await _live_through(engine, movable, clock, now)
        except TimeoutError:
            log.warning("the week before the demo is not whole: its runs took too long")
        finally:
            await engine.close()
    finally:
        lock.release()


async def _live_through(engine: Engine, movable: Moves, clock: DemoClock, now: datetime) -> None:
    night = 0
    while (fire := await _next_fire(engine, clock.now())) is not None and fire < now:
        movable.move((fire - clock.now()).total_seconds() + 1)
        night += 1
        await _until_ended(engine, night + (night > _FAILING_NIGHT))
        if night == _FAILING_NIGHT:
            await _fail_once(engine, movable, clock)


async def _fail_once(engine: Engine, movable: Moves, clock: DemoClock) -> None:
    run = await engine.start(WORKFLOW, _FAILING_INPUT, actor=Actor("cli", "demo"))
    while not (requests := await engine.requests(run_id=run.id)):
        await asyncio.sleep(_POLL_SECONDS)
    expires = requests[0].clock.expires_at
    if expires is not None:
        movable.move((expires - clock.now()).total_seconds() + 1)
        await _until_ended(engine, _FAILING_NIGHT + 1)


async def _next_fire(engine: Engine, now: datetime) -> datetime | None:
    """Return when the schedule fires next, once the last fire is recorded."""
    while True:
        found = [each.next_fire_at for each in await engine.schedules() if each.workflow == WORKFLOW]
        fires = [fire for fire in found if fire is not None]
        if not found or (fires and min(fires) > now):
            return min(fires, default=None)
        await asyncio.sleep(_POLL_SECONDS)


async def _until_ended(engine: Engine, number: int) -> None:
    while True:
        _, ended = await engine.runs(WORKFLOW, states=_ENDED, limit=1)
        if ended >= number:
            return
        await asyncio.sleep(_POLL_SECONDS)
