"""The last checkpoint of the log, kept beside the keys: a database that is older is noticed at start."""

import asyncio
import logging
from datetime import timedelta

from engine.audit.keys import Keyring
from engine.clock import Clock
from engine.runtime.process.background import Background
from engine.store.store import Store

log = logging.getLogger(__name__)

CHECKPOINT_INTERVAL = timedelta(seconds=10)
"""Events of so long may be missing from it after a kill."""


class CheckpointWriter:
    """Writes it some seconds after the log has grown, and at the end."""

    def __init__(self, store: Store, keyring: Keyring, background: Background, clock: Clock) -> None:
        self._store, self._keyring, self._background, self._clock = store, keyring, background, clock
        self._pending: asyncio.Task[None] | None = None
        self._behind = False

    def grew(self, *, serving: bool) -> None:
        """The log has grown. A process that does not serve is soon over: it writes at its end."""
        self._behind = True
        if serving and self._pending is None:
            self._pending = self._background.start(self._later, "the checkpoint of the log was not written")

    async def write(self) -> None:
        """As of now. Nothing where the log is not what it was: the last one is needed to say so."""
        if self._store.log_problem:
            return
        self._behind = False
        try:
            await self._store.keep_checkpoint(self._keyring, self._clock.now())
        except OSError as error:
            log.warning("the checkpoint of the log could not be written: %s", error)

    async def close(self) -> None:
        """As `write`, if the log has grown since."""
        if self._behind:
            await self.write()

    async def _later(self) -> None:
        await self._background.sleep_until(self._clock.now() + CHECKPOINT_INTERVAL)
        self._pending = None
        await self.write()
