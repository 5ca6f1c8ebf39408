"""Opens the database of the process that serves. On a server it stands by while another process serves."""

import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.control_socket.client import is_listening
from bot.http.listening import listening
from bot.http.metrics import MetricsDoor
from bot.http.server import build_server
from bot.http.spent import Spent
from bot.metrics.instruments import CONTENT_TYPE
from bot.serving.database_claim import DatabaseClaim
from bot.serving.member import Member
from bot.settings.config import Settings
from bot.settings.engine_settings import revealed
from engine import Clock, Engine, EngineSettings, People, StoreBusy, StoreInUse

log = logging.getLogger(__name__)

OPEN_RETRY_INTERVAL = timedelta(seconds=5)
_STANDBY_INTERVAL = timedelta(milliseconds=300)
_STANDBY = (
    "Another process of Signoff leads on the database {}. This one takes clicks and commands for it, and "
    "stands by: it takes over when that one ends, or gives no sign of life for two seconds."
)
_CLAIM_WAIT, _CLAIM_RETRY_INTERVAL = timedelta(seconds=10), timedelta(milliseconds=200)


async def open_database(
    settings: Settings,
    claim: DatabaseClaim,
    clock: Clock,
    people: People,
    chosen: EngineSettings,
    member: Member | None = None,
) -> Engine:
    """Open the database, however long its disk or its server keeps that from being done.

    On a server this process stands by while another one leads: as a `member`, which takes requests
    meanwhile. `/readyz` says so, or why it cannot.
    """
    meanwhile = _Meanwhile(settings, clock, member)
    try:
        while True:
            try:
                engine = await _claimed(settings, claim, clock, people, chosen)
            except StoreBusy as error:
                problem, pause = {"database": str(error)}, OPEN_RETRY_INTERVAL
                text = f"{error} Trying again in {pause.seconds} s."
            except StoreInUse:
                if not settings.database.server or is_listening(settings.database.place):
                    raise
                text = _STANDBY.format(settings.database)
                problem, pause = {"standby": text}, _STANDBY_INTERVAL
            else:
                if "standby" in meanwhile.found:
                    log.warning("This process serves now")
                return engine
            await meanwhile.say(problem, text)
            await clock.sleep(pause)
    finally:
        await meanwhile.close()


class _Meanwhile:
    """Says why this process has no database, and takes requests as a member."""

    def __init__(self, settings: Settings, clock: Clock, member: Member | None) -> None:
        self._settings, self._clock, self._member = settings, clock, member
        self._doors = AsyncExitStack()
        self.found = dict[str, str]()
        """Why this process has no database, under `standby` where another process leads."""

    async def say(self, problem: Mapping[str, str], text: str) -> None:
        if not self.found:
            await self._open()
        if problem != self.found:
            log.warning("%s", text)
            self.found.clear()
            self.found.update(problem)
        if self._member is not None and "standby" in problem:
            await self._member.join()

    async def close(self) -> None:
        if self._member is not None:
            await self._member.leave_to(self._doors)
        else:
            await self._doors.aclose()

    async def _open(self) -> None:
        settings = self._settings
        slack = revealed(settings.signing_secret, settings.signing_secret_before)
        application = build_server(
            problems=self._problems,
            warnings=self._warnings,
            clock=self._clock,
            signing_secrets=slack if settings.mode == "http" else (),
            dispatch=self._member.dispatch if self._member is not None else None,
            relay=self._member.ask if self._member is not None else None,
            metrics=self._metrics(self._member) if self._member is not None else None,
            leads=False,
            spent=Spent(self._clock, rows=lambda: self._member.spent_names if self._member else None),
        )
        await self._doors.enter_async_context(listening(application, settings.host, settings.port))

    async def _problems(self) -> Mapping[str, str]:
        if self._member is not None and "standby" in self.found:
            return self._member.problems(self.found["standby"])
        return self.found

    async def _warnings(self) -> Mapping[str, str]:
        if "standby" not in self.found:
            return {}
        return self.found | (dict(self._member.warnings()) if self._member is not None else {})

    def _metrics(self, member: Member) -> MetricsDoor | None:
        if self._settings.metrics == "off":
            return None
        token = self._settings.metrics_token
        return MetricsDoor(
            lambda: member.metrics(self._problems), CONTENT_TYPE, token.get_secret_value() if token else ""
        )


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
