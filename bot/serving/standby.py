"""Opens the database of the process that serves. On a server it stands by while another process serves."""

import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.control_socket.client import is_listening
from bot.http.listening import listening
from bot.http.server import build_server
from bot.serving.database_claim import DatabaseClaim
from bot.settings.config import Settings
from engine import Clock, Engine, EngineSettings, People, StoreBusy, StoreInUse

log = logging.getLogger(__name__)

_OPEN_RETRY_INTERVAL = timedelta(seconds=5)
_STANDBY_INTERVAL = timedelta(milliseconds=300)
_STANDBY = (
    "Another process of Signoff serves the database {}. This one stands by: it takes over when that one "
    "ends, or gives no sign of life for two seconds."
)
_CLAIM_WAIT, _CLAIM_RETRY_INTERVAL = timedelta(seconds=10), timedelta(milliseconds=200)


async def open_database(
    settings: Settings, claim: DatabaseClaim, clock: Clock, people: People, chosen: EngineSettings
) -> Engine:
    """Open the database, however long its disk or its server keeps that from being done.

    On a server this process stands by while another one serves. `/readyz` says why meanwhile.
    """
    problems = dict[str, str]()

    async def found() -> Mapping[str, str]:
        return problems

    async with AsyncExitStack() as meanwhile:
        while True:
            try:
                engine = await _claimed(settings, claim, clock, people, chosen)
            except StoreBusy as error:
                problem, pause = {"database": str(error)}, _OPEN_RETRY_INTERVAL
                text = f"{error} Trying again in {pause.seconds} s."
            except StoreInUse:
                if not settings.database.server or is_listening(settings.database.place):
                    raise
                text = _STANDBY.format(settings.database)
                problem, pause = {"standby": text}, _STANDBY_INTERVAL
            else:
                if "standby" in problems:
                    log.warning("This process serves now")
                return engine
            if not problems:
                health = build_server(problems=found, clock=clock)
                await meanwhile.enter_async_context(listening(health, settings.host, settings.port))
            if problem != problems:
                log.warning("%s", text)
                problems.clear()
                problems.update(problem)
            await clock.sleep(pause)


async def _claimed(
    settings: Settings, claim: DatabaseClaim, clock: Clock, people: People, chosen: EngineSettings
) -> Engine:
    """Wait a little for a command that has a file; a process that serves does not give it back.

    Raises `StoreInUse` and `StoreBusy`.
    """
    if settings.database.server:
        return await claim.open(clock, people, chosen)
    until, told = clock.monotonic() + _CLAIM_WAIT.total_seconds(), False
    while True:
        try:
            return await claim.open(clock, people, chosen)
        except StoreInUse as error:
            if clock.monotonic() >= until or is_listening(settings.database.place):
                raise
            if not told:
                log.warning("%s Waiting up to %d s, in case a command has it.", error, _CLAIM_WAIT.seconds)
            told = True
        await clock.sleep(_CLAIM_RETRY_INTERVAL)
