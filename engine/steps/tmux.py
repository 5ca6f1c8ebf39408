"""Commands in sessions of tmux: an operator can attach to them, and they go on while Signoff restarts.

The session belongs to the step of the run, so that the next attempt finds it again, with its output and exit
code. https://github.com/tmux/tmux
"""

import asyncio
import hashlib
import json
import os
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.errors import CommandFailed, Fatal
from engine.steps import tmux_program
from engine.steps.captured import Captured
from engine.steps.execution import Execution
from engine.steps.tmux_program import MAX_KEPT_BYTES
from engine.steps.working_folders import working_folders

_NOTHING = asyncio.subprocess.DEVNULL
_LOOK_SECONDS = 0.1
_LOOKS_BETWEEN_CHECKS = 10
"""Looks at the files between two questions whether the session is there."""
_PROGRAM = str(Path(tmux_program.__file__).resolve())
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


class InTmux(Execution):
    """One attempt of a command in a session, or of waiting for the session of an earlier attempt."""

    async def result(self, model: Any) -> Any:
        try:
            return await super().result(model)
        except CommandFailed:
            await self._end_session()  # the next attempt executes it again
            raise

    async def begin(self) -> None:
        if shutil.which("tmux") is None:
            raise Fatal(
                "The command needs a session of tmux, and the program tmux is missing. Install the package "
                'tmux on the machine that executes this step, or write where="process".'
            )
        if not await self._found():
            await super().begin()
            await asyncio.to_thread(self._forget)

    async def execute(self) -> int:
        try:
            if await self._found():
                self.ctx.log(f"Found the session {self._session} of an earlier attempt.")
            else:
                await self._start_session()
            return await self._followed()
        except asyncio.CancelledError:
            if self.ctx.shutting_down():
                self.ctx.log(f"Signoff stops. {self.argv[0]} goes on in the session {self._session}.")
            else:
                await self.stop()
                await self._end_session()
            raise

    @property
    def _session(self) -> str:
        return _NOT_IN_NAMES.sub("-", f"{self.ctx.run_id}-{self.ctx.step}-{self._round}")

    @property
    def _round(self) -> str:
        return self.ctx.idempotency_key.rpartition(":")[2]

    @property
    def _server(self) -> str:
        """The server of this installation's sessions."""
        return f"signoff-{hashlib.sha256(os.fsencode(self.ctx.data_dir.resolve())).hexdigest()[:8]}"

    @property
    def _files(self) -> Path:
        return working_folders(self.ctx.data_dir) / self.ctx.run_id / ".tmux" / self._session

    async def _found(self) -> bool:
        # In this order: a session that ends in between has noted its exit code before.
        return await self._is_alive() or (self._files / "end.json").exists()

    async def _is_alive(self) -> bool:
        return await self._tmux("has-session", "-t", f"={self._session}") == 0

    async def _start_session(self) -> None:
        folder = await asyncio.to_thread(self.folder)
        program, argv = self.begun(folder)
        begin = {
            "program": program,
            "argv": argv,
            "cwd": str(folder),
            "env": self.env,
            "stdin": self.given,
            "tail": self.spec.output_kb * 1000,
        }
        await asyncio.to_thread(_write_private, self._files, begin)
        supervised = (sys.executable, "-I", "-S", _PROGRAM, str(self._files))
        if await self._tmux("new-session", "-d", "-s", self._session, "-x", "200", "-y", "50", *supervised):
            raise CommandFailed(
                "tmux started no session. The log of Signoff's process says why.", 1, action=None
            )
        self.ctx.log(f"Executes in a session: tmux -L {self._server} attach -t {self._session}")

    async def _tmux(self, *arguments: str) -> int:
        """Return the exit code of tmux. It gets no variable of the bot, since its sessions inherit them."""
        environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "TMUX_TMPDIR") if name in os.environ
        }
        process = await asyncio.create_subprocess_exec(
            "tmux",
            *("-L", self._server, "-f", os.devnull),
            *arguments,
            stdin=_NOTHING,
            stdout=_NOTHING,
            stderr=_NOTHING,
            env={**environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        return await process.wait()

    async def _followed(self) -> int:
        """Return the exit code, when the program has ended. Log what it writes meanwhile."""
        places = {"stdout": 0, "stderr": 0}
        looks = 0
        while (end := await asyncio.to_thread(_read_end, self._files)) is None:
            for name, captured in (("stdout", self.stdout), ("stderr", self.stderr)):
                places[name] += await asyncio.to_thread(_copy, self._files / name, places[name], captured)
            looks += 1
            if looks % _LOOKS_BETWEEN_CHECKS == 0 and not await self._is_alive():
                if (end := await asyncio.to_thread(_read_end, self._files)) is not None:
                    break
                await self.end_left()
                raise CommandFailed("The session ended without an exit code: it was killed.", -9, action=None)
            await asyncio.sleep(_LOOK_SECONDS)
        await self.end_left()
        for name, captured in (("stdout", self.stdout), ("stderr", self.stderr)):
            await asyncio.to_thread(_copy, self._files / name, places[name], captured)
            if end[name]["total"] > MAX_KEPT_BYTES:
                captured.add(end[name]["tail"].encode())
                captured.total = end[name]["total"]
        self._tell_size()
        return int(end["code"])

    async def _end_session(self) -> None:
        """End the session, which may still be about to end by itself, and remove its files."""
        await self._tmux("kill-session", "-t", f"={self._session}")
        await asyncio.to_thread(self._forget)

    def _forget(self) -> None:
        with suppress(FileNotFoundError):
            shutil.rmtree(self._files)


def _write_private(folder: Path, begin: dict[str, Any]) -> None:
    """Write what the program of the session reads. It may hold secrets, and is removed when it was read."""
    folder.mkdir(mode=0o700, parents=True)
    descriptor = os.open(folder / "begin.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(begin, file)


def _copy(path: Path, place: int, captured: Captured) -> int:
    """Take what a file has behind this place. Return its size."""
    try:
        with path.open("rb") as file:
            file.seek(place)
            part = file.read()
    except FileNotFoundError:
        return 0
    if part:
        captured.add(part)
    return len(part)


def _read_end(folder: Path) -> dict[str, Any] | None:
    try:
        end: dict[str, Any] = json.loads((folder / "end.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return end
