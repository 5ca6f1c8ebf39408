"""SQLite with group commit: one thread writes, taking all waiting writes into one transaction.

The batch forms by itself: while one transaction is being made durable, the next ones wait and are
taken together. A linger would cost a single submitter most of its speed.
"""

import contextlib
import logging
import os
import queue
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from engine.errors import StoreBroken, StoreBusy
from engine.store.files.checkup import damaged_wal, look_through
from engine.store.files.file_lock import checkpoint_kept_away
from engine.store.files.imprint import Imprint
from engine.store.files.presence import Presence
from engine.store.files.rescue import rescue, saved_name
from engine.store.files.sqlite_errors import busy, explained, has_disk_space, passes
from engine.store.files.wal_index import WalIndex
from engine.store.sqlite.condition import Condition
from engine.store.sqlite.connection import connect
from engine.store.sqlite.transactions import Newest, Perform, Transactions, one_by_one
from engine.store.thread_queue import Item, QueuedWrites, call_on_loop, log_damage, refuse, thread_ended
from engine.store.work import Unwritable

log = logging.getLogger(__name__)


_MAX_BATCH = 2000


_TRY_SECONDS = 0.2
"""Each try of the writer to get a lock; between two, it answers those whose patience is over."""


_PAUSE_SECONDS = 0.05
"""Between two tries: a full disk answers at once, and without a pause they would take a whole processor."""


_LOOK_INTERVAL = 1.0
"""Seconds between two looks at the file while there is nothing to write."""


_CLOSE_WAIT_SECONDS = 3.0


_EXAMINE_SECONDS = 0.5
"""For a look through a file that another program has changed: people's writes wait for it."""


