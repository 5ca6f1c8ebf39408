"""An attempt of a command: the process, its limits, its output, and how it ends."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.authoring.context import StepContext
from engine.errors import CommandFailed, ContractError, Fatal
from engine.model.definition.operations import ISOLATED, CommandSpec
from engine.model.input.input_problems import problems_in
from engine.model.text.known_secrets import KnownSecrets
from engine.model.text.redaction import HIDDEN, redacted
from engine.model.text.wording import count
from engine.steps.captured import Captured
from engine.steps.process_tree import MARK, ProcessTree
from engine.steps.sandbox import sandboxed
from engine.steps.working_folders import working_folders
from engine.vault import revealed

MAX_OUTPUT_KB = 1000
_MAX_SAID = 300
"""Characters of the last line that an error quotes."""
_DRAIN_SECONDS = 0.2
"""Time to read what is left in the pipes after the last process has ended."""
_LOOK_SECONDS = 0.1
LIMITED = (
    "import os, resource, sys; limit = int(sys.argv[1]); "
    "resource.setrlimit(resource.RLIMIT_AS, (limit, limit)); os.execv(sys.argv[2], sys.argv[3:])"
)
"""Begins a program with a limit on its memory. A function before `exec` could block the bot's threads."""


class CommandResult(BaseModel):
    """Result of a command that succeeded."""

    exit_code: int
    stdout: str
    """Its last part, as much as `output_kb` allows."""
    stdout_bytes: int
    """Size of everything that it wrote there."""
    seconds: float


