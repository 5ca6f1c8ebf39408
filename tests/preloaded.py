"""Processes that start at once: forks of one that has imported Signoff and the local Slack.

Importing takes most of the time of a start. Each is a process like any other, with its own id, environment,
folder, output and exit code, and it dies alone. `python -m tests.preloaded` is the one that forks.
"""

import asyncio
import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PRELOADED = ("bot.application", "bot.cli.handlers", "bot.cli.serving", "localslack")


@dataclass
class Process:
    """A process that was started; `stdout` holds its errors too unless they go elsewhere."""

    pid: int
    stdout: asyncio.StreamReader
    _end: asyncio.Task[int]

    @property
    def returncode(self) -> int | None:
        """Its exit code, or the negative number of the signal that ended it."""
        return self._end.result() if self._end.done() else None

    async def wait(self) -> int:
        """Return the exit code once it has ended."""
        return await asyncio.shield(self._end)

    async def communicate(self) -> str:
        """Return the rest of its output once it has ended."""
        said = await self.stdout.read()
        await self.wait()
        return said.decode()

    def send_signal(self, number: int) -> None:
        """Send it, unless the process has just ended by itself."""
        if not self._end.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """As by kill -9."""
        self.send_signal(signal.SIGKILL)


async def start(
    module: str, *arguments: str, env: Mapping[str, str], cwd: Path, log: Path | None = None
) -> Process:
    """Start `python -m MODULE ARGUMENTS`.

    `env`: variables besides those of this process. `log`: the file that its errors are added to.
    """
    request = {"module": module, "arguments": arguments, "env": {**os.environ, **env}, "cwd": str(cwd)}
    ours, theirs = socket.socketpair()
    output, its_output = os.pipe()
    with contextlib.ExitStack() as stack:
        stack.callback(theirs.close)
        stack.callback(os.close, its_output)
        errors = stack.enter_context(log.open("ab")).fileno() if log else its_output
        socket.send_fds(_forking(), [b"x"], [theirs.fileno(), its_output, errors])
    reader, writer = await asyncio.open_connection(sock=ours)
    writer.write(json.dumps(request).encode() + b"\n")
    stdout = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(stdout)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(output, "rb"))
    pid = int(await reader.readline())

    async def end() -> int:
        code = int(await reader.readline())
        writer.close()
        await writer.wait_closed()
        return code

    return Process(pid, stdout, asyncio.create_task(end()))


async def start_fresh(
    module: str, *arguments: str, env: Mapping[str, str], cwd: Path, log: Path, root: Path = ROOT
) -> Process:
    """Start the same as a new interpreter, for an environment that the system reads at the start.

    `root`: the folder of the code, which can be that of another release.
    """
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **env, "PYTHONPATH": str(root)},
            cwd=cwd,
        )
    assert process.stdout is not None
    return Process(process.pid, process.stdout, asyncio.create_task(process.wait()))


@cache
def _forking() -> socket.socket:
    """Return the way to the process that forks. It ends with this one."""
    ours, theirs = socket.socketpair()
    with theirs:
        forking = subprocess.Popen(
            [sys.executable, "-m", "tests.preloaded", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
        )

    def end() -> None:
        ours.close()
        forking.wait()

    atexit.register(end)
    return ours


# In the process that forks


def _requested(control: socket.socket) -> dict[str, Any]:
    """Fork for each request. Return it in the new process, which alone returns."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 3)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not message:
            os._exit(0)
        if os.fork() == 0:
            control.close()
            return _kept(socket.socket(fileno=descriptors[0]), *descriptors[1:])
        for descriptor in descriptors:
            os.close(descriptor)


def _kept(caller: socket.socket, output: int, errors: int) -> dict[str, Any]:
    """Fork the process, tell its id and wait for its end. Return the request in it."""
    request: dict[str, Any] = json.loads(caller.makefile("rb").readline())
    pid = os.fork()
    if pid == 0:
        caller.close()
        os.dup2(output, 1)
        os.dup2(errors, 2)
        for descriptor in {output, errors}:
            os.close(descriptor)
        return request
    os.close(output)
    if errors != output:
        os.close(errors)
    caller.sendall(f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(OSError):  # nobody waits for it any more
        caller.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _preload() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    from engine.store.schema import migrate

    with tempfile.TemporaryDirectory() as folder:
        migrate.create(Path(folder) / "signoff.db")
    gc.collect()
    gc.freeze()


def _main() -> None:
    _preload()
    request = _requested(socket.socket(fileno=int(sys.argv[1])))
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    from engine import faults

    importlib.reload(faults)  # it has read the environment
    sys.path[0] = request["cwd"]
    sys.argv[1:] = request["arguments"]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
