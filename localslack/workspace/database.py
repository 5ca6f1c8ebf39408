"""The workspace's file: one SQLite table of JSON records and one of file contents.

A thread of its own writes; everything that waits goes into one transaction (group commit) and every
caller is answered when its part is durable. WAL with synchronous=NORMAL survives the end of the process
at any moment, which is what the local Slack promises (a power cut may cost the last moment).
"""

import asyncio
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from localslack.errors import StartError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records
    (kind TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contents (id TEXT PRIMARY KEY, body BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Change:
    """One record to keep; body None removes it; bytes are a file's content."""

    kind: str
    id: str
    body: dict[str, Any] | bytes | None


@dataclass
class _Job:
    changes: list[Change]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]


def _make_private(path: Path) -> None:
    """A folder and a file for this user alone: people's messages are in it."""
    for folder in reversed(path.parents):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    for file in path.parent.glob(f"{path.name}*"):
        if file.stat().st_uid == os.geteuid():
            file.chmod(0o600)


class Database:
    """The writer thread and its file. Without a path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._connection: sqlite3.Connection | None = None
        if path is not None:
            self._connection = self._open(path)
            self._thread = threading.Thread(target=self._run, name="localslack-database", daemon=True)
            self._thread.start()

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        try:
            _make_private(path)
            connection = sqlite3.connect(path, timeout=1.0, check_same_thread=False, isolation_level=None)
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise StartError(
                    f"{path}: another local Slack has it open; stop that one or give another data folder"
                ) from None
            raise StartError(f"{path}: can't be opened ({error}); give another data folder") from None
        except sqlite3.DatabaseError:
            raise StartError(
                f"{path}: is not a workspace file; move it away or give another data folder"
            ) from None
        except OSError as error:
            raise StartError(
                f"{path.parent}: can't be used ({error.strerror}); give another data folder"
            ) from None
        return connection

    def load(self, kind: str) -> Iterator[dict[str, Any]]:
        """All records of a kind in the order of their ids; only before the first write."""
        if self._connection is None:
            return
        query = "SELECT body FROM records WHERE kind = ? ORDER BY id"
        for (body,) in self._connection.execute(query, (kind,)):
            yield json.loads(body)

    def load_contents(self) -> Iterator[tuple[str, bytes]]:
        if self._connection is not None:
            yield from self._connection.execute("SELECT id, body FROM contents")

    async def write(self, changes: Iterable[Change]) -> None:
        """Returns when the changes are durable, all of them or none."""
        if self._thread is None:
            return
        loop = asyncio.get_running_loop()
        job = _Job(list(changes), loop, loop.create_future())
        self._jobs.put(job)
        await job.done

    async def close(self) -> None:
        if self._thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    def _run(self) -> None:
        assert self._connection is not None
        ending = False
        while not ending:
            waiting = [self._jobs.get()]
            try:
                while True:
                    waiting.append(self._jobs.get_nowait())
            except Empty:
                pass
            ending = None in waiting
            self._commit(self._connection, [job for job in waiting if job is not None])
        self._connection.close()

    @staticmethod
    def _commit(connection: sqlite3.Connection, jobs: list[_Job]) -> None:
        error: Exception | None = None
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                for change in job.changes:
                    _apply(connection, change)
            connection.execute("COMMIT")
        except (sqlite3.Error, TypeError, ValueError) as failure:
            error = failure
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        for job in jobs:
            try:
                job.loop.call_soon_threadsafe(_finish, job.done, error)
            except RuntimeError:  # the loop that asked is closed
                continue


def _apply(connection: sqlite3.Connection, change: Change) -> None:
    if isinstance(change.body, bytes):
        connection.execute("INSERT OR REPLACE INTO contents VALUES (?, ?)", (change.id, change.body))
    elif change.body is None:
        connection.execute("DELETE FROM records WHERE kind = ? AND id = ?", (change.kind, change.id))
    else:
        row = (change.kind, change.id, json.dumps(change.body, ensure_ascii=False))
        connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", row)


def _finish(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