class Execution:
    """One attempt of a command."""

    def __init__(self, spec: CommandSpec, argv: list[str], given: str, ctx: StepContext) -> None:
        self.spec, self.argv, self.given, self.ctx = spec, argv, given, ctx
        mark = f"{ctx.run_id}.{ctx.step}"
        self.tree = ProcessTree(mark)
        self.env: dict[str, str] = {
            **dict(_variables(spec.env)),
            MARK: mark,
            "STEP_ATTEMPT": str(ctx.attempt),
            "STEP_IDEMPOTENCY_KEY": ctx.idempotency_key,
        }
        self.secrets = KnownSecrets(os.environ[name] for name in spec.env if is_secret_name(name))
        self.forget_output()

    def forget_output(self, log: Callable[[str], None] | None = None) -> None:
        """Begin with no output. `log`: takes its lines, instead of the step's log."""
        self.stdout = Captured(self.spec.output_kb * 1000, log or self._log)
        self.stderr = Captured(1000, log or self._log)

    def _log(self, line: str) -> None:
        self.ctx.log(redacted(line, self.secrets) if self.secrets else line)

    async def result(self, model: Any) -> Any:
        began = self.ctx.now()
        for variable, name in self.spec.secret_env.items():
            self.env[variable] = await revealed(name)
            self.secrets.add(self.env[variable], name)
        await self.begin()
        code = await self.execute()
        action = "ok" if code == 0 else self.spec.exit_codes.get(str(code))
        if action != "ok":
            raise CommandFailed(self._failure(code), code, action=action)
        if model is not None:
            return self._read(model)
        return CommandResult(
            exit_code=code,
            stdout=redacted(self.stdout.text, self.secrets) if self.secrets else self.stdout.text,
            stdout_bytes=self.stdout.total,
            seconds=(self.ctx.now() - began).total_seconds(),
        )

    async def begin(self) -> None:
        """End what an interrupted attempt has left."""
        if left := await asyncio.to_thread(self.tree.kill):
            self.ctx.log(f"Ended {count(left, 'process', 'processes')} that an interrupted attempt had left.")

    async def execute(self) -> int:
        """Return the exit code, when every process that it started has ended."""
        process = await self._start()
        self.tree.leader = process.pid
        assert process.stdout is not None
        assert process.stderr is not None
        streams = [
            asyncio.ensure_future(read_stream(process.stdout, self.stdout)),
            asyncio.ensure_future(read_stream(process.stderr, self.stderr)),
            asyncio.ensure_future(_write(process.stdin, self.given)),
        ]
        try:
            code = await _exit_code(process)
        except asyncio.CancelledError:
            await self.stop()
            raise
        finally:
            await self.end_left()
            await asyncio.wait(streams, timeout=_DRAIN_SECONDS)
            for stream in streams:
                stream.cancel()
            self._tell_size()
        return code

    async def stop(self) -> None:
        """End it with everything that it started."""
        deaf = await self.tree.stop()
        what = f"; SIGKILL ended {deaf} that ignored it" if deaf else ""
        self.ctx.log(f"Stopped {self.argv[0]} with SIGTERM{what}.")

    async def end_left(self) -> None:
        """End what the program has left behind."""
        if left := await asyncio.to_thread(self.tree.kill):
            self.ctx.log(f"Ended {count(left, 'process', 'processes')} that {self.argv[0]} had left.")

    def begun(self, folder: Path) -> tuple[str, list[str]]:
        """Return the file to execute and its arguments, the first of which is its name."""
        program = shutil.which(self._program(folder), path=self.env.get("PATH", os.defpath))
        if program is None:
            raise Fatal(f"{self.argv[0]} is not a program that the bot finds on its PATH. Install it there.")
        argv, limit = self.argv, self.spec.memory_mb
        if self.spec.where == "sandbox":
            program, argv = sandboxed(self.spec, program, argv, self.run_folder, folder)
        if limit is not None:
            argv = [sys.executable, "-I", "-S", "-c", LIMITED, str(limit * 1_000_000), program, *argv]
            program = sys.executable
        return program, argv

    async def _start(self) -> asyncio.subprocess.Process:
        folder = await asyncio.to_thread(self.folder)
        program, argv = self.begun(folder)
        return await asyncio.create_subprocess_exec(
            *argv,
            executable=program,
            stdin=asyncio.subprocess.PIPE if self.given else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            env=self.env,
            start_new_session=True,
        )

    @property
    def run_folder(self) -> Path:
        """The folder that the commands of the run share."""
        return working_folders(self.ctx.data_dir) / self.ctx.run_id

    def folder(self) -> Path:
        """Return the working folder. Only the bot's own user can read the folders of runs.

        Raises `Fatal` where a link that another command made leads out of the folder of the run, and the
        command may write to that folder alone.
        """
        shared = self.run_folder
        shared.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = shared / self.spec.cwd
        if self.spec.where in ISOLATED and not folder.resolve().is_relative_to(shared.resolve()):
            raise Fatal(f"The working folder {self.spec.cwd} is a link out of the folder of the run.")
        if not Path(self.spec.cwd).is_absolute():
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _program(self, folder: Path) -> str:
        """A name with a slash is a path from the working folder."""
        return str(folder / self.argv[0]) if "/" in self.argv[0] else self.argv[0]

    def _tell_size(self) -> None:
        for stream in (self.stdout, self.stderr):
            stream.end()
        if self.stdout.total > self.spec.output_kb * 1000:
            self.ctx.log(
                f"{self.argv[0]} wrote {self.stdout.total:,} bytes; Signoff keeps the last "
                f"{self.spec.output_kb:,} kB."
            )

    def _failure(self, code: int) -> str:
        how = f"ended with exit code {code}"
        if code < 0:
            with suppress(ValueError):
                how = f"was ended by {signal.Signals(-code).name}"
        last = (self.stderr.last or self.stdout.last)[:_MAX_SAID]
        text = f"{self.argv[0]} {how}{f': {last}' if last else '.'}"
        return redacted(text, self.secrets)

    def _read(self, model: Any) -> Any:
        if self.stdout.total > self.spec.output_kb * 1000:
            raise ContractError(
                f"{self.argv[0]} wrote {self.stdout.total:,} bytes of JSON, more than output_kb="
                f"{self.spec.output_kb} allows. Write it to a file, or give a larger output_kb, up to "
                f"{MAX_OUTPUT_KB:,}."
            )
        try:
            return TypeAdapter(model).validate_json(self.stdout.text)
        except ValidationError as error:
            where, problem = problems_in(error, None, {})[0]
            place = f" at {where}" if where else ""
            raise ContractError(
                f"The output of {self.argv[0]} does not fit {model.__name__}{place}: {problem}"
            ) from None


async def _exit_code(process: asyncio.subprocess.Process) -> int:
    """Wait for the program alone. `Process.wait` also waits for those that hold its pipes."""
    ended = asyncio.ensure_future(process.wait())
    try:
        while process.returncode is None:
            await asyncio.wait([ended], timeout=_LOOK_SECONDS)
        return process.returncode
    finally:
        ended.cancel()


async def read_stream(reader: asyncio.StreamReader, captured: Captured) -> None:
    while part := await reader.read(65536):
        captured.add(part)


async def _write(writer: asyncio.StreamWriter | None, text: str) -> None:
    if writer is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):  # it reads no more
        writer.write(text.encode())
        await writer.drain()
    writer.close()


def _variables(entries: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        name, sign, value = entry.partition("=")
        if sign:
            yield name, value
        elif name in os.environ:
            yield name, os.environ[name]


def is_secret_name(name: str) -> bool:
    """Return whether a variable that is passed on has the name of a credential."""
    return name in os.environ and HIDDEN in redacted(f"{name}=Xk3-90qLw7Rt")
