"""Commands in containers, by podman or docker. A container goes on while Signoff restarts.

It belongs to the step of the run, so that the next attempt finds it again, with its output and exit code.
https://docs.podman.io/en/latest/markdown/podman-run.1.html, https://docs.docker.com/reference/cli/docker/
"""

import asyncio
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from contextvars import Context
from pathlib import Path
from typing import Any

from engine.errors import CommandFailed, Fatal, SignoffError
from engine.steps.execution import Execution, is_secret_name, read_stream
from engine.steps.working_folders import working_folders

RUNTIMES = ("podman", "docker")
"""The programs, in the order in which they are looked for."""
LABEL = "signoff.installation"
FOLDER = "/work"
"""Where a container has the folder of its run."""
_KEPT = ".containers"
"""Folder of a run with the ends of its containers. No container sees what is in it."""
_MAX_LOG_MB = 100
"""On the disk, with the time of each line. Of more, the runtime keeps the last part."""
_SURELY_WHOLE_BYTES = 1_000_000
"""So much output is less than the runtime keeps, even if each line has one character."""
_MAX_PROCESSES = 1024
_MAX_SAID = 300
_NOT_BEGUN = ("created", "configured", "initialized")
_SIGTERM_SECONDS = 1
_CLIENT_SECONDS = 10
_IN_USE = "already in use"
_USAGE = re.compile(r"\s*$|(See|Run) '.* --help'")
"""Lines that docker writes below its error."""
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")
_OF_THE_CLIENT = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|TMPDIR|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|DOCKER_\w+|CONTAINERS?_\w+"
    r"|REGISTRY_AUTH_FILE|SSL_CERT_\w+|(https?|no)_proxy",
    re.IGNORECASE,
)


class RuntimeAway(SignoffError):
    """The runtime of containers did not answer, so that nothing is known of the container."""


