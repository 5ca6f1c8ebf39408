"""The messages an agent's client sends: one JSON-RPC message a line.

The SDK drops a line that it can't read, and the client would wait for its answer forever. Here each line is
looked at first, and one that the SDK would drop is answered.
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import BinaryIO

import mcp_types as types
from anyio import to_thread
from mcp.shared.message import SessionMessage
from pydantic import ValidationError
from pydantic_core import from_json

MAX_MESSAGE_BYTES = 1024 * 1024
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[][{}:,]|[^][{}:,"\s]+', re.DOTALL)
_EXAMPLE = '{"jsonrpc": "2.0", "id": …, "method": …, "params": …}'
Answer = Callable[[SessionMessage], Awaitable[None]]


class Messages:
    """The readable lines of a stream; the others are answered. Set `answer` before the first is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.answer: Answer | None = None

    async def __aiter__(self) -> AsyncIterator[str]:
        while line := await self._line():
            if not line.strip():
                continue
            if refusal := _refusal(line):
                await self._skip_rest(line)
                assert self.answer is not None
                await self.answer(SessionMessage(refusal))
            else:
                yield line.decode()

    async def _line(self) -> bytes:
        return await to_thread.run_sync(self._stream.readline, MAX_MESSAGE_BYTES + 1)

    async def _skip_rest(self, line: bytes) -> None:
        while len(line) > MAX_MESSAGE_BYTES and not line.endswith(b"\n"):
            line = await self._line()


def _refusal(line: bytes) -> types.JSONRPCError | None:
    """The answer to a line that is not a message."""
    if (problem := _problem(line)) is None:
        return None
    code, text = problem
    error = types.ErrorData(code=code, message=text)
    return types.JSONRPCError(jsonrpc="2.0", id=_request_id(line.decode(errors="replace")), error=error)


def _problem(line: bytes) -> tuple[int, str] | None:
    if len(line) > MAX_MESSAGE_BYTES:
        return types.INVALID_REQUEST, f"The message is larger than {MAX_MESSAGE_BYTES} bytes. Send less."
    try:
        message = types.jsonrpc_message_adapter.validate_json(line.decode(), by_name=False)
    except UnicodeDecodeError:
        return types.PARSE_ERROR, "The message is not UTF-8. Send JSON in UTF-8, one message a line."
    except ValidationError as error:
        (first, *_) = error.errors(include_url=False, include_input=False)
        if first["type"] != "json_invalid":
            return types.INVALID_REQUEST, f"The message is not a JSON-RPC request. Send {_EXAMPLE}."
        reason = first["ctx"]["error"].replace("recursion limit exceeded", "nested too deeply")
        return (
            types.PARSE_ERROR,
            f"The message can't be read as JSON ({reason}). Send one JSON-RPC message a line.",
        )
    if isinstance(message, types.JSONRPCNotification) and "id" in from_json(line):
        # The SDK takes a request with such an id for a notification, which nobody answers.
        return types.INVALID_REQUEST, "id: it is neither text nor a whole number. Pass one of these."
    return None


def _request_id(text: str) -> str | int | None:
    """The id on the outermost level of a message that can't be read as a whole; None where there is none."""
    depth = 0
    before = ["", "", ""]
    for token in _TOKEN.finditer(text):
        part = token[0]
        if depth == 1 and before[0] in ("{", ",") and before[1:] == ['"id"', ":"]:
            try:
                found = json.loads(part)
                str(found).encode()
            except ValueError:  # no JSON, or half a character, with which nothing can be answered
                return None
            return found if isinstance(found, str | int) and not isinstance(found, bool) else None
        depth += (part in "[{") - (part in "]}")
        before = [*before[1:], part]
    return None
