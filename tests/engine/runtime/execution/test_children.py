"""A step's processes end with its attempt, and a fork of a step neither holds nor does anything of ours."""

import asyncio
import multiprocessing
import os
import select
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import Actor, Engine, EngineSettings, StaticPeople, Workflow
from engine.runtime.execution.forks import Forks
from engine.store.files.file_lock import FileLock
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
TESTER = Actor("cli", "t")
WAITS = (sys.executable, "-c", "import os, sys; os.write(1, b'x'); sys.stdin.read()")
DEAF = (
    sys.executable,
    "-c",
    "import os, signal, sys; signal.signal(15, signal.SIG_IGN); os.write(1, b'x'); sys.stdin.read()",
)
PARENT = (
    sys.executable,
    "-c",
    "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    "'import os, sys; os.write(1, bytes([120])); sys.stdin.read()'])",
)


class Pipes:
    """A child's stdin, which stays open, and its stdout, which ends when all that hold it have ended."""

    def __init__(self) -> None:
        self.stdin, self._keep = os.pipe()
        self._read, self.stdout = os.pipe()

    async def begun(self) -> None:
        assert await asyncio.to_thread(os.read, self._read, 1) == b"x"
        os.close(self.stdout)

    async def ended(self) -> None:
        # A read that nothing ends would keep the thread, and with it the tests, forever.
        ready, _, _ = await asyncio.to_thread(select.select, [self._read], [], [], 20)
        assert ready
        assert os.read(self._read, 1) == b""

    def close(self) -> None:
        for one in (self.stdin, self._keep, self._read):
            os.close(one)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    made = Pipes()
    yield made
    made.close()


def calling(pipes: Pipes, command: tuple[str, ...], *, in_thread: bool) -> Workflow:
    flow = Workflow("flow", owner="@ops")

    def plain() -> int:
        return subprocess.run(command, stdin=pipes.stdin, stdout=pipes.stdout, check=False).returncode

    async def awaited() -> int:
        process = await asyncio.create_subprocess_exec(*command, stdin=pipes.stdin, stdout=pipes.stdout)
        return await process.wait()

    flow.step(name="call")(plain if in_thread else awaited)
    return flow


@pytest.mark.parametrize("command", [WAITS, DEAF, PARENT], ids=["waits", "ignores SIGTERM", "has a child"])
@pytest.mark.parametrize("in_thread", [True, False], ids=["plain", "async"])
async def test_cancel_ends_the_processes_of_a_step(
    pipes: Pipes, command: tuple[str, ...], in_thread: bool
) -> None:
    async with Harness(calling(pipes, command, in_thread=in_thread), people=PEOPLE) as harness:
        run = await harness.engine.start("flow", actor=TESTER)
        await pipes.begun()
        await harness.engine.cancel(run.id, actor=TESTER)
        await pipes.ended()
        await harness.run_until_idle()
        assert (await harness.state(run)).run.state == "cancelled"


async def test_a_clean_stop_ends_the_processes_of_the_steps_that_it_stops(pipes: Pipes) -> None:
    async with Harness(calling(pipes, DEAF, in_thread=True), people=PEOPLE) as harness:
        await harness.engine.start("flow", actor=TESTER)
        await pipes.begun()
    await pipes.ended()


@pytest.mark.parametrize("command", [WAITS, DEAF, PARENT], ids=["waits", "ignores SIGTERM", "has a child"])
@pytest.mark.parametrize("in_thread", [True, False], ids=["plain", "async"])
async def test_a_dead_loop_ends_the_processes_of_steps_before_the_process_ends(
    tmp_path: Path, pipes: Pipes, command: tuple[str, ...], in_thread: bool
) -> None:
    ended: list[str] = []
    settings = EngineSettings(data_dir=tmp_path / "data", dead_loop=ended.append)
    engine = await Engine.open(tmp_path / "signoff.db", people=PEOPLE, settings=settings)
    engine.register(calling(pipes, command, in_thread=in_thread))
    await engine.serve()
    await engine.start("flow", actor=TESTER)
    await pipes.begun()
    thread = threading.Thread(target=engine._parts.execution.watchdog._on_dead, args=("dead",))
    thread.start()
    thread.join()  # the loop is blocked meanwhile
    assert ended == ["dead"]
    await pipes.ended()
    await engine.close(grace=0)


