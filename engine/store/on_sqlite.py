"""Opens a store on an SQLite file."""

import asyncio
import errno
import logging
import os
import sqlite3
from datetime import datetime
from functools import partial
from pathlib import Path

from engine.audit.keys import Keyring
from engine.errors import StoreBroken
from engine.store import queries
from engine.store.files.checkup import is_as_left, look_at_wal, look_through
from engine.store.files.sqlite_errors import PASSING_ERRNOS, UNREADABLE_SCHEMA, damaged, explained, unwritable
from engine.store.log import opening
from engine.store.schema.migrate import migrate
from engine.store.sqlite.connection import connect
from engine.store.sqlite.reader import Reader
from engine.store.sqlite.writer import Writer
from engine.store.store import Store
from engine.store.writes import transitions

log = logging.getLogger(__name__)


async def open_store(path: Path, keyring: Keyring, now: datetime) -> Store:
    """Bring the schema up to date, see that the log is sealed, and open it. Raises `StoreBroken`, and
    `StoreBusy` where that cannot be done now."""
    try:
        as_left = await asyncio.to_thread(is_as_left, path)
        if not as_left:
            await asyncio.to_thread(look_at_wal, path)
        await asyncio.to_thread(migrate, path, now)
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "it is read-only", str(path))
        opened = await asyncio.to_thread(
            opening.look, path, keyring, now, partial(connect, path, any_text=True)
        )
        if opened.warning:
            log.warning("%s", opened.warning)
    except OSError as error:
        if error.errno in PASSING_ERRNOS:
            raise unwritable(error.filename or path, error) from error
        raise StoreBroken(
            f"The database {path} can't be opened ({error.strerror}: {error.filename}). Give the user "
            "that Signoff runs as access to it, or set DATABASE_URL to a file in a folder that this user "
            "may write to."
        ) from error
    except sqlite3.Error as error:
        raise explained(error, path, "read") from error
    except UnicodeDecodeError as error:
        raise damaged(path, UNREADABLE_SCHEMA) from error
    writer = Writer(path, transitions.performing(opened.seal), newest=queries.last_event_number)
    store = Store(path, writer, Reader(path), opened.seal)
    if as_left:
        store.look_through = partial(look_through, path, new=False)
    store.log_problem, store.log_warning = opened.problem, opened.warning
    return store
