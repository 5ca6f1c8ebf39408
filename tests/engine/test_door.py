"""The lock and the socket: one owner, a way in for its user, and nothing left behind by a dead process."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import StoreInUse, UnknownRun
from engine.runtime.door import Door, DoorError, NobodyServes, call, socket_path, user_name
from engine.runtime.lock import FileLock

HOLDER = """
import sys
from pathlib import Path
from engine.runtime.lock import FileLock
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
    assert lock.path.read_text() == f"{os.getpid()}\n"
    lock.release()
    FileLock(database).take()


async def test_an_answer_may_be_longer_than_any_request(tmp_path: Path) -> None:
    async def much(params: dict, user: str) -> list[str]:
        return ["x" * 1_000_000] * 20

    door = Door(tmp_path / "signoff.db", {"much": much})
    await door.open()
    try:
        assert sum(map(len, await call(tmp_path / "signoff.db", "much", {}))) == 20_000_000
    finally:
        await door.close()


async def test_the_door_answers_this_user_in_words(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"

    async def hello(params: dict, user: str) -> dict:
        return {"hello": params["name"], "user": user}

    async def unknown(params: dict, user: str) -> None:
        raise UnknownRun("There is no run x.")

    async def broken(params: dict, user: str) -> None:
        raise RuntimeError("secret detail")

    with pytest.raises(NobodyServes):
        await call(database, "hello", {})
    door = Door(database, {"hello": hello, "unknown": unknown, "broken": broken})
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

    async def ping(params: dict, user: str) -> str:
        return "pong"

    door = Door(database, {"ping": ping})
    await door.open()
    assert await call(database, "ping", {}) == "pong"
    await door.close()


async def test_a_long_path_has_a_short_socket(tmp_path: Path) -> None:
    database = tmp_path / ("x" * 60) / ("y" * 60) / "signoff.db"
    database.parent.mkdir(parents=True)

    async def ping(params: dict, user: str) -> str:
        return "pong"

    door = Door(database, {"ping": ping})
    await door.open()
    assert len(os.fsencode(door.path)) < 104
    assert stat.S_IMODE(door.path.parent.stat().st_mode) == 0o700
    assert await call(database, "ping", {}) == "pong"
    await door.close()