class Writer(QueuedWrites):
    """The writing thread. Writes are made durable in the order in which they were submitted."""

    def __init__(
        self,
        path: Path,
        perform: Perform = one_by_one,
        now: Callable[[], float] = time.monotonic,
        has_space: Callable[[Path], bool] = has_disk_space,
        newest: Newest = lambda _: 0,
    ) -> None:
        """`newest`: as `Transactions` takes it."""
        super().__init__(now)
        self._path, self._perform, self._has_space, self._newest = path, perform, has_space, newest
        self.on_damage: Callable[[StoreBroken], None] = log_damage
        """Called on the loop when the file turns out to be damaged."""
        self.condition = Condition(path, "nothing can be recorded", now)
        self._presence: Presence | None = None
        self._index: WalIndex | None = None
        self._imprint: Imprint | None = None
        self._content: tuple[int, int] | None = None
        """Fingerprint of the database file as this process left it; None after a write."""
        self._stopping = self._wal_is_kept = False
        self.damaged = False
        """The file is damaged: its `-wal` then stays beside it at the end."""
        self._thread.start()

    @property
    def missing(self) -> str:
        """Which of the files is gone or replaced; empty as a rule."""
        if self._presence is None:
            return ""
        problem = self._presence.problem()
        return problem[0] if problem else ""

    @property
    def problem(self) -> str:
        """Return the problem that delays writes, its duration and the remedy; empty if there is none."""
        if self._queue.ended is not None:
            return str(self._queue.ended)
        missing = self._presence.problem() if self._presence else None
        if missing is not None and self.condition.well:
            self.condition.begin(*missing)
        return self.condition.text

    def _main(self) -> None:
        try:
            self._answer_writes()
        except BaseException as error:
            ended = thread_ended(self._path, error)
            log.critical("%s", ended, exc_info=error)
            self._queue.end(ended)
            call_on_loop(self._loop, self._tell, ended)

    def _answer_writes(self) -> None:
        pending: list[Item] = []
        transactions = self._connect(pending)
        if transactions is None:
            return
        connection = transactions.connection
        try:
            while pending or not self._stopping:
                pending = self._gather(pending or self._next())
                if pending:
                    pending = self._write(transactions, pending)
                elif not self._stopping:
                    self._look(transactions)
            if self._presence is not None and self._presence.emptied:
                self.damaged = True
                self._keep_wal(self._presence)
            elif self._presence is not None and self._presence.lost:
                self._rescue(connection, self._presence)
            elif self.condition.well and not self.damaged:
                connection.execute("PRAGMA optimize")
        except sqlite3.Error as error:
            log.warning("the database %s was not optimized (%s)", self._path, error)
        finally:
            self._close(connection)
            if self._index is not None:
                self._index.close()
            if self._imprint is not None:
                self._imprint.close()

    def _close(self, connection: sqlite3.Connection) -> None:
        """The last connection brings the `-wal` into the file, unless the file is damaged: both are evidence
        then, and the file may be another one's that was copied over ours."""
        if not self.damaged:
            connection.close()
            return
        try:
            with checkpoint_kept_away(self._path):
                connection.close()
        except OSError as error:
            log.warning("the -wal of %s could not be kept apart (%s)", self._path, error)
            connection.close()

    def _rescue(self, connection: sqlite3.Connection, presence: Presence) -> None:
        saved = rescue(connection, self._path)
        if saved is not None:
            with contextlib.suppress(OSError):
                presence.set_wal_aside(f"{saved}.left")

    def _next(self) -> list[Item]:
        """Sleep until there is something to write, or it is time to stop or to look at the file."""
        try:
            first = self._queue.get(timeout=_LOOK_INTERVAL)
        except queue.Empty:
            return []
        self._stopping = self._stopping or first is None
        return first or []

    def _connect(self, pending: list[Item]) -> Transactions | None:
        """None where it can't be opened: everybody who asked is told why, and the thread ends."""
        while True:
            try:
                connection = connect(self._path, busy_ms=int(_TRY_SECONDS * 1000))
                # The first read makes the -wal and the -shm.
                connection.execute("SELECT 1 FROM sqlite_master").fetchone()
                self._presence = Presence(self._path)
                self._index = self._index or WalIndex(os.path.realpath(self._path))
                self._imprint = self._imprint or Imprint(os.path.realpath(self._path))
                transactions = Transactions(connection, self._perform, self._path, self._newest)
                transactions.probe()
                self._imprint.renew()
            except (sqlite3.Error, Unwritable) as failure:
                error = failure.error if isinstance(failure, Unwritable) else failure
                if not passes(error):
                    self._refuse_all(pending, self._explained(error, "opened"))
                    return None
                self.condition.fail(error)
                pending[:] = self._wait(pending)
                if self._stopping and not pending:
                    return None
            else:
                self.condition.over()
                return transactions

    def _explained(self, error: Exception, what: str = "written") -> Exception:
        explanation = explained(error, self._path, what)
        if isinstance(explanation, StoreBroken) and explanation.damaged:
            self._tell_damage(explanation)
        return explanation

    def _refuse_all(self, pending: list[Item], error: Exception) -> None:
        """Until the store is closed: a write that waits forever would hide the reason."""
        while pending or not self._stopping:
            for item in pending:
                refuse(item, error)
            self._queue.give(pending)
            pending = [] if self._stopping else self._next()

    def _look(self, transactions: Transactions) -> None:
        """While there is nothing to write, look whether the file is still there, whole and writable."""
        missing = self._presence.problem() if self._presence else None
        if missing is not None:
            self.condition.begin(*missing)
        elif self.condition.lasts == self._has_space(self._path):
            # What was in the way may be over, or the disk has become full while nobody wrote.
            try:
                self._try(transactions.probe)
            except StoreBroken as error:
                self._tell_damage(error)
        self._examine(transactions)

    def _examine(self, transactions: Transactions) -> None:
        """Look whether the file is whole and not an older one, if another program has changed it."""
        if self._shortened():
            return
        known, self._content = self._content, self._presence.content if self._presence else None
        if known is None or self._content is None or known == self._content:
            return
        try:
            look_through(self._path, _EXAMINE_SECONDS, new=False)
            transactions.check()
        except (StoreBusy, sqlite3.OperationalError):
            self._content = known
        except StoreBroken as error:
            self._tell_damage(error)

    def _shortened(self) -> bool:
        """Return whether the `-wal` lacks what this process has written; it is told then."""
        if self._index is None or not self._index.lacks_frames:
            return False
        self._tell_damage(damaged_wal(os.path.realpath(self._path)))
        return True

    def _keep_wal(self, presence: Presence) -> None:
        """Before anything opens or closes a file that was emptied in its place."""
        if self._wal_is_kept or not presence.emptied:
            return
        self._wal_is_kept = True
        try:
            kept = presence.keep_wal(f"{saved_name(Path(os.path.realpath(self._path)))}.left")
        except OSError as error:
            log.error("%s, and its -wal could not be kept: %s", presence.emptied, error)
            return
        log.error(
            "%s. Its -wal is also kept as %s: it may hold transactions that are newer than your last backup",
            presence.emptied, kept,
        )  # fmt: skip

    def _tell_damage(self, error: StoreBroken) -> None:
        self.damaged = True
        if self._presence is not None:
            self._keep_wal(self._presence)
        call_on_loop(self._loop, self._tell, error)

    def _tell(self, error: StoreBroken) -> None:
        self.on_damage(error)

    def _write(self, transactions: Transactions, pending: list[Item]) -> list[Item]:
        """One transaction; gives the items that could not be written for something that passes."""
        missing = self._presence.problem() if self._presence else None
        if missing is not None:
            self.condition.begin(*missing)
            return self._wait(pending)
        if self._shortened():
            self._refuse_all(pending, damaged_wal(os.path.realpath(self._path)))
            return []
        batch, later = pending[:_MAX_BATCH], pending[_MAX_BATCH:]
        if self._try(lambda: transactions.make(batch)):
            self._answer(batch)
            return later
        self._answer([item for item in batch if item.done])
        left = [item for item in batch if not item.done] + later
        return self._wait(left, give_up=transactions.overwrite)

    def _try(self, write: Callable[[], None]) -> bool:
        """Return whether it was written; otherwise the condition says what is in the way."""
        self._content = None
        try:
            with self.condition.writing():
                if self._imprint is not None:
                    self._imprint.look()
                write()
                if self._imprint is not None:
                    self._imprint.renew()
        except Unwritable as failure:
            self.condition.fail(failure.error)
            return False
        self.condition.over()
        return True

    def _wait(self, pending: list[Item], give_up: Callable[[], object] = lambda: None) -> list[Item]:
        """Answer those who wait no longer; gives those who do, with those who came meanwhile.

        `give_up`: called before they are told that nothing was recorded.
        """
        self._pause(pending)
        self._gather(pending)
        now = self._now()
        until = now + _CLOSE_WAIT_SECONDS if self._stopping else None
        for item in pending:
            item.until = until if item.until is None else item.until
        given_up = [item for item in pending if item.until is not None and item.until <= now]
        if given_up:
            cause, by_itself = self.condition.cause, self.condition.passes_by_itself
            give_up()
            for item in given_up:
                refuse(item, busy(cause, by_itself=by_itself))
            self._answer(given_up)
        return [item for item in pending if item.error is None]

    def _pause(self, pending: list[Item]) -> None:
        try:
            more = self._queue.get(timeout=_PAUSE_SECONDS)
        except queue.Empty:
            return
        if more is None:
            self._stopping = True
        else:
            pending += more

    def _answer(self, items: list[Item]) -> None:
        for item in items:
            if isinstance(item.error, StoreBroken) and item.error.damaged:
                self._tell_damage(item.error)
        self._queue.give(items)

    def _gather(self, batch: list[Item]) -> list[Item]:
        """With what came while the last transaction was made durable."""
        while not self._stopping:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._stopping = True
            else:
                batch += more
        return batch
