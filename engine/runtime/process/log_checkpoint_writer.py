"""Writes the last checkpoint of the log beside the keys, so that an older database is noticed at start."""

import asyncio
import logging
from datetime import timedelta

from engine.audit.keys import Keyring
from engine.clock import Clock
from engine.errors import Altered
from engine.runtime.process.background import Background
from engine.store.store import Store

log = logging.getLogger(__name__)

CHECKPOINT_INTERVAL = timedelta(seconds=10)
"""After a kill, the checkpoint may miss the events of the last interval."""


class CheckpointWriter:
    """Writes a checkpoint some seconds after the log has grown, and at the end of the process."""

    def __init__(self, store: Store, keyring: Keyring, background: Background, clock: Clock) -> None:
        self._store, self._keyring, self._background, self._clock = store, keyring, background, clock
        self._pending: asyncio.Task[None] | None = None
        self._behind = False
        self.problem = ""
        """Why no checkpoint can be written now, with the remedy."""

    def grew(self, *, serving: bool) -> None:
        """Schedule a checkpoint of the log, which has grown.

        A process that does not serve ends soon, and writes the checkpoint at its end.
        """
        self._behind = True
        if serving and self._pending is None:
            self._pending = self._background.start(self._later, "the checkpoint of the log was not written")

    async def write(self) -> None:
        """Write a checkpoint of the log as it is now.

        Keep the last checkpoint where the log was changed, since it proves the change.
        """
        if self._store.log_problem:
            return
        self._behind = False
        try:
            await self._store.keep_checkpoint(self._keyring, self._clock.now())
        except Altered as error:
            self._tell(f"The last checkpoint of the log is kept: {error}. Run signoff audit verify.")
        except OSError as error:
            self._tell(
                f"The checkpoint of the log cannot be written beside the keys ({error}). Until it is, an "
                "older copy in place of the database is not noticed at a start. Give this user write "
                "access to the folder of the keys, on a disk with free space."
            )
        else:
            self.problem = ""

    def _tell(self, problem: str) -> None:
        self._behind = True
        if problem != self.problem:
            log.warning("%s", problem)
        self.problem = problem

    async def close(self) -> None:
        """Write a last checkpoint if the log has grown since the previous one."""
        if self._behind:
            await self.write()

    async def _later(self) -> None:
        await self._background.sleep(CHECKPOINT_INTERVAL)
        self._pending = None
        await self.write()
        if self.problem:
            self.grew(serving=True)  # try again, also when nothing happens
