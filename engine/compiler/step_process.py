"""The process of a step with `run_in="process"`: loads the workflow file and calls the step, once."""

import asyncio
import inspect
import itertools
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter

from engine.authoring.context import StepContext
from engine.authoring.loader import load
from engine.authoring.workflow import Workflow
from engine.compiler.nodes.step_code import StepCode
from engine.compiler.workflow import compile_workflow
from engine.errors import DefinitionError, DefinitionErrors, Fatal
from engine.kernel.shapes import checkpoints
from engine.model.people import Actor
from engine.model.records.request_parts import Feedback
from engine.model.text.known_secrets import KnownSecrets
from engine.model.values.json_safe import storable_text
from engine.steps.child_messages import LENGTH_BYTES, error_data, error_of, packed
from engine.vault import VAULT

_OUT_OF_MEMORY_SCORE = "500"
"""Of -1000 to 1000: where memory is short, the kernel ends this process and not Signoff."""


class Link:
    """The line to Signoff. Used from all threads of the step."""

    def __init__(self, line: socket.socket) -> None:
        self._line, self._sending = line, threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}

    def receive(self) -> dict[str, Any]:
        size = int.from_bytes(self._exactly(LENGTH_BYTES), "big")
        message: dict[str, Any] = orjson.loads(self._exactly(size))
        return message

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            part = self._line.recv(min(size - len(data), 1 << 20))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def send(self, message: Mapping[str, Any]) -> None:
        self.send_packed(packed(message))

    def send_packed(self, data: bytes) -> None:
        with self._sending:
            self._line.sendall(data)

    def call(self, name: str, *arguments: Any) -> Any:
        """Have Signoff do something. Raises what it raises."""
        number, answer = next(self._numbers), Future[Any]()
        self._waiting[number] = answer
        self.send({"id": number, "call": name, "arguments": arguments})
        return answer.result()

    def listen(self) -> None:
        """Take answers. Without Signoff, the process ends with everything that it started."""
        try:
            while True:
                message = self.receive()
                answer = self._waiting.pop(message["id"])
                if "error" in message:
                    answer.set_exception(error_of(message["error"], {}))
                else:
                    answer.set_result(message["value"])
        except (OSError, EOFError):
            os.killpg(os.getpgrp(), signal.SIGKILL)


class _Vault:
    """Gets secrets from Signoff, which alone resolves them and hides them in what this process sends."""

    def __init__(self, link: Link) -> None:
        self._link, self.known = link, KnownSecrets()

    def reveal(self, name: str) -> str:
        value: str = self._link.call("secret", name)
        self.known.add(value, name)
        return value


class _Done:
    """Awaited by an async step, and left alone by a sync one: it is done already."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()


class _Kept(Mapping[str, Any]):
    """Checkpoints by key. Decoded at each read: a step that changes a value in place changes none."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.texts = {key: orjson.dumps(value) for key, value in values.items()}

    def __getitem__(self, key: str) -> Any:
        return orjson.loads(self.texts[key])

    def __iter__(self) -> Iterator[str]:
        return iter(list(self.texts))

    def __len__(self) -> int:
        return len(self.texts)


def main(descriptor: int) -> None:
    os.set_inheritable(descriptor, False)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OUT_OF_MEMORY_SCORE)
    link = Link(socket.socket(fileno=descriptor))
    request = link.receive()
    threading.Thread(target=link.listen, daemon=True).start()
    own, vault = os.getpid(), _Vault(link)
    try:
        answer = packed({"result": _result(request, link, vault)})
    except Exception as error:
        answer = packed({"error": error_data(error, vault.known)})
    if os.getpid() != own:
        os._exit(0)  # a fork that came back from the step
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    link.send_packed(answer)
    os._exit(0)  # without waiting for threads that the step has left


def _result(request: Mapping[str, Any], link: Link, vault: _Vault) -> Any:
    code, function = _step(request)
    VAULT.set(vault)
    given = dict(request["arguments"])
    arguments = code.arguments(given.pop("input", None), given, _context(request, link))
    if "ctx" not in inspect.signature(function).parameters:
        del arguments["ctx"]
    result = function(**arguments)
    if inspect.isawaitable(result):
        result = asyncio.run(_awaited(result))
    return code.encode(result)


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


def _workflow(request: Mapping[str, Any]) -> Workflow:
    file, name = request["file"], request["workflow"]
    try:
        found = {each.name: each.workflow for each in load([file])}
    except (DefinitionError, DefinitionErrors) as error:
        raise Fatal(f"The process of the step cannot load the workflow again: {error}") from None
    workflow = found.get(name)
    if not isinstance(workflow, Workflow):
        raise Fatal(
            f"{file} makes no workflow {name} when it is loaded. A step in a process of its own needs a "
            "workflow at the top level of its file."
        )
    return workflow


def _step(request: Mapping[str, Any]) -> tuple[StepCode, Callable[..., Any]]:
    """Return the code of the step and its function. Raises `Fatal` if it is not what Signoff has loaded."""
    workflow = _workflow(request)
    code = compile_workflow(workflow).code.get(request["step"])
    if code is None or code.digest != request["digest"]:
        raise Fatal(
            f"{request['file']} has other code for this step than Signoff has loaded. Load the files again, "
            "then retry the step."
        )
    functions = {node.name: node.step.function for node in workflow.nodes if node.step is not None}
    return code, functions[request["step"]]


def _refused(name: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise Fatal(
            f'ctx.{name} does not work in a step with run_in="process". Return what it needs, and call it in '
            "the next step."
        )

    return refuse


def _context(request: Mapping[str, Any], link: Link) -> StepContext:
    kept = _Kept(request["checkpoints"])

    def checkpoint(key: str, value: Any) -> Awaitable[None]:
        text = checkpoints.encode(request["name"], key, value)
        link.call("checkpoint", key, orjson.loads(text))
        kept.texts[key] = text if isinstance(text, bytes) else text.encode()
        return _Done()

    def progress(done: float, of: float | None = None, text: str = "") -> None:
        given = [value if isinstance(value, int | float | None) else repr(value) for value in (done, of)]
        link.call("progress", *given, storable_text(str(text)))

    async def sleep(seconds: float) -> None:
        await asyncio.to_thread(link.call, "sleep", seconds)

    return StepContext(
        run_id=request["run_id"],
        workflow=request["workflow"],
        step=request["name"],
        attempt=request["attempt"],
        idempotency_key=request["idempotency_key"],
        actor=TypeAdapter(Actor).validate_python(request["actor"]),
        data_dir=Path(request["data_dir"]),
        now=lambda: datetime.fromisoformat(link.call("now")),
        log=lambda text: link.send({"log": storable_text(str(text))}),
        sleep=sleep,
        service=_refused("service"),
        progress=progress,
        checkpoint=checkpoint,
        checkpoints=kept,
        rows=_refused("rows"),
        follow_up=_refused("follow_up"),
        notify=_refused("notify"),
        trace_id=request["trace_id"],
        traceparent=request["traceparent"],
        shutting_down=lambda: False,
        feedback=tuple(map(Feedback.from_json, request["feedback"])),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
