"""The address of a database on a PostgreSQL server."""

from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from engine.errors import StoreBroken


@dataclass(frozen=True, slots=True)
class ServerDatabase:
    """`address`: a `postgresql://` URL. It may hold a password, so the text is without it."""

    address: str = field(repr=False)
    database: str
    host: str

    @classmethod
    def at(cls, address: str) -> "ServerDatabase":
        """Raises `StoreBroken` where the address cannot be read."""
        try:
            parts: dict[str, Any] = conninfo_to_dict(address)
        except psycopg.ProgrammingError:  # its text may hold the password
            raise StoreBroken(
                "DATABASE_URL is not an address of PostgreSQL. Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
            ) from None
        database = str(parts.get("dbname") or parts.get("user") or "")
        return cls(address, database, str(parts.get("host") or "this machine"))

    @property
    def name(self) -> str:
        """Of files that belong to it."""
        return f"postgresql-{self.database}"

    def __str__(self) -> str:
        return f"{self.database} on {self.host}"
