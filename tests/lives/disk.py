"""Databases that outlive the processes of a life: in memory, or on a server."""

import random
from typing import Any, Protocol

from tests.lives import inline


class Disk(Protocol):
    """The database of one life."""

    connection: Any
    """Sees what is committed. Rows are read by place and by name."""
    lost_connections: int
    """How many connections were lost while a process lived."""

    def open(self, rng: random.Random) -> inline.InlineStore:
        """Return the store of a new process."""

    def close(self) -> None: ...


class Memory:
    """SQLite in memory."""

    lost_connections = 0

    def __init__(self) -> None:
        self.connection = inline.database()

    def open(self, rng: random.Random) -> inline.InlineStore:
        return inline.InlineStore.on_sqlite(self.connection, rng)

    def close(self) -> None:
        self.connection.close()