async def test_the_processes_of_other_steps_go_on(pipes: Pipes) -> None:
    flow = calling(pipes, WAITS, in_thread=True)
    other = Workflow("other", owner="@ops")

    @other.step
    async def wait() -> None:
        await asyncio.Event().wait()

    async with Harness(flow, other, people=PEOPLE) as harness:
        first = await harness.engine.start("flow", actor=TESTER)
        await pipes.begun()
        run = await harness.engine.start("other", actor=TESTER)
        await harness.engine.cancel(run.id, actor=TESTER)
        await asyncio.sleep(0)
        assert (await harness.step(first, "call")).state == "running"
        await harness.engine.cancel(first.id, actor=TESTER)
        await pipes.ended()


# Forks


def inode(descriptor: int) -> int:
    try:
        return os.fstat(descriptor).st_ino
    except OSError:
        return -1


async def in_fork(act: Callable[[], str]) -> str:
    """Return the child's result; `multiprocessing` forks it on the loop's thread."""
    context = multiprocessing.get_context("fork")
    theirs, ours = context.Pipe(duplex=False)
    child = context.Process(target=lambda: ours.send(act()))
    child.start()
    ours.close()
    said = await asyncio.to_thread(theirs.recv)
    await asyncio.to_thread(child.join)
    return str(said)


async def test_a_fork_lets_go_of_the_lock_and_the_sockets(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "signoff.db")
    lock.take()
    forks = Forks([lock.path])
    server = await asyncio.start_server(lambda _, __: None, "127.0.0.1", 0)
    listening = server.sockets[0].fileno()
    own = socket.socketpair()

    def left() -> str:
        lock_id, nothing = os.stat(lock.path).st_ino, os.stat(os.devnull).st_ino
        held = [number for number in range(3, 200) if inode(number) == lock_id]
        return f"{held} {inode(listening) == nothing} {stat.S_ISSOCK(os.fstat(own[0].fileno()).st_mode)}"

    assert await in_fork(left) == "[] True True"
    forks.forget()
    server.close()
    for one in own:
        one.close()
    lock.release()


async def test_a_signal_to_a_fork_ends_it_and_does_not_reach_us() -> None:
    forks = Forks([])
    loop = asyncio.get_running_loop()
    heard: list[int] = []
    loop.add_signal_handler(15, heard.append, 15)
    try:
        context = multiprocessing.get_context("fork")
        theirs, ours = context.Pipe(duplex=False)

        def wait() -> None:
            ours.send("begun")
            multiprocessing.Event().wait(60)

        child = context.Process(target=wait)
        child.start()
        await asyncio.to_thread(theirs.recv)
        child.terminate()
        await asyncio.to_thread(child.join, 20)
        assert child.exitcode == -15
        await asyncio.sleep(0)
        assert heard == []
    finally:
        loop.remove_signal_handler(15)
        forks.forget()


@pytest.mark.parametrize("in_thread", [True, False], ids=["plain", "async"])
async def test_a_fork_that_comes_back_from_a_step_goes_no_further(tmp_path: Path, in_thread: bool) -> None:
    flow = Workflow("flow", owner="@ops")
    read, write = os.pipe()

    def plain() -> None:
        os.fork()

    async def awaited() -> None:
        os.fork()
        await asyncio.sleep(0)

    flow.step(name="fork")(plain if in_thread else awaited)

    @flow.step(after=["fork"])
    async def after() -> int:
        os.write(write, b"x")
        return os.getpid()

    async with Harness(flow, people=PEOPLE) as harness:
        forks = Forks([harness.folder / "signoff.db"])
        run = await harness.start("flow")
        assert await harness.output(run, "after") == os.getpid()
        os.close(write)
        assert await asyncio.to_thread(os.read, read, 10) == b"x", "once, and nobody else holds the pipe"
        async with asyncio.timeout(20):
            assert await asyncio.to_thread(os.read, read, 10) == b""
        forks.forget()
    os.close(read)
