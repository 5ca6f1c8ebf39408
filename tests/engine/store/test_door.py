"""The lock and the socket: one owner, a way in for its user, and nothing left behind by a dead process."""

import asyncio
import fcntl
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.control_socket import client as control_client
from bot.control_socket.client import DoorError, NobodyServes, user_name
from bot.control_socket.path import Untrusted, may_enter, socket_path
from bot.control_socket.server import MAX_CLIENTS, ControlSocket
from engine.audit.keys import Keyring
from engine.clock import FakeClock
from engine.errors import NotPossible, StoreInUse, UnknownRun
from engine.model.people import Actor
from engine.store.files.file_lock import FileLock
from engine.store.maintenance import backups
from engine.store.maintenance.diagnosis import database_problem

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys
from pathlib import Path
from engine.store.files.file_lock import FileLock
FileLock(Path(sys.argv[1])).take()
print("held", flush=True)
sys.stdin.read()  # until it is killed
"""


def test_a_second_owner_is_refused_until_the_first_dies(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(StoreInUse, match=f"process {child.pid}"):
            FileLock(database).take()
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        child.stdin.close()
    lock = FileLock(database)
    lock.take()
    assert lock.path.read_text().split() == [str(os.getpid())]
    lock.release()
    FileLock(database).take()


OWNER = """
import asyncio, os, sys
from pathlib import Path
from engine import Engine

async def main(database):
    await (await Engine.open(database)).writable()
    if sys.argv[2:] == ["fork"] and os.fork():
        sys.stdin.read()  # until it is killed
    print("held", flush=True)
    sys.stdin.read()

