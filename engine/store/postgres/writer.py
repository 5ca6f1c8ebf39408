"""The writing thread on PostgreSQL: it takes all waiting writes into one transaction.

The writers of several processes take turns; see `engine.store.postgres.transactions`.
"""

import asyncio
import logging
import queue
import time
from collections.abc import Callable
from contextlib import suppress

from engine.errors import StoreBroken, StoreBusy
from engine.store.postgres.claim import MAX_SILENCE_SECONDS, HeldClaim, TakenOver
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.errors import first_line
from engine.store.postgres.transactions import Transactions
from engine.store.thread_queue import Item, QueuedWrites, call_on_loop, log_damage, refuse, thread_ended
from engine.store.work import Perform, Unwritable

log = logging.getLogger(__name__)

_MAX_BATCH = 2000
_PAUSE_SECONDS = 0.1
"""Between two tries to reach the server."""
_CLOSE_WAIT_SECONDS = 3.0


class PostgresWriter(QueuedWrites):
    """The writing thread. Writes are made durable in the order in which they were submitted."""

    def __init__(
        self,
        claim: HeldClaim,
        database: ServerDatabase,
        perform: Perform,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(now)
        self._claim, self._database = claim, database
        self._transactions = Transactions(claim, database, perform)
        self.on_damage: Callable[[StoreBroken], None] = log_damage
        self.missing = ""
        self.damaged = False
        self._failing: tuple[float, str] | None = None
        """Since when writes fail, and why."""
        self._stopping = False
        claim.on_doubt(lambda: call_on_loop(self._loop, lambda _: self._look(), None))
        self._thread.start()

    @property
    def problem(self) -> str:
        """Return the problem that delays writes, its duration and the remedy; empty if there is none."""
        if self._queue.ended is not None:
            return str(self._queue.ended)
        if (failing := self._failing) is None:
            return self._silence()
        since, cause = failing
        return (
            f"The database {self._database} can't be written ({cause}), for {self._now() - since:.0f} s now: "
            "nothing can be recorded. Look at its server; Signoff then continues by itself."
        )

    def _silence(self) -> str:
        if (silence := self._claim.silence) <= MAX_SILENCE_SECONDS:
            return ""
        return (
            f"The database {self._database} has not answered for {silence:.0f} s: nothing can be recorded, "
            "and a standby may take over. Look at its server and the network; if no other process took over, "
            "Signoff then continues by itself."
        )

    async def close(self, *, keep_claim: bool = False) -> None:
        """As `engine.store.work.Writes.close`. Closing again, without `keep_claim`, gives the claim back."""
        await super().close()
        if not keep_claim:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.to_thread(self._transactions.release), _CLOSE_WAIT_SECONDS)

    def _look(self) -> None:
        """Notice whether another process took over, though nothing is to be written."""
        self.post(lambda _: None, lambda *_: None)

    def _main(self) -> None:
        try:
            self._answer_writes()
        except BaseException as error:
            ended = error if isinstance(error, TakenOver) else thread_ended(self._database, error)
            log.critical("%s", ended, exc_info=None if ended is error else error)
            self._queue.end(ended)
            call_on_loop(self._loop, lambda error: self.on_damage(error), ended)

    def _answer_writes(self) -> None:
        pending: list[Item] = []
        while pending or not self._stopping:
            pending = self._gather(pending, wait=not pending)
            if pending:
                pending = self._write(pending)

    def _gather(self, pending: list[Item], *, wait: bool) -> list[Item]:
        while not self._stopping:
            try:
                more = self._queue.get() if wait else self._queue.get_nowait()
            except queue.Empty:
                break
            wait = False
            if more is None:
                self._stopping = True
            else:
                pending += more
        return pending

    def _write(self, pending: list[Item]) -> list[Item]:
        """One transaction; gives the items that could not be written for something that passes."""
        batch, later = pending[:_MAX_BATCH], pending[_MAX_BATCH:]
        try:
            self._transactions.make(batch)
        except Unwritable as failure:
            self._fail(failure.error)
            self._queue.give([item for item in batch if item.done])
            return self._wait([item for item in batch if not item.done] + later)
        self._failing = None
        self._queue.give(batch)
        return later

    def _fail(self, error: Exception) -> None:
        if self._failing is None:
            log.warning("the database %s can't be written: %s", self._database, error)
            self._failing = (self._now(), first_line(error))

    def _wait(self, pending: list[Item]) -> list[Item]:
        """Answer those who wait no longer; gives those who do, with those who came meanwhile."""
        try:
            more = self._queue.get(timeout=_PAUSE_SECONDS)
        except queue.Empty:
            more = []
        if more is None:
            self._stopping = True
        else:
            pending += more
        now, unsure = self._now(), set(self._transactions.unsure)
        until = now + _CLOSE_WAIT_SECONDS if self._stopping else None
        for item in pending:
            item.until = until if item.until is None else item.until
        given_up = [item for item in pending if item.until is not None and item.until <= now]
        if not self._stopping:
            given_up = [item for item in given_up if item not in unsure]
        for item in given_up:
            refuse(item, self._not_known() if item in unsure else self._busy())
        self._queue.give(given_up)
        return [item for item in pending if item.error is None]

    def _busy(self) -> StoreBusy:
        return StoreBusy(f"The database {self._database} can't be reached now. Try again in a moment.")

    def _not_known(self) -> StoreBroken:
        return StoreBroken(
            f"The connection to the database {self._database} was lost while it recorded this, and Signoff "
            "stops: whether it was recorded is known at the next start."
        )
