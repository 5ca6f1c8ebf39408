"""A listener for reports of workers. It hears of them at once; its owner also looks from time to time."""

import contextlib
import logging
import threading
from collections.abc import Callable

import psycopg

from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase

log = logging.getLogger(__name__)

CHANNEL = "'signoff_reports_' || current_schema()"
"""The name of the channel, as SQL: channels are common to all schemas of a database."""
_PAUSE_SECONDS = 0.5


class Listener:
    """A thread with a session of its own. `heard` is called on that thread."""

    def __init__(self, database: ServerDatabase, heard: Callable[[], None]) -> None:
        self._database, self._heard = database, heard
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._main, name="signoff-listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        self._thread.join(2 * _PAUSE_SECONDS)

    def _main(self) -> None:
        while not self._ending.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.debug("nothing can be heard from the database: %s", type(error).__name__)
                self._ending.wait(_PAUSE_SECONDS)

    def _listen(self) -> None:
        connection = Connection(self._database.address)
        with contextlib.closing(connection):
            (channel,) = connection.execute(f"SELECT {CHANNEL}").fetchone()
            connection.driver.execute(f'LISTEN "{channel}"'.encode())
            self._heard()  # of what came before
            while not self._ending.is_set():
                for _ in connection.driver.notifies(timeout=_PAUSE_SECONDS, stop_after=1):
                    self._heard()