asyncio.run(main(Path(sys.argv[1])))
"""


@contextmanager
def owner(database: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(database), *more],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "held\n"
        yield child
    finally:
        child.kill()
        child.communicate()


LOCKS_ON_FILES = pytest.mark.skipif(not hasattr(fcntl, "F_OFD_SETLK"), reason="there are no such locks here")


@LOCKS_ON_FILES
@pytest.mark.parametrize("way", ["a symbolic link", "a linked folder", "a hard link", "no lock file"])
def test_there_is_one_owner_by_whatever_name_the_file_is_reached(way: str, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    database = folder / "signoff.db"
    with owner(database) as child:
        other = tmp_path / "other.db"
        if way == "a symbolic link":
            other.symlink_to(database)
        elif way == "a linked folder":
            (tmp_path / "linked").symlink_to(folder)
            other = tmp_path / "linked" / "signoff.db"
        elif way == "a hard link":
            os.link(database, other)
        else:
            (folder / "signoff.db.lock").unlink()
            other = database
        with pytest.raises(StoreInUse, match=f"is in use by process {child.pid}"):
            FileLock(other).take()
    lock = FileLock(other)
    lock.take()
    lock.release()


@LOCKS_ON_FILES
@pytest.mark.parametrize("act", ["backup", "restore", "diagnose"])
def test_a_database_in_use_is_not_read_by_another_name(act: str, tmp_path: Path) -> None:
    database, other = tmp_path / "signoff.db", tmp_path / "names" / "other.db"
    other.parent.mkdir()
    keys, now, new = Keyring(tmp_path / "keys"), datetime.now(UTC), tmp_path / "new.db"
    acts: dict[str, Callable[[], object]] = {
        "backup": lambda: backups.backup(other, tmp_path / "copy"),
        "restore": lambda: backups.restore(new, other, now, keys, Actor("cli", "root")),
        "diagnose": lambda: database_problem(other, keys),
    }
    with owner(database) as child:
        os.link(database, other)
        with pytest.raises(StoreInUse, match=f"in use by process {child.pid} .*by another name"):
            acts[act]()
    assert os.listdir(other.parent) == ["other.db"], "nothing was opened"
    assert not (tmp_path / "copy").exists()


@LOCKS_ON_FILES
@pytest.mark.parametrize("way", ["the same path", "a symbolic link", "no lock file"])
def test_a_database_in_use_is_backed_up_by_its_name(way: str, tmp_path: Path) -> None:
    database = name = tmp_path / "signoff.db"
    with owner(database):
        if way == "a symbolic link":
            name = tmp_path / "linked.db"
            name.symlink_to(database)
        elif way == "no lock file":
            (tmp_path / "signoff.db.lock").unlink()
        assert backups.backup(name, tmp_path / "copy").size


@LOCKS_ON_FILES
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which process has a lock")
def test_a_process_that_only_reads_the_file_is_not_named_as_its_owner(tmp_path: Path) -> None:
    database, other = tmp_path / "signoff.db", tmp_path / "other.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("CREATE TABLE t (a)")
        child = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(database)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "held\n"
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM t").fetchall()
            os.link(database, other)
            with pytest.raises(StoreInUse, match=f"is in use by process {child.pid} "):
                FileLock(other).take()
        finally:
            child.kill()
            child.communicate()


@LOCKS_ON_FILES
def test_the_lock_survives_every_connection_that_is_closed(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    lock = FileLock(database)
    lock.take()
    for _ in range(2):
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
    (tmp_path / "signoff.db.lock").unlink()
    with pytest.raises(StoreInUse):
        FileLock(database).take()
    lock.release()


def test_a_forked_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    with owner(database, "fork") as child:
        os.kill(child.pid, signal.SIGKILL)
        os.waitpid(child.pid, 0)
        lock = FileLock(database)
        lock.take()
        lock.release()


async def call(database: Path, method: str, params: dict[str, Any]) -> Any:
    """As a process of its own would, beside the loop of the door."""
    return await asyncio.to_thread(control_client.call, database, method, params)


async def test_an_answer_may_be_longer_than_any_request(tmp_path: Path) -> None:
    async def much(params: dict[str, Any], user: str) -> list[str]:
        return ["x" * 1_000_000] * 20

    door = ControlSocket(tmp_path / "signoff.db", {"much": much})
    await door.open()
    try:
        assert sum(map(len, await call(tmp_path / "signoff.db", "much", {}))) == 20_000_000
    finally:
        await door.close()


async def test_the_door_answers_this_user_in_words(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"

    async def hello(params: dict[str, Any], user: str) -> dict[str, Any]:
        return {"hello": params["name"], "user": user}

    async def unknown(params: dict[str, Any], user: str) -> None:
        raise UnknownRun("There is no run x.")

    async def broken(params: dict[str, Any], user: str) -> None:
        raise RuntimeError("secret detail")

    with pytest.raises(NobodyServes):
        await call(database, "hello", {})
    door = ControlSocket(database, {"hello": hello, "unknown": unknown, "broken": broken})
    await door.open()
    assert stat.S_IMODE(door.path.stat().st_mode) == 0o600
    assert await call(database, "hello", {"name": "ü"}) == {"hello": "ü", "user": user_name(os.getuid())}
    with pytest.raises(DoorError, match="There is no run x") as caught:
        await call(database, "unknown", {})
    assert caught.value.kind == "UnknownRun"
    with pytest.raises(DoorError) as caught:
        await call(database, "broken", {})
    assert "secret" not in str(caught.value)
    with pytest.raises(DoorError, match="does not know"):
        await call(database, "nothing", {})
    answers = await asyncio.gather(*(call(database, "hello", {"name": str(n)}) for n in range(50)))
    assert [answer["hello"] for answer in answers] == [str(n) for n in range(50)]
    await door.close()
    assert not door.path.exists()


async def test_a_socket_left_behind_is_taken_over(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    path = socket_path(database)
    path.write_text("left behind")

    async def ping(params: dict[str, Any], user: str) -> str:
        return "pong"

    door = ControlSocket(database, {"ping": ping})
    await door.open()
    assert await call(database, "ping", {}) == "pong"
    await door.close()


async def pong(params: dict[str, Any], user: str) -> str:
    return "pong"


@pytest.mark.parametrize("name", ["signoff.db", "n" * 120 + ".db"])
async def test_the_socket_of_a_long_path_is_beside_the_database_too(tmp_path: Path, name: str) -> None:
    database = tmp_path / ("x" * 60) / ("y" * 60) / name
    door = ControlSocket(database, {"ping": pong})
    await door.open()
    assert door.path.parent == database.parent
    assert stat.S_IMODE(door.path.stat().st_mode) == 0o600
    assert await call(database, "ping", {}) == "pong"
    await door.close()
    assert list(database.parent.iterdir()) == []


async def test_a_link_to_the_database_leads_to_the_same_socket(tmp_path: Path) -> None:
    database, link = tmp_path / "signoff.db", tmp_path / "link.db"
    link.symlink_to(database)
    door = ControlSocket(database, {"ping": pong})
    await door.open()
    assert await call(link, "ping", {}) == "pong"
    await door.close()


async def test_a_file_that_is_not_a_socket_is_not_asked(tmp_path: Path) -> None:
    socket_path(tmp_path / "signoff.db").symlink_to("/run/other.sock")
    with pytest.raises(Untrusted, match=r"is a link, and the socket .* belongs there\. Move it away"):
        await call(tmp_path / "signoff.db", "ping", {})


FOREIGN_SERVER = """
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
os.setuid(65534)
listener.bind(sys.argv[1])
listener.listen()
print("listens", flush=True)
connection, _ = listener.accept()
print(repr(connection.recv(100)), flush=True)
"""


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="needs two users")
async def test_a_socket_of_another_user_is_not_asked() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        database = Path(folder) / "signoff.db"
        path = socket_path(database)
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", FOREIGN_SERVER, str(path), stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        assert await child.stdout.readline() == b"listens\n"
        with pytest.raises(Untrusted, match=r"is a socket of another user \(65534\)\. Remove it"):
            await call(database, "ping", {})
        os.chown(path, 0, 0)
        with pytest.raises(Untrusted, match=r"served by another user \(65534\), so nothing was asked"):
            await call(database, "ping", {})
        assert await child.stdout.readline() == b"b''\n"
        await child.wait()


def test_only_the_user_who_serves_and_root_may_enter() -> None:
    assert [may_enter(peer, 1000) for peer in (1000, 0, None, 1001)] == [True, True, True, False]


async def test_idle_visitors_make_way_for_the_command_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def hello(params: dict[str, Any], user: str) -> str:
        return "hello"

    database = tmp_path / "signoff.db"
    door = ControlSocket(database, {"hello": hello})
    await door.open()
    idle = [await asyncio.open_unix_connection(str(door.path)) for _ in range(MAX_CLIENTS + 20)]
    assert await call(database, "hello", {}) == "hello"
    async with asyncio.timeout(5):  # less than a request has to arrive
        assert await idle[0][0].read() == b""
    for _, writer in idle:
        writer.close()
    await door.close()
    assert not caplog.records, caplog.text


async def test_a_request_that_is_too_long_is_refused_with_the_limit_and_the_remedy(tmp_path: Path) -> None:
    door = ControlSocket(tmp_path / "signoff.db", {})
    await door.open()
    with pytest.raises(control_client.DoorError) as refused:
        await call(tmp_path / "signoff.db", "run", {"values": {"text": "x" * 30_000_000}})
    await door.close()
    assert str(refused.value) == (
        "The request has 30,000,063 bytes, and the running Signoff takes at most 8,388,608. Put large data "
        "into a file or a store that the steps can read, and send only its place."
    )


async def test_a_request_that_does_not_arrive_ends_the_visit(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    door = ControlSocket(tmp_path / "signoff.db", {}, line_seconds=0.1)
    await door.open()
    reader, writer = await asyncio.open_unix_connection(str(door.path))
    writer.write(b'{"id": 1')
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
    await door.close()
    assert not caplog.records, "visitors cannot fill the log"


async def test_a_socket_that_is_deleted_is_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def hello(params: dict[str, Any], user: str) -> str:
        return "hello"

    database, clock = tmp_path / "signoff.db", FakeClock()
    door = ControlSocket(database, {"hello": hello})
    await door.open()
    keeping = asyncio.create_task(door.keep(clock))
    for _ in range(2):
        door.path.unlink()
        while not door.path.exists():
            clock.advance(timedelta(seconds=5))
            await asyncio.sleep(0)
        assert await call(database, "hello", {}) == "hello"
        assert door.path.stat().st_mode & 0o777 == 0o600
    assert caplog.text.count(f"{door.path} was deleted. Signoff has made it again") == 2
    keeping.cancel()
    await door.close()


def put_in_place(path: Path, kind: str) -> None:
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a file":
        path.touch()
    else:
        path.symlink_to("nowhere")


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a file", "a link"])
async def test_anything_else_in_the_place_of_the_socket_is_told_until_it_is_gone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    database = tmp_path / "signoff.db"
    door = ControlSocket(database, {"ping": pong})
    await door.open()
    await door.look()
    assert door.problem == ""
    path = door.path
    path.unlink()
    put_in_place(path, kind)
    for _ in range(3):
        await door.look()
    assert f"{path} is {kind}, and the command line's socket belongs there" in door.problem
    assert door.problem.endswith("Move it away.")
    assert caplog.text.count(door.problem) == 1
    with pytest.raises(Untrusted, match=rf"signoff\.db\.sock is {kind}, and the socket .*Move it away"):
        await call(database, "ping", {})
    path.rename(tmp_path / "moved")
    await door.look()
    assert door.problem == ""
    assert await call(database, "ping", {}) == "pong"
    await door.close()
    assert not path.exists()


async def test_another_socket_in_the_place_of_ours_makes_way(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    door = ControlSocket(database, {"ping": pong})
    await door.open()
    door.path.unlink()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(door.path))
        await door.look()
    assert await call(database, "ping", {}) == "pong"
    await door.close()


async def test_a_folder_in_the_place_of_the_socket_is_named_with_the_remedy(tmp_path: Path) -> None:
    door = ControlSocket(tmp_path / "signoff.db", {})
    door.path.mkdir()
    with pytest.raises(NotPossible, match=r"is a folder, .* Move it away"):
        await door.open()


async def test_a_socket_that_cannot_be_removed_does_not_fail_the_end(tmp_path: Path) -> None:
    door = ControlSocket(tmp_path / "signoff.db", {})
    await door.open()
    door.path.unlink()
    door.path.mkdir()  # as on a disk that became read-only, it cannot be removed
    await door.close()