class InContainer(Execution):
    """One attempt of a command in a container, or of waiting for the container of an earlier attempt."""

    async def result(self, model: Any) -> Any:
        if not any(entry.startswith("PATH=") for entry in self.spec.env):
            self.env.pop("PATH", None)  # the image has its own
        try:
            return await super().result(model)
        except CommandFailed:
            await self._remove()  # the next attempt executes it again
            raise

    async def begin(self) -> None:
        if _runtime() is None:
            raise Fatal(
                "The command needs a container, and neither podman nor docker is installed. Install the "
                'package podman on the machine that executes this step, or write where="sandbox".'
            )
        await asyncio.to_thread(self._make_folders)

    def _make_folders(self) -> None:
        self.folder()
        self._end_file.parent.mkdir(mode=0o700, exist_ok=True)

    async def execute(self) -> int:
        try:
            if (end := await asyncio.to_thread(_read_end, self._end_file)) is not None:
                self.ctx.log(f"Found the end of the container {self._name} of an earlier attempt.")
                return await self._ended(end)
            if await self._exists():
                self.ctx.log(f"Found the container {self._name} of an earlier attempt.")
                if await self._state() in _NOT_BEGUN:
                    await self._begun("start", self._name)
            else:
                await self._start_container()
            return await self._followed()
        except asyncio.CancelledError:
            if self.ctx.shutting_down():
                self.ctx.log(f"Signoff stops. {self.argv[0]} goes on in the container {self._name}.")
            else:
                await self.stop()
            raise

    async def stop(self) -> None:
        await self._call("stop", "-t", str(_SIGTERM_SECONDS), self._name)
        try:
            await self._remove()
        except RuntimeAway as error:
            self.ctx.log(f"{self.argv[0]} may go on in the container {self._name}: {error}")
        else:
            self.ctx.log(f"Stopped {self.argv[0]} with its container.")

    @property
    def _name(self) -> str:
        """The container of this step in this installation."""
        number = self.ctx.idempotency_key.rpartition(":")[2]
        parts = ("signoff", self._installation, self.ctx.run_id, self.ctx.step, number)
        return _NOT_IN_NAMES.sub("-", "-".join(parts))

    @property
    def _installation(self) -> str:
        return hashlib.sha256(os.fsencode(self.ctx.data_dir.resolve())).hexdigest()[:8]

    @property
    def _end_file(self) -> Path:
        return working_folders(self.ctx.data_dir) / self.ctx.run_id / _KEPT / f"{self._name}.json"

    async def _start_container(self) -> None:
        folder = await asyncio.to_thread(self.folder)
        place = folder.relative_to(self.run_folder)
        self.ctx.log(f"Executes in the container {self._name}")
        await self._begun("run", *self._options(place), self.spec.image, *self.argv[1:])

    def _options(self, place: Path) -> Iterator[str]:
        yield from ("--detach", "--name", self._name, "--label", f"{LABEL}={self._installation}")
        yield from ("--pull", "missing", "--network", "bridge" if self.spec.network else "none")
        yield from ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
        yield from ("--pids-limit", str(_MAX_PROCESSES), "--tmpfs", "/tmp")  # noqa: S108
        if self.spec.memory_mb is not None:
            yield from ("--memory", f"{self.spec.memory_mb}m")
        podman = _runtime_name() == "podman"
        if podman and os.geteuid():
            yield from ("--userns", "keep-id")
        yield from ("--user", f"{os.geteuid()}:{os.getegid()}")
        yield from ("--mount", f"type=bind,source={self.run_folder.resolve()},target={FOLDER}")
        yield from ("--tmpfs", f"{FOLDER}/{_KEPT}", "--workdir", str(Path(FOLDER, place)))
        for path in self.spec.reads:
            yield from ("--mount", f"type=bind,source={path},target={path},readonly")
        yield from ("--log-driver", "k8s-file" if podman else "json-file")
        yield from ("--log-opt", f"max-size={_MAX_LOG_MB}mb")
        if podman:
            yield "--http-proxy=false"
        for name, value in self.env.items():
            # The value of a credential is in no argument, which other users of the machine could read.
            yield from ("--env", name if self._is_by_name(name) else f"{name}={value}")
        yield from ("--entrypoint", self.argv[0])

    def _is_by_name(self, name: str) -> bool:
        """Return whether the runtime gets only a variable's name. Each that is passed on may be secret."""
        return name in self.spec.env or is_secret_name(name)

    async def _begun(self, *arguments: str) -> None:
        """Start the container. Raises `CommandFailed` if it did not start."""
        code, _, said = await self._call(*arguments)
        if code and _IN_USE in said:
            return  # the client of an attempt that was killed has gone on, and started it
        if code:
            raise CommandFailed(f"The container did not start: {said}", code, action=None)

    async def _exists(self) -> bool:
        code, found, said = await self._call("ps", "--all", "--quiet", "--filter", f"name=^{self._name}$")
        if code:
            raise RuntimeAway(f"{_runtime_name()} did not say which containers there are: {said}")
        return bool(found)

    async def _state(self) -> str:
        return str((await self._inspected()).get("Status", ""))

    async def _inspected(self) -> dict[str, Any]:
        code, found, said = await self._call("inspect", "--format", "{{json .State}}", self._name)
        if code:
            if await self._exists():
                raise RuntimeAway(f"{_runtime_name()} did not tell the state of {self._name}: {said}")
            raise CommandFailed("The container was removed before it ended.", -9, action=None)
        state: dict[str, Any] = json.loads(found)
        return state

    async def _followed(self) -> int:
        """Return the exit code, when the program has ended. Log what it writes meanwhile."""
        while True:
            await self._read_log("--follow")
            state = await self._inspected()
            if state.get("Status") in ("exited", "dead", "stopped"):
                break
            self.ctx.log("The log of the container broke off, and is read from its beginning.")
            self.forget_output()
        await self._read_the_end()
        self._tell_size()
        if state.get("OOMKilled"):
            self.ctx.log(
                f"The program was ended: it needed more memory than memory_mb={self.spec.memory_mb}."
            )
        end: dict[str, Any] = {
            "code": int(state["ExitCode"]),
            **{
                name: {"total": each.total, "text": each.text}
                for name, each in (("stdout", self.stdout), ("stderr", self.stderr))
            },
        }
        await asyncio.to_thread(_write_end, self._end_file, end)
        return await self._recorded(int(end["code"]))

    async def _ended(self, end: dict[str, Any]) -> int:
        """Take the end of a container that an earlier attempt noted, and did not record."""
        for name, captured in (("stdout", self.stdout), ("stderr", self.stderr)):
            captured.add(end[name]["text"].encode())
            captured.total = end[name]["total"]
        self._tell_size()
        return await self._recorded(int(end["code"]))

    async def _recorded(self, code: int) -> int:
        await self._call("rm", "--force", self._name)
        return code

    async def _read_the_end(self) -> None:
        """Take the last part of the log, where the runtime may have dropped lines while it was followed."""
        totals = [self.stdout.total, self.stderr.total]
        if sum(totals) < _SURELY_WHOLE_BYTES:
            return
        self.forget_output(log=_unseen)
        await self._read_log()
        for captured, total in zip((self.stdout, self.stderr), totals, strict=True):
            captured.total = max(captured.total, total)

    async def _read_log(self, *options: str) -> None:
        process = await self._client("logs", *options, self._name)
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            await asyncio.gather(
                read_stream(process.stdout, self.stdout), read_stream(process.stderr, self.stderr)
            )
            if await process.wait():
                raise RuntimeAway(f"{_runtime_name()} did not give the output of {self._name}.")
        finally:
            if process.returncode is None:
                process.kill()

    async def _remove(self) -> None:
        """Remove the container, and what is noted of its end. Raises `RuntimeAway` if it stays."""
        code, _, said = await self._call("rm", "--force", self._name)
        if code and await self._exists():
            raise RuntimeAway(f"{_runtime_name()} did not remove the container: {said}")
        with suppress(FileNotFoundError):
            await asyncio.to_thread(self._end_file.unlink)

    async def _call(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit code, output, and the last line of the error of the runtime."""
        process = await self._client(*arguments)
        try:
            said, error = await process.communicate()
        except asyncio.CancelledError:
            if not self.ctx.shutting_down():
                process.kill()  # it would start a container that nobody knows
            # A container that is half started when Signoff stops would be started a second time.
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _CLIENT_SECONDS)
            raise
        lines = [line for line in error.decode(errors="replace").splitlines() if not _USAGE.match(line)]
        code = process.returncode
        assert code is not None
        return code, said.decode(errors="replace").strip(), (lines or ["it did not say why."])[-1][:_MAX_SAID]

    async def _client(self, *arguments: str) -> asyncio.subprocess.Process:
        runtime = _runtime()
        assert runtime is not None
        environment = {name: value for name, value in os.environ.items() if _OF_THE_CLIENT.fullmatch(name)}
        environment |= {name: value for name, value in self.env.items() if self._is_by_name(name)}
        begun = asyncio.create_subprocess_exec(
            runtime,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self._end_file.parent,  # runtimes leave files there
            env=environment,
            start_new_session=True,
        )
        # Begun outside of the attempt, since all processes of an attempt end with it.
        return await asyncio.create_task(begun, context=Context())


def _runtime() -> str | None:
    return next(filter(None, map(shutil.which, RUNTIMES)), None)


def _runtime_name() -> str:
    return Path(_runtime() or RUNTIMES[0]).name


def _unseen(line: str) -> None:
    """Log nothing: the line was logged before."""


def _write_end(path: Path, end: dict[str, Any]) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(end), "utf-8")
    beside.replace(path)


def _read_end(path: Path) -> dict[str, Any] | None:
    try:
        end: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    return end
