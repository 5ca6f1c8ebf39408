"""Shows what executing steps report: a run's message is edited, every few seconds at most."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from bot.outbox.ports import RecordReader, ReportFeed, Wanted
from bot.outbox.projector import run_wanted
from engine import Clock, UnknownRun

log = logging.getLogger(__name__)

EDIT_INTERVAL = timedelta(seconds=5)
"""Between two edits for what steps report: Slack allows about one a second in all."""
_RETRY_INTERVAL = timedelta(seconds=30)


class LiveMessages:
    """Wants a run's message again when a step of it reported something. What it misses, an event shows."""

    def __init__(
        self,
        feed: ReportFeed,
        records: RecordReader,
        want: Callable[[list[Wanted]], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._feed, self._records, self._want, self._clock = feed, records, want, clock

    async def follow(self) -> None:
        """Follow the reports until cancelled."""
        seen = self._feed.count
        while True:
            await self._feed.wait(seen)
            runs, seen = self._feed.since(seen), self._feed.count
            try:
                wanted = [want for run_id in runs for want in await self._wanted(run_id)]
                if wanted:
                    await self._want(wanted)
            except Exception:
                log.exception("What steps reported could not be shown")
                await self._clock.sleep(_RETRY_INTERVAL)
            await self._clock.sleep(EDIT_INTERVAL)

    async def _wanted(self, run_id: str) -> list[Wanted]:
        with suppress(UnknownRun):
            return run_wanted(await self._records.detail(run_id))
        return []
