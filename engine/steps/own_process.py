"""Steps in a process of their own: one that ends, crashes or takes all memory only fails itself."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import TypeAdapter

from engine.authoring.context import StepContext
from engine.errors import CommandFailed, ContractError
from engine.model.people import Actor
from engine.model.text.wording import count
from engine.steps.captured import Captured
from engine.steps.child_messages import LENGTH_BYTES, MAX_MESSAGE, MODULE, error_data, error_of, packed
from engine.steps.process_tree import MARK, ProcessTree
from engine.vault import revealed

_ACTOR = TypeAdapter(Actor)
_MAX_SAID = 300
_DRAIN_SECONDS = 0.2
_END_SECONDS = 2.0
"""Time to end after the result."""
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class ProcessStep:
    """A step that executes in a process. `file`: the workflow's. `digest`: of the code that is loaded here.

    `store`: by parameter, what makes JSON of its value. `read`: makes the output of JSON.
    """

    file: str
    workflow: str
    step: str
    digest: str
    store: Mapping[str, Callable[[Any], Any]]
    read: Callable[[Any], Any]
    names: Mapping[str, Any]
    """Those of the module of the step."""

    def function(self) -> Callable[..., Awaitable[Any]]:
        """Return the function that executes in place of the author's."""

        async def execute(*, ctx: StepContext, **arguments: Any) -> Any:
            given = await asyncio.to_thread(self._stored, arguments)
            return self.read(await _Execution(self, ctx).result(given))

        return execute

    def _stored(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.store[name](value) for name, value in arguments.items()}


class _Execution:
    """One attempt."""

    def __init__(self, step: ProcessStep, ctx: StepContext) -> None:
        self.step, self.ctx = step, ctx
        self.mark = f"{ctx.run_id}.{ctx.step}"
        self.tree = ProcessTree(self.mark)
        self.stderr = Captured(1000, ctx.log)
        self.calls: set[asyncio.Task[None]] = set()

    async def result(self, arguments: Mapping[str, Any]) -> Any:
        if left := await asyncio.to_thread(self.tree.kill):
            self.ctx.log(f"Ended {count(left, 'process', 'processes')} that an interrupted attempt had left.")
        ours, theirs = socket.socketpair()
        with ours:  # without Signoff's end, the process ends itself
            with theirs:
                process = await self._start(theirs.fileno())
            self.tree.leader = process.pid
            return await self._outcome(process, ours, arguments)

    async def _outcome(
        self, process: asyncio.subprocess.Process, line: socket.socket, arguments: Mapping[str, Any]
    ) -> Any:
        streams = [
            asyncio.ensure_future(_read(stream, captured))
            for stream, captured in (
                (process.stdout, Captured(1000, self.ctx.log)),
                (process.stderr, self.stderr),
            )
        ]
        conversation = asyncio.ensure_future(self._converse(line, arguments))
        ended = asyncio.ensure_future(_exit_code(process))
        try:
            await asyncio.wait([conversation, ended], return_when=asyncio.FIRST_COMPLETED)
            # What it sent before it ended is still to be read.
            await asyncio.wait([conversation], timeout=_END_SECONDS)
            await asyncio.wait([ended], timeout=_END_SECONDS)
        except asyncio.CancelledError:
            deaf = await self.tree.stop()
            what = f"; SIGKILL ended {deaf} that ignored it" if deaf else ""
            self.ctx.log(f"Stopped the process of the step with SIGTERM{what}.")
            raise
        finally:
            await asyncio.to_thread(self.tree.kill)
            await asyncio.wait(streams, timeout=_DRAIN_SECONDS)
            for task in (*streams, *self.calls, conversation, ended):
                task.cancel()
            await asyncio.gather(conversation, ended, *streams, *self.calls, return_exceptions=True)
        answer = None if conversation.cancelled() else conversation.result()
        if answer is None:
            raise self._end(process.returncode)
        if "error" in answer:
            raise error_of(answer["error"], self.step.names)
        return answer["result"]

    async def _start(self, descriptor: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-X", "faulthandler", "-m", MODULE, str(descriptor)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=[descriptor],
            env={**os.environ, MARK: self.mark},
            start_new_session=True,
        )

    async def _converse(self, line: socket.socket, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return its result or its error; None if it ends without one."""
        reader, writer = await asyncio.open_connection(sock=line)
        try:
            writer.write(packed(self._request(arguments)))
            while True:
                size = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
                if size > MAX_MESSAGE:
                    raise ContractError(f"The process of the step sent {size:,} bytes at once.")
                message: dict[str, Any] = orjson.loads(await reader.readexactly(size))
                if "log" in message:
                    self.ctx.log(message["log"])
                elif "call" in message:
                    call = asyncio.ensure_future(self._answer(message, writer))
                    self.calls.add(call)
                    call.add_done_callback(self.calls.discard)
                else:
                    return message
        except (OSError, EOFError):
            return None
        finally:
            writer.transport.abort()

    def _request(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        ctx, step = self.ctx, self.step
        return {
            "file": step.file,
            "workflow": step.workflow,
            "step": step.step,
            "digest": step.digest,
            "arguments": arguments,
            "run_id": ctx.run_id,
            "name": ctx.step,
            "attempt": ctx.attempt,
            "idempotency_key": ctx.idempotency_key,
            "trace_id": ctx.trace_id,
            "traceparent": ctx.traceparent,
            "feedback": [each.as_json() for each in ctx.feedback],
            "actor": _ACTOR.dump_python(ctx.actor, mode="json"),
            "data_dir": str(ctx.data_dir),
            "checkpoints": dict(ctx.checkpoints),
        }

    async def _answer(self, message: Mapping[str, Any], writer: asyncio.StreamWriter) -> None:
        """Do what the step asked its context for."""
        answer: dict[str, Any] = {"id": message["id"]}
        try:
            answer["value"] = await self._call(message["call"], message["arguments"])
        except Exception as error:
            answer["error"] = error_data(error)
        writer.write(packed(answer))

    async def _call(self, name: str, arguments: list[Any]) -> Any:
        match name:
            case "checkpoint":
                await self.ctx.checkpoint(*arguments)
            case "progress":
                self.ctx.progress(*arguments)
            case "sleep":
                await self.ctx.sleep(*arguments)
            case "secret":
                return await revealed(*arguments)
            case "now":
                return self.ctx.now().isoformat()
        return None

    def _end(self, code: int | None) -> CommandFailed:
        """Return the error of a process that has no result."""
        code = -signal.SIGKILL if code is None else code
        how = f"ended with exit code {code}"
        if code < 0:
            with suppress(ValueError):
                how = f"was ended by {signal.Signals(-code).name}"
        self.stderr.end()
        last = f": {self.stderr.last[:_MAX_SAID]}" if self.stderr.last and code > 0 else ""
        return CommandFailed(f"the process of the step {how}{last}", code)


async def _exit_code(process: asyncio.subprocess.Process) -> None:
    """Wait for the process alone. `Process.wait` also waits for those that hold its pipes."""
    ended = asyncio.ensure_future(process.wait())
    try:
        while process.returncode is None:
            await asyncio.wait([ended], timeout=_LOOK_SECONDS)
    finally:
        ended.cancel()


async def _read(reader: asyncio.StreamReader | None, captured: Captured) -> None:
    assert reader is not None
    while part := await reader.read(65536):
        captured.add(part)
    captured.end()
