"""Commands: a program that executes as a step, without a shell, with limits on time, memory and output."""

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.authoring.context import StepContext
from engine.errors import CannotAsk, CommandFailed, ContractError, Fatal
from engine.model.definition.operations import CommandSpec, ExitAction, parts, paths_of
from engine.model.input.input_problems import problems_in
from engine.model.text.redaction import HIDDEN, redacted
from engine.model.text.wording import count
from engine.steps.captured import Captured
from engine.steps.process_tree import MARK, ProcessTree
from engine.steps.working_folders import working_folders

MAX_OUTPUT_KB = 1000
MAX_MEMORY_MB = 1_000_000
_MAX_SAID = 300
"""Characters of the last line that an error quotes."""
_DRAIN_SECONDS = 0.2
"""Time to read what is left in the pipes after the last process has ended."""
_LOOK_SECONDS = 0.1
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LIMITED = (
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


@dataclass(frozen=True)
class Command:
    """A command as its author declared it."""

    argv: Any
    env: Any
    cwd: Any
    stdin: Any
    result: Any
    exit_codes: Any
    memory_mb: Any
    output_kb: Any

    @property
    def output(self) -> Any:
        return CommandResult if self.result is None else self.result

    @cached_property
    def spec(self) -> CommandSpec:
        return CommandSpec(
            argv=tuple(self.argv),
            env=tuple(self.env),
            cwd=self.cwd or "",
            stdin=self.stdin or "",
            exit_codes={str(code): action for code, action in (self.exit_codes or {}).items()},
            memory_mb=self.memory_mb,
            output_kb=self.output_kb,
        )

    @property
    def paths(self) -> list[str]:
        texts = [*(self.argv if isinstance(self.argv, list | tuple) else ()), self.stdin]
        found: list[str] = []
        for text in texts:
            with suppress(ValueError, TypeError):
                found += paths_of(text)
        return found

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from self._argv_problems()
        yield from self._env_problems()
        for option, value in (("cwd", self.cwd), ("stdin", self.stdin)):
            if value is not None and not (isinstance(value, str) and value and "\0" not in value):
                yield f"{option} is {value!r}.", "Give a text, or leave it out."
        if isinstance(self.cwd, str) and "{" in self.cwd:
            yield f"cwd is {self.cwd!r}, and a value cannot choose the folder.", "Write the name of a folder."
        if isinstance(self.stdin, str) and (problem := _template_problem(self.stdin)):
            yield f"stdin is {self.stdin!r:.80}: a brace holds no path.", problem
        if self.result is not None and not isinstance(self.result, type):
            yield f"output is {self.result!r}.", "Give a Pydantic model of the JSON that the program prints."
        yield from self._number_problems()
        if self.exit_codes is not None and not isinstance(self.exit_codes, Mapping):
            yield f"exit_codes is {self.exit_codes!r}.", 'Write exit_codes={3: "retry", 5: "ask"}.'
            return
        for code, action in (self.exit_codes or {}).items():
            if not (str(code).isdecimal() and 0 < int(code) < 256) or isinstance(code, bool):
                yield f"exit_codes names {code!r}.", "Give whole numbers from 1 to 255."
            if action not in get_args(ExitAction):
                yield f"exit_codes has {action!r} for {code}.", "Use ok, retry, ask or fail."

    def _argv_problems(self) -> Iterator[tuple[str, str]]:
        if not isinstance(self.argv, list | tuple) or not self.argv:
            yield (
                f"argv is {self.argv!r}.",
                'Write program and arguments as argv=["pg_dump", "orders"].',
            )
            return
        for number, text in enumerate(self.argv):
            if not isinstance(text, str) or "\0" in text:
                yield f"argv[{number}] is {text!r}.", "Give texts."
            elif problem := _template_problem(text):
                yield f"argv[{number}] is {text!r:.80}: a brace holds no path.", problem
            elif redacted(text) != text:
                yield (
                    f"argv[{number}] has a credential in it, which other users of the machine could read.",
                    'Give it in a variable: env=["PATH", "NAME"], and set NAME where the bot starts.',
                )
        program = self.argv[0]
        if isinstance(program, str) and (not program or "{" in program):
            yield f"argv[0] is {program!r}, and a value cannot choose the program.", "Write its name."

    def _env_problems(self) -> Iterator[tuple[str, str]]:
        if not isinstance(self.env, list | tuple):
            yield f"env is {self.env!r}.", 'Write env=["PATH", "LANG=C.UTF-8"].'
            return
        for entry in self.env:
            name = entry.partition("=")[0] if isinstance(entry, str) else ""
            if not _VARIABLE.fullmatch(name) or "\0" in entry:
                yield f"env names {entry!r}.", 'Write "NAME" for a variable of the bot, or "NAME=value".'
            elif redacted(entry) != entry:
                yield f"env has a credential for {name}.", f'Write "{name}" and set it where the bot starts.'

    def _number_problems(self) -> Iterator[tuple[str, str]]:
        if self.memory_mb is not None and not is_count(self.memory_mb, MAX_MEMORY_MB):
            yield f"memory_mb is {self.memory_mb!r}.", f"Give a whole number from 1 to {MAX_MEMORY_MB:,}."
        if not is_count(self.output_kb, MAX_OUTPUT_KB):
            yield f"output_kb is {self.output_kb!r}.", f"Give a whole number from 1 to {MAX_OUTPUT_KB:,}."

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        try:
            argv, given = self.spec.arguments(values), self.spec.input_text(values)
        except CannotAsk as error:
            raise Fatal(str(error)) from None
        return await _Execution(self.spec, argv, given, ctx).result(self.result)


class _Execution:
    """One attempt of a command."""

    def __init__(self, spec: CommandSpec, argv: list[str], given: str, ctx: StepContext) -> None:
        self.spec, self.argv, self.given, self.ctx = spec, argv, given, ctx
        mark = f"{ctx.run_id}.{ctx.step}"
        self.tree = ProcessTree(mark)
        self.env = {
            **dict(_variables(spec.env)),
            MARK: mark,
            "STEP_ATTEMPT": str(ctx.attempt),
            "STEP_IDEMPOTENCY_KEY": ctx.idempotency_key,
        }
        self.secrets = [os.environ[name] for name in spec.env if _is_secret(name)]
        self.stdout = Captured(spec.output_kb * 1000, self._log)
        self.stderr = Captured(1000, self._log)

    def _log(self, line: str) -> None:
        self.ctx.log(redacted(line, self.secrets) if self.secrets else line)

    async def result(self, model: Any) -> Any:
        began = self.ctx.now()
        if left := await asyncio.to_thread(self.tree.kill):
            self.ctx.log(f"Ended {count(left, 'process', 'processes')} that an interrupted attempt had left.")
        code = await self._execute()
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

    async def _execute(self) -> int:
        """Return the exit code, when every process that it started has ended."""
        process = await self._start()
        self.tree.leader = process.pid
        assert process.stdout is not None
        assert process.stderr is not None
        streams = [
            asyncio.ensure_future(_read(process.stdout, self.stdout)),
            asyncio.ensure_future(_read(process.stderr, self.stderr)),
            asyncio.ensure_future(_write(process.stdin, self.given)),
        ]
        try:
            code = await _exit_code(process)
        except asyncio.CancelledError:
            deaf = await self.tree.stop()
            what = f"; SIGKILL ended {deaf} that ignored it" if deaf else ""
            self.ctx.log(f"Stopped {self.argv[0]} with SIGTERM{what}.")
            raise
        finally:
            if left := await asyncio.to_thread(self.tree.kill):
                self.ctx.log(f"Ended {count(left, 'process', 'processes')} that {self.argv[0]} had left.")
            await asyncio.wait(streams, timeout=_DRAIN_SECONDS)
            for stream in streams:
                stream.cancel()
            self._tell_size()
        return code

    async def _start(self) -> asyncio.subprocess.Process:
        folder = await asyncio.to_thread(self._folder)
        program = shutil.which(self._program(folder), path=self.env.get("PATH", os.defpath))
        if program is None:
            raise Fatal(f"{self.argv[0]} is not a program that the bot finds on its PATH. Install it there.")
        argv, limit = self.argv, self.spec.memory_mb
        if limit is not None:
            argv = [sys.executable, "-I", "-S", "-c", _LIMITED, str(limit * 1_000_000), program, *argv]
            program = sys.executable
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

    def _folder(self) -> Path:
        """Return the working folder. Only the bot's own user can read the folders of runs."""
        private = working_folders(self.ctx.data_dir)
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = private / self.ctx.run_id / self.spec.cwd
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


async def _read(reader: asyncio.StreamReader, captured: Captured) -> None:
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


def _is_secret(name: str) -> bool:
    """Return whether a variable that is passed on has the name of a credential."""
    return name in os.environ and HIDDEN in redacted(f"{name}=Xk3-90qLw7Rt")


def _template_problem(text: str) -> str:
    try:
        parts(text)
    except ValueError as error:
        return str(error)
    return ""


def is_count(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
